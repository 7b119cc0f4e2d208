"""A bot before a Workplace of our own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.graph import FakeGraph
from tests.workplace.bot import Bot, House, living, serving


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    async with FakeGraph() as fake:
        yield fake


@pytest.fixture
async def bot(graph: FakeGraph) -> AsyncIterator[Bot]:
    async with serving(graph, graph.config()) as made:
        yield made


@pytest.fixture
async def house(graph: FakeGraph, tmp_path: Path) -> AsyncIterator[House]:
    async with living(graph, tmp_path) as made:
        yield made
