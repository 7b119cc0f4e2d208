"""An app in a workspace that remembers what reached it."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from connectors.http.courier import Courier
from core.engine.ports import Event, Takes
from slack.ask import Questions
from slack.client import TIMEOUT, Client
from slack.config import SlackConfig
from slack.routes import routes
from slack.send import SlackPlatform
from slack.workspace import Workspace
from tests.fakes.slack import FakeSlack
from tests.teams.bot import Recorder, Wall


@dataclass
class App:
    """A running app, and what one may want to look at."""

    engine: Recorder
    workspace: Workspace
    platform: SlackPlatform
    config: SlackConfig
    wall: Wall = field(default_factory=Wall)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def event(self) -> Event:
        """The only event so far."""
        (event,) = self.engine.events
        return event

    @property
    def questions(self) -> Questions:
        return Questions(self.workspace)


@asynccontextmanager
async def installed(
    slack: FakeSlack, *, ready: bool = True, patience: aiohttp.ClientTimeout = TIMEOUT
) -> AsyncIterator[App]:
    """An app with a recorder for an engine; `ready`: it knows who it is."""
    async with aiohttp.ClientSession() as session:
        config = slack.config()
        courier = Courier(seconds=patience.total or 10.0)
        client = Client(config, session, patience, courier)
        app = App(Recorder(), Workspace(client), SlackPlatform(client), config)
        if ready:
            await app.workspace.prepare()
        async with serving(slack, app.engine, app):
            yield app
        await app.workspace.people.close()
        courier.close()


@asynccontextmanager
async def serving(slack: FakeSlack, engine: Takes, app: App) -> AsyncIterator[None]:
    """A server with our routes, known to Slack."""
    site = web.Application(client_max_size=1024 * 1024)
    site.add_routes(routes(app.config, engine, app.workspace, app.wall, app.counts))
    runner = web.AppRunner(site, shutdown_timeout=1, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.bot = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield
    finally:
        await runner.cleanup()
