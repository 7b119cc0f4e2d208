"""Where there are no buttons, a number below a message is the press of one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.cohorts.introductions.model import Introduction
from core.cohorts.model import Cohort, Membership
from core.engine.ports import Actor, Changes, Choices, Commit
from core.message import Press, verbatim
from tests.people.asking import ADA, BO, GROUP, Talk, chat, talking

CEM = Actor(account="fake:t1:cem", name="Cem Sample", zone="Europe/Berlin")


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    """Ada’s cohort lives in a group without buttons, and its welcome stands there."""
    async with talking(tmp_path) as it:
        await it.writes("hi", BO)
        await it.presses("cohorts.create", origin=GROUP)
        for words in ("Better handovers", "Fewer surprises", "9 March", "17 April"):
            await it.writes(words)
        for words in ("keep", "keep", "Bo Sample", "yes", "In this conversation"):
            await it.writes(words)
        yield it


async def welcome(talk: Talk) -> Choices:
    found = (await talk.read.find(Choices, place=GROUP.place)).items
    return next(one for one in found if one.slot.startswith("welcome/"))


async def below(talk: Talk, text: str, by: Actor = CEM, *, mentioned: bool = False) -> str:
    thread = (await welcome(talk)).id.rpartition("|")[2]
    origin = replace(GROUP, thread=thread, message="c1")
    return await talk.writes(text, by, origin, mentioned=mentioned)


async def members(talk: Talk) -> list[str]:
    found = (await talk.read.find(Membership)).items
    return [one.person for one in found if one.state == "member"]


@pytest.mark.parametrize("text", ["1", "1.", "#1", "(1)"])
async def test_a_number_below_the_welcome_joins(talk: Talk, text: str) -> None:
    said = await below(talk, text)
    assert await members(talk) == [(await talk.person(CEM)).id]
    assert "You’re in." in said
    assert CEM.account in talk.places(2)


async def test_a_second_number_is_a_second_press(talk: Talk) -> None:
    await below(talk, "1")
    assert "joined already" in await below(talk, "1")
    assert talk.places(1) == [CEM.account]


async def test_an_impossible_number_is_answered_only_to_who_calls_us(talk: Talk) -> None:
    assert await below(talk, "9") == ""
    assert "a number from 1 to 3" in await below(talk, "9", mentioned=True)


async def test_a_late_number_is_answered_in_private_and_posts_no_card(talk: Talk) -> None:
    found = await welcome(talk)
    cohort = (await talk.read.find(Cohort)).items[0]
    args = {"cohort": cohort.id, "id": cohort.id, "rev": "99"}
    late = Press(verbatim("Pause"), "cohorts.pause", args)
    kept = replace(found, buttons=(late,))
    commit = Commit(org="main", event="", at=talk.clock.now(), changes=Changes(saves=(kept,)))
    await talk.store.commit([commit])
    assert "This has moved on" in await below(talk, "1", ADA)
    assert talk.places(1) == [ADA.account]


@pytest.mark.parametrize("text", ["Join", "join.", "\uff11", "\u0661", "1\ufe0f\u20e3"])
async def test_the_words_of_a_choice_mean_it_and_so_does_any_figure(talk: Talk, text: str) -> None:
    assert "You’re in." in await below(talk, text)


async def test_below_what_somebody_wrote_a_number_means_the_choices_of_our_answer(
    talk: Talk,
) -> None:
    theirs = replace(GROUP, thread="p7", message="p7")
    await talk.writes("help", CEM, theirs, mentioned=True)
    said = await talk.writes("4", CEM, replace(theirs, message="c8"))
    assert "What I keep about you" in said
    assert talk.places(1) == [CEM.account]


async def test_a_number_somewhere_else_is_talk(talk: Talk) -> None:
    assert await talk.writes("1", CEM, replace(GROUP, thread="p9", message="c9")) == ""
    assert await talk.writes("1", CEM, GROUP) == ""


async def test_a_form_that_a_number_opens_is_no_word_to_all(talk: Talk) -> None:
    theirs = replace(GROUP, thread="p7", message="p7")
    await talk.writes("help", CEM, theirs, mentioned=True)
    said = await talk.writes("1", CEM, replace(theirs, message="c8"))
    assert "question 1 of 9" in said
    assert "own chat" not in said


async def test_a_button_that_is_too_narrow_is_pressed_by_what_it_shows(talk: Talk) -> None:
    talk.window.fixed = True
    await talk.writes("settings", BO)
    assert "What I keep" in await talk.writes("What do you keep…", BO)


async def test_two_numbers_are_no_choice(talk: Talk) -> None:
    assert await below(talk, "1 2") == ""
    assert "a number from 1 to 3" in await below(talk, "1 2", mentioned=True)
    assert await members(talk) == []


@pytest.mark.parametrize("text", ["9", "1, 2", "0", "77777"])
async def test_figures_are_nobodys_introduction(talk: Talk, text: str) -> None:
    await below(talk, "1", BO)
    await talk.writes("desk")
    await talk.hits("Start introductions")
    for _ in range(3):
        await talk.writes("keep")
    found = (await talk.read.find(Choices, place=GROUP.place)).items
    card = next(one for one in found if one.slot.startswith("intro/"))
    here = replace(GROUP, thread=card.id.rpartition("|")[2], message="c2")
    await talk.writes(text, BO, here)
    assert (await talk.read.find(Introduction)).items == ()
    await talk.writes("I write things down.", BO, replace(here, message="c3"))
    assert len((await talk.read.find(Introduction)).items) == 1


async def test_buttons_that_have_vanished_can_be_written(talk: Talk) -> None:
    talk.window.fixed = True
    await talk.writes("privacy", BO)
    assert "Language" in await talk.writes("my settings", BO)


async def test_words_with_a_number_are_talk(talk: Talk) -> None:
    assert await below(talk, "1 of us could help") == ""
    assert await members(talk) == []


async def test_a_number_that_hangs_below_nothing_is_talk(talk: Talk) -> None:
    assert await talk.writes("1", CEM, GROUP) == ""
    elsewhere = replace(GROUP, place="fake:t1:group-2", thread="m1")
    assert await talk.writes("1", CEM, elsewhere) == ""
    assert await members(talk) == []


async def test_a_number_opens_questions_in_private(talk: Talk) -> None:
    await talk.writes("me", CEM)
    cohort = (await talk.read.find(Cohort)).items[0]
    await below(talk, "1")
    args = {"cohort": cohort.id}
    assert "question" in await talk.presses("working_on.name", args, CEM, GROUP)
    assert talk.places(1) == [CEM.account]


async def test_in_private_a_number_answers_the_open_question_first(talk: Talk) -> None:
    await talk.writes("cohort new", CEM)
    thread = (await welcome(talk)).id.rpartition("|")[2]
    await talk.writes("1", CEM, replace(chat(CEM), thread=thread))
    session = await talk.session(CEM)
    assert session is not None
    assert session.answers == {"name": "1"}


async def test_numbers_are_forgotten_with_their_place(talk: Talk) -> None:
    await talk.happens("place", "place.removed", ADA, GROUP)
    await talk.later(days=31)
    assert (await talk.read.find(Choices, place=GROUP.place)).items == ()
