"""From install to answered introductions, in a client of Microsoft's."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.look import Look, looking
from tests.e2e.playground import (
    ADA,
    BO,
    BROOK,
    GROUP,
    PERSONAL,
    TEAM,
    Human,
    Play,
    choice,
    playing,
)
from tests.e2e.wire import Json, Message, spoken

pytestmark = pytest.mark.e2e

NAME, PURPOSE = "Better handovers", "Fewer surprises at shift change"
TODAY = datetime.fromtimestamp(time.time(), UTC).date()  # noqa: TID251 - the service's clock is real
DAYS = {
    "first": (TODAY + timedelta(days=7)).isoformat(),
    "last": (TODAY + timedelta(days=49)).isoformat(),
}
WORDS = {
    "status": "Where you are",
    "settings": "settings",
    "why": "Why I wrote to you",
    "privacy": "What I keep about you",
    "help": "What can I do for you?",
}
MINE = "Never hand over by heart. Three written lines have saved me more than one night."


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with playing(tmp_path) as started:
        yield started


@pytest.fixture
async def look(play: Play) -> AsyncIterator[Look]:
    """Brook's page, where Coterie has just greeted her."""
    async with looking(play) as page:
        await page.reads("Hi, I’m Coterie.")
        yield page


@pytest.fixture
async def chats(play: Play, look: Look) -> dict[Human, str]:
    """Ada and Bo have installed Coterie for themselves too."""
    return {who: await play.chat(who) for who in (ADA, BO)}


async def start(play: Play, place: str, said: str) -> None:
    """Brook starts a cohort by its dialog, after a slip, and hears so in it or beside it."""
    await play.write(BROOK, place, "cohort new", mention=place != PERSONAL)
    asked = await play.shown(place, "Two minutes.")
    form = await play.open(BROOK, asked, "Start a cohort")
    slip = {"name": "B", "purpose": PURPOSE, **DAYS}
    ada = choice(form, "moderator", ADA.name)
    again = await play.fill_in(BROOK, asked, form, **slip, moderator=ada)
    form = again["task"]["value"]["card"]["content"]
    assert "A name has 3 to 60 characters." in str(form)
    done = await play.fill_in(BROOK, asked, form, name=NAME)
    if "task" in done:
        assert said in done["task"]["value"]
    else:
        await play.shown(place, said)


async def join(play: Play, welcome: Message, *people: Human) -> None:
    """People press Join, one of them twice; the card counts them, in place."""
    for who in people:
        assert "You’re in" in told(await play.press(who, welcome, "Join"))
    assert "already" in told(await play.press(people[0], welcome, "Join"))
    await play.changed(welcome, f"Joined\n{len(people)}")


async def agree(play: Play, desk: Message, shared: Message) -> None:
    """Bo adds a line, Ada would word one otherwise, Brook takes that and closes the list."""
    form = await play.open(BO, shared, "Suggest a change")
    await play.fill_in(BO, shared, form, about="new", text="We start when we said.")
    await play.changed(shared, "We start when we said.")
    form = await play.open(ADA, shared, "Suggest a change")
    line = choice(form, "about", "We start when we said.")
    await play.fill_in(ADA, shared, form, about=line, text="We begin on time.")
    await play.an_hour_later()
    await play.changed(desk, "Suggestions: 1")
    await play.press(BROOK, desk, "Suggestions: 1")
    idea = await play.shown(desk.place, "A suggestion for the agreement")
    await play.press(BROOK, idea, "Take it")
    await play.changed(shared, "We begin on time.", gone="We start when")
    await play.an_hour_later()
    await play.changed(desk, "Close the list", gone="Suggestions: 1")
    await play.press(BROOK, desk, "Close the list")
    await play.an_hour_later()
    await play.changed(shared, "Version 1")
    assert told(await play.press(ADA, shared, "I’m in"))
    assert told(await play.press(BO, shared, "Not for me"))
    await play.an_hour_later()
    await play.changed(shared, "1 of 3 agreed")


async def lead(play: Play, desk: Message, title: str) -> None:
    """Brook presses a button of the desk that opens a dialog, and sends the dialog off."""
    await play.an_hour_later()
    await play.changed(desk, title)
    await play.fill_in(BROOK, desk, await play.open(BROOK, desk, title))


async def introduce(play: Play, who: Human, card: Message, text: str) -> None:
    """Somebody answers by button and form."""
    await play.fill_in(who, card, await play.open(who, card, "Answer"), text=text)
    await play.an_hour_later()
    await play.changed(card, text)


async def get_to_know(play: Play, card: Message) -> None:
    """Ada answers by its form; Bo by a reply where there are threads, then otherwise."""
    await introduce(play, ADA, card, MINE)
    if card.thread != card.place:
        await play.write(BO, card.thread, "Ask first, even when it feels slow.", mention=True)
        await play.changed(card, "Ask first, even when it feels slow.")
    await introduce(play, BO, card, "Ask twice, even when it feels slow.")
    await play.changed(card, "Ask twice", gone="Ask first")
    await play.page_saw("updateMessage", card)


def told(answer: Json) -> str:
    """What somebody who pressed a button reads: a sentence, or a card."""
    return "\n".join(spoken(answer))


def count(play: Play, place: str, words: str) -> int:
    return sum(1 for _ in play.in_place(place, words))


@pytest.mark.parametrize("place", [GROUP, TEAM])
async def test_a_cohort_goes_from_install_to_introductions(
    place: str, play: Play, look: Look, chats: dict[Human, str]
) -> None:
    await look.open(place)
    await look.reads("Hello, I am Coterie.")
    await look.keep(f"{place}-1-hello")
    await start(play, place, "welcome is on its way")

    welcome = await play.shown(place, PURPOSE)
    await join(play, welcome, ADA, BO)
    await look.click("Join")
    await play.changed(welcome, "Joined\n3")
    await play.page_saw("updateMessage", welcome)
    await play.shown(chats[ADA], "You’re in.")
    await look.keep(f"{place}-2-welcome")

    desk = await play.shown(PERSONAL, "Because you lead this cohort.")
    await lead(play, desk, "Open the agreement")
    await agree(play, desk, await play.shown(place, "How we work together"))
    await look.reads("1 of 3 agreed")
    await look.keep(f"{place}-3-agreement")

    await lead(play, desk, "Start introductions")
    await get_to_know(play, await play.shown(place, "Two sentences are plenty."))
    await look.reads("Ask twice, even when it feels slow.")
    await look.keep(f"{place}-4-introductions")
    await look.open(PERSONAL)
    await look.reads("Because you lead this cohort.")
    await look.keep(f"{place}-5-private")

    assert count(play, place, "Hello, I am Coterie.") == 1
    assert count(play, place, PURPOSE) == 1
    assert not play.failed()


async def test_a_private_chat_is_enough_from_the_first_word_to_an_introduction(
    play: Play, look: Look, chats: dict[Human, str]
) -> None:
    await play.write(BROOK, PERSONAL, "stauts")
    await look.reads("Did you mean")
    await look.click("Yes")
    await look.reads("You are in no cohort yet")

    await start(play, PERSONAL, "without a place so far")
    desk = await play.shown(PERSONAL, "Because you lead this cohort.")
    for who, chat in chats.items():
        await play.write(who, chat, f"join {code(desk)}")
        welcome = await play.shown(chat, PURPOSE)
        assert "You’re in" in told(await play.press(who, welcome, "Join"))
    await lead(play, desk, "Open the agreement")
    await play.write(ADA, chats[ADA], "agreement")
    await play.shown(chats[ADA], "How we work together")
    await play.an_hour_later()
    await play.changed(desk, "Close the list")
    await play.press(BROOK, desk, "Close the list")
    await play.an_hour_later()
    await play.write(ADA, chats[ADA], "agreement")
    agreement = await play.shown(chats[ADA], "Version 1")
    await play.press(ADA, agreement, "I’m in")

    await lead(play, desk, "Start introductions")
    await play.write(ADA, chats[ADA], "introduction")
    asked = await play.shown(chats[ADA], "Introduce yourself")
    form = await play.open(ADA, asked, "Introduce yourself")
    assert "Thank you" in str(await play.fill_in(ADA, asked, form, text=MINE))
    for word, answer in WORDS.items():
        await play.write(BROOK, PERSONAL, word)
        await look.reads(answer)
    await look.keep("private")
    assert count(play, PERSONAL, "Hi, I’m Coterie.") == 1
    assert not play.failed()


def code(desk: Message) -> str:
    """The join code on the desk."""
    return desk.words.partition("Join code\n")[2].partition("\n")[0]
