"""Signing up and changing one's mind; seats that are given back go to who waits."""

from msgspec.structs import replace

from core.cohorts.access import for_members, redrawn, refused
from core.cohorts.model import Cohort, Membership, membership_id, timer
from core.cohorts.workshops.access import about, meant
from core.cohorts.workshops.model import Workshop, open_to, pages
from core.cohorts.workshops.signup import posts
from core.cohorts.workshops.signup.model import (
    AT_ONCE,
    Signup,
    board,
    counts,
    free,
    fresh,
    given_back,
    in_line,
    moved_up,
    offered,
    said,
    seated,
    seats_of,
    signup_id,
)
from core.engine.ports import Changes, Event, Job, Moment, Record
from core.people.model import Person


@about(for_members)
async def sign(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """Coming, online, or not; any time anew."""
    wish = next((it for it in offered(workshop) if it == event.args.get("choice")), None)
    if wish is None or not open_to(workshop, moment.now):
        return refused(posts.TOO_LATE if wish else posts.NOT_OFFERED)
    known = await moment.read.get(Signup, signup_id(workshop.id, me.id))
    was = known or fresh(workshop, me.id, moment.now)
    if was.choice == wish or (was.choice == "waiting" and wish == seated(workshop)):
        return refused(posts.SAID[was.choice])
    if wish == seated(workshop):
        return await _seat(moment, cohort, workshop, was)
    back = await given_back(moment, workshop, was)
    new = replace(said(was, wish, moment.now), about=workshop.turn)
    added = Changes(saves=(new,), tallies=counts(wish, "", workshop.id))
    return redrawn(back + added + _shown(cohort, workshop), posts.SAID[wish])


async def _seat(moment: Moment, cohort: Cohort, workshop: Workshop, was: Signup) -> Changes:
    """One of the seats, or a place on the waiting list behind those who wait already."""
    seats = await seats_of(moment, workshop)
    waiting = await moment.read.tally(board("waiting"), workshop.id)
    full = workshop.capacity > 0 and (not free(workshop, seats) or waiting > 0)
    if full:
        seats = replace(seats, line=seats.line + 1)
        new, note = in_line(was, seats.line, moment.now), posts.waiting(max(waiting, 0) + 1)
    else:
        seats = replace(seats, taken=seats.taken + 1)
        new = said(was, seated(workshop), moment.now)
        note = posts.SAID[new.choice]
    changes = Changes(saves=(new, seats), tallies=counts(new.choice, was.choice, workshop.id))
    return redrawn(changes + _shown(cohort, workshop), note)


def _shown(cohort: Cohort, workshop: Workshop) -> Changes:
    return Changes(jobs=pages(cohort, workshop))


async def fill(event: Event, moment: Moment) -> Changes:
    """There are more seats than before."""
    workshop = await meant(event, moment)
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if workshop is None or cohort is None or workshop.state != "planned":
        return Changes()
    changes = await moved_up(moment, workshop, await seats_of(moment, workshop))
    lucky = len(changes.saves) - 1
    more = (filling(workshop, event.org, changes.saves[0]),) if lucky == AT_ONCE else ()
    return changes + _shown(cohort, workshop) + Changes(jobs=more) if lucky else Changes()


def filling(workshop: Workshop, org: str, seats: Record) -> Job:
    """Looks whether anybody who waits gets a seat."""
    args = {"cohort": workshop.cohort, "workshop": workshop.id}
    return timer("workshops.fill", org, None, **args, seen=str(seats.version))


# --- who leaves -----------------------------------------------------------------------------------


async def follow(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Somebody has left a cohort: their seats are given back, one person after another."""
    if not (isinstance(was, Membership) and isinstance(now, Membership)):
        return Changes()
    if was.state != "member" or now.state == "member":
        return Changes()
    args = {"cohort": now.cohort, "person": now.person, "turn": str(now.turn)}
    return Changes(jobs=(timer("workshops.left", event.org, None, **args),))


async def left(event: Event, moment: Moment) -> Changes:
    """Whoever left no longer comes; that they were there before stays theirs."""
    id, person = event.args["cohort"], event.args["person"]
    cohort = await moment.read.get(Cohort, id)
    member = await moment.read.get(Membership, membership_id(id, person))
    if cohort is None or (member is not None and member.state == "member"):
        return Changes()
    changes = Changes()
    for signup in (await moment.read.find(Signup, cohort=id, person=person)).items:
        workshop = await moment.read.get(Workshop, signup.workshop)
        if workshop is not None and signup.choice and open_to(workshop, moment.now):
            back = await given_back(moment, workshop, signup)
            new = said(signup, "", moment.now)
            changes += back + Changes(saves=(new,)) + _shown(cohort, workshop)
    return changes
