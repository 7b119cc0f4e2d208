"""What role-play keeps of a person."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.challenges.roleplay.model import Part, part_id
from core.engine.ports import Changes, Moment
from core.people.model import Person


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """My parts and what I kept."""
    found = (await moment.read.find(Part, person=me.id)).items
    return {Part.kind: [msgspec.to_builtins(part) for part in found]}


async def forget(me: Person, moment: Moment) -> Changes:
    """They go; who played with me keeps their own."""
    return Changes(deletes=(await moment.read.find(Part, person=me.id)).items)


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """They go over."""
    changes = Changes()
    for part in (await moment.read.find(Part, person=gone.id, limit=20)).items:
        id = part_id(part.play, kept.id)
        twin = await moment.read.get(Part, id)
        new = () if twin else (replace(part, id=id, version=0, person=kept.id),)
        changes += Changes(saves=new, deletes=(part,))
    return changes
