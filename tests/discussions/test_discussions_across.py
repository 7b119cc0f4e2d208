"""Discussions that a programme begins, and what becomes of them when a person goes."""

from msgspec.structs import replace

from core.cohorts.discussions import posts
from core.cohorts.discussions.flagged import CONTRIBUTIONS
from core.cohorts.discussions.model import Contribution, Discussion
from core.cohorts.discussions.personal import exported, merged
from core.cohorts.discussions.steps import run
from core.engine.ports import (
    Actor,
    Changes,
    Done,
    Origin,
    Raise,
    ToPlace,
    Withdraw,
)
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    Story,
    chat,
    nudged,
    said,
    shown,
    unchanged,
    words,
)
from tests.discussions.test_discussions import (
    QUESTION,
    asked,
    begun,
    card,
    current,
    fills,
    one,
    presses,
)
from tests.people.world import ADA, BO

# --- by a programme -----------------------------------------------------------------------------


async def step(life: Story) -> Changes:
    args = {
        "cohort": (await life.cohort()).id,
        "step": "talk",
        "key": "programmes.sample.talk",
        "question": QUESTION,
        "purpose": "So that notes get shorter.",
    }
    event = replace(life.event("timer", "programmes.step", None, None), args=args)
    changes = await run(event, life.moment(event.id))
    await life.commit(changes, event.id)
    raised = [job.work.event for job in changes.jobs if isinstance(job.work, Raise)]
    life.timers |= {timer.id: timer for timer in raised}
    return changes


async def test_a_programme_asks_and_brings_it_to_those_who_are_elsewhere(life: Story) -> None:
    await begun(life)
    await life.press("members.leave", DEE, chat(DEE))
    cohort = await life.cohort()
    far = Actor(account="teams:t1:far", name="Far Away")
    await life.meets(far)
    await life.write(f"join {cohort.code}", far, chat(far))
    await life.press("members.join", far, chat(far), cohort=cohort.id)
    changes = await step(life)
    it = await current(life)
    assert (TEAM.place, f"discussion/{it.id}") in shown(changes)
    assert "So that notes get shorter." in await card(life)
    slot = f"discussion-ask/{it.id}"
    assert nudged(await life.ring("discussions.ask")) == [((await life.known(far)).id, slot)]
    assert QUESTION in words(await life.see(slot, far))
    await fills(life, "answer", far, text="Names.")
    assert await life.see(slot, far) is None


async def test_a_step_that_rings_twice_asks_once(life: Story) -> None:
    await begun(life)
    await step(life)
    assert unchanged(await step(life))


async def test_only_a_lead_closes_what_a_programme_asked(life: Story) -> None:
    await begun(life)
    await step(life)
    assert (await fills(life, "close", CEM, summary="Mine.")).reply == Done(posts.NOT_YOURS)
    await fills(life, "close", ADA, summary="Names first.")
    assert (await current(life)).state == "closed"


# --- a person goes, or is another ---------------------------------------------------------------


async def test_erasing_takes_answers_back_and_the_name_off_a_question(life: Story) -> None:
    await asked(life)
    await fills(life, "answer", BO, text="Names first.")
    await fills(life, "answer", CEM, text="Then the work.")
    await life.press("people.erase_now", BO, chat(BO))
    assert "Names first." not in await card(life)
    assert "Answers: 1" in await card(life)
    await fills(life, "answer", DEE, text="Then the rest.")
    await life.press("people.erase_now", CEM, chat(CEM))
    assert "Cem" not in await card(life)


async def test_erasing_takes_away_a_question_that_nobody_answered(life: Story) -> None:
    it = await asked(life)
    changes = await life.press("people.erase_now", CEM, chat(CEM))
    gone = Withdraw(ToPlace(TEAM.place), f"discussion/{it.id}")
    assert gone in [job.work for job in changes.jobs]
    assert not (await life.read.find(Discussion)).items


async def test_a_copy_of_my_data_holds_what_i_said(life: Story) -> None:
    await asked(life)
    await fills(life, "answer", CEM, text="Names first.")
    copy = str(await exported(await life.known(CEM), life.moment()))
    assert "Names first." in copy
    assert QUESTION in copy


async def test_two_who_are_one_keep_both_their_words(life: Story) -> None:
    await asked(life)
    await fills(life, "answer", DEE, text="Names first.")
    bo, dee, cem = [await life.known(who) for who in (BO, DEE, CEM)]
    for gone in (dee, cem):
        await life.commit(await merged(bo, gone, life.moment()))
        assert not await merged(bo, gone, life.moment())
    assert (await one(life)).person == bo.id
    assert (await current(life)).by == bo.id


async def test_a_hidden_answer_is_off_the_card_until_it_is_shown_again(life: Story) -> None:
    await asked(life)
    await fills(life, "answer", BO, text="Nasty.")
    id = (await one(life)).id
    await life.commit(await CONTRIBUTIONS.hide(life.moment(), id, True))
    assert "Nasty." not in await card(life)
    assert await life.see(f"said/{id}") is None
    assert "Nasty." not in said(await presses(life, "look", DEE))
    await life.commit(await CONTRIBUTIONS.hide(life.moment(), id, False))
    assert "Nasty." in await card(life)


# --- other places -------------------------------------------------------------------------------


async def test_a_new_place_shows_what_is_open(life: Story) -> None:
    it = await asked(life)
    other = Origin(place="teams:t1:days", title="Days")
    await life.place("place.added", origin=other)
    changes = await life.write("cohort here Better handovers", ADA, other, mentioned=True)
    assert (other.place, f"discussion/{it.id}") in shown(changes)


async def test_what_was_said_comes_along_when_a_cohort_moves(life: Story) -> None:
    it = await asked(life)
    await fills(life, "answer", BO, text="Names first.")
    new = Origin(place="teams:t1:days", title="Days")
    await life.place("place.added", origin=new)
    await life.write("cohort here Better handovers", ADA, new, mentioned=True)
    event = life.event("timer", "moving.history", None, None)
    args = {"cohort": it.cohort, "place": new.place}
    await life.happens(replace(event, args=args))
    walked = [await life.ring("moving.history") for _ in range(3)]
    found = set().union(*(shown(changes) for changes in walked))
    assert (new.place, f"discussion/{it.id}") in found
    assert (new.place, f"said/{(await one(life)).id}") in found


async def test_when_coterie_is_removed_all_of_it_is_forgotten_in_the_end(life: Story) -> None:
    await asked(life)
    await fills(life, "answer", BO, text="Names first.")
    await life.place("place.removed")
    await life.ring("cohorts.forget")
    for _ in range(20):
        await life.ring("cohorts.wipe")
    assert not (await life.read.find(Discussion)).items
    assert not (await life.read.find(Contribution)).items
