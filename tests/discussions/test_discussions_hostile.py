"""Answers that are taken back or hidden: the question waits again, and hidden stays hidden."""

import pytest

from core.cohorts.discussions.model import Contribution, Discussion
from core.cohorts.discussions.personal import forget
from core.cohorts.introductions.flagged import CONTRIBUTIONS as INTRODUCTIONS
from core.cohorts.introductions.model import Introduction
from tests.cohorts.story import CEM, DEE, Story, chat, said
from tests.discussions.test_discussions import asked, fills, one
from tests.people.world import BO


async def heard(life: Story) -> str:
    (it,) = (await life.read.find(Discussion)).items
    return it.heard


async def test_a_question_waits_again_when_its_only_answer_is_taken_back(life: Story) -> None:
    await asked(life)
    await fills(life, "answer", BO, text="Oh no.")
    assert await heard(life) == "yes"
    await fills(life, "answer", BO, mine=(await one(life)).id, back="true", text="Oh no.")
    assert await heard(life) == "no"


async def test_with_another_answer_left_it_does_not_wait(life: Story) -> None:
    await asked(life)
    await fills(life, "answer", DEE, text="Names.")
    await fills(life, "answer", BO, text="Oh no.")
    me = await life.known(BO)
    (mine,) = (await life.read.find(Contribution, person=me.id)).items
    await fills(life, "answer", BO, mine=mine.id, back="true", text="Oh no.")
    assert await heard(life) == "yes"


@pytest.mark.parametrize("others", [0, 1])
async def test_erased_with_all_their_answers_a_question_waits_again(
    life: Story, others: int
) -> None:
    await asked(life)
    for text in ("One.", "Two."):
        await fills(life, "answer", BO, text=text)
    for _ in range(others):
        await fills(life, "answer", DEE, text="Three.")
    await life.commit(await forget(await life.known(BO), life.moment()))
    assert await heard(life) == ("yes" if others else "no")


async def test_whose_own_answers_were_the_only_ones_takes_the_question_along(life: Story) -> None:
    await asked(life)
    await fills(life, "answer", CEM, text="Mine.")
    await life.commit(await forget(await life.known(CEM), life.moment()))
    assert not (await life.read.find(Discussion)).items


async def test_a_hidden_introduction_is_not_shown_again_by_writing_another(life: Story) -> None:
    await life.begins()
    await life.joins(CEM)
    cohort = await life.cohort()
    await life.hands_in("introductions.open", {}, {"cohort": cohort.id})
    await life.hands_in("introductions.answer", {"text": "Rude."}, {"cohort": cohort.id}, CEM)
    (was,) = (await life.read.find(Introduction)).items
    await life.commit(await INTRODUCTIONS.hide(life.moment(), was.id, True))
    changes = await life.hands_in(
        "introductions.answer", {"text": "Ruder."}, {"cohort": cohort.id}, CEM
    )
    (now,) = (await life.read.find(Introduction)).items
    assert (now.said, now.text) == ("hidden", "Ruder.")
    assert "The moderator hid your answer" in said(changes)
    await life.press("introductions.withdraw", CEM, chat(CEM), cohort=cohort.id)
    (now,) = (await life.read.find(Introduction)).items
    assert now.said == "skipped"
