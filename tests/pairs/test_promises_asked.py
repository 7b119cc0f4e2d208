"""The promise form where there are no dialogs: asked field by field, and kept at the end."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from core.cohorts.model import Cohort
from core.pairs.commitments import posts
from core.pairs.commitments.model import Commitment
from tests.people.asking import BO, Talk, talking


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as it:
        await it.writes("hi", BO)
        yield it


async def joined(talk: Talk) -> None:
    for words in ("cohort new", "Better handovers", "Fewer surprises", "9 March", "17.4."):
        await talk.writes(words)
    for words in ("keep", "Ada Example", "bo@x.org", "ja", "keep"):
        await talk.writes(words)
    (cohort,) = (await talk.read.find(Cohort)).items
    await talk.writes(f"join {cohort.code}")
    await talk.presses("members.join", {"cohort": cohort.id})


async def test_a_promise_is_asked_field_by_field(talk: Talk) -> None:
    await joined(talk)
    assert "When …" in await talk.writes("promise")
    assert "… then I will" in await talk.writes("When a shift ends late")
    assert "Until when?" in await talk.writes("I will write three lines")
    assert "Who may see it?" in await talk.writes("10 April")
    assert "What may get in the way?" in await talk.writes("only me")
    said = await talk.writes("skip")
    assert "When a shift ends late, then I will write three lines." in said
    (one,) = (await talk.read.find(Commitment)).items
    assert (one.until, one.sight, one.hinder) == (date(2026, 4, 10), "me", "")
    assert posts.PROMISED.words in said


async def test_a_day_that_has_passed_is_asked_again(talk: Talk) -> None:
    await joined(talk)
    for words in ("promise", "a shift ends late", "write three lines", "1 January 2026"):
        await talk.writes(words)
    await talk.writes("my partner")
    said = await talk.writes("skip")
    assert "from tomorrow on" in said
    assert not (await talk.read.find(Commitment)).items
    await talk.writes("10 April")
    assert len((await talk.read.find(Commitment)).items) == 1
