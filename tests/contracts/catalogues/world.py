"""Every catalogue that there is, for one suite. A new one is one line in CATALOGUES."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

import aiohttp

from connectors.catalogues.demo import Demo
from connectors.catalogues.link.catalogue import LinkCatalogue
from connectors.catalogues.talentlms.catalogue import TalentLms
from connectors.catalogues.udemy.catalogue import Udemy
from core.courses.model import Capability
from tests.contracts.catalogues.on_demo import on_demo
from tests.contracts.catalogues.on_go1 import on_go1
from tests.contracts.catalogues.on_link import FAULTS, on_link
from tests.contracts.catalogues.on_talentlms import on_talentlms
from tests.contracts.catalogues.on_udemy import on_udemy
from tests.contracts.catalogues.side import EVERY, Fault, Side


class Known(NamedTuple):
    """How a catalogue is opened, what it is able to do, and what can happen to it."""

    opens: Callable[[aiohttp.ClientSession], AbstractAsyncContextManager[Side]]
    able: frozenset[Capability]
    suffers: frozenset[Fault]


CATALOGUES: Mapping[str, Known] = {
    "demo": Known(on_demo, Demo.able, frozenset()),
    "go1": Known(on_go1, frozenset({"search", "resolve", "enrol", "progress", "push"}), EVERY),
    "link": Known(on_link, LinkCatalogue.able, frozenset(FAULTS)),
    "talentlms": Known(on_talentlms, TalentLms.able, EVERY),
    "udemy": Known(on_udemy, Udemy.able, EVERY),
}
