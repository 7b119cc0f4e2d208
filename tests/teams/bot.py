"""A bot that remembers what reached it."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from connectors.http.courier import Courier
from core.engine.errors import Overloaded
from core.engine.ports import Address, Event, Reply, Takes
from teams.auth import Tokens
from teams.client import Client
from teams.cloud import TeamsConfig
from teams.door import Door
from teams.routes import routes
from teams.send import TeamsPlatform
from tests.fakes.activities import Conversation
from tests.fakes.connector import FakeTeams


@dataclass
class Recorder:
    """An engine that only remembers, and replies what it was told to by the name of the event."""

    events: list[Event] = field(default_factory=list)
    asked: list[Event] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    busy: bool = False

    async def submit(self, event: Event) -> Reply | None:
        if self.busy:
            raise Overloaded
        self.events.append(event)
        return self.replies.get(event.name)

    async def submit_all(self, events: Sequence[Event]) -> None:
        for event in events:
            await self.submit(event)

    async def query(self, event: Event) -> Reply | None:
        self.asked.append(event)
        return self.replies.get(event.name)


@dataclass
class Wall:
    """A clock on the wall that can be set; it starts at the real time."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead  # noqa: TID251 - tokens are of the real world


@dataclass
class Bot:
    """A running bot, and what one may want to look at."""

    engine: Recorder
    counts: Counter[str]
    wall: Wall
    config: TeamsConfig
    session: aiohttp.ClientSession
    tokens: Tokens
    courier: Courier = field(default_factory=Courier)

    @property
    def event(self) -> Event:
        """The only event so far."""
        (event,) = self.engine.events
        return event

    @property
    def platform(self) -> TeamsPlatform:
        client = Client(self.tokens, self.session, courier=self.courier)
        return TeamsPlatform(self.config, client)


@asynccontextmanager
async def serving(
    teams: FakeTeams, engine: Takes, door: Door, counts: Counter[str], config: TeamsConfig
) -> AsyncIterator[None]:
    """A server with our routes, known to Teams."""
    app = web.Application()
    app.add_routes(routes(config, engine, door, counts))
    runner = web.AppRunner(app, shutdown_timeout=1, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    teams.bot = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    try:
        yield
    finally:
        await runner.cleanup()


def reached(place: Conversation, teams: FakeTeams) -> Address:
    """A conversation of the fake as the engine would have learned it."""
    ref = {
        "service": teams.service_url,
        "bot": f"28:{teams.issuer.app_id}",
        "conversation": place.id,
        "type": place.kind,
        **({"team": place.team} if place.team else {}),
    }
    return Address(id=place.place, ref=ref)
