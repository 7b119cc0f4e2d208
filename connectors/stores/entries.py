"""What a store holds, entry by entry, as every other store can take it: for export and import.

An entry is one JSON object. Its place is the section that it belongs to and what is unique there;
each store hands them out in an order of its own that does not change.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from msgspec import Raw, Struct

from core.engine.errors import StoreError
from core.engine.queue import State
from core.engine.work import Weight

BATCH = 500
ARRIVING = "(arriving)"  # under this name a database keeps whose copy it is, and how far

JOBS, ONCES, POISONS, SEEN, TALLIES = "(jobs)", "(once)", "(poison)", "(seen)", "(tallies)"

Key = tuple[str | int, ...]
Place = tuple[str, Key]


STRANGE = (
    "{where} holds what this Coterie does not know: {kinds}. Nothing was copied. A newer Coterie"
    " may know it; what the sandbox made is known with COTERIE_ENV=development"
)
ANOTHER = (
    "a copy of something else was begun there, or what is copied has changed since. Remove that"
    " half, or name another place, and begin again"
)
OCCUPIED = "the other database holds something already. Name a new one, or remove what it holds"
HALF = (
    "a copy into this database is not complete. Run the same export or import again, and it goes"
    " on where it was; or remove this database to begin anew"
)
RUNNING = "another Coterie is running on this database. Stop it, and run the same command again"


class Refused(StoreError):
    """It cannot be copied like this; says what to do."""


class Occupied(Refused):
    """The target holds something already."""


class Entry(Struct, frozen=True, tag_field="is", forbid_unknown_fields=True):
    """One thing that a store keeps."""


class Kept(Entry, frozen=True, kw_only=True, tag="record"):
    """A record as it lies there, of the schema with which it was written."""

    kind: str
    org: str
    id: str
    schema: int
    version: int
    body: Raw

    @property
    def place(self) -> Place:
        """By kind, organisation and id."""
        return self.kind, (self.org, self.id)


class Queued(Entry, frozen=True, kw_only=True, tag="job"):
    """A job in any state, and its successor or null. Times are microseconds since 1970."""

    org: str
    key: str
    lane: str
    weight: Weight
    due: int
    seq: int
    state: State
    why: str
    tries: int
    finished: int | None
    body: Raw
    next: Raw

    @property
    def place(self) -> Place:
        """By organisation and key."""
        return JOBS, (self.org, self.key)


class Once(Entry, frozen=True, kw_only=True, tag="once"):
    """A key under which a tally has counted."""

    org: str
    once: str

    @property
    def place(self) -> Place:
        """By organisation and key."""
        return ONCES, (self.org, self.once)


class Poisoned(Entry, frozen=True, kw_only=True, tag="poison"):
    """An event that no handler could take."""

    org: str
    id: str
    at: int
    why: str
    event: Raw

    @property
    def place(self) -> Place:
        """By organisation and id."""
        return POISONS, (self.org, self.id)


class Used(Entry, frozen=True, kw_only=True, tag="seen"):
    """An event id that is used up, with its reply; they come by time, in microseconds.

    Stores differ in how exactly they keep the time, which says only when an id is forgotten.
    """

    org: str
    id: str
    at: int
    reply: bytes

    @property
    def place(self) -> Place:
        """By time, organisation and id."""
        return SEEN, (self.at, self.org, self.id)


class Counter(Entry, frozen=True, kw_only=True, tag="tally"):
    """A tally, its stripes summed."""

    org: str
    board: str
    subject: str
    value: int

    @property
    def place(self) -> Place:
        """By organisation, board and subject."""
        return TALLIES, (self.org, self.board, self.subject)


AnyEntry = Kept | Queued | Once | Poisoned | Used | Counter


class Total(Struct, frozen=True):
    """How many entries of a section there are, and their digest."""

    count: int
    digest: str


Totals = Mapping[str, Total]


class Source(Protocol):
    """A store that nobody uses meanwhile, or a file: something to copy from."""

    def entries(self, after: Place | None = None) -> AsyncIterator[Sequence[AnyEntry]]:
        """Everything after this place, always in the same order, BATCH at most, of one section."""

    async def confirm(self, totals: Totals) -> None:
        """Raises Refused if that is not all that has to be there, or somebody uses it."""


class Target(Protocol):
    """Something to copy to. Nothing else can use it while it holds half a copy."""

    def entries(self) -> AsyncIterator[Sequence[AnyEntry]]:
        """All that has come."""

    async def begin(self, copy: str) -> Place | None:
        """Makes ready for the copy of this name, and answers how far it has come before.

        Raises Refused, or Occupied.
        """

    async def write(self, entries: Sequence[AnyEntry]) -> None:
        """Takes the next entries for good, all or none of them."""

    async def finish(self, totals: Totals) -> None:
        """The copy is complete, and can be used."""
