"""A bot in Workplace: one that only remembers, and the whole service."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web
from msgspec.structs import replace

import parts
from connectors.clock import Clock
from connectors.http.courier import Courier
from connectors.stores.sqlite import SqliteStore
from core.engine.intake import Intake
from core.engine.ports import (
    Changes,
    Choices,
    Commit,
    Deliver,
    Event,
    Job,
    Product,
    Takes,
    ToPerson,
)
from core.engine.worker import Worker
from core.message import Post, Text, verbatim
from core.people.model import Account, by_account
from core.product import PRODUCT
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_rules import buttons, words
from tests.fakes.graph_world import Group, Human, Json, Standing
from tests.teams.bot import Recorder
from workplace.ask import Questions
from workplace.client import Client
from workplace.config import WorkplaceConfig
from workplace.routes import routes
from workplace.send import WorkplacePlatform
from workplace.standing import Standing as OurStanding

PATIENCE = 10.0
SHORT = aiohttp.ClientTimeout(total=0.4)


@dataclass
class Bot:
    """A running bot, and what one may want to look at."""

    engine: Recorder
    counts: Counter[str]
    client: Client
    standing: OurStanding

    @property
    def event(self) -> Event:
        """The only event so far."""
        (event,) = self.engine.events
        return event

    @property
    def platform(self) -> WorkplacePlatform:
        return WorkplacePlatform(self.client, self.standing)

    @property
    def questions(self) -> Questions:
        return Questions(self.client, self.standing)


@dataclass
class House:
    """The running service, and what people do with it."""

    graph: FakeGraph
    standing: OurStanding
    engine: parts.Engine
    worker: Worker

    async def press(self, human: Human, label: str) -> None:
        """A button of the newest chat message that has it."""
        button = await self._button(human, label)
        (answer,) = await self.graph.meta.push(self.graph.meta.pressed(human, button))
        assert answer.status == 200

    async def says(self, human: Human, text: str) -> None:
        """Words in private."""
        (answer,) = await self.graph.meta.push(self.graph.meta.message(human, text))
        assert answer.status == 200

    async def reads(self, human: Human, text: str) -> Json:
        """The newest private message with these words, once it is there."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in reversed(self.graph.world.wrote(human)):
                    if text in words(message):
                        return message
                await asyncio.sleep(0.01)

    async def stands(self, group: Group, text: str, above: str | None = "") -> Standing:
        """The newest post with these words, once it stands there."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for post in reversed(self.graph.world.standing(group, above)):
                    if text in post.message:
                        return post
                await asyncio.sleep(0.01)

    async def numbered(self, post: Standing, place: str) -> None:
        """Until it is known what the numbers below a post mean."""
        read = self.engine.store.reader("main")
        async with asyncio.timeout(PATIENCE):
            while True:
                if await read.get(Choices, f"{place}|{post.id}"):
                    return
                await asyncio.sleep(0.01)

    async def tells(self, human: Human, other: str, text: str) -> None:
        """We write to somebody who has another account as well."""
        me = await by_account(self.engine.store.reader("main"), human.account)
        assert me is not None
        if other not in me.accounts:
            both = replace(me, accounts=(*me.accounts, other))
            await self._keeps(Changes(saves=(both, Account(id=other, person=me.id))))
        post = Post(summary=verbatim(text), blocks=(Text(verbatim(text)),))
        await self._keeps(Changes(jobs=(Job(key=text, work=Deliver(ToPerson(me.id), post)),)))

    async def _keeps(self, changes: Changes) -> None:
        commit = Commit(org="main", event="", at=self.engine.clock.now(), changes=changes)
        await self.engine.store.commit([commit])
        self.worker.wake()

    async def _button(self, human: Human, label: str) -> Json:
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in reversed(self.graph.world.wrote(human)):
                    for button in buttons(message):
                        if button["title"] == label:
                            return button
                await asyncio.sleep(0.01)


async def until(done: Callable[[], bool]) -> None:
    """Waits for what has to come about."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if done():
                return
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(graph: FakeGraph, application: web.Application) -> AsyncIterator[None]:
    """A server with our routes, known to Meta."""
    runner = web.AppRunner(application, shutdown_timeout=1, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    graph.meta.hook = f"http://127.0.0.1:{runner.addresses[0][1]}/workplace/webhook"
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def serving(
    graph: FakeGraph, config: WorkplaceConfig, *, known: bool = True
) -> AsyncIterator[Bot]:
    """A bot that remembers what it is told."""
    async with aiohttp.ClientSession() as session:
        courier = Courier(seconds=SHORT.total or 1.0)
        client = Client(config, session, graph.wall, SHORT, courier)
        made = Bot(Recorder(), Counter(), client, OurStanding(client))
        if known:
            await made.standing.look()
        application = web.Application()
        takes: Takes = made.engine
        application.add_routes(routes(config, takes, made.standing, made.counts))
        async with listening(graph, application):
            yield made
        courier.close()


@asynccontextmanager
async def living(
    graph: FakeGraph, folder: Path, product: Product = PRODUCT
) -> AsyncIterator[House]:
    """The service with Workplace and nothing else, wired as it is in production."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        store = SqliteStore(folder / "coterie.db", records=product.records, ranked=product.ranked)
        await stack.enter_async_context(store)
        clock = Clock()
        engine = parts.Engine(clock=clock, store=store, intake=Intake(store, product, clock))
        config = graph.config()
        courier = Courier()
        stack.callback(courier.close)
        client = Client(config, session, graph.wall, courier=courier)
        standing = OurStanding(client)
        await standing.look()
        platform = WorkplacePlatform(client, standing)
        platform.windows, platform.rate, platform.ceiling = (), 1000.0, 1000.0  # nobody waits here
        engine.platforms["workplace"] = platform
        engine.asks |= Questions(client, standing).askers()
        counts = engine.doors["workplace"] = Counter()
        application = web.Application()
        application.add_routes(routes(config, engine.intake, standing, counts))
        worker = engine.start()
        stack.push_async_callback(_stop, engine, worker)
        await stack.enter_async_context(listening(graph, application))
        yield House(graph, standing, engine, worker)


async def _stop(engine: parts.Engine, worker: Worker) -> None:
    await worker.stop()
    for task in engine.tasks:
        task.cancel()
    await asyncio.gather(*engine.tasks, return_exceptions=True)
