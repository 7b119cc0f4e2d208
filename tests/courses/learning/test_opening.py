"""Openings: once for each person, and where nobody is watched, never for a person."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.courses.learning.policy import Policy, setting, told, unwatched
from core.courses.model import Learning, Step
from core.engine.ports import Changes, Event
from tests.cohorts.story import CEM, DEE, TEAM, Story, said, shown, words
from tests.courses.learning.lesson import (
    COURSE,
    EVERYONE,
    SECOND,
    columns,
    does,
    figures,
    learning,
    opens,
    out,
    rows_with,
    sent,
    visits,
)

VISIT = "0123456789abcdef0123456789abcdef"
OTHER = "f" * 32


async def agrees(life: Story, *, works_council: bool = True) -> Changes:
    return await life.happens(setting("main", life.now, works_council=works_council))


async def test_an_opening_counts_once_and_the_sender_s_figures_follow(life: Story) -> None:
    send = await sent(life, CEM)
    first = await opens(life, send, CEM)
    assert shown(first) == {(send.by, f"send/{send.id}")}
    assert not await opens(life, send, CEM)
    assert await columns(life, send) == (1, 0, 0)
    found = await learning(life, send, CEM)
    assert found is not None
    assert found.steps[0].opened == life.now
    assert found.steps[0].declared is None


async def test_who_was_not_sent_it_does_not_count(life: Story) -> None:
    send = await sent(life, CEM)
    await life.meets(DEE)
    assert not await opens(life, send, DEE)


async def test_what_was_taken_back_is_not_counted_any_more(life: Story) -> None:
    send = await sent(life, CEM)
    assert not await opens(life, await out(life, send, "taken"), CEM)


async def test_each_step_of_a_path_counts_for_itself(life: Story) -> None:
    send = await sent(life, *EVERYONE, courses=(COURSE, SECOND))
    await opens(life, send, CEM)
    await opens(life, send, CEM, 1)
    await opens(life, send, DEE)
    assert (await columns(life, send), await columns(life, send, 1)) == ((2, 0, 0), (1, 0, 0))
    assert (await figures(life, send))[0] == "2 the first, 1 the last"


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"send": "send1"},
        {"send": "nope", "person": "x", "step": "0"},
        {"send": "send1", "person": "x", "step": "0"},
        {"send": "send1", "person": "x", "step": "7"},
        {"send": "send1", "person": "../x", "step": "-1"},
        {"send": "send1", "step": "0", "visit": VISIT},
        {"send": "send1", "person": "", "step": "0"},
    ],
)
async def test_a_forged_opening_changes_nothing(life: Story, args: dict[str, str]) -> None:
    await sent(life, CEM)
    event = replace(life.event("message", "course.opened", None, None), args=args)
    assert not await life.happens(event)


# --- for all to see -------------------------------------------------------------------------------


async def test_in_a_place_every_visit_counts_once_and_without_a_name(life: Story) -> None:
    send = await sent(life, open=True)
    changes = await visits(life, send, VISIT, at="0")
    assert (TEAM.place, f"course/{send.id}/at0") in shown(changes)
    assert not await visits(life, send, VISIT, at="0")
    await visits(life, send, OTHER, at="0")
    assert "2 have opened it" in words(await life.seen(f"course/{send.id}/at0"))
    assert changes.saves == ()


@pytest.mark.parametrize("visit", ["", "x", "0" * 31, "0" * 33, "é" * 32, VISIT.upper()])
async def test_a_visit_that_is_none_does_not_count(life: Story, visit: str) -> None:
    send = await sent(life, open=True)
    assert not await visits(life, send, visit)


# --- the works council ----------------------------------------------------------------------------


async def test_the_setting_is_kept_and_an_unchanged_one_changes_nothing(life: Story) -> None:
    assert not await unwatched(life.read)
    await agrees(life)
    assert await unwatched(life.read)
    life.now += timedelta(hours=1)
    assert not await agrees(life)
    life.now += timedelta(hours=1)
    await agrees(life, works_council=False)
    assert not await unwatched(life.read)


async def test_no_button_can_change_what_was_agreed(life: Story) -> None:
    await agrees(life)
    changes = await life.press("courses.policy", works_council="false")
    assert "does nothing any more" in said(changes)
    assert await unwatched(life.read)


async def test_a_setting_that_says_nothing_is_not_agreed(life: Story) -> None:
    event = Event(id="x", org="main", source="timer", name="courses.policy")
    assert await told(event, life.moment()) == Changes()
    assert await life.read.get(Policy, "org") is None


async def test_an_opening_leaves_no_trace_of_the_person_in_the_store(
    life: Story, tmp_path: Path
) -> None:
    send = await sent(life, *EVERYONE)
    await agrees(life)
    dee = (await life.known(DEE)).id
    before = rows_with(tmp_path, dee)
    assert any(f"{send.id}/{dee}" in row for row in before)
    changes = await visits(life, send, VISIT)
    assert await columns(life, send) == (1, 0, 0)
    assert rows_with(tmp_path, dee) == before
    assert dee not in str(changes)
    assert await learning(life, send, DEE) is None


async def test_a_name_that_comes_along_all_the_same_is_left_lying(life: Story) -> None:
    send = await sent(life, *EVERYONE)
    await agrees(life)
    assert not await opens(life, send, DEE)
    assert await learning(life, send, DEE) is None


async def test_a_repeated_visit_counts_once_there_as_well(life: Story) -> None:
    send = await sent(life, *EVERYONE)
    await agrees(life)
    await visits(life, send, VISIT)
    assert not await visits(life, send, VISIT)
    assert await figures(life, send) == ["1 of 5", "0 of 5", "0 of 5"]


async def test_no_more_openings_are_told_than_there_are_people(life: Story) -> None:
    send = await sent(life, *EVERYONE)
    await agrees(life)
    for n in range(7):
        await visits(life, send, f"{n:032x}")
    assert (await figures(life, send))[0] == "5 of 5"


async def test_figures_of_fewer_than_five_are_not_told_at_all(life: Story) -> None:
    send = await sent(life, CEM, DEE)
    await agrees(life)
    await does(life, "courses.done", CEM, send)
    assert set(await figures(life, send)) == {"told from five people on"}


async def test_the_card_says_that_nothing_is_kept(life: Story) -> None:
    send = await sent(life, CEM)
    assert "never who" in words(await life.seen(f"course/{send.id}", CEM))
    await agrees(life)
    assert "by whom is kept nowhere" in words(await life.seen(f"course/{send.id}", CEM))


async def test_what_was_kept_before_is_forgotten_and_still_counted(life: Story) -> None:
    send = await sent(life, *EVERYONE)
    await opens(life, send, CEM)
    await does(life, "courses.done", CEM, send)
    await agrees(life)
    await life.ring("courses.unname")
    found = await learning(life, send, CEM)
    assert found is not None
    assert (found.steps[0].opened, found.steps[0].declared) == (None, life.now)
    assert await columns(life, send) == (1, 1, 0)


async def test_however_many_there_were(life: Story) -> None:
    send = await sent(life, CEM)
    many = tuple(
        Learning(id=f"x/{n}", send="x", person=str(n), steps=(Step(opened=life.now),))
        for n in range(450)
    )
    await life.commit(Changes(saves=many))
    await agrees(life)
    for _ in range(4):
        await life.ring("courses.unname")
    left = [await life.read.get(Learning, one.id) for one in many]
    assert [one for one in left if one] == []
    assert await columns(life, send) == (0, 0, 0)
