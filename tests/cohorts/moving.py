"""A cohort that moves: the whole product and engine, two chat systems, and an end at any moment."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort
from core.cohorts.moving.model import Move
from core.engine.intake import Intake
from core.engine.ports import (
    Actor,
    Address,
    Answer,
    Asker,
    Changes,
    Commit,
    Event,
    Outcome,
    Reader,
)
from core.engine.worker import Worker
from core.product import PRODUCT
from tests.cohorts.story import CEM, DEE, TEAM, Story
from tests.engine.machine import Chat, Clock
from tests.people.world import ADA, BO, MONDAY

MAILED = {
    who.account: replace(who, email=f"{who.account[9:]}@example.org") for who in (ADA, BO, CEM, DEE)
}
OLD = Address(id=TEAM.place, ref={"conversation": "old"})
NEW = Address(id="slack:w1:new", ref={"conversation": "new"})
TOLD = "Your cohort goes on here"


class Dead(Exception):
    """The process has ended here."""


@dataclass
class Remembering(Chat):
    """A chat system that can tell what it was sent, as Slack can."""

    async def find(self, address: Address, key: str) -> str | None:
        return key if key in self.keys else None


@dataclass
class Workspace:
    """What Slack answers: who is there, a channel, and whom it was asked to add."""

    people: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    invited: list[str] = field(default_factory=list)
    channel: str = NEW.id
    refusal: str = ""

    def askers(self) -> Mapping[str, Asker]:
        return {
            "slack.lookup": self.lookup,
            "slack.make_channel": self.make_channel,
            "slack.invite": self.invite,
        }

    async def lookup(self, question: Mapping[str, str], read: Reader) -> Answer:
        self.asked.append(question["email"])
        users = self.people.get(question["email"], "")
        return Answer(people=tuple(Actor(account=f"slack:w1:{it}") for it in users.split()))

    async def make_channel(self, question: Mapping[str, str], read: Reader) -> Answer:
        if self.refusal:
            return Answer(error=self.refusal)
        values = {"place": self.channel, "title": question["name"]}
        return Answer(values=values, learned=(NEW,))

    async def invite(self, question: Mapping[str, str], read: Reader) -> Answer:
        self.invited += question["people"].split(",")
        return Answer()


class Mortal(SqliteStore):
    """The real store. The process ends at its so many-th write, before it or just after it."""

    writes = 0
    dies_at = 0
    after = False
    end: asyncio.Event

    async def commit(self, batch: Sequence[Commit]) -> frozenset[tuple[str, str]]:
        await self._end(before=True)
        done = await super().commit(batch)
        await self._end(before=False)
        return done

    async def mark(self, keys: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        await self._end(before=True)
        done = await super().mark(keys)
        await self._end(before=False)
        return done

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        await self._end(before=True)
        await super().settle(outcomes)
        await self._end(before=False)

    async def _end(self, *, before: bool) -> None:
        self.writes += before
        if self.dies_at and self.writes >= self.dies_at and before != self.after:
            self.end.set()
            await asyncio.Event().wait()


@dataclass
class Town:
    """The engine over one file, in one life after another."""

    path: Path
    workspace: Workspace = field(default_factory=Workspace)
    clock: Clock = field(default_factory=Clock)
    teams: Chat = field(default_factory=lambda: Remembering(name="teams"))
    slack: Chat = field(default_factory=lambda: Remembering(name="slack"))
    writes: int = 0
    old: bool = True

    async def life(self, *events: Event, dies_at: int = 0, after: bool = False) -> bool:
        """Takes these events and works until nothing is left to do; answers whether it lived."""
        store = Mortal(self.path, records=PRODUCT.records, ranked=PRODUCT.ranked)
        store.dies_at, store.after, store.end = dies_at, after, asyncio.Event()
        async with store:
            async with self._running(store) as (intake, worker):
                await taken_up(store)
                working = asyncio.create_task(self._work(intake, worker, events))
                ending = asyncio.create_task(store.end.wait())
                await asyncio.wait((working, ending), return_when=asyncio.FIRST_COMPLETED)
                lived = working.done()
                for task in (working, ending):
                    task.cancel()
                await asyncio.gather(working, ending, return_exceptions=True)
            self.writes = store.writes
        return lived

    async def _work(self, intake: Intake, worker: Worker, events: Sequence[Event]) -> None:
        for event in events:
            await intake.submit(event)
        await worker.idle()
        self.clock.forward(seconds=10)
        async with asyncio.timeout(20):
            await worker.idle()

    @asynccontextmanager
    async def _running(self, store: SqliteStore) -> AsyncIterator[tuple[Intake, Worker]]:
        intake = Intake(store, PRODUCT, self.clock)
        platforms = {"slack": self.slack} | ({"teams": self.teams} if self.old else {})
        asks = self.workspace.askers()
        worker = Worker(store, PRODUCT, self.clock, intake=intake, platforms=platforms, asks=asks)
        intake.connect(worker, asks)
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        try:
            yield intake, worker
        finally:
            await worker.stop(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @asynccontextmanager
    async def story(self) -> AsyncIterator[Story]:
        async with SqliteStore(self.path, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
            yield Story(store, now=self.clock.now(), count=1000)

    async def move(self) -> Move:
        async with self.story() as it:
            found = await it.read.get(Move, (await it.cohort()).id)
        assert found is not None
        return found

    async def cohort(self) -> Cohort:
        async with self.story() as it:
            return await it.cohort()

    def told(self) -> Counter[str]:
        """How often each account was told that the cohort goes on there."""
        return Counter(to for to, words in self.slack.sent if words.startswith(TOLD))


async def taken_up(store: SqliteStore) -> None:
    """Waits until the engine has seen what the life before this one left behind."""
    while await store.claimed():  # noqa: ASYNC110 - it is looked at from outside
        await asyncio.sleep(0.001)


def mailed(who: Actor) -> Actor:
    return MAILED[who.account]


async def settled(path: Path, *people: Actor) -> Town:
    """A cohort in Teams with an agreement and introductions; its old cards are all shown."""
    town = Town(path)
    town.clock.time = MONDAY
    async with town.story() as life:
        life.count = 0
        await life.begins()
        await life.commit(Changes(saves=(OLD,)))
        everyone = (ADA, *people)
        for who in everyone:
            await life.press("people.thanks", mailed(who), TEAM)
        cohort = await life.joins(*map(mailed, everyone))
        await life.fill("agreement.draft", {"lines": "We listen."}, cohort=cohort.id)
        await life.fill("introductions.open", {"days": "5"}, cohort=cohort.id)
        for who in everyone:
            words = {"text": f"I am {who.name}"}
            await life.fill("introductions.answer", words, mailed(who), cohort=cohort.id)
    await town.life()
    return town


def timer(name: str, cohort: Cohort, number: int = 0, **args: str) -> Event:
    return Event(
        id=f"{name}/{number}/{args}",
        org="main",
        source="timer",
        name=name,
        args={"cohort": cohort.id, **args},
    )


def found(cohort: Cohort, person: str, account: str, number: int = 0) -> Event:
    args = {"person": person, "account": account, "asked": "x", "result": "found"}
    return timer("moving.found", cohort, number, to="slack", **args)
