"""Words that are no answers: help, commands, and what is said back in whose language."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from cards import workplace
from tests.people.asking import ADA, BO, Talk, talking


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as it:
        await it.writes("hi", BO)
        yield it


async def test_a_word_that_does_something_else_is_an_answer_when_it_is_said_twice(
    talk: Talk,
) -> None:
    await talk.writes("cohort new")
    said = await talk.writes("status")
    assert "Is status your answer?" in said
    assert "question 1 of 9" in said
    assert "question 2 of 9" in await talk.writes("status")
    session = await talk.session()
    assert session is not None
    assert session.answers["name"] == "status"


@pytest.mark.parametrize("text", ["help", "Hilfe!", "?"])
async def test_help_in_the_middle_says_how_to_go_on_and_asks_again(talk: Talk, text: str) -> None:
    assert "What you write next is the answer." in await talk.writes("cohort new")
    assert "What you write next" not in await talk.writes("Better handovers")
    said = await talk.writes(text)
    assert "one question at a time" in said
    assert "question 2 of 9" in said


async def test_a_word_where_another_answer_is_wanted_says_how_to_get_out(talk: Talk) -> None:
    for words in ("cohort new", "Better handovers", "Fewer surprises"):
        await talk.writes(words)
    said = await talk.writes("status")
    assert "which day that is" in said
    assert "To do something else, write cancel first." in said


async def test_keep_with_nothing_to_keep_leaves_it_empty(talk: Talk) -> None:
    await talk.presses("people.change")
    for _ in range(6):
        assert "question" in await talk.writes("keep")
    assert "Saved." in await talk.writes("keep")
    assert (await talk.person()).country == ""


async def test_a_name_that_nobody_has_is_no_choice_of_a_list(talk: Talk) -> None:
    for words in ("cohort new", "Better handovers", "Fewer surprises", "9 March", "17.4.", "keep"):
        await talk.writes(words)
    assert "anybody by that name" in await talk.writes("Zoe Unknown")


async def test_every_word_in_private_is_in_the_readers_language(talk: Talk) -> None:
    me = replace(ADA, locale="de")
    await talk.writes("hi", me)
    for text, answer in (
        ("cohort new", "Frage 1 von 9"),
        ("abbrechen", "Abgebrochen."),
        ("Kraut und Rüben", "Ich kenne nur"),
        ("danke", "Gern"),
    ):
        await talk.writes(text, me)
        _, post, viewer = talk.window.posts[-1]
        shown = str(workplace.comment(post, replace(viewer, locale="en"))["message"])
        assert answer in shown
