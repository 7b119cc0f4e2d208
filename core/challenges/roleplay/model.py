"""A scene being played by two or three, and the part that each has in it."""

from datetime import datetime, timedelta
from typing import ClassVar, Literal

from msgspec.structs import replace

from core.engine.ports import Record

State = Literal["ready", "playing", "done"]
Sharing = Literal["me", "partner"]

MINUTES = (3, 5, 8, 10)
TEXT = 400
OBSERVER = 2
FADES = timedelta(days=10)


class Play(Record, frozen=True, kw_only=True):
    """One scene of one group; the id is `<cohort>/<draw>/<pair>`. `round` counts from 1.

    Two people swap once; three go through both roles and the observer's chair.
    """

    kind: ClassVar[str] = "play"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "state")

    cohort: str
    script: str
    minutes: int
    seats: int
    state: State = "ready"
    round: int = 0
    until: datetime | None = None
    at: datetime


class Part(Record, frozen=True, kw_only=True):
    """What one person plays first, and what they keep; the id is `<play>/<person>`."""

    kind: ClassVar[str] = "part"
    indexes: ClassVar[tuple[str, ...]] = ("play", "person", "cohort")

    play: str
    cohort: str
    person: str
    seat: int
    looks: tuple[int, ...] = ()
    keeps: str = ""
    shared: Sharing = "me"
    at: datetime


def part_id(play: str, person: str) -> str:
    """One for each person and scene."""
    return f"{play}/{person}"


def role_in(play: Play, part: Part, round: int) -> int:
    """Which role somebody has in a round: 0, 1, or the observer's."""
    return (part.seat + max(round, 1) - 1) % play.seats


def begun(play: Play, now: datetime) -> Play:
    """The clock runs."""
    return replace(play, state="playing", round=1, until=now + timedelta(minutes=play.minutes))


def next_round(play: Play, now: datetime) -> Play:
    """Everybody moves on to the next role; after the last one it is over."""
    if play.round >= play.seats:
        return over(play)
    return replace(play, round=play.round + 1, until=now + timedelta(minutes=play.minutes))


def over(play: Play) -> Play:
    """The scene has ended."""
    return replace(play, state="done", until=None)
