"""What a slice of the product brings along: its lines in the tables of `core/actions.py`."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.cohorts.model import Cohort
from core.engine.ports import Asker, Changes, Event, Moment, Record, Reply, Viewer
from core.message import Block, Button, Buttons, Form, Phrase, Post, Text
from core.moderation.model import Contributions
from core.people.model import Eraser, Explainer, Exporter, Merger, Person, Teller
from core.programmes.model import Kind

Handler = Callable[[Event, Moment, Person], Awaitable[Changes]]
Happening = Callable[[Event, Moment], Awaitable[Changes]]
Listener = Callable[[Event, Moment, Person], Awaitable[Changes | None]]
View = Callable[[Moment, str, Viewer], Awaitable[Post | None]]
Query = Callable[[Event, Moment, Mapping[str, Asker]], Awaitable[Reply | None]]
"""Looks something up, perhaps outside, and changes nothing."""
Follower = Callable[[Record | None, Record | None, Event, Moment], Awaitable[Changes]]
"""What follows when a record changes: as it was, as it will be (None: gone), and by what."""

T = TypeVar("T")
IN_A_ROW = 6
EACH = 3


@dataclass(frozen=True, slots=True)
class Action:
    """What a button or a form does.

    With `at`, it is meant for a record as it stood when the button was drawn: `args["id"]` names
    the record and `args["rev"]` its version; a late press gets the current view instead.
    """

    handler: Handler
    at: type[Record] | None = None


@dataclass(frozen=True, slots=True)
class Corner:
    """What a slice adds to a card that shows several: lines, and the next moves.

    Who has nothing to say has its moves behind `more`.
    """

    lines: tuple[Phrase, ...] = ()
    buttons: tuple[Button, ...] = ()


DeskCorner = Callable[[Moment, Cohort], Awaitable[Corner | None]]
MyCorner = Callable[[Moment, Cohort, str], Awaitable[Corner | None]]
Reporter = Callable[[Moment, Cohort], Awaitable[Sequence[Phrase]]]
"""What a slice says in the closing report: figures, and nothing of fewer than five people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One slice, by the table its lines go into.

    Views go by the first part of a slot; `turns` names those that, once pressed, become another,
    as a question becomes the card of where somebody stands.
    """

    actions: Mapping[str, Action] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()
    happenings: Mapping[str, tuple[Happening, ...]] = field(default_factory=dict)
    timers: Mapping[str, Happening] = field(default_factory=dict)
    answers: Mapping[str, Happening] = field(default_factory=dict)
    follows: Mapping[type[Record], Follower] = field(default_factory=dict)
    views: Mapping[str, View] = field(default_factory=dict)
    turns: Mapping[str, str] = field(default_factory=dict)
    queries: Mapping[str, Query] = field(default_factory=dict)
    records: tuple[type[Record], ...] = ()
    examples: Mapping[str, Post | Form] = field(default_factory=dict)
    tellers: tuple[Teller, ...] = ()
    whys: tuple[Explainer, ...] = ()
    exports: Mapping[str, Exporter] = field(default_factory=dict)
    erasers: tuple[Eraser, ...] = ()
    mergers: tuple[Merger, ...] = ()
    desk: tuple[DeskCorner, ...] = ()
    mine: tuple[MyCorner, ...] = ()
    report: tuple[Reporter, ...] = ()
    steps: Mapping[str, Kind] = field(default_factory=dict)
    contributions: Mapping[str, Contributions] = field(default_factory=dict)


def together(corners: Sequence[Corner | None], more: Button) -> tuple[Block, ...]:
    """All lines, and the first moves of who has something to say; `more` leads to the rest."""
    there = [corner for corner in corners if corner]
    now, rest = _moves(there)
    moves = (*now, more) if rest else now
    rows = [moves[n : n + IN_A_ROW] for n in range(0, len(moves), IN_A_ROW)]
    return (
        *(Text(line) for corner in there for line in corner.lines),
        *(Buttons(row) for row in rows),
    )


def further(corners: Sequence[Corner | None]) -> tuple[Block, ...]:
    """The moves that stand behind `more`."""
    _, rest = _moves([corner for corner in corners if corner])
    return tuple(Buttons(rest[n : n + IN_A_ROW]) for n in range(0, len(rest), IN_A_ROW))


def _moves(corners: Sequence[Corner]) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """Those of the card itself, and all others."""
    first = [button for one in corners if one.lines for button in one.buttons[:EACH]][:IN_A_ROW]
    rest = [button for one in corners for button in one.buttons if button not in first]
    return tuple(first), tuple(rest)


def merged(tables: Iterable[Mapping[str, T]]) -> Mapping[str, T]:
    """All of them as one; raises ValueError for a name that two of them claim."""
    found: dict[str, T] = {}
    for table in tables:
        twice = found.keys() & table.keys()
        if twice:
            raise ValueError(f"two slices claim {', '.join(sorted(twice))}")
        found |= table
    return found
