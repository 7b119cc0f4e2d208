"""The calendar entry: one that stays the same, wherever its workshop goes."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component
from msgspec.structs import replace

from connectors.secret import kept
from core.cohorts.words import SAMPLE
from core.cohorts.workshops.model import Workshop, moved, off
from core.cohorts.workshops.posts import EXAMPLE
from core.engine.ports import Card, Changes, Deliver, Say, Viewer
from core.message import Button, Link
from core.product import PRODUCT
from settings import Misconfigured, Settings
from tests.cohorts.story import CEM, TEAM, Story, args_of, buttons, chat
from tests.workshops.session import STARTS, calls_off, moves, planned, workshop
from web import calendar, pages
from web.links import Signer, linked

HOME = "https://coterie.example.org"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
Client = TestClient[web.Request, web.Application]
SIGNER = Signer(HOME, "a-secret-for-tests")
Entry = Mapping[str, Any]


@pytest.fixture
async def door(life: Story) -> AsyncIterator[Client]:
    app = web.Application()
    pages.add_static(app)
    calendar.add(app, reader=life.read, signer=SIGNER, now=lambda: NOW)
    async with TestClient(TestServer(app)) as client:
        yield client


async def fetched(door: Client, one: Workshop) -> tuple[Component, Entry]:
    """The calendar that somebody gets by the address on a card, and its entry."""
    address = SIGNER.signed(f"/m/{one.id}.ics").removeprefix(HOME)
    async with door.get(address) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        body = await response.read()
    return read(body)


def read(body: bytes) -> tuple[Component, Entry]:
    found = Calendar.from_ical(body)
    (event,) = found.walk("VEVENT")
    return found, event


async def test_the_entry_says_what_when_and_where(life: Story, door: Client) -> None:
    found, event = await fetched(door, await planned(life))
    assert (str(found["method"]), str(event["status"])) == ("PUBLISH", "CONFIRMED")
    assert str(event["summary"]) == "A handover in three lines"
    assert str(event["location"]) == "Room 2.14"
    assert "https://meet.example.org/handover" in str(event["description"])
    assert event["dtstart"].dt == STARTS
    assert event["dtend"].dt == STARTS + timedelta(minutes=90)
    assert event["dtstart"].params["TZID"] == "Europe/Berlin"
    assert [str(zone["tzid"]) for zone in found.walk("VTIMEZONE")] == ["Europe/Berlin"]


async def test_moved_it_is_the_same_entry_with_a_higher_sequence(life: Story, door: Client) -> None:
    _, before = await fetched(door, await planned(life))
    await moves(life)
    _, after = await fetched(door, await workshop(life))
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["dtstart"].dt == datetime(2026, 3, 11, 8, tzinfo=UTC)


async def test_called_off_it_takes_itself_off_the_calendar(life: Story, door: Client) -> None:
    _, before = await fetched(door, await planned(life))
    await calls_off(life)
    found, after = await fetched(door, await workshop(life))
    assert (str(found["method"]), str(after["status"])) == ("CANCEL", "CANCELLED")
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]


async def test_with_its_cohort_it_is_off_as_well(life: Story, door: Client) -> None:
    one = await planned(life)
    await life.fill("cohorts.cancel", {"reason": "No room."}, cohort=one.cohort)
    found, _ = await fetched(door, one)
    assert str(found["method"]) == "CANCEL"


async def test_nobody_is_named_in_it(life: Story, door: Client) -> None:
    one = await planned(life)
    await life.press("workshops.sign", CEM, chat(CEM), workshop=one.id, choice="room")
    address = SIGNER.signed(f"/m/{one.id}.ics").removeprefix(HOME)
    async with door.get(address) as response:
        text = await response.text()
    assert "Cem" not in text
    assert "Ada" not in text
    assert "ATTENDEE" not in text


async def test_an_address_that_was_not_signed_leads_nowhere(life: Story, door: Client) -> None:
    one = await planned(life)
    other = Signer(HOME, "another-secret").signed(f"/m/{one.id}.ics").removeprefix(HOME)
    ours = SIGNER.signed(f"/m/{one.id}.ics").removeprefix(HOME)
    tried = (
        other,
        f"/m/{one.id}.ics",
        f"/m/{one.id}..ics",
        ours.replace(one.id, one.id[::-1]),
        ours[:-6] + ".ics",
        f"/m/{'x' * 4000}.ics",
        "/m/%00.ics",
        "/m/..%2f..%2fetc.ics",
        "/m/é.ics",
    )
    for address in tried:
        async with door.get(address) as response:
            assert response.status == 404, address


async def test_a_draft_is_on_no_calendar(life: Story, door: Client) -> None:
    one = await planned(life)
    await life.commit(Changes(saves=(replace(one, state="draft"),)))
    async with door.get(SIGNER.signed(f"/m/{one.id}.ics").removeprefix(HOME)) as response:
        assert response.status == 404


@given(
    title=st.text(min_size=1, max_size=80),
    purpose=st.text(min_size=1, max_size=200),
    hours=st.integers(-20_000, 70_000),
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Not/There"]
    ),
)
def test_every_calendar_can_read_it_and_shows_the_right_moment(
    title: str, purpose: str, hours: int, zone: str
) -> None:
    starts = NOW + timedelta(hours=hours)
    one = replace(EXAMPLE, title=title, purpose=purpose, starts=starts)
    cohort = replace(SAMPLE, zone=zone, name=title)
    _, event = read(calendar.entry(one, cohort, "coterie.example.org", NOW))
    assert event["dtstart"].dt == starts


@given(st.lists(st.booleans(), max_size=8))
def test_its_sequence_only_ever_grows(steps: list[bool]) -> None:
    one, last = EXAMPLE, -1
    for _ in steps:
        one = moved(one, one.starts + timedelta(hours=1), "why")
        assert one.sequence > last
        last = one.sequence
    assert off(one, "why").sequence > last


# --- the address on the cards ---------------------------------------------------------------------


def links(shown: object) -> list[str]:
    found: list[Button] = buttons(shown)  # type: ignore[arg-type]
    return [button.url for button in found if isinstance(button, Link)]


async def test_every_card_leads_to_it_in_full(life: Story) -> None:
    ours = linked(PRODUCT, SIGNER.signed)
    one = await planned(life)
    full = SIGNER.signed(f"/m/{one.id}.ics")
    seen = await ours.view(life.moment(), f"workshop/{one.id}", Viewer())
    assert links(seen) == [full]
    event = replace(
        life.event("press", "workshops.open", CEM, chat(CEM)), args={"workshop": one.id}
    )
    changes = await ours.handle(event, life.moment())
    assert isinstance(changes.reply, Say | Card)
    assert links(changes.reply.post) == [full]


async def test_what_is_sent_leads_there_as_well(life: Story) -> None:
    ours = linked(PRODUCT, SIGNER.signed)
    one = await planned(life)
    event = replace(life.event("press", "workshops.open", CEM, TEAM), args={"workshop": one.id})
    changes = await ours.handle(event, life.moment())
    (post,) = [job.work.post for job in changes.jobs if isinstance(job.work, Deliver)]
    assert links(post) == [SIGNER.signed(f"/m/{one.id}.ics")]
    assert args_of(buttons(post)[0])


@given(st.text(alphabet="abcdef0123456789", min_size=1, max_size=32))
def test_an_address_is_read_back_and_no_other_is(id: str) -> None:
    path = f"/m/{id}.ics"
    signed = SIGNER.signed(path).removeprefix(HOME)
    assert SIGNER.path(signed) == path
    assert SIGNER.path(path) is None
    assert SIGNER.path(signed.replace(".ics", "x.ics")) is None


# --- the secret -----------------------------------------------------------------------------------


def test_the_secret_is_made_once_and_is_for_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret"
    first = kept(path)
    assert len(first) >= 32
    assert kept(path) == first
    assert path.stat().st_mode & 0o077 == 0
    assert kept(tmp_path / "other") != first


def test_a_secret_that_is_too_short_is_refused_at_start() -> None:
    with pytest.raises(Misconfigured, match="SECRET must have at least 16 characters"):
        Settings.from_env({"COTERIE_ENV": "development", "COTERIE_SECRET": "short"})
