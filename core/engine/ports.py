"""Every type that crosses a border: what comes in, what is decided, what is stored, what goes out.

Structs are frozen; a Record carries the version it was read with. Times are aware UTC datetimes,
durations are seconds, ids are strings made by whoever knows what happened.
"""

import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import ClassVar, Generic, Literal, Protocol, TypeVar
from zlib import crc32

from msgspec import Struct

from core.message import Form, OpenForm, Phrase, Post

PARTITIONS = 64
PAGE = 200


# --- what is stored ---------------------------------------------------------------------------


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A small piece of state. `version` is the one it was read with, 0 for a new one.

    `indexes` are the text fields that `find` may ask for, `order` the one it sorts by. A record
    that is not `versioned` is overwritten without a check: the last writer wins.
    """

    kind: ClassVar[str] = ""
    indexes: ClassVar[tuple[str, ...]] = ()
    order: ClassVar[str] = "id"
    schema: ClassVar[int] = 1
    versioned: ClassVar[bool] = True

    id: str
    version: int = 0


R = TypeVar("R", bound=Record)
T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """Some of the answers; `cursor` asks for the next ones and is "" after the last."""

    items: tuple[T, ...] = ()
    cursor: str = ""


class Address(Record, frozen=True, kw_only=True):
    """Where an account or a place is reached. Only platforms read `ref`.

    The id is the account (`teams:<tenant>:<user>`) or the place (`teams:<tenant>:<conversation>`).
    """

    kind: ClassVar[str] = "address"
    versioned: ClassVar[bool] = False

    ref: Mapping[str, str] = {}
    state: Literal["ok", "blocked", "not_installed"] = "ok"

    @property
    def platform(self) -> str:
        """The name of the platform that this is an address of."""
        return self.id.partition(":")[0]

    @property
    def tenant(self) -> str:
        """The tenant, workspace or community, as the platform names it."""
        return self.id.split(":", 2)[1]


class Shown(Record, frozen=True, kw_only=True):
    """A thing that stands somewhere as a message. The id is `<address>|<slot>`."""

    kind: ClassVar[str] = "shown"
    indexes: ClassVar[tuple[str, ...]] = ("ref", "slot")
    versioned: ClassVar[bool] = False

    address: str
    slot: str
    ref: str
    at: datetime
    digest: str = ""
    withdrawn: bool = False


class Told(Struct, frozen=True, kw_only=True):
    """One message that a person got without having asked."""

    at: datetime
    summary: Phrase
    purpose: Phrase | None = None


class Diary(Record, frozen=True, kw_only=True):
    """The last messages that a person (its id) got without having asked, newest first."""

    kind: ClassVar[str] = "diary"
    versioned: ClassVar[bool] = False

    told: tuple[Told, ...] = ()


class Tally(Struct, frozen=True, kw_only=True):
    """Adds `by` to a counter. With `once`, only the first with that key counts."""

    board: str
    subject: str
    by: int = 1
    once: str = ""


# --- what comes in ----------------------------------------------------------------------------


class Actor(Struct, frozen=True, kw_only=True):
    """An account as its platform vouches for it; `account` is `<platform>:<tenant>:<user>`."""

    account: str
    name: str = ""
    email: str = ""
    zone: str = ""
    locale: str = ""
    guest: bool = False


class Origin(Struct, frozen=True, kw_only=True):
    """Where something happened: the place, its thread, the message, and the slot it showed.

    `private` says that only the actor and Coterie are there. `team` groups places.
    """

    place: str
    thread: str = ""
    message: str = ""
    slot: str = ""
    private: bool = False
    team: str = ""
    title: str = ""


class Media(Struct, frozen=True, kw_only=True):
    """A file that came with a message; `handle` is how its platform gives it out."""

    name: str
    mime: str
    size: int
    handle: str
    expires: datetime | None = None


Source = Literal["press", "form", "message", "place", "timer", "answer"]


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened. Its id says what, so it is the same however often it is delivered.

    `source` and `name` find its handler: a button can never name a timer. `args` came with a
    button, a timer or a question, `values` from a form (lists joined by commas): both may be
    forged, so they name things and never grant anything.
    `opener` is what lets a form open now. `inline`: the reply goes into the platform's answer.
    `people` are those an event is about (joined, left, listed); `learned` is saved as it is.
    """

    id: str
    org: str
    source: Source
    name: str
    by: Actor | None = None
    origin: Origin | None = None
    opener: str = ""
    inline: bool = False
    args: Mapping[str, str] = {}
    values: Mapping[str, str] = {}
    text: str = ""
    mentioned: bool = False
    people: tuple[Actor, ...] = ()
    media: tuple[Media, ...] = ()
    cursor: str = ""
    error: str = ""
    learned: tuple[Address, ...] = ()


class Reader(Protocol):
    """What may be looked up, in one organisation. At most 200 rows at a time, and no counting."""

    async def get(self, kind: type[R], id: str) -> R | None:
        """The record, or None."""

    async def find(
        self, kind: type[R], *, after: str = "", limit: int = PAGE, **equals: str
    ) -> Page[R]:
        """Records whose declared fields equal these, in the declared order.

        Raises Undeclared for a field that is not in `indexes`.
        """

    async def tally(self, board: str, subject: str) -> int:
        """The sum of a counter, 0 when nothing was added."""

    async def counted(self, once: str) -> bool:
        """Whether a tally with this `once` has counted."""

    async def top(self, board: str, n: int) -> Sequence[tuple[str, int]]:
        """The highest subjects of a ranked board; raises Undeclared for another."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a handler may see: the store as it is, the time, and chance that repeats itself."""

    read: Reader
    now: datetime
    seed: str

    def id(self, *parts: object) -> str:
        """An id made from the event's: the same when the event is run again."""
        return uuid.uuid5(uuid.NAMESPACE_OID, "/".join((self.seed, *map(str, parts)))).hex

    def dice(self) -> Random:
        """Chance, seeded from the event."""
        return Random(self.seed)


# --- what is decided --------------------------------------------------------------------------


class ToPerson(Struct, frozen=True, tag="person"):
    """A private message to a person, wherever they are best reached."""

    person: str


class ToPlace(Struct, frozen=True, tag="place"):
    """A message in a channel, group or chat."""

    place: str


class ToThread(Struct, frozen=True, tag="thread"):
    """A message below the one that shows `slot` in `place`."""

    place: str
    slot: str


class ToOrigin(Struct, frozen=True, tag="origin"):
    """An answer where something happened, in its thread."""

    place: str
    thread: str = ""
    message: str = ""


Target = ToPerson | ToPlace | ToThread | ToOrigin


class Deliver(Struct, frozen=True, tag="deliver"):
    """Send this Post."""

    target: Target
    post: Post


class Show(Struct, frozen=True, tag="show"):
    """Show the thing as it stands when sent; edits its message if there is one."""

    target: Target
    slot: str


class Withdraw(Struct, frozen=True, tag="withdraw"):
    """Take the message of a thing away."""

    target: Target
    slot: str


class Raise(Struct, frozen=True, tag="raise"):
    """Let an event happen: a timer, or a chunk of a long walk."""

    event: Event


class Ask(Struct, frozen=True, tag="ask"):
    """Ask the outside; the answer comes back as an event named `then` with the question as args."""

    port: str
    question: Mapping[str, str]
    then: str


Work = Deliver | Show | Withdraw | Raise | Ask
Weight = Literal["answer", "person", "essential", "nudge"]
WEIGHTS: tuple[Weight, ...] = ("answer", "person", "essential", "nudge")


class Job(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A thing to do at a time, under a unique key.

    `plan` says what a second job of the same key means: `keep` the first, or `replace` it while
    it is still planned, else wait as its successor. `due` None is now. Past `until` it expires.
    `lane` is filled in by `lane_of` when empty.
    """

    key: str
    work: Work
    due: datetime | None = None
    lane: str = ""
    weight: Weight = "person"
    plan: Literal["keep", "replace"] = "keep"
    until: datetime | None = None


def lane_of(job: Job) -> str:
    """The account or place that has to be served one at a time."""
    if job.lane:
        return job.lane
    match job.work:
        case Deliver(target) | Show(target) | Withdraw(target):
            return target.person if isinstance(target, ToPerson) else target.place
        case Raise(event):
            return event.origin.place if event.origin else job.key
        case Ask(_, question):
            return question.get("place", job.key)


def partition_of(lane: str) -> int:
    """Which of the 64 partitions a lane belongs to."""
    return crc32(lane.encode()) % PARTITIONS


def show(
    target: Target, slot: str, *, due: datetime | None = None, weight: Weight = "person"
) -> Job:
    """The job that brings the message of a thing up to date."""
    where = target.person if isinstance(target, ToPerson) else target.place
    return Job(
        key=f"show/{where}/{slot}", work=Show(target, slot), due=due, weight=weight, plan="replace"
    )


class Say(Struct, frozen=True, tag="say"):
    """Answer with a message."""

    post: Post


class Card(Struct, frozen=True, tag="card"):
    """The card that was pressed, as it stands now, and perhaps a sentence about the press."""

    post: Post
    note: Phrase | None = None


class Open(Struct, frozen=True, tag="open"):
    """Open a form; where none can open now, a message with the button `again`."""

    form: Form
    again: OpenForm | None = None


class Invalid(Struct, frozen=True, tag="invalid"):
    """The form again, with what the person wrote and `form.errors`. Never stored."""

    form: Form


class Done(Struct, frozen=True, tag="done"):
    """A sentence to whoever acted, and only to them."""

    phrase: Phrase


class Results(Struct, frozen=True, tag="results"):
    """What a search found."""

    items: tuple[Post, ...]
    cursor: str = ""


class Preview(Struct, frozen=True, tag="preview"):
    """A card for a link that someone pasted: links only, no personal content."""

    post: Post


Reply = Say | Card | Open | Invalid | Done | Results | Preview


class Changes(Struct, frozen=True, kw_only=True):
    """What a handler decided, as data. Empty ones are not committed."""

    saves: tuple[Record, ...] = ()
    deletes: tuple[Record, ...] = ()
    tallies: tuple[Tally, ...] = ()
    jobs: tuple[Job, ...] = ()
    reply: Reply | None = None

    def __add__(self, other: "Changes") -> "Changes":
        """Both; a record saved twice counts as the second has it, and so does the reply.

        What either deletes is not saved.
        """
        deletes = self.deletes + other.deletes
        gone = {(type(r), r.id) for r in deletes}
        again = gone | {(type(r), r.id) for r in other.saves}
        first = tuple(r for r in self.saves if (type(r), r.id) not in again)
        return Changes(
            saves=first + tuple(r for r in other.saves if (type(r), r.id) not in gone),
            deletes=deletes,
            tallies=self.tallies + other.tallies,
            jobs=self.jobs + other.jobs,
            reply=other.reply or self.reply,
        )

    def __bool__(self) -> bool:
        """Whether there is anything to commit."""
        return bool(self.saves or self.deletes or self.tallies or self.jobs)


# --- the store --------------------------------------------------------------------------------

State = Literal[
    "planned",
    "held",
    "waiting_install",
    "claimed",
    "sent",
    "unconfirmed",
    "skipped",
    "blocked",
    "not_installed",
    "expired",
    "withdrawn",
    "failed",
]
OPEN_STATES: tuple[State, ...] = ("planned", "held", "waiting_install", "claimed")


class Due(Struct, frozen=True, kw_only=True):
    """A stored job: `seq` is its place in line, `why` explains the state, `tries` counts claims."""

    org: str
    job: Job
    seq: int = 0
    state: State = "planned"
    why: str = ""
    tries: int = 0


class Commit(Struct, frozen=True, kw_only=True):
    """What one event changes. `event` "" uses up no id.

    Jobs whose keys are in `adopted` are born claimed: this process starts them at once.
    """

    org: str
    event: str
    at: datetime
    changes: Changes
    reply: bytes = b""
    adopted: frozenset[str] = frozenset()


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of a job; `due` is when an open one comes up again.

    Settling a claimed job that has a successor plans the successor, whatever `state` says.
    `retry` says whose patience was asked for when the platform throttled us.
    """

    key: str
    org: str
    state: State
    at: datetime
    why: str = ""
    due: datetime | None = None
    saves: tuple[Record, ...] = ()
    deletes: tuple[Record, ...] = ()
    tallies: tuple[Tally, ...] = ()
    retry: Literal["", "lane", "tenant"] = ""


class Store(Protocol):
    """Commits Changes atomically, once per event id, and hands out due jobs."""

    def reader(self, org: str) -> Reader:
        """Reads committed state of one organisation."""

    async def seen(self, org: str, ids: Sequence[str]) -> Mapping[str, bytes]:
        """The stored replies of those ids that were handled before (b"" for none)."""

    async def commit(self, batch: Sequence[Commit]) -> frozenset[tuple[str, str]]:
        """All of it or nothing; answers the (org, key) of jobs that were really born claimed.

        Raises Conflict naming the events whose records had changed.
        """

    async def due(self, now: datetime, *, limit: int, busy: Collection[str] = ()) -> list[Due]:
        """Open jobs whose time has come, by weight, then due, then seq, leaving out busy lanes.

        At most a few of one lane, so that a long lane never hides the others.
        """

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next open job comes up, if any does."""

    async def mark(self, keys: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Claims planned jobs by (org, key); answers which could be claimed."""

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Records what became of claimed jobs, with their records and tallies."""

    async def claimed(self) -> list[Due]:
        """Jobs that are claimed: after a crash, those that may or may not have left."""

    async def job(self, org: str, key: str) -> Due | None:
        """One job, whatever its state."""

    async def jobs(self, org: str, *, lane: str = "", limit: int = PAGE) -> list[Due]:
        """Jobs of an organisation or lane that are still open, by due; for `why` and the clock."""

    async def poison(self, org: str, event: Event, why: str, at: datetime) -> None:
        """Keeps an event that no handler can take, with its reason."""

    async def forget(self, before: datetime) -> int:
        """Deletes event ids and finished jobs older than this; answers how many."""

    async def close(self) -> None:
        """Finishes what is being written and lets go."""


# --- the outside ------------------------------------------------------------------------------


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
    """What a place can do."""

    hears: Literal["all", "mentions", "nothing"] = "all"
    edits: bool = True
    threads: bool = False
    forms: bool = True


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


Asker = Callable[[Mapping[str, str], Reader], Awaitable[Answer]]


# --- the people an engine has to know about ----------------------------------------------------


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
    """What the engine is given to run: the index of the product, as functions."""

    handle: Callable[[Event, Moment], Awaitable[Changes]]
    query: Callable[[Event, Moment, Mapping[str, Asker]], Awaitable[Reply | None]]
    view: Callable[[Moment, str, Viewer], Awaitable[Post | None]]
    recipient: Callable[[Reader, str], Awaitable[Recipient | None]]
    bundle: Callable[[Sequence[Post]], Post]
    marked: Callable[[Post], Post]
    silent: Callable[[str, str, int], Event]
    records: tuple[type[Record], ...]
    ranked: frozenset[str] = field(default_factory=frozenset)
