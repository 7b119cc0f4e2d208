"""Late, twice, paused, or in the wrong place: a sentence, and the rest goes on."""

from datetime import timedelta

from msgspec.structs import replace

from core.cohorts import posts as cohorts
from core.cohorts.agreement import posts as agreement
from core.cohorts.introductions import posts as introductions
from core.cohorts.members import posts as members
from core.cohorts.model import Cohort, Membership, asked
from core.cohorts.spaces import posts as spaces
from core.cohorts.working_on import posts as working_on
from core.engine.ports import Actor, Changes, Done, Origin
from tests.cohorts.story import (
    CEM,
    DEE,
    GIVEN,
    TEAM,
    Story,
    actions,
    asks,
    chat,
    form,
    nudged,
    posted,
    said,
    told,
    unchanged,
    value,
    words,
)
from tests.people.world import ADA, BO, CHAT

OTHER = Origin(place="teams:t1:days", team="days")


async def second(life: Story) -> Cohort:
    """Ada starts another cohort elsewhere."""
    first = await life.cohort()
    values = {**GIVEN, "facilitator": first.owner, "moderator": first.moderator, "name": "Calm"}
    await life.fill("cohorts.create", values, origin=OTHER, draft="2")
    return next(c for c in (await life.read.find(Cohort)).items if c.name == "Calm")


async def crowd(life: Story, size: int) -> None:
    """So many members whom nobody has met."""
    cohort = await life.cohort()
    who = (asked(cohort.id, f"p{n}", "team", life.now) for n in range(size))
    rows = tuple(replace(membership, state="member") for membership in who)
    await life.commit(Changes(saves=rows))


async def test_who_is_in_two_cohorts_is_asked_which_one(life: Story) -> None:
    first = await life.begins()
    other = await second(life)
    await life.press("members.join", CEM, TEAM, cohort=first.id)
    await life.press("members.join", CEM, OTHER, cohort=other.id)
    changes = await life.write("leave", CEM, chat(CEM))
    assert "Which one do you mean" in said(changes)
    assert "Better handovers" in said(changes)
    assert "Calm" in said(changes)
    assert "Which one" in told(await life.press("agreement.look", CEM, Origin(place="teams:t1:z")))


async def test_who_is_in_no_cohort_hears_how_to_begin(life: Story) -> None:
    assert "in no cohort" in said(await life.write("leave", CEM, chat(CEM)))


async def test_members_of_a_cohort_that_is_over_change_nothing(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    life.now += timedelta(days=90)
    changes = await life.fill("working_on.name", {"text": "x"}, CEM, cohort=cohort.id)
    assert changes.reply == Done(cohorts.OVER)
    assert "Its last day has passed" in words(await life.see(f"desk/{cohort.id}", ADA))


async def test_one_person_in_both_roles_hears_that_two_are_better(life: Story) -> None:
    (ada,) = await life.meets(ADA)
    values = {**GIVEN, "facilitator": ada.id, "moderator": ada.id}
    assert "works better with two" in said(await life.fill("cohorts.create", values))
    changes = await life.fill("cohorts.create", values, origin=CHAT, draft="2")
    assert "works better with two" in said(changes)


async def test_a_wrong_change_comes_back_with_its_sentence(life: Story) -> None:
    cohort = await life.begins()
    args = await life.find(f"desk/{cohort.id}", "Change details", ADA)
    back = form(await life.hands_in("cohorts.change", {**GIVEN, "last": "2026-03-01"}, args))
    assert back.action == "cohorts.change"
    assert "last" in back.errors


async def test_a_cohort_that_has_ended_cannot_begin(life: Story) -> None:
    ada, bo = await life.meets(ADA, BO)
    dates = {"first": "2026-01-01", "last": "2026-02-01"}
    values = {**GIVEN, **dates, "facilitator": ada.id, "moderator": bo.id}
    assert set(form(await life.fill("cohorts.create", values)).errors) == {"last"}


async def test_a_new_moderator_is_told_and_the_old_one_is_not(life: Story) -> None:
    cohort = await life.begins()
    (cem,) = await life.meets(CEM)
    args = await life.find(f"desk/{cohort.id}", "Change details", ADA)
    values = {**GIVEN, "facilitator": cohort.owner, "moderator": cem.id}
    changes = await life.hands_in("cohorts.change", values, args)
    assert "You keep this group fair" in told(changes)
    args = await life.find(f"desk/{cohort.id}", "Change details", ADA)
    assert told(await life.hands_in("cohorts.change", values, args)) == ""


async def test_an_owner_who_does_not_facilitate_reads_no_challenges(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    values = {"text": "Notes get lost.", "sight": "named"}
    await life.fill("working_on.name", values, CEM, cohort=cohort.id)
    (cem,) = await life.meets(CEM)
    await life.commit(Changes(saves=(replace(await life.cohort(), facilitator=cem.id),)))
    assert "working_on.list" not in actions(await life.seen(f"desk/{cohort.id}", ADA))
    assert "working_on.list" in actions(await life.seen(f"desk/{cohort.id}", CEM))
    changes = await life.press("working_on.list", ADA, TEAM, cohort=cohort.id)
    assert changes.reply == Done(working_on.FACILITATOR)


# --- the agreement ------------------------------------------------------------------------------


async def test_there_is_nothing_to_close_or_answer_before_there_is_an_agreement(
    life: Story,
) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    for name in ("suggest", "agree", "look"):
        changes = await life.press(f"agreement.{name}", CEM, TEAM, cohort=cohort.id)
        assert changes.reply == Done(agreement.NONE)


async def test_a_cohort_that_is_over_is_not_reminded_of_its_draft(life: Story) -> None:
    cohort = await life.begins()
    await life.fill("agreement.draft", {"lines": "One."}, cohort=cohort.id)
    life.now += timedelta(days=90)
    assert unchanged(await life.ring("agreement.ripe"))


async def test_my_card_follows_the_agreement(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    await life.fill("agreement.draft", {"lines": "One."}, cohort=cohort.id)
    assert "add a line" in words(await life.see(f"me/{cohort.id}", CEM))
    await life.hits("agreement.close", await life.find(f"desk/{cohort.id}", "Close", ADA))
    assert "what you think of" in words(await life.see(f"me/{cohort.id}", CEM))
    await life.press("agreement.agree", CEM, TEAM, cohort=cohort.id, number="1")
    assert "Nothing to do now" in words(await life.see(f"me/{cohort.id}", CEM))


async def test_a_walk_through_a_large_cohort_goes_on_where_it_stopped(life: Story) -> None:
    cohort = await life.begins()
    await crowd(life, 201)
    await life.fill("agreement.draft", {"lines": "One."}, cohort=cohort.id)
    await life.hits("agreement.close", await life.find(f"desk/{cohort.id}", "Close", ADA))
    assert len(nudged(await life.ring("agreement.remind"))) == 200
    assert len(nudged(await life.ring("agreement.remind"))) == 1
    assert nudged(await life.ring("agreement.remind")) == []


# --- introductions ------------------------------------------------------------------------------


async def test_my_card_and_the_desk_follow_the_introductions(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    await life.fill("agreement.draft", {"lines": "One."}, cohort=cohort.id)
    await life.hits("agreement.close", await life.find(f"desk/{cohort.id}", "Close", ADA))
    await life.fill("introductions.open", {}, cohort=cohort.id)
    await life.fill("introductions.answer", {"text": "Hi."}, CEM, cohort=cohort.id)
    card = await life.seen(f"me/{cohort.id}", CEM)
    assert "Introduction answered" in words(card)
    assert {"introductions.answer", "introductions.withdraw"} <= set(actions(card))
    await life.ring("introductions.end")
    await life.fill("working_on.name", {"text": "Notes.", "sight": "me"}, CEM, cohort=cohort.id)
    card = await life.seen(f"me/{cohort.id}", CEM)
    assert "My challenge named" in words(card)
    assert "introductions.answer" not in actions(card)
    assert "People know each other" in words(await life.see(f"desk/{cohort.id}", ADA))


async def test_who_does_not_see_the_space_gets_the_question_privately(life: Story) -> None:
    cohort = await life.begins()
    await life.write(f"join {cohort.code}", DEE, chat(DEE))
    await life.joins(DEE, origin=chat(DEE))
    await life.joins(CEM)
    await life.fill("introductions.open", {}, cohort=cohort.id)
    dee = await life.known(DEE)
    slot = f"intro-ask/{cohort.id}-1"
    assert nudged(await life.ring("introductions.ask")) == [(dee.id, slot)]
    assert "Two sentences do" in words(await life.see(slot, DEE))


async def test_a_paused_cohort_asks_nothing_until_it_goes_on(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    await life.fill("introductions.open", {}, cohort=cohort.id)
    await life.hits("cohorts.pause", await life.find(f"desk/{cohort.id}", "Pause", ADA))
    assert nudged(await life.ring("introductions.nudge")) == []
    assert await life.see(f"intro-nudge/{cohort.id}-1", CEM) is None
    assert "paused or ended" in words(await life.see(f"me/{cohort.id}", CEM))
    await life.hits("cohorts.resume", await life.find(f"desk/{cohort.id}", "Go on", ADA))
    assert len(nudged(await life.ring("introductions.nudge"))) == 1


async def test_the_question_after_the_round_waits_for_a_paused_cohort(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    await life.fill("introductions.open", {}, cohort=cohort.id)
    await life.ring("introductions.end")
    await life.hits("cohorts.pause", await life.find(f"desk/{cohort.id}", "Pause", ADA))
    (job,) = (await life.ring("working_on.ask")).jobs
    assert job.due == life.now + timedelta(days=1)


async def test_a_round_that_never_was_is_a_sentence(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(ADA)
    for name in ("answer", "skip", "all"):
        changes = await life.press(f"introductions.{name}", ADA, TEAM, cohort=cohort.id)
        assert changes.reply == Done(introductions.GONE)


async def test_a_challenge_is_shown_again_in_its_form(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    values = {"text": "Notes get lost.", "sight": "nameless"}
    await life.fill("working_on.name", values, CEM, cohort=cohort.id)
    opened = form(await life.press("working_on.name", CEM, TEAM, cohort=cohort.id))
    assert (value(opened, "text"), value(opened, "sight")) == ("Notes get lost.", "nameless")
    changes = await life.press("working_on.skip", CEM, TEAM, cohort=cohort.id)
    assert changes.reply == Done(working_on.SKIPPED)


# --- places and people --------------------------------------------------------------------------


async def test_not_now_from_a_member_says_how_to_leave(life: Story) -> None:
    await life.begins()
    cohort = await life.joins(CEM)
    changes = await life.press("members.decline", CEM, TEAM, cohort=cohort.id)
    assert changes.reply == Done(members.STILL_IN)


async def test_a_code_typed_twice_shows_the_welcome_twice(life: Story) -> None:
    cohort = await life.begins()
    for _ in range(2):
        assert "Fewer" in said(await life.write(f"join {cohort.code}", CEM, chat(CEM)))
    assert await life.read.tally("cohorts.invited", cohort.id) == 1


async def test_a_code_does_not_open_a_cohort_that_is_over(life: Story) -> None:
    cohort = await life.begins()
    life.now += timedelta(days=90)
    changes = await life.write(f"join {cohort.code}", CEM, chat(CEM))
    assert changes.reply == Done(cohorts.OVER)


async def test_a_code_lets_somebody_back_who_was_taken_out(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    await life.place("people.removed", CEM)
    changes = await life.press("members.join", CEM, chat(CEM), cohort=cohort.id)
    assert changes.reply == Done(members.NOT_INVITED)
    await life.write(f"join {cohort.code}", CEM, chat(CEM))
    await life.joins(CEM, origin=chat(CEM))
    assert await life.standing(CEM) == "member"


async def test_a_place_that_is_lived_in_takes_no_second_cohort(life: Story) -> None:
    await life.begins()
    other = await second(life)
    changes = await life.press("spaces.here", ADA, TEAM, cohort=other.id)
    assert changes.reply == Done(spaces.TAKEN)
    assert (await life.press("spaces.here", ADA, OTHER, cohort=other.id)).reply == Done(
        spaces.ALREADY
    )


async def test_a_place_whose_cohort_was_cancelled_is_free_again(life: Story) -> None:
    first = await life.begins()
    other = await second(life)
    await life.fill("cohorts.cancel", {"reason": "No room."}, cohort=first.id)
    changes = await life.press("spaces.here", ADA, TEAM, cohort=other.id)
    assert changes.reply == Done(spaces.BOUND_TOO)


async def test_coming_back_after_the_cohort_has_ended_is_a_new_hello(life: Story) -> None:
    cohort = await life.begins()
    await life.fill("cohorts.cancel", {"reason": "No room."}, cohort=cohort.id)
    await life.place("place.removed")
    (hello,) = posted(await life.place("place.added"))
    assert "Hello, I am Coterie" in words(hello)


async def test_a_channel_that_comes_too_late_is_left_alone(life: Story) -> None:
    ada, bo = await life.meets(ADA, BO)
    values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id, "where": "channel"}
    (job,) = asks(await life.fill("cohorts.create", values), "make_channel")
    cohort = await life.cohort()
    await life.fill("cohorts.cancel", {"reason": "No room."}, cohort=cohort.id)
    assert unchanged(await life.answer(job, values={"place": "teams:t1:new"}))


async def test_a_roster_that_comes_after_we_were_removed_invites_nobody(life: Story) -> None:
    ada, bo = await life.meets(ADA, BO)
    values = {**GIVEN, "facilitator": ada.id, "moderator": bo.id}
    (job,) = asks(await life.fill("cohorts.create", values), "members")
    await life.place("place.removed")
    assert unchanged(await life.answer(job, people=(CEM,)))


async def test_newcomers_who_are_known_get_no_line(life: Story) -> None:
    await life.begins()
    await life.place("people.added", CEM)
    assert posted(await life.place("people.added", CEM)) == []


async def test_many_leave_a_team_in_pieces(life: Story) -> None:
    await life.begins()
    people = tuple(Actor(account=f"teams:t1:n{n}") for n in range(201))
    await life.place("people.added", *people)
    await life.ring("cohorts.arrived")
    await life.place("people.removed", *people)
    await life.ring("cohorts.departed")
    assert {m.state for m in (await life.read.find(Membership)).items} == {"removed"}


async def test_a_draft_of_a_cohort_without_a_place_is_shown_when_it_gets_one(life: Story) -> None:
    cohort = await life.begins(CHAT)
    await life.fill("agreement.draft", {"lines": "One."}, cohort=cohort.id)
    await life.press("spaces.here", ADA, TEAM, cohort=cohort.id)
    assert "One." in said(await life.write("agreement", ADA, TEAM, mentioned=True))
