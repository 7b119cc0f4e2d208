"""Every store that there is, for one suite, and every platform, for another.

A new store is one line in STORES, a new platform one in `world.PLATFORMS`.
"""

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from connectors.stores.mongo.store import MongoStore
from connectors.stores.sqlite import SqliteStore
from core.engine.ports import Record, Store
from tests.contracts.world import PLATFORMS, World, world_of

Kinds = Sequence[type[Record]]
OpenStore = Callable[..., Awaitable[Store]]


def sqlite(request: pytest.FixtureRequest, records: Kinds, ranked: Collection[str]) -> SqliteStore:
    home: Path = request.getfixturevalue("tmp_path")
    return SqliteStore(home / "coterie.db", records=records, ranked=ranked)


def mongo(request: pytest.FixtureRequest, records: Kinds, ranked: Collection[str]) -> MongoStore:
    return MongoStore(request.getfixturevalue("mongo_uri"), records=records, ranked=ranked)


STORES: Mapping[str, Callable[..., SqliteStore | MongoStore]] = {"sqlite": sqlite, "mongo": mongo}


@pytest.fixture(params=STORES)
async def open_store(request: pytest.FixtureRequest) -> AsyncIterator[OpenStore]:
    """`await open_store(records, ranked)`: a store, the same one when opened again."""
    async with AsyncExitStack() as opened:

        async def opens(records: Kinds, ranked: Collection[str] = ()) -> Store:
            store = STORES[request.param](request, records, ranked)
            return await opened.enter_async_context(store)

        yield opens


@pytest.fixture(params=PLATFORMS)
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """A platform with people on it."""
    async with world_of(request.param, tmp_path) as made:
        yield made
