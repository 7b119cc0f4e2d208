"""What goes wrong around the engine, and what must not be lost by it."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from connectors.stores.sqlite import SqliteStore
from core.engine.errors import Conflict, Gone, Overloaded, RetryLater, StoreError
from core.engine.lanes import Lanes
from core.engine.ports import (
    Address,
    Answer,
    Ask,
    Changes,
    Commit,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    Outcome,
    Raise,
    Reader,
    Reply,
    Rhythm,
    Say,
    Tally,
    ToOrigin,
    ToPerson,
    ToPlace,
    ToThread,
    show,
)
from core.message import Form, Post, verbatim
from tests.engine.machine import ADA, MONDAY, ROOM, Chat, Machine, line, machine, post_to, press

PLACE = Address(id=ROOM, ref={"conversation": "room"})
FORM = Form(title=verbatim("t"), action="a", fields=(), submit=verbatim("s"))


class Moody(SqliteStore):
    """The real store, which fails when told to."""

    faults: ClassVar[dict[str, deque[Exception]]] = defaultdict(deque)

    meanwhile: ClassVar[list[Callable[[], Awaitable[object]]]] = []

    async def mark(self, keys: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        while self.meanwhile:
            await self.meanwhile.pop()()
        return await super().mark(keys)

    async def commit(self, batch: Sequence[Commit]) -> frozenset[tuple[str, str]]:
        self._stumble("commit")
        return await super().commit(batch)

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        self._stumble("settle")
        await super().settle(outcomes)

    def _stumble(self, what: str) -> None:
        if self.faults[what]:
            raise self.faults[what].popleft()


@pytest.fixture(autouse=True)
def faults() -> dict[str, deque[Exception]]:
    Moody.faults.clear()
    return Moody.faults


async def room(m: Machine) -> None:
    await m.intake.submit(msgspec.structs.replace(press("seen the room"), learned=(PLACE,)))


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 - it is looked at from outside
        await asyncio.sleep(0.001)


async def state(m: Machine, key: str) -> str:
    due = await m.store.job("main", key)
    assert due
    return due.state


# --- the store does not answer ----------------------------------------------------------------


async def test_an_event_that_the_store_cannot_read_for_is_asked_to_come_again(
    tmp_path: Path,
) -> None:
    broken = True

    async def reads(event: Event, moment: Moment) -> Changes:
        if broken:
            raise StoreError("the disk is away")
        return Changes(reply=Done(verbatim("done")))

    async with asyncio.timeout(10), machine(tmp_path, reads) as m:
        with pytest.raises(Overloaded):
            await m.intake.submit(press("p1"))
        broken = False
        assert await m.intake.submit(press("p1")) == Done(verbatim("done"))


async def test_a_store_that_fails_after_a_conflict_does_not_stop_the_service(
    tmp_path: Path, faults: dict[str, deque[Exception]]
) -> None:
    async with asyncio.timeout(10), machine(tmp_path, kind=Moody) as m:
        faults["commit"].extend([Conflict(("seen the room",)), StoreError("full")])
        with pytest.raises(Overloaded):
            await room(m)
        await room(m)
        await m.do(post_to(ToPlace(ROOM), "hello"))
        await m.settled()
        assert m.chat.sent == [(ROOM, "hello")]


async def test_a_question_about_the_store_is_asked_to_come_again(tmp_path: Path) -> None:
    async with asyncio.timeout(10), machine(tmp_path, kind=Moody) as m:
        Moody.faults["commit"].append(StoreError("full"))
        with pytest.raises(Overloaded):
            await m.intake.submit_all([press(f"p{n}") for n in range(30)])


async def test_what_was_sent_is_written_down_when_the_store_is_back(
    tmp_path: Path, faults: dict[str, deque[Exception]]
) -> None:
    number = 0

    async def view(moment: Moment, slot: str, viewer: object) -> Post | None:
        return line(f"card {number}", slot)

    async with asyncio.timeout(10), machine(tmp_path, view=view, kind=Moody) as m:
        await room(m)
        for number in range(2):  # noqa: B007 - the view reads it
            faults["settle"].append(StoreError("the disk is full"))
            await m.do(show(ToPlace(ROOM), "card"))
            await m.settled()
            m.clock.forward(minutes=5)
        assert m.chat.sent == [(ROOM, "card 0"), (ROOM, "card 1")]
        assert list(m.chat.stands.values()) == ["card 1"]
        assert await m.store.claimed() == []


async def test_a_message_that_could_not_be_drawn_for_want_of_the_store_is_sent_later(
    tmp_path: Path,
) -> None:
    troubles = [StoreError("the disk is away")]

    async def view(moment: Moment, slot: str, viewer: object) -> Post | None:
        if troubles:
            raise troubles.pop()
        return line("card", slot)

    async with asyncio.timeout(10), machine(tmp_path, view=view) as m:
        await room(m)
        await m.do(show(ToPlace(ROOM), "card"))
        await m.settled()
        m.clock.forward(seconds=10)
        await m.settled()
        assert m.chat.sent == [(ROOM, "card")]


async def test_an_answer_that_finds_the_line_full_is_not_lost(tmp_path: Path) -> None:
    gate, answers = asyncio.Event(), list[str]()

    async def handle(event: Event, moment: Moment) -> Changes:
        if event.source == "answer":
            answers.append(event.name)
            return Changes()
        if event.name == "slow":
            await gate.wait()
            return Changes()
        return Changes(jobs=(Job(key="who", work=Ask("members", {}, "listed")),))

    async def members(question: Mapping[str, str], read: Reader) -> Answer:
        crowd = () if asked.is_set() else range(4200)
        tasks.extend(asyncio.create_task(m.intake.submit(many(n))) for n in crowd)
        await asyncio.sleep(0)
        asked.set()
        return Answer()

    def many(n: int) -> Event:
        return press(f"s{n}", "slow")

    tasks: list[asyncio.Task[Reply | None]] = []
    asked = asyncio.Event()
    async with asyncio.timeout(20), machine(tmp_path, handle, asks={"members": members}) as m:
        await m.intake.submit(press("p"))
        await asked.wait()
        await until(lambda: bool(m.worker.counts["put_back"]))
        gate.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        tasks.clear()
        m.clock.forward(seconds=10)
        async with asyncio.timeout(5):
            await m.worker.idle()
        assert answers == ["listed"]


# --- events that are handled only in part -----------------------------------------------------


async def test_an_address_learned_from_an_event_that_failed_is_learned_from_the_next(
    tmp_path: Path,
) -> None:
    async def handle(event: Event, moment: Moment) -> Changes:
        if event.id == "bad":
            raise ValueError(event.id)
        return Changes()

    async with asyncio.timeout(10), machine(tmp_path, handle) as m:
        for id in ("bad", "good"):
            await m.intake.submit(msgspec.structs.replace(press(id), learned=(PLACE,)))
        assert await m.store.reader("main").get(Address, ROOM) is not None


async def test_an_app_that_leaves_and_comes_back_at_once_is_there(tmp_path: Path) -> None:
    gone = msgspec.structs.replace(PLACE, state="not_installed")
    async with asyncio.timeout(10), machine(tmp_path) as m:
        await room(m)
        went, came = (
            msgspec.structs.replace(press(id), learned=(address,))
            for id, address in (("went", gone), ("came", PLACE))
        )
        await m.intake.submit_all([went, came])
        address = await m.store.reader("main").get(Address, ROOM)
        assert address
        assert address.state == "ok"


async def test_a_newcomers_form_with_errors_may_be_sent_again(tmp_path: Path) -> None:
    async def refuse(event: Event, moment: Moment) -> Changes:
        return Changes(reply=Invalid(FORM))

    async with asyncio.timeout(10), machine(tmp_path, refuse) as m:
        first = msgspec.structs.replace(press("f1"), learned=(PLACE,))
        assert await m.intake.submit(first) == Invalid(FORM)
        assert await m.intake.submit(first) == Invalid(FORM)


async def test_words_that_cannot_be_written_down_spoil_only_their_own_event(
    tmp_path: Path,
) -> None:
    async def handle(event: Event, moment: Moment) -> Changes:
        words = "\ud800" if event.id == "odd" else "fine"
        job = post_to(ToPlace(ROOM), f"about {event.id}")
        return Changes(jobs=(job,), reply=Done(verbatim(words)))

    async with asyncio.timeout(10), machine(tmp_path, handle) as m:
        await room(m)
        await m.settled()
        m.chat.sent.clear()
        ids = ("p1", "odd", "p2")
        replies = await asyncio.gather(*(m.intake.submit(press(id)) for id in ids))
        await m.settled()
        assert replies[0] == replies[2] == Done(verbatim("fine"))
        assert [words for _, words in m.chat.sent] == [f"about {id}" for id in ids]


async def test_a_card_that_cannot_be_drawn_takes_nothing_from_the_press(tmp_path: Path) -> None:
    async def query(event: Event, moment: Moment, asks: object) -> Reply | None:
        raise ValueError("a forged slot")

    async def handle(event: Event, moment: Moment) -> Changes:
        vote = Tally(board="votes", subject="c", once="vote/ada")
        return Changes(tallies=(vote,), reply=Done(verbatim("counted")))

    async with asyncio.timeout(10), machine(tmp_path, handle, query=query) as m:
        pressed = press("p1")
        assert pressed.origin
        origin = msgspec.structs.replace(pressed.origin, slot="card/1")
        reply = await m.intake.submit(msgspec.structs.replace(pressed, origin=origin))
        assert reply == Done(verbatim("counted"))
        assert await m.store.reader("main").tally("votes", "c") == 1


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

    async with asyncio.timeout(10), machine(tmp_path, handle, asks={"members": members}) as m:
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
        return Changes(jobs=(Job(key="who", work=Ask("members", {}, "listed")),))

    async def members(question: Mapping[str, str], read: Reader) -> Answer:
        return Answer()

    async with asyncio.timeout(10), machine(tmp_path, handle, asks={"members": members}) as m:
        await m.intake.submit(press("p"))
        await m.settled()
        reopen = "UPDATE jobs SET state = 'claimed', finished = NULL WHERE key = 'who'"
        await m.store._writer.do(lambda db: db.execute(reopen))  # noqa: SLF001 - as a crash leaves it
    async with asyncio.timeout(10), machine(tmp_path, handle, asks={"members": members}) as m:
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
        return Changes(jobs=(Job(key="who", work=Ask("members", {}, "listed")),))

    async def members(question: Mapping[str, str], read: Reader) -> Answer:
        raise KeyError("conversation")

    async with asyncio.timeout(10), machine(tmp_path, handle, asks={"members": members}) as m:
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
        assert len(m.chat.sent) < 100


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
