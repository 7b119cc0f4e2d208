from collections.abc import AsyncIterator

import pytest

from connectors.catalogues.link.catalogue import LinkCatalogue
from connectors.http.safe import Safe
from tests.fakes.websites import FakeWebsites


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
async def web() -> AsyncIterator[FakeWebsites]:
    async with FakeWebsites() as web:
        yield web


@pytest.fixture
async def link(web: FakeWebsites, clock: Hand) -> AsyncIterator[LinkCatalogue]:
    safe = Safe(web.rule, names=web.names, seconds=2)
    link = LinkCatalogue(safe, services=web.oembed.services(web.at("")), clock=clock)
    yield link
    await link.close()
