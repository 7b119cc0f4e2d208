"""A catalogue in front of its fake."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from connectors.catalogues.port import Told
from connectors.catalogues.udemy.catalogue import Udemy
from connectors.clock import Clock
from connectors.http.session import client_session
from tests.fakes.udemy import FakeUdemy


@dataclass
class Academy:
    """What the tests use."""

    fake: FakeUdemy
    catalogue: Udemy

    async def told(self, since: str) -> Told:
        """All that there is at once."""
        told = await self.catalogue.progress(since)
        while told.more:
            more = await self.catalogue.progress(told.until)
            told = Told((*told.progress, *more.progress), more.until, more.more)
        return told


@pytest.fixture
async def academy() -> AsyncIterator[Academy]:
    async with client_session() as session, FakeUdemy() as fake:
        catalogue = Udemy(fake.config, session, Clock().now)
        yield Academy(fake, catalogue)
        await catalogue.close()
