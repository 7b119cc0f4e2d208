"""Quiet by construction: the real engine with the real product, a chat that only remembers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.stores.sqlite import SqliteStore
from core.engine.intake import Intake
from core.engine.ports import (
    Actor,
    Address,
    Changes,
    Deliver,
    Event,
    Job,
    Moment,
    Origin,
    ToPerson,
)
from core.engine.worker import Worker
from core.message import Heading, Post, say, verbatim
from core.people.model import person_id
from core.product import PRODUCT, handle
from tests.engine.machine import Chat, Clock

ADA = Actor(account="fake:t1:ada", name="Ada Example", zone="UTC")
CHAT = Origin(place="fake:t1:ada", private=True)
ID = person_id("main", ADA.account)


@dataclass
class Days:
    """What happens to Ada, and what stands in her chat."""

    intake: Intake
    worker: Worker
    clock: Clock
    chat: Chat
    plans: dict[str, Changes]
    count: int = 0

    async def press(self, name: str) -> None:
        self.count += 1
        await self.happens(
            Event(
                id=f"p{self.count}",
                org="main",
                source="press",
                name=name,
                by=ADA,
                origin=CHAT,
                inline=True,
                learned=(Address(id=ADA.account, ref={"conversation": "c"}),),
            )
        )

    async def nudge(self, *titles: str) -> None:
        """Has these messages planned, which Ada did not ask for."""
        jobs = tuple(
            Job(key=t, work=Deliver(ToPerson(ID), post(t)), weight="nudge") for t in titles
        )
        event = Event(id=f"plan {titles}", org="main", source="timer", name="test.plan")
        self.plans[event.id] = Changes(jobs=jobs)
        await self.happens(event)

    async def happens(self, event: Event) -> None:
        await self.intake.submit(event)
        await self.settled()

    async def settled(self) -> None:
        async with asyncio.timeout(10):
            await self.worker.idle()

    @property
    def sent(self) -> list[str]:
        """What she did not ask for."""
        kept = zip(self.chat.sent, self.chat.keys, strict=True)
        return [text for (_, text), key in kept if not key.startswith("answer/")]


def post(title: str) -> Post:
    return Post(
        summary=verbatim(title),
        purpose=say("test.why", "To test."),
        blocks=(Heading(verbatim(title)),),
    )


@pytest.fixture
async def days(tmp_path: Path) -> AsyncIterator[Days]:
    clock, chat = Clock(), Chat()
    plans: dict[str, Changes] = {}

    async def planned(event: Event, moment: Moment) -> Changes:
        return plans[event.id] if event.name == "test.plan" else await handle(event, moment)

    product = replace(PRODUCT, handle=planned)
    async with SqliteStore(tmp_path / "test.db", records=product.records) as store:
        intake = Intake(store, product, clock)
        worker = Worker(store, product, clock, intake=intake, platforms={"fake": chat}, asks={})
        intake.connect(worker, {})
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        yield Days(intake, worker, clock, chat, plans)
        await worker.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_after_three_messages_without_an_answer_one_question_and_then_silence(
    days: Days,
) -> None:
    await days.press("people.help")
    for n in range(6):
        await days.nudge(f"message {n}")
        days.clock.forward(days=7)
        await days.settled()
    assert days.sent == ["message 0", "message 1", "message 2", "How shall I go on?"]


async def test_whoever_answers_hears_from_us_again(days: Days) -> None:
    await days.press("people.help")
    for n in range(4):
        await days.nudge(f"message {n}")
        await days.press("people.why")
        days.clock.forward(days=7)
    assert days.sent == [f"message {n}" for n in range(4)]


async def test_a_fourth_message_in_a_week_waits_for_the_next(days: Days) -> None:
    await days.press("people.help")
    for n in range(4):
        await days.nudge(f"message {n}")
        await days.press("people.help")
    assert days.sent == ["message 0", "message 1", "message 2"]
    days.clock.forward(days=7)
    await days.settled()
    assert days.sent[3:] == ["message 3"]


async def test_what_waits_comes_as_one_message(days: Days) -> None:
    await days.press("people.help")
    days.clock.forward(hours=10)
    await days.nudge("one", "two", "three")
    assert days.sent == []
    days.clock.forward(hours=14)
    await days.settled()
    assert days.sent == ["3 things for you"]


async def test_a_paused_person_hears_nothing_until_they_resume(days: Days) -> None:
    await days.press("people.help")
    await days.press("people.stop")
    await days.nudge("one")
    days.clock.forward(days=7)
    await days.settled()
    assert days.sent == []


async def test_an_erased_person_hears_nothing(days: Days) -> None:
    await days.press("people.help")
    days.clock.forward(hours=10)
    await days.nudge("one")
    await days.press("people.erase_now")
    days.clock.time += timedelta(days=7)
    await days.settled()
    assert days.sent == []
