"""The wall, the list, the search; knowing it too; and which challenges are alike."""

from datetime import timedelta

import pytest

from core.challenges.likeness.model import alike, both_say, likeness, words_of
from core.challenges.wall import posts
from core.engine.ports import Actor, Done
from core.message import Buttons, Quote
from tests.challenges.clinic import EVA, NOTES, Clinic
from tests.cohorts.story import CEM, DEE, TEAM, args_of, buttons, chat, said, shown, told, words
from tests.people.world import ADA, BO

SHIFT = "On the night shift, handovers go wrong: notes are missing."


async def test_the_wall_shows_the_newest_five_and_how_many_there_are(life: Clinic) -> None:
    cohort = await life.gathers()
    for n, who in enumerate((BO, CEM, DEE, EVA, BO, CEM, DEE)):
        life.now += timedelta(minutes=1)
        await life.named(f"Trouble number {n}.", who)
    post = await life.seen(f"wall/{cohort.id}")
    quotes = [block.text for block in post.blocks if isinstance(block, Quote)]
    assert quotes == [f"Trouble number {n}." for n in (6, 5, 4, 3, 2)]
    assert "Open now: 7" in words(post)


async def test_see_all_comes_privately_and_page_by_page(life: Clinic) -> None:
    cohort = await life.gathers()
    for n, who in enumerate((BO, CEM, DEE, EVA, BO, CEM, DEE)):
        life.now += timedelta(minutes=1)
        await life.named(f"Trouble number {n}.", who)
    args = await life.find(f"wall/{cohort.id}", "See all")
    assert "Trouble number 6." in told(await life.hits("challenges.list", args, EVA))
    page = await life.hits("challenges.list", args, EVA, chat(EVA))
    (more,) = [args_of(b) for b in buttons(page.reply.post) if b.label.words == "More"]  # type: ignore[union-attr]
    assert "Trouble number 0." in said(await life.hits("challenges.list", more, EVA, chat(EVA)))


@pytest.mark.parametrize("args", [{"after": "../x"}, {"state": "closed"}, {"state": "'; drop"}])
async def test_a_page_that_nobody_offered_is_a_sentence(life: Clinic, args: dict[str, str]) -> None:
    cohort = await life.gathers()
    changes = await life.hits("challenges.list", {"cohort": cohort.id, **args}, CEM)
    assert isinstance(changes.reply, Done)
    assert "can’t find" in said(changes)


async def test_only_those_who_belong_read_along(life: Clinic) -> None:
    cohort = await life.gathers()
    one, _ = await life.named()
    out = Actor(account="teams:t1:out", name="Out Sider")
    await life.meets(out)
    for name in ("list", "search", "look", "ideas"):
        changes = await life.presses(f"challenges.{name}", one, out)
        assert "Press Join first" in said(changes)
    for slot in (f"wall/{cohort.id}", f"challenge/{one.id}", f"challenge-mine/{one.id}"):
        assert await life.see(slot, out) is None
    assert await life.see(f"challenge-mine/{one.id}", DEE) is None
    assert await life.see(f"challenge-mine/{one.id}") is None


async def test_looking_at_one_shows_all_of_it(life: Clinic) -> None:
    await life.gathers()
    long = "Word " * 150
    one, _ = await life.named(long.strip())
    assert "…" in await life.card(one)
    assert long.strip() in said(await life.presses("challenges.look", one, DEE))


# --- me too ---------------------------------------------------------------------------------------


async def test_knowing_it_too_counts_once_for_each_person_and_can_be_taken_back(
    life: Clinic,
) -> None:
    await life.gathers()
    one, _ = await life.named()
    changes = await life.presses("challenges.too", one, DEE, TEAM)
    assert (TEAM.place, f"challenge/{one.id}") in shown(changes)
    await life.presses("challenges.too", one, EVA, TEAM)
    assert "Others who know this: 2." in await life.card(one)
    await life.presses("challenges.too", one, DEE, TEAM)
    assert "Others who know this: 1." in await life.card(one)


async def test_whoever_asks_with_their_name_is_counted_already(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named(who="named")
    assert said(await life.presses("challenges.too", one, CEM)) == posts.YOURS.words
    assert "Others who know" not in await life.card(one)


async def test_whoever_asks_without_a_name_gets_the_answer_that_everybody_gets(
    life: Clinic,
) -> None:
    await life.gathers()
    one, _ = await life.named()
    theirs = await life.presses("challenges.too", one, CEM, TEAM)
    others = await life.presses("challenges.too", one, DEE, TEAM)
    assert said(theirs) == said(others)


# --- likeness -----------------------------------------------------------------------------------


def test_likeness_is_explained_by_the_words_that_both_say() -> None:
    one, other = words_of(NOTES), words_of(SHIFT)
    assert alike(one, other)
    assert set(both_say(one, other)) <= {"Notes", "night", "shifts", "handover"}
    together = both_say(one, words_of("A night shifts its notes."), (NOTES, "A night shifts."))
    assert together[0] == "night shifts"


def test_the_same_text_is_wholly_alike_and_another_one_not_at_all() -> None:
    assert likeness(words_of(NOTES), words_of(NOTES)) == pytest.approx(1)
    assert likeness(words_of(NOTES), words_of("My screen is too small.")) == 0
    assert likeness(words_of(""), words_of(NOTES)) == 0


def test_likeness_understands_german_endings() -> None:
    one = words_of("Bei der Übergabe zwischen zwei Nachtschichten gehen Notizen verloren.")
    other = words_of("In der Nachtschicht sind die Übergaben schwierig.")
    assert set(both_say(one, other)) == {"Übergabe", "Nachtschichten"}


def test_everyday_words_make_nothing_alike() -> None:
    one = words_of("I have tried this before and it does not work for us.")
    other = words_of("We have tried it too, but it does not work with them.")
    assert not alike(one, other)


@pytest.mark.parametrize(
    "text", ["", "😀 !!", "x" * 100_000, "1234 5678", "\u202eabc", "a'b’c-d " * 99]
)
def test_whatever_is_written_is_taken_apart_without_harm(text: str) -> None:
    assert len(words_of(text)) <= 40


async def test_the_owner_sees_which_are_alike_and_why(life: Clinic) -> None:
    await life.gathers()
    await life.named(SHIFT, DEE)
    await life.named("My screen is too small.", BO)
    one, _ = await life.named()
    card = await life.own_card(one)
    assert "Alike: what somebody in this cohort asked." in card
    assert "night" in card
    assert "Dee" not in card


async def test_no_other_challenge_of_ones_own_is_told_as_alike(life: Clinic) -> None:
    await life.gathers()
    await life.named(SHIFT, CEM)
    one, _ = await life.named()
    assert "Alike" not in await life.own_card(one)


# --- search -------------------------------------------------------------------------------------


async def test_a_search_finds_words_in_their_other_forms_solved_ones_first(life: Clinic) -> None:
    await life.gathers()
    solved, _ = await life.named(SHIFT, DEE)
    await life.chooses(solved, DEE, best="none")
    await life.presses("challenges.worked", solved, DEE, how="not")
    life.now += timedelta(hours=1)
    await life.named()
    found = said(await life.write("search handover", BO, chat(BO)))
    assert found.index(SHIFT) < found.index(NOTES)
    assert "didn’t work" in found
    assert "newest" in found


async def test_a_search_without_a_hit_says_so(life: Clinic) -> None:
    await life.gathers()
    await life.named()
    assert "Nothing says unicorns" in said(await life.write("search unicorns", BO, chat(BO)))
    assert "Nothing says" in said(await life.write("search the and of", BO, chat(BO)))


async def test_the_word_alone_opens_the_form_and_the_form_finds(life: Clinic) -> None:
    cohort = await life.gathers()
    await life.named()
    asked = await life.write("search", BO, chat(BO))
    assert "Which words?" in said(asked)
    values = {"words": "notes"}
    found = await life.fill("challenges.search", values, BO, chat(BO), cohort=cohort.id)
    assert NOTES in said(found)


async def test_in_the_open_a_search_is_answered_privately(life: Clinic) -> None:
    await life.gathers()
    await life.named()
    changes = await life.write("search notes", BO, TEAM, mentioned=True)
    assert isinstance(changes.reply, Done)
    assert NOTES in told(changes)


async def test_a_member_finds_their_own_from_their_card(life: Clinic) -> None:
    cohort = await life.gathers()
    one, _ = await life.named()
    assert "has ideas: 0" in words(await life.see(f"me/{cohort.id}", CEM))
    assert NOTES in said(await life.presses("challenges.mine", one, CEM))
    assert "can’t find" in said(await life.presses("challenges.mine", one, DEE))
    rows = [b for b in (await life.seen(f"desk/{cohort.id}", ADA)).blocks if isinstance(b, Buttons)]
    assert "challenges.brief" in str(rows)
