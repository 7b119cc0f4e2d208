"""What somebody wrote after courses: taken along, erased, carried over."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.courses.after.model import Reflection, Worked, counts, reflection_id, shares
from core.courses.after.sharing import brought
from core.courses.model import Send
from core.engine.ports import Changes, Moment
from core.people.model import Person

PAGE = 20


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """What they took from courses, and whether these worked."""
    wrote = (await moment.read.find(Reflection, person=me.id)).items
    said = (await moment.read.find(Worked, person=me.id)).items
    return {
        "reflections": [msgspec.to_builtins(one) for one in wrote],
        "worked": [msgspec.to_builtins(one) for one in said],
    }


async def forget(me: Person, moment: Moment) -> Changes:
    """All of it, and where others read it."""
    changes = Changes()
    for was in (await moment.read.find(Reflection, person=me.id)).items:
        changes += await _moved(moment, None, was)
    for said in (await moment.read.find(Worked, person=me.id)).items:
        changes += Changes(deletes=(said,), tallies=counts(None, said))
    return changes


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next of what the other wrote; where both did, what was written last."""
    changes = Changes()
    for was in (await moment.read.find(Reflection, person=gone.id, limit=PAGE)).items:
        id = reflection_id(was.send, kept.id)
        twin = await moment.read.get(Reflection, id)
        changes += await _moved(moment, None, was)
        if twin is None or twin.at < was.at:
            version = twin.version if twin else 0
            new = replace(was, id=id, version=version, person=kept.id)
            changes += await _moved(moment, new, twin)
    for said in (await moment.read.find(Worked, person=gone.id, limit=PAGE)).items:
        changes += await _carried(moment, kept, said)
    return changes


async def _moved(moment: Moment, new: Reflection | None, was: Reflection | None) -> Changes:
    about = new or was
    send = await moment.read.get(Send, about.send) if about else None
    cohort = await moment.read.get(Cohort, about.cohort) if about else None
    jobs = brought((send, cohort), new, was) if send else ()
    saves, deletes = (new,) if new else (), (was,) if was and not new else ()
    return Changes(saves=saves, deletes=deletes, tallies=shares(new, was), jobs=jobs)


async def _carried(moment: Moment, kept: Person, was: Worked) -> Changes:
    id = reflection_id(was.send, kept.id)
    twin = await moment.read.get(Worked, id)
    out = Changes(deletes=(was,), tallies=counts(None, was))
    if twin is not None and twin.at >= was.at:
        return out
    new = replace(was, id=id, version=twin.version if twin else 0, person=kept.id)
    return out + Changes(saves=(new,), tallies=counts(new, twin))
