"""`points` shows somebody what a provider counts for them, and shows it to nobody else."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.catalogues.demo import Demo, Register
from connectors.catalogues.port import Catalogue
from connectors.catalogues.questions import Questions
from core.courses.model import Points
from core.courses.points import posts
from core.engine.ports import Ask, Changes, Deliver, ToPerson
from core.words import read_word
from tests.cohorts.story import CEM, Story, asks, chat, said, story, words
from tests.people.world import ADA

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOME = "http://127.0.0.1:3978"
KNOWN = replace(ADA, email="ada@example.com")


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Story]:
    async with story(tmp_path / "test.db") as it:
        yield it


async def asked(life: Story, *providers: Catalogue) -> tuple[str, str]:
    """To whom something is sent once the providers have answered, and its words."""
    changes = await life.press("courses.points", KNOWN, chat(KNOWN))
    assert "come in a moment" in said(changes)
    (job,) = asks(changes, "points")
    assert isinstance(job.work, Ask)
    asker = Questions(providers).askers()["catalogues.points"]
    answer = await asker(job.work.question, life.read)
    return sent(await life.answer(job, values=dict(answer.values), error=answer.error))


def sent(changes: Changes) -> tuple[str, str]:
    (job,) = changes.jobs
    assert isinstance(job.work, Deliver)
    assert isinstance(job.work.target, ToPerson)
    return job.work.target.person, words(job.work.post)


async def test_they_come_privately_to_who_asked(life: Story) -> None:
    register = Register(NOW)
    for course in ("feedback", "listening", "feedback", "handover"):
        register.finish(course, KNOWN.email, NOW)

    person, told = await asked(life, Demo(HOME, register))

    assert person == (await life.known(KNOWN)).id
    assert "Your points at Demo catalogue" in told
    assert "30" in told
    assert "First course" in told
    assert "Only you see this." in told


async def test_where_nobody_counts_anything_that_is_said(life: Story) -> None:
    assert posts.NOBODY_KEEPS.words in (await asked(life))[1]


async def test_who_is_not_known_there_has_none_yet(life: Story) -> None:
    who = replace(ADA, account="teams:t1:new", email="new@elsewhere.test")
    changes = await life.press("courses.points", who, chat(who))
    (job,) = asks(changes, "points")
    assert posts.UNKNOWN.words in sent(await life.answer(job, values={"points": "[]"}))[1]


@pytest.mark.parametrize(
    ("values", "error"), [({}, "slow"), ({}, ""), ({"points": "{"}, ""), ({}, "no answer")]
)
async def test_a_provider_in_trouble_is_no_reason_to_show_nothing(
    life: Story, values: dict[str, str], error: str
) -> None:
    changes = await life.press("courses.points", KNOWN, chat(KNOWN))
    (job,) = asks(changes, "points")
    told = sent(await life.answer(job, values=values, error=error))[1]
    assert posts.NO_ANSWER.words in told


async def test_who_has_no_address_is_told_why_nobody_can_be_asked(life: Story) -> None:
    changes = await life.press("courses.points", CEM, chat(CEM))
    assert "e-mail address" in said(changes)
    assert not changes.jobs


def test_however_many_badges_there_are_the_card_stays_short() -> None:
    names = tuple(f"Badge {n}" for n in range(200))
    told = words(posts.card((Points(provider="Demo catalogue", badges=names),)))
    assert "Badge 7" in told
    assert "Badge 8" not in told
    assert "And 192 more." in told


def test_it_is_a_word_in_both_languages() -> None:
    for word in ("points", "Punkte"):
        found = read_word(word)
        assert found is not None
        assert found[0] == "courses.points"
