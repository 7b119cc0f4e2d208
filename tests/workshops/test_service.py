"""The whole service, over HTTP: a workshop planned, signed up for, and put into a calendar."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from icalendar import Calendar

import app
import settings
from tests.web.theatre import Body, Theatre

Client = TestClient[web.Request, web.Application]
ICS = re.compile(r'href="(http[^"]*/m/[^"]*\.ics)"')
PLACE = {"place": "channel", "id": ""}
TRIES = 100


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Client]:
    given = {
        "COTERIE_ENV": "development",
        "COTERIE_DATABASE": f"sqlite:///{tmp_path / 'coterie.db'}",
        "COTERIE_PUBLIC_URL": "http://coterie.example.org",
    }
    built = await app.build(settings.Settings.from_env(given))
    async with TestClient(TestServer(built)) as client:
        yield client


async def begun(door: Client) -> tuple[Theatre, Body]:
    """Robin has planned a workshop, Sky is a member; and its card."""
    play = Theatre(door, None)  # type: ignore[arg-type] # what it does goes over HTTP only
    await play.get("state?look=browser")
    soon = datetime.now(UTC).date() + timedelta(days=7)  # noqa: TID251 - as the service does
    await play.press(PLACE, "cohorts.create", by="robin", values=cohort(soon), args={"draft": "1"})
    welcome = await stands(play, "members.join")
    id = re.findall(r"[0-9a-f]{32}", welcome["html"])[0]
    await play.press(welcome, "members.join", args={"cohort": id})
    args = {"cohort": id, "draft": "2"}
    await play.press(PLACE, "workshops.plan", by="robin", values=talk(soon), args=args)
    return play, await stands(play, "workshops.sign")


async def test_what_stands_on_the_card_opens_as_a_calendar_entry(door: Client) -> None:
    _, card = await begun(door)
    (address,) = ICS.findall(card["html"])
    assert address.startswith("http://coterie.example.org/m/")
    async with door.get(address.removeprefix("http://coterie.example.org")) as response:
        assert response.status == 200
        (event,) = Calendar.from_ical(await response.read()).walk("VEVENT")
    assert str(event["summary"]) == "A handover in three lines"
    async with door.get("/m/abc.def.ics") as response:
        assert response.status == 404


async def test_called_off_it_is_heard_in_the_space_and_in_private(door: Client) -> None:
    play, card = await begun(door)
    (id,) = set(re.findall(r"workshop/([0-9a-f]{32})", card["html"]))
    args = {"workshop": id}
    told = await play.press(card, "workshops.sign", args={**args, "choice": "room"})
    assert "you’re coming" in str(told)
    desk = await stands(play, "workshops.cancel", "chat-robin")
    values = {"reason": "The trainer is ill."}
    await play.press(desk, "workshops.cancel", by="robin", args=args, values=values)
    preview = await stands(play, "workshops.confirm", "chat-robin")
    button = html.unescape(preview["html"])
    (rev,) = set(re.findall(r'"rev":"(\d+)"', button))
    confirm = {**args, "id": id, "rev": rev}
    await play.press(preview, "workshops.confirm", by="robin", args=confirm)
    for place in ("chat-sky", "channel"):
        news = await stands(play, "The trainer is ill.", place)
        assert "does not take place" in news["html"]


def cohort(soon: date) -> dict[str, str]:
    return {
        "name": "Better handovers",
        "purpose": "Fewer surprises",
        "first": str(soon),
        "last": str(soon + timedelta(days=40)),
        "zone": "Europe/Berlin",
        "facilitator": "sandbox:g1:robin",
        "moderator": "sandbox:g1:sunny",
        "where": "here",
    }


def talk(soon: date) -> dict[str, str]:
    return {
        "title": "A handover in three lines",
        "purpose": "Try it before it counts",
        "day": str(soon),
        "time": "14:00",
        "minutes": "90",
        "mode": "room",
        "place": "Room 2.14",
    }


async def stands(play: Theatre, words: str, place: str = "channel") -> Body:
    """The message in a place that has such a button or such words, once it is there."""
    for _ in range(TRIES):
        state = await play.get("state?look=browser")
        for one in state["messages"]:
            if one["place"] == place and words in one["html"]:
                found: Body = one
                return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"no message with {words}")
