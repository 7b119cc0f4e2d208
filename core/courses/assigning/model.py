"""Reminders of a course that is due, and enrolments at its provider: records and pure rules."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import ClassVar, Literal

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.model import Cohort, awake, membership_id, runs
from core.cohorts.model import Membership as Member
from core.courses.model import ARRIVED, LINKS, WAITING, Course, Learning, Send
from core.engine.gate import opening, zone_of
from core.engine.ports import Delivery, Moment, Record, Rhythm

RUNGS = (-7, -2, 1)
APART = timedelta(days=2)
PATIENCE = timedelta(days=5)
BACK = 10
AT_ONCE = 3
OUT = ("going", "sent")
THEIRS = (*WAITING, *ARRIVED)
DAY = timedelta(days=1)

Enrolled = Literal["enrolled", "unknown", "unable"]


class Reminding(Record, frozen=True, kw_only=True):
    """How often a person was reminded of a send; the id is `<send>/<person>`.

    `rungs` of the ladder are behind them, the last one on the day `last`; `stopped`: they said
    that it is not for them.
    """

    kind: ClassVar[str] = "reminding"
    indexes: ClassVar[tuple[str, ...]] = ("send", "person")

    send: str
    person: str
    rungs: int = 0
    last: date | None = None
    stopped: datetime | None = None


class Enrolment(Record, frozen=True, kw_only=True):
    """What its provider makes of enrolling people in a send (its id).

    `able` is "" until it first answered; `why` says what is in the way, `down` since when it does
    not answer.
    """

    kind: ClassVar[str] = "enrolment"

    able: Literal["", "yes", "no"] = ""
    why: str = ""
    down: datetime | None = None


class Rung(Struct, frozen=True):
    """One reminder: the `n`th of the ladder, from `at` until `until`."""

    n: int
    at: datetime
    until: datetime


def one_id(send: str, person: str) -> str:
    """One for each send and person."""
    return f"{send}/{person}"


def board(state: str) -> str:
    """The board that counts, by send and step, whom a provider answered so."""
    return f"courses.enrol.{state}"


# --- when to remind -------------------------------------------------------------------------------


def next_rung(
    due: date, rhythm: Rhythm, since: datetime, was: Reminding | None, now: datetime
) -> Rung | None:
    """The reminder that is next or whose time has come; each comes once, and never two in a row.

    `since` is when the link was brought: who has just got it needs no reminder.
    """
    if was is not None and was.stopped:
        return None
    quiet = local(since, rhythm) + APART
    if was is not None and was.last:
        quiet = max(quiet, was.last + APART)
    for rung in ladder(due, rhythm)[was.rungs if was else 0 :]:
        if max(now, rung.at) < rung.until and local(rung.at, rhythm) >= quiet:
            return rung
    return None


def ladder(due: date, rhythm: Rhythm) -> tuple[Rung, ...]:
    """All reminders of a day, each until the next one would come."""
    return _ladder(due, replace(rhythm, heard=0, budget=0, paused_until=None))


@lru_cache(1024)
def _ladder(due: date, rhythm: Rhythm) -> tuple[Rung, ...]:
    """Most people keep the same hours."""
    week, soon, after = (_suits(due, days, rhythm) for days in RUNGS)
    return (
        Rung(0, week, soon),
        Rung(1, soon, midnight(due + DAY, rhythm)),
        Rung(2, after, after + PATIENCE),
    )


def local(at: datetime, rhythm: Rhythm) -> date:
    """The day that it is for somebody."""
    return at.astimezone(zone_of(rhythm.zone)).date()


def midnight(day: date, rhythm: Rhythm) -> datetime:
    """When a day begins for somebody."""
    return datetime.combine(day, time(), zone_of(rhythm.zone)).astimezone(UTC)


def _suits(due: date, days: int, rhythm: Rhythm) -> datetime:
    """In their hours; what would fall on a day off comes before it, as long as it is not due."""
    day = due + timedelta(days=days)
    for n in range(BACK if days < 0 else 0):
        at = opening(rhythm, midnight(day - n * DAY, rhythm))
        if local(at, rhythm) == day - n * DAY:
            return at
    return opening(rhythm, midnight(day, rhythm))


# --- whom it still concerns -----------------------------------------------------------------------


def offered(send: Send, today: date) -> bool:
    """Whether it may be brought to somebody who comes now."""
    if send.state not in OUT or (send.due and send.due < today):
        return False
    return not any(left(course, today) for course in send.courses)


def left(course: Course, today: date) -> bool:
    """Whether its provider has taken it away."""
    return course.retired or (course.leaves is not None and course.leaves < today)


def enrols(course: Course) -> bool:
    """Whether it is worth asking its catalogue to enrol somebody."""
    return course.catalogue != LINKS and not course.retired


async def heeds(moment: Moment, send: Send, person: str) -> bool:
    """Whether somebody may still hear of a send: they got it, have not done it and not left."""
    brought = await moment.read.get(Delivery, one_id(send.id, person))
    learning = await moment.read.get(Learning, one_id(send.id, person))
    there = brought.state in ARRIVED if brought else send.open and learning is not None
    if send.state not in OUT or not there or (learning and learning.done):
        return False
    told = await moment.read.get(Reminding, one_id(send.id, person))
    if told is not None and told.stopped:
        return False
    return not send.cohort or await concerns(moment, send.cohort, person)


async def concerns(moment: Moment, id: str, person: str) -> bool:
    """Whether a cohort still asks somebody for anything: who left it is left alone."""
    cohort = await moment.read.get(Cohort, id)
    if cohort is None or not awake(cohort, moment.now):
        return False
    found = await moment.read.get(Member, membership_id(id, person))
    return found is None or found.state == "member" or runs(cohort, person)
