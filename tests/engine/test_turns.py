"""When a job has its turn: what waits, what is asked again, what stands below what."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from core.engine.errors import Gone, RetryLater
from core.engine.lanes import Lanes
from core.engine.ports import (
    Answer,
    Ask,
    Changes,
    Event,
    Job,
    Moment,
    Raise,
    Reader,
    Rhythm,
    Say,
    Tally,
    ToOrigin,
    ToPerson,
    ToPlace,
    ToThread,
    show,
)
from core.message import Post
from tests.engine.machine import (
    ADA,
    MONDAY,
    ROOM,
    Chat,
    Moody,
    line,
    machine,
    post_to,
    press,
    room,
    state,
    until,
)

# --- jobs and their answers -------------------------------------------------------------------


async def test_the_same_question_asked_anew_is_answered_anew(tmp_path: Path) -> None:
    answers: list[str] = []

    async def handle(event: Event, moment: Moment) -> Changes:
        if event.source == "answer":
            answers.append(event.id)
            return Changes(tallies=(Tally(board="answers", subject="all"),))
        ask = Ask("members", {"place": ROOM}, "listed")
        return Changes(jobs=(Job(key="who", work=ask, plan="replace"),))

    async def members(question: Mapping[str, str], read: Reader) -> Answer:
        return Answer()

    async with asyncio.timeout(10), machine(tmp_path, handle, asks={"fake.members": members}) as m:
        for n in range(2):
            await m.intake.submit(press(f"p{n}"))
            await m.settled()
        assert len(answers) == 2


async def test_an_answer_that_was_taken_before_a_crash_is_not_taken_again(tmp_path: Path) -> None:
    answers = 0

    async def handle(event: Event, moment: Moment) -> Changes:
        nonlocal answers
        if event.source == "answer":
            answers += 1
            return Changes(tallies=(Tally(board="answers", subject="all"),))
        return Changes(jobs=(Job(key="who", work=Ask("members", {"place": ROOM}, "listed")),))

    async def members(question: Mapping[str, str], read: Reader) -> Answer:
        return Answer()

    async with asyncio.timeout(10), machine(tmp_path, handle, asks={"fake.members": members}) as m:
        await m.intake.submit(press("p"))
        await m.settled()
        reopen = "UPDATE jobs SET state = 'claimed', finished = NULL WHERE key = 'who'"
        await m.store._writer.do(lambda db: db.execute(reopen))  # noqa: SLF001 - as a crash leaves it
    async with asyncio.timeout(10), machine(tmp_path, handle, asks={"fake.members": members}) as m:
        await asyncio.sleep(0.02)
        await m.settled()
        assert await state(m, "who") == "sent"
        assert answers == 1


async def test_an_asker_with_a_fault_answers_with_an_error(tmp_path: Path) -> None:
    errors: list[str] = []

    async def handle(event: Event, moment: Moment) -> Changes:
        if event.source == "answer":
            errors.append(event.error)
            return Changes()
        return Changes(jobs=(Job(key="who", work=Ask("members", {"place": ROOM}, "listed")),))

    async def members(question: Mapping[str, str], read: Reader) -> Answer:
        raise KeyError("conversation")

    async with asyncio.timeout(10), machine(tmp_path, handle, asks={"fake.members": members}) as m:
        await m.intake.submit(press("p"))
        await m.settled()
        assert errors == ["no answer"]


async def test_a_timer_that_sets_itself_again_goes_on(tmp_path: Path) -> None:
    rung = 0

    async def handle(event: Event, moment: Moment) -> Changes:
        nonlocal rung
        rung += event.source == "timer"
        timer = Event(id=f"t{rung}", org="main", source="timer", name="ring")
        due = moment.now + timedelta(days=1)
        return Changes(jobs=(Job(key="timer", work=Raise(timer), due=due, plan="replace"),))

    async with asyncio.timeout(10), machine(tmp_path, handle) as m:
        await m.intake.submit(press("p"))
        for day in range(1, 4):
            m.clock.forward(days=1)
            await m.settled()
            assert rung == day


async def test_a_nudge_past_its_time_does_not_travel_with_another(tmp_path: Path) -> None:
    async with asyncio.timeout(10), machine(tmp_path) as m:
        at, until = MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2)
        await m.do(
            post_to(ToPerson("ada"), "good", weight="nudge", due=at),
            post_to(ToPerson("ada"), "late", weight="nudge", due=at, until=until),
        )
        m.clock.forward(hours=3)
        await m.settled()
        assert m.chat.sent == [(ADA, "good")]
        assert await state(m, "late") == "expired"


async def test_a_message_replaced_just_before_it_leaves_is_the_new_one(tmp_path: Path) -> None:
    async with asyncio.timeout(10), machine(tmp_path, kind=Moody) as m:
        await room(m)
        at = MONDAY + timedelta(seconds=1)
        old, new = (
            Job(key="news", work=post_to(ToPlace(ROOM), w).work, due=at, plan="replace")
            for w in ("old", "new")
        )
        await m.do(old)
        Moody.meanwhile.append(lambda: m.do(new))
        m.clock.forward(seconds=2)
        await m.settled()
        assert m.chat.sent == [(ROOM, "new")]


async def test_a_timer_moved_just_before_it_rings_does_not_ring(tmp_path: Path) -> None:
    rung = 0

    async def handle(event: Event, moment: Moment) -> Changes:
        nonlocal rung
        rung += event.source == "timer"
        days = 0 if event.id == "p1" else 7
        timer = Event(id=f"in {days} days", org="main", source="timer", name="ring")
        due = MONDAY + timedelta(days=days, seconds=1)
        return Changes(jobs=(Job(key="t", work=Raise(timer), due=due, plan="replace"),))

    async with asyncio.timeout(10), machine(tmp_path, handle, kind=Moody) as m:
        await m.intake.submit(press("p1"))
        Moody.meanwhile.append(lambda: m.intake.submit(press("p2")))
        m.clock.forward(seconds=2)
        await m.settled()
        assert rung == 0
        assert await state(m, "t") == "planned"


async def test_many_places_that_have_to_wait_do_not_hold_up_a_timer(tmp_path: Path) -> None:
    rung: list[str] = []

    async def handle(event: Event, moment: Moment) -> Changes:
        if event.source == "timer":
            rung.append(event.name)
            return Changes()
        timer = Event(id="t", org="main", source="timer", name="ring")
        posts = [post_to(ToPerson(f"p{n}"), f"nudge {n}") for n in range(400)]
        late = moment.now + timedelta(seconds=1)
        return Changes(jobs=(*posts, Job(key="timer", work=Raise(timer), due=late)))

    async with asyncio.timeout(20), machine(tmp_path, handle) as m:
        m.chat.errors.append(RetryLater(3600, scope="tenant"))
        await m.intake.submit(press("p"))
        await until(lambda: bool(m.worker.counts["planned"]))
        m.clock.forward(seconds=2)
        m.worker.wake()
        await until(lambda: bool(rung))
        assert len(m.chat.sent) < 200


async def test_what_is_said_one_after_another_stands_in_that_order(tmp_path: Path) -> None:
    async def say_so(event: Event, moment: Moment) -> Changes:
        return Changes(reply=Say(line(event.id)))

    async with asyncio.timeout(10), machine(tmp_path, say_so) as m:
        await room(m)
        ids = [f"line {n:03}" for n in range(120)]
        for id in ids:
            await m.intake.submit(press(id))
        await m.settled()
        assert [words for _, words in m.chat.sent if words in ids] == ids


async def test_nothing_new_is_sent_once_the_service_stops(tmp_path: Path) -> None:
    async with asyncio.timeout(10), machine(tmp_path) as m:
        await room(m)
        await m.worker.stop()
        await m.do(post_to(ToPlace(ROOM), "hello"))
        assert await state(m, "hello") == "planned"


# --- below a card, and in its order -------------------------------------------------------------


async def test_an_answer_waits_for_the_card_that_it_stands_below(tmp_path: Path) -> None:
    async def view(moment: Moment, slot: str, viewer: object) -> Post | None:
        return line(slot, slot)

    async with asyncio.timeout(10), machine(tmp_path, view=view) as m:
        await room(m)
        soon = m.clock.now() + timedelta(seconds=5)
        await m.do(show(ToPlace(ROOM), "intro/1", due=soon))
        await m.do(show(ToThread(ROOM, "intro/1"), "answer/1"))
        await m.settled()
        assert m.chat.sent == []
        for _ in range(2):
            m.clock.forward(seconds=8)
            await m.settled()
        assert m.chat.threads == {"m1": "", "m2": "m1"}
        assert m.chat.stands == {"m1": "intro/1", "m2": "answer/1"}


async def test_an_answer_below_a_card_that_never_comes_is_not_a_message_of_its_own(
    tmp_path: Path,
) -> None:
    async with asyncio.timeout(10), machine(tmp_path) as m:
        await room(m)
        await m.do(post_to(ToThread(ROOM, "intro/1"), "my answer"))
        await m.settled()
        assert m.chat.sent == []
        assert await state(m, "my answer") == "skipped"


async def test_a_thread_whose_first_message_was_deleted_does_not_cost_the_place(
    tmp_path: Path,
) -> None:
    async with asyncio.timeout(10), machine(tmp_path) as m:
        await room(m)
        m.chat.errors.append(Gone("404"))
        await m.do(post_to(ToOrigin(ROOM, thread="m0"), "reply"))
        await m.settled()
        await m.do(post_to(ToPlace(ROOM), "hello"))
        await m.settled()
        assert await state(m, "reply") == "withdrawn"
        assert m.chat.sent == [(ROOM, "hello")]


async def test_a_place_that_asks_for_patience_gets_everything_in_order(tmp_path: Path) -> None:
    async with asyncio.timeout(10), machine(tmp_path) as m:
        await room(m)
        m.chat.errors.append(RetryLater(0.5))
        words = [f"line {n}" for n in range(5)]
        await m.do(*(post_to(ToPlace(ROOM), w) for w in words))
        await m.settled()
        assert m.chat.sent == []
        m.worker.pace._closed.clear()  # noqa: SLF001 - the half second is over
        m.clock.forward(seconds=2)
        await m.settled()
        assert [w for _, w in m.chat.sent] == words


async def test_weeks_of_a_pause_are_no_tries(tmp_path: Path) -> None:
    async with asyncio.timeout(10), machine(tmp_path) as m:
        m.people.rhythm = Rhythm(paused_until=MONDAY + timedelta(days=20))
        await m.do(post_to(ToPerson("ada"), "nudge", weight="nudge"))
        for _ in range(20):
            await m.settled()
            m.clock.forward(days=1)
        m.chat.errors.extend([None, RetryLater(0.001)])
        for _ in range(3):
            await m.settled()
            m.clock.forward(days=1)
            await asyncio.sleep(0.002)
        assert m.chat.sent == [(ADA, "nudge")]


async def test_a_request_that_breaks_off_may_have_arrived(tmp_path: Path) -> None:
    async with asyncio.timeout(10), machine(tmp_path) as m:
        await room(m)
        m.chat.errors.append(ConnectionResetError())
        await m.do(post_to(ToPlace(ROOM), "hello", weight="essential"))
        await m.settled()
        m.clock.forward(minutes=1)
        await m.settled()
        assert m.chat.sent == [(ROOM, "hello (again)")]


async def test_an_edit_that_was_in_flight_in_a_crash_is_not_marked(tmp_path: Path) -> None:
    number = 0

    async def view(moment: Moment, slot: str, viewer: object) -> Post | None:
        return line(f"card {number}", slot)

    async with asyncio.timeout(10), machine(tmp_path, view=view) as m:
        await room(m)
        await m.do(show(ToPlace(ROOM), "card"))
        await m.settled()
        stands = dict(m.chat.stands)
        reopen = "UPDATE jobs SET state = 'claimed', finished = NULL WHERE key LIKE 'show/%'"
        await m.store._writer.do(lambda db: db.execute(reopen))  # noqa: SLF001 - as a crash leaves it
    number = 1
    async with asyncio.timeout(10), machine(tmp_path, view=view, chat=Chat(stands=stands)) as m:
        await asyncio.sleep(0.02)
        await m.settled()
        assert m.chat.stands == {"m1": "card 1"}


async def test_the_worker_stops_although_a_bell_rings_meanwhile() -> None:
    lanes = Lanes(4)
    waits = asyncio.create_task(lanes.wait(60))
    await asyncio.sleep(0)
    lanes.ring()
    waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waits


async def test_a_change_while_its_card_is_in_flight_is_drawn_when_its_time_comes(
    tmp_path: Path,
) -> None:
    number = 0

    async def view(moment: Moment, slot: str, viewer: object) -> Post | None:
        return line(f"card {number}", slot)

    async with asyncio.timeout(5), machine(tmp_path, view=view) as m:
        await room(m)
        m.chat.slow = asyncio.Event()
        await m.do(show(ToPlace(ROOM), "card"))
        await until(lambda: bool(m.chat.busy))
        number = 1
        await m.do(show(ToPlace(ROOM), "card", due=MONDAY + timedelta(seconds=1)))
        await asyncio.sleep(0.02)  # the loop has looked, found nothing, and sleeps
        m.clock.forward(seconds=2)
        m.chat.slow.set()
        await until(lambda: len(m.chat.sent) == 2)


async def test_what_has_to_come_up_again_is_not_slept_over(tmp_path: Path) -> None:
    async with asyncio.timeout(5), machine(tmp_path) as m:
        await room(m)
        m.chat.errors.append(RetryLater(0.05))
        await m.do(post_to(ToPlace(ROOM), "hello"))
        await until(lambda: bool(m.worker.counts["planned"]))
        await asyncio.sleep(0.02)  # the loop has had its look
        m.clock.forward(seconds=1)
        await until(lambda: m.chat.sent == [(ROOM, "hello")])
