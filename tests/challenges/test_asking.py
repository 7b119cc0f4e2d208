"""A programme asks each member once for a challenge, and for helpers where nobody has an idea."""

from datetime import timedelta

import pytest

from core.actions import STEPS
from core.challenges.model import Challenge
from core.cohorts.model import Cohort
from core.engine.ports import Changes
from core.programmes.model import Laid, Plan, Step
from tests.challenges.clinic import EVA, Clinic
from tests.cohorts.story import CEM, DEE, TEAM, chat, nudged, said, shown, words
from tests.people.world import ADA, BO


async def runs(life: Clinic, kind: str, **options: str) -> Changes:
    """A step of a programme comes round."""
    cohort = await life.cohort()
    event = life.event("timer", "programmes.step", None, None)
    args = {"cohort": cohort.id, "step": "s1", **options}
    changes = await STEPS[kind].run(
        type(event)(id=event.id, org="main", source="timer", name=event.name, args=args),
        life.moment(event.id),
    )
    for job in changes.jobs:
        life.timers[job.work.event.id] = job.work.event  # type: ignore[union-attr]
    return changes


async def test_each_member_is_asked_once_and_the_wall_is_shown(life: Clinic) -> None:
    cohort = await life.gathers()
    await runs(life, "challenges", days="7")
    changes = await life.ring("challenges.ask")
    slot = f"challenge-ask/{cohort.id}/s1"
    everyone = await life.ids(BO, CEM, DEE, EVA)
    assert sorted(nudged(changes)) == sorted((person, slot) for person in everyone)
    assert (TEAM.place, f"wall/{cohort.id}") in shown(changes)
    until = {job.until for job in changes.jobs if job.weight == "nudge"}
    assert until == {life.now + timedelta(days=7)}
    assert "isn’t going well" in words(await life.see(slot, CEM))


async def test_who_has_named_one_is_not_asked_for_another(life: Clinic) -> None:
    cohort = await life.gathers()
    await life.named()
    assert await life.see(f"challenge-ask/{cohort.id}/s1", CEM) is None
    assert await life.see(f"challenge-ask/{cohort.id}/s1", DEE) is not None


async def test_later_asks_once_more_in_two_days(life: Clinic) -> None:
    cohort = await life.gathers()
    changes = await life.press("challenges.later", CEM, chat(CEM), cohort=cohort.id)
    (job,) = changes.jobs
    assert (job.due, job.weight) == (life.now + timedelta(days=2), "nudge")


async def test_a_paused_cohort_asks_when_it_goes_on(life: Clinic) -> None:
    cohort = await life.gathers()
    await runs(life, "challenges")
    await life.hits("cohorts.pause", await life.find(f"desk/{cohort.id}", "Pause", ADA))
    (job,) = (await life.ring("challenges.ask")).jobs
    assert job.due == life.now + timedelta(days=1)


@pytest.mark.parametrize(("days", "fits"), [("", True), ("7", True), ("0", False), ("x", False)])
def test_a_template_says_for_how_many_days(days: str, fits: bool) -> None:
    assert STEPS["challenges"].options["days"](days) is fits


async def test_who_joins_late_may_still_name_one(life: Clinic) -> None:
    cohort = await life.gathers()
    late = STEPS["challenges"].late
    assert late is not None
    (cem,) = await life.ids(CEM)
    assert await late(life.moment(), cohort.id, cem) is not None
    await life.named()
    assert await late(life.moment(), cohort.id, cem) is None


async def test_helpers_are_shared_out_so_that_nobody_is_asked_twice_at_once(life: Clinic) -> None:
    await life.gathers()
    ones = [(await life.named(f"Trouble {who.name}", who))[0] for who in (BO, CEM, DEE)]
    life.timers = {}
    await runs(life, "helpers")
    await life.ring("challenges.wait")
    await life.ring("challenges.helpers")
    asked = [person for one in ones for person in await life.helpers(one)]
    assert len(asked) == len(set(asked)) == 3


async def test_a_challenge_that_has_an_idea_waits_for_nobody(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    life.timers = {}
    await life.has_idea(one)
    await runs(life, "helpers")
    await life.ring("challenges.wait")
    assert await life.helpers(one) == []


async def test_the_facilitator_sees_what_waits_and_has_helpers_asked(life: Clinic) -> None:
    cohort = await life.gathers()
    one, _ = await life.named()
    life.timers = {}
    desk = words(await life.see(f"desk/{cohort.id}", ADA))
    assert "Challenges open: 1. Without an idea so far: 1." in desk
    args = await life.find(f"desk/{cohort.id}", "Ask helpers", ADA)
    await life.hits("challenges.help_all", args, ADA)
    await life.ring("challenges.helpers")
    assert len(await life.helpers(one)) == 3
    assert "Only those who lead" in said(await life.hits("challenges.help_all", args, CEM))


async def test_the_desk_counts_what_waits_as_ideas_come_and_go(life: Clinic) -> None:
    cohort = await life.gathers()
    one, _ = await life.named()
    assert await life.read.tally("challenges.waiting", cohort.id) == 1
    await life.has_idea(one)
    assert await life.read.tally("challenges.waiting", cohort.id) == 0
    idea = await life.idea(one)
    await life.presses("challenges.unsay", one, DEE, idea=idea.id)
    assert await life.read.tally("challenges.waiting", cohort.id) == 1
    assert (await life.read.find(Challenge, cohort=cohort.id, waits="yes")).items


async def test_who_said_not_this_time_is_left_alone_and_a_note_is_spoken_of(life: Clinic) -> None:
    cohort = await life.gathers()
    await life.press("working_on.skip", CEM, chat(CEM), cohort=cohort.id)
    values = {"text": "Notes get lost.", "sight": "me"}
    await life.fill("working_on.name", values, DEE, cohort=cohort.id)
    assert await life.see(f"challenge-ask/{cohort.id}/s1", CEM) is None
    asked = words(await life.see(f"challenge-ask/{cohort.id}/s1", DEE))
    assert "Your note is private" in asked


async def follows(life: Clinic, cohort: Cohort, step: Step) -> None:
    """The cohort runs by a programme of one step, which lies ahead."""
    plan = Plan(
        id=cohort.id,
        draft="1",
        template="t",
        name="T",
        first="2026-03-09",
        zone="Europe/Berlin",
        state="running",
        steps=(Laid(step=step, at=life.now, due=life.now),),
    )
    await life.commit(Changes(saves=(plan,)))


async def test_where_a_programme_asks_for_challenges_introductions_do_not(life: Clinic) -> None:
    cohort = await life.gathers()
    step = Step(id="c", kind="challenges", stage=2, title="The wall")
    await follows(life, cohort, step)
    await life.fill("introductions.open", {}, cohort=cohort.id)
    await life.ring("introductions.end")
    assert nudged(await life.ring("working_on.ask")) == []


async def test_a_day_for_helpers_that_lies_ahead_is_waited_for(life: Clinic) -> None:
    cohort = await life.gathers()
    step = Step(id="h", kind="helpers", stage=2, title="Helpers")
    await follows(life, cohort, step)
    assert "I’ll ask people to help soon" in said(await life.names())
    assert "challenges.helpers" not in {event.name for event in life.timers.values()}
