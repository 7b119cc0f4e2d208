"""What somebody’s programs asked for: taken along, erased, carried over."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.courses.requests.model import Addresses, Request
from core.engine.ports import Changes, Moment
from core.people.model import Person

PAGE = 20


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """What their programs asked for."""
    found = (await moment.read.find(Request, by=me.id)).items
    return {"requests": [msgspec.to_builtins(one) for one in found]}


async def forget(me: Person, moment: Moment) -> Changes:
    """All of it goes."""
    found = (await moment.read.find(Request, by=me.id)).items
    held = [await moment.read.get(Addresses, one.id) for one in found]
    return Changes(deletes=(*found, *(one for one in held if one)))


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next of what the other’s programs asked for; no Changes once nothing is left."""
    found = (await moment.read.find(Request, by=gone.id, limit=PAGE)).items
    return Changes(saves=tuple(replace(one, by=kept.id) for one in found))
