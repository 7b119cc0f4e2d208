"""Coterie: settings -> build() -> serve(), and the command line. Only this file knows everyone."""

import gc

if __name__ == "__main__":
    gc.disable()  # all that is imported stays: looking through it takes a quarter of a start

import argparse
import asyncio
import logging
import os
import sys
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from aiohttp import web

from cards import catalogue
from connectors import logs
from connectors.clock import Clock
from connectors.http.session import client_session
from connectors.loop import quick_loop
from connectors.move import command
from connectors.secret import kept
from connectors.stores.schema import Owned
from core.checks import Check, exit_code, report
from core.engine.errors import StoreError
from core.engine.intake import Intake
from core.engine.ports import Record
from core.engine.worker import Worker
from parts import (
    PRODUCT,
    Engine,
    agreed,
    aside,
    catalogues,
    directory_checks,
    platforms,
    stored,
    stored_beside,
)
from settings import ORG, Misconfigured, Settings
from web.links import Signer, linked

log = logging.getLogger("coterie")

LARGEST = 1024 * 1024
IN_HAND = 2.0  # seconds for requests that are being answered; and as many again to break them off
NEW_THINGS = (10_000, 20, 50)
PACKAGES = {"teams": "zip", "slack": "json"}
SEVERAL = "Several processes need MongoDB: set COTERIE_DATABASE to mongodb://… in all of them."
WHERE = "mongodb://…, sqlite:///…, or a file: FILE.jsonl or FILE.jsonl.gz"


async def serving(settings: Settings, *, doors: bool = True) -> web.Application:
    """The service with a collector that looks at what is new: what is built stays for good."""
    logs.listen(asyncio.get_running_loop())
    app = await build(settings, doors=doors)
    settled()
    return app


def settled() -> None:
    """What is there by now stays for good; from now on the collector looks at what is new."""
    gc.freeze()
    gc.set_threshold(*NEW_THINGS)
    gc.enable()


async def build(settings: Settings, *, doors: bool = True) -> web.Application:
    """The whole service as one application; cleaning it up closes what it opened, in reverse.

    Without `doors` nothing comes in: it does the jobs that are due, and says how it is.
    """
    app = web.Application(client_max_size=LARGEST)
    stack = AsyncExitStack()
    app.on_cleanup.append(lambda _: stack.aclose())
    try:
        session = await stack.enter_async_context(client_session())
        store = await stored(settings, _records(settings), stack)
        clock = Clock()
        signer = _signer(settings)
        ours = linked(PRODUCT, signer.signed)
        engine = Engine(clock=clock, store=store, intake=Intake(store, ours, clock), product=ours)
        engine.warming.append(aside(stack, asyncio.to_thread(catalogue.warm)))
        routes = platforms(settings, engine, session, stack)
        routes += catalogues(settings, engine, session, stack)
        worker = engine.start()
        stack.push_async_callback(engine.stop, worker)
        await agreed(settings, engine)
        _add_health(app, engine, worker)
        if doors:
            app.add_routes(routes)
            _add_pages(app, settings, engine, signer)
        if settings.development:
            _add_sandbox(app, engine, worker, doors=doors)
    except BaseException:
        await stack.aclose()
        raise
    return app


def _add_health(app: web.Application, engine: Engine, worker: Worker) -> None:
    from web import health

    watch = health.Health(
        stopped=engine.stopped,
        missing=engine.missing,
        troubles=engine.troubles,
        metrics=partial(engine.metrics, worker),
    )
    health.add(app, watch)

    async def leave(_: web.Application) -> None:
        watch.leaving = True
        engine.leave(worker)
        log.info("stopping: nothing new starts, what is in hand is finished")

    app.on_shutdown.append(leave)


def _add_pages(app: web.Application, settings: Settings, engine: Engine, signer: Signer) -> None:
    from web import about, calendar, course, join, pages

    about.add(app, sandbox=settings.development)
    pages.add_static(app)
    calendar.add(app, reader=engine.store.reader(ORG), signer=signer, now=engine.clock.now)
    course.add(
        app,
        engine=engine.intake,
        reader=engine.store.reader(ORG),
        signer=signer,
        org=ORG,
        now=engine.clock.now,
    )
    join.add(
        app,
        reader=engine.store.reader(ORG),
        teams_app=settings.teams.app_id,
        sandbox=settings.development,
    )
    if settings.api_tokens:
        from web import api

        api.add(
            app,
            engine=engine.intake,
            reader=engine.store.reader(ORG),
            clock=engine.clock,
            asks=engine.asks,
            org=ORG,
            tokens=settings.api_tokens,
        )


def _add_sandbox(app: web.Application, engine: Engine, worker: Worker, *, doors: bool) -> None:
    """A chat in the browser, and the pages of its courses, which say who has finished one."""
    from connectors.catalogues.demo import Demo
    from web import demo, sandbox

    wall = sandbox.Wall(engine.store, engine.clock, ORG)
    engine.platforms["sandbox"] = sandbox.Sandbox(wall)
    engine.asks |= sandbox.ASKERS
    if not doors:
        return
    sandbox.add(app, engine=engine.intake, worker=worker, queue=engine.store, wall=wall)
    for one in engine.catalogues:
        if isinstance(one, Demo):
            demo.add(app, wall=wall, courses=one.courses, finish=one.register.finish)


def _signer(settings: Settings) -> Signer:
    """Signs addresses of our own pages, with what the operator chose or what we made ourselves."""
    secret = settings.secret
    if settings.sqlite and not secret:
        secret = kept(settings.sqlite.with_name("secret"))
    return Signer(settings.url, secret)


def _records(settings: Settings) -> tuple[type[Record], ...]:
    if not settings.development:
        return PRODUCT.records
    from web import sandbox

    return (*PRODUCT.records, *sandbox.RECORDS)


# --- the command line -----------------------------------------------------------------------------


def serve(settings: Settings) -> int:
    """Runs the service until it is told to stop."""
    return _run(settings, doors=True)


def work(settings: Settings) -> int:
    """Does the jobs that are due, beside others that serve, until it is told to stop."""
    return _run(settings, doors=False)


def _run(settings: Settings, *, doors: bool) -> int:
    try:
        web.run_app(
            serving(settings, doors=doors),
            host=settings.host,
            port=settings.port,
            access_log=None,
            auto_decompress=False,
            shutdown_timeout=IN_HAND,
            loop=quick_loop(),
            print=lambda _: _ready(settings, doors=doors),
        )
    except Owned as error:
        print(f"Coterie cannot start: {error}\n{SEVERAL}", file=sys.stderr)
        return 1
    except (OSError, StoreError) as error:
        print(f"Coterie cannot start: {error}\n`python app.py doctor` says more.", file=sys.stderr)
        return 1
    log.info("stopped")
    return 0


def _ready(settings: Settings, *, doors: bool) -> None:
    if not doors:
        log.info("ready to work; http://%s:%d/ready says how it is", settings.host, settings.port)
    elif settings.development:
        print(f"\n  Coterie is ready. Open {settings.url}/sandbox\n", flush=True)
    else:
        log.info("ready at %s", settings.url)


def doctor(settings: Settings) -> int:
    """Says what is wrong and what to do; answers 1 when something has to be done."""
    found = asyncio.run(_looked(settings))
    print(report(found))
    return exit_code(found)


async def _looked(settings: Settings) -> list[Check]:
    from connectors import doctor as machine
    from connectors.catalogues import doctor as courses
    from slack import doctor as slack
    from teams import doctor as teams
    from workplace import doctor as workplace

    now = Clock().now()
    async with client_session() as session:
        found = await machine.checks(settings, session, now)
        if not settings.sqlite:
            from connectors.stores.mongo import doctor as mongo

            found += await mongo.checks(settings.database, now)
        if settings.teams.app_id:
            found += await teams.checks(settings.teams, session, now)
            found += await directory_checks(settings.teams, session)
        if settings.slack.on:
            found += await slack.checks(settings.slack, session, now)
        if settings.workplace.on:
            found += await workplace.checks(settings.workplace, session, now)
        return found + await courses.checks(settings.catalogues, session, now)


def package(settings: Settings, options: argparse.Namespace) -> int:
    """Writes what makes the app of a platform."""
    from connectors.catalogues.hosts import providers
    from slack import package as slack
    from teams import package as teams

    out = Path(options.out or f"var/coterie-{options.platform}.{PACKAGES[options.platform]}")
    wishes = {
        "public_url": settings.public_url,
        "make_channels": options.make_channels,
        "courses": providers(settings.catalogues),
    }
    try:
        if options.platform == "slack":
            written = slack.build_package(slack.Plan(**wishes), out)
            print(f"Wrote {written}. Paste it at https://api.slack.com/apps, New App.")
        else:
            app_id, hear = settings.teams.app_id, options.hear_threads
            bring = options.bring_app
            plan = teams.Plan(app_id=app_id, hear_threads=hear, bring_app=bring, **wishes)
            print(f"Wrote {teams.build_package(plan, out)}. Upload it in Teams.")
    except (teams.Incomplete, slack.Incomplete) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def move(settings: Settings, options: argparse.Namespace) -> int:
    """Takes a cohort to another platform; a dry run without --go."""
    try:
        return asyncio.run(_moved(settings, options))
    except StoreError as error:
        print(f"The database cannot be used: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


async def _moved(settings: Settings, options: argparse.Namespace) -> int:
    from connectors.move.terminal import Terminal

    terminal, clock = Terminal(sys.stdout, input, asks=sys.stdin.isatty()), Clock()
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(client_session())
        store = await stored_beside(settings, _records(settings), stack)
        ours = linked(PRODUCT, _signer(settings).signed)
        engine = Engine(clock=clock, store=store, intake=Intake(store, ours, clock))
        platforms(settings, engine, session, stack)
        desk = command.Desk(
            org=ORG,
            store=store,
            product=ours,
            clock=clock,
            platforms=engine.platforms,
            asks=engine.asks,
            tell=terminal.tell,
            progress=terminal.progress,
            agreed=terminal.agreed,
        )
        return await command.main(command.order(options), desk)


def transfer(settings: Settings, options: argparse.Namespace) -> int:
    """Copies the whole installation to another database or a file, or out of one."""
    from connectors.move.terminal import Terminal
    from connectors.transfer import command
    from connectors.transfer.opened import Kinds

    exporting = options.command == "export"
    terminal = Terminal(sys.stdout, input, asks=False)
    order = command.Order(
        source=settings.database if exporting else options.file,
        target=options.to if exporting else settings.database,
        kinds=Kinds(records=_records(settings), ranked=PRODUCT.ranked),
        made=Clock().now(),
        chosen=bool(settings.secret),
        tell=terminal.tell,
        show=terminal.progress,
    )
    try:
        return asyncio.run(command.main(order))
    except KeyboardInterrupt:
        terminal.tell(command.STOPPED)
        return 130


TYPED = {"package": package, "move": move, "export": transfer, "import": transfer}


def main(argv: list[str]) -> int:
    """The command line; answers the exit code."""
    settled()
    parser = argparse.ArgumentParser(prog="app.py", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run the service")
    commands.add_parser("worker", help="do the jobs that are due, beside others that serve")
    commands.add_parser("doctor", help="say what is wrong and what to do about it")
    packing = commands.add_parser("package", help="write the app package of a platform")
    packing.add_argument("platform", choices=[*PACKAGES])
    packing.add_argument("--out", default="", help="where to write it")
    hear, make = "also hear what does not mention Coterie", "make the channel for a new cohort"
    packing.add_argument("--hear-threads", action="store_true", help=hear)
    bring = "Teams: may come to people who never met it, once an admin allows it in Graph"
    packing.add_argument("--bring-app", action="store_true", help=bring)
    packing.add_argument("--make-channels", action="store_true", help=make)
    moving = commands.add_parser("move", help="take a cohort to another platform")
    command.arguments(moving)
    exporting = commands.add_parser("export", help="copy everything to another database or a file")
    exporting.add_argument("--to", required=True, metavar="WHERE", help=WHERE)
    importing = commands.add_parser("import", help="copy everything out of a file")
    importing.add_argument("file", metavar="FILE", help="what `export --to FILE` has written")
    options = parser.parse_args(argv)
    try:
        settings = Settings.from_env(os.environ)
    except Misconfigured as error:
        print(f"These settings need another look:\n{error}", file=sys.stderr)
        return 2
    serves = options.command in {"serve", "worker"}
    logs.start(
        level=settings.log if serves else "error",
        lines=serves,
        development=settings.development,
        secrets=logs.secrets(os.environ),
    )
    if options.command in TYPED:
        return TYPED[options.command](settings, options)
    return {"serve": serve, "worker": work, "doctor": doctor}[options.command](settings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
