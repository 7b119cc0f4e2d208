"""Who comes late gets a circle; who goes leaves a hole; a circle that dwindled joins another."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.access import closed, for_leads, redrawn, refused
from core.cohorts.circles import posts
from core.cohorts.circles.drawing import gathered, is_member, seat
from core.cohorts.circles.model import (
    LARGE,
    Apart,
    Arrangement,
    Circle,
    Seat,
    circle_of,
    dwindled,
    poured,
    proposed,
    seat_id,
    seated,
    shown_to,
)
from core.cohorts.circles.split import LEAST, MOST, candidate, clash, reasons
from core.cohorts.model import Cohort, Membership, board, members, timer
from core.engine.ports import (
    Changes,
    Event,
    Job,
    Moment,
    Record,
    Show,
    ToPerson,
    show,
)
from core.message import Button, OpenForm, Phrase, Press, say
from core.people.model import Person, alive
from core.slices import Corner

LOOKED_AT = 20
SMALLEST = 5


async def followed(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Somebody became a member, or is one no longer: their circle is looked at in a moment."""
    before = isinstance(was, Membership) and was.state == "member"
    member = now if isinstance(now, Membership) else was
    after = isinstance(now, Membership) and now.state == "member"
    if before == after or not isinstance(member, Membership):
        return Changes()
    arranged = await moment.read.get(Arrangement, member.cohort)
    if arranged is None or arranged.state != "running":
        return Changes()
    args = {"cohort": member.cohort, "person": member.person, "turn": str(member.turn)}
    name = "circles.join" if after else "circles.left"
    return Changes(jobs=(timer(name, event.org, None, **args),))


# --- coming -------------------------------------------------------------------------------------


async def latecomers(event: Event, moment: Moment) -> Changes:
    """Members whom no circle took when the circles started."""
    page, on = await members(event, moment)
    jobs: list[Job] = list(on)
    for member in page.items:
        if await moment.read.get(Seat, member.id) is None:
            args = {"cohort": member.cohort, "person": member.person, "turn": str(member.turn)}
            jobs.append(timer("circles.join", event.org, None, **args))
    return Changes(jobs=tuple(jobs))


async def join(event: Event, moment: Moment) -> Changes:
    """A late one takes a place in the smallest circle without their manager."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    me = event.args["person"]
    if cohort is None or closed(cohort, moment) or not await is_member(moment, cohort, me):
        return Changes()
    if await circle_of(moment.read, cohort.id, me):
        return Changes()
    found = await moment.read.find(Circle, cohort=cohort.id, state="running", limit=LOOKED_AT)
    for one in found.items:
        if len(one.people) < MOST and not await _clashes(moment, one, me):
            return await taken_in(moment, cohort, seated(one, (*one.people, me)), (me,))
    return await _waits(moment, cohort, me)


async def taken_in(
    moment: Moment, cohort: Cohort, circle: Circle, newcomers: Sequence[str]
) -> Changes:
    """The circle with its newcomers: a chat for all of them, or its card to each newcomer."""
    new = replace(circle, place="", kept=False)
    seats = [await seat(moment, new, person) for person in newcomers]
    chat = await gathered(moment, cohort, new, newcomers)
    cards = tuple(shown_to(new, person, moment.now) for person in newcomers)
    return Changes(saves=(new, *seats), jobs=chat or cards)


async def _clashes(moment: Moment, circle: Circle, person: str) -> bool:
    me = await alive(moment.read, person)
    others = [await alive(moment.read, one) for one in circle.people]
    if me is None:
        return False
    mine = candidate(me, moment.now)
    return any(clash(mine, candidate(other, moment.now)) for other in others if other)


async def _apart(moment: Moment, circles: Sequence[Circle]) -> Apart:
    """Who would sit with their manager, or with somebody whom they manage."""
    people = [await alive(moment.read, id) for circle in circles for id in circle.people]
    known = {one.id: candidate(one, moment.now) for one in people if one}

    def apart(person: str, circle: Circle) -> bool:
        me, others = known.get(person), [known[one] for one in circle.people if one in known]
        return me is not None and any(clash(me, other) for other in others)

    return apart


async def _waits(moment: Moment, cohort: Cohort, person: str) -> Changes:
    """All circles are full: six who wait make a new one."""
    found = await moment.read.find(Seat, cohort=cohort.id, circle="", limit=LEAST)
    waiting = [one.person for one in found.items if one.person != person]
    id = seat_id(cohort.id, person)
    if len(waiting) + 1 < LEAST:
        was = await moment.read.get(Seat, id)
        new = Seat(id=id, version=was.version if was else 0, cohort=cohort.id, person=person)
        return Changes(saves=(new,))
    arranged = await moment.read.get(Arrangement, cohort.id)
    if arranged is None:
        return Changes()
    number = arranged.circles + 1
    people = (*waiting, person)
    known = [one for one in [await alive(moment.read, one) for one in people] if one]
    why = reasons([candidate(one, moment.now) for one in known])
    circle = replace(proposed(cohort.id, arranged.draft, number, people, why), state="running")
    counted = replace(arranged, circles=number)
    return Changes(saves=(counted,)) + await taken_in(moment, cohort, circle, people)


# --- going --------------------------------------------------------------------------------------


async def left(event: Event, moment: Moment) -> Changes:
    """Somebody is no longer a member: their place is free."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    person = event.args["person"]
    if cohort is None or await is_member(moment, cohort, person):
        return Changes()
    freed = await unseated(moment, cohort, person)
    return freed + Changes(jobs=await _next_in(event, moment, cohort))


async def unseated(moment: Moment, cohort: Cohort, person: str) -> Changes:
    """Their seat is gone; whoever facilitates hears when few are left."""
    was = await moment.read.get(Seat, seat_id(cohort.id, person))
    if was is None:
        return Changes()
    circle = await moment.read.get(Circle, was.circle) if was.circle else None
    if circle is None:
        return Changes(deletes=(was,))
    people = [one for one in circle.people if one != person]
    if not people:
        return Changes(deletes=(was,)) + await _ended(moment, circle)
    new = replace(seated(circle, people), place="")  # whoever has gone still reads the old chat
    chat = await gathered(moment, cohort, new, ()) if circle.place else ()
    return Changes(saves=(new,), deletes=(was,), jobs=(*_few(cohort, new), *chat))


async def _next_in(event: Event, moment: Moment, cohort: Cohort) -> tuple[Job, ...]:
    """Whoever waits for a place gets the one that is free."""
    found = await moment.read.find(Seat, cohort=cohort.id, circle="", limit=1)
    return tuple(
        timer(
            "circles.join",
            event.org,
            None,
            cohort=cohort.id,
            person=one.person,
            turn=moment.id("next", one.id)[:12],
        )
        for one in found.items
    )


async def _ended(moment: Moment, circle: Circle) -> Changes:
    arranged = await moment.read.get(Arrangement, circle.cohort)
    counted = (replace(arranged, ended=arranged.ended + 1),) if arranged else ()
    return Changes(saves=counted, deletes=(circle,))


def _few(cohort: Cohort, circle: Circle) -> tuple[Job, ...]:
    if not dwindled(circle):
        return ()
    slot = f"circle-small/{circle.id}"
    work = Show(ToPerson(cohort.facilitator), slot)
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return (Job(key=f"{slot}/{len(circle.people)}", work=work, weight="nudge"), desk)


@for_leads
async def merge(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The people of a small circle go into others, together if one has room."""
    small = await moment.read.get(Circle, event.args.get("circle", ""))
    if small is None or small.cohort != cohort.id or not dwindled(small):
        return refused(posts.GONE)
    found = await moment.read.find(Circle, cohort=cohort.id, state="running", limit=LOOKED_AT)
    changed = poured(small, found.items, await _apart(moment, (small, *found.items)))
    if not changed:
        return refused(posts.NO_ROOM)
    changes = await _ended(moment, small)
    for circle in changed:
        new = [one for one in circle.people if one in small.people]
        changes += await taken_in(moment, cohort, circle, new)
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return redrawn(changes + Changes(jobs=(desk,)), posts.MERGED)


@for_leads
async def keep(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """A small circle stays as it is."""
    small = await moment.read.get(Circle, event.args.get("circle", ""))
    if small is None or small.cohort != cohort.id or not dwindled(small):
        return refused(posts.GONE)
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return redrawn(Changes(saves=(replace(small, kept=True),), jobs=(desk,)), posts.KEPT)


# --- on other cards -----------------------------------------------------------------------------


async def on_the_desk(moment: Moment, cohort: Cohort) -> Corner | None:
    """Circles for a large cohort, as far as they have come."""
    if closed(cohort, moment):
        return None
    now = await moment.read.get(Arrangement, cohort.id)
    if now is None:
        return await _first(moment, cohort)
    if now.state == "running":
        return await _running(moment, cohort, now)
    look = Press(say("circles.look", "Look at the circles"), "circles.see", {"cohort": cohort.id})
    ready = say("circles.ready", "Circles are drawn and wait for your look.")
    return Corner((ready,), (look,)) if now.state == "proposed" else None


async def _first(moment: Moment, cohort: Cohort) -> Corner | None:
    if await moment.read.tally(board("member"), cohort.id) < LARGE:
        return None
    label = say("circles.draw", "Make circles")
    return Corner((), (OpenForm(label, "circles.draw", {"cohort": cohort.id}),))


async def _running(moment: Moment, cohort: Cohort, now: Arrangement) -> Corner:
    found = await moment.read.find(Circle, cohort=cohort.id, state="running", limit=SMALLEST)
    small = [circle for circle in found.items if dwindled(circle)][:1]
    lines: list[Phrase] = [say("circles.count", "Circles: {n}.", n=now.circles - now.ended)]
    buttons: list[Button] = []
    for circle in small:
        lines.append(posts.few_left(circle))
        buttons += (posts.merge(circle), posts.leave(circle))
    return Corner(tuple(lines), tuple(buttons))


async def on_my_card(moment: Moment, cohort: Cohort, person: str) -> Corner | None:
    """The way to my circle."""
    if closed(cohort, moment) or not await circle_of(moment.read, cohort.id, person):
        return None
    return Corner((), (posts.to_mine(cohort),))
