"""The parts of the running service: the engine, and the platforms and catalogues that join it."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module

import aiohttp
from aiohttp import web

from cards import words
from connectors.catalogues.config import Go1Config
from connectors.catalogues.port import Catalogue
from connectors.clock import Clock
from connectors.directory.client import Graph, GraphConfig, TokenSource
from connectors.http.courier import Courier
from connectors.move.command import Beside
from connectors.stores.beside import BesideStore
from connectors.stores.sqlite import SqliteStore
from connectors.tidy import tidy
from core import product
from core.checks import Check
from core.courses.learning import policy
from core.engine import trail
from core.engine.errors import Overloaded
from core.engine.intake import Intake
from core.engine.ports import Asker, Platform, Product, Record, Store
from core.engine.worker import Worker
from settings import ORG, Settings
from slack.config import SlackConfig
from teams.cloud import TeamsConfig
from web import backlog
from workplace.config import WorkplaceConfig

log = logging.getLogger("coterie")

PRODUCT = replace(product.PRODUCT, words=words.spoken)
WARM = 2.0  # seconds at most until the first job is done
PATIENCE = 1.0  # seconds with whoever has the file: people are answered within three
REFUSED = 10.0  # seconds for which a store that took nothing is believed not to take the next


@dataclass(slots=True, kw_only=True)
class Engine:
    """The running parts, and what platforms join."""

    clock: Clock
    store: Store
    intake: Intake
    product: Product = PRODUCT
    platforms: dict[str, Platform] = field(default_factory=dict)
    asks: dict[str, Asker] = field(default_factory=dict)
    catalogues: tuple[Catalogue, ...] = ()
    doors: dict[str, Counter[str]] = field(default_factory=dict)
    answers: dict[str, Counter[str]] = field(default_factory=dict)
    links: Counter[str] = field(default_factory=Counter)
    missed: list[Callable[[], list[str]]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    warming: list[asyncio.Task[object]] = field(default_factory=list)
    leaving: asyncio.Task[None] | None = None

    def start(self) -> Worker:
        """Lets events in and jobs out."""
        worker = Worker(
            self.store,
            self.product,
            self.clock,
            intake=self.intake,
            platforms=self.platforms,
            asks=self.asks,
        )
        self.intake.connect(worker, self.asks)
        works = {"intake": self.intake.run(), "worker": self._work(worker)}
        works["tidying"] = tidy(self.store, self.clock)
        self.tasks = [asyncio.create_task(work, name=name) for name, work in works.items()]
        for task in self.tasks:
            task.add_done_callback(_ended)
        return worker

    async def _work(self, worker: Worker) -> None:
        """What every message needs comes first: a job that is claimed leaves at once."""
        if self.warming:
            await asyncio.wait(self.warming, timeout=WARM)
        await worker.run()

    def leave(self, worker: Worker) -> asyncio.Task[None]:
        """No job starts any more; those in flight may finish, and whatever waits for an answer."""
        if self.leaving is None:
            self.tasks[1].cancel()
            self.leaving = asyncio.create_task(worker.stop())
        return self.leaving

    async def stop(self, worker: Worker) -> None:
        """Ends all of it."""
        await self.leave(worker)
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def stopped(self) -> list[str]:
        """What has ended although it never should: only a new start helps."""
        ended = () if self.leaving else (task for task in self.tasks if task.done())
        return [f"the {task.get_name()} has stopped" for task in ended]

    async def missing(self) -> list[str]:
        """What has to be there before the next event."""
        ago = time.monotonic() - self.intake.meters.refused_at
        if ago < REFUSED:
            return [f"the store did not take what came in {ago:.0f} s ago"]
        said = await backlog.trouble(self.store)
        return [said] if said else []

    def troubles(self) -> list[str]:
        """What keeps a platform from working, while all others go on."""
        return [line for missed in self.missed for line in missed()]

    async def metrics(self, worker: Worker) -> bytes:
        """The figures; what writes them down is loaded when somebody first asks for them."""
        left = await backlog.backlog(self.store, self.clock.now())
        await asyncio.to_thread(import_module, "web.metrics")
        from web import metrics

        watched = metrics.Watched(
            meters=self.intake.meters,
            events=self.intake.counts,
            jobs=worker.counts,
            doors=self.doors,
            answers=self.answers,
            links=self.links,
            waiting=self.intake.waiting,
            in_flight=worker.in_flight,
            partitions=len(worker.leases.parts_now()),
        )
        return metrics.exposition(watched, left)


def _ended(task: asyncio.Task[None]) -> None:
    """One of those that go on for good has not."""
    if not task.cancelled():
        log.critical("the %s has stopped", task.get_name(), exc_info=task.exception())


async def stored(
    settings: Settings, records: Sequence[type[Record]], stack: AsyncExitStack
) -> Store:
    """The store that the settings name, open; a driver is loaded where it is used."""
    if path := settings.sqlite:
        store = SqliteStore(path, records=records, ranked=PRODUCT.ranked, patience=PATIENCE)
        return await stack.enter_async_context(store)
    from connectors.stores.mongo.store import MongoStore

    shared = MongoStore(settings.database, records=records, ranked=PRODUCT.ranked)
    return await stack.enter_async_context(shared)


async def stored_beside(
    settings: Settings, records: Sequence[type[Record]], stack: AsyncExitStack
) -> Beside:
    """The same store, for a command beside the service."""
    if path := settings.sqlite:
        store = BesideStore(path, records=records, ranked=PRODUCT.ranked)
        return await stack.enter_async_context(store)
    from connectors.stores.mongo.beside import MongoBeside

    shared = MongoBeside(settings.database, records=records, ranked=PRODUCT.ranked)
    return await stack.enter_async_context(shared)


def platforms(
    settings: Settings, engine: Engine, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> list[web.RouteDef]:
    """What is set up joins the engine; answers where it finds us."""
    routes: list[web.RouteDef] = []
    if settings.teams.app_id or settings.development:
        routes += _teams(settings.teams, engine, session, stack)
    if settings.slack.on:
        routes += _slack(settings.slack, engine, session, stack)
    if settings.workplace.on:
        routes += _workplace(settings.workplace, engine, session, stack)
    return routes


def _teams(
    config: TeamsConfig, engine: Engine, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> list[web.RouteDef]:
    from teams import routes
    from teams.ask import Questions
    from teams.client import Client, NoTokens, TokenSource
    from teams.door import Door, Loopback
    from teams.send import TeamsPlatform

    door: Door = Loopback(config)
    source: TokenSource = NoTokens()
    if not config.open:
        from teams import auth

        guard = auth.Microsoft(config, session, time.time)
        aside(stack, guard.prepare())  # nobody has to wait for the keys yet
        tokens = auth.tokens(config, session)
        stack.push_async_callback(tokens.close)
        engine.warming.append(aside(stack, tokens.prepare(config.scope)))
        door, source = guard, tokens
    client = Client(source, session, courier=_courier(stack))
    engine.platforms["teams"] = TeamsPlatform(config, client)
    engine.answers["teams"] = client.answers
    engine.asks |= Questions(config, client).askers()
    if config.tenant_id and not config.open:
        engine.asks |= _directory(config, source, session)
    counts = engine.doors["teams"] = Counter()
    return routes.routes(config, engine.intake, door, counts)


def _directory(
    config: TeamsConfig, tokens: TokenSource, session: aiohttp.ClientSession
) -> Mapping[str, Asker]:
    """Groups of the directory, where an admin has allowed us to read them."""
    from connectors.directory.graph import Directory

    return Directory(_graph(config, tokens, session), config.graph, config.tenant_id).askers()


def _graph(config: TeamsConfig, tokens: TokenSource, session: aiohttp.ClientSession) -> Graph:
    where = GraphConfig(url=config.graph, scope=config.graph_scope, tenant=config.tenant_id)
    return Graph(where, tokens, session)


async def directory_checks(config: TeamsConfig, session: aiohttp.ClientSession) -> list[Check]:
    """What the doctor says of the directory."""
    from connectors.directory import doctor
    from teams import auth

    if not config.tenant_id:
        return []
    tokens = auth.tokens(config, session)
    try:
        return await doctor.checks(_graph(config, tokens, session), config.graph)
    finally:
        await tokens.close()


def _slack(
    config: SlackConfig, engine: Engine, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> list[web.RouteDef]:
    from slack import routes
    from slack.ask import Questions
    from slack.client import Client
    from slack.send import SlackPlatform
    from slack.workspace import Workspace

    client = Client(config, session, courier=_courier(stack))
    workspace = Workspace(client)
    stack.push_async_callback(workspace.people.close)
    aside(stack, workspace.run())
    engine.platforms["slack"] = SlackPlatform(client)
    engine.answers["slack"] = client.answers
    engine.asks |= Questions(workspace).askers()
    engine.missed.append(workspace.missing)
    counts = engine.doors["slack"] = Counter()
    return routes.routes(config, engine.intake, workspace, time.time, counts)


def _workplace(
    config: WorkplaceConfig, engine: Engine, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> list[web.RouteDef]:
    from workplace import routes
    from workplace.ask import Questions
    from workplace.client import Client
    from workplace.send import WorkplacePlatform
    from workplace.standing import Standing

    client = Client(config, session, time.time, courier=_courier(stack))
    standing = Standing(client)
    aside(stack, standing.run())
    engine.platforms["workplace"] = WorkplacePlatform(client, standing)
    engine.answers["workplace"] = client.answers
    engine.asks |= Questions(client, standing).askers()
    engine.missed.append(standing.missing)
    counts = engine.doors["workplace"] = Counter()
    return routes.routes(config, engine.intake, standing, counts)


def _courier(stack: AsyncExitStack) -> Courier:
    """Carries messages, until the service ends."""
    courier = Courier()
    stack.callback(courier.close)
    return courier


async def agreed(settings: Settings, engine: Engine) -> None:
    """What was agreed with the works council holds before anybody opens anything.

    A store that takes nothing now keeps nothing either.
    """
    told = policy.setting(ORG, engine.clock.now(), works_council=settings.works_council)
    with suppress(Overloaded):
        await engine.intake.submit(told)
    trail.turn.set("")  # what follows has nothing to do with it


def aside(stack: AsyncExitStack, work: Coroutine[object, object, object]) -> asyncio.Task[object]:
    """Goes on beside everything else, until the service ends."""
    task = asyncio.create_task(work)
    stack.callback(task.cancel)
    return task


def catalogues(
    settings: Settings, engine: Engine, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> list[web.RouteDef]:
    """Where courses come from joins the engine; answers where they find us."""
    from connectors.catalogues.link.catalogue import LinkCatalogue
    from connectors.catalogues.opened import opened
    from connectors.catalogues.questions import Questions

    found = engine.catalogues = tuple(opened(settings.catalogues, session, settings.url))
    for one in found:
        stack.push_async_callback(one.close)
    (links,) = (one for one in found if isinstance(one, LinkCatalogue))
    engine.links = links.counts
    engine.asks |= Questions(found).askers()
    return _go1(settings.catalogues.go1, engine, found)


def _go1(config: Go1Config, engine: Engine, found: Sequence[Catalogue]) -> list[web.RouteDef]:
    if not config.webhook_secret:
        return []
    from connectors.catalogues.go1 import webhook
    from connectors.catalogues.go1.catalogue import Go1Catalogue

    (go1,) = (one for one in found if isinstance(one, Go1Catalogue))
    counts = engine.doors["go1"] = Counter()
    return webhook.routes(config, engine.intake, go1, org=ORG, wall=time.time, counts=counts)
