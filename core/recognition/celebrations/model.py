"""What somebody celebrates in a cohort, and who gave it a high five."""

from datetime import datetime, timedelta
from typing import ClassVar

from msgspec import Struct

from core.cohorts.introductions.model import newest_first
from core.cohorts.model import Cohort, refreshed
from core.engine.ports import Job, Record, Tally, ToPlace, Withdraw, named

TEXT, HELPED = 300, 300
FIVES = "celebrations.fives"
A_DAY, PLENTY = timedelta(days=1), 3


class Celebration(Record, frozen=True, kw_only=True):
    """What went well for somebody, or for somebody else (`to`); `helped` is what others can try.

    `shown` is "yes" unless a moderator has hidden it.
    """

    kind: ClassVar[str] = "celebration"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "by", "to", "shown")
    order: ClassVar[str] = "rank"

    cohort: str
    by: str
    to: str = ""
    text: str
    helped: str = ""
    shown: str = "yes"
    at: datetime
    rank: str


class Words(Struct, frozen=True, kw_only=True):
    """What the form says, once it is in order; `to` "" where it is one's own."""

    text: str
    helped: str = ""
    to: str = ""


def celebration_id(cohort: str, by: str, draft: str) -> str:
    """One for each form that somebody opened, however often it is handed in."""
    return named(f"celebration/{cohort}/{by}/{draft}")


def celebrated(cohort: str, by: str, draft: str, said: Words, now: datetime) -> Celebration:
    """A new one."""
    return Celebration(
        id=celebration_id(cohort, by, draft),
        cohort=cohort,
        by=by,
        to="" if said.to == by else said.to,
        text=said.text,
        helped=said.helped,
        at=now,
        rank=newest_first(now),
    )


def slot_of(one: Celebration) -> str:
    """Its card."""
    return f"celebration/{one.id}"


def five(one: Celebration, person: str) -> Tally:
    """A high five, once for each person."""
    return Tally(board=FIVES, subject=one.id, once=five_once(one, person))


def five_once(one: Celebration, person: str) -> str:
    """The key under which it has counted."""
    return f"five/{one.id}/{person}"


def cards(cohort: Cohort, one: Celebration) -> tuple[Job, ...]:
    """What brings its card up to date wherever the cohort meets."""
    return refreshed(cohort, slot_of(one))


def gone(cohort: Cohort, one: Celebration) -> tuple[Job, ...]:
    """Its card goes from there."""
    slot = slot_of(one)
    return tuple(
        Job(key=f"withdraw/{place}/{slot}", work=Withdraw(ToPlace(place), slot), plan="replace")
        for place in cohort.spaces
    )
