"""The pages of the demo courses: to read what a course is, and to finish it as somebody."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from connectors.catalogues.demo import Demo, Register
from connectors.stores.sqlite import SqliteStore
from tests.web.theatre import FRIDAY, ORG, Clock
from web import demo, pages, sandbox
from web.sandbox.model import PLAYERS, Stage
from web.sandbox.wall import Wall

HERE = "http://127.0.0.1:3978"
MAIL = "sky@g7.hilltop.example"


class School:
    """The pages, the catalogue behind them, and the curtain of the sandbox."""

    def __init__(self, client: TestClient[web.Request, web.Application], wall: Wall) -> None:
        self.client, self.wall = client, wall
        self.demo: Demo

    async def get(self, path: str) -> tuple[int, str]:
        async with self.client.get(path) as response:
            return response.status, await response.text()

    async def post(self, path: str, body: bytes | dict[str, str]) -> tuple[int, str]:
        async with self.client.post(path, data=body) as response:
            return response.status, await response.text()

    async def told(self, since: str) -> list[tuple[str, str, datetime | None]]:
        told = await self.demo.progress(since)
        return [(one.course, one.email, one.done) for one in told.progress]


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    async with SqliteStore(tmp_path / "db", records=sandbox.RECORDS) as store:
        wall = Wall(store, Clock(), ORG)
        catalogue = Demo(HERE, Register(FRIDAY))
        app = web.Application()
        pages.add_static(app)
        demo.add(app, wall=wall, courses=catalogue.courses, finish=catalogue.register.finish)
        async with TestClient(TestServer(app)) as client:
            made = School(client, wall)
            made.demo = catalogue
            await wall.raise_curtain(Stage(generation=7, began=FRIDAY, at=FRIDAY))
            yield made


async def test_a_page_tells_what_the_course_is_and_that_it_is_invented(school: School) -> None:
    status, text = await school.get("/demo/feedback-that-lands")

    assert status == 200
    assert "Feedback that lands" in text
    assert "12 minutes · Video" in text
    assert "Example Academy · invented for the sandbox" in text
    assert all(f">{player.name}</option>" in text for player in PLAYERS.values())


async def test_a_course_in_german_says_so_to_screen_readers(school: School) -> None:
    _, text = await school.get("/demo/konflikte")

    assert '<h1 lang="de">Konflikte früh ansprechen</h1>' in text


async def test_all_courses_are_listed_but_the_one_that_was_taken_away(school: School) -> None:
    status, text = await school.get("/demo")

    assert status == 200
    assert text.count("<li ") == 14
    assert f'href="{HERE}/demo/when-then"' in text
    assert "Fax" not in text


async def test_whoever_finishes_a_course_is_told_of_by_the_catalogue(school: School) -> None:
    since = (await school.demo.progress("")).until

    status, text = await school.post("/demo/when-then", {"who": "sky"})

    assert status == 200
    assert "Sky Meadows has finished this course." in text
    assert await school.told(since) == [("when-then", MAIL, FRIDAY)]


def test_people_of_the_sandbox_are_known_by_the_address_that_is_told() -> None:
    assert PLAYERS["sky"].actor("g7").email == MAIL


async def test_pressing_twice_is_finishing_once_and_another_day_it_is_once_more(
    school: School,
) -> None:
    since = (await school.demo.progress("")).until

    for _ in range(2):
        await school.post("/demo/when-then", {"who": "sky"})
    school.wall.clock.set(FRIDAY + timedelta(days=1))
    await school.post("/demo/when-then", {"who": "sky"})

    assert [done for _, _, done in await school.told(since)] == [
        FRIDAY,
        FRIDAY + timedelta(days=1),
    ]


@pytest.mark.parametrize(
    "body",
    [b"", b"who=", b"who=nobody", b"who=%00", b"\xff\xfe", b"a=1&b=2&c=3&d=4&e=5", b"{}"],
)
async def test_nobody_finishes_what_nobody_signed(school: School, body: bytes) -> None:
    since = (await school.demo.progress("")).until

    status, text = await school.post("/demo/when-then", body)

    assert status == 400
    assert "Choose one of the people" in text
    assert await school.told(since) == []


async def test_too_much_is_not_read(school: School) -> None:
    status, _ = await school.post("/demo/when-then", b"who=sky&" + b"x" * 70_000)

    assert status == 413


@pytest.mark.parametrize("id", ["fax", "nothing", "%00", "A" * 500, "..%2f"])
async def test_a_course_that_is_not_there_says_so(school: School, id: str) -> None:
    status, text = await school.get(f"/demo/{id}")
    posted, _ = await school.post(f"/demo/{id}", {"who": "sky"})

    assert (status, posted) == (404, 404)
    assert "Not here any more" in text


async def test_before_the_curtain_rises_there_is_nobody_to_finish_anything(tmp_path: Path) -> None:
    async with SqliteStore(tmp_path / "db", records=sandbox.RECORDS) as store:
        app = web.Application()
        register = Register(FRIDAY)
        wall, courses = Wall(store, Clock(), ORG), Demo(HERE, register).courses
        demo.add(app, wall=wall, courses=courses, finish=register.finish)
        async with (
            TestClient(TestServer(app)) as client,
            client.post("/demo/when-then", data={"who": "sky"}) as response,
        ):
            assert response.status == 400
