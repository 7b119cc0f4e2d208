"""What reminders keep of a person: to take along, to erase, to carry over."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.courses.assigning.model import Reminding, one_id
from core.engine.ports import Changes, Moment
from core.people.model import Person

PAGE = 20


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """How often somebody was reminded, and where they asked not to be."""
    found = (await moment.read.find(Reminding, person=me.id)).items
    return {"reminders": [msgspec.to_builtins(one) for one in found]}


async def forget(me: Person, moment: Moment) -> Changes:
    """Nothing of it stays."""
    return Changes(deletes=(await moment.read.find(Reminding, person=me.id)).items)


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next of them; who asked on one account not to be reminded is not, on either."""
    changes = Changes()
    for was in (await moment.read.find(Reminding, person=gone.id, limit=PAGE)).items:
        id = one_id(was.send, kept.id)
        twin = await moment.read.get(Reminding, id)
        days = [one.last for one in (was, twin) if one and one.last]
        new = replace(
            was,
            id=id,
            version=twin.version if twin else 0,
            person=kept.id,
            rungs=max(was.rungs, twin.rungs) if twin else was.rungs,
            last=max(days, default=None),
            stopped=was.stopped or (twin.stopped if twin else None),
        )
        changes += Changes(saves=(new,), deletes=(was,))
    return changes
