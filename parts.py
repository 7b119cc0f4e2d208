"""The parts of the running service: the engine, and the platforms and catalogues that join it."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace

import aiohttp
from aiohttp import web

from cards import words
from connectors.catalogues.config import Go1Config
from connectors.catalogues.port import Catalogue
from connectors.clock import Clock
from connectors.directory.client import Graph, GraphConfig, TokenSource
from connectors.http.courier import Courier
from connectors.stores.sqlite import SqliteStore
from connectors.tidy import tidy
from core import product
from core.checks import Check
from core.courses.learning import policy
from core.engine.errors import Overloaded
from core.engine.intake import Intake
from core.engine.ports import Asker, Platform, Product
from core.engine.worker import Worker
from settings import ORG, Settings
from slack.config import SlackConfig
from teams.cloud import TeamsConfig
from workplace.config import WorkplaceConfig

PRODUCT = replace(product.PRODUCT, words=words.spoken)


@dataclass(slots=True, kw_only=True)
class Engine:
    """The running parts, and what platforms join."""

    clock: Clock
    store: SqliteStore
    intake: Intake
    product: Product = PRODUCT
    platforms: dict[str, Platform] = field(default_factory=dict)
    asks: dict[str, Asker] = field(default_factory=dict)
    catalogues: tuple[Catalogue, ...] = ()
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    missed: list[Callable[[], list[str]]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

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
        self.counts |= {"events_total": self.intake.counts, "jobs_total": worker.counts}
        self.tasks = [
            asyncio.create_task(work)
            for work in (self.intake.run(), worker.run(), tidy(self.store, self.clock))
        ]
        return worker

    def missing(self) -> list[str]:
        """What has to be there before the first event."""
        return [f"stopped: {task.get_coro()}" for task in self.tasks if task.done()]

    def troubles(self) -> list[str]:
        """What keeps a platform from working, while all others go on."""
        return [line for missed in self.missed for line in missed()]


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
        door, source = guard, tokens
    client = Client(source, session, courier=_courier(stack))
    engine.platforms["teams"] = TeamsPlatform(config, client)
    engine.asks |= Questions(config, client).askers()
    if config.tenant_id and not config.open:
        engine.asks |= _directory(config, source, session)
    counts = engine.counts["teams_total"] = Counter()
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
    engine.asks |= Questions(workspace).askers()
    engine.missed.append(workspace.missing)
    counts = engine.counts["slack_total"] = Counter()
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
    engine.asks |= Questions(client, standing).askers()
    engine.missed.append(standing.missing)
    counts = engine.counts["workplace_total"] = Counter()
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


def aside(stack: AsyncExitStack, work: Coroutine[object, object, None]) -> None:
    """Goes on beside everything else, until the service ends."""
    stack.callback(asyncio.create_task(work).cancel)


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
    engine.counts["links_total"] = links.counts
    engine.asks |= Questions(found).askers()
    return _go1(settings.catalogues.go1, engine, found)


def _go1(config: Go1Config, engine: Engine, found: Sequence[Catalogue]) -> list[web.RouteDef]:
    if not config.webhook_secret:
        return []
    from connectors.catalogues.go1 import webhook
    from connectors.catalogues.go1.catalogue import Go1Catalogue

    (go1,) = (one for one in found if isinstance(one, Go1Catalogue))
    counts = engine.counts["go1_total"] = Counter()
    return webhook.routes(config, engine.intake, go1, org=ORG, wall=time.time, counts=counts)
