"""A sandbox to play in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.theatre import Theatre, theatre


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Theatre]:
    async with theatre(tmp_path / "coterie.db") as made:
        yield made
