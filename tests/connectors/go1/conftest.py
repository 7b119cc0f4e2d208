"""A Go1 of our own, with Ada and a course, and a catalogue that knows the way to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from connectors.catalogues.go1.catalogue import Go1Catalogue
from connectors.clock import Clock
from connectors.http.session import client_session
from tests.fakes.go1 import FakeGo1

ADA = "ada@example.com"


@dataclass(frozen=True)
class Shelf:
    """Who and what is there."""

    ada: str
    course: str


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with client_session() as opened:
        yield opened


@pytest.fixture
async def go1() -> AsyncIterator[FakeGo1]:
    async with FakeGo1() as fake:
        yield fake


@pytest.fixture
def there(go1: FakeGo1) -> Shelf:
    return Shelf(ada=go1.account(ADA), course=go1.course("Better handovers"))


@pytest.fixture
async def catalogue(
    go1: FakeGo1, session: aiohttp.ClientSession, there: Shelf
) -> AsyncIterator[Go1Catalogue]:
    made = Go1Catalogue(go1.config, session, Clock().now)
    yield made
    await made.close()
