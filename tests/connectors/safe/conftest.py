from collections.abc import AsyncIterator

import pytest

from connectors.http.safe import Safe
from tests.fakes.websites import FakeWebsites


@pytest.fixture
async def web() -> AsyncIterator[FakeWebsites]:
    async with FakeWebsites() as web:
        yield web


@pytest.fixture
async def safe(web: FakeWebsites) -> AsyncIterator[Safe]:
    safe = Safe(web.rule, names=web.names, seconds=2)
    yield safe
    await safe.close()
