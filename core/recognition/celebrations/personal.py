"""What celebrations keep of a person."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment
from core.people.model import Person
from core.recognition.celebrations.model import Celebration, gone


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """What they told, and what was told of them."""
    return {Celebration.kind: [msgspec.to_builtins(one) for one in await _of(me, moment)]}


async def forget(me: Person, moment: Moment) -> Changes:
    """Both go, from everywhere they stand."""
    changes = Changes()
    for one in await _of(me, moment):
        cohort = await moment.read.get(Cohort, one.cohort)
        changes += Changes(deletes=(one,), jobs=gone(cohort, one) if cohort else ())
    return changes


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """They go over."""
    changes = Changes()
    for one in await _of(gone, moment):
        by = kept.id if one.by == gone.id else one.by
        to = kept.id if one.to == gone.id else one.to
        changes += Changes(saves=(replace(one, by=by, to="" if to == by else to),))
    return changes


async def _of(me: Person, moment: Moment) -> tuple[Celebration, ...]:
    told = await moment.read.find(Celebration, by=me.id)
    of_them = await moment.read.find(Celebration, to=me.id)
    return (*told.items, *of_them.items)
