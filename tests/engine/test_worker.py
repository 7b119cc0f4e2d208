import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from core.engine.errors import Gone, Rejected, RetryLater, Uncertain, Unreachable
from core.engine.ports import (
    Address,
    Answer,
    Ask,
    Changes,
    Commit,
    Diary,
    Event,
    Job,
    Moment,
    Raise,
    Reader,
    Rhythm,
    ToOrigin,
    ToPerson,
    ToPlace,
    ToThread,
    Withdraw,
    show,
)
from core.message import Post
from tests.engine.machine import ADA, MONDAY, ROOM, Machine, line, machine, post_to, press

PERSON = ToPerson("ada")


async def room(m: Machine) -> None:
    event = press("seen the room")
    address = Address(id=ROOM, ref={"conversation": "room"})
    await m.intake.submit(msgspec.structs.replace(event, learned=(address,)))


async def state(m: Machine, key: str) -> tuple[str, str]:
    due = await m.store.job("main", key)
    assert due
    return due.state, due.why


async def test_a_message_to_a_place_is_sent_once(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        await m.do(post_to(ToPlace(ROOM), "hello"))
        await m.do(post_to(ToPlace(ROOM), "hello"))
        await m.settled()
        assert m.chat.sent == [(ROOM, "hello")]
        assert await state(m, "hello") == ("sent", "")


async def test_messages_to_one_place_leave_one_at_a_time(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        words = [f"line {n:02}" for n in range(30)]
        await m.do(*(post_to(ToPlace(ROOM), w) for w in words))
        await m.settled()
        assert [w for _, w in m.chat.sent] == words
        assert m.chat.most == 1


async def test_an_answer_overtakes_what_waits_in_its_place(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        slow = [post_to(ToPlace(ROOM), f"news {n}", weight="essential") for n in range(9)]
        await m.do(*slow, post_to(ToOrigin(ROOM), "answer", weight="answer"))
        await m.settled()
        assert [w for _, w in m.chat.sent].index("answer") <= 1


async def test_a_place_that_nobody_knows_is_reported(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await m.do(post_to(ToPlace("fake:t1:nowhere"), "hello"))
        await m.settled()
        assert await state(m, "hello") == ("not_installed", "place")


async def test_showing_a_thing_again_edits_its_message(tmp_path: Path) -> None:
    number = 0

    async def view(moment: Moment, slot: str, viewer: object) -> Post | None:
        return line(f"{slot} {number}", slot) if number < 3 else None

    async with machine(tmp_path, view=view) as m:
        await room(m)
        for number in (0, 1, 1):  # noqa: B007 - the view reads it
            await m.do(show(ToPlace(ROOM), "card"))
            await m.settled()
            m.clock.forward(minutes=5)
        assert [w for _, w in m.chat.sent] == ["card 0", "card 1"]
        assert list(m.chat.stands.values()) == ["card 1"]


async def test_an_answer_in_a_thread_stands_below_its_card(tmp_path: Path) -> None:
    async def view(moment: Moment, slot: str, viewer: object) -> Post | None:
        return line("question", slot)

    async with machine(tmp_path, view=view) as m:
        await room(m)
        await m.do(show(ToPlace(ROOM), "intro/1"))
        await m.settled()
        await m.do(post_to(ToThread(ROOM, "intro/1"), "my answer"))
        await m.settled()
        assert m.chat.threads == {"m1": "", "m2": "m1"}


async def test_where_there_are_no_threads_an_answer_is_not_a_message_of_its_own(
    tmp_path: Path,
) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        m.chat.threaded = False
        await m.do(post_to(ToThread(ROOM, "intro/1"), "my answer"))
        await m.settled()
        assert await state(m, "my answer") == ("skipped", "no threads there")


async def test_a_message_that_was_taken_away_is_not_posted_anew(tmp_path: Path) -> None:
    number = 0

    async def view(moment: Moment, slot: str, viewer: object) -> Post | None:
        return line(f"card {number}", slot)

    async with machine(tmp_path, view=view) as m:
        await room(m)
        for number in range(3):
            if number == 1:
                m.chat.errors.append(Gone("deleted by a human"))
            await m.do(show(ToPlace(ROOM), "card"))
            await m.settled()
            m.clock.forward(minutes=5)
        assert [w for _, w in m.chat.sent] == ["card 0"]


async def test_a_thing_can_be_withdrawn(tmp_path: Path) -> None:
    async def view(moment: Moment, slot: str, viewer: object) -> Post | None:
        return line("card", slot)

    async with machine(tmp_path, view=view) as m:
        await room(m)
        await m.do(show(ToPlace(ROOM), "card"))
        await m.settled()
        await m.do(Job(key="away", work=Withdraw(ToPlace(ROOM), "card")))
        await m.settled()
        assert m.chat.stands == {}


async def test_a_platform_that_asks_for_patience_gets_it(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        m.chat.errors.append(RetryLater(0.02))
        await m.do(post_to(ToPlace(ROOM), "hello"))
        await m.settled()
        assert m.chat.sent == []
        m.clock.forward(seconds=1)
        await asyncio.sleep(0.03)
        await m.settled()
        assert m.chat.sent == [(ROOM, "hello")]


async def test_a_message_that_the_platform_will_never_take_fails_with_its_reason(
    tmp_path: Path,
) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        m.chat.errors.append(Rejected("MessageSizeTooBig"))
        await m.do(post_to(ToPlace(ROOM), "hello"))
        await m.settled()
        assert await state(m, "hello") == ("failed", "MessageSizeTooBig")


async def test_a_doubtful_message_goes_once_more_and_says_so(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        m.chat.errors.extend([Uncertain(), None])
        await m.do(post_to(ToPlace(ROOM), "hello", weight="essential"))
        await m.settled()
        m.clock.forward(minutes=1)
        await m.settled()
        assert m.chat.sent == [(ROOM, "hello (again)")]


async def test_a_doubtful_message_never_goes_a_third_time(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        m.chat.errors.extend([Uncertain(), Uncertain()])
        await m.do(post_to(ToPlace(ROOM), "hello", weight="essential"))
        for _ in range(3):
            await m.settled()
            m.clock.forward(minutes=1)
        assert await state(m, "hello") == ("unconfirmed", "sent, not confirmed")


async def test_a_doubtful_message_that_can_be_looked_up_is_not_sent_again(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        m.chat.errors.append(Uncertain())
        m.chat.found["hello"] = "m77"
        await m.do(post_to(ToPlace(ROOM), "hello", weight="essential"))
        await m.settled()
        assert await state(m, "hello") == ("sent", "")


async def test_a_doubtful_nudge_is_left_alone(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        m.chat.errors.extend([None, Uncertain()])
        await m.do(post_to(PERSON, "nudge", weight="nudge"))
        await m.settled()
        assert await state(m, "nudge") == ("unconfirmed", "sent, not confirmed")


async def test_a_person_is_reached_by_their_other_account(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        m.people.accounts = ("fake:t1:old", ADA)
        m.chat.errors.append(Unreachable("blocked us", state="blocked"))
        await m.do(post_to(PERSON, "hello"))
        await m.settled()
        assert m.chat.sent == [(ADA, "hello")]


async def test_a_chat_that_must_be_made_first_is_no_reason_to_write_elsewhere(
    tmp_path: Path,
) -> None:
    async with machine(tmp_path) as m:
        old = Address(id="fake:t1:old", ref={"conversation": "private"})
        await m.intake.submit(msgspec.structs.replace(press("w1"), learned=(old,)))
        m.people.accounts = (ADA, "fake:t1:old")
        await m.do(post_to(PERSON, "hello"))
        await m.settled()
        assert m.chat.sent == [(ADA, "hello")]


async def test_a_person_whom_nobody_can_reach_is_reported_with_a_reason(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        m.chat.errors.append(Unreachable("blocked us", state="blocked"))
        await m.do(post_to(PERSON, "hello"))
        await m.settled()
        assert await state(m, "hello") == ("blocked", "no way to reach them")


async def test_somebody_who_writes_again_can_be_reached_again(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        home = Address(id=ADA, ref={"conversation": "private"})
        wrote = msgspec.structs.replace(press("w1"), learned=(home,))
        await m.intake.submit(wrote)
        m.chat.errors.append(Unreachable("blocked us", state="blocked"))
        await m.do(post_to(PERSON, "one"))
        await m.settled()
        await m.intake.submit(msgspec.structs.replace(wrote, id="w2"))
        await m.do(post_to(PERSON, "two"))
        await m.settled()
        assert m.chat.sent == [(ADA, "two")]


async def test_a_nudge_waits_for_the_hours_of_its_reader(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        m.people.rhythm = Rhythm(start=14)
        await m.do(post_to(PERSON, "nudge", weight="nudge"))
        await m.settled()
        assert await state(m, "nudge") == ("held", "hours")
        m.clock.time = datetime(2026, 3, 2, 14, tzinfo=UTC)
        await m.settled()
        assert m.chat.sent == [(ADA, "nudge")]


async def test_nudges_that_wait_for_the_same_hour_come_as_one(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        m.people.rhythm = Rhythm(start=14)
        await m.do(*(post_to(PERSON, f"nudge {n}", weight="nudge") for n in range(3)))
        await m.settled()
        m.clock.forward(hours=4)
        await m.settled()
        assert m.chat.sent == [(ADA, "nudge 0 + nudge 1 + nudge 2")]
        assert await m.store.reader("main").tally("sent", "ada") == 1


async def test_after_three_messages_without_an_answer_coterie_asks_and_is_silent(
    tmp_path: Path,
) -> None:
    heard: list[str] = []

    async def handle(event: Event, moment: Moment) -> Changes:
        heard.append(event.name)
        n = len(heard)
        return (
            Changes(jobs=(post_to(PERSON, f"nudge {n}", weight="nudge"),)) if n <= 5 else Changes()
        )

    async with machine(tmp_path, handle) as m:
        m.people.rhythm = Rhythm(budget=99)
        for n in range(5):
            await m.intake.submit(press(f"p{n}"))
            await m.settled()
        assert [w for _, w in m.chat.sent] == ["nudge 1", "nudge 2", "nudge 3"]
        assert "silent" in heard
        assert await state(m, "nudge 4") == ("skipped", "silent")


async def test_the_fourth_nudge_of_a_week_waits_for_the_next(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        for n in range(4):
            m.people.rhythm = Rhythm(heard=n)
            await m.do(post_to(PERSON, f"nudge {n}", weight="nudge"))
            await m.settled()
        assert await state(m, "nudge 3") == ("held", "budget")
        held = await m.store.job("main", "nudge 3")
        assert held
        assert held.job.due == MONDAY + timedelta(days=6, hours=23)


async def test_what_was_sent_unasked_stands_in_the_diary(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await m.do(post_to(PERSON, "nudge", weight="nudge"))
        await m.settled()
        diary = await m.store.reader("main").get(Diary, "ada")
        assert diary
        assert [told.summary.args["text"] for told in diary.told] == ["nudge"]


async def test_a_job_past_its_time_is_not_done(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        at, until = MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2)
        await m.do(post_to(ToPlace(ROOM), "late", due=at, until=until))
        m.clock.forward(hours=3)
        await m.settled()
        assert await state(m, "late") == ("expired", "")


async def test_a_timer_rings_at_its_time_and_once(tmp_path: Path) -> None:
    rung: list[datetime] = []

    async def handle(event: Event, moment: Moment) -> Changes:
        timer = Event(id="t", org="main", source="timer", name="ring")
        if event.source == "timer":
            rung.append(moment.now)
        job = Job(key="timer", work=Raise(timer), due=MONDAY + timedelta(days=2))
        return Changes(jobs=(job,))

    async with machine(tmp_path, handle) as m:
        await m.intake.submit(press("p"))
        await m.settled()
        assert rung == []
        m.clock.forward(days=2)
        await m.settled()
        assert rung == [MONDAY + timedelta(days=2)]


async def test_a_question_to_the_outside_comes_back_as_an_event(tmp_path: Path) -> None:
    answers: list[Event] = []

    async def handle(event: Event, moment: Moment) -> Changes:
        if event.source == "answer":
            answers.append(event)
            return Changes()
        ask = Ask("members", {"place": ROOM}, "listed")
        return Changes(jobs=(Job(key="who", work=ask),))

    async def members(question: Mapping[str, str], read: Reader) -> Answer:
        return Answer(cursor="more", values={"of": question["place"]})

    async with machine(tmp_path, handle, asks={"fake.members": members}) as m:
        await m.intake.submit(press("p"))
        await m.settled()
        assert [(a.name, a.cursor, a.values) for a in answers] == [("listed", "more", {"of": ROOM})]


async def test_a_question_that_nobody_can_answer_comes_back_as_an_error(tmp_path: Path) -> None:
    answers: list[str] = []

    async def handle(event: Event, moment: Moment) -> Changes:
        if event.source == "answer":
            answers.append(event.error)
            return Changes()
        return Changes(jobs=(Job(key="who", work=Ask("directory", {}, "listed")),))

    async with machine(tmp_path, handle) as m:
        await m.intake.submit(press("p"))
        await m.settled()
        assert answers == ["unknown"]


async def test_what_was_in_flight_when_the_process_died_is_looked_after(tmp_path: Path) -> None:
    jobs = (
        post_to(ToPlace(ROOM), "essential", weight="essential", lane=ROOM),
        post_to(PERSON, "nudge", weight="nudge", lane="ada"),
    )
    async with machine(tmp_path) as m:
        await room(m)
    async with machine(tmp_path) as m:
        await m.worker.stop()
        far = tuple(msgspec.structs.replace(job, due=MONDAY) for job in jobs)
        keys = frozenset(job.key for job in far)
        commit = Commit(org="main", event="", at=MONDAY, changes=Changes(jobs=far), adopted=keys)
        await m.store.commit([commit])
    async with machine(tmp_path) as m:
        await asyncio.sleep(0.05)
        await m.settled()
        assert m.chat.sent == [(ROOM, "essential (again)")]
        assert await state(m, "nudge") == ("unconfirmed", "sent, not confirmed")
