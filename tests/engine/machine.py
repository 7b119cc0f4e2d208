"""A whole engine for tests: the real store, intake and worker, and a chat system that obeys."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import msgspec

from connectors.stores.sqlite import SqliteStore
from core.engine.intake import Intake
from core.engine.ports import (
    Actor,
    Address,
    Answer,
    Asker,
    Capabilities,
    Changes,
    Commit,
    Deliver,
    Diary,
    Event,
    Job,
    Moment,
    Origin,
    Outcome,
    Payload,
    Product,
    Reader,
    Recipient,
    Record,
    Reply,
    Rhythm,
    Sent,
    Shown,
    Store,
    Target,
    Viewer,
)
from core.engine.worker import Worker
from core.message import Bold, Post, Text, say, verbatim

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
ROOM = "fake:t1:room"
ADA = "fake:t1:ada"


class Count(Record, frozen=True, kw_only=True):
    """A number that people press on."""

    kind: ClassVar[str] = "count"

    presses: int = 0


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = MONDAY

    def now(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class Chat:
    """A chat system in memory: remembers what stands where, and fails when told to."""

    name: str = "fake"
    windows: tuple[tuple[int, float], ...] = ()
    rate: float = 1e9
    ceiling: float = 1e9
    edits: bool = True
    threaded: bool = True
    buttons: bool = True
    slow: asyncio.Event | None = None
    errors: deque[Exception | None] = field(default_factory=deque)
    sent: list[tuple[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    stands: dict[str, str] = field(default_factory=dict)
    threads: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    busy: dict[str, int] = field(default_factory=dict)
    most: int = 0

    def render(self, post: Post, viewer: Viewer) -> Payload:
        return {"text": post.summary.words.format(**dict(post.summary.args))}

    def capabilities(self, address: Address) -> Capabilities:
        return Capabilities(edits=self.edits, threads=self.threaded, buttons=self.buttons)

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        here = self.busy[address.id] = self.busy.get(address.id, 0) + 1
        self.most = max(self.most, here)
        await (self.slow.wait() if self.slow else asyncio.sleep(0))
        self.busy[address.id] -= 1
        error = self.errors.popleft() if self.errors else None
        if error:
            raise error
        self.sent.append((address.id, str(payload["text"])))
        self.keys.append(key)
        ref = replace or f"m{len(self.sent)}"
        self.stands[ref] = str(payload["text"])
        self.threads[ref] = thread
        return Sent(ref=ref)

    async def withdraw(self, address: Address, ref: str) -> None:
        del self.stands[ref]

    async def find(self, address: Address, key: str) -> str | None:
        return self.found.get(key)

    async def reach(self, account: str, hint: Address | None) -> Address:
        error = self.errors.popleft() if self.errors else None
        if error:
            raise error
        return Address(id=account, ref={"conversation": f"private-{account}"})


PLACE = Address(id=ROOM, ref={"conversation": "room"})

Handler = Callable[[Event, Moment], Awaitable[Changes]]
View = Callable[[Moment, str, Viewer], Awaitable[Post | None]]
Query = Callable[[Event, Moment, Mapping[str, Asker]], Awaitable[Reply | None]]


def line(words: str, slot: str = "") -> Post:
    """A message of one line."""
    return Post(summary=verbatim(words), blocks=(Text(verbatim(words)),), slot=slot)


async def nothing(event: Event, moment: Moment) -> Changes:
    return Changes()


async def no_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    return None


async def no_query(event: Event, moment: Moment, asks: Mapping[str, Asker]) -> Reply | None:
    return None


@dataclass
class People:
    """Whom the product knows."""

    rhythm: Rhythm = field(default_factory=Rhythm)
    accounts: tuple[str, ...] = (ADA,)
    busy_until: datetime | None = None

    async def busy(self, read: Reader, person: str) -> datetime | None:
        return self.busy_until

    async def recipient(self, read: Reader, person: str) -> Recipient | None:
        if person == "nobody":
            return None
        return Recipient(
            person=person, accounts=self.accounts, viewer=Viewer(person=person), rhythm=self.rhythm
        )


def foreseen(event: Event) -> Iterable[tuple[type[Record], str]]:
    """Most of what happens here is counted."""
    yield Count, "c"


def bundle(posts: Sequence[Post]) -> Post:
    return line(" + ".join(str(post.summary.args["text"]) for post in posts))


def marked(post: Post) -> Post:
    return line(f"{post.summary.args['text']} (again)", post.slot)


def silent(org: str, person: str, sent: int) -> Event:
    return Event(id=f"silent/{person}/{sent}", org=org, source="timer", name="silent")


@dataclass
class Machine:
    """The running engine."""

    store: SqliteStore
    intake: Intake
    worker: Worker
    clock: Clock
    chat: Chat
    people: People

    async def do(self, *jobs: Job, id: str = "") -> None:
        """Has these jobs planned by an event."""
        event = press(id or f"e{self.intake.counts['handled']}")
        self.plan = jobs
        await self.intake.submit(event)

    plan: tuple[Job, ...] = ()

    async def settled(self) -> None:
        async with asyncio.timeout(10):
            await self.worker.idle()


def press(id: str, name: str = "press", *, inline: bool = True) -> Event:
    return Event(
        id=id,
        org="main",
        source="press",
        name=name,
        by=Actor(account=ADA, name="Ada Example"),
        origin=Origin(place=ROOM),
        inline=inline,
    )


def post_to(target: Target, words: str, **how: object) -> Job:
    return Job(key=words, work=Deliver(target, line(words)), **how)  # type: ignore[arg-type] # a test's own keywords


def hello() -> Post:
    words = say("test.hello", "Hello {who}", who=Bold("you"))
    return Post(summary=words, blocks=(Text(words),))


@asynccontextmanager
async def machine(
    folder: Path,
    handle: Handler | None = None,
    view: View = no_view,
    asks: Mapping[str, Callable[[Mapping[str, str], Reader], Awaitable[Answer]]] | None = None,
    chat: Chat | None = None,
    *,
    kind: type[SqliteStore] = SqliteStore,
    query: Query | None = None,
) -> AsyncIterator[Machine]:
    """Starts everything; stops it in the right order."""
    clock, chat, people = Clock(), chat or Chat(), People()
    box: list[Machine] = []

    async def planned(event: Event, moment: Moment) -> Changes:
        return Changes(jobs=box[0].plan) if event.source == "press" else Changes()

    made = product(people, handle or planned, view, query or no_query)
    async with (
        kind(folder / "test.db", records=made.records) as store,
        running(store, made, clock, chat, asks or {}) as (intake, worker),
    ):
        box.append(Machine(store, intake, worker, clock, chat, people))
        yield box[0]


def product(
    people: People, handle: Handler, view: View = no_view, query: Query = no_query
) -> Product:
    """A product that does what it is told."""
    return Product(
        handle=handle,
        query=query,
        view=view,
        recipient=people.recipient,
        bundle=bundle,
        marked=marked,
        silent=silent,
        records=(Count, Address, Shown, Diary),
        foreseen=foreseen,
        busy=people.busy,
    )


@asynccontextmanager
async def running(
    store: Store, product: Product, clock: Clock, chat: Chat, asks: Mapping[str, Asker]
) -> AsyncIterator[tuple[Intake, Worker]]:
    """An engine over this store, as long as it is wanted."""
    intake = Intake(store, product, clock)
    worker = Worker(store, product, clock, intake=intake, platforms={"fake": chat}, asks=asks)
    intake.connect(worker, asks)
    tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
    try:
        yield intake, worker
    finally:
        await worker.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Moody(SqliteStore):
    """The real store, which fails when told to."""

    faults: ClassVar[dict[str, deque[Exception]]] = defaultdict(deque)

    meanwhile: ClassVar[list[Callable[[], Awaitable[object]]]] = []

    async def mark(self, keys: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        while self.meanwhile:
            await self.meanwhile.pop()()
        return await super().mark(keys)

    async def commit(self, batch: Sequence[Commit]) -> frozenset[tuple[str, str]]:
        self._stumble("commit")
        return await super().commit(batch)

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        self._stumble("settle")
        await super().settle(outcomes)

    def _stumble(self, what: str) -> None:
        if self.faults[what]:
            raise self.faults[what].popleft()


async def room(m: Machine) -> None:
    await m.intake.submit(msgspec.structs.replace(press("seen the room"), learned=(PLACE,)))


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 - it is looked at from outside
        await asyncio.sleep(0.001)


async def state(m: Machine, key: str) -> str:
    due = await m.store.job("main", key)
    assert due
    return due.state
