"""A course link: found in a client of Microsoft's, sent, opened in a browser, done, and told so."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.look import Look, looking, surfing
from tests.e2e.playground import (
    ADA,
    BO,
    BROOK,
    PERSONAL,
    TEAM,
    Human,
    Play,
    button,
    choice,
    labels,
    playing,
)
from tests.e2e.test_playground import NAME, PURPOSE, join, start
from tests.e2e.wire import Json, Message
from tests.fakes.talentlms import KEY, FakeTalentLms

pytestmark = pytest.mark.e2e

TITLE = "Better questions"
WHY = "For Thursday’s workshop: ask before you advise."
ASKED = "Which question will you ask this week?"
TAKEN = "Wait three breaths before I answer."
TRY = {"when": "somebody asks me for advice", "then": "ask what they have tried"}

Chats = dict[Human, str]


@pytest.fixture
async def talent() -> AsyncIterator[FakeTalentLms]:
    """A provider that has the course, and knows Ada."""
    async with FakeTalentLms() as fake:
        fake.course("Quiet nights")
        fake.course(TITLE)
        fake.user("ada@example.com")
        yield fake


@pytest.fixture
async def play(tmp_path: Path, talent: FakeTalentLms) -> AsyncIterator[Play]:
    settings = {"COTERIE_TALENTLMS_API_KEY": KEY, "COTERIE_TALENTLMS_URL": talent.address}
    async with playing(tmp_path, settings) as started:
        yield started


@pytest.fixture
async def look(play: Play) -> AsyncIterator[Look]:
    async with looking(play) as page:
        await page.reads("Hi, I’m Coterie.")
        yield page


@pytest.fixture
async def chats(play: Play, look: Look) -> Chats:
    """Brook leads a cohort in the team that Ada and Bo have joined; each has Coterie."""
    await play.install(TEAM)
    found = {who: await play.chat(who) for who in (ADA, BO)}
    await start(play, TEAM, "welcome is on its way")
    await join(play, await play.shown(TEAM, PURPOSE), ADA, BO)
    return {BROOK: PERSONAL, **found}


async def test_a_course_is_found_sent_opened_done_and_adds_up(
    play: Play, look: Look, chats: Chats, talent: FakeTalentLms
) -> None:
    desk = await find(play, look)
    await plan(play, desk)
    await send(play, desk)
    card = await open_it(play, chats)
    await finish(play, card, chats, talent)
    await add_up(play, desk)
    assert not play.failed()


async def find(play: Play, look: Look) -> Message:
    """Brook searches beside the box; what she posts to Coterie becomes a draft, and no send."""
    await look.finds("beter questons", TITLE)
    await look.keep("personal-6-found")
    await look.post()
    desk = await play.shown(PERSONAL, "Whom is it for?")
    assert TITLE in desk.words
    assert "TalentLMS" in desk.words
    return desk


async def plan(play: Play, desk: Message) -> None:
    """What it is for, and for whom; three counts say whom it reaches."""
    form = await play.open(BROOK, desk, "Whom is it for?")
    everyone = choice(form, "to", f"Everyone who joined {NAME}")
    values = {"purpose": WHY, "question": ASKED, "to": everyone, "open": "false"}
    await play.fill_in(BROOK, desk, form, **values)
    await play.changed(desk, "Send")
    assert WHY in desk.words


async def send(play: Play, desk: Message) -> None:
    """Nobody has it before the minute is over: until then it can be undone."""
    waits = seen(desk, await play.press(BROOK, desk, "Send"))
    assert labels(waits.card) == ["Undo"]
    back = seen(desk, await play.press(BROOK, waits, "Undo"))
    assert "Undone. Nobody has got it." in back.words
    assert labels(seen(desk, await play.press(BROOK, back, "Send")).card) == ["Undo"]


def seen(message: Message, answer: Json) -> Message:
    """The card that somebody pressed, as the answer shows it to them."""
    return replace(message, versions=[{"attachments": [{"content": answer["value"]}]}])


async def open_it(play: Play, chats: Chats) -> Message:
    """It comes to both; Ada opens it in her browser, which leads to the provider."""
    card = await play.brought(chats[ADA], ASKED, "day")
    await play.shown(chats[BO], ASKED)
    async with surfing() as page:
        await page.goto(button(card.card, "Open")["url"])
        await page.wait_for_url("**/course/**")
    return card


async def finish(play: Play, card: Message, chats: Chats, talent: FakeTalentLms) -> None:
    """The provider says that Ada is done; she says what she took from it, and what she'll try."""
    (course,) = (id for id, one in talent.courses.items() if one["name"] == TITLE)
    (ada,) = talent.users
    talent.completes(ada, course)
    await play.an_hour_later()
    await play.changed(card, "Done, as TalentLMS confirms.")
    assert "I’ve done it" not in labels(card.card)
    form = await play.open(ADA, card, "What did you take from it?")
    await play.fill_in(ADA, card, form, text=TAKEN)
    form = await play.open(ADA, card, "What will you try?")
    await play.fill_in(ADA, card, form, **TRY)
    bo = await play.shown(chats[BO], ASKED)
    await play.press(BO, bo, "I’ve done it")
    await play.an_hour_later()


async def add_up(play: Play, desk: Message) -> None:
    """Everyone is accounted for, in three columns that are never mixed."""
    await play.an_hour_later()
    await play.changed(desk, "Sent\n2 of 2")
    await play.changed(desk, "Say they are done\n1 of 2")
    await play.changed(desk, "Confirmed by the provider\n1 of 2")
    assert "Opened\ntold from five people on" in desk.words
    assert "Not reached" not in desk.words
