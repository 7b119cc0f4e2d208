"""What a slice of the product brings along: its lines in the tables of `core/actions.py`."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.cohorts.model import Cohort
from core.engine.ports import Changes, Event, Moment, Record, Viewer
from core.message import Block, Button, Buttons, Form, Phrase, Post, Text
from core.moderation.model import Contributions
from core.people.model import Eraser, Exporter, Merger, Person, Teller
from core.programmes.model import Kind

Handler = Callable[[Event, Moment, Person], Awaitable[Changes]]
Happening = Callable[[Event, Moment], Awaitable[Changes]]
Listener = Callable[[Event, Moment, Person], Awaitable[Changes | None]]
View = Callable[[Moment, str, Viewer], Awaitable[Post | None]]
Follower = Callable[[Record | None, Record | None, Event, Moment], Awaitable[Changes]]
"""What follows when a record changes: as it was, as it will be (None: gone), and by what."""

T = TypeVar("T")
IN_A_ROW = 6


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
    """What a slice adds to a card that shows several: lines, and the next moves."""

    lines: tuple[Phrase, ...] = ()
    buttons: tuple[Button, ...] = ()


DeskCorner = Callable[[Moment, Cohort], Awaitable[Corner | None]]
MyCorner = Callable[[Moment, Cohort, str], Awaitable[Corner | None]]


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
    records: tuple[type[Record], ...] = ()
    examples: Mapping[str, Post | Form] = field(default_factory=dict)
    tellers: tuple[Teller, ...] = ()
    exports: Mapping[str, Exporter] = field(default_factory=dict)
    erasers: tuple[Eraser, ...] = ()
    mergers: tuple[Merger, ...] = ()
    desk: tuple[DeskCorner, ...] = ()
    mine: tuple[MyCorner, ...] = ()
    steps: Mapping[str, Kind] = field(default_factory=dict)
    contributions: Mapping[str, Contributions] = field(default_factory=dict)


def together(corners: Sequence[Corner | None]) -> tuple[Block, ...]:
    """All lines, and below them all moves."""
    there = [corner for corner in corners if corner]
    moves = [button for corner in there for button in corner.buttons]
    rows = [moves[n : n + IN_A_ROW] for n in range(0, len(moves), IN_A_ROW)]
    return (
        *(Text(line) for corner in there for line in corner.lines),
        *(Buttons(tuple(row)) for row in rows),
    )


def merged(tables: Iterable[Mapping[str, T]]) -> Mapping[str, T]:
    """All of them as one; raises ValueError for a name that two of them claim."""
    found: dict[str, T] = {}
    for table in tables:
        twice = found.keys() & table.keys()
        if twice:
            raise ValueError(f"two slices claim {', '.join(sorted(twice))}")
        found |= table
    return found
