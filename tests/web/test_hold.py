"""A quarter of an hour in somebody's calendar: on their next working day, and theirs alone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from shutil import copyfile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace

from core.courses.model import Course, Learning, Send, Step
from core.courses.model import given as brought
from core.engine.gate import opening, zone_of
from core.engine.ports import Changes, Rhythm
from core.people.model import Person, rhythm
from tests.cohorts.story import CEM, DEE, Story, chat, story
from web import calendar, holds, pages
from web.links import Signer

HOME = "https://coterie.example.org"
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
SIGNER = Signer(HOME, "a-secret-for-tests")
BERLIN = ZoneInfo("Europe/Berlin")
COURSE = Course(
    catalogue="demo",
    id="feedback",
    url="https://courses.example.org/feedback",
    title="Feedback that lands",
    minutes=12,
)
SEND = Send(
    id="s1",
    by="ada",
    made=MONDAY,
    rank="1",
    courses=(COURSE, replace(COURSE, id="two", title="Listening", minutes=40)),
    state="sent",
    purpose="For Thursday’s workshop: Bö, 100 % “it”; a,b\nand on",
)
Client = TestClient[web.Request, web.Application]
Entry = Any


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    asyncio.run(made(path))
    return path


async def made(path: Path) -> None:
    async with story(path):
        pass


@pytest.fixture
async def life(tmp_path: Path, empty: Path) -> AsyncIterator[Story]:
    copyfile(empty, tmp_path / "test.db")
    async with story(tmp_path / "test.db") as it:
        yield it


@pytest.fixture
async def door(life: Story) -> AsyncIterator[Client]:
    app = web.Application()
    pages.add_static(app)
    calendar.add(app, reader=life.read, signer=SIGNER, now=lambda: life.now)
    async with TestClient(TestServer(app)) as client:
        yield client


async def sent(life: Story, **fields: object) -> Person:
    """It was brought to Cem."""
    await life.press("people.thanks", CEM, chat(CEM))
    cem = await life.known(CEM)
    send = replace(SEND, **fields)
    await life.commit(Changes(saves=(send,)) + brought(send, cem.id, life.now))
    return cem


def address(person: Person, send: str = "s1") -> str:
    return SIGNER.signed(f"/m/hold-{send}-{person.id}.ics").removeprefix(HOME)


async def fetched(door: Client, person: Person) -> Entry:
    async with door.get(address(person)) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.headers["Content-Disposition"] == 'attachment; filename="course.ics"'
        (event,) = Calendar.from_ical(await response.read()).walk("VEVENT")
        return event


async def test_it_is_on_the_next_working_day_half_an_hour_in(life: Story, door: Client) -> None:
    event = await fetched(door, await sent(life))
    assert event["dtstart"].dt == datetime(2026, 3, 3, 9, 30, tzinfo=BERLIN)
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=15)
    assert event["dtstart"].params["TZID"] == "Europe/Berlin"
    assert str(event["summary"]) == "Feedback that lands"
    assert str(event["status"]) == "CONFIRMED"


async def test_after_a_friday_comes_monday(life: Story, door: Client) -> None:
    cem = await sent(life)
    life.now = datetime(2026, 3, 6, 15, tzinfo=UTC)
    event = await fetched(door, cem)
    assert event["dtstart"].dt == datetime(2026, 3, 9, 9, 30, tzinfo=BERLIN)


async def test_it_leads_to_their_own_door_and_says_what_it_is_for(
    life: Story, door: Client
) -> None:
    cem = await sent(life)
    event = await fetched(door, cem)
    text = str(event["description"])
    assert text.startswith("For Thursday’s workshop: Bö, 100 % “it”; a,b")
    assert SIGNER.signed(f"/l/s1-{cem.id}") in text
    assert str(event["url"]) == SIGNER.signed(f"/l/s1-{cem.id}")


async def test_once_more_it_is_the_same_entry(life: Story, door: Client) -> None:
    cem = await sent(life)
    before = await fetched(door, cem)
    life.now += timedelta(days=2)
    after = await fetched(door, cem)
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["dtstart"].dt > before["dtstart"].dt


async def test_of_a_path_it_is_the_step_that_is_open(life: Story, door: Client) -> None:
    cem = await sent(life)
    before = await fetched(door, cem)
    steps = (Step(declared=MONDAY), Step(since=MONDAY))
    it = Learning(id=f"s1/{cem.id}", send="s1", person=cem.id, steps=steps, at=1)
    await life.commit(Changes(saves=(it,)))
    event = await fetched(door, cem)
    assert str(event["summary"]) == "Listening"
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=45)
    assert event["uid"] != before["uid"]


async def test_nobody_is_named_in_it(life: Story, door: Client) -> None:
    cem = await sent(life)
    async with door.get(address(cem)) as response:
        text = await response.text()
    for word in ("Cem", "Ada", "ATTENDEE", "ORGANIZER", "teams:"):
        assert word not in text


@pytest.mark.parametrize("state", ["taken", "draft", "ready", "waiting"])
async def test_what_is_taken_back_or_never_went_out_is_gone(
    life: Story, door: Client, state: str
) -> None:
    cem = await sent(life, state=state)
    async with door.get(address(cem)) as response:
        assert response.status == 404
        assert response.content_type == "text/html"


async def test_whom_it_was_not_brought_to_has_no_entry(life: Story, door: Client) -> None:
    await sent(life)
    await life.press("people.thanks", DEE, chat(DEE))
    for person in (await life.known(DEE), Person(id="nobody"), Person(id="")):
        async with door.get(address(person)) as response:
            assert response.status == 404


async def test_who_was_erased_has_no_entry(life: Story, door: Client) -> None:
    cem = await sent(life)
    await life.commit(Changes(saves=(replace(cem, erased=True),)))
    async with door.get(address(cem)) as response:
        assert response.status == 404


async def test_an_address_that_was_not_signed_leads_nowhere(life: Story, door: Client) -> None:
    cem = await sent(life)
    other = Signer(HOME, "another-secret").signed(f"/m/hold-s1-{cem.id}.ics").removeprefix(HOME)
    ours = address(cem)
    tried = (
        other,
        f"/m/hold-s1-{cem.id}.ics",
        ours.replace("hold-", ""),
        ours.replace("hold-s1", "hold-s2"),
        address(cem, "s1-s1"),
        address(cem, ""),
        SIGNER.signed("/m/hold-.ics").removeprefix(HOME),
        f"/m/hold-{'x' * 4000}.ics",
    )
    for path in tried:
        async with door.get(path) as response:
            assert response.status == 404, path


# --- the rules ------------------------------------------------------------------------------------

rhythms = st.builds(
    Rhythm,
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "No/Zone"]
    ),
    start=st.integers(0, 23),
    end=st.integers(0, 24),
    days=st.lists(st.integers(0, 6), max_size=7).map(tuple),
)
moments = st.integers(0, 9000).map(lambda hours: MONDAY + timedelta(hours=hours))


@given(rhythms, moments)
def test_it_is_always_later_than_today_and_in_their_hours(own: Rhythm, now: datetime) -> None:
    starts, zone = holds.begins(own, now), zone_of(own.zone)
    assert starts.astimezone(zone).date() > now.astimezone(zone).date()
    assert opening(own, starts - holds.INTO) == starts - holds.INTO


@given(st.integers(-5, 10_000))
def test_it_lasts_quarters_of_an_hour_and_never_more_than_one_hour(minutes: int) -> None:
    lasts = holds.lasts(replace(COURSE, minutes=minutes))
    assert lasts in (15, 30, 45, 60)
    assert lasts >= minutes or minutes >= 60


@given(st.lists(st.integers(0, 500), min_size=2, max_size=6), st.integers(0, 3))
def test_a_later_entry_never_has_a_lower_sequence(hours: list[int], edition: int) -> None:
    own = rhythm(Person(id="cem", zone="America/New_York"))
    send = replace(SEND, edition=edition)
    times = [MONDAY + timedelta(hours=sum(hours[: n + 1])) for n in range(len(hours))]
    starts = [holds.begins(own, now).astimezone(zone_of(own.zone)) for now in times]
    found = [holds.sequence(send, at) for at in starts]
    assert found == sorted(found)
    for (one, first), (other, second) in pairwise(zip(starts, found, strict=True)):
        assert (one == other) == (first == second)
