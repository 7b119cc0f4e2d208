"""Nobody's many messages keep somebody else's few from leaving."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from msgspec.structs import replace

from core.engine.ports import (
    Changes,
    Commit,
    Job,
    Reader,
    Recipient,
    Rhythm,
    ToPerson,
    Viewer,
    Weight,
)
from core.engine.worker import Worker
from tests.engine.jumping import PatientStore, run
from tests.engine.machine import MONDAY, Chat, Clock, People, nothing, post_to, product, running

RATE = 50.0
CROWD = 1_000
ORG = "main"


class Moving:
    """A clock that goes."""

    def __init__(self) -> None:
        self._began = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return MONDAY + timedelta(seconds=asyncio.get_running_loop().time() - self._began)


class Everybody(People):
    """Each with an account of their own; some are in a second tenant."""

    async def recipient(self, read: Reader, person: str) -> Recipient | None:
        tenant = "t2" if person.startswith("other") else "t1"
        account = (f"fake:{tenant}:{person}",)
        return Recipient(
            person=person, accounts=account, viewer=Viewer(person=person), rhythm=Rhythm()
        )


@dataclass
class Hall:
    """A running engine, and what was sent by it."""

    store: PatientStore
    worker: Worker
    clock: Moving
    chat: Chat
    planned: int = field(default=0)

    async def plan(self, whose: str, number: int, weight: Weight = "essential") -> None:
        """So many messages, each to somebody else."""
        jobs = [job(whose, n, weight) for n in range(self.planned, self.planned + number)]
        self.planned += number
        for start in range(0, number, 500):
            some = tuple(jobs[start : start + 500])
            changes = Changes(jobs=tuple(replace(one, due=self.clock.now()) for one in some))
            await self.store.commit(
                [Commit(org=ORG, event="", at=self.clock.now(), changes=changes)]
            )
        self.worker.wake()

    async def sent(self, whose: str, number: int) -> None:
        """Waits until so many have left."""
        async with asyncio.timeout(300):
            while len(self.of(whose)) < number:  # noqa: ASYNC110 - it is looked at from outside
                await asyncio.sleep(0.02)

    def of(self, whose: str) -> Sequence[str]:
        return [key for key in self.chat.keys if key.startswith(f"{whose} ")]


def job(whose: str, number: int, weight: Weight) -> Job:
    person = f"{whose}{number:05}"
    words = f"{whose} {number:05}"
    report = f"{whose}/{person}" if whose != "answers" else ""
    return post_to(ToPerson(person), words, weight=weight, report=report, lane=person)


@asynccontextmanager
async def hall(folder: Path, rate: float = RATE) -> AsyncIterator[Hall]:
    chat = Chat(rate=rate, ceiling=rate * 1.01)
    made = product(Everybody(), nothing)
    clock = Moving()
    async with (
        PatientStore(folder / "test.db", records=made.records) as store,
        running(store, made, cast("Clock", clock), chat, {}) as (_, worker),
    ):
        yield Hall(store, worker, clock, chat)


def test_ten_of_a_small_cohort_are_through_within_fifty_sends_of_a_crowd(tmp_path: Path) -> None:
    assert run(overtaken(tmp_path, "small", 10)) <= 50


def test_a_slow_tenants_crowd_keeps_no_other_tenant_waiting(tmp_path: Path) -> None:
    assert run(overtaken(tmp_path, "other", 10)) <= 10


def test_an_answer_leaves_before_anything_else_of_its_tenant(tmp_path: Path) -> None:
    assert run(overtaken(tmp_path, "answers", 5, "answer")) <= 5


async def overtaken(folder: Path, whose: str, number: int, weight: Weight = "essential") -> int:
    """How many of a crowd leave after these are planned and before all of them have left."""
    async with hall(folder) as it:
        await it.plan("crowd", CROWD)
        await it.sent("crowd", 20)
        before = len(it.of("crowd"))
        await it.plan(whose, number, weight)
        await it.sent(whose, number)
        return len(it.of("crowd")) - before
