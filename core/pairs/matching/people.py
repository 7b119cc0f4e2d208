"""What a draw is given, and what comes out of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

Away = Literal["", "paused", "stopped", "quiet", "alone", "skipped", "busy"]
Why = Literal["paused", "stopped", "quiet", "alone", "skipped", "busy", "only", "rules"]

WORDS = 8
SHARED_WORDS = 3
LONG_DAY = 8
FULL_WEEK = 5


class Candidate(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Somebody who may be matched, as far as a draw has to know them.

    Bit n of `hours`: at work in hour n of a UTC day; bit n of `days`: on that weekday. 0 hours or
    "" for `team` is unknown. `odd` is how often they were one of a group of another size, `away`
    why they sit this one out.
    """

    id: str
    team: str = ""
    hours: int = 0
    days: int = 0b11111
    words: tuple[str, ...] = ()
    manager: str = ""
    odd: int = 0
    away: Away = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What is worth how much; `new` so much that nobody meets twice while somebody is new."""

    teams: float = 10.0
    hours: float = 8.0
    words: float = 10.0
    new: float = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a round is drawn.

    `apart` never meet; `past` are the earlier rounds, oldest first, each as `Draw.keys` had it.
    """

    size: int = 2
    apart: Collection[tuple[str, str]] = ()
    past: Sequence[bytes] = ()
    weights: Weights = field(default_factory=Weights)


class Group(Struct, frozen=True, gc=False):
    """People who are to meet; `again`: so many rounds after two of them last did, 0 for never."""

    people: tuple[str, ...]
    again: int = 0


class Left(Struct, frozen=True, gc=False):
    """Somebody who is left out, and why."""

    person: str
    why: Why


class Draw(Struct, frozen=True):
    """Everybody, once: in a group, or left out. `keys` is what the next rounds take as `past`."""

    groups: tuple[Group, ...]
    left: tuple[Left, ...]
    keys: bytes = b""


class Reasons(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What speaks for a group: `hours` and `days` are those that suit all, as in a Candidate."""

    teams: bool = False
    hours: int = 0
    days: int = 0
    words: tuple[str, ...] = ()
    again: int = 0


def reasons(group: Sequence[Candidate], again: int = 0) -> Reasons:
    """What the people of a group have in common, and what not."""
    teams = [one.team for one in group]
    hours, days = -1, -1
    for one in group:
        hours, days = hours & one.hours, days & one.days
    first, *others = group
    words = (word for word in first.words if all(word in one.words for one in others))
    return Reasons(
        teams=all(teams) and len(set(teams)) == len(teams),
        hours=hours,
        days=days,
        words=tuple(words)[:SHARED_WORDS],
        again=again,
    )
