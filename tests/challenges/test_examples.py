"""An example of one's work: what works, what to try, from helpers of the same rota."""

from core.challenges.model import Challenge
from core.message import Link, Post
from tests.challenges.clinic import Clinic
from tests.cohorts.story import CEM, DEE, TEAM, buttons, chat, form, said, told, words

TEXT = "My first note for the handover: who, what, what next."
URL = "https://example.org/note"


async def shows(life: Clinic, **values: str) -> Challenge:
    cohort = await life.gathers()
    opened = form(await life.press("challenges.example", CEM, TEAM, cohort=cohort.id))
    given = {"situation": TEXT, "who": "named", **values}
    changes = await life.hands_in("challenges.example", given, opened.args, CEM)
    (one,) = [saved for saved in changes.saves if isinstance(saved, Challenge)]
    return one


def links(post: Post) -> list[str]:
    return [button.url for button in buttons(post) if isinstance(button, Link)]


async def test_an_example_stands_on_a_card_with_the_way_to_it(life: Clinic) -> None:
    one = await shows(life, link=URL, wish="Is it too long?")
    post = await life.seen(f"challenge/{one.id}")
    assert TEXT in words(post)
    assert "Is it too long?" in words(post)
    assert "Cem Sample" in words(post)
    assert links(post) == [URL]
    assert TEXT in await life.wall()


async def test_feedback_says_what_works_and_what_to_try(life: Clinic) -> None:
    one = await shows(life)
    await life.has_idea(one, text="Put the next step first.", works="It is short.")
    card = await life.card(one)
    assert "What works: Dee Sample" in card
    assert "What to try: Dee Sample" in card
    assert "It is short." in card


async def test_either_of_the_two_is_enough_and_neither_is_not(life: Clinic) -> None:
    one = await shows(life)
    await life.has_idea(one, text="", works="It is short.")
    assert "It is short." in await life.card(one)
    await life.has_idea(one, text="Put the next step first.", works="")
    assert "Put the next step first." in await life.card(one)
    assert form(await life.has_idea(one, text=" ", works="")).errors


async def test_helpers_for_an_example_come_from_the_same_rota(life: Clinic) -> None:
    one = await shows(life)
    await life.ring("challenges.helpers")
    assert len(await life.helpers(one)) == 3
    card = words(await life.see(f"help/{one.id}", DEE))
    assert "What works, what would you try?" in card


async def test_its_owner_closes_it_when_they_have_what_they_need(life: Clinic) -> None:
    one = await shows(life)
    await life.presses("challenges.close", one, CEM)
    assert "Closed by whoever asked" in await life.card(one)


async def test_the_word_in_the_open_is_answered_privately(life: Clinic) -> None:
    await life.gathers()
    assert "what works" in told(await life.write("feedback", CEM, TEAM, mentioned=True))
    assert "Ask for feedback" in said(await life.write("feedback", CEM, chat(CEM)))


async def test_a_private_note_is_not_taken_for_an_example(life: Clinic) -> None:
    cohort = await life.gathers()
    values = {"text": "Mine alone.", "sight": "me"}
    await life.fill("working_on.name", values, CEM, cohort=cohort.id)
    opened = form(await life.press("challenges.example", CEM, TEAM, cohort=cohort.id))
    assert "Mine alone." not in str(opened)
