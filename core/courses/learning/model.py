"""How far people have come with a course: who counts, and what three columns say of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from msgspec.structs import replace

from core.courses.model import (
    CONFIRMED,
    DECLARED,
    OPENED,
    Course,
    Learning,
    Send,
    Step,
    card_slot,
    desk_slot,
    may_see,
    shared_slot,
)
from core.engine.gate import opening
from core.engine.ports import (
    Changes,
    Delivery,
    Job,
    Moment,
    Reader,
    Record,
    Rhythm,
    Tally,
    ToPerson,
    ToPlace,
    show,
)

Column = Literal["opened", "declared", "confirmed"]
COLUMNS: dict[Column, str] = {"opened": OPENED, "declared": DECLARED, "confirmed": CONFIRMED}
PLACED = "courses.opened.place"
OUT = ("going", "sent", "stopped")
SOON = (timedelta(hours=3), timedelta(hours=1))


class Polling(Record, frozen=True, kw_only=True):
    """A catalogue (its id) that is asked until then; `since` is where it left off.

    There is one as long as a timer goes round. `failures` and `quiet` count answers in a row
    that were none, or had no news.
    """

    kind: ClassVar[str] = "polling"

    until: datetime
    since: str = ""
    failures: int = 0
    quiet: int = 0


class Watched(Record, frozen=True, kw_only=True):
    """That a send has a course: what a provider says of it is looked up here, newest first."""

    kind: ClassVar[str] = "watched"
    indexes: ClassVar[tuple[str, ...]] = ("course", "send")
    order: ClassVar[str] = "rank"
    versioned: ClassVar[bool] = False

    course: str
    send: str
    rank: str


# --- one person -----------------------------------------------------------------------------------


async def known(read: Reader, send: Send, person: str) -> Learning:
    """How far somebody has come; a step for each course, also for those that came later."""
    found = await read.get(Learning, f"{send.id}/{person}")
    new = found or Learning(id=f"{send.id}/{person}", send=send.id, person=person, steps=())
    missing = len(send.courses) - len(new.steps)
    return replace(new, steps=new.steps + (Step(),) * missing) if missing > 0 else new


def marked(was: Learning, n: int, column: Column, at: datetime | None) -> Learning:
    """One column of one step is set, or taken back; what was set before stays."""
    step = was.steps[n]
    there = getattr(step, column)
    new = replace(step, **{column: None if at is None else there or at})
    return replace(was, steps=(*was.steps[:n], new, *was.steps[n + 1 :]))


def counts(new: Learning | None, was: Learning | None) -> tuple[Tally, ...]:
    """What is added to the three columns when `was` becomes `new`."""
    there = [it for it in (new, was) if it is not None]
    most = max((len(it.steps) for it in there), default=0)
    return tuple(
        Tally(board=board, subject=f"{there[0].send}/{n}", by=by)
        for n in range(most)
        for column, board in COLUMNS.items()
        if (by := _has(new, n, column) - _has(was, n, column))
    )


def _has(it: Learning | None, n: int, column: Column) -> int:
    there = it is not None and n < len(it.steps) and getattr(it.steps[n], column)
    return 1 if there else 0


def together(one: Learning, other: Learning) -> Learning:
    """What two accounts of one person have done: whatever came first counts."""
    longer, shorter = sorted((one, other), key=lambda it: len(it.steps), reverse=True)
    pairs = zip(longer.steps, shorter.steps, strict=False)
    both = tuple(_step(first, second) for first, second in pairs)
    rest = longer.steps[len(both) :]
    copies = max(one.copies, other.copies)
    return replace(one, steps=(*both, *rest), at=max(one.at, other.at), copies=copies)


def _step(one: Step, other: Step) -> Step:
    return Step(
        since=_first(one.since, other.since),
        opened=_first(one.opened, other.opened),
        declared=_first(one.declared, other.declared),
        confirmed=_first(one.confirmed, other.confirmed),
        enrolled=one.enrolled or other.enrolled,
    )


def _first(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at), default=None)


# --- who counts -----------------------------------------------------------------------------------


async def takes_part(moment: Moment, send: Send, person: str, place: str = "") -> bool:
    """Whether somebody counts: it was brought to them, or stands where they are, for all to see."""
    if send.state not in OUT:
        return False
    if await moment.read.get(Delivery, f"{send.id}/{person}"):
        return True
    if not send.open:
        return False
    if place and place in places(send):
        return True
    known = await moment.read.get(Learning, f"{send.id}/{person}")
    return known is not None or await may_see(moment, send, person)


def places(send: Send) -> Sequence[str]:
    """Where it stands for all to see, in the order of their numbers."""
    return send.audience.ids if send.open and send.audience else ()


def opened_to(was: Learning, n: int) -> bool:
    """Whether a step of a path is open to somebody."""
    return n <= was.at or was.steps[n].since is not None


def home_of(send: Send) -> str:
    """The cohort that it is for, "" for none: those who are in it read each other."""
    audience = send.audience
    meant = audience.ids[:1] if audience and audience.kind == "cohort" else ()
    return meant[0] if meant else send.cohort


# --- the course -----------------------------------------------------------------------------------


def gone(course: Course, now: datetime) -> bool:
    """Whether the provider has taken it away."""
    return course.retired or (course.leaves is not None and course.leaves < now.date())


def step_in(text: str, send: Send) -> int | None:
    """The step that a button or an address names, None for none of this send."""
    sound = text.isascii() and text.isdigit() and len(text) <= len(str(len(send.courses)))
    return int(text) if sound and int(text) < len(send.courses) else None


def later_at(rhythm: Rhythm, now: datetime) -> datetime:
    """Later today, within their own hours; else when these begin again."""
    for wait in SOON:
        if opening(rhythm, now + wait) == now + wait:
            return now + wait
    return opening(rhythm, now + SOON[-1])


# --- what is drawn anew ---------------------------------------------------------------------------


def figures(send: Send) -> tuple[Job, ...]:
    """The sender’s figures, and those on the cards for all to see."""
    shared = (show(ToPlace(place), shared_slot(send.id, n)) for n, place in enumerate(places(send)))
    return (show(ToPerson(send.by), desk_slot(send.id)), *shared)


async def theirs(read: Reader, send: Send, person: str) -> tuple[Job, ...]:
    """The card of somebody who has it."""
    found = await read.get(Delivery, f"{send.id}/{person}")
    stands = found is not None and found.state == "sent"
    return (show(ToPerson(person), card_slot(send.id)),) if stands else ()


def moved(send: Send, new: Learning, was: Learning) -> Changes:
    """It is kept and counted, and the figures follow; nothing, where nothing moved."""
    if new == was:
        return Changes()
    return Changes(saves=(new,), tallies=counts(new, was), jobs=figures(send))
