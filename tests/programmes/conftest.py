"""A programme for each test, over a copy of one empty store."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copyfile

import pytest

from tests.programmes.story import Course, course


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    asyncio.run(made(path))
    return path


async def made(path: Path) -> None:
    async with course(path):
        pass


@pytest.fixture
async def life(tmp_path: Path, empty: Path) -> AsyncIterator[Course]:
    copyfile(empty, tmp_path / "test.db")
    async with course(tmp_path / "test.db") as it:
        yield it
