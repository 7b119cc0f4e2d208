"""A bot before a Teams of our own."""

from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest

from teams.auth import Microsoft, tokens
from teams.cloud import TeamsConfig
from teams.door import Loopback
from tests.fakes.connector import FakeTeams
from tests.teams.bot import Bot, Recorder, Wall, serving


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    async with FakeTeams() as fake:
        yield fake


@pytest.fixture
async def bot(teams: FakeTeams) -> AsyncIterator[Bot]:
    """A bot with an app, as in production."""
    async with aiohttp.ClientSession() as session:
        config, wall, counts = teams.config(), Wall(), Counter[str]()
        made = Bot(Recorder(), counts, wall, config, session, tokens(config, session))
        door = Microsoft(config, session, wall)
        async with serving(teams, made.engine, door, counts, config):
            yield made
        made.courier.close()
        await made.tokens.close()


@pytest.fixture
async def local(teams: FakeTeams) -> AsyncIterator[Bot]:
    """A bot without an app, as in development."""
    async with aiohttp.ClientSession() as session:
        config, counts = TeamsConfig(development=True), Counter[str]()
        made = Bot(Recorder(), counts, Wall(), config, session, tokens(teams.config(), session))
        async with serving(teams, made.engine, Loopback(config), counts, config):
            yield made
