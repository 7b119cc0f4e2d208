"""Every catalogue that there is, for one suite. A new one is one line in CATALOGUES."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

import aiohttp

from tests.contracts.catalogues.on_demo import on_demo
from tests.contracts.catalogues.on_go1 import on_go1
from tests.contracts.catalogues.on_link import on_link
from tests.contracts.catalogues.on_talentlms import on_talentlms
from tests.contracts.catalogues.on_udemy import on_udemy
from tests.contracts.catalogues.side import Side

CATALOGUES: Mapping[str, Callable[[aiohttp.ClientSession], AbstractAsyncContextManager[Side]]] = {
    "demo": on_demo,
    "go1": on_go1,
    "link": on_link,
    "talentlms": on_talentlms,
    "udemy": on_udemy,
}
