"""The three stages in a client of Microsoft's: in a team, and in the chats of its people."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.playground import (
    ADA,
    BO,
    BROOK,
    PERSONAL,
    TEAM,
    Human,
    Play,
    inputs,
    labels,
    playing,
)
from tests.e2e.test_playground import PURPOSE, TODAY, join, start, told
from tests.e2e.wire import Message

pytestmark = pytest.mark.e2e

QUESTION = "What helps you to hand over well?"
SAID = "A quiet minute before it begins."
TALK = "A handover in three lines"
WORKSHOP = {
    "title": TALK,
    "purpose": "Try a handover that nobody has to ask back about",
    "day": (TODAY + timedelta(days=21)).isoformat(),
    "time": "14:00",
    "minutes": "90",
    "mode": "room",
    "place": "Room 2.14",
    "capacity": "1",
}
STUCK = "Notes from the night shift get lost on the way to the morning."
IDEA, OTHER = "Ring the bell when you leave.", "A photo of the board."
PROMISE = {"when": "a shift ends late", "then": "write three lines before I leave"}
HARSH = "You lot are slow."

Chats = dict[Human, str]


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with playing(tmp_path) as started:
        yield started


@pytest.fixture
async def chats(play: Play) -> Chats:
    """Everybody has Coterie in a chat of their own, and it is in the team."""
    for place in (PERSONAL, TEAM):
        await play.install(place)
    return {BROOK: PERSONAL} | {who: await play.chat(who) for who in (ADA, BO)}


async def moves(play: Play, label: str, **values: str) -> None:
    """Brook presses a button of her desk, or behind it; a dialog is sent off with these."""
    await play.an_hour_later()
    desk = await play.shown(PERSONAL, "Join code")
    if label not in labels(desk.card):
        await play.press(BROOK, desk, "More")
        desk = await play.shown(PERSONAL, label)
    if values:
        form = await play.open(BROOK, desk, label)
        await play.fill_in(BROOK, desk, form, **values)
    else:
        await play.press(BROOK, desk, label)
    await play.an_hour_later()


async def answers(play: Play, who: Human, card: Message, label: str, **values: str) -> None:
    """Somebody opens a dialog and sends it off."""
    await play.fill_in(who, card, await play.open(who, card, label), **values)
    await play.an_hour_later()


async def test_the_three_stages_in_a_team(play: Play, chats: Chats) -> None:
    await start(play, TEAM, "welcome is on its way")
    await join(play, await play.shown(TEAM, PURPOSE), ADA, BO, BROOK)
    await talk(play)
    await meet(play)
    await solve(play, chats)
    await flag(play)
    await keep(play, chats)
    await look_back(play)
    assert not play.failed()


async def talk(play: Play) -> None:
    """Brook asks; Bo answers in the thread."""
    await moves(play, "Start a discussion", question=QUESTION, own="So that nights get quieter.")
    card = await play.shown(TEAM, QUESTION)
    await play.write(BO, card.thread, SAID, mention=True)
    await play.an_hour_later()
    await play.changed(card, SAID)


async def meet(play: Play) -> None:
    """One seat for two."""
    await moves(play, "Plan a workshop", **WORKSHOP)
    card = await play.shown(TEAM, TALK)
    for who in (ADA, BO):
        assert told(await play.press(who, card, "I’m coming"))
    await play.an_hour_later()
    await play.changed(card, "1 of 1 seats")
    await play.changed(card, "Waiting for a seat")


async def solve(play: Play, chats: Chats) -> None:
    """Ada names it in her chat; ideas come by a dialog and in the thread; she chooses one."""
    await play.write(ADA, chats[ADA], "challenge")
    asked = await play.shown(chats[ADA], "Name a challenge")
    await answers(play, ADA, asked, "Name a challenge", situation=STUCK)
    card = await play.shown(TEAM, "What would you try?")
    assert told(await play.press(BO, card, "I know this too"))
    await answers(play, BO, card, "I have an idea", text=IDEA)
    await play.changed(card, IDEA)
    await play.write(BROOK, card.thread, OTHER, mention=True)
    await play.an_hour_later()
    await play.changed(card, OTHER)
    await play.press(ADA, card, "See all ideas")
    every = await play.shown(chats[ADA], "All ideas")
    await answers(play, ADA, every, "Choose 1", step="From Monday on.")
    await play.changed(card, "Helps most")


async def flag(play: Play) -> None:
    """Bo flags what Ada wrote in the chat; whoever moderates is asked."""
    user = {"id": ADA.aad, "displayName": ADA.name, "userIdentityType": "aadUser"}
    wrote = {
        "id": "1700000000001",
        "from": {"user": user},
        "body": {"contentType": "html", "content": f"<div>{HARSH}</div>"},
    }
    answer = await play.flag(BO, TEAM, wrote)
    form = answer["task"]["value"]["card"]["content"]
    data = form["actions"][0]["data"] | {"line": "other", "words": "Not here."}
    assert "Thank you" in str(await play.flag(BO, TEAM, wrote, data))
    assert {one["id"] for one in inputs(form)} == {"line", "words"}


async def keep(play: Play, chats: Chats) -> None:
    """Three are drawn together; Ada promises, is asked, and her partners hear how it went."""
    await moves(play, "Draw pairs")
    proposal = await play.shown(PERSONAL, "A proposal for")
    await play.press(BROOK, proposal, "Send it")
    card = await play.brought(chats[ADA], "meet ")
    assert told(await play.press(ADA, card, "Good match"))
    await play.write(ADA, chats[ADA], "promise")
    asked = await play.shown(chats[ADA], "One small thing to try")
    await answers(play, ADA, asked, "One small thing to try", **PROMISE)
    await play.brought(chats[BO], PROMISE["then"])
    question = await play.brought(chats[ADA], "Every answer is useful.", "day")
    assert "You said: Kept" in told(await play.press(ADA, question, "Kept"))
    heard = await play.brought(chats[BO], "says: Kept")
    assert told(await play.press(BO, heard, "High five"))
    await play.brought(chats[ADA], "gives you a high five")


async def look_back(play: Play) -> None:
    """Kept, changed, next."""
    await moves(play, "Closing round")
    card = await play.shown(TEAM, "What do you keep?")
    await answers(play, ADA, card, "Look back", kept="Three lines.")
    await play.changed(card, "Looked back so far: 1")
