"""The one HTTP client of the service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp


@asynccontextmanager
async def client_session() -> AsyncIterator[aiohttp.ClientSession]:
    """One client for all; what one service sets as a cookie never reaches another."""
    connector = aiohttp.TCPConnector(limit=0, limit_per_host=100)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as opened:
        yield opened
