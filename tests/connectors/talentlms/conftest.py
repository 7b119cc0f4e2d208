"""A catalogue in front of its fake."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from connectors.catalogues.port import Told
from connectors.catalogues.talentlms.catalogue import TalentLms
from connectors.clock import Clock
from connectors.http.session import client_session
from tests.fakes.talentlms import FakeTalentLms


@dataclass
class Portal:
    """What the tests use."""

    fake: FakeTalentLms
    catalogue: TalentLms

    async def told(self, since: str) -> Told:
        """All that there is at once."""
        told = await self.catalogue.progress(since)
        while told.more:
            more = await self.catalogue.progress(told.until)
            told = Told((*told.progress, *more.progress), more.until, more.more)
        return told


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with client_session() as session, FakeTalentLms() as fake:
        catalogue = TalentLms(fake.config, session, Clock().now)
        yield Portal(fake, catalogue)
        await catalogue.close()
