"""What is kept of the residents: the story so far, what they are about to do, what happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal

from msgspec import Struct

from core.engine.ports import Record

State = Literal["running", "stopped", "done"]
Goal = Literal["team", "talk", "workshop", "pairs", "end"]
Sort = Literal["did", "told", "quiet", "clock"]
CHAPTER = 40


class Intent(Struct, frozen=True, kw_only=True):
    """Somebody is about to press this button, of this message if there is one."""

    at: datetime
    person: str
    action: str
    message: str = ""
    args: Mapping[str, str] = {}


class Line(Struct, frozen=True, kw_only=True):
    """One thing that happened; `who` "" is Coterie."""

    at: datetime
    sort: Sort
    who: str = ""
    words: str


class Tale(Record, frozen=True, kw_only=True):
    """The demo cohort of one generation, and how far its eight weeks are.

    `hands` are played by the visitor; the others live on with the clock while it is `lively`.
    `done` says what nobody does twice, `acts` counts what each did,
    `latest` is when.
    """

    kind: ClassVar[str] = "sandbox-tale"
    versioned: ClassVar[bool] = False

    id: str = "tale"
    tenant: str
    cohort: str
    first: datetime
    end: datetime
    state: State = "stopped"
    goal: Goal = "end"
    seed: int = 1
    lively: bool = True
    intents: tuple[Intent, ...] = ()
    hands: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    acts: Mapping[str, int] = {}
    latest: Mapping[str, datetime] = {}

    @property
    def weeks(self) -> int:
        """How many weeks it has."""
        return (self.end - self.first).days // 7

    def week(self, now: datetime) -> int:
        """Which week it is; 0 before it begins."""
        return min(max(0, (now - self.first).days // 7 + 1), self.weeks) if now > self.first else 0


class Chapter(Record, frozen=True, kw_only=True):
    """Some lines of what happened; a later generation writes over it."""

    kind: ClassVar[str] = "sandbox-chapter"
    indexes: ClassVar[tuple[str, ...]] = ("tenant",)
    versioned: ClassVar[bool] = False

    id: str
    n: int
    tenant: str
    lines: tuple[Line, ...]


RECORDS: tuple[type[Record], ...] = (Tale, Chapter)
