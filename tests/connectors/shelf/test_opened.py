"""What the settings name is opened, and begins to fetch its courses at once."""

import asyncio

from connectors.catalogues.config import CataloguesConfig
from connectors.catalogues.opened import opened
from connectors.http.session import client_session
from tests.fakes.talentlms import FakeTalentLms
from tests.fakes.udemy import FakeUdemy

HERE = "http://127.0.0.1:3978"


async def test_a_catalogue_that_is_set_up_has_its_courses_before_anybody_asks() -> None:
    async with FakeTalentLms() as talent, FakeUdemy() as udemy, client_session() as session:
        talent.course("Trust")
        udemy.course("Handovers")
        config = CataloguesConfig(talentlms=talent.config, udemy=udemy.config, demo=True)
        found = tuple(opened(config, session, HERE))
        await asyncio.sleep(0.5)
        asked = (talent.calls, len(udemy.asked))
        for one in found:
            await one.close()

    assert [one.name for one in found] == ["talentlms", "udemy", "demo", "link"]
    assert asked == (1, 1)


async def test_without_settings_there_are_only_links() -> None:
    async with client_session() as session:
        found = tuple(opened(CataloguesConfig(), session, HERE))
        for one in found:
            await one.close()

    assert [one.name for one in found] == ["link"]
