"""Sends a course link to a cohort of a hundred thousand, at the rate that a platform allows.

python -m tests.bench.bots.sharing DATABASE RESULT
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort, Membership
from core.courses.model import Course, Send, packed
from core.engine.intake import Intake
from core.engine.ports import (
    Actor,
    Address,
    Answer,
    Capabilities,
    Event,
    Origin,
    Payload,
    Reader,
    Record,
    Sent,
    Viewer,
)
from core.engine.worker import Worker
from core.message import Post
from core.people.model import Account, Person
from core.product import PRODUCT
from tests.bench.bots.backlog import save
from tests.bench.host import PAGE
from tests.bench.world import now

PEOPLE, CHUNK = 100_000, 5_000
RATE, SECONDS = 500.0, 12.0
LINK = "https://learn.example.org/feedback"
CHAT = Origin(place="fake:t1:lead-chat", private=True)
LEAD = Actor(account="fake:t1:lead", name="Ada Example")


class Clock:
    """The time of the machine."""

    def now(self) -> datetime:
        return now()


@dataclass
class Phones:
    """A chat system that allows so many a second, and notes when a course arrives."""

    name: str = "fake"
    windows: tuple[tuple[int, float], ...] = ()
    rate: float = RATE
    ceiling: float = RATE
    arrived: list[float] = field(default_factory=list)

    def render(self, post: Post, viewer: Viewer) -> Payload:
        return {"slot": post.slot}

    def capabilities(self, address: Address) -> Capabilities:
        return Capabilities()

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        if str(payload["slot"]).startswith("course/"):
            self.arrived.append(time.perf_counter())
        return Sent(ref=replace or key)

    async def withdraw(self, address: Address, ref: str) -> None:
        """Nothing is taken back here."""

    async def find(self, address: Address, key: str) -> str | None:
        return None

    async def reach(self, account: str, hint: Address | None) -> Address:
        return Address(id=account, ref={"conversation": account})


@dataclass
class Share:
    """A send from its link until it is stopped, watched all the time."""

    store: SqliteStore
    intake: Intake
    worker: Worker
    phones: Phones
    count: int = 0
    most: float = 0.0
    late: list[float] = field(default_factory=list)

    async def run(self) -> Mapping[str, float]:
        """The figures."""
        await self.do("courses.send", {"url": LINK})
        it = await self.until(lambda it: it.state == "draft")
        begun, held = time.perf_counter(), rss()
        values = {"purpose": "To talk about it", "question": "What would you try?"}
        await self.do("courses.plan", {**values, "to": "cohort:c1", "open": "false"}, id=it.id)
        it = await self.until(lambda it: it.state == "ready")
        counted = time.perf_counter() - begun
        await self.do("courses.go", {"number": str(PEOPLE)}, id=it.id, rev=str(it.version))
        it = await self.until(lambda it: it.state == "waiting")
        first = await self._left(it)
        await asyncio.sleep(SECONDS)
        over = time.perf_counter() - SECONDS + 1
        sent = len([at for at in self.phones.arrived if at >= over])
        await self.do("courses.stop", id=it.id)
        late = sorted(self.late)
        return {
            "counted": counted,
            "first": first,
            "rate": sent / (SECONDS - 1),
            "grown": self.most - held,
            "late": late[len(late) * 99 // 100] * 1000,
        }

    async def _left(self, it: Send) -> float:
        """Seconds from the moment when it leaves to the first that arrives."""
        if it.goes is None:
            raise RuntimeError("it does not leave")
        args = {"send": it.id, "goes": it.goes.isoformat()}
        rung = Event(id="rung", org="main", source="timer", name="courses.begin", args=args)
        began = time.perf_counter()
        await self.intake.submit(rung)
        while not self.phones.arrived:  # noqa: ASYNC110 - nobody rings when the first is there
            await asyncio.sleep(0.002)
        return self.phones.arrived[0] - began

    async def do(self, name: str, values: Mapping[str, str] | None = None, **args: str) -> None:
        """What the lead presses, or fills in."""
        self.count += 1
        event = Event(
            id=f"e{self.count}",
            org="main",
            source="press" if values is None else "form",
            name=name,
            by=LEAD,
            origin=CHAT,
            inline=True,
            args=args,
            values=values or {},
        )
        await self.intake.submit(event)

    async def until(self, true: Callable[[Send], bool]) -> Send:
        """The send, once it has come that far."""
        while True:
            page = await self.store.reader("main").find(Send)
            if page.items and true(page.items[0]):
                return page.items[0]
            await asyncio.sleep(0.01)

    async def watch(self) -> None:
        """How much memory it takes at most, and how late others come."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            self.late.append(max(0.0, time.perf_counter() - before - 0.01))
            self.most = max(self.most, rss())


def rss() -> float:
    """Megabytes that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


async def fill(store: SqliteStore) -> None:
    """A cohort of a hundred thousand, and who leads it."""
    today = now().date()
    cohort = Cohort(
        id="c1",
        name="Everyone",
        purpose="To see how fast it goes",
        first=today,
        last=today + timedelta(days=60),
        zone="UTC",
        owner="lead",
        facilitator="lead",
        moderator="lead",
        code="ABCDEFG",
    )
    await save(store, saves=[cohort, *person("lead")])
    for start in range(0, PEOPLE, CHUNK):
        names = [f"p{number}" for number in range(start, start + CHUNK)]
        await save(store, saves=[row for name in names for row in (*person(name), member(name))])


def person(name: str) -> tuple[Record, ...]:
    """Somebody who has a chat with us, and whom a message suits at any time."""
    account = f"fake:t1:{name}"
    return (
        Person(
            id=name,
            name=name,
            accounts=(account,),
            zone="UTC",
            zone_from="own",
            start=0,
            end=24,
            days=(0, 1, 2, 3, 4, 5, 6),
        ),
        Account(id=account, person=name),
        Address(id=account, ref={"conversation": account}),
    )


def member(name: str) -> Membership:
    """They have joined."""
    return Membership(
        id=f"c1/{name}", cohort="c1", person=name, state="member", way="list", at=now()
    )


async def resolved(question: Mapping[str, str], read: Reader) -> Answer:
    """What a page says of itself."""
    course = Course(catalogue="link", id="x", url=LINK, title="Feedback that lands", minutes=12)
    return Answer(values={"course": packed(course)})


async def main(database: Path) -> Mapping[str, float]:
    """Fills a store, starts an engine over it, and shares."""
    clock, phones = Clock(), Phones()
    store = SqliteStore(database, records=PRODUCT.records, ranked=PRODUCT.ranked)
    async with store:
        await fill(store)
        asks: dict[str, Callable[[Mapping[str, str], Reader], Awaitable[Answer]]] = {
            "catalogues.resolve": resolved
        }
        intake = Intake(store, PRODUCT, clock)
        worker = Worker(store, PRODUCT, clock, intake=intake, platforms={"fake": phones}, asks=asks)
        intake.connect(worker, asks)
        share = Share(store, intake, worker, phones)
        tasks = [asyncio.create_task(it) for it in (intake.run(), worker.run(), share.watch())]
        try:
            return await share.run()
        finally:
            await worker.stop(1.0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    told = asyncio.run(main(Path(sys.argv[1])))
    Path(sys.argv[2]).write_text(json.dumps(told))
    os._exit(0)  # what is left to send is of no interest
