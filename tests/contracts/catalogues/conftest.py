"""Every catalogue that there is; a new one is one line in `world.CATALOGUES`."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from connectors.http.session import client_session
from tests.contracts.catalogues.side import Side
from tests.contracts.catalogues.world import CATALOGUES


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """The client of the whole service."""
    async with client_session() as opened:
        yield opened


@pytest.fixture(params=CATALOGUES)
async def side(
    request: pytest.FixtureRequest, session: aiohttp.ClientSession
) -> AsyncIterator[Side]:
    """A catalogue that has asked for nothing yet."""
    async with CATALOGUES[request.param](session) as made:
        yield made
