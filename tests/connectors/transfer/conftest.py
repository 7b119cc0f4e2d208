"""A furnished house for each test, built once."""

import asyncio
import shutil
from pathlib import Path

import pytest

from core.engine.ports import Changes
from tests.connectors.transfer.house import ORGS, Desk, commit, furnish, job, opened


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("house") / "old.db"

    async def build() -> None:
        async with opened(path) as store:
            for org in ORGS:
                await furnish(store, org)

    asyncio.run(build())
    return path


@pytest.fixture
def old(tmp_path: Path, furnished: Path) -> Path:
    return Path(shutil.copy(furnished, tmp_path / "old.db"))


@pytest.fixture
async def crowded(old: Path) -> Path:
    """More jobs than go into one batch."""
    async with opened(old) as store:
        jobs = tuple(job(f"one of many {number}") for number in range(1100))
        await commit(store, "main", "", Changes(jobs=jobs))
    return old


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return tmp_path / "new" / "new.db"


@pytest.fixture
def desk() -> Desk:
    return Desk()
