"""One cohort in several places on different platforms: what one side does, the others see."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.cohorts.introductions.model import Introduction, Round
from core.cohorts.members.posts import NO_GUESTS
from core.cohorts.model import SPACES, Cohort, Membership, Space
from core.cohorts.spaces import posts as spaces
from core.engine.ports import (
    Actor,
    Changes,
    Done,
    Job,
    Show,
    Shown,
    ToThread,
    Withdraw,
)
from tests.cohorts.story import CEM, TEAM, Story, asks, chat, nudged, posted, said, shown, words
from tests.people.world import ADA, BO

DAYS = replace(TEAM, place="slack:t9:C1", team="", title="day-shift")
GROUP = replace(TEAM, place="workplace:c1:77", team="", title="All shifts")
EVE = Actor(account="slack:t9:eve", name="Eve Sample", email="eve@example.org")
EVE_TEAMS = Actor(account="teams:t1:eve", name="Eve Sample", email="Eve@Example.org")
FAY = Actor(account="workplace:c1:5", name="Fay Sample")
PLACES = {TEAM.place, DAYS.place, GROUP.place}


async def spread(life: Story) -> Cohort:
    """Ada's cohort lives on three platforms; Cem, Eve and Fay joined, each in their own place."""
    await life.begins()
    for place in (DAYS, GROUP):
        await life.write("cohort here Better handovers", ADA, place, mentioned=True)
    await life.joins(CEM)
    await life.joins(EVE, origin=DAYS)
    return await life.joins(FAY, origin=GROUP)


async def opened(life: Story) -> Round:
    """A round of introductions; its card stands everywhere as message `root`."""
    cohort = await spread(life)
    await life.fill("introductions.open", {"days": "5"}, cohort=cohort.id)
    (round,) = (await life.read.find(Round)).items
    slot = f"intro/{round.id}"
    cards = tuple(
        Shown(id=f"{place}|{slot}", address=place, slot=slot, ref=f"root-{place}", at=life.now)
        for place in PLACES
    )
    await life.commit(Changes(saves=cards))
    return round


async def replies(
    life: Story, text: str, name: str = "message", *, mentioned: bool = False
) -> Changes:
    """Eve writes below the card in her place, or edits or deletes what she wrote."""
    origin = replace(DAYS, thread=f"root-{DAYS.place}", message="m1")
    event = life.event("message", name, EVE, origin)
    return await life.happens(replace(event, text=text, mentioned=mentioned))


def below(changes: Changes, kind: type[Show] | type[Withdraw] = Show) -> set[str]:
    """In which places something is shown in the thread, or taken from it."""
    works = [job.work for job in changes.jobs]
    return {w.target.place for w in works if isinstance(w, kind) and isinstance(w.target, ToThread)}


def where(changes: Changes, slot: str) -> set[str]:
    return {place for place, shown_slot in shown(changes) if shown_slot == slot} & PLACES


# --- coming to live in several places ------------------------------------------------------------


async def test_a_cohort_lives_in_several_places(life: Story) -> None:
    cohort = await spread(life)
    assert set(cohort.spaces) == PLACES
    desk = words(await life.seen(f"desk/{cohort.id}", ADA))
    assert "Nights (Teams), day-shift (Slack), All shifts (Workplace)" in desk


async def test_a_new_place_gets_all_that_stands_in_the_others(life: Story) -> None:
    cohort = await life.begins()
    await life.fill("agreement.draft", {"lines": "Be kind"}, cohort=cohort.id)
    await life.fill("introductions.open", {"days": "5"}, cohort=cohort.id)
    (round,) = (await life.read.find(Round)).items
    changes = await life.write("cohort here Better handovers", ADA, DAYS, mentioned=True)
    assert changes.reply == Done(spaces.BOUND_TOO)
    there = {slot for place, slot in shown(changes) if place == DAYS.place}
    assert there == {f"welcome/{cohort.id}", f"agreement/{cohort.id}", f"intro/{round.id}"}
    assert len(asks(changes, "members")) == 1


async def test_it_lives_in_ten_places_at_most(life: Story) -> None:
    await life.begins()
    for n in range(SPACES - 1):
        place = replace(TEAM, place=f"slack:t9:C{n}")
        await life.write("cohort here Better handovers", ADA, place, mentioned=True)
    changes = await life.write("cohort here Better handovers", ADA, GROUP, mentioned=True)
    assert changes.reply == Done(spaces.FULL)
    assert len((await life.cohort()).spaces) == SPACES


async def test_one_place_can_be_given_up(life: Story) -> None:
    await spread(life)
    changes = await life.write("cohort away", ADA, DAYS, mentioned=True)
    assert changes.reply == Done(spaces.UNBOUND)
    cohort = await life.cohort()
    assert set(cohort.spaces) == PLACES - {DAYS.place}
    space = await life.read.get(Space, DAYS.place)
    assert space is not None
    assert space.cohort == ""
    assert await life.standing(EVE) == "member"


async def test_only_leads_give_a_place_up_and_only_one_where_it_lives(life: Story) -> None:
    cohort = await spread(life)
    await life.write("cohort away", CEM, TEAM, mentioned=True)
    assert set((await life.cohort()).spaces) == PLACES
    changes = await life.press("spaces.away", ADA, chat(ADA), cohort=cohort.id)
    assert changes.reply == Done(spaces.NOT_AT_HOME)


async def test_giving_up_the_last_place_says_what_follows(life: Story) -> None:
    await life.begins()
    changes = await life.write("cohort away", ADA, TEAM, mentioned=True)
    assert changes.reply == Done(spaces.UNBOUND_LAST)
    assert (await life.cohort()).spaces == ()


# --- what is shown in all of them ----------------------------------------------------------------


async def test_joining_in_one_place_counts_on_the_cards_of_all(life: Story) -> None:
    cohort = await spread(life)
    changes = await life.press("members.join", BO, GROUP, cohort=cohort.id)
    assert where(changes, f"welcome/{cohort.id}") == PLACES
    assert "4" in words(await life.seen(f"welcome/{cohort.id}"))


async def test_an_agreement_is_shown_and_answered_everywhere(life: Story) -> None:
    cohort = await spread(life)
    slot = f"agreement/{cohort.id}"
    changes = await life.fill("agreement.draft", {"lines": "Be kind"}, cohort=cohort.id)
    assert where(changes, slot) == PLACES
    changes = await life.fill("agreement.suggest", {"text": "Be brief"}, EVE, DAYS)
    assert where(changes, slot) == PLACES


async def test_an_agreement_says_in_which_places_all_is_heard(life: Story) -> None:
    cohort = await spread(life)
    slot = f"agreement/{cohort.id}"
    await life.fill("agreement.draft", {"lines": "Be kind"}, cohort=cohort.id)
    assert "only what mentions me" in words(await life.seen(slot))
    changes = await life.write("So how was it?", EVE, DAYS)
    assert where(changes, slot) == PLACES
    assert "In day-shift (Slack) I hear all" in words(await life.seen(slot))


async def test_a_reply_in_one_place_stands_below_the_card_in_the_others(life: Story) -> None:
    round = await opened(life)
    changes = await replies(life, "I fix night trains.")
    assert where(changes, f"intro/{round.id}") == PLACES
    assert below(changes) == PLACES - {DAYS.place}
    (answer,) = (await life.read.find(Introduction)).items
    text = words(await life.seen(f"answer/{answer.id}/{answer.rank}"))
    assert "I fix night trains." in text
    assert "Eve Sample, in day-shift (Slack)" in text


async def test_what_is_edited_in_one_place_changes_in_the_others(life: Story) -> None:
    await opened(life)
    await replies(life, "I fix night trains.")
    changes = await replies(life, "I fix day trains.", "message.edited")
    assert below(changes) == PLACES - {DAYS.place}
    (answer,) = (await life.read.find(Introduction)).items
    assert "day trains" in words(await life.seen(f"answer/{answer.id}/{answer.rank}"))


async def test_what_is_deleted_in_one_place_goes_from_the_others(life: Story) -> None:
    round = await opened(life)
    await replies(life, "I fix night trains.")
    changes = await replies(life, "", "message.deleted")
    assert below(changes, Withdraw) == PLACES - {DAYS.place}
    assert where(changes, f"intro/{round.id}") == PLACES


async def test_what_is_taken_back_by_button_goes_from_the_others(life: Story) -> None:
    cohort = (await opened(life)).cohort
    await replies(life, "I fix night trains.")
    changes = await life.press("introductions.withdraw", EVE, DAYS, cohort=cohort)
    assert below(changes, Withdraw) == PLACES - {DAYS.place}


async def test_an_answer_by_form_stands_below_the_card_everywhere(life: Story) -> None:
    cohort = (await opened(life)).cohort
    changes = await life.fill("introductions.answer", {"text": "By form."}, EVE, cohort=cohort)
    assert below(changes) == PLACES
    (answer,) = (await life.read.find(Introduction)).items
    assert "Slack" not in words(await life.seen(f"answer/{answer.id}/{answer.rank}"))


async def test_a_reply_after_a_form_stands_once_in_every_place(life: Story) -> None:
    cohort = (await opened(life)).cohort
    first = await life.fill("introductions.answer", {"text": "By form."}, EVE, cohort=cohort)
    changes = await replies(life, "By reply.", mentioned=True)
    assert below(changes, Withdraw) == PLACES
    assert below(changes) == PLACES - {DAYS.place}
    assert not slots(first) & slots(changes)


async def test_a_form_after_a_reply_stands_everywhere_anew(life: Story) -> None:
    cohort = (await opened(life)).cohort
    first = await replies(life, "By reply.")
    changes = await life.fill("introductions.answer", {"text": "By form."}, EVE, cohort=cohort)
    assert below(changes, Withdraw) == PLACES - {DAYS.place}
    assert below(changes) == PLACES
    assert not slots(first) & slots(changes)


def slots(changes: Changes) -> set[str]:
    """What is shown in threads."""
    works = [job.work for job in changes.jobs]
    return {w.slot for w in works if isinstance(w, Show) and isinstance(w.target, ToThread)}


# --- who is told in private ----------------------------------------------------------------------


async def test_whoever_is_in_one_of_the_places_is_not_asked_in_private(life: Story) -> None:
    cohort = await spread(life)
    await life.write(f"join {cohort.code}", BO, chat(BO))
    await life.joins(BO, origin=chat(BO))
    await life.fill("introductions.open", {"days": "5"}, cohort=cohort.id)
    asked = nudged(await life.ring("introductions.ask"))
    assert [person for person, _ in asked] == [(await life.known(BO)).id]


async def test_whose_only_place_was_given_up_is_asked_in_private(life: Story) -> None:
    cohort = await spread(life)
    await life.write("cohort away", ADA, DAYS, mentioned=True)
    await life.fill("introductions.open", {"days": "5"}, cohort=cohort.id)
    asked = nudged(await life.ring("introductions.ask"))
    assert [person for person, _ in asked] == [(await life.known(EVE)).id]


async def test_a_cancellation_is_said_in_every_place(life: Story) -> None:
    cohort = await spread(life)
    changes = await life.fill("cohorts.cancel", {"reason": "No room."}, cohort=cohort.id)
    assert all(len(posted(changes, place)) == 1 for place in PLACES)
    assert where(changes, f"welcome/{cohort.id}") == PLACES
    private = [job for job in (await life.ring("cohorts.tell_cancelled")).jobs if to_one(job)]
    assert private == []


def to_one(job: Job) -> bool:
    return job.key.startswith("cancelled/")


async def test_the_end_of_a_round_reaches_every_place(life: Story) -> None:
    round = await opened(life)
    changes = await life.ring("introductions.end")
    assert where(changes, f"intro/{round.id}") == PLACES


# --- coming and going ----------------------------------------------------------------------------


async def test_a_person_in_two_places_is_invited_and_counted_once(life: Story) -> None:
    cohort = await life.begins()
    await life.write("cohort here Better handovers", ADA, DAYS, mentioned=True)
    first = await life.place("people.added", EVE_TEAMS)
    second = await life.place("people.added", EVE, origin=DAYS)
    assert len(posted(first)) == 1
    assert posted(second, DAYS.place) == []
    assert await life.read.tally("cohorts.invited", cohort.id) == 1
    await life.joins(EVE_TEAMS)
    await life.joins(EVE, origin=DAYS)
    assert await life.read.tally("cohorts.member", cohort.id) == 1


async def test_leaving_one_place_while_in_another_is_no_leaving(life: Story) -> None:
    await life.begins()
    await life.write("cohort here Better handovers", ADA, DAYS, mentioned=True)
    await life.place("people.added", EVE_TEAMS)
    await life.place("people.added", EVE, origin=DAYS)
    await life.joins(EVE_TEAMS)
    await life.place("people.removed", EVE, origin=DAYS)
    assert await life.standing(EVE) == "member"
    await life.place("people.removed", EVE_TEAMS)
    assert await life.standing(EVE) == "removed"


async def test_leaving_the_only_place_one_is_in_is_leaving(life: Story) -> None:
    cohort = await spread(life)
    await life.place("people.removed", EVE, origin=DAYS)
    assert await life.standing(EVE) == "removed"
    assert await life.read.tally("cohorts.member", cohort.id) == 2


async def test_an_account_that_went_its_own_way_keeps_nobody_in(life: Story) -> None:
    await life.begins()
    await life.write("cohort here Better handovers", ADA, DAYS, mentioned=True)
    await life.place("people.added", EVE_TEAMS)
    await life.place("people.added", EVE, origin=DAYS)
    await life.press("accounts.separate", EVE_TEAMS, chat(EVE_TEAMS), account=EVE.account)
    await life.place("people.removed", EVE_TEAMS)
    assert await life.standing(EVE_TEAMS) == "removed"


async def test_whose_places_nobody_knows_stays_while_there_are_several(life: Story) -> None:
    cohort = await spread(life)
    cem = await life.known(CEM)
    row = await life.read.get(Membership, f"{cohort.id}/{cem.id}")
    assert row is not None
    await life.commit(Changes(saves=(replace(row, seen=()),)))
    await life.place("people.removed", CEM)
    assert await life.standing(CEM) == "member"


@pytest.mark.parametrize("place", [DAYS, GROUP])
async def test_the_rule_about_guests_holds_in_every_place(life: Story, place: object) -> None:
    await life.begins(guests="false")
    for origin in (DAYS, GROUP):
        await life.write("cohort here Better handovers", ADA, origin, mentioned=True)
    guest = Actor(account="slack:t9:guest", name="Guest", guest=True)
    cohort = await life.cohort()
    origin = DAYS if place is DAYS else GROUP
    changes = await life.press("members.join", guest, origin, cohort=cohort.id)
    assert changes.reply == Done(NO_GUESTS)


async def test_the_join_code_works_from_every_platform(life: Story) -> None:
    cohort = await life.begins()
    for actor in (EVE, FAY, CEM):
        assert "Fewer surprises" in said(
            await life.write(f"join {cohort.code}", actor, chat(actor))
        )
        await life.joins(actor, origin=chat(actor))
        assert await life.standing(actor) == "member"


async def test_a_place_that_lost_us_leaves_the_others_as_they_are(life: Story) -> None:
    await spread(life)
    await life.place("place.removed", origin=DAYS)
    assert set((await life.cohort()).spaces) == PLACES - {DAYS.place}
    life.now += timedelta(days=31)
    await life.ring("cohorts.forget")
    assert set((await life.cohort()).spaces) == PLACES - {DAYS.place}


async def test_coming_back_brings_all_cards_back(life: Story) -> None:
    round = await opened(life)
    await life.place("place.removed", origin=DAYS)
    changes = await life.place("place.added", origin=DAYS)
    assert (DAYS.place, f"intro/{round.id}") in shown(changes)
    assert set((await life.cohort()).spaces) == PLACES
