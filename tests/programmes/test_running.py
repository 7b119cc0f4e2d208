"""A programme chosen, looked at, started; and what it then does by itself."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from core.actions import STEPS
from core.cohorts.model import asked
from core.engine.ports import Changes, Done
from core.programmes import posts
from core.programmes.model import Plan, reached
from tests.cohorts.story import CEM, TEAM, actions, chat, form, nudged, posted, said, told, words
from tests.people.world import ADA, BO
from tests.programmes.story import START, Course, days

# --- choosing -------------------------------------------------------------------------------------


async def test_the_desk_offers_a_programme_as_soon_as_a_cohort_is_there(life: Course) -> None:
    await life.begins()
    assert "programmes.choose" in actions(await life.desk())


async def test_the_form_knows_when_the_cohort_begins(life: Course) -> None:
    cohort = await life.begins()
    opened = form(await life.press("programmes.choose", ADA, TEAM, cohort=cohort.id))
    values = {field.name: getattr(field, "value", "") for field in opened.fields}
    assert values["first"] == "2026-03-09"
    assert values["days"] == "0,1,2,3,4"


async def test_nobody_hears_of_a_programme_before_it_is_started(life: Course) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    changes = await life.chooses()
    assert posted(changes) == []
    assert nudged(changes) == []
    assert changes.reply == Done(posts.LAID_OUT)
    assert await life.see(f"programme/{cohort.id}/1", CEM) is None
    await life.lives_until(START + days(20))
    assert set((await life.states()).values()) == {"planned"}


async def test_the_lead_sees_how_much_people_will_get_before_it_starts(life: Course) -> None:
    cohort = await life.begins()
    await life.chooses()
    seen = words(await life.see(f"programme/{cohort.id}/1", ADA))
    assert "at most" in seen
    assert "Who never answers" in seen
    assert "The cohort’s last day moves along." not in seen


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"template": "none"}, "template"),
        ({"first": ""}, "first"),
        ({"first": "2026-02-30"}, "first"),
        ({"first": "2026-03-02"}, "first"),
        ({"first": "2020-01-01"}, "first"),
        ({"first": "9999-12-31"}, "first"),
        ({"days": ""}, "days"),
        ({"days": "9,x"}, "days"),
        ({"country": "ZZ"}, "country"),
        ({"country": "Germany"}, "country"),
    ],
)
async def test_a_choice_that_makes_no_sense_comes_back(
    life: Course, wrong: dict[str, str], field: str
) -> None:
    await life.begins()
    changes = await life.chooses(**wrong)
    assert set(form(changes).errors) == {field}
    assert (await life.read.find(Plan)).items == ()


@pytest.mark.parametrize("who", [BO, CEM])
async def test_only_who_leads_chooses_starts_and_changes(life: Course, who: object) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    await life.chooses()
    plan = await life.plan()
    args = {"cohort": cohort.id, "id": cohort.id, "rev": str(plan.version)}
    for action in ("choose", "start", "change", "shift", "end", "see_as"):
        changes = await life.hits(f"programmes.{action}", args, who)  # type: ignore[arg-type]
        assert "Only those who lead" in said(changes)
    assert (await life.plan()).state == "draft"


async def test_another_template_takes_the_place_of_one_that_was_not_started(life: Course) -> None:
    await life.begins()
    await life.chooses()
    await life.chooses(template="course-club")
    assert (await life.plan()).template == "course-club"


async def test_a_running_programme_is_not_replaced_by_accident(life: Course) -> None:
    await life.runs()
    changes = await life.chooses(template="course-club")
    assert changes.reply == Done(posts.RUNNING)
    assert (await life.plan()).template == "three-stages"


async def test_starting_makes_the_cohort_last_as_long_as_its_programme(life: Course) -> None:
    await life.begins(last="2026-03-20")
    await life.chooses()
    assert "last day moves along" in words(
        await life.see(f"programme/{(await life.plan()).id}/1", ADA)
    )
    await life.starts()
    assert (await life.cohort()).last == date(2026, 4, 17)


async def test_a_programme_whose_first_day_has_passed_is_chosen_again(life: Course) -> None:
    await life.begins()
    await life.chooses()
    life.now = START + days(2)
    assert (await life.starts()).reply == Done(posts.PASSED)


async def test_pressing_start_twice_starts_once(life: Course) -> None:
    plan = await life.runs()
    args = {"cohort": plan.id, "id": plan.id, "rev": str(plan.version)}
    again = await life.hits("programmes.start", args, ADA)
    assert again.reply == Done(posts.RUNNING)
    assert not again


# --- looking --------------------------------------------------------------------------------------


async def test_a_member_sees_what_comes_when(life: Course) -> None:
    await life.runs()
    await life.joins(CEM)
    seen = said(await life.write("calendar", CEM, chat(CEM)))
    assert "Introductions" in seen
    assert "Getting to know each other" in seen
    assert "Change a step" not in seen


async def test_who_is_not_in_the_cohort_sees_nothing(life: Course) -> None:
    plan = await life.runs()
    await life.meets(CEM)
    changes = await life.press("programmes.look", CEM, chat(CEM), cohort=plan.id)
    assert changes.reply == Done(posts.NONE)


async def test_the_word_offers_a_lead_the_choice_where_there_is_no_programme(life: Course) -> None:
    await life.begins()
    opened = form(await life.write("programme", ADA, chat(ADA)))
    assert opened.action == "programmes.choose"
    assert said(await life.write("programme", BO, chat(BO))).startswith("No programme runs here")


async def test_a_word_in_the_channel_is_answered_in_private(life: Course) -> None:
    await life.runs()
    await life.joins(CEM)
    changes = await life.write("programme", CEM, TEAM, mentioned=True)
    assert posted(changes) == []
    assert "Introductions" in told(changes)


async def test_a_stage_is_one_press_away(life: Course) -> None:
    plan = await life.runs()
    changes = await life.press("programmes.page", ADA, chat(ADA), cohort=plan.id, stage="3")
    assert "Keeping each other to it" in said(changes)
    odd = await life.press("programmes.page", ADA, chat(ADA), cohort=plan.id, stage="99")
    assert "Getting to know each other" in said(odd)


async def test_the_lead_sees_it_as_a_member_does_before_it_starts(life: Course) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    cem = await life.known(CEM)
    night = replace(cem, start=22, end=6, zone="Asia/Tokyo", paused_until=START + days(90))
    await life.save(night)
    await life.chooses()
    changes = await life.fill(
        "programmes.see_as", {"person": cem.id}, ADA, chat(ADA), cohort=cohort.id
    )
    assert "Asia/Tokyo" in said(changes)
    assert "Cem Sample" in said(changes)
    assert "pause" not in said(changes)


@pytest.mark.parametrize("who", ["", "nobody", "bo", "x" * 5000])
async def test_nobody_is_looked_through_who_is_no_member(life: Course, who: str) -> None:
    cohort = await life.begins()
    await life.chooses()
    person = (await life.known(BO)).id if who == "bo" else who
    changes = await life.fill(
        "programmes.see_as", {"person": person}, ADA, chat(ADA), cohort=cohort.id
    )
    assert "member of this cohort" in str(changes.reply)


# --- running --------------------------------------------------------------------------------------


async def test_steps_begin_at_their_hour_and_never_twice(life: Course) -> None:
    await life.runs()
    await life.joins(CEM)
    await life.lives_until(START + days(1.5))
    states = await life.states()
    assert [states[id] for id in ("hello", "agreement", "working-on")] == [
        "done",
        "done",
        "planned",
    ]
    kept = len(life.jobs)
    await life.lives_until(START + days(1.5))
    assert len(life.jobs) == kept


async def test_a_message_stands_in_the_space_with_its_purpose_first(life: Course) -> None:
    await life.runs()
    life.jobs.clear()
    await life.lives_until(START + days(0.2))
    (post,) = [job.work.post for job in life.jobs if job.key.startswith("programme-says/")]  # type: ignore[union-attr]
    assert post.purpose is not None
    assert "So that you know what comes" in words(post)


async def test_the_agreement_opens_and_closes_by_itself(life: Course) -> None:
    plan = await life.runs()
    await life.joins(CEM)
    await life.lives_until(START + days(0.3))
    assert "People add lines now" in words(await life.desk())
    await life.lives_until(START + days(3.3))
    assert "What is said here stays here." in words(await life.see(f"agreement/{plan.id}"))
    assert "The agreement stands" in words(await life.desk()) or "introductions" in words(
        await life.desk()
    )


async def test_each_member_is_asked_for_a_challenge_once(life: Course) -> None:
    plan = await life.runs()
    await life.joins(CEM)
    await life.lives_until(START + days(9))
    cem = await life.known(CEM)
    asked = {job.key for job in life.jobs if job.key == f"working-on/{plan.id}/programme/{cem.id}"}
    other = {job.key for job in life.jobs if job.key.startswith("working-on/")} - asked
    assert asked
    assert not {key for key in other if key.endswith(cem.id)}


async def test_a_step_waits_for_what_it_needs_and_the_desk_says_who_can_act(life: Course) -> None:
    await life.runs()
    await life.alters("hello", gate="members")
    await life.lives_until(START + days(0.5))
    assert (await life.step("hello")).state == "waiting"
    assert "waits for at least two members" in words(await life.desk())
    await life.joins(CEM, BO)
    await life.lives_until(START + days(1.5))
    assert (await life.step("hello")).state == "done"


async def test_what_waits_for_pairs_goes_on_as_soon_as_there_are_pairs(life: Course) -> None:
    plan = await life.runs()
    await life.alters("hello", gate="pairs")
    await life.lives_until(START + days(4.2))
    assert (await life.step("hello")).state == "waiting"
    assert "pairs" in words(await life.desk())
    made = reached("main", plan.id, "pairs", "round-1")
    await life.commit(made, "pairs")
    for job in made.jobs:
        await life.happens(job.work.event)  # type: ignore[union-attr]
    await life.lives_until(life.now)
    assert (await life.step("hello")).state == "done"


async def test_what_comes_after_a_step_that_waits_waits_too_and_moves_along(life: Course) -> None:
    await life.runs()
    await life.alters("hello", gate="pairs")
    await life.alters("agreement", after="hello", days=1, kind="message")
    before = await life.step("agreement")
    await life.lives_until(START + days(3.2))
    assert (await life.step("agreement")).state == "waiting"
    assert "waits for How these weeks work" in words(await life.desk())
    await life.alters("hello", gate="")
    await life.lives_until(START + days(4.2))
    assert (await life.step("hello")).state == "done"
    assert (await life.step("agreement")).at > before.at + days(3)


async def test_what_waits_for_too_long_is_left_out(life: Course) -> None:
    await life.runs()
    await life.alters("hello", gate="pairs")
    await life.lives_until(START + days(18))
    assert (await life.step("hello")).state == "missed"


async def test_a_step_that_nobody_knows_is_left_out_with_a_sentence(life: Course) -> None:
    await life.runs()
    await life.alters("hello", kind="juggling")
    await life.lives_until(START + days(0.2))
    assert (await life.states())["hello"] == "skipped"
    told = [job for job in life.jobs if job.key.startswith("programme-unknown/")]
    assert [job.weight for job in told] == ["person"]
    assert "juggling" in str(told[0].work)
    assert "juggling" not in STEPS


async def test_a_step_that_its_kind_no_longer_takes_is_left_out_too(life: Course) -> None:
    await life.runs()
    await life.alters("hello", options={"purpose": "", "text": ""})
    await life.lives_until(START + days(0.2))
    assert (await life.states())["hello"] == "skipped"


async def test_a_message_reaches_every_member_who_is_elsewhere_once(life: Course) -> None:
    plan = await life.runs()
    far = [asked(plan.id, f"p{n:03}", "code", START) for n in range(205)]
    await life.commit(Changes(saves=tuple(replace(m, state="member") for m in far)))
    life.jobs.clear()
    await life.lives_until(START + days(0.2))
    keys = [job.key for job in life.jobs if job.key.startswith("programme-says/")]
    assert len(keys) == len(set(keys)) == 206
    assert sum(job.weight == "nudge" for job in life.jobs if job.key in keys) == 205
    assert (await life.step("hello")).state == "done"


async def test_a_cohort_that_ends_before_its_programme_says_so_on_the_desk(life: Course) -> None:
    await life.runs()
    await life.save(replace(await life.cohort(), last=date(2026, 3, 31)))
    assert "Steps after the cohort’s last day" in words(await life.desk())


async def test_a_programme_that_was_not_started_begins_with_its_cohort(life: Course) -> None:
    await life.begins()
    await life.chooses()
    await moves(life, first="2026-03-16")
    assert (await life.plan()).first == "2026-03-16"
    assert (await life.step("hello")).at == datetime(2026, 3, 16, 8, 30, tzinfo=UTC)


# --- pauses, outages, clocks ----------------------------------------------------------------------


async def hold(life: Course, what: str) -> None:
    cohort = await life.cohort()
    args = {"cohort": cohort.id, "id": cohort.id, "rev": str(cohort.version)}
    await life.hits(f"cohorts.{what}", args, ADA)


async def test_while_a_cohort_is_paused_nothing_begins_and_then_never_all_at_once(
    life: Course,
) -> None:
    await life.runs()
    await life.joins(CEM, BO)
    await life.lives_until(START + days(0.5))
    await hold(life, "pause")
    await life.lives_until(START + days(8.5))
    assert (await life.step("working-on")).state == "planned"
    await hold(life, "resume")
    await life.lives_until(life.now + days(0.1))
    begun = [one for one in (await life.plan()).steps if one.ran and one.ran > START + days(8)]
    assert len(begun) == 1
    assert (await life.step("introductions")).state == "missed"
    assert "Steps that were missed" in words(await life.desk())


async def test_what_was_missed_is_told_in_one_card(life: Course) -> None:
    plan = await life.runs()
    await life.lives_until(START + days(8.5), down=True)
    cards = {job.key for job in life.jobs if job.key.startswith("programme-missed/")}
    assert len(cards) == 1
    seen = words(await life.see(f"programme-missed/{plan.id}/1", ADA))
    assert "Introductions" in seen
    assert await life.see(f"programme-missed/{plan.id}/1", BO) is None


async def test_a_clock_that_jumps_back_repeats_nothing(life: Course) -> None:
    await life.runs()
    await life.lives_until(START + days(1.5))
    before = await life.plan()
    life.now = START - days(3)
    timers = [job.work.event for job in life.planned.values()]  # type: ignore[union-attr]
    for number, event in enumerate(e for e in timers if e.name == "programmes.step"):
        await life.happens(replace(event, id=f"again-{number}"))
    assert (await life.plan()).steps == before.steps


async def test_a_cancelled_cohort_does_nothing_more(life: Course) -> None:
    await life.runs()
    cohort = await life.cohort()
    await life.fill("cohorts.cancel", {"reason": "No room"}, cohort=cohort.id)
    await life.lives_until(START + days(60))
    assert set((await life.states()).values()) == {"planned"}


async def moves(life: Course, **other: str) -> None:
    """Ada changes the details of the cohort."""
    cohort = await life.cohort()
    values = {
        "name": cohort.name,
        "purpose": cohort.purpose,
        "first": cohort.first.isoformat(),
        "last": cohort.last.isoformat(),
        "zone": cohort.zone,
        "facilitator": cohort.facilitator,
        "moderator": cohort.moderator,
        **other,
    }
    args = {"cohort": cohort.id, "id": cohort.id, "rev": str(cohort.version)}
    await life.hands_in("cohorts.change", values, args)


async def test_a_cohort_that_takes_place_elsewhere_takes_its_programme_along(life: Course) -> None:
    await life.runs()
    await moves(life, zone="America/New_York")
    assert (await life.step("agreement")).at == datetime(2026, 3, 9, 14, tzinfo=UTC)
    await life.lives_until(START + days(0.1))
    assert (await life.step("agreement")).state == "planned"


# --- who came later -------------------------------------------------------------------------------


async def test_who_joins_later_gets_at_most_three_things_and_no_backlog(life: Course) -> None:
    plan = await life.runs()
    await life.lives_until(START + days(4))
    life.jobs.clear()
    changes = await life.press("members.join", CEM, TEAM, cohort=plan.id)
    assert nudged(changes) == []
    card = await life.seen(f"me/{plan.id}/1", CEM)
    assert "enough to catch up" in words(card)
    assert "programmes.catch_up" in actions(card)
    seen = await life.press("programmes.catch_up", CEM, chat(CEM), cohort=plan.id)
    assert "The rest you may skip" in said(seen)
    slot = f"programme-late/{plan.id}/1"
    assert 0 < len(actions(await life.seen(slot, CEM))) <= 3
    args = {"cohort": plan.id, "number": "1"}
    await life.hits("agreement.agree", args, CEM, chat(CEM))
    assert "agreement.look" not in actions(await life.seen(slot, CEM))


async def test_late_or_later_nobody_is_offered_more_than_three_things(life: Course) -> None:
    plan = await life.runs()
    await life.lives_until(START + days(30))
    await life.joins(CEM)
    card = await life.seen(f"programme-late/{plan.id}/1", CEM)
    assert 0 < len(actions(card)) <= 3
    assert "introductions.answer" not in actions(card)


async def test_who_was_there_from_the_start_has_nothing_to_catch_up(life: Course) -> None:
    plan = await life.runs()
    await life.joins(CEM)
    await life.lives_until(START + days(4))
    assert "catch up" not in words(await life.seen(f"me/{plan.id}/1", CEM))
    seen = await life.press("programmes.catch_up", CEM, chat(CEM), cohort=plan.id)
    assert "Nothing is left to do" in said(seen)
