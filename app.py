"""Coterie: settings -> build() -> serve(), and the command line. The only file that knows everyone.

python app.py serve            the service
python app.py doctor           what is wrong, and what to do about it
python app.py package teams    the app package for Microsoft Teams
"""

import argparse
import asyncio
import difflib
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from connectors.stores.sqlite import SqliteStore
from core.actions import PRODUCT
from core.engine.errors import StoreError
from core.engine.intake import Intake
from core.engine.ports import Asker, Platform, Record
from core.engine.worker import Worker
from teams.cloud import TeamsConfig
from teams.cloud import problems as teams_problems

ORG = "main"
PREFIX = "COTERIE_"
TEAMS = (
    "APP_ID",
    "APP_PASSWORD",
    "APP_TENANT_ID",
    "APP_TYPE",
    "CLOUD",
    "OPENID_METADATA",
    "TOKEN_ISSUER",
    "TOKEN_URL",
    "ALLOWED_TENANTS",
)
NOW = ("ENV", "HOST", "PORT", "PUBLIC_URL", "DATABASE", *(f"TEAMS_{name}" for name in TEAMS))
LATER = (
    "SECRET",
    "BLOBS",
    "API_TOKENS",
    "WORKPLACE_ACCESS_TOKEN",
    "WORKPLACE_APP_SECRET",
    "WORKPLACE_VERIFY_TOKEN",
    "WORKPLACE_GRAPH_URL",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
)
LATER_PREFIXES = ("GO1_", "TALENTLMS_", "UDEMY_")
SQLITE = "sqlite:///"
LARGEST = 1024 * 1024
KEPT = timedelta(days=7)
HOUR = 3600.0

log = logging.getLogger("coterie")


class Misconfigured(Exception):
    """The settings are wrong; says everything that is."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the operator decides, from the environment with the prefix COTERIE_."""

    env: Literal["development", "production"] = "production"
    host: str = "127.0.0.1"
    port: int = 3978
    public_url: str = ""
    database: str = "sqlite:///var/coterie.db"
    teams: TeamsConfig = field(default_factory=TeamsConfig)

    @property
    def development(self) -> bool:
        """Whether this is a developer's machine: then there is a sandbox."""
        return self.env == "development"

    @property
    def url(self) -> str:
        """Where people find us."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def sqlite(self) -> Path:
        """The file of the database."""
        return Path(self.database.removeprefix(SQLITE))

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Reads all settings; raises Misconfigured with every problem at once."""
        given = {
            name.removeprefix(PREFIX): value.strip()
            for name, value in environ.items()
            if name.startswith(PREFIX) and value.strip()
        }
        development = given.get("ENV") == "development"
        settings = cls(
            env="development" if development else "production",
            host=given.get("HOST", cls.host),
            port=int(given["PORT"]) if given.get("PORT", "").isdecimal() else cls.port,
            public_url=given.get("PUBLIC_URL", ""),
            database=given.get("DATABASE", cls.database),
            teams=_teams(given, development=development),
        )
        wrong = [*_problems(given), *teams_problems(settings.teams)]
        if wrong:
            raise Misconfigured("\n".join(f"  {PREFIX}{line}" for line in wrong))
        return settings


def _teams(given: Mapping[str, str], *, development: bool) -> TeamsConfig:
    value = {name: given.get(f"TEAMS_{name}", "") for name in TEAMS}
    return TeamsConfig(
        org=ORG,
        app_id=value["APP_ID"],
        password=value["APP_PASSWORD"],
        tenant_id=value["APP_TENANT_ID"],
        app_type=value["APP_TYPE"],
        cloud=value["CLOUD"] or "public",
        openid_metadata=value["OPENID_METADATA"],
        token_issuer=value["TOKEN_ISSUER"],
        token_url=value["TOKEN_URL"],
        allowed_tenants=tuple(value["ALLOWED_TENANTS"].replace(",", " ").split()),
        development=development,
    )


def _problems(given: Mapping[str, str]) -> list[str]:
    """What is wrong with the general settings; those of a platform are checked by it."""
    wrong = [_unknown(name) for name in given if not _known(name)]
    if given.get("ENV", "production") not in {"development", "production"}:
        wrong.append("ENV must be development or production")
    port = given.get("PORT", "3978")
    if not port.isdecimal() or not 0 <= int(port) < 65536:  # noqa: PLR2004 - what a port can be
        wrong.append("PORT must be a number from 0 to 65535")
    if not given.get("DATABASE", SQLITE).startswith(SQLITE):
        wrong.append(f"DATABASE must begin with {SQLITE} (MongoDB comes in a later release)")
    url = urlsplit(given.get("PUBLIC_URL", ""))
    if given.get("PUBLIC_URL") and (url.scheme not in {"http", "https"} or not url.hostname):
        wrong.append("PUBLIC_URL must be an address such as https://coterie.example.org")
    return wrong


def _known(name: str) -> bool:
    return name in NOW or name in LATER or name.startswith(LATER_PREFIXES)


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, [*NOW, *LATER], 1)
    return f"{name} is no setting" + (f"; did you mean {PREFIX}{near[0]}?" if near else "")


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
        await guard.prepare()
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
        engine.asks |= sandbox.askers(dict(engine.asks))
        sandbox.add(app, engine=engine.intake, worker=worker, queue=engine.store, wall=wall)


def _records(settings: Settings) -> tuple[type[Record], ...]:
    if not settings.development:
        return PRODUCT.records
    from web import sandbox

    return (*PRODUCT.records, *sandbox.RECORDS)


async def _tidy(store: SqliteStore, clock: Clock) -> None:
    """Once an hour, forgets event ids and finished jobs of more than a week ago."""
    while True:
        await store.forget(clock.now() - KEPT)
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
            build(settings),
            host=settings.host,
            port=settings.port,
            access_log=None,
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
