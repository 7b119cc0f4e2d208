"""What the closing keeps of a person."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.cohorts.closing.model import Farewell, Thanks, cards, counts, farewell_id, thanks_id
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment
from core.people.model import Person


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """What I said at the end, and whom I thanked for what."""
    found = (await moment.read.find(Farewell, person=me.id)).items
    thanks = (await moment.read.find(Thanks, by=me.id)).items
    return {
        Farewell.kind: [msgspec.to_builtins(one) for one in found],
        Thanks.kind: [msgspec.to_builtins(one) for one in thanks],
    }


async def forget(me: Person, moment: Moment) -> Changes:
    """It goes, from the counts as well."""
    changes = Changes()
    for one in (await moment.read.find(Farewell, person=me.id)).items:
        cohort = await moment.read.get(Cohort, one.cohort)
        jobs = cards(cohort) if cohort else ()
        changes += Changes(deletes=(one,), tallies=counts(None, one), jobs=jobs)
    return changes + Changes(deletes=await _thanks(me, moment))


async def _thanks(me: Person, moment: Moment) -> tuple[Thanks, ...]:
    """What they wrote and what they were written."""
    given = await moment.read.find(Thanks, by=me.id)
    got = await moment.read.find(Thanks, to=me.id)
    return (*given.items, *got.items)


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """It goes over, unless the other has said something too."""
    changes = Changes()
    for one in (await moment.read.find(Farewell, person=gone.id, limit=20)).items:
        id = farewell_id(one.cohort, kept.id)
        twin = await moment.read.get(Farewell, id)
        if twin is None:
            new = replace(one, id=id, version=0, person=kept.id)
            changes += Changes(saves=(new,), deletes=(one,))
        else:
            cohort = await moment.read.get(Cohort, one.cohort)
            jobs = cards(cohort) if cohort else ()
            changes += Changes(deletes=(one,), tallies=counts(None, one), jobs=jobs)
    return changes + await _carried(kept, gone, moment)


async def _carried(kept: Person, gone: Person, moment: Moment) -> Changes:
    """Thanks go over too, but nobody has thanked themselves."""
    changes = Changes()
    for one in await _thanks(gone, moment):
        by = kept.id if one.by == gone.id else one.by
        to = kept.id if one.to == gone.id else one.to
        new = replace(one, id=thanks_id(one.cohort, by, to), version=0, by=by, to=to)
        dropped = by == to or await moment.read.get(Thanks, new.id) is not None
        changes += Changes(saves=() if dropped else (new,), deletes=(one,))
    return changes
