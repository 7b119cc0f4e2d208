"""Coterie: settings -> build() -> serve(), and the command line. Only this file knows everyone."""

import argparse
import asyncio
import gc
import logging
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from cards import catalogue
from connectors.clock import Clock
from connectors.http.session import client_session
from connectors.loop import quick_loop
from connectors.move import command
from connectors.secret import kept
from connectors.stores.sqlite import SqliteStore
from core.checks import Check, exit_code, report
from core.engine.errors import StoreError
from core.engine.intake import Intake
from core.engine.ports import Record
from core.engine.worker import Worker
from parts import PRODUCT, Engine, agreed, aside, catalogues, directory_checks, platforms
from settings import ORG, Misconfigured, Settings
from web.links import Signer, linked

LARGEST = 1024 * 1024
NEW_THINGS = (10_000, 20, 50)
PACKAGES = {"teams": "zip", "slack": "json"}


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
        session = await stack.enter_async_context(client_session())
        store = SqliteStore(settings.sqlite, records=_records(settings), ranked=PRODUCT.ranked)
        await stack.enter_async_context(store)
        clock = Clock()
        signer = _signer(settings)
        ours = linked(PRODUCT, signer.signed)
        engine = Engine(clock=clock, store=store, intake=Intake(store, ours, clock), product=ours)
        aside(stack, asyncio.to_thread(catalogue.warm))
        app.add_routes(platforms(settings, engine, session, stack))
        app.add_routes(catalogues(settings, engine, session, stack))
        worker = engine.start()
        stack.push_async_callback(_stop, engine.tasks, worker)
        await agreed(settings, engine)
        _add_pages(app, settings, engine, worker, signer)
    except BaseException:
        await stack.aclose()
        raise
    return app


def _add_pages(
    app: web.Application, settings: Settings, engine: Engine, worker: Worker, signer: Signer
) -> None:
    from web import about, calendar, course, health, join, pages

    health.add(app, missing=engine.missing, troubles=engine.troubles, counts=lambda: engine.counts)
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
    if settings.development:
        _add_sandbox(app, engine, worker)


def _add_sandbox(app: web.Application, engine: Engine, worker: Worker) -> None:
    """A chat in the browser, and the pages of its courses, which say who has finished one."""
    from connectors.catalogues.demo import Demo
    from web import demo, sandbox

    wall = sandbox.Wall(engine.store, engine.clock, ORG)
    engine.platforms["sandbox"] = sandbox.Sandbox(wall)
    engine.asks |= sandbox.ASKERS
    sandbox.add(app, engine=engine.intake, worker=worker, queue=engine.store, wall=wall)
    for one in engine.catalogues:
        if isinstance(one, Demo):
            demo.add(app, wall=wall, courses=one.courses, finish=one.register.finish)


def _signer(settings: Settings) -> Signer:
    """Signs addresses of our own pages, with what the operator chose or what we made ourselves."""
    return Signer(settings.url, settings.secret or kept(settings.sqlite.with_name("secret")))


def _records(settings: Settings) -> tuple[type[Record], ...]:
    if not settings.development:
        return PRODUCT.records
    from web import sandbox

    return (*PRODUCT.records, *sandbox.RECORDS)


async def _stop(tasks: list[asyncio.Task[None]], worker: Worker) -> None:
    """What is in flight may finish; nothing new starts."""
    tasks[1].cancel()
    await worker.stop()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


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
            loop=quick_loop(),
            print=lambda _: print(f"\n  Coterie is ready. Open {where}\n", flush=True),
        )
    except (OSError, StoreError) as error:
        print(f"Coterie cannot start: {error}\n`python app.py doctor` says more.", file=sys.stderr)
        return 1
    return 0


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
        found = await machine.checks(settings, session)
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
    from connectors.stores.beside import BesideStore

    terminal, clock = Terminal(sys.stdout, input, asks=sys.stdin.isatty()), Clock()
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(client_session())
        store = BesideStore(settings.sqlite, records=_records(settings), ranked=PRODUCT.ranked)
        await stack.enter_async_context(store)
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


def main(argv: list[str]) -> int:
    """The command line; answers the exit code."""
    parser = argparse.ArgumentParser(prog="app.py", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run the service")
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
        case "move":
            return move(settings, options)
        case _:
            return serve(settings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
