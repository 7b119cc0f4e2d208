"""An office for each test, over a copy of one empty store."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copyfile

import pytest

from tests.courses.sending.office import Office, office


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store")
    asyncio.run(made(path))
    return path / "test.db"


async def made(path: Path) -> None:
    async with office(path):
        pass


@pytest.fixture
async def life(tmp_path: Path, empty: Path) -> AsyncIterator[Office]:
    copyfile(empty, tmp_path / "test.db")
    async with office(tmp_path) as it:
        yield it
