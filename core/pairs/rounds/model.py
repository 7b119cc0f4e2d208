"""A round of matching: what it is made of, and what somebody looks like to it."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from msgspec import Struct

from core.challenges.model import Challenge
from core.engine.gate import zone_of
from core.engine.ports import Record
from core.pairs.matching.people import WORDS, Away, Candidate, Reasons, Why
from core.pairs.model import Standing, Style
from core.people.model import Person

Stage = Literal["gathering", "proposed", "sending", "running", "over", "dropped"]

AT_ONCE = 25
POOL = 500
SHEET = 400
PAGE = 6
FADES = timedelta(days=7)
REMINDS = timedelta(days=4)
COFFEE = timedelta(days=14)
ASKS = timedelta(days=10)
SIZES = range(2, 6)
LETTERS = re.compile(r"[^\W\d_]{5,}")
LIVE: tuple[Stage, ...] = ("gathering", "proposed", "sending")


class Round(Record, frozen=True, kw_only=True):
    """One drawing. `turn` counts the proposals, `pools` and `sheets` the pages of each.

    `asked` is the facilitator's side that began it: whom the proposal goes to.
    """

    kind: ClassVar[str] = "pairing_round"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "stage")
    order: ClassVar[str] = "rank"

    cohort: str
    style: Style
    size: int = 2
    stage: Stage = "gathering"
    asked: str = ""
    turn: int = 0
    people: int = 0
    pools: int = 0
    sheets: int = 0
    groups: int = 0
    left: int = 0
    at: datetime
    rank: str


class Pool(Record, frozen=True, kw_only=True):
    """Some of those who may be matched, while a round is drawn; the id is `<round>/<n>`."""

    kind: ClassVar[str] = "pairing_pool"

    people: tuple[Candidate, ...]
    apart: tuple[tuple[str, str], ...] = ()


class Match(Struct, frozen=True, tag="match"):
    """A proposed group, and what speaks for it."""

    people: tuple[str, ...]
    reasons: Reasons


class Missed(Struct, frozen=True, tag="missed"):
    """Who is left out of a proposal, and why."""

    person: str
    why: Why


class Sheet(Record, frozen=True, kw_only=True):
    """A page of a proposal; the id is `<round>/<turn>/<n>`. The first has the sums of who meets."""

    kind: ClassVar[str] = "pairing_sheet"

    rows: tuple[Match | Missed, ...] = ()
    keys: bytes = b""


class Met(Record, frozen=True, kw_only=True):
    """Who met in a round (its id), as the matching wants to know it: no names, only sums."""

    kind: ClassVar[str] = "pairing_met"
    indexes: ClassVar[tuple[str, ...]] = ("cohort",)
    order: ClassVar[str] = "rank"

    cohort: str
    keys: bytes
    rank: str


def newest_first(at: datetime) -> str:
    """Sorts later moments before earlier ones."""
    return f"{10**13 - int(at.timestamp() * 1000):013d}"


def size_of(text: str) -> int:
    """How many meet, as a template or a form says it; two, unless it says clearly."""
    return int(text) if text in {str(n) for n in SIZES} else SIZES.start


def candidate(
    person: Person, words: Sequence[str], *, odd: int, away: Away, now: datetime
) -> Candidate:
    """Somebody as far as a draw has to know them; without a zone their hours are unknown."""
    return Candidate(
        id=person.id,
        team=person.manager,
        hours=hours_of(person, now) if person.zone else 0,
        days=sum(1 << day for day in person.days if day in range(7)),
        words=tuple(words[:WORDS]),
        odd=odd,
        away=away,
    )


def away(person: Person, standing: Standing, style: Style, *, paired: bool, now: datetime) -> Away:
    """Why somebody sits this one out; "" if they do not."""
    if person.stopped:
        return "stopped"
    if person.paused_until is not None and person.paused_until > now:
        return "paused"
    if style == "coffee":
        return ""
    if paired:
        return "busy"
    return "alone" if standing.alone else ""


def hours_of(person: Person, now: datetime) -> int:
    """The hours of a UTC day in which somebody works, one bit for each."""
    shift = now.astimezone(zone_of(person.zone)).utcoffset() or timedelta()
    hours = int(shift.total_seconds() // 3600)
    length = (person.end - person.start) % 24 or 24
    return sum(1 << (person.start + n - hours) % 24 for n in range(length))


def words_of(challenges: Sequence[Challenge]) -> list[str]:
    """The words by which people are found alike: only of what they wrote with their name."""
    named = [one for one in challenges if not one.nameless and one.state != "hidden"]
    told = (one.situation for one in named if one.about == "problem")
    found = (word.casefold() for text in told for word in LETTERS.findall(text))
    return list(dict.fromkeys(sorted(found, key=lambda word: (-len(word), word))))


def sheets_of(rows: Sequence[Match | Missed]) -> list[tuple[Match | Missed, ...]]:
    """The proposal, cut into pages."""
    return [tuple(rows[at : at + SHEET]) for at in range(0, len(rows), SHEET)]
