"""Every store that there is, for one suite, and every platform, for another.

A new store is one line in STORES, a new platform one in `world.PLATFORMS`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from connectors.stores.sqlite import SqliteStore
from core.engine.ports import Record, Store
from tests.contracts.world import PLATFORMS, World, world_of

Kinds = Sequence[type[Record]]
OpenStore = Callable[..., Awaitable[Store]]


async def sqlite(home: Path, records: Kinds, ranked: Collection[str]) -> Store:
    return await SqliteStore(home / "coterie.db", records=records, ranked=ranked).open()


STORES = {"sqlite": sqlite}


@pytest.fixture(params=STORES)
async def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenStore]:
    """`await open_store(records, ranked)`: a store, the same one when opened again."""
    async with AsyncExitStack() as opened:

        async def opens(records: Kinds, ranked: Collection[str] = ()) -> Store:
            store = await STORES[request.param](tmp_path, records, ranked)
            opened.push_async_callback(store.close)
            return store

        yield opens


@pytest.fixture(params=PLATFORMS)
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """A platform with people on it."""
    async with world_of(request.param, tmp_path) as made:
        yield made
