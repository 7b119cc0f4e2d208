"""Every type that crosses a border, and the ports themselves: the one file to import from.

What is stored is in `records.py`, what comes in in `events.py`, what is decided in `work.py`, what
a store hands out in `queue.py`, the store itself in `store.py`. Structs are frozen; a Record
carries the version it was read with. Times are aware UTC datetimes, durations are seconds, ids
are made by whoever knows what happened.
"""

import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1
from random import Random
from typing import Literal, Protocol

from msgspec import Struct

from core.engine.events import QUESTIONS, Actor, Event, Media, Origin, Source
from core.engine.queue import (
    OPEN_STATES,
    PARTITIONS,
    Commit,
    Due,
    Lease,
    Outcome,
    State,
    partition_of,
)
from core.engine.records import (
    Address,
    Bundle,
    Choices,
    Delivery,
    Diary,
    Page,
    R,
    Record,
    Shown,
    T,
    Tally,
    Told,
    counted,
)
from core.engine.store import PAGE, Reader, Store
from core.engine.work import (
    WEIGHTS,
    Ask,
    Card,
    Changes,
    Deliver,
    Done,
    Invalid,
    Job,
    Open,
    Preview,
    Raise,
    Reply,
    Results,
    Say,
    Show,
    Target,
    ToOrigin,
    ToPerson,
    ToPlace,
    ToThread,
    Weight,
    Withdraw,
    Work,
    lane_of,
    show,
)
from core.message import Phrase, Post, plain

__all__ = [
    "OPEN_STATES",
    "PAGE",
    "PARTITIONS",
    "QUESTIONS",
    "WEIGHTS",
    "Actor",
    "Address",
    "Answer",
    "Ask",
    "Asker",
    "Bundle",
    "Capabilities",
    "Card",
    "Changes",
    "Choices",
    "Clock",
    "Commit",
    "Deliver",
    "Delivery",
    "Diary",
    "Done",
    "Due",
    "Event",
    "Invalid",
    "Job",
    "Lease",
    "Media",
    "Moment",
    "Open",
    "Origin",
    "Outcome",
    "Page",
    "Payload",
    "Platform",
    "Preview",
    "Product",
    "R",
    "Raise",
    "Reader",
    "Recipient",
    "Record",
    "Reply",
    "Results",
    "Rhythm",
    "Say",
    "Sent",
    "Show",
    "Shown",
    "Source",
    "State",
    "Store",
    "T",
    "Takes",
    "Tally",
    "Target",
    "ToOrigin",
    "ToPerson",
    "ToPlace",
    "ToThread",
    "Told",
    "Viewer",
    "Weight",
    "Withdraw",
    "Words",
    "Work",
    "counted",
    "english",
    "lane_of",
    "named",
    "nothing",
    "partition_of",
    "show",
]

OID = uuid.NAMESPACE_OID.bytes


Words = Callable[[Phrase, str], str]
"""What a Phrase says in a language."""


def english(phrase: Phrase, locale: str) -> str:
    """What a Phrase says, where no other language is at hand."""
    return plain(phrase)


def nothing(event: Event) -> Iterable[tuple[type[Record], str]]:
    """Nothing is known of what an event will look at."""
    return ()


def named(name: str) -> str:
    """The uuid5 of a name, as hex: what `uuid.uuid5` says, at a third of its cost."""
    number = sha1(OID + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(number[16], 16) & 3]
    return f"{number[:12]}5{number[13:16]}{variant}{number[17:32]}"


async def free(read: Reader, person: str) -> datetime | None:
    """Nobody is in the middle of anything."""
    return None


class Moment(Struct, frozen=True):
    """What a handler may see: the store as it is, the time, and chance that repeats itself."""

    read: Reader
    now: datetime
    seed: str
    words: Words = english

    def id(self, *parts: object) -> str:
        """An id made from the event's: the same when the event is run again."""
        return named("/".join((self.seed, *map(str, parts))))

    def dice(self) -> Random:
        """Chance, seeded from the event."""
        return Random(self.seed)


class Viewer(Struct, frozen=True, kw_only=True):
    """For whom something is drawn; person "" is a shared place."""

    person: str = ""
    locale: str = "en"
    zone: str = "UTC"


class Sent(Struct, frozen=True, kw_only=True):
    """A message that arrived: its reference, and addresses learned on the way."""

    ref: str
    learned: tuple[Address, ...] = ()


class Capabilities(Struct, frozen=True, kw_only=True):
    """What a place can do. Without `buttons` people choose by a number, and we keep which.

    Where messages cannot be edited, what changes is posted anew, at most once an hour.
    """

    hears: Literal["all", "mentions", "nothing"] = "all"
    edits: bool = True
    threads: bool = False
    buttons: bool = True


class Answer(Struct, frozen=True, kw_only=True):
    """What the outside said to an Ask."""

    people: tuple[Actor, ...] = ()
    cursor: str = ""
    values: Mapping[str, str] = {}
    error: str = ""
    learned: tuple[Address, ...] = ()


Payload = Mapping[str, object]


class Clock(Protocol):
    """The time, which the sandbox can move."""

    def now(self) -> datetime:
        """An aware UTC datetime."""


class Platform(Protocol):
    """One chat system. Stateless: whoever calls knows the addresses and the references.

    `windows` are (requests, seconds) allowed in one conversation; `rate` and `ceiling` are
    requests a second for a tenant, to begin with and at most.
    """

    name: str
    windows: tuple[tuple[int, float], ...]
    rate: float
    ceiling: float

    def render(self, post: Post, viewer: Viewer) -> Payload:
        """The message as this platform takes it, within its limits."""

    def capabilities(self, address: Address) -> Capabilities:
        """What this place hears and can do."""

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        """Sends, answers in a thread, or replaces the message `replace`. Raises DeliveryError."""

    async def withdraw(self, address: Address, ref: str) -> None:
        """Takes a message away. Raises DeliveryError."""

    async def find(self, address: Address, key: str) -> str | None:
        """The reference of the message sent under this key, where a platform can tell."""

    async def reach(self, account: str, hint: Address | None) -> Address:
        """Makes a private conversation with an account. Raises Unreachable or NotAllowed."""


class Takes(Protocol):
    """The engine, as far as a platform needs it."""

    async def submit(self, event: Event) -> Reply | None:
        """The reply, once the event is committed. Raises Overloaded."""

    async def submit_all(self, events: Sequence[Event]) -> None:
        """Takes all events of a delivery. Raises Overloaded."""

    async def query(self, event: Event) -> Reply | None:
        """Looks something up and changes nothing."""


Asker = Callable[[Mapping[str, str], Reader], Awaitable[Answer]]
"""Answers a question; known by `<platform>.<port>`, the platform being that of its `place`."""


class Rhythm(Struct, frozen=True, kw_only=True):
    """When and how often a person may be written to without having asked."""

    zone: str = "UTC"
    start: int = 9
    end: int = 17
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    country: str = ""
    paused_until: datetime | None = None
    stopped: bool = False
    budget: int = 3
    heard: int = 0


class Recipient(Struct, frozen=True, kw_only=True):
    """A person as the worker needs them; `accounts` in the order in which to try them."""

    person: str
    accounts: tuple[str, ...]
    viewer: Viewer
    rhythm: Rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What the engine is given to run: the index of the product, as functions.

    `foreseen` are records that an event will surely look at: where many come at once, they are
    fetched together. `busy` says until when a person is in the middle of something that no nudge
    should disturb.
    """

    handle: Callable[[Event, Moment], Awaitable[Changes]]
    query: Callable[[Event, Moment, Mapping[str, Asker]], Awaitable[Reply | None]]
    view: Callable[[Moment, str, Viewer], Awaitable[Post | None]]
    recipient: Callable[[Reader, str], Awaitable[Recipient | None]]
    bundle: Callable[[Sequence[Post]], Post]
    marked: Callable[[Post], Post]
    silent: Callable[[str, str, int], Event]
    records: tuple[type[Record], ...]
    ranked: frozenset[str] = field(default_factory=frozenset)
    words: Words = english
    foreseen: Callable[[Event], Iterable[tuple[type[Record], str]]] = nothing
    busy: Callable[[Reader, str], Awaitable[datetime | None]] = free
