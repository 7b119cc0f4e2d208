"""What goes with a person, what they take along, and who asked without a name stays unknown."""

from datetime import timedelta

import msgspec

from core.actions import EXPORTS
from core.challenges.model import IDEAS, TOO, Challenge, Help, Helper, Idea, Too
from core.cohorts.model import Cohort
from core.engine.ports import Actor, Changes, Origin, Record
from core.product import PRODUCT
from tests.challenges.clinic import EVA, NOTES, PHOTO, Clinic, withdrawn
from tests.cohorts.story import CEM, DEE, chat, said, shown, told, words
from tests.cohorts.test_merging import ELSE, become_one
from tests.people.world import ADA, BO

KINDS: tuple[type[Record], ...] = (Challenge, Idea, Too, Help, Helper)


async def erased(life: Clinic, who: Actor) -> Changes:
    changes = await life.press("people.erase_now", who, chat(who))
    for name in ("challenges.clear", "challenges.left", "challenges.helpers"):
        changes += await life.ring(name)
    return changes


async def left_of(life: Clinic, person: str) -> list[str]:
    """Kinds of records that still speak of a person."""
    found = []
    for kind in KINDS:
        rows = (await life.read.find(kind)).items
        found += [kind.kind for row in rows if person in msgspec.json.encode(row).decode()]
    return found


# --- erasing --------------------------------------------------------------------------------------


async def test_erasing_takes_ones_challenges_with_all_that_was_said(life: Clinic) -> None:
    cohort = await life.gathers()
    one, _ = await life.named(who="named")
    await life.ring("challenges.helpers")
    await life.has_idea(one)
    await life.presses("challenges.too", one, EVA)
    (cem,) = await life.ids(CEM)
    changes = await erased(life, CEM)
    assert {f"challenge/{one.id}", f"help/{one.id}"} <= withdrawn(changes)
    assert await life.see(f"challenge/{one.id}") is None
    assert await left_of(life, cem) == []
    for kind in (Challenge, Idea, Too, Help):
        assert (await life.read.find(kind)).items == ()
    assert await life.read.tally("challenges.open", cohort.id) == 0
    assert await life.read.tally("challenges.waiting", cohort.id) == 0


async def test_erasing_takes_ones_ideas_off_the_cards_of_others(life: Clinic) -> None:
    cohort = await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    await life.has_idea(one, text="Or read it aloud.")
    await life.presses("challenges.too", one, DEE)
    await life.chooses(one)
    (dee,) = await life.ids(DEE)
    await erased(life, DEE)
    card = await life.card(one)
    assert PHOTO not in card
    assert "read it aloud" not in card
    assert "From Monday." in card
    assert await left_of(life, dee) == []
    assert await life.read.tally(IDEAS, one.id) == 0
    assert await life.read.tally(TOO, one.id) == 0
    assert await life.read.tally("challenges.waiting", cohort.id) == 0


async def test_a_challenge_whose_only_ideas_are_erased_waits_again(life: Clinic) -> None:
    cohort = await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    await life.has_idea(one, text="Or read it aloud.")
    await erased(life, DEE)
    assert (await life.now_is(one)).waits == "yes"
    assert await life.read.tally("challenges.waiting", cohort.id) == 1


async def test_an_erased_helper_is_replaced(life: Clinic) -> None:
    fin = Actor(account="teams:t1:fin", name="Fin Example", zone="Europe/Berlin")
    await life.gathers(fin)
    one, _ = await life.named()
    await life.ring("challenges.helpers")
    before = await life.helpers(one)
    people = {(await life.ids(who))[0]: who for who in (BO, DEE, EVA, fin)}
    await erased(life, people[before[0]])
    after = await life.helpers(one)
    assert len(after) == 3
    assert before[0] not in after


async def test_a_forgotten_cohort_forgets_its_challenges(life: Clinic) -> None:
    cohort = await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    await life.place("place.removed")
    life.now += timedelta(days=31)
    for name in ("cohorts.forget", *("cohorts.wipe",) * 12):
        await life.ring(name)
    assert await life.read.get(Cohort, cohort.id) is None
    for name in ("challenges.wipe", "challenges.clear") * 3:
        await life.ring(name)
    for kind in KINDS:
        assert (await life.read.find(kind)).items == ()


# --- a copy ---------------------------------------------------------------------------------------


async def copy(life: Clinic, who: Actor) -> str:
    kept = await EXPORTS["challenges"](await life.known(who), life.moment())
    return msgspec.json.encode(kept).decode()


async def test_a_copy_holds_what_one_asked_and_said(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    assert NOTES in await copy(life, CEM)
    assert PHOTO in await copy(life, DEE)


async def test_the_copy_of_others_never_tells_who_asked_without_a_name(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.ring("challenges.helpers")
    await life.has_idea(one)
    await life.presses("challenges.too", one, EVA)
    (cem,) = await life.ids(CEM)
    for who in (ADA, BO, DEE, EVA):
        mine = await copy(life, who)
        assert cem not in mine
        assert "Cem" not in mine


# --- two who are one ------------------------------------------------------------------------------


async def test_two_persons_who_are_one_have_what_both_had(life: Clinic) -> None:
    await life.gathers(ELSE)
    one, _ = await life.named("Said on Teams.", CEM)
    two, _ = await life.named("Said on Slack.", ELSE)
    other, _ = await life.named("The printer is down.", BO)
    life.timers = {}
    for who in (CEM, ELSE):
        await life.has_idea(other, who, f"An idea of {who.name}.")
        await life.presses("challenges.too", other, who)
    before = await life.ids(CEM, ELSE)
    await become_one(life)
    kept = (await life.known(CEM)).id
    (gone,) = (id for id in before if id != kept)
    assert await left_of(life, gone) == []
    assert {(await life.now_is(it)).owner for it in (one, two)} == {kept}
    assert await life.read.tally(IDEAS, other.id) == 2
    assert await life.read.tally(TOO, other.id) == 1
    (helper,) = [row for row in (await life.read.find(Helper)).items if row.person == kept]
    assert (helper.helped, helper.there) == (2, "yes")


async def test_nobody_is_asked_to_help_with_what_turned_out_to_be_their_own(life: Clinic) -> None:
    await life.gathers(ELSE)
    one, _ = await life.named("Said on Slack.", ELSE)
    for who in (BO, DEE, EVA):
        await life.press("members.left", who, chat(who), cohort=one.cohort)
    await life.ring("challenges.helpers")
    assert await life.helpers(one) == await life.ids(CEM)
    await become_one(life)
    kept = (await life.known(CEM)).id
    assert kept not in await life.helpers(one)
    assert await life.see(f"help/{one.id}", CEM) is None


# --- leaving --------------------------------------------------------------------------------------


async def test_what_a_member_asked_stays_when_they_leave_and_can_still_be_taken_back(
    life: Clinic,
) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.press("members.left", CEM, chat(CEM), cohort=one.cohort)
    assert NOTES in await life.card(one)
    assert "Press Join first" in said(await life.presses("challenges.choose", one, CEM))
    values = {"situation": NOTES, "back": "true"}
    await life.hands_in("challenges.change", values, life.aim(one), CEM, chat(CEM))
    assert await life.see(f"challenge/{one.id}") is None


# --- without a name -------------------------------------------------------------------------------


async def test_who_asks_without_a_name_is_unknown_everywhere(life: Clinic) -> None:
    cohort = await life.gathers()
    one, named = await life.named()
    asked = await life.ring("challenges.helpers")
    idea = await life.has_idea(one)
    await life.presses("challenges.take", one, ADA)
    await life.presses("challenges.leave", one, CEM, leave="nameless")
    chose = await life.chooses(one)
    told_so = await life.presses("challenges.worked", one, CEM, how="bit")
    (cem,) = await life.ids(CEM)
    places = [
        await life.see(slot, who)
        for who in (None, ADA, BO, DEE)
        for slot in (
            f"challenge/{one.id}",
            f"wall/{cohort.id}",
            f"result/{one.id}/{(await life.now_is(one)).began}",
        )
    ]
    private = [await life.see(slot, DEE) for slot in (f"help/{one.id}", f"chosen/{one.id}")]
    for post in filter(None, (*places, *private)):
        assert "Cem" not in words(post)
        assert cem not in msgspec.json.encode(post).decode()
    for name in ("look", "ideas", "material", "brief", "list"):
        for who in (ADA, DEE):
            answer = await life.presses(f"challenges.{name}", one, who)
            assert "Cem" not in said(answer)
    for who in (ADA, BO, DEE, EVA):
        assert "Cem" not in said(await life.write("why", who, chat(who)))
        assert "Cem" not in said(await life.write("search notes", who, chat(who)))
    for changes in (named, asked, idea, chose, told_so):
        assert "Cem" not in told(changes)
    assert cem not in one.id
    assert shown(named)


def test_every_record_of_the_slice_is_known_to_the_store() -> None:
    assert set(KINDS) <= set(PRODUCT.records)


async def test_a_new_place_of_the_cohort_shows_what_it_works_on(life: Clinic) -> None:
    cohort = await life.gathers()
    one, _ = await life.named()
    other = Origin(place="teams:t1:other", team="nights", title="Other")
    await life.place("place.added", ADA, origin=other)
    changes = await life.write("cohort here Better handovers", ADA, other, mentioned=True)
    assert (other.place, f"challenge/{one.id}") in shown(changes)
    assert (other.place, f"wall/{cohort.id}") in shown(changes)
