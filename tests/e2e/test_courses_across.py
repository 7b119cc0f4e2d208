"""One course link for people wherever they are: sent, opened, done, confirmed, taken back."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import aiohttp
import orjson
import pytest

from tests.contracts.on_slack import Slack
from tests.contracts.on_teams import Teams
from tests.contracts.on_workplace import Workplace
from tests.contracts.side import Stands
from tests.e2e.cohort import PLATFORMS, PURPOSE, SKY, fills, join, start
from tests.e2e.town import Town, town
from tests.fakes.go1 import FakeGo1

pytestmark = pytest.mark.e2e

TITLE = "Feedback that lands"
WHY = "For Thursday’s workshop: how to open a difficult talk."
ASKED = "Which sentence could you say this week?"
SURE = "Done, as Example Academy confirms."
TAKEN = "I begin with what I saw."
THEN = "say what I saw before what I think"
OTHERS = ("forest", "misty")  # who are in the sandbox as well
QUIET = "misty"  # who asks for no messages
DOOR = re.compile(r"https?://127[^\s\"\\|<>)]+/l/[\w.~-]+")
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')


@dataclass
class Street:
    """All platforms, and the provider whose course it is."""

    town: Town
    go1: FakeGo1
    course: str

    def chat(self, name: str) -> Stands:
        """The course as Bo has it there now."""
        found = self.town.alone(name, self.bo(name)).newest(ASKED)
        assert found, name
        return found

    def bo(self, name: str) -> str:
        """Who has joined on that platform."""
        return self.town.sides[name].names.bo


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with FakeGo1() as go1:
        config = go1.config
        settings = {
            "COTERIE_GO1_CLIENT_ID": config.client_id,
            "COTERIE_GO1_CLIENT_SECRET": config.client_secret,
            "COTERIE_GO1_WEBHOOK_SECRET": config.webhook_secret,
            "COTERIE_GO1_URL": config.url,
            "COTERIE_GO1_AUTH_URL": config.auth_url,
            "COTERIE_GO1_PORTAL_URL": config.portal_url,
        }
        async with town(tmp_path, settings) as made:
            go1.bot = made.url
            yield Street(made, go1, go1.course(TITLE))


async def test_one_link_reaches_everybody_and_everybody_is_accounted_for(street: Street) -> None:
    here = street.town
    desk = await start(here)
    await gather(here, desk.words.partition("Join code\n")[2].partition("\n")[0])
    await send(street)
    await arrives(street)
    await opens(street)
    await done(street)
    await confirms(street)
    await reflects(street)
    await adds_up(here)
    await taken_back(street)


async def gather(here: Town, code: str) -> None:
    """Six join; one of them asks for no messages."""
    await join(here, code)
    for who in OTHERS:
        await here.sandbox.says(who, f"join {code}")
        welcome = await here.sandbox.shows(f"chat-{who}", PURPOSE)
        await here.sandbox.presses(who, welcome, "Join")
    await here.sandbox.says(QUIET, "stop")
    await here.sandbox.an_hour_later()


async def send(street: Street) -> None:
    """Ada gives Coterie the link in her own chat in Slack, says what it is for, and sends it."""
    here, slack = street.town, street.town.sides["slack"]
    ada = slack.names.ada
    chat = here.alone("slack", ada)
    link = f"{street.go1.config.portal_url}/play/{street.course}"
    await here.tells(slack.says(ada, f"This one, please: {link}", private=True))
    draft = await chat.shows("Whom is it for?")
    assert TITLE in draft.words
    assert "15 min, Example Academy" in draft.words
    opened = await here.presses("slack", ada, draft, "Whom is it for?", private=True)
    await here.sends_off("slack", ada, opened, {"purpose": WHY, "question": ASKED})
    await here.sandbox.an_hour_later()
    counted = await chat.shows("Can’t be reached")
    assert "1 (asked for no messages)" in counted.words
    await here.presses("slack", ada, counted, "Send", private=True)


async def arrives(street: Street) -> None:
    """Each has it where they are, and whoever wants quiet has none."""
    here = street.town
    for name in PLATFORMS:
        card = await here.brings(here.alone(name, street.bo(name)), ASKED)
        assert here.alone(name, street.bo(name)).newest(TITLE)
        assert WHY in card.words
    await here.sandbox.shows(f"chat-{SKY}", ASKED)
    assert here.sandbox.corner(f"chat-{QUIET}").newest(TITLE) is None
    told = await here.brings(here.alone("slack", here.sides["slack"].names.ada), "5 of 6")
    assert re.search(r"Not reached\W+1 \(", told.words), told.words


# --- each by their own door -----------------------------------------------------------------------


async def opens(street: Street) -> None:
    """Whoever only looks is not counted; the page’s own request is, once for each person."""
    for name in ("teams", "workplace"):
        door = await doorway(street, name)
        async with aiohttp.ClientSession() as browser:
            pages = [await looks(browser, door) for _ in range(3)]
            for page in (pages[0], pages[0], pages[1]):
                assert await goes_on(browser, door, page) == street.go1.config.portal_url
    for name in PLATFORMS:
        async with aiohttp.ClientSession() as scanner:
            await looks(scanner, await doorway(street, name))


async def doorway(street: Street, name: str) -> str:
    """Where the link on somebody’s card leads."""
    card = street.chat(name)
    found = DOOR.search(orjson.dumps(raw(street, name, card.ref)).decode())
    assert found, card
    return found[0]


def raw(street: Street, name: str, ref: str) -> object:
    """A message as its platform has it."""
    side = street.town.sides[name]
    match side:
        case Teams():
            return side.fake.chats.messages[ref].activity
        case Slack():
            chat = side.alone(street.bo(name)).ref["conversation"]
            return side.fake.world.messages[chat, ref].payload
        case Workplace():
            return next(one.message for one in side.graph.world.said if one.id == ref)
        case _:
            raise AssertionError(name)


async def looks(browser: aiohttp.ClientSession, door: str) -> dict[str, str]:
    """What a link scanner gets to see; answers what the page would send."""
    async with browser.get(door) as answer:
        assert answer.status == 200
        page = await answer.text()
    assert "Example" not in page
    return {name: unescape(value) for name, value in FIELD.findall(page)}


async def goes_on(browser: aiohttp.ClientSession, door: str, told: dict[str, str]) -> str:
    """The page’s own request; answers at whose door it ends."""
    async with browser.post(door, data=told, allow_redirects=False) as answer:
        assert answer.status == 303
        return answer.headers["Location"].partition("/play/")[0]


async def done(street: Street) -> None:
    """A button in Slack, whose card answers, and one in Workplace, where a new message does."""
    here, said = street.town, "Done, as you say."
    sol, wim = street.bo("slack"), street.bo("workplace")
    pressed = await here.presses("slack", sol, street.chat("slack"), "I’ve done it", private=True)
    assert said in pressed.words
    card = street.chat("workplace")
    await here.presses("workplace", wim, card, "I’ve done it", private=True)
    await here.alone("workplace", wim).shows(said)


async def confirms(street: Street) -> None:
    """Go1 says so by itself for Bo, and for Sol and Wim when it is asked.

    Nobody is confirmed by a delivery that somebody else signed, nor by an address we don’t know.
    """
    here, go1 = street.town, street.go1
    bo, sol, wim = (here.sides[name].names.bo_mail for name in PLATFORMS)
    row = go1.completes(go1.account(bo.title()), street.course)
    assert await go1.tells(row, secret="a secret of somebody else") == 401
    assert [await go1.tells(row) for _ in range(2)] == [200, 200]
    await here.brings(here.alone("teams", street.bo("teams")), SURE)
    assert SURE not in street.chat("slack").words
    for mail in (sol, wim, "nobody@example.org"):
        go1.completes(go1.account(mail), street.course)
    for name in ("slack", "workplace"):
        await here.brings(here.alone(name, street.bo(name)), SURE)


async def reflects(street: Street) -> None:
    """Bo in a dialog, for the cohort; Wim question by question, for himself; Bo makes a promise."""
    here, bo = street.town, street.bo("teams")
    card = street.chat("teams")
    form = await here.presses("teams", bo, card, "What did you take from it?", private=True)
    await here.sends_off("teams", bo, form, {"text": TAKEN, "sight": "cohort"})
    form = await here.presses("teams", bo, card, "What will you try?", private=True)
    await here.sends_off("teams", bo, form, {"when": "a talk gets difficult", "then": THEN})
    await here.alone("teams", bo).shows(THEN)
    label, mine = "What did you take from it?", {"text": "Say less.", "sight": "Only me"}
    await fills(here, "workplace", street.chat("workplace"), label, mine, private=True)
    await here.sandbox.an_hour_later()
    for name in PLATFORMS:
        await here.place(name).shows(TAKEN)
        assert here.place(name).newest("Say less.") is None


# --- what its sender sees -------------------------------------------------------------------------


async def adds_up(here: Town) -> None:
    """Three columns that are never mixed, and everyone is in one of the others."""
    await here.sandbox.an_hour_later()
    ada = here.sides["slack"].names.ada
    chat = here.alone("slack", ada)
    for line in (
        "*Sent*\n5 of 6",
        "*Not reached*\n1 (quiet, or left)",
        "*Opened*\n2 of 6",
        "*Say they are done*\n2 of 6",
        "*Confirmed by the provider*\n3 of 6",
    ):
        await chat.shows(line)
    told = await chat.shows("5 of 6")
    await here.presses("slack", ada, told, "Who wasn’t reached", private=True)
    missed = await chat.shows("Who was not reached, and why")
    assert "Misty Vale: asked for no messages" in missed.words


async def taken_back(street: Street) -> None:
    """It goes from every chat in which messages can go; its doors are closed everywhere."""
    here = street.town
    ada = here.sides["slack"].names.ada
    chat = here.alone("slack", ada)
    doors = [await doorway(street, name) for name in PLATFORMS]
    await here.presses("slack", ada, await chat.shows("5 of 6"), "Take it back…", private=True)
    asked = await chat.shows("This can’t be undone.")
    await here.presses("slack", ada, asked, "Take it back", private=True)
    await here.brings(chat, "Taken back.")
    await here.sandbox.an_hour_later()
    await here.sandbox.refresh()
    for corner in (
        here.alone("teams", street.bo("teams")),
        here.alone("slack", street.bo("slack")),
        here.sandbox.corner(f"chat-{SKY}"),
    ):
        assert corner.newest(ASKED) is None
    await closed(street, doors)


async def closed(street: Street, doors: list[str]) -> None:
    """What still stands in Workplace leads nowhere, and says so when it is pressed."""
    here, wim = street.town, street.bo("workplace")
    card = street.chat("workplace")
    await here.presses("workplace", wim, card, "What you took from it", private=True)
    await here.alone("workplace", wim).shows("This link was taken back, so nothing has changed.")
    async with aiohttp.ClientSession() as browser:
        for door in doors:
            async with browser.get(door) as answer:
                assert answer.status == 410
                assert "was taken back" in await answer.text()
