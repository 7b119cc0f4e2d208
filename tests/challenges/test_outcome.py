"""The best answer, the next step, and whether it worked: a no counts as much as a yes."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.challenges.corners import report
from core.challenges.model import Challenge
from core.challenges.outcome import posts
from core.engine.ports import Done, Show, ToThread
from core.message import plain
from tests.challenges.clinic import NOTES, PHOTO, Clinic, private, withdrawn
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    chat,
    form,
    nudged,
    said,
    shown,
    told,
    unchanged,
    value,
    words,
)
from tests.people.world import ADA, BO

WEEKS = timedelta(days=14)


async def trying(life: Clinic) -> Challenge:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    await life.chooses(one)
    return await life.now_is(one)


async def asked(life: Clinic, one: Challenge) -> str:
    """Two weeks go by; the slot of the question."""
    life.now += WEEKS
    changes = await life.ring("challenges.ripe")
    ((person, slot),) = nudged(changes)
    assert person == one.owner
    return slot


async def test_the_owner_chooses_what_helps_most_and_names_the_next_step(life: Clinic) -> None:
    one = await trying(life)
    card = await life.card(one)
    assert "Helps most:" in card
    assert "Next step: From Monday." in card
    assert one.state == "trying"
    assert await life.read.tally("challenges.open", one.cohort) == 0


async def test_the_form_offers_the_ideas_there_are(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    idea = await life.idea(one)
    opened = form(await life.presses("challenges.choose", one, CEM, idea=idea.id))
    assert value(opened, "best") == idea.id
    assert "Dee Sample" in str(opened.fields[0])


async def test_only_the_owner_chooses(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    assert unchanged(await life.chooses(one, DEE))
    assert (await life.now_is(one)).state == "open"


@pytest.mark.parametrize(("best", "step"), [("nope", "Do."), ("none", ""), ("none", "x" * 201)])
async def test_a_choice_that_is_none_comes_back(life: Clinic, best: str, step: str) -> None:
    await life.gathers()
    one, _ = await life.named()
    changes = await life.chooses(one, best=best, step=step)
    assert form(changes).errors
    assert (await life.now_is(one)).state == "open"


async def test_an_idea_for_another_challenge_is_no_answer_to_this_one(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    other, _ = await life.named("The printer is down.", BO)
    await life.has_idea(other)
    changes = await life.chooses(one, best=(await life.idea(other)).id)
    assert set(form(changes).errors) == {"best"}


async def test_something_else_than_any_idea_may_be_tried(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.chooses(one, best="none", step="I ask my lead.")
    assert (await life.now_is(one)).state == "trying"


async def test_whose_idea_was_chosen_hears_of_it_and_not_who_asked(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    changes = await life.chooses(one)
    (dee,) = await life.ids(DEE)
    assert (dee, f"chosen/{one.id}", "nudge") in private(changes)
    card = words(await life.see(f"chosen/{one.id}", DEE))
    assert "Your idea helps most" in card
    assert "Cem" not in card
    assert await life.see(f"chosen/{one.id}", BO) is None


async def test_after_two_weeks_it_asks_whether_it_worked(life: Clinic) -> None:
    one = await trying(life)
    slot = await asked(life, one)
    card = words(await life.see(slot, CEM))
    assert "Did it work?" in card
    assert all(text in card for text in (NOTES, PHOTO, "From Monday."))
    assert "A no helps the next person as much as a yes." in card
    assert await life.see(slot, DEE) is None


@pytest.mark.parametrize(
    ("how", "words_for_it"), [("worked", "It worked"), ("bit", "A bit"), ("not", "didn’t work")]
)
async def test_the_answer_stays_under_the_thread_and_is_found(
    life: Clinic, how: str, words_for_it: str
) -> None:
    one = await trying(life)
    slot = await asked(life, one)
    origin = replace(chat(CEM), slot=slot)
    changes = await life.presses("challenges.worked", one, CEM, origin, how=how)
    result = f"result/{one.id}/{one.began}"
    below = Show(ToThread(TEAM.place, f"challenge/{one.id}"), result)
    assert below in [job.work for job in changes.jobs]
    assert words_for_it in words(await life.see(result))
    assert words_for_it in await life.card(one)
    args = {"cohort": one.cohort, "state": "told"}
    assert NOTES in said(await life.hits("challenges.list", args, DEE, chat(DEE)))
    assert NOTES in said(await life.write("search handovers", DEE, chat(DEE)))


async def test_a_line_can_be_added_to_the_answer(life: Clinic) -> None:
    one = await trying(life)
    await asked(life, one)
    await life.presses("challenges.worked", one, CEM, how="not")
    values = {"lesson": "Nobody looked at the photo."}
    await life.hands_in("challenges.lesson", values, life.aim(one), CEM, chat(CEM))
    assert "Nobody looked" in words(await life.see(f"result/{one.id}/{one.began}"))
    too_long = {"lesson": "x" * 201}
    changes = await life.hands_in("challenges.lesson", too_long, life.aim(one), CEM, chat(CEM))
    assert set(form(changes).errors) == {"lesson"}


async def test_who_has_not_tried_is_asked_once_more_and_then_left_alone(life: Clinic) -> None:
    one = await trying(life)
    first = await asked(life, one)
    changes = await life.presses("challenges.worked", one, CEM, how="yet")
    assert "once more in two weeks" in said(changes)
    second = await asked(life, one)
    assert first != second
    changes = await life.presses("challenges.worked", one, CEM, how="yet")
    assert unchanged(changes)
    assert "won’t ask again" in said(changes)
    life.now += WEEKS
    assert nudged(await life.ring("challenges.ripe")) == []


async def test_pressing_not_yet_twice_asks_once_more_and_not_twice(life: Clinic) -> None:
    one = await trying(life)
    await asked(life, one)
    for _ in range(2):
        await life.presses("challenges.worked", one, CEM, how="yet")
    life.now += WEEKS
    assert len(nudged(await life.ring("challenges.ripe"))) == 1


async def test_who_chooses_anew_is_asked_two_weeks_after_that(life: Clinic) -> None:
    one = await trying(life)
    life.now += timedelta(days=10)
    early = dict(life.timers)
    await life.chooses(one, best="none", step="Something else.")
    later = {id: event for id, event in life.timers.items() if id not in early}
    life.now += timedelta(days=4)
    life.timers = early
    assert nudged(await life.ring("challenges.ripe")) == []
    life.timers = later
    assert len(nudged(await life.ring("challenges.ripe"))) == 1


async def test_it_can_be_told_at_any_time_and_told_otherwise_later(life: Clinic) -> None:
    one = await trying(life)
    assert "Did it work?" in said(await life.presses("challenges.tell", one, CEM))
    await life.presses("challenges.worked", one, CEM, how="worked")
    await life.presses("challenges.worked", one, CEM, how="not")
    assert (await life.now_is(one)).outcome == "not"
    life.now += WEEKS
    assert nudged(await life.ring("challenges.ripe")) == []


@pytest.mark.parametrize("how", ["", "x", "solved", "yet "])
async def test_an_answer_that_nobody_offered_changes_nothing(life: Clinic, how: str) -> None:
    one = await trying(life)
    assert unchanged(await life.presses("challenges.worked", one, CEM, how=how))


async def test_only_its_owner_says_whether_it_worked(life: Clinic) -> None:
    one = await trying(life)
    for who in (DEE, ADA):
        assert unchanged(await life.presses("challenges.worked", one, who, how="worked"))
    assert (await life.now_is(one)).outcome == ""


async def test_before_anything_was_chosen_there_is_nothing_to_tell(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    changes = await life.presses("challenges.worked", one, CEM, how="worked")
    assert changes.reply == Done(posts.NOT_CHOSEN)


async def test_who_has_left_is_not_asked_whether_it_worked(life: Clinic) -> None:
    one = await trying(life)
    await life.press("members.left", CEM, chat(CEM), cohort=one.cohort)
    life.now += WEEKS
    assert nudged(await life.ring("challenges.ripe")) == []
    assert await life.see(f"challenge/{one.id}") is not None


async def test_a_paused_cohort_asks_when_it_goes_on(life: Clinic) -> None:
    one = await trying(life)
    await life.hits("cohorts.pause", await life.find(f"desk/{one.cohort}", "Pause", ADA))
    life.now += WEEKS
    (job,) = (await life.ring("challenges.ripe")).jobs
    assert job.due == life.now + timedelta(days=1)


async def test_it_asks_even_when_the_cohort_is_over(life: Clinic) -> None:
    one = await trying(life)
    life.now += timedelta(days=60)
    changes = await life.ring("challenges.ripe")
    assert len(nudged(changes)) == 1
    await life.presses("challenges.worked", one, CEM, how="worked")
    assert (await life.now_is(one)).outcome == "worked"


async def test_closing_without_an_answer_leaves_what_was_written(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    assert unchanged(await life.presses("challenges.close", one, DEE))
    changes = await life.presses("challenges.close", one, CEM)
    assert (TEAM.place, f"challenge/{one.id}") in shown(changes)
    card = await life.card(one)
    assert "Closed by whoever asked" in card
    assert PHOTO in card
    assert NOTES not in await life.wall()
    late = await life.presses("challenges.idea", one, DEE)
    assert "settled" in said(late)
    assert not told(late)


async def test_the_report_counts_outcomes_only_where_there_are_five(life: Clinic) -> None:
    cohort = await life.gathers()
    for n in range(5):
        assert await report(life.moment(), cohort) == ()
        one, _ = await life.named(f"Trouble number {n}.")
        await life.chooses(one, best="none")
        await life.presses("challenges.worked", one, CEM, how="not")
    (line,) = await report(life.moment(), cohort)
    assert "told: 5" in plain(line)


async def test_a_no_stays_to_be_read_when_something_else_is_tried(life: Clinic) -> None:
    one = await trying(life)
    changes = await life.presses("challenges.worked", one, CEM, how="not")
    (first,) = {slot for _, slot in shown(changes) if slot.startswith("result/")}
    life.now += timedelta(days=1)
    await life.chooses(one, best="none", step="Read it aloud.")
    assert "Tried before: From Monday. It didn’t work." in await life.card(one)
    changes = await life.presses("challenges.worked", one, CEM, how="worked")
    (second,) = {slot for _, slot in shown(changes) if slot.startswith("result/")}
    assert first != second
    assert await life.see(first) is None
    values = {"situation": NOTES, "back": "true"}
    changes = await life.hands_in("challenges.change", values, life.aim(one), CEM, chat(CEM))
    assert {first, second} <= withdrawn(changes)
