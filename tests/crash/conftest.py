"""Processes of the service for a whole file, and for each test a town around it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.crash.house import sqlite
from tests.crash.mongod import mongod
from tests.crash.processes import Nursery
from tests.crash.stay import MONDAY, Stay, behind, staying


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("nursery"), MONDAY) as made:
        yield made


@pytest.fixture
async def stay(nursery: Nursery, tmp_path: Path) -> AsyncIterator[Stay]:
    """The service on a file, a cohort in it, and a wire to Teams that can be cut."""
    async with staying(nursery, sqlite(tmp_path)) as made:
        yield made


@pytest.fixture
async def far(nursery: Nursery, tmp_path: Path) -> AsyncIterator[Stay]:
    """The same with its database at the other end of a wire that can be cut as well."""
    with mongod(tmp_path) as uri:
        async with behind(uri) as (wire, through), staying(nursery, through, wire) as made:
            yield made
            wire.heal()
