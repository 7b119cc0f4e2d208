from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Commit
from tests.web.theatre import FRIDAY, ORG
from web import join, pages

Client = TestClient[web.Request, web.Application]
COHORT = Cohort(
    id="1",
    name="Better <handovers>",
    purpose="Fewer surprises",
    first=date(2027, 3, 8),
    last=date(2027, 4, 16),
    zone="Europe/Berlin",
    owner="robin",
    facilitator="robin",
    moderator="sunny",
    code="ABCD234",
)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Client]:
    async with SqliteStore(tmp_path / "db", records=(Cohort,)) as store:
        saved = Changes(saves=(COHORT,))
        await store.commit([Commit(org=ORG, event="", at=FRIDAY, changes=saved)])
        app = web.Application()
        pages.add_static(app)
        join.add(app, reader=store.reader(ORG), teams_app="app-1", sandbox=True)
        async with TestClient(TestServer(app)) as client:
            yield client


async def test_a_code_tells_the_cohort_its_dates_and_how_to_join(door: Client) -> None:
    async with door.get("/j/abcd234") as response:
        text = await response.text()

    assert response.status == 200
    assert "Better &lt;handovers&gt;" in text
    assert "8 March 2027 to 16 April 2027" in text
    assert (
        "https://teams.microsoft.com/l/chat/0/0?users=28:app-1&amp;message=join%20ABCD234" in text
    )
    assert 'href="/sandbox"' in text


async def test_it_tells_nothing_about_the_people(door: Client) -> None:
    async with door.get("/j/ABCD234") as response:
        text = await response.text()

    assert "robin" not in text
    assert "Fewer surprises" not in text


@pytest.mark.parametrize("code", ["WRONG77", "x", "ABCD2345", "%00", "A" * 500, "%F0%9F%98%80"])
async def test_a_code_that_opens_nothing_says_so(door: Client, code: str) -> None:
    async with door.get(f"/j/{code}") as response:
        text = await response.text()

    assert response.status == 404
    assert "This code opens nothing" in text


async def test_whoever_tries_many_codes_has_to_wait(door: Client) -> None:
    seen = []
    for n in range(join.PER_MINUTE + 1):
        async with door.get(f"/j/TRY{n:04d}") as response:
            seen.append(response.status)

    assert (seen[0], seen[-2], seen[-1]) == (404, 404, 429)
