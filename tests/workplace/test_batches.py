"""Batches of up to a thousand things: taken at once, worked off in order, each once."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import orjson
import pytest
from aiohttp import web

from connectors.clock import Clock
from connectors.stores.sqlite import SqliteStore
from core.engine.intake import Intake
from core.engine.ports import (
    Asker,
    Changes,
    Event,
    Moment,
    Product,
    Reader,
    Recipient,
    Reply,
    Tally,
    Viewer,
)
from core.engine.worker import Worker
from core.message import Post
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_meta import Happening, deliveries, delivery
from tests.fakes.graph_world import Human
from tests.workplace.bot import PATIENCE, listening
from workplace.client import Client
from workplace.routes import routes
from workplace.standing import Standing

PEOPLE = [Human(f"Person {n:03}") for n in range(50)]
ACKNOWLEDGED = 0.3


@dataclass
class Listener:
    """A real engine whose product only listens, and counts how often."""

    counts: Counter[str] = field(default_factory=Counter)
    heard: list[Event] = field(default_factory=list)
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    wanted: int = 0

    async def handle(self, event: Event, moment: Moment) -> Changes:
        self.heard.append(event)
        if len(self.heard) >= self.wanted:
            self.enough.set()
        return Changes(tallies=(Tally(board="heard", subject=event.id),))

    async def all(self, wanted: int) -> list[str]:
        """The texts, once there are so many of them, in the order in which they were heard."""
        self.wanted = wanted
        self.enough.clear()
        if len(self.heard) < wanted:
            async with asyncio.timeout(3 * PATIENCE):
                await self.enough.wait()
        return [event.text for event in self.heard if event.source == "message"]


def listens(to: Listener) -> Product:
    async def query(event: Event, moment: Moment, asks: Mapping[str, Asker]) -> Reply | None:
        return None

    async def view(moment: Moment, slot: str, who: Viewer) -> Post | None:
        return None

    async def recipient(read: Reader, person: str) -> Recipient | None:
        return None

    def bundle(posts: Sequence[Post]) -> Post:
        return posts[0]

    def silent(org: str, person: str, sent: int) -> Event:
        return Event(id=f"silent/{person}", org=org, source="timer", name="silent")

    return Product(
        handle=to.handle,
        query=query,
        view=view,
        recipient=recipient,
        bundle=bundle,
        marked=lambda post: post,
        silent=silent,
        records=(),
    )


@asynccontextmanager
async def engine(graph: FakeGraph, folder: Path) -> AsyncIterator[Listener]:
    to, clock = Listener(), Clock()
    product, config = listens(to), graph.config()
    async with (
        aiohttp.ClientSession() as session,
        SqliteStore(folder / "coterie.db", records=()) as store,
    ):
        intake = Intake(store, product, clock)
        worker = Worker(store, product, clock, intake=intake, platforms={}, asks={})
        intake.connect(worker, {})
        tasks = [asyncio.create_task(it) for it in (intake.run(), worker.run())]
        standing = Standing(Client(config, session, graph.wall))
        await standing.look()
        application = web.Application()
        application.add_routes(routes(config, intake, standing, to.counts))
        async with listening(graph, application):
            yield to
        await worker.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def listener(graph: FakeGraph, tmp_path: Path) -> AsyncIterator[Listener]:
    async with engine(graph, tmp_path) as to:
        yield to


def thoughts(graph: FakeGraph, number: int = 1000) -> list[Happening]:
    group = graph.world.group(*PEOPLE)
    return [
        happening
        for n in range(number)
        for happening in graph.meta.post(PEOPLE[n % 50], group, f"Thought {n}")
    ]


def numbered(number: int) -> list[str]:
    return [f"Thought {n}" for n in range(number)]


async def test_a_thousand_with_a_broken_one_are_acknowledged_at_once_and_worked_off_in_order(
    graph: FakeGraph, listener: Listener
) -> None:
    told = thoughts(graph)
    broken = Happening("group", told[500].entry, "posts", {"post_id": [], "from": 7})
    body = delivery("group", [*told[:500], broken, *told[501:]])
    assert len(orjson.loads(body)["entry"][0]["changes"]) == 1000
    begin = time.perf_counter()
    answer = await graph.meta.deliver(body)
    took = time.perf_counter() - begin

    assert answer.status == 200
    assert await listener.all(999) == [one for one in numbered(1000) if one != "Thought 500"]
    assert listener.counts == {"group.posts": 999, "broken": 1}
    assert took < ACKNOWLEDGED


async def test_duplicates_within_and_across_deliveries_are_one(
    graph: FakeGraph, listener: Listener
) -> None:
    told = thoughts(graph, 60)
    answers = await graph.meta.push(told, times=3, batch=70)
    answers += await graph.meta.push(told, batch=7, times=2, seed=7)
    last = graph.meta.message(PEOPLE[0], "last")
    await graph.meta.push(last)
    texts = await listener.all(61)

    assert {answer.status for answer in answers} == {200}
    assert sorted(texts) == sorted([*numbered(60), "last"])
    await asyncio.sleep(0.2)
    assert len(listener.heard) == 61


async def test_a_retried_batch_is_taken_again_and_nothing_happens_twice(
    graph: FakeGraph, listener: Listener
) -> None:
    (body,) = deliveries(thoughts(graph, 50))
    statuses = [(await graph.meta.deliver(body)).status for _ in range(3)]
    assert statuses == [200, 200, 200]
    assert await listener.all(50) == numbered(50)


async def test_a_mention_and_its_post_in_any_order_are_one(
    graph: FakeGraph, listener: Listener
) -> None:
    group = graph.world.group(*PEOPLE)
    for n, turn in enumerate((1, -1)):
        told = graph.meta.post(PEOPLE[n], group, f"Thought {n}", mention=True)
        await graph.meta.push(told[::turn], times=2)
    heard = await listener.all(4)

    assert heard == numbered(2)
    assert [event.mentioned for event in listener.heard if event.source == "message"] == [True] * 2
    assert [event.name for event in listener.heard].count("place.added") == 2
