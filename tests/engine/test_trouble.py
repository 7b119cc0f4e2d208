"""What goes wrong around the engine, and what must not be lost by it."""

import asyncio
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Self

import msgspec
import pytest

from connectors.stores.sqlite import SqliteStore
from core.engine.errors import Conflict, Overloaded, StoreError
from core.engine.ports import (
    Address,
    Answer,
    Ask,
    Changes,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    Raise,
    Reader,
    Reply,
    Tally,
    ToPlace,
    show,
)
from core.message import Form, Post, verbatim
from tests.engine.machine import (
    PLACE,
    ROOM,
    Moody,
    line,
    machine,
    post_to,
    press,
    room,
    until,
)

FORM = Form(title=verbatim("t"), action="a", fields=(), submit=verbatim("s"))


@pytest.fixture(autouse=True)
def faults() -> dict[str, deque[Exception]]:
    Moody.faults.clear()
    return Moody.faults


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
        return Changes(jobs=(Job(key="who", work=Ask("members", {"place": ROOM}, "listed")),))

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
    async with asyncio.timeout(20), machine(tmp_path, handle, asks={"fake.members": members}) as m:
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


async def test_nobody_waits_for_a_store_that_does_not_answer_and_what_was_sent_still_counts(
    tmp_path: Path,
) -> None:
    gate, counted = asyncio.Event(), list[str]()

    async def handle(event: Event, moment: Moment) -> Changes:
        await gate.wait()
        counted.append(event.id)
        vote = Tally(board="votes", subject="c", once=event.id)
        return Changes(tallies=(vote,), reply=Done(verbatim("counted")))

    async with asyncio.timeout(10), machine(tmp_path, handle) as m:
        with pytest.raises(Overloaded):
            async with asyncio.timeout(3):
                await m.intake.submit(press("p1"))
        again = asyncio.create_task(m.intake.submit(press("p1")))
        await asyncio.sleep(0)
        gate.set()
        assert await again == Done(verbatim("counted"))
        assert counted == ["p1"]


class Slow(SqliteStore):
    """The real store on a disk that takes a fifth of a second for each commit."""

    async def open(self) -> Self:
        await super().open()
        self._open.main.set_trace_callback(lambda sql: sleep(0.2 * (sql == "COMMIT")))
        return self


async def test_a_slow_database_costs_everybody_once_and_nobody_in_turn(tmp_path: Path) -> None:
    async def handle(event: Event, moment: Moment) -> Changes:
        vote = Tally(board="votes", subject="c", once=event.id)
        place = Address(id=f"fake:t1:{event.id}")
        job = post_to(ToPlace(place.id), event.id)
        return Changes(saves=(place,), tallies=(vote,), jobs=(job,))

    ids = [f"p{number}" for number in range(200)]
    async with asyncio.timeout(20), machine(tmp_path, handle, kind=Slow) as m:
        async with asyncio.timeout(5):  # each in turn would take 40 s
            await asyncio.gather(*(m.intake.submit(press(id)) for id in ids))
        await m.settled()
        assert await m.store.reader("main").tally("votes", "c") == len(ids)
        assert sorted(m.chat.keys) == sorted(ids)
        assert await m.store.claimed() == []


# --- the clock is set -------------------------------------------------------------------------


async def test_a_timer_rings_once_however_the_clock_is_set(tmp_path: Path) -> None:
    rung: list[str] = []

    async def handle(event: Event, moment: Moment) -> Changes:
        if event.source == "timer":
            rung.append(event.name)
            return Changes()
        return Changes(jobs=tuple(timer(hours, moment.now) for hours in (1, 20, 26)))

    async with asyncio.timeout(10), machine(tmp_path, handle) as m:
        await m.intake.submit(press("p"))
        for hours in (-1, 24, -1, -20, 21, 2, 24, -48, 48):
            m.clock.forward(hours=hours)
            await m.settled()
        assert rung == ["in 1", "in 20", "in 26"]


def timer(hours: int, now: datetime) -> Job:
    event = Event(id=f"timer/{hours}", org="main", source="timer", name=f"in {hours}")
    return Job(key=event.id, work=Raise(event), due=now + timedelta(hours=hours))


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
