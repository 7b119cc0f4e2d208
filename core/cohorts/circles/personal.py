"""What a circle keeps of a person: taken along, erased, carried over."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.cohorts.circles.model import Circle, Seat, seat_id, seated
from core.cohorts.circles.moving import unseated
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment
from core.people.model import Person


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """The seats of a person, with what they answered."""
    rows = (await moment.read.find(Seat, person=me.id)).items
    return {Seat.kind: [msgspec.to_builtins(row) for row in rows]}


async def forget(me: Person, moment: Moment) -> Changes:
    """Leaves the circles, with all they said in them."""
    changes = Changes()
    for seat in (await moment.read.find(Seat, person=me.id)).items:
        cohort = await moment.read.get(Cohort, seat.cohort)
        changes += await unseated(moment, cohort, me.id) if cohort else Changes(deletes=(seat,))
    return changes


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The seat goes over, unless they have one there: then it is free."""
    changes = Changes()
    for was in (await moment.read.find(Seat, person=gone.id)).items:
        twin = await moment.read.get(Seat, seat_id(was.cohort, kept.id))
        circle = await moment.read.get(Circle, was.circle) if was.circle else None
        cohort = await moment.read.get(Cohort, was.cohort)
        if twin is not None and cohort is not None and twin.circle != was.circle:
            changes += await unseated(moment, cohort, gone.id)
            continue
        version = twin.version if twin else 0
        id = seat_id(was.cohort, kept.id)
        new = replace(was, id=id, version=version, person=kept.id)
        changes += Changes(saves=(new,), deletes=(was,))
        if circle is not None:
            changes += Changes(saves=(_renamed(circle, gone.id, kept.id),))
    return changes


def _renamed(circle: Circle, was: str, now: str) -> Circle:
    host = now if circle.host == was else circle.host
    hosted = tuple(now if one == was else one for one in circle.hosted)
    people = [now if one == was else one for one in circle.people]
    return seated(replace(circle, host=host, hosted=hosted), people)
