"""A directory before a Graph of our own."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from connectors.directory.client import Graph, GraphConfig
from connectors.directory.graph import Directory
from connectors.stores.sqlite import SqliteStore
from core.engine.ports import Actor, Answer, Reader
from tests.fakes.directory import SCOPE, TENANT, FakeDirectory, Token


@dataclass
class Desk:
    """Whoever asks the directory."""

    fake: FakeDirectory
    token: Token
    graph: Graph
    directory: Directory
    reader: Reader

    async def ask(self, port: str, **question: str) -> Answer:
        asked: Mapping[str, str] = {"platform": "directory", **question}
        return await self.directory.askers()[f"directory.{port}"](asked, self.reader)

    async def everyone(self, group: str) -> tuple[list[Actor], Answer]:
        """All of a group, page by page, and the last answer."""
        found: list[Actor] = []
        answer = await self.ask("members", group=group)
        while True:
            assert len(answer.people) <= 200
            found += answer.people
            if not answer.cursor:
                return found, answer
            answer = await self.ask("members", group=group, cursor=answer.cursor)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with (
        FakeDirectory() as fake,
        aiohttp.ClientSession() as session,
        SqliteStore(tmp_path / "test.db", records=()) as store,
    ):
        token = Token()
        config = GraphConfig(url=fake.address, scope=SCOPE, tenant=TENANT)
        graph = Graph(config, token, session)
        directory = Directory(graph, fake.address, TENANT)
        yield Desk(fake, token, graph, directory, store.reader("main"))
