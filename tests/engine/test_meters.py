"""What is counted while the engine runs: enough to watch over it, and nobody's name."""

import asyncio
import contextvars
from pathlib import Path

import pytest

from core.engine import trail
from core.engine.errors import Overloaded, RetryLater, StoreError
from core.engine.line import WAITING, Line
from core.engine.meters import BOUNDS, Meters, Timing
from core.engine.ports import Changes, Commit, Event, Job, Moment, Raise, ToPlace
from tests.engine.machine import MONDAY, ROOM, Moody, machine, nothing, post_to, press, room


async def broken(event: Event, moment: Moment) -> Changes:
    raise KeyError(event.id)


def test_what_took_exactly_a_bound_is_within_it() -> None:
    timing = Timing()
    for seconds in (BOUNDS[0], BOUNDS[0] + 0.0001, BOUNDS[-1] + 1):
        timing.took(seconds)
    assert (timing.counts[0], timing.counts[1], timing.counts[-1]) == (1, 1, 1)
    assert timing.seconds == pytest.approx(2 * BOUNDS[0] + 0.0001 + BOUNDS[-1] + 1)


async def test_turns_are_counted_by_what_became_of_them(tmp_path: Path) -> None:
    async with machine(tmp_path, nothing) as m:
        await m.intake.submit(press("one"))
        await m.do(id="two")
        await m.intake.submit(press("two"))
        meters = m.intake.meters
    assert meters.turns == {("press", "handled"): 3}
    assert sum(meters.turn.counts) == 3


async def test_what_was_handled_before_is_told_apart(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        await m.do(post_to(ToPlace(ROOM), "hello"), id="once")
        await m.intake.submit(press("once"))
        await m.settled()
        assert m.intake.meters.turns["press", "repeated"] == 1


async def test_an_event_that_no_handler_can_take_is_poison(tmp_path: Path) -> None:
    async with machine(tmp_path, broken) as m:
        await m.intake.submit(press("bad"))
        assert m.intake.meters.turns == {("press", "poison"): 1}


async def test_what_the_store_does_not_take_is_refused(tmp_path: Path) -> None:
    async with machine(tmp_path, kind=Moody) as m:
        await room(m)
        Moody.faults["commit"].append(StoreError("the disk is full"))
        with pytest.raises(Overloaded):
            await m.do(post_to(ToPlace(ROOM), "hello"))
        meters = m.intake.meters
        assert meters.turns["press", "refused"] == 1
        assert meters.refused_at > 0


async def test_a_line_that_is_full_says_so() -> None:
    meters = Meters()
    line = Line(meters.waits, meters)
    for number in range(WAITING):
        line.join(press(f"e{number}"))
    with pytest.raises(Overloaded):
        line.join(press("one more"))
    assert meters.turns == {("press", "overloaded"): 1}


async def test_messages_are_counted_by_what_the_platform_said(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        m.chat.errors.append(RetryLater(0.0))
        await m.do(post_to(ToPlace(ROOM), "hello"))
        await m.settled()
        meters = m.intake.meters
        assert meters.sends == {("fake", "later"): 1, ("fake", "sent"): 1}
        assert sum(meters.sending["fake"].counts) == 2
        assert sum(meters.commit.counts) == sum(meters.settle.counts) == 2


async def test_a_delivery_knows_which_turn_planned_it(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        await m.do(post_to(ToPlace(ROOM), "hello"), id="the turn")
        await m.settled()
        here = contextvars.copy_context()
        here.run(m.intake.trail.follow, "hello")
        assert (here[trail.turn], here[trail.job]) == ("the turn", "hello")
        here.run(m.intake.trail.follow, "of another process")
        assert here[trail.turn] == ""


async def test_handlers_run_under_the_id_of_their_own_event(tmp_path: Path) -> None:
    seen: dict[str, str] = {}

    async def handle(event: Event, moment: Moment) -> Changes:
        seen[event.id] = trail.turn.get()
        return Changes()

    async with machine(tmp_path, handle) as m:
        await asyncio.gather(*(m.intake.submit(press(f"e{number}")) for number in range(5)))
    assert seen == {id: id for id in seen}
    assert len(seen) == 5


def test_only_so_many_turns_are_remembered() -> None:
    remembered, here = trail.Trail(), contextvars.copy_context()
    for number in range(3 * trail.REMEMBERED):
        job = Job(key=f"k{number}", work=Raise(press("e")))
        changes = Changes(jobs=(job,))
        remembered.planned([Commit(org="main", event=f"e{number}", at=MONDAY, changes=changes)])
    seen = []
    for number in (0, 3 * trail.REMEMBERED - 1):
        here.run(remembered.follow, f"k{number}")
        seen.append(here[trail.turn])
    assert seen == ["", f"e{3 * trail.REMEMBERED - 1}"]
