"""Challenges under pressure: who has left, what is hidden, and ideas without a text."""

from msgspec.structs import replace

from core.engine.ports import Changes
from core.pairs.rounds.model import words_of
from tests.challenges.clinic import Clinic
from tests.cohorts.story import CEM, chat, said
from tests.people.world import ADA


async def test_who_left_takes_back_what_they_asked_but_writes_nothing_new(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.press("members.left", CEM, chat(CEM), cohort=one.cohort)
    values = {"situation": "Something else that everybody reads.", "who": "nameless"}
    answer = await life.hands_in("challenges.change", values, life.aim(one), CEM, chat(CEM))
    assert "people who joined" in said(answer)
    assert "Something else" not in await life.card(one)
    back = {**values, "back": "true"}
    await life.hands_in("challenges.change", back, life.aim(one), CEM, chat(CEM))
    assert await life.see(f"challenge/{one.id}") is None


async def test_who_left_tells_the_group_no_lesson(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    await life.chooses(one)
    await life.presses("challenges.worked", one, CEM, how="worked")
    await life.press("members.left", CEM, chat(CEM), cohort=one.cohort)
    answer = await life.hands_in(
        "challenges.lesson", {"lesson": "Read me all."}, life.aim(one), CEM, chat(CEM)
    )
    assert "people who joined" in said(answer)
    assert "Read me all" not in await life.card(one)


async def test_an_example_whose_best_answer_says_only_what_works_is_on_the_page(
    life: Clinic,
) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.commit(Changes(saves=(replace(one, about="example", leave="nameless"),)))
    one = await life.now_is(one)
    await life.has_idea(one, text="", works="The short first line.")
    await life.chooses(one)
    page = await life.press("challenges.brief", ADA, chat(ADA), cohort=one.cohort)
    assert "The short first line" in said(page)


async def test_what_a_moderator_hid_brings_nobody_together(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named(who="named")
    assert words_of([one])
    assert not words_of([replace(one, state="hidden")])
    assert not words_of([replace(one, nameless=True)])
