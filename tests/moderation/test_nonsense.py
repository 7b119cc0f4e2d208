"""Whatever is sent to moderation and to the closing gets an answer, and decides nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.actions import ACTIONS
from core.cohorts.introductions.model import Introduction
from core.moderation.model import Case
from tests.cohorts.story import CEM, DEE, TEAM, Story, chat, story
from tests.people.world import ADA, BO

MINE = sorted(name for name in ACTIONS if name.startswith(("moderation.", "closing.")))
NASTY = ("", "\x00", "\ud800", "🙂" * 3000, "-1", "9" * 5000, "null", "a|b", "introductions|x")
FIELDS = ("what", "line", "words", "reason", "plea", "kept", "quote", "again", "person", "first")


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Story]:
    """Dee has flagged what Cem wrote."""
    async with story(tmp_path / "test.db") as it:
        await it.begins()
        cohort = await it.joins(CEM, DEE, BO)
        await it.fill("introductions.open", {"own": "", "days": "5"}, cohort=cohort.id)
        await it.fill("introductions.answer", {"text": "Nasty."}, by=CEM, cohort=cohort.id)
        answer = (await it.read.find(Introduction)).items[0]
        given = {"what": f"introductions|{answer.id}", "words": "It hurts."}
        await it.fill("moderation.flag", given, DEE, chat(DEE), cohort=cohort.id)
        yield it


@pytest.mark.parametrize("name", MINE)
async def test_nonsense_gets_an_answer_and_decides_nothing(life: Story, name: str) -> None:
    (case,) = (await life.read.find(Case)).items
    for value in NASTY:
        good = {"cohort": case.cohort, "id": case.id, "rev": str(case.version), "case": case.id}
        for args in (
            good,
            {**dict.fromkeys(good, value), "cohort": case.cohort},
            {"cohort": value},
        ):
            values = dict.fromkeys(FIELDS, value)
            for who, where in ((ADA, chat(ADA)), (CEM, chat(CEM)), (DEE, TEAM)):
                assert (await life.hits(name, args, who, where)).reply is not None
                assert (await life.hands_in(name, values, args, who, where)).reply is not None
    assert (await life.read.find(Case)).items == (case,)
