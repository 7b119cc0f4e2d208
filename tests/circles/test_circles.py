"""Circles of a large cohort: proposed, started, hosted by turns, whole as people come and go."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.cohorts.circles import posts
from core.cohorts.circles.model import Arrangement, Circle, Seat, seat_id, slot_of
from core.cohorts.circles.personal import exported, merged
from core.cohorts.circles.steps import run
from core.engine.ports import Actor, Changes, Done, Job, Raise, Show, ToPerson, ToPlace
from core.message import plain
from tests.cohorts.story import (
    DEE,
    TEAM,
    Story,
    args_of,
    asks,
    buttons,
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

CROWD = [
    Actor(
        account=f"teams:t1:p{n:02}",
        name=f"Person {n:02}",
        zone="Europe/Berlin",
        manager=f"teams:t1:boss{n % 5}",
    )
    for n in range(24)
]


async def crowded(life: Story, count: int = 24) -> str:
    cohort = await life.begins()
    await life.joins(*CROWD[:count])
    return cohort.id


async def drawn(life: Story, count: int = 24, size: str = "8") -> str:
    id = await crowded(life, count)
    await life.fill("circles.draw", {"size": size}, ADA, chat(ADA), cohort=id)
    await life.ring("circles.drawn")
    return id


async def started(life: Story, count: int = 24) -> str:
    id = await drawn(life, count)
    await presses(life, "Start them", f"circles/{id}", "circles.approve")
    while (changes := await life.ring("circles.begin")).saves:
        if asks(changes, "make_chat"):
            for job in asks(changes, "make_chat"):
                await life.answer(job, error="unknown")
    await life.ring("circles.seat")
    await life.ring("circles.join")
    return id


async def presses(life: Story, label: str, slot: str, name: str, who: Actor = ADA) -> Changes:
    args = await life.find(slot, label, who)
    return await life.hits(name, args, who, replace(chat(who), slot=slot))


async def circles(life: Story) -> list[Circle]:
    return list((await life.read.find(Circle)).items)


async def circle_of(life: Story, who: Actor) -> Circle:
    me = await life.known(who)
    (found,) = [one for one in await circles(life) if me.id in one.people]
    return found


def actor_of(name: str) -> Actor:
    return next(actor for actor in CROWD if actor.name == name)


async def who_is(life: Story, person: str) -> Actor:
    for actor in CROWD:
        if (await life.known(actor)).id == person:
            return actor
    raise LookupError(person)


def cards(jobs: tuple[Job, ...]) -> set[str]:
    """Whom a card of a circle goes to."""
    works = [job.work for job in jobs if isinstance(job.work, Show)]
    return {
        work.target.person
        for work in works
        if isinstance(work.target, ToPerson) and work.slot.startswith("circle/")
    }


# --- the proposal -------------------------------------------------------------------------------


async def test_small_cohorts_have_no_circles(life: Story) -> None:
    id = await crowded(life, 19)
    assert "Make circles" not in words(await life.see(f"desk-more/{id}", ADA))
    changes = await life.fill("circles.draw", {"size": "8"}, ADA, cohort=id)
    assert changes.reply == Done(posts.TOO_FEW)


async def test_the_facilitator_sees_a_proposal_and_nobody_else_anything(life: Story) -> None:
    id = await crowded(life)
    assert "Make circles" in words(await life.see(f"desk-more/{id}", ADA))
    await life.fill("circles.draw", {"size": "8"}, ADA, chat(ADA), cohort=id)
    changes = await life.ring("circles.drawn")
    ada = await life.known(ADA)
    assert shown(changes) == {(ada.id, f"circles/{id}"), (ada.id, f"desk/{id}")}
    dry = words(await life.see(f"circles/{id}", ADA))
    assert "3 circles" in dry
    assert "All 24 members" in dry
    assert "from 5 teams, with nearly the same clock" in dry
    assert await life.see(f"circles/{id}", BO) is None
    for circle in await circles(life):
        assert len(circle.people) == 8
        assert await life.see(slot_of(circle), CROWD[0]) is None


async def test_drawing_again_gives_others_and_the_old_ones_are_gone(life: Story) -> None:
    id = await drawn(life)
    before = {frozenset(circle.people) for circle in await circles(life)}
    await presses(life, "Draw again", f"circles/{id}", "circles.redo")
    await life.ring("circles.drawn")
    await life.ring("circles.drawn")
    after = {frozenset(circle.people) for circle in await circles(life)}
    assert len(after) == 3
    assert before != after


async def test_a_late_press_on_an_old_proposal_starts_nothing(life: Story) -> None:
    id = await drawn(life)
    args = await life.find(f"circles/{id}", "Start them", ADA)
    await presses(life, "Draw again", f"circles/{id}", "circles.redo")
    await life.hits("circles.approve", args, ADA, chat(ADA))
    arranged = await life.read.get(Arrangement, id)
    assert arranged is not None
    assert arranged.state == "drawing"


async def test_only_who_leads_makes_circles(life: Story) -> None:
    id = await crowded(life)
    for name in ("draw", "redo", "approve", "see", "merge", "keep"):
        assert unchanged(await life.press(f"circles.{name}", CROWD[0], TEAM, cohort=id))
    assert not await circles(life)


@pytest.mark.parametrize("size", ["", "0", "-6", "1000000", "x", "7.5"])
async def test_an_absurd_size_is_the_usual_one(life: Story, size: str) -> None:
    id = await drawn(life, size=size)
    assert len((await circles(life))[0].people) == 8
    assert id


# --- started ------------------------------------------------------------------------------------


async def test_everyone_gets_the_card_of_their_circle_and_of_no_other(life: Story) -> None:
    id = await drawn(life, size="12")
    await presses(life, "Start them", f"circles/{id}", "circles.approve")
    changes = await life.ring("circles.begin")
    everyone = {(await life.known(actor)).id for actor in CROWD}
    assert cards(changes.jobs) == everyone
    assert {person for person, _ in nudged(changes)} == everyone
    mine = await circle_of(life, CROWD[0])
    card = words(await life.see(slot_of(mine), CROWD[0]))
    assert "Person 00" in card
    assert "What could somebody in this group help you with?" in card
    assert "Drawn by chance" in card
    (other, *_) = [one for one in await circles(life) if one.id != mine.id]
    assert await life.see(slot_of(other), CROWD[0]) is None
    assert await life.see(slot_of(mine), ADA) is None


async def test_an_answer_is_for_the_circle_only(life: Story) -> None:
    id = await started(life)
    mine = await circle_of(life, CROWD[0])
    await life.fill("circles.say", {"text": "Short notes."}, CROWD[0], cohort=id)
    mates = [await who_is(life, person) for person in mine.people]
    assert all(["Short notes." in words(await life.see(slot_of(mine), one)) for one in mates])
    outside = next(actor for actor in CROWD if actor not in mates)
    shown_to_others = await life.press("circles.mine", outside, chat(outside), cohort=id)
    assert "Short notes." not in said(shown_to_others)
    assert "Short notes." in said(await life.write("circle", mates[1], chat(mates[1])))


@pytest.mark.parametrize("text", ["", " \n", "x" * 401, "x" * 90_000])
async def test_an_answer_that_is_none_comes_back(life: Story, text: str) -> None:
    id = await started(life)
    changes = await life.fill("circles.say", {"text": text}, CROWD[0], cohort=id)
    assert set(form(changes).errors) == {"text"}


async def test_a_made_chat_gets_the_card_and_nobody_a_private_one(life: Story) -> None:
    id = await drawn(life, size="6")
    await presses(life, "Start them", f"circles/{id}", "circles.approve")
    changes = await life.ring("circles.begin")
    job, *_ = asks(changes, "make_chat")
    assert not nudged(changes)
    after = await life.answer(job, values={"place": "teams:t1:made"})
    (work,) = [job.work for job in after.jobs]
    assert isinstance(work, Show)
    assert work.target == ToPlace("teams:t1:made")
    assert await life.see(work.slot) is not None
    other, *_ = asks(changes, "make_chat")[1:]
    assert len(nudged(await life.answer(other, error="unknown"))) == 6


async def test_who_left_before_the_start_is_in_no_circle(life: Story) -> None:
    id = await drawn(life)
    await life.press("members.left", CROWD[3], chat(CROWD[3]), cohort=id)
    await presses(life, "Start them", f"circles/{id}", "circles.approve")
    await life.ring("circles.begin")
    left = (await life.known(CROWD[3])).id
    assert left not in [person for one in await circles(life) for person in one.people]
    assert await life.read.get(Seat, seat_id(id, left)) is None


# --- hosts --------------------------------------------------------------------------------------


async def hosting(life: Story) -> tuple[Circle, Actor, Changes]:
    await started(life)
    life.now += timedelta(days=7)
    changes = await life.ring("circles.week")
    mine = await circle_of(life, CROWD[0])
    return mine, await who_is(life, mine.host), changes


async def test_the_host_is_told_privately_what_to_do(life: Story) -> None:
    mine, host, changes = await hosting(life)
    slot = f"circle-host/{mine.id}/1"
    assert (mine.host, slot) in nudged(changes)
    assert len(nudged(changes)) == 3
    assert "Ask your circle one question" in words(await life.see(slot, host))
    mate = await who_is(life, next(one for one in mine.people if one != mine.host))
    assert await life.see(slot, mate) is None


async def test_the_hosts_question_reaches_the_others_and_old_answers_step_back(
    life: Story,
) -> None:
    id = await started(life)
    await life.fill("circles.say", {"text": "Short notes."}, CROWD[0], cohort=id)
    life.now += timedelta(days=7)
    await life.ring("circles.week")
    mine = await circle_of(life, CROWD[0])
    host = await who_is(life, mine.host)
    values = {"question": "What made you smile at work?"}
    changes = await life.fill("circles.ask", values, host, chat(host), cohort=id)
    assert cards(changes.jobs) == set(mine.people) - {mine.host}
    mate = await who_is(life, next(one for one in mine.people if one != mine.host))
    mine = await circle_of(life, mate)
    card = words(await life.see(slot_of(mine), mate))
    assert "What made you smile at work?" in card
    assert "Short notes." not in card
    again = await life.fill("circles.ask", values, host, chat(host), cohort=id)
    assert again.reply == Done(posts.ASKED_IT)
    assert not cards(again.jobs)


async def test_the_form_holds_a_question_that_can_simply_be_sent(life: Story) -> None:
    mine, host, _ = await hosting(life)
    opened = form(await life.press("circles.ask", host, chat(host), cohort=mine.cohort))
    idea = str(value(opened, "question"))
    assert idea.endswith("?")
    await life.fill("circles.ask", {"question": idea}, host, chat(host), cohort=mine.cohort)
    now = await circle_of(life, host)
    assert (now.own, now.question) == ("", mine.idea)


async def test_a_hosts_closed_question_is_offered_back_once(life: Story) -> None:
    mine, host, _ = await hosting(life)
    values = {"question": "Do you like the rota?"}
    changes = await life.fill("circles.ask", values, host, chat(host), cohort=mine.cohort)
    again = form(changes)
    assert "What do you like about the rota?" in plain(again.errors["question"])
    await life.hands_in("circles.ask", values, again.args, host, chat(host))
    assert (await circle_of(life, host)).own == "Do you like the rota?"


async def test_not_this_week_passes_it_on(life: Story) -> None:
    mine, host, _ = await hosting(life)
    await life.press("circles.pass", host, chat(host), cohort=mine.cohort)
    now = await circle_of(life, host)
    assert now.host not in ("", mine.host)
    mate = await who_is(life, now.host)
    assert "one question" in words(await life.see(f"circle-host/{now.id}/1", mate))
    refused = await life.fill("circles.ask", {"question": "What?"}, host, cohort=mine.cohort)
    assert refused.reply == Done(posts.NOT_HOST)


async def test_the_next_week_has_the_next_host(life: Story) -> None:
    mine, host, _ = await hosting(life)
    life.now += timedelta(days=7)
    await life.ring("circles.week")
    now = await circle_of(life, host)
    assert now.week == 2
    assert now.host != mine.host


async def test_who_pauses_does_not_host(life: Story) -> None:
    await started(life)
    mine = await circle_of(life, CROWD[0])
    first = await who_is(life, mine.people[0])
    await life.press("people.pause", first, chat(first), weeks="2")
    life.now += timedelta(days=7)
    await life.ring("circles.week")
    assert (await circle_of(life, CROWD[0])).host == mine.people[1]


# --- coming and going ---------------------------------------------------------------------------


async def test_a_newcomer_gets_a_place_in_the_smallest_circle(life: Story) -> None:
    id = await started(life)
    await life.press("members.left", CROWD[5], chat(CROWD[5]), cohort=id)
    await life.ring("circles.left")
    smallest = (await circles(life))[0]
    assert len(smallest.people) == 7
    await life.joins(DEE)
    (job,) = asks(await life.ring("circles.join"), "make_chat")
    changes = await life.answer(job, error="unknown")
    mine = await circle_of(life, DEE)
    assert mine.id == smallest.id
    assert cards(changes.jobs) == {(await life.known(DEE)).id}
    assert "Dee Sample" in words(await life.see(slot_of(mine), DEE))


async def test_a_newcomer_does_not_sit_with_their_manager(life: Story) -> None:
    id = await started(life)
    await life.press("members.left", CROWD[5], chat(CROWD[5]), cohort=id)
    await life.ring("circles.left")
    smallest = (await circles(life))[0]
    boss = await who_is(life, smallest.people[0])
    report = Actor(account="teams:t1:new", name="New Comer", manager=boss.account)
    await life.meets(report)
    await life.joins(report)
    await life.ring("circles.join")
    assert (await circle_of(life, report)).id != smallest.id


async def shrunk(life: Story) -> tuple[str, Circle]:
    """Of one circle three people are left."""
    id = await started(life)
    mine = await circle_of(life, CROWD[0])
    for person in mine.people[:5]:
        who = await who_is(life, person)
        await life.press("members.left", who, chat(who), cohort=id)
        await life.ring("circles.left")
    return id, (await circles(life))[0]


async def test_a_circle_of_three_is_proposed_for_merging(life: Story) -> None:
    id, small = await shrunk(life)
    assert "has 3 people left" in words(await life.see(f"circle-small/{small.id}", ADA))
    assert "has 3 people left" in words(await life.see(f"desk/{id}", ADA))
    assert await life.see(f"circle-small/{small.id}", BO) is None
    slot = f"circle-small/{small.id}"
    changes = await presses(life, "with another", slot, "circles.merge")
    assert cards(changes.jobs) == set(small.people)
    assert sorted(len(one.people) for one in await circles(life)) == [8, 11]
    assert "Circles: 2" in words(await life.see(f"desk/{id}", ADA))


async def test_a_small_circle_may_stay(life: Story) -> None:
    id, small = await shrunk(life)
    await presses(life, "Leave it", f"circle-small/{small.id}", "circles.keep")
    assert "people left" not in words(await life.see(f"desk/{id}", ADA))
    assert len(await circles(life)) == 3


async def test_who_leaves_and_comes_back_gets_a_place_again(life: Story) -> None:
    id = await started(life)
    await life.press("members.left", CROWD[5], chat(CROWD[5]), cohort=id)
    await life.ring("circles.left")
    await life.joins(CROWD[5])
    await life.ring("circles.join")
    assert (await circle_of(life, CROWD[5])).cohort == id


async def test_when_all_are_full_newcomers_wait_until_six_make_a_circle(life: Story) -> None:
    id = await started(life)
    for circle in await circles(life):
        more = (*circle.people, *[f"filler{circle.number}{n}" for n in range(4)])
        await life.commit(
            Changes(saves=(replace(circle, people=more, rank=f"12/{circle.number}"),))
        )
    new = [Actor(account=f"teams:t1:n{n}", name=f"New {n}") for n in range(6)]
    await life.meets(*new)
    for actor in new[:5]:
        await life.joins(actor)
        await life.ring("circles.join")
    waits = await life.press("circles.mine", new[0], chat(new[0]), cohort=id)
    assert waits.reply is not None
    assert "as soon as there is room" in said(waits)
    await life.joins(new[5])
    changes = await life.ring("circles.join")
    assert len(cards(changes.jobs)) == 6 or len(asks(changes, "make_chat")) == 1
    assert len((await circle_of(life, new[0])).people) == 6


# --- a person goes, or is another ---------------------------------------------------------------


async def test_erasing_frees_the_seat_and_takes_the_words(life: Story) -> None:
    id = await started(life)
    await life.fill("circles.say", {"text": "Short notes."}, CROWD[0], cohort=id)
    me = await life.known(CROWD[0])
    assert "Short notes." in str(await exported(me, life.moment()))
    await life.press("people.erase_now", CROWD[0], chat(CROWD[0]))
    assert me.id not in [person for one in await circles(life) for person in one.people]
    assert await life.read.get(Seat, seat_id(id, me.id)) is None


async def test_two_who_are_one_have_one_seat(life: Story) -> None:
    id = await started(life)
    one, other = await life.known(CROWD[0]), await life.known(CROWD[1])
    await life.joins(DEE)
    await life.commit(await merged(await life.known(DEE), one, life.moment()))
    assert (await circle_of(life, DEE)).cohort == id
    await life.commit(await merged(await life.known(DEE), other, life.moment()))
    assert not await merged(await life.known(DEE), other, life.moment())
    everyone = [person for circle in await circles(life) for person in circle.people]
    assert len(everyone) == len(set(everyone))
    assert one.id not in everyone
    assert other.id not in everyone


# --- by a programme -----------------------------------------------------------------------------


async def begun_by_programme(life: Story, id: str) -> Changes:
    event = replace(life.event("timer", "programmes.step", None, None), args={"cohort": id})
    changes = await run(event, life.moment(event.id))
    await life.commit(changes, event.id)
    raised = [job.work.event for job in changes.jobs if isinstance(job.work, Raise)]
    life.timers |= {timer.id: timer for timer in raised}
    return changes


async def test_a_programme_proposes_them_and_the_facilitator_starts_them(life: Story) -> None:
    id = await crowded(life)
    await begun_by_programme(life, id)
    await life.ring("circles.drawn")
    assert "3 circles" in words(await life.see(f"circles/{id}", ADA))
    assert all(circle.state == "proposed" for circle in await circles(life))
    assert unchanged(await begun_by_programme(life, id))


async def test_a_programme_makes_none_in_a_small_cohort(life: Story) -> None:
    id = await crowded(life, 8)
    assert unchanged(await begun_by_programme(life, id))


async def test_the_desk_leads_to_the_proposal(life: Story) -> None:
    id = await drawn(life)
    args = await life.find(f"desk/{id}", "Look at the circles", ADA)
    changes = await life.hits("circles.see", args, ADA)
    assert "3 circles" in told(changes)
    post = await life.seen(f"circles/{id}", ADA)
    assert all(args_of(button)["cohort"] == id for button in buttons(post))
