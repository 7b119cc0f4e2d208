"""Coterie: settings -> build() -> serve(), and the command line. The only file that knows everyone.

python app.py serve            the service
python app.py doctor           what is wrong, and what to do about it
python app.py package teams    the app package for Microsoft Teams
"""

import argparse
import asyncio
import gc
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from aiohttp import web

from cards import catalogue
from connectors.stores.sqlite import SqliteStore
from core.actions import PRODUCT
from core.engine.errors import StoreError
from core.engine.intake import Intake
from core.engine.ports import Asker, Platform, Record
from core.engine.worker import Worker
from settings import ORG, Misconfigured, Settings
from teams.cloud import TeamsConfig

LARGEST = 1024 * 1024
KEPT = timedelta(days=7)
HOUR = 3600.0
NEW_THINGS = (10_000, 20, 50)

log = logging.getLogger("coterie")


class Clock:
    """The time of the machine, which the sandbox can move."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """An aware UTC datetime."""
        return datetime.now(UTC) + self._ahead

    def set(self, to: datetime) -> None:
        """From now on it is this time."""
        self._ahead = to - datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Engine:
    """The running parts, and what platforms join."""

    clock: Clock
    store: SqliteStore
    intake: Intake
    platforms: dict[str, Platform] = field(default_factory=dict)
    asks: dict[str, Asker] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> Worker:
        """Lets events in and jobs out."""
        worker = Worker(
            self.store,
            PRODUCT,
            self.clock,
            intake=self.intake,
            platforms=self.platforms,
            asks=self.asks,
        )
        self.intake.connect(worker, self.asks)
        self.counts |= {"events_total": self.intake.counts, "jobs_total": worker.counts}
        self.tasks = [
            asyncio.create_task(work)
            for work in (self.intake.run(), worker.run(), _tidy(self.store, self.clock))
        ]
        return worker

    def missing(self) -> list[str]:
        """What has to be there before the first event."""
        return [f"stopped: {task.get_coro()}" for task in self.tasks if task.done()]


async def serving(settings: Settings) -> web.Application:
    """The service with a collector that looks at what is new: what is built stays for good."""
    app = await build(settings)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*NEW_THINGS)
    return app


async def build(settings: Settings) -> web.Application:
    """The whole service as one application; cleaning it up closes what it opened, in reverse."""
    app = web.Application(client_max_size=LARGEST)
    stack = AsyncExitStack()
    app.on_cleanup.append(lambda _: stack.aclose())
    try:
        session = await stack.enter_async_context(_session())
        store = SqliteStore(settings.sqlite, records=_records(settings), ranked=PRODUCT.ranked)
        await stack.enter_async_context(store)
        clock = Clock()
        engine = Engine(clock=clock, store=store, intake=Intake(store, PRODUCT, clock))
        stack.callback(asyncio.create_task(asyncio.to_thread(catalogue.warm)).cancel)
        await _add_teams(app, settings.teams, engine, session, stack)
        worker = engine.start()
        stack.push_async_callback(_stop, engine.tasks, worker)
        _add_pages(app, settings, engine, worker)
    except BaseException:
        await stack.aclose()
        raise
    return app


async def _add_teams(
    app: web.Application,
    config: TeamsConfig,
    engine: Engine,
    session: aiohttp.ClientSession,
    stack: AsyncExitStack,
) -> None:
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
        preparing = asyncio.create_task(guard.prepare())  # nobody has to wait for the keys yet
        stack.callback(preparing.cancel)
        tokens = auth.tokens(config, session)
        stack.push_async_callback(tokens.close)
        door, source = guard, tokens
    client = Client(source, session)
    engine.platforms["teams"] = TeamsPlatform(config, client)
    engine.asks |= Questions(config, client).askers()
    counts = engine.counts["teams_total"] = Counter()
    app.add_routes(routes.routes(config, engine.intake, door, counts))


def _add_pages(app: web.Application, settings: Settings, engine: Engine, worker: Worker) -> None:
    from web import about, health, join, pages

    health.add(app, missing=engine.missing, counts=lambda: engine.counts)
    about.add(app, sandbox=settings.development)
    pages.add_static(app)
    join.add(
        app,
        reader=engine.store.reader(ORG),
        teams_app=settings.teams.app_id,
        sandbox=settings.development,
    )
    if settings.development:
        from web import sandbox

        wall = sandbox.Wall(engine.store, engine.clock, ORG)
        engine.platforms["sandbox"] = sandbox.Sandbox(wall)
        engine.asks |= sandbox.ASKERS
        sandbox.add(app, engine=engine.intake, worker=worker, queue=engine.store, wall=wall)


def _records(settings: Settings) -> tuple[type[Record], ...]:
    if not settings.development:
        return PRODUCT.records
    from web import sandbox

    return (*PRODUCT.records, *sandbox.RECORDS)


async def _tidy(store: SqliteStore, clock: Clock) -> None:
    """Once an hour, forgets event ids and finished jobs of more than a week ago."""
    while True:
        try:
            await store.forget(clock.now() - KEPT)
        except StoreError:
            log.exception("what is old was not forgotten")
        await asyncio.sleep(HOUR)


async def _stop(tasks: list[asyncio.Task[None]], worker: Worker) -> None:
    """What is in flight may finish; nothing new starts."""
    tasks[1].cancel()
    await worker.stop()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    """One client for all; what one service sets as a cookie never reaches another."""
    connector = aiohttp.TCPConnector(limit=0, limit_per_host=100)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as session:
        yield session


# --- the command line -----------------------------------------------------------------------------


def serve(settings: Settings) -> int:
    """Runs the service until it is told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    where = f"{settings.url}/sandbox" if settings.development else settings.url
    try:
        web.run_app(
            serving(settings),
            host=settings.host,
            port=settings.port,
            access_log=None,
            auto_decompress=False,
            shutdown_timeout=10,
            print=lambda _: print(f"\n  Coterie is ready. Open {where}\n", flush=True),
        )
    except (OSError, StoreError) as error:
        print(f"Coterie cannot start: {error}\n`python app.py doctor` says more.", file=sys.stderr)
        return 1
    return 0


def doctor(settings: Settings) -> int:
    """Says what is wrong and what to do; answers 1 when something has to be done."""
    from teams import doctor as teams

    async def look() -> list[teams.Check]:
        async with _session() as session:
            return await teams.checks(settings, session, Clock().now())

    found = asyncio.run(look())
    print(teams.report(found))
    return teams.exit_code(found)


def package(settings: Settings, options: argparse.Namespace) -> int:
    """Writes the app package for Microsoft Teams."""
    from teams.package import Incomplete, Plan, build_package

    plan = Plan(
        app_id=settings.teams.app_id,
        public_url=settings.public_url,
        hear_threads=options.hear_threads,
        make_channels=options.make_channels,
    )
    try:
        print(f"Wrote {build_package(plan, Path(options.out))}. Upload it in Teams.")
    except Incomplete as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def main(argv: list[str]) -> int:
    """The command line; answers the exit code."""
    parser = argparse.ArgumentParser(prog="app.py", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run the service")
    commands.add_parser("doctor", help="say what is wrong and what to do about it")
    packing = commands.add_parser("package", help="write the app package of a platform")
    packing.add_argument("platform", choices=["teams"])
    packing.add_argument("--out", default="var/coterie-teams.zip", help="where to write it")
    hear, make = "also hear what does not mention Coterie", "make the channel for a new cohort"
    packing.add_argument("--hear-threads", action="store_true", help=hear)
    packing.add_argument("--make-channels", action="store_true", help=make)
    options = parser.parse_args(argv)
    try:
        settings = Settings.from_env(os.environ)
    except Misconfigured as error:
        print(f"These settings need another look:\n{error}", file=sys.stderr)
        return 2
    match options.command:
        case "doctor":
            return doctor(settings)
        case "package":
            return package(settings, options)
        case _:
            return serve(settings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
