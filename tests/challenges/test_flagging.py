"""What was asked or answered can be flagged and hidden, and who asked without a name stays so."""

from core.actions import SLICES
from core.challenges.model import IDEAS
from core.engine.ports import Changes
from core.moderation.model import Case, Contributions
from core.slices import merged
from tests.challenges.clinic import NOTES, PHOTO, Clinic, withdrawn
from tests.cohorts.story import CEM, DEE, TEAM, chat, form, said, shown, unchanged, words
from tests.people.world import BO

KINDS = merged(it.contributions for it in SLICES)


async def hides(life: Clinic, kind: str, id: str, *, hidden: bool = True) -> Changes:
    contributions: Contributions = KINDS[kind]
    changes = await contributions.hide(life.moment(f"hide-{hidden}"), id, hidden)
    await life.commit(changes)
    return changes


async def test_a_flag_on_a_nameless_challenge_tells_nobody_whose_it_is(life: Clinic) -> None:
    cohort = await life.gathers()
    one, _ = await life.named()
    about = {"cohort": cohort.id, "what": f"challenges|{one.id}"}
    opened = await life.hits("moderation.flag", about, DEE, chat(DEE))
    assert NOTES[:20] in str(form(opened))
    assert "Cem" not in str(form(opened))
    values = {"what": f"challenges|{one.id}", "line": "other", "words": "It names a customer."}
    await life.hands_in("moderation.flag", values, {"cohort": cohort.id}, DEE, chat(DEE))
    (case,) = (await life.read.find(Case)).items
    card = words(await life.see(f"case/{case.id}", BO))
    assert NOTES in card
    assert "Cem" not in card


async def test_a_hidden_challenge_is_out_of_sight_and_comes_back_as_it_was(life: Clinic) -> None:
    cohort = await life.gathers()
    one, _ = await life.named()
    await life.ring("challenges.helpers")
    changes = await hides(life, "challenges", one.id)
    assert f"challenge/{one.id}" in withdrawn(changes)
    for slot in (f"challenge/{one.id}", f"help/{one.id}"):
        assert await life.see(slot, DEE) is None
    assert NOTES not in await life.wall()
    assert NOTES not in said(await life.write("search notes", DEE, chat(DEE)))
    for name in ("look", "idea", "too", "ideas"):
        assert "can’t find" in said(await life.presses(f"challenges.{name}", one, DEE))
    assert await life.read.tally("challenges.open", cohort.id) == 0
    await hides(life, "challenges", one.id, hidden=False)
    assert NOTES in await life.wall()
    assert await life.read.tally("challenges.open", cohort.id) == 1


async def test_its_owner_can_still_take_a_hidden_one_back(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await hides(life, "challenges", one.id)
    values = {"situation": NOTES, "back": "true"}
    await life.hands_in("challenges.change", values, life.aim(one), CEM, chat(CEM))
    assert await life.read.tally("challenges.open", one.cohort) == 0


async def test_a_hidden_idea_is_off_the_card_and_comes_back(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    idea = await life.idea(one)
    changes = await hides(life, "ideas", idea.id)
    assert (TEAM.place, f"challenge/{one.id}") in shown(changes)
    assert PHOTO not in await life.card(one)
    assert (await life.now_is(one)).waits == "yes"
    assert unchanged(await hides(life, "ideas", idea.id))
    await hides(life, "ideas", idea.id, hidden=False)
    assert PHOTO in await life.card(one)
    assert await life.read.tally(IDEAS, one.id) == 1


async def test_taking_back_a_hidden_idea_counts_it_once(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    idea = await life.idea(one)
    await hides(life, "ideas", idea.id)
    await life.presses("challenges.unsay", one, DEE, idea=idea.id)
    assert await life.read.tally(IDEAS, one.id) == 0
