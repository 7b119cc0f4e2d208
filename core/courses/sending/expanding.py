"""From rolls to people: each is accounted for, and the senders never have more than two rolls."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from core.cohorts.model import Cohort, Membership, membership_id
from core.courses.audience.model import (
    GONE,
    GUEST,
    LEFT,
    TWICE,
    Count,
    count_id,
    roll_id,
    with_guests,
)
from core.courses.model import ROLL, Roll, Send, given, shared_slot
from core.courses.sending.halting import asleep, halted
from core.courses.sending.watching import desk, watch
from core.engine.ports import (
    Changes,
    Delivery,
    Event,
    Job,
    Moment,
    Raise,
    Show,
    Tally,
    ToPlace,
    counted,
)
from core.people.model import Person, alive

SOON, LATE = 0.1, 10.0


async def onward(event: Event, moment: Moment) -> Changes:
    """The next roll, once the senders have almost caught up."""
    it = await moment.read.get(Send, event.args.get("send", ""))
    if it is None or it.state != "going" or str(it.next) != event.args.get("n"):
        return Changes()
    why = asleep(await moment.read.get(Cohort, it.cohort), moment.now) if it.cohort else ""
    if why:
        return halted(it, why) + Changes(jobs=watch(event.org, it, moment.now))
    waiting = await moment.read.tally("delivery.planned", it.id)
    if waiting <= ROLL:
        return await expanded(event.org, moment, it)
    moves = waiting < int(event.args["waiting"])
    wait = SOON if moves else min(2 * float(event.args["wait"]), LATE)
    return Changes(jobs=(_next(event.org, moment, it, wait, waiting),))


def _next(org: str, moment: Moment, it: Send, wait: float = 0.0, waiting: int = 0) -> Job:
    """Looks again; one at a time for each send."""
    args = {"send": it.id, "n": str(it.next), "wait": str(wait or SOON), "waiting": str(waiting)}
    id = f"timer/courses.next/{it.id}/{it.next}/{moment.id('next')[:12]}"
    event = Event(id=id, org=org, source="timer", name="courses.next", args=args)
    due = moment.now + timedelta(seconds=wait)
    return Job(key=f"courses.next/{it.id}", work=Raise(event), due=due, plan="replace")


async def expanded(org: str, moment: Moment, it: Send) -> Changes:
    """One roll is brought the link, and names nobody after that; behind the last, all are out."""
    roll = await moment.read.get(Roll, roll_id(it, it.next))
    ids = roll.people if roll else ()
    brought = await _brought(moment, it, ids)
    new = replace(it, next=it.next + 1)
    count = await moment.read.get(Count, count_id(it)) or Count(id=count_id(it), send=it.id)
    kept = (
        *((replace(roll, people=()),) if roll else ()),
        replace(count, brought=count.brought + len(ids)),
    )
    if new.next < it.pages:
        on = _next(org, moment, new)
        return brought + Changes(saves=(new, *kept), jobs=(on, desk(new)))
    return brought + Changes(saves=kept) + out(org, moment, new)


async def _brought(moment: Moment, it: Send, ids: Sequence[str]) -> Changes:
    """Everybody on a roll, each with a Delivery."""
    found = [await alive(moment.read, id) if id else None for id in ids]
    guests = await with_guests(moment.read, it)
    met: set[str] = set()
    parts: list[Changes] = []
    for n, person in enumerate(found):
        why = GONE if person is None else await _why_not(moment, it, person, met)
        why = GUEST if person and person.guest and not (why or guests) else why
        if person is None or why:
            named = person.id if person and why in (LEFT, GUEST) else ""
            parts.append(_left_out(it, f"{it.next}-{n}", why, named, moment.now))
        else:
            parts.append(given(it, person.id, moment.now))
        met |= {person.id} if person else set()
    return _together(parts)


async def _why_not(moment: Moment, it: Send, person: Person, met: set[str]) -> str:
    """Why somebody on a roll is not written to after all: they were two, or have left."""
    if person.id in met or await moment.read.get(Delivery, f"{it.id}/{person.id}"):
        return TWICE
    if it.audience is None or it.audience.kind != "cohort":
        return ""
    member = await moment.read.get(Membership, membership_id(it.cohort, person.id))
    return "" if member and member.state == "member" else LEFT


def _left_out(it: Send, place: str, why: str, person: str, now: datetime) -> Changes:
    """Accounted for, and not written to; who is gone is not named."""
    id = f"{it.id}/{person or place}"
    delivery = Delivery(id=id, campaign=it.id, person=person, at=now, state="skipped", why=why)
    return Changes(saves=(delivery,), tallies=(counted(delivery),))


def _together(parts: Sequence[Changes]) -> Changes:
    """All of them, with one tally a board."""
    sums: Counter[tuple[str, str]] = Counter()
    for tally in (tally for part in parts for tally in part.tallies):
        sums[tally.board, tally.subject] += tally.by
    return Changes(
        saves=tuple(record for part in parts for record in part.saves),
        tallies=tuple(Tally(board=board, subject=of, by=by) for (board, of), by in sums.items()),
        jobs=tuple(job for part in parts for job in part.jobs),
    )


def in_places(org: str, moment: Moment, it: Send) -> Changes:
    """Once in each place of the audience, for all to see."""
    parts: list[Changes] = []
    for n, place in enumerate(it.audience.ids if it.audience else ()):
        slot = shared_slot(it.id, n)
        delivery = Delivery(id=f"{it.id}/at{n}", campaign=it.id, person="", at=moment.now)
        job = Job(
            key=f"show/{place}/{slot}",
            work=Show(ToPlace(place), slot),
            weight="essential",
            plan="replace",
            report=delivery.id,
        )
        parts.append(Changes(saves=(delivery,), tallies=(counted(delivery),), jobs=(job,)))
    return _together(parts) + out(org, moment, it)


def out(org: str, moment: Moment, it: Send) -> Changes:
    """Everybody has it or is on the list of the senders; from now on it is only watched."""
    new = replace(it, state="sent", ended=moment.now)
    return Changes(saves=(new,), jobs=(desk(new), *watch(org, new, moment.now)))
