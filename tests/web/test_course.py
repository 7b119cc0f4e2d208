"""The page between a card and a course, asked by people, scanners, and whoever tries."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.courses.learning.policy import Policy
from core.courses.model import Audience, Course, Learning, Send, Step
from core.engine.errors import Overloaded
from core.engine.ports import Changes, Commit, Event, Record, Reply
from web import course, pages
from web.links import Signer

ORG, HOME = "main", "https://coterie.example.org"
NOW = datetime(2027, 3, 2, 9, tzinfo=UTC)
ADA = "a" * 32
SIGNER = Signer(HOME, "a-secret-for-tests")
COURSE = Course(
    catalogue="demo",
    id="1",
    url="https://www.courses.example/feedback?a=1&b=%2F",
    title="Feedback <that> lands",
)
SECOND = replace(COURSE, id="2", url="https://courses.example/listening", title="Listening")
SEND = Send(
    id="send1",
    by="brook",
    made=NOW,
    rank="1",
    courses=(COURSE,),
    state="sent",
    purpose="For Thursday",
    audience=Audience(kind="people", ids=(ADA,)),
)
VISIT = re.compile(r'name="visit" value="([^"]+)"')
Client = TestClient[web.Request, web.Application]


@dataclass
class Ear:
    """Takes events, or has no time."""

    heard: list[Event] = field(default_factory=list)
    full: bool = False

    async def submit(self, event: Event) -> Reply | None:
        if self.full:
            raise Overloaded(1)
        self.heard.append(event)
        return None

    async def submit_all(self, events: Sequence[Event]) -> None:
        for event in events:
            await self.submit(event)

    async def query(self, event: Event) -> Reply | None:
        return None


@dataclass
class Hall:
    """The page, with what stands in the store behind it."""

    client: Client
    store: SqliteStore
    ear: Ear

    async def keep(self, *records: Record) -> None:
        commit = Commit(org=ORG, event="", at=NOW, changes=Changes(saves=records))
        await self.store.commit([commit])

    async def look(self, path: str) -> tuple[int, str]:
        async with self.client.get(path) as response:
            return response.status, await response.text()

    async def go(self, path: str, **fields: str) -> tuple[int, str]:
        """What the page sends when its button is pressed, and where that leads."""
        async with self.client.post(path, data=fields, allow_redirects=False) as response:
            return response.status, response.headers.get("Location", "")

    async def through(self, path: str, step: str = "0") -> tuple[int, str]:
        _, text = await self.look(path)
        return await self.go(path, visit=VISIT.findall(text)[0], step=step)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with SqliteStore(tmp_path / "db", records=(Send, Learning, Policy)) as store:
        app, ear = web.Application(), Ear()
        pages.add_static(app)
        course.add(
            app, engine=ear, reader=store.reader(ORG), signer=SIGNER, org=ORG, now=lambda: NOW
        )
        async with TestClient(TestServer(app)) as client:
            made = Hall(client, store, ear)
            await made.keep(SEND)
            yield made


def signed(path: str) -> str:
    return SIGNER.signed(path).removeprefix(HOME)


MINE = signed(f"/l/send1-{ADA}")
PLACE = signed("/l/send1-at0")


# --- one person -----------------------------------------------------------------------------------


async def test_it_says_where_it_leads_and_nothing_about_anybody(hall: Hall) -> None:
    status, text = await hall.look(MINE)
    assert status == 200
    assert "Feedback &lt;that&gt; lands" in text
    assert "Go to courses.example" in text
    assert ADA not in text
    assert "brook" not in text
    assert "For Thursday" not in text


async def test_the_page_s_own_request_counts_and_leads_to_the_course(hall: Hall) -> None:
    assert await hall.through(MINE) == (303, COURSE.url)
    (event,) = hall.ear.heard
    assert (event.source, event.name) == ("message", "course.opened")
    assert event.args == {"send": "send1", "step": "0", "at": "", "person": ADA}
    assert event.id == f"open/send1/0/{ADA}"


async def test_a_repeated_opening_is_the_same_event(hall: Hall) -> None:
    await hall.through(MINE)
    await hall.through(MINE)
    first, second = hall.ear.heard
    assert first == second


async def test_a_scanner_that_looks_a_thousand_times_counts_nothing(hall: Hall) -> None:
    for n in range(1000):
        method = "HEAD" if n % 2 else "GET"
        async with hall.client.request(method, MINE) as response:
            assert response.status == 200
    assert hall.ear.heard == []


async def test_the_page_works_without_a_script_and_tells_no_one_where_it_came_from(
    hall: Hall,
) -> None:
    async with hall.client.get(MINE) as response:
        text, headers = await response.text(), response.headers
    assert '<form method="post"' in text
    assert "<button" in text
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'" in policy
    assert "form-action 'self' https: http:" in policy
    assert "frame-ancestors 'none'" in policy
    async with hall.client.get("/static/course.js") as script:
        assert script.status == 200


async def test_who_cannot_be_counted_is_let_through_all_the_same(hall: Hall) -> None:
    hall.ear.full = True
    assert await hall.through(MINE) == (303, COURSE.url)


async def test_a_path_leads_to_the_step_that_is_open_to_them(hall: Hall) -> None:
    await hall.keep(replace(SEND, id="path", courses=(COURSE, SECOND)))
    mine = signed(f"/l/path-{ADA}")
    assert await hall.through(mine) == (303, COURSE.url)
    far = Learning(id=f"path/{ADA}", send="path", person=ADA, steps=(Step(), Step()), at=1)
    await hall.keep(far)
    assert await hall.through(mine, "1") == (303, SECOND.url)
    assert (await hall.through(mine, "0"))[0] == 400
    assert [event.args["step"] for event in hall.ear.heard] == ["0", "1"]


# --- a place --------------------------------------------------------------------------------------


async def test_in_a_place_a_visit_counts_and_nobody_is_named(hall: Hall) -> None:
    assert await hall.through(PLACE) == (303, COURSE.url)
    (event,) = hall.ear.heard
    visit = event.args["visit"]
    assert event.args == {"send": "send1", "step": "0", "at": "0", "visit": visit}
    assert re.fullmatch(r"[0-9a-f]{32}", visit)
    assert event.id == f"open/send1/0/{visit}"


async def test_one_look_at_the_page_counts_once(hall: Hall) -> None:
    _, text = await hall.look(PLACE)
    visit = VISIT.findall(text)[0]
    for _ in range(3):
        await hall.go(PLACE, visit=visit, step="0")
    assert len({event.id for event in hall.ear.heard}) == 1


async def test_a_path_in_a_place_lets_people_choose(hall: Hall) -> None:
    await hall.keep(replace(SEND, id="path", courses=(COURSE, SECOND), open=True))
    place = signed("/l/path-at0")
    _, text = await hall.look(place)
    assert "Which one do you open?" in text
    assert "course.js" not in text
    assert await hall.through(place, "1") == (303, SECOND.url)


# --- the works council ----------------------------------------------------------------------------


async def test_where_nobody_is_watched_the_name_stays_at_the_door(hall: Hall) -> None:
    await hall.keep(Policy(id="org", works_council=True))
    assert await hall.through(MINE) == (303, COURSE.url)
    (event,) = hall.ear.heard
    assert ADA not in str(event)
    assert "person" not in event.args


# --- taken back, gone, strange --------------------------------------------------------------------


async def test_what_was_taken_back_says_so(hall: Hall) -> None:
    _, text = await hall.look(MINE)
    await hall.keep(replace(SEND, version=1, state="taken"))
    status, now = await hall.look(MINE)
    assert (status, "taken back" in now) == (410, True)
    visit = VISIT.findall(text)[0]
    assert await hall.go(MINE, visit=visit, step="0") == (410, "")
    assert hall.ear.heard == []


@pytest.mark.parametrize(
    "course",
    [
        replace(COURSE, retired=True),
        replace(COURSE, leaves=datetime(2027, 3, 1, tzinfo=UTC).date()),
        replace(COURSE, url="javascript:alert(1)"),
        replace(COURSE, url="file:///etc/passwd"),
        replace(COURSE, url="data:text/html,x"),
        replace(COURSE, url="//courses.example"),
        replace(COURSE, url="https://"),
        replace(COURSE, url="https://courses.example/\r\nSet-Cookie: a=b"),
        replace(COURSE, url="https://courses.example:99999/"),
        replace(COURSE, url="https://[::1/"),
        replace(COURSE, url=""),
    ],
)
async def test_a_course_that_is_gone_or_leads_nowhere_says_so(hall: Hall, course: Course) -> None:
    await hall.keep(replace(SEND, id="odd", courses=(course,)))
    status, text = await hall.look(signed(f"/l/odd-{ADA}"))
    assert (status, "no longer there" in text) == (410, True)


async def test_an_address_with_other_letters_leads_on(hall: Hall) -> None:
    odd = replace(COURSE, url="https://münchen.example/kürse?q=ä")
    await hall.keep(replace(SEND, id="odd", courses=(odd,)))
    status, where = await hall.through(signed(f"/l/odd-{ADA}"))
    assert status == 303
    assert where.isascii()
    assert where.startswith("https://xn--mnchen-3ya.example/k")


@pytest.mark.parametrize(
    "path",
    [
        f"/l/send1-{ADA}",
        "/l/send1",
        "/l/x",
        "/l/.",
        "/l/..",
        "/l/%00",
        "/l/é",
        "/l/" + "x" * 5000,
        MINE + "x",
        MINE.replace("send1", "send2"),
        MINE.replace("aaa", "bbb"),
        MINE[:-1],
        signed("/l/nope-x"),
        signed("/l/send1"),
        signed("/l/-at0"),
        signed("/m/send1.ics").replace("/m/", "/l/"),
        Signer(HOME, "another-secret").signed(f"/l/send1-{ADA}").removeprefix(HOME),
    ],
)
async def test_an_address_that_is_not_ours_leads_nowhere(hall: Hall, path: str) -> None:
    status, _ = await hall.look(path)
    assert status == 404
    assert (await hall.go(path, visit="x", step="0"))[0] == 404
    assert hall.ear.heard == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"step": "0"},
        {"visit": "", "step": "0"},
        {"visit": "0" * 32, "step": "0"},
        {"visit": "x.y", "step": "0"},
        {"visit": "../../" + "0" * 32, "step": "0"},
        {"visit": "é", "step": "0"},
        {"visit": "x" * 20_000, "step": "0"},
    ],
)
async def test_a_request_that_our_page_did_not_make_counts_nothing(
    hall: Hall, fields: dict[str, str]
) -> None:
    assert (await hall.go(MINE, **fields))[0] == 400
    assert (await hall.go(PLACE, **fields))[0] == 400
    assert hall.ear.heard == []


async def test_a_visit_of_another_address_is_none(hall: Hall) -> None:
    _, text = await hall.look(PLACE)
    assert (await hall.go(MINE, visit=VISIT.findall(text)[0], step="0"))[0] == 400


@pytest.mark.parametrize("step", ["1", "-1", "x", "²", "", "0 "])
async def test_a_step_that_is_not_open_counts_nothing(hall: Hall, step: str) -> None:
    assert (await hall.through(MINE, step))[0] == 400
    assert hall.ear.heard == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "x"])
async def test_another_page_cannot_press_it(hall: Hall, site: str) -> None:
    _, text = await hall.look(MINE)
    data = {"visit": VISIT.findall(text)[0], "step": "0"}
    headers = {"Sec-Fetch-Site": site}
    async with hall.client.post(MINE, data=data, headers=headers) as response:
        assert response.status == 400
    assert hall.ear.heard == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("text/plain", b"visit=x"),
        ("application/x-www-form-urlencoded; charset=none", b"visit=\xff\xfe&step=\x00"),
        ("application/x-www-form-urlencoded", b"a=1&" * 15_000),
        ("multipart/form-data", b"--"),
    ],
)
async def test_strange_bodies_are_refused_calmly(hall: Hall, kind: str, body: bytes) -> None:
    async with hall.client.post(MINE, data=body, headers={"Content-Type": kind}) as response:
        assert response.status == 400


async def test_a_huge_body_is_not_read_to_its_end(hall: Hall) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with hall.client.post(MINE, data=b"x" * 200_000, headers=headers) as response:
        assert response.status == 413


# --- addresses ------------------------------------------------------------------------------------

PATHS = st.from_regex(r"/[lm]/[A-Za-z0-9-]{1,40}(\.[a-z]{1,4})?", fullmatch=True)


@given(PATHS)
def test_every_path_comes_back_from_its_address(path: str) -> None:
    asked = SIGNER.signed(path).removeprefix(HOME)
    assert asked != path
    assert SIGNER.path(asked) == path
    assert SIGNER.path(path) is None


@given(PATHS, st.text(max_size=60))
def test_no_other_address_is_ours(path: str, text: str) -> None:
    assert SIGNER.path(text) is None
    assert SIGNER.path(path + text) is None
    asked = SIGNER.signed(path).removeprefix(HOME)
    assert SIGNER.path(asked + text) == (None if text else path)


def test_an_address_keeps_its_ending_or_has_none() -> None:
    assert SIGNER.signed("/m/abc.ics").endswith(".ics")
    stem, _, signature = SIGNER.signed("/l/abc").rpartition(".")
    assert (stem, len(signature)) == (f"{HOME}/l/abc", 32)
