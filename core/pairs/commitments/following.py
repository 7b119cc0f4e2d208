"""What follows for promises when somebody leaves, gets a partner, or a whole cohort goes."""

from msgspec.structs import replace

from core.cohorts.model import Cohort, Membership, timer
from core.engine.ports import Changes, Event, Moment, Record
from core.pairs.checkins.model import CheckIn, Cheer
from core.pairs.commitments.changes import cards_of
from core.pairs.commitments.model import Commitment, Ritual, closed, counts, told_slot
from core.pairs.commitments.partners import told
from core.pairs.commitments.personal import uncounted
from core.pairs.commitments.views import open_of
from core.pairs.followups.model import Declined, LookBack
from core.pairs.model import Pair
from core.people.model import Person, alive

PAGE = 50
TOGETHER = ("accepted", "running")
CONTENT: tuple[type[Record], ...] = (Commitment, CheckIn, Cheer, LookBack, Declined)


async def left(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Who leaves a cohort is not asked any more; what they wrote stays theirs."""
    if not (isinstance(was, Membership) and isinstance(now, Membership)):
        return Changes()
    if was.state != "member" or now.state == "member":
        return Changes()
    cohort = await moment.read.get(Cohort, now.cohort)
    changes = Changes(tallies=await uncounted(moment, now.cohort, now.person))
    for one in await open_of(moment.read, now.person, now.cohort):
        new = closed(one, "dropped")
        jobs = cards_of(cohort, new, one) if cohort else ()
        changes += Changes(saves=(new,), tallies=counts(new, one), jobs=jobs)
    return changes


async def paired(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """New partners read what each had promised for their eyes."""
    if not isinstance(now, Pair) or now.style != "lasting" or now.state not in TOGETHER:
        return Changes()
    if isinstance(was, Pair) and was.state in TOGETHER:
        return Changes()
    cohort = await moment.read.get(Cohort, now.cohort)
    found = [await alive(moment.read, id) for id in now.people]
    people = [person for person in found if person]
    changes = Changes()
    for person in people if cohort else ():
        others = [other for other in people if other.id != person.id]
        for one in await open_of(moment.read, person.id, now.cohort):
            if one.sight != "me" and cohort:
                changes += _read_by(one, others, cohort, moment)
    return changes


def _read_by(one: Commitment, others: list[Person], cohort: Cohort, moment: Moment) -> Changes:
    whom = tuple(dict.fromkeys((*one.told, *(other.id for other in others))))
    jobs = told(others, cohort, told_slot(one), moment)
    return Changes(saves=(replace(one, told=whom),), jobs=jobs)


async def cohort_went(
    was: Record | None, now: Record | None, event: Event, moment: Moment
) -> Changes:
    """A cohort is forgotten, and what was promised in it."""
    if now is not None or not isinstance(was, Cohort):
        return Changes()
    wiping = timer("commitments.wipe", event.org, None, cohort=was.id, page="0")
    return Changes(jobs=(wiping,))


async def wipe(event: Event, moment: Moment) -> Changes:
    """All of it, a page at a time."""
    id, page = event.args["cohort"], int(event.args["page"]) + 1
    if await moment.read.get(Cohort, id):
        return Changes()
    ritual = await moment.read.get(Ritual, id)
    gone = Changes(deletes=(ritual,) if ritual else ())
    for kind in CONTENT:
        gone += Changes(deletes=(await moment.read.find(kind, cohort=id, limit=PAGE)).items)
    on = timer(event.name, event.org, None, cohort=id, page=str(page))
    return gone + Changes(jobs=(on,)) if gone else gone
