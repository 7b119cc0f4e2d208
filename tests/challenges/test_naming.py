"""Naming a challenge: by form, once, with or without a name, and nowhere in the open."""

from datetime import timedelta

import pytest

from core.challenges.model import Challenge
from core.challenges.naming import posts
from core.cohorts.working_on.model import WorkingOn
from core.engine.ports import Done, Open
from tests.challenges.clinic import NOTES, Clinic, withdrawn
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    chat,
    form,
    said,
    shown,
    told,
    unchanged,
    value,
    words,
)
from tests.people.world import ADA


async def test_a_challenge_stands_on_its_card_and_on_the_wall(life: Clinic) -> None:
    cohort = await life.gathers()
    one, changes = await life.named(wish="Fewer calls", tried="A file", needed="2026-03-20")
    assert (TEAM.place, f"challenge/{one.id}") in shown(changes)
    assert (TEAM.place, f"wall/{cohort.id}") in shown(changes)
    card = await life.card(one)
    assert all(text in card for text in (NOTES, "Fewer calls", "A file", "2026-03-20"))
    assert NOTES in await life.wall()


async def test_the_form_asks_to_leave_names_out(life: Clinic) -> None:
    cohort = await life.gathers()
    opened = form(await life.press("challenges.name", CEM, TEAM, cohort=cohort.id))
    assert opened.intro is not None
    assert "leave out customers’ and colleagues’ names" in opened.intro.words


async def test_the_name_is_there_only_when_its_owner_says_so(life: Clinic) -> None:
    await life.gathers()
    nameless, _ = await life.named()
    named, _ = await life.named("The printer is down", DEE, who="named")
    assert "Cem" not in await life.card(nameless)
    assert "Dee Sample" in await life.card(named)
    assert "Cem" not in await life.wall()


@pytest.mark.parametrize("who", ["", "everyone", "named,nameless"])
async def test_an_unclear_wish_shows_no_name(life: Clinic, who: str) -> None:
    await life.gathers()
    one, _ = await life.named(who=who)
    assert one.nameless


async def test_asking_without_a_name_is_preset_by_its_button(life: Clinic) -> None:
    cohort = await life.gathers()
    opened = form(await life.press("challenges.name", CEM, TEAM, cohort=cohort.id, who="nameless"))
    assert value(opened, "who") == "nameless"


async def test_the_word_in_the_open_is_answered_where_nobody_looks_on(life: Clinic) -> None:
    await life.gathers()
    changes = await life.write("challenge", CEM, TEAM, mentioned=True)
    assert isinstance(changes.reply, Done)
    assert "isn’t going well" in told(changes)
    assert isinstance((await life.write("challenge", CEM, chat(CEM))).reply, Open)


async def test_the_same_form_handed_in_twice_is_one_challenge(life: Clinic) -> None:
    cohort = await life.gathers()
    opened = form(await life.press("challenges.name", CEM, TEAM, cohort=cohort.id))
    values = {"situation": NOTES}
    await life.hands_in("challenges.name", values, opened.args, CEM)
    again = await life.hands_in("challenges.name", values, opened.args, CEM)
    assert unchanged(again)
    assert len((await life.read.find(Challenge)).items) == 1


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("situation", ""),
        ("situation", " \n\u202e"),
        ("situation", "x" * 801),
        ("tried", "x" * 601),
        ("wish", "x" * 401),
        ("needed", "2026-03-01"),
        ("needed", "2030-01-01"),
        ("needed", "soon"),
        ("link", "javascript:alert(1)"),
        ("link", "https://example.org/a b"),
        ("link", "x" * 100_000),
    ],
)
async def test_what_is_not_in_order_comes_back_with_a_sentence(
    life: Clinic, field: str, text: str
) -> None:
    await life.gathers()
    changes = await life.names(**{field: text})
    assert set(form(changes).errors) == {field}
    assert not (await life.read.find(Challenge)).items


async def test_who_has_not_joined_names_nothing(life: Clinic) -> None:
    cohort = await life.gathers()
    changes = await life.press("challenges.name", ADA, TEAM, cohort=cohort.id)
    assert "Press Join first" in said(changes)


async def test_five_open_ones_are_enough(life: Clinic) -> None:
    await life.gathers()
    for n in range(5):
        await life.names(f"Problem number {n}")
    assert (await life.names("One more")).reply == Done(posts.MANY, redraws=False)


async def test_the_private_note_becomes_the_challenge_by_a_press(life: Clinic) -> None:
    cohort = await life.gathers()
    values = {"text": NOTES, "sight": "named"}
    await life.fill("working_on.name", values, CEM, cohort=cohort.id)
    me = words(await life.see(f"me/{cohort.id}", CEM))
    assert "Your note is private" in me
    opened = form(await life.press("challenges.name", CEM, chat(CEM), cohort=cohort.id))
    assert value(opened, "situation") == NOTES
    await life.hands_in("challenges.name", {"situation": NOTES}, opened.args, CEM, chat(CEM))
    assert (await life.read.find(WorkingOn)).items == ()
    assert await life.read.tally("working_on.shared", cohort.id) == 0


async def test_its_owner_changes_it_and_nobody_else_does(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    assert unchanged(await life.presses("challenges.change", one, DEE))
    opened = form(await life.presses("challenges.change", one, CEM))
    assert value(opened, "situation") == NOTES
    values = {"situation": "Now it is clearer.", "who": "named"}
    await life.hands_in("challenges.change", values, life.aim(one), DEE)
    assert NOTES in await life.card(one)
    await life.hands_in("challenges.change", values, life.aim(one), CEM)
    assert "Now it is clearer." in await life.card(one)
    assert "Cem Sample" in await life.card(one)


async def test_a_needed_day_that_has_passed_may_stay(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named(needed="2026-03-05")
    life.now += timedelta(days=10)
    values = {"situation": "Still.", "needed": "2026-03-05"}
    await life.hands_in("challenges.change", values, life.aim(one), CEM)
    assert "Still." in await life.card(one)


async def test_taken_back_it_goes_with_all_that_was_said(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    values = {"situation": NOTES, "back": "true"}
    changes = await life.hands_in("challenges.change", values, life.aim(one), CEM)
    assert f"challenge/{one.id}" in withdrawn(changes)
    cleared = await life.ring("challenges.clear")
    assert f"chosen/{one.id}" in withdrawn(cleared)
    assert await life.see(f"challenge/{one.id}") is None
    assert NOTES not in await life.wall()
    cohort = await life.cohort()
    assert await life.read.tally("challenges.open", cohort.id) == 0


async def test_another_cohorts_challenge_is_none_of_this_one(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    args = {"cohort": one.cohort, "challenge": "nope"}
    for name in ("look", "idea", "too", "change", "choose", "worked", "help", "leave", "close"):
        changes = await life.hits(f"challenges.{name}", args, CEM)
        assert unchanged(changes)
        assert said(changes)
