"""Every catalogue that there is; a new one is one line in `world.CATALOGUES`."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from connectors.http.session import client_session
from tests.contracts.catalogues.side import EVERY, Side
from tests.contracts.catalogues.world import CATALOGUES

HERE = Path(__file__).parent


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
    async with CATALOGUES[request.param].opens(session) as made:
        yield made


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test is run for those catalogues that are able to do, and may suffer, what it is about.

    That this is true of each is a test of its own.
    """
    left = [item for item in items if item.path.parent == HERE and not meant(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def meant(item: pytest.Item) -> bool:
    given = item.callspec.params if isinstance(item, pytest.Function) else {}
    known = CATALOGUES[str(given["side"])]
    needs = {name for mark in item.iter_markers("needs") for name in mark.args}
    faults = {name for mark in item.iter_markers("suffers") for name in mark.args}
    return needs <= known.able and faults | ({given.get("fault")} & EVERY) <= known.suffers
