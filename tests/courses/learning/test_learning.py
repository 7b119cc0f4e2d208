"""What learners see of a course, and what they say of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.courses.learning.model import counts, later_at, marked, together
from core.courses.model import Audience, Learning, Step
from core.engine.gate import opening
from core.engine.ports import Changes, Delivery, Done, Rhythm, counted
from core.message import Link, plain
from tests.cohorts.story import CEM, DEE, TEAM, Story, actions, buttons, chat, said, shown, words
from tests.courses.learning.lesson import (
    COURSE,
    ELI,
    EVERYONE,
    SECOND,
    again,
    columns,
    does,
    figures,
    learning,
    opens,
    out,
    sent,
)
from tests.people.world import ADA, MONDAY

HOUR = timedelta(hours=1)


# --- the card -------------------------------------------------------------------------------------


async def test_the_card_says_what_it_is_for_first_and_leads_to_the_course(life: Story) -> None:
    send = await sent(life, CEM)
    cem = await life.known(CEM)
    post = await life.seen(f"course/{send.id}", CEM)
    assert post.purpose is not None
    assert plain(post.purpose) == "For Thursday"
    links = [button.url for button in buttons(post) if isinstance(button, Link)]
    assert links == [f"/l/{send.id}-{cem.id}", f"/m/hold-{send.id}-{cem.id}.ics"]
    assert actions(post) == ["courses.later", "courses.done"]
    assert "12 minutes, Example Academy, from Ada Example" in words(post)


async def test_nobody_sees_a_card_that_is_not_theirs(life: Story) -> None:
    send = await sent(life, CEM)
    await life.meets(DEE)
    assert await life.see(f"course/{send.id}", DEE) is None
    assert await life.see(f"course/{send.id}") is None
    assert await life.see("course/nope", CEM) is None


async def test_once_taken_back_there_is_nothing_to_see(life: Story) -> None:
    send = await sent(life, CEM)
    await out(life, send, "taken")
    assert await life.see(f"course/{send.id}", CEM) is None
    assert "taken back" in said(await does(life, "courses.done", CEM, send))


async def test_a_course_that_its_provider_took_away_says_whom_to_ask(life: Story) -> None:
    send = await sent(life, CEM, courses=(replace(COURSE, retired=True),))
    post = await life.seen(f"course/{send.id}", CEM)
    assert "no longer there at Example Academy. Ask Ada Example" in words(post)
    assert [b for b in buttons(post) if isinstance(b, Link)] == []


async def test_a_course_that_leaves_is_there_until_its_last_day_is_over(life: Story) -> None:
    send = await sent(life, CEM, courses=(replace(COURSE, leaves=life.now.date()),))
    assert "It is there until" in words(await life.seen(f"course/{send.id}", CEM))
    life.now += timedelta(days=1)
    assert "no longer there" in words(await life.seen(f"course/{send.id}", CEM))


async def test_a_preview_is_seen_by_its_sender_alone_and_counts_nothing(life: Story) -> None:
    send = await sent(life, state="draft")
    assert await life.see(f"course/{send.id}", CEM) is None
    assert "Feedback that lands" in words(await life.seen(f"course/{send.id}", ADA))
    assert "nothing is counted" in said(await does(life, "courses.done", ADA, send))
    assert not await opens(life, send, ADA)
    assert await columns(life, send) == (0, 0, 0)


# --- done, and not done after all -----------------------------------------------------------------


async def test_done_is_said_once_and_the_card_shows_what_comes_next(life: Story) -> None:
    send = await sent(life, CEM)
    first = await does(life, "courses.done", CEM, send, step="0")
    assert "Noted: you’ve done it." in said(first)
    assert "Done, as you say." in said(first)
    assert "What did you take from it?" in said(first)
    assert (send.by, f"send/{send.id}") in shown(first)
    twice = await does(life, "courses.done", CEM, send, step="0")
    assert not twice
    assert "said so already" in said(twice)
    assert await columns(life, send) == (0, 1, 0)


async def test_the_same_press_delivered_twice_changes_nothing(life: Story) -> None:
    send = await sent(life, CEM)
    event = replace(
        life.event("press", "courses.done", CEM, chat(CEM)), args={"send": send.id, "step": "0"}
    )
    await life.happens(event)
    assert not await life.again(event)


async def test_what_was_said_can_be_taken_back_and_said_again(life: Story) -> None:
    send = await sent(life, CEM)
    await does(life, "courses.done", CEM, send)
    assert "not done yet" in said(await does(life, "courses.undone", CEM, send, step="0"))
    assert await columns(life, send) == (0, 0, 0)
    assert "haven’t said" in said(await does(life, "courses.undone", CEM, send, step="0"))
    await does(life, "courses.done", CEM, send)
    assert await columns(life, send) == (0, 1, 0)


async def test_a_promise_is_offered_only_where_the_course_was_for_a_cohort(life: Story) -> None:
    send = await sent(life, CEM, DEE)
    await does(life, "courses.done", CEM, send)
    await does(life, "courses.done", DEE, send)
    theirs = await life.seen(f"course/{send.id}", CEM)
    assert "commitments.make" in actions(theirs)
    assert "commitments.make" not in actions(await life.seen(f"course/{send.id}", DEE))


@pytest.mark.parametrize("action", ["courses.done", "courses.undone", "courses.later"])
async def test_who_was_not_sent_it_changes_nothing(life: Story, action: str) -> None:
    send = await sent(life, CEM)
    await life.meets(DEE)
    changes = await does(life, action, DEE, send)
    assert not changes
    assert "was not sent to you" in said(changes)


@pytest.mark.parametrize("step", ["1", "-1", "x", "²", "99999", "0 ", "../0"])
async def test_a_forged_step_is_answered_calmly(life: Story, step: str) -> None:
    send = await sent(life, CEM)
    changes = await does(life, "courses.done", CEM, send, step=step)
    assert isinstance(changes.reply, Done)
    assert await columns(life, send) == (0, 0, 0)


# --- a path ---------------------------------------------------------------------------------------


async def test_a_step_of_a_path_is_done_only_once_it_is_open(life: Story) -> None:
    send = await sent(life, CEM, courses=(COURSE, SECOND))
    assert "not open to you yet" in said(await does(life, "courses.done", CEM, send, step="1"))
    await does(life, "courses.done", CEM, send, step="0")
    await does(life, "courses.done", CEM, send, step="1")
    found = await learning(life, send, CEM)
    assert found is not None
    assert found.done
    assert await columns(life, send, 1) == (0, 1, 0)


async def test_the_card_of_a_path_says_which_of_how_many(life: Story) -> None:
    send = await sent(life, CEM, courses=(COURSE, SECOND))
    assert "Course 1 of 2" in words(await life.seen(f"course/{send.id}", CEM))


# --- later today ----------------------------------------------------------------------------------


async def test_later_today_it_comes_as_a_message_of_its_own(life: Story) -> None:
    send = await sent(life, CEM)
    cem = await life.known(CEM)
    changes = await does(life, "courses.later", CEM, send)
    assert "I’ll bring it back" in said(changes)
    assert changes.jobs[0].due == life.now + 3 * HOUR
    assert (cem.id, f"course/{send.id}/1") in shown(await life.ring("courses.again"))
    assert "Feedback that lands" in words(await life.seen(f"course/{send.id}/1", CEM))


async def test_it_comes_as_often_as_they_ask_for_it(life: Story) -> None:
    send = await sent(life, CEM)
    cem = await life.known(CEM)
    for n in (1, 2):
        await does(life, "courses.later", CEM, send)
        await does(life, "courses.later", CEM, send)
        assert shown(await life.ring("courses.again")) == {(cem.id, f"course/{send.id}/{n}")}
        life.now += HOUR


async def test_it_does_not_come_back_to_who_has_done_it_meanwhile(life: Story) -> None:
    send = await sent(life, CEM)
    await does(life, "courses.later", CEM, send)
    await does(life, "courses.done", CEM, send)
    assert not await life.ring("courses.again")
    assert "done it already" in said(await does(life, "courses.later", CEM, send))


@given(
    hour=st.integers(0, 24 * 14),
    start=st.integers(-2, 26),
    end=st.integers(-2, 26),
    days=st.sets(st.integers(-1, 8)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Not/There", ""]),
)
def test_later_is_soon_and_within_a_person_s_own_hours(
    hour: int, start: int, end: int, days: set[int], zone: str
) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC) + hour * HOUR
    own = Rhythm(zone=zone, start=start, end=end, days=tuple(days))
    at = later_at(own, now)
    assert at > now
    assert opening(own, at) == at
    assert at - now <= timedelta(days=9)


# --- for all to see -------------------------------------------------------------------------------


async def test_the_card_of_a_place_counts_and_names_nobody(life: Story) -> None:
    send = await sent(life, open=True)
    at = replace(TEAM, slot=f"course/{send.id}/at0")
    await life.meets(DEE)
    assert "So far" not in words(await life.seen(at.slot))
    done = await does(life, "courses.done", DEE, send, at)
    assert (TEAM.place, f"course/{send.id}/at0") in shown(done)
    post = await life.seen(f"course/{send.id}/at0")
    assert "So far 0 have opened it, and one says it is done." in words(post)
    assert "Dee" not in words(post)
    assert [b.url for b in buttons(post) if isinstance(b, Link)] == [f"/l/{send.id}-at0"]


async def test_what_stands_in_the_open_looks_the_same_to_everyone(life: Story) -> None:
    send = await sent(life, open=True)
    await life.meets(DEE)
    slot = f"course/{send.id}/at0"
    assert await life.see(slot, CEM) == await life.see(slot, ADA)
    assert "Counted, never named." in words(await life.seen(slot, CEM))
    assert await life.see(slot, DEE) is None


async def test_who_pressed_in_a_place_gets_their_own_card_in_private(life: Story) -> None:
    send = await sent(life, open=True)
    at = replace(TEAM, slot=f"course/{send.id}/at0")
    await life.meets(DEE)
    dee = await life.known(DEE)
    assert (dee.id, f"course/{send.id}") in shown(await does(life, "courses.done", DEE, send, at))
    assert "What did you take from it?" in words(await life.seen(f"course/{send.id}", DEE))


async def test_a_place_that_it_was_not_sent_to_does_not_let_anybody_in(life: Story) -> None:
    send = await sent(life, open=True)
    await life.meets(DEE)
    other = replace(TEAM, place="teams:t1:elsewhere")
    assert "was not sent to you" in said(await does(life, "courses.done", DEE, send, other))


async def test_a_path_in_a_place_lists_its_courses(life: Story) -> None:
    send = await sent(life, open=True, courses=(COURSE, SECOND))
    post = await life.seen(f"course/{send.id}/at0")
    assert "A path of 2 courses" in words(post)
    assert "Listening" in words(post)


# --- figures --------------------------------------------------------------------------------------


async def test_the_three_columns_add_up_and_are_never_mixed(life: Story) -> None:
    send = await sent(life, *EVERYONE)
    for who in (CEM, DEE, ELI):
        await opens(life, send, who)
    for who in (CEM, ADA):
        await does(life, "courses.done", who, send)
    assert await figures(life, send) == ["3 of 5", "2 of 5", "0 of 5"]


async def test_openings_of_fewer_than_five_are_not_told(life: Story) -> None:
    send = await sent(life, CEM, ELI)
    await opens(life, send, CEM)
    assert await figures(life, send) == ["told from five people on", "0 of 2", "0 of 2"]


async def test_who_sent_it_to_themselves_may_know(life: Story) -> None:
    send = await sent(life, ADA)
    await life.commit(
        Changes(saves=(replace(await again(life, send), audience=Audience(kind="me")),))
    )
    assert (await figures(life, send))[0] == "0 of 1"


async def test_everybody_who_cannot_be_reached_is_among_how_many(life: Story) -> None:
    send = await sent(life, *EVERYONE)
    lost = Delivery(id=f"{send.id}/x", campaign=send.id, person="x", at=life.now, state="blocked")
    await life.commit(Changes(saves=(lost,), tallies=(counted(lost),)))
    assert (await figures(life, send))[0] == "0 of 6"


async def test_only_who_answers_for_it_sees_the_facts(life: Story) -> None:
    send = await sent(life, *EVERYONE)
    assert "How far people have come" in said(await life.press("courses.people", send=send.id))
    refused = await life.press("courses.people", CEM, chat(CEM), send=send.id)
    assert "Only whoever sent it" in said(refused)


async def test_the_facts_name_nobody(life: Story) -> None:
    send = await sent(life, *EVERYONE)
    await opens(life, send, CEM)
    await does(life, "courses.done", CEM, send)
    told = said(await life.press("courses.people", send=send.id))
    assert "opened: 1; say they are done: 1; confirmed: 0" in told
    assert "Cem" not in told


# --- what is open to me ---------------------------------------------------------------------------


async def test_my_own_card_and_status_say_what_is_open(life: Story) -> None:
    send = await sent(life, CEM)
    cohort = await life.cohort()
    assert "Course: Feedback that lands." in words(await life.seen(f"me/{cohort.id}", CEM))
    assert "open for you: 1" in said(await life.press("people.status", CEM, chat(CEM)))
    await does(life, "courses.done", CEM, send)
    assert "Course:" not in words(await life.seen(f"me/{cohort.id}", CEM))
    assert "open for you" not in said(await life.press("people.status", CEM, chat(CEM)))


# --- rules ----------------------------------------------------------------------------------------

TIMES = st.one_of(st.none(), st.integers(0, 10_000).map(lambda hours: MONDAY + hours * HOUR))
STEPS = st.lists(
    st.builds(Step, opened=TIMES, declared=TIMES, confirmed=TIMES), min_size=1, max_size=4
)
LEARNINGS = st.builds(
    lambda steps, at: Learning(id="s/p", send="s", person="p", steps=tuple(steps), at=at),
    STEPS,
    st.integers(0, 3),
)


def summed(*changes: tuple[Learning | None, Learning | None]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for new, was in changes:
        for tally in counts(new, was):
            key = (tally.board, tally.subject)
            found[key] = found.get(key, 0) + tally.by
    return {key: n for key, n in found.items() if n}


@given(LEARNINGS, LEARNINGS)
def test_whatever_changes_the_counts_come_back_to_nothing_when_it_goes(
    one: Learning, other: Learning
) -> None:
    assert summed((one, None), (other, one), (None, other)) == {}


@given(LEARNINGS, LEARNINGS)
def test_two_who_are_one_count_once(one: Learning, other: Learning) -> None:
    both = together(one, other)
    merged = summed((one, None), (other, None), (None, other), (both, one))
    assert merged == summed((both, None))
    assert all(n == 1 for n in merged.values())


@given(LEARNINGS, TIMES)
def test_what_was_set_first_stays(was: Learning, at: datetime | None) -> None:
    new = marked(was, 0, "opened", at or datetime(2028, 1, 1, tzinfo=UTC))
    assert marked(new, 0, "opened", datetime(2029, 1, 1, tzinfo=UTC)) == new
    assert new.steps[0].opened == (was.steps[0].opened or at or datetime(2028, 1, 1, tzinfo=UTC))
