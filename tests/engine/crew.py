"""Several engines over one store, each with its part of the lanes; they come, go and hang.

Either on a database for several processes, or on a file, which is for one: there `Register` shares
out the lanes, and `Desk`, the store as one of them sees it, keeps each to what it holds.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast

from msgspec.structs import replace

from connectors.stores.mongo.store import MongoStore
from connectors.stores.sqlite import SqliteStore
from core.engine.intake import Intake
from core.engine.ports import (
    OPEN_STATES,
    PARTITIONS,
    Address,
    Changes,
    Commit,
    Due,
    Event,
    Job,
    Lease,
    Moment,
    Outcome,
    Product,
    Record,
    Store,
    ToPlace,
    partition_of,
)
from core.engine.worker import Worker
from tests.engine.machine import (
    Chat,
    Clock,
    Handler,
    People,
    View,
    no_view,
    post_to,
    press,
    product,
    running,
    until,
)

Key = tuple[str, str]
SECONDS, MONGO_SECONDS = 0.6, 6.0


@dataclass
class Register:
    """Who serves which partition, and who has claimed which job. Nobody holds one for long."""

    seconds: float = SECONDS
    holds: dict[int, str] = field(default_factory=dict)
    beats: dict[str, float] = field(default_factory=dict)
    claims: dict[Key, str] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def lease(self, name: str, drained: Collection[int]) -> Lease:
        """Renews, gives up, and takes what nobody holds, up to an equal part."""
        now = time.monotonic()
        self.beats[name] = now
        for dead in [who for who, at in self.beats.items() if now - at > self.seconds]:
            self.leave(dead)
        for part in drained:
            if self.holds.get(part) == name:
                del self.holds[part]
        mine = sorted(part for part, who in self.holds.items() if who == name)
        room = max(0, self._part_of(name) - len(mine))
        fresh = [part for part in range(PARTITIONS) if part not in self.holds][:room]
        self.holds |= dict.fromkeys(fresh, name)
        return Lease(
            partitions=frozenset([*mine, *fresh]),
            fresh=frozenset(fresh),
            leaving=frozenset(mine[self._part_of(name) :]),
            workers=len(self.beats),
            seconds=self.seconds,
        )

    def leave(self, name: str) -> None:
        """Gives up everything."""
        self.beats.pop(name, None)
        self.holds = {part: who for part, who in self.holds.items() if who != name}

    def serves(self, name: str, lane: str) -> bool:
        return self.holds.get(partition_of(lane)) == name

    def _part_of(self, name: str) -> int:
        at = sorted(self.beats).index(name)
        return PARTITIONS // len(self.beats) + (at < PARTITIONS % len(self.beats))


class Desk:
    """The store as one engine sees it. While it `hangs`, nothing is heard of it."""

    def __init__(self, name: str, store: SqliteStore, register: Register) -> None:
        self._name, self._store, self._register = name, store, register
        self.awake = asyncio.Event()
        self.awake.set()
        self.reader = store.reader
        self.seen, self.many = store.seen, store.many
        self.job, self.jobs = store.job, store.jobs
        self.poison, self.forget = store.poison, store.forget

    async def lease(self, drained: Collection[int] = ()) -> Lease:
        await self.awake.wait()
        return self._register.lease(self._name, drained)

    async def commit(self, batch: Sequence[Commit]) -> frozenset[Key]:
        await self.awake.wait()
        async with self._register.lock:
            born = await self._store.commit([self._kept(commit) for commit in batch])
            self._register.claims |= dict.fromkeys(born, self._name)
        return born

    def _kept(self, commit: Commit) -> Commit:
        lanes = {job.key: job.lane for job in commit.changes.jobs}
        ours = frozenset(key for key in commit.adopted if self._serves(lanes[key]))
        return replace(commit, adopted=ours)

    async def due(self, now: datetime, *, limit: int, busy: Collection[str] = ()) -> list[Due]:
        await self.awake.wait()
        found = await self._store.due(now, limit=PARTITIONS * limit, busy=busy)
        return [due for due in found if self._serves(due.job.lane)][:limit]

    async def next_due(self, after: datetime) -> datetime | None:
        await self.awake.wait()
        return await self._store.next_due(after)

    async def mark(self, keys: Sequence[Key]) -> frozenset[Key]:
        await self.awake.wait()
        async with self._register.lock:
            marked = await self._store.mark([key for key in keys if await self._lane_of(key)])
            self._register.claims |= dict.fromkeys(marked, self._name)
        return marked

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        await self.awake.wait()
        async with self._register.lock:
            ours = [it for it in outcomes if await self._may_settle(it)]
            await self._store.settle(ours)
            for it in ours:
                self._register.claims.pop((it.org, it.key), None)

    async def _may_settle(self, it: Outcome) -> bool:
        """What it has claimed and nobody has recovered, and what is open in its own lanes."""
        key = (it.org, it.key)
        return self._register.claims.get(key) == self._name or bool(await self._lane_of(key))

    async def claimed(self) -> list[Due]:
        await self.awake.wait()
        return [due for due in await self._store.claimed() if self._serves(due.job.lane)]

    async def close(self) -> None:
        self._register.leave(self._name)

    def _serves(self, lane: str) -> bool:
        return self._register.serves(self._name, lane)

    async def _lane_of(self, key: Key) -> str:
        """The lane of an open job, if this engine serves it."""
        due = await self._store.job(*key)
        open_ = due is not None and due.state in OPEN_STATES
        return due.job.lane if due and open_ and self._serves(due.job.lane) else ""


class Share(MongoStore):
    """The store of one engine on a database of several."""

    def __init__(self, uri: str, *, records: Sequence[type[Record]]) -> None:
        super().__init__(uri, records=records, seconds=MONGO_SECONDS)
        self.awake = asyncio.Event()
        self.awake.set()

    async def lease(self, drained: Collection[int] = ()) -> Lease:
        await self.awake.wait()
        return await super().lease(drained)

    async def commit(self, batch: Sequence[Commit]) -> frozenset[Key]:
        await self.awake.wait()
        return await super().commit(batch)

    async def due(self, now: datetime, *, limit: int, busy: Collection[str] = ()) -> list[Due]:
        await self.awake.wait()
        return await super().due(now, limit=limit, busy=busy)

    async def mark(self, keys: Sequence[Key]) -> frozenset[Key]:
        await self.awake.wait()
        return await super().mark(keys)

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        await self.awake.wait()
        await super().settle(outcomes)


class Home(Protocol):
    """Where the engines keep everything together."""

    async def desk(self, name: str) -> "Desk | Share":
        """The store of one more of them."""


@dataclass
class File:
    """One file of SQLite, shared by `Register`."""

    store: SqliteStore
    register: Register = field(default_factory=Register)

    async def desk(self, name: str) -> Desk:
        return Desk(name, self.store, self.register)


@dataclass
class Cluster:
    """A database for several processes."""

    uri: str
    records: Sequence[type[Record]]

    async def desk(self, name: str) -> Share:
        return await Share(self.uri, records=self.records).open()


@dataclass
class Member:
    """One engine."""

    name: str
    desk: Desk | Share
    intake: Intake
    worker: Worker
    stack: AsyncExitStack

    def hang(self) -> None:
        """The store hears nothing of it any more."""
        self.desk.awake.clear()

    def wake(self) -> None:
        self.desk.awake.set()

    async def leave(self) -> None:
        """Ends as it should."""
        await self.stack.aclose()


@dataclass
class Crew:
    """All of them, their common store and one chat."""

    home: Home
    chat: Chat
    clock: Clock
    people: People
    product: Product
    stack: AsyncExitStack
    members: list[Member] = field(default_factory=list)

    async def join(self, name: str, chat: Chat | None = None) -> Member:
        """One more, with a way out of its own if it is given one."""
        desk = await self.home.desk(name)
        stack = await self.stack.enter_async_context(AsyncExitStack())
        stack.push_async_callback(desk.close)
        engine = running(cast("Store", desk), self.product, self.clock, chat or self.chat, {})
        intake, worker = await stack.enter_async_context(engine)
        member = Member(name, desk, intake, worker, stack)
        self.members.append(member)
        return member

    async def three(self) -> tuple[Member, Member, Member]:
        """Three, each with its third of the lanes."""
        members = (await self.join("a"), await self.join("b"), await self.join("c"))
        await evenly(*members)
        return members

    async def idle(self, *members: Member) -> None:
        """Nothing waits and nothing is in flight."""
        desk = members[0].desk
        async with asyncio.timeout(60):
            while any(one.intake.waiting for one in members) or await desk.jobs("main"):  # noqa: ASYNC110 - it is looked at from outside
                await asyncio.sleep(0.02)


async def evenly(*members: Member) -> None:
    """Waits until these serve all, each an equal part."""
    async with asyncio.timeout(30):
        await until(lambda: _even([parts(it) for it in members]))


def parts(member: Member) -> int:
    """How many partitions it believes to serve."""
    return len(member.worker.leases.parts_now())


def _even(all_: Sequence[int]) -> bool:
    return sum(all_) == PARTITIONS and max(all_) - min(all_) <= 1


async def messages(event: Event, moment: Moment) -> Changes:
    """As many messages as the event says, each to a place of its own."""
    all_ = rooms(event.id, int(event.values.get("many", "0")))
    return Changes(saves=tuple(map(place, all_)), jobs=tuple(map(to, all_)))


def rooms(id: str, count: int) -> list[str]:
    """The places that the messages of an event go to, which are their words too."""
    return [f"fake:t1:{id}-{n}" for n in range(count)]


def place(room: str) -> Address:
    return Address(id=room, ref={"conversation": room})


def to(room: str) -> Job:
    return post_to(ToPlace(room), room, weight="essential")


def many(id: str, count: int) -> Event:
    """An event that has so many messages sent."""
    return replace(press(id), values={"many": str(count)})


Crews = Callable[..., AbstractAsyncContextManager[Crew]]


@asynccontextmanager
async def crew(
    where: Path | str, handle: Handler = messages, view: View = no_view, chat: Chat | None = None
) -> AsyncIterator[Crew]:
    """Nobody yet, over an empty store: a folder for a file, or the address of a database."""
    people = People()
    it = product(people, handle, view)
    async with AsyncExitStack() as stack:
        home: Home
        if isinstance(where, Path):
            store = SqliteStore(where / "test.db", records=it.records)
            home = File(await stack.enter_async_context(store))
        else:
            home = Cluster(where, it.records)
        yield Crew(home, chat or Chat(), Clock(), people, it, stack)
