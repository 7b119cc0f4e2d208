"""A world for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.people.world import World, world


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as it:
        yield it
