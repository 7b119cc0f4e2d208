"""A term for each test, over a copy of one empty store."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copyfile

import pytest

from tests.cohorts.story import story
from tests.courses.assigning.term import Term


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    asyncio.run(made(path))
    return path


async def made(path: Path) -> None:
    async with story(path):
        pass


@pytest.fixture
async def term(tmp_path: Path, empty: Path) -> AsyncIterator[Term]:
    copyfile(empty, tmp_path / "test.db")
    async with story(tmp_path / "test.db") as life:
        yield Term(life)
