"""A quarter of a town that lives with course links: people with habits, and a chat that stumbles.

The whole product runs over a real store; the clock jumps from one thing that is due to the next.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort
from core.courses.model import Course, Progress, Send, packed
from core.engine.errors import RetryLater, Uncertain, Unreachable
from core.engine.intake import Intake
from core.engine.ports import (
    Actor,
    Address,
    Answer,
    Capabilities,
    Changes,
    Commit,
    Delivery,
    Event,
    Origin,
    Payload,
    Reader,
    Record,
    Reply,
    Sent,
    Viewer,
)
from core.engine.worker import Worker
from core.message import Post
from core.people.model import Person, by_account
from core.product import PRODUCT

START = datetime(2026, 3, 2, 8, tzinfo=UTC)  # a Monday
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney")
HOURS = ((9, 17), (6, 14), (22, 6), (13, 21))
SITE = "https://learn.example.org"
TICK = timedelta(hours=1)  # what is due within it happens at once
NUDGES = ("course", "course-remind", "course-next", "course-worked")


@dataclass
class Clock:
    """A clock that is moved."""

    time: datetime = START

    def now(self) -> datetime:
        return self.time


@dataclass(frozen=True)
class Letter:
    """A new message that arrived; an edit is none."""

    at: datetime
    account: str
    key: str
    ref: str

    @property
    def slot(self) -> str:
        """What it shows, without the person that some slots end with."""
        return self.key.split("/", 2)[2] if self.key.startswith("show/") else self.key


@dataclass
class Phones:
    """The chat system: what arrived and what stands; now and then it fails, by its dice."""

    clock: Clock
    seed: int
    name: str = "town"
    windows: tuple[tuple[int, float], ...] = ()
    rate: float = 1e9
    ceiling: float = 1e9
    failing: float = 0.0
    doubtful: bool = False
    letters: list[Letter] = field(default_factory=list)
    stands: dict[str, tuple[str, Post]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    fails: Counter[str] = field(default_factory=Counter)
    tries: Counter[str] = field(default_factory=Counter)
    doubted: list[Letter] = field(default_factory=list)

    def render(self, post: Post, viewer: Viewer) -> Payload:
        return {"post": post, "text": repr(post)}

    def capabilities(self, address: Address) -> Capabilities:
        return Capabilities(threads=True)

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        await asyncio.sleep(0)
        self._refuses(address.id, key)
        post = payload["post"]
        assert isinstance(post, Post)
        ref = replace or f"m{len(self.letters)}"
        self.stands[ref] = (address.id, post)
        if not replace:
            self.letters.append(Letter(self.clock.now(), address.id, key, ref))
            self._doubts(self.letters[-1])
        return Sent(ref=ref)

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Nothing gets through."""
        was, self.failing = self.failing, 1.0
        yield
        self.failing = was

    @contextmanager
    def doubt(self) -> Iterator[None]:
        """Everything gets through, and nobody says so."""
        self.doubtful = True
        yield
        self.doubtful = False

    def _stumbles(self, about: str) -> bool:
        """Whether this try fails: the same in each run, whatever comes first."""
        self.tries[about] += 1
        return Random(f"{self.seed}/{about}/{self.tries[about]}").random() < self.failing

    def _refuses(self, account: str, about: str) -> None:
        if account in self.blocked:
            raise Unreachable("blocked", "blocked")
        if self._stumbles(f"{account}/{about}"):
            self.fails["later"] += 1
            raise RetryLater(0.02, "503")  # the pace of a lane is kept by the real clock

    def _doubts(self, letter: Letter) -> None:
        """It has arrived, and nobody says so."""
        unsure = self.doubtful and letter.slot.startswith("course/")
        if unsure or self._stumbles(f"doubt/{letter.account}/{letter.key}"):
            self.fails["doubt"] += 1
            self.doubted.append(letter)
            raise Uncertain("no answer")

    async def withdraw(self, address: Address, ref: str) -> None:
        self._refuses(address.id, ref)
        self.stands.pop(ref, None)

    async def find(self, address: Address, key: str) -> str | None:
        return None

    async def reach(self, account: str, hint: Address | None) -> Address:
        self._refuses(account, "reach")
        return Address(id=account, ref={"conversation": account})


@dataclass
class Quarter:
    """Everything at once, for as long as one process lives."""

    path: Path
    clock: Clock
    phones: Phones
    dice: Random
    store: SqliteStore
    intake: Intake
    worker: Worker
    numbers: "count[int]" = field(default_factory=count)
    repeats: list[Event] = field(default_factory=list)

    @property
    def read(self) -> Reader:
        return self.store.reader("main")

    # --- time -------------------------------------------------------------------------------------

    async def to(self, moment: datetime) -> None:
        """Everything that is due until then happens, about at its time."""
        await self.settle()
        while True:
            ahead = await self.store.next_due(self.clock.now())
            if ahead is None or ahead > moment:
                break
            self.clock.time = min(max(ahead, self.clock.time + TICK), moment)
            await self.settle()
        self.clock.time = moment
        await self.settle()

    async def wait(self, **by: float) -> None:
        await self.to(self.clock.now() + timedelta(**by))

    async def settle(self) -> None:
        self.worker.wake()
        async with asyncio.timeout(20):
            await self.worker.idle()

    # --- what people do ---------------------------------------------------------------------------

    async def does(
        self, name: str, by: Actor, values: Mapping[str, str] | None = None, **args: str
    ) -> Reply | None:
        """Presses a button in private, or hands a form in; some events come twice."""
        event = Event(
            id=f"does{next(self.numbers)}",
            org="main",
            source="press" if values is None else "form",
            name=name,
            by=by,
            origin=Origin(place=by.account, private=True, slot=args.pop("slot", "")),
            opener="dialog",
            inline=True,
            args=args,
            values=values or {},
        )
        return await self.happens(event)

    async def happens(self, event: Event) -> Reply | None:
        reply = await self.intake.submit(event)
        if self.dice.random() < 0.1:
            self.repeats.append(event)
        return reply

    async def opens(self, who: Actor, send: Send, step: int) -> None:
        """Our page saw them."""
        args = {"send": send.id, "person": (await self.person(who)).id, "step": str(step)}
        await self._told("course.opened", **args)

    async def confirms(self, *told: Progress) -> None:
        """A provider tells of its own accord."""
        await self._told("course.confirmed", progress=packed(told))

    async def _told(self, name: str, **args: str) -> None:
        id = f"told{next(self.numbers)}"
        event = Event(id=id, org="main", source="message", name=name, args=args)
        await self.happens(event)

    async def late(self) -> None:
        """What was pressed long ago is delivered once more."""
        for event in self.repeats:
            await self.intake.submit(event)
            await self.intake.submit(replace(event, id=f"{event.id}-again"))
        self.repeats.clear()

    # --- who is who -------------------------------------------------------------------------------

    async def person(self, who: Actor) -> Person:
        found = await by_account(self.read, who.account)
        assert found is not None, who
        return found

    async def lives(self, who: Actor, **fields: object) -> None:
        """Their hours, their zone, their pause."""
        await self.keeps(replace(await self.person(who), **fields))

    async def keeps(self, *records: Record) -> None:
        changes = Changes(saves=records)
        at = self.clock.now()
        await self.store.commit([Commit(org="main", event="", at=at, changes=changes)])

    async def cohort(self) -> Cohort:
        return (await self.read.find(Cohort)).items[0]

    async def deliveries(self, send: str) -> list[Delivery]:
        return list((await self.read.find(Delivery, campaign=send)).items)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What stands in the database, as it is on the disk."""
        with sqlite3.connect(self.path) as db:
            return db.execute(sql).fetchall()

    def whole(self, table: str) -> list[tuple[object, ...]]:
        """All rows of a table."""
        return self.rows(" ".join(("SELECT * FROM", f'"{table}"')))

    def tables(self) -> list[str]:
        found = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [str(name) for (name,) in found if not str(name).startswith("sqlite")]


async def resolve(asked: Mapping[str, str], read: Reader) -> Answer:
    """The catalogue reads every link of the site."""
    id = asked["url"].rpartition("/")[2]
    course = Course(catalogue="demo", id=id, url=asked["url"], title=f"Course {id}", minutes=9)
    return Answer(values={"course": packed(course)})


async def enrol(asked: Mapping[str, str], read: Reader) -> Answer:
    return Answer(values={"state": "enrolled"})


async def progress(asked: Mapping[str, str], read: Reader) -> Answer:
    return Answer(error="off")


ASKS = {
    "catalogues.resolve": resolve,
    "catalogues.enrol": enrol,
    "catalogues.progress": progress,
}


@asynccontextmanager
async def process(path: Path, clock: Clock, phones: Phones, dice: Random) -> AsyncIterator[Quarter]:
    """One life of the service, over the database as the last one left it."""
    async with SqliteStore(path, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
        intake = Intake(store, PRODUCT, clock)
        worker = Worker(store, PRODUCT, clock, intake=intake, platforms={"town": phones}, asks=ASKS)
        intake.connect(worker, ASKS)
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        try:
            yield Quarter(path, clock, phones, dice, store, intake, worker)
        finally:
            await worker.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
