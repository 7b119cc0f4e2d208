"""What the closing keeps of a person."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.cohorts.closing.model import Farewell, cards, counts, farewell_id
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment
from core.people.model import Person


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """What I said at the end."""
    found = (await moment.read.find(Farewell, person=me.id)).items
    return {Farewell.kind: [msgspec.to_builtins(one) for one in found]}


async def forget(me: Person, moment: Moment) -> Changes:
    """It goes, from the counts as well."""
    changes = Changes()
    for one in (await moment.read.find(Farewell, person=me.id)).items:
        cohort = await moment.read.get(Cohort, one.cohort)
        jobs = cards(cohort) if cohort else ()
        changes += Changes(deletes=(one,), tallies=counts(None, one), jobs=jobs)
    return changes


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
    return changes
