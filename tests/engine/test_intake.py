import asyncio
from pathlib import Path

import msgspec
import pytest

from core.engine.errors import Overloaded
from core.engine.ports import (
    Address,
    Changes,
    Done,
    Event,
    Invalid,
    Moment,
    Say,
    Tally,
    ToPlace,
    show,
)
from core.message import Form, Post, verbatim
from tests.engine.machine import ROOM, Count, Machine, line, machine, press


async def count(event: Event, moment: Moment) -> Changes:
    """Each press makes the number one higher, and says so."""
    old = await moment.read.get(Count, "c") or Count(id="c")
    new = msgspec.structs.replace(old, presses=old.presses + 1)
    return Changes(saves=(new,), reply=Done(verbatim(str(new.presses))))


async def presses(m: Machine) -> int:
    record = await m.store.reader("main").get(Count, "c")
    return record.presses if record else 0


async def test_a_press_that_comes_ten_times_at_once_counts_once(tmp_path: Path) -> None:
    async with machine(tmp_path, count) as m:
        replies = await asyncio.gather(*(m.intake.submit(press("p1")) for _ in range(10)))
        assert replies == [Done(verbatim("1"))] * 10
        assert await presses(m) == 1


async def test_a_press_that_comes_again_later_gets_the_first_answer(tmp_path: Path) -> None:
    async with machine(tmp_path, count) as m:
        first = await m.intake.submit(press("p1"))
        await m.intake.submit(press("p2"))
        assert await m.intake.submit(press("p1")) == first
        assert await presses(m) == 2


async def test_two_thousand_presses_on_one_record_all_land(tmp_path: Path) -> None:
    async with machine(tmp_path, count) as m:
        await asyncio.gather(*(m.intake.submit(press(f"p{n}")) for n in range(2000)))
        assert await presses(m) == 2000
        assert m.intake.counts["conflict"] == 0


async def test_a_handler_that_raises_fails_only_its_own_event(tmp_path: Path) -> None:
    async def sometimes(event: Event, moment: Moment) -> Changes:
        if event.id == "bad":
            raise ValueError(event.id)
        return await count(event, moment)

    async with machine(tmp_path, sometimes) as m:
        ids = ("p1", "bad", "p2")
        replies = await asyncio.gather(*(m.intake.submit(press(id)) for id in ids))
        assert replies == [Done(verbatim("1")), None, Done(verbatim("2"))]
        assert m.intake.counts["handler_error"] == 5


async def test_two_people_who_count_once_are_counted_once(tmp_path: Path) -> None:
    async def vote(event: Event, moment: Moment) -> Changes:
        who = event.name
        return Changes(tallies=(Tally(board="votes", subject="c", once=f"vote/{who}"),))

    async with machine(tmp_path, vote) as m:
        events = [press(f"p{n}", name=f"person{n % 2}") for n in range(6)]
        await asyncio.gather(*map(m.intake.submit, events))
        assert await m.store.reader("main").tally("votes", "c") == 2


async def test_a_form_with_errors_may_be_sent_again(tmp_path: Path) -> None:
    form = Form(title=verbatim("t"), action="a", fields=(), submit=verbatim("s"))
    asked = 0

    async def refuse(event: Event, moment: Moment) -> Changes:
        nonlocal asked
        asked += 1
        return Changes(reply=Invalid(form))

    async with machine(tmp_path, refuse) as m:
        assert await m.intake.submit(press("f1")) == Invalid(form)
        assert await m.intake.submit(press("f1")) == Invalid(form)
        assert asked == 2


async def test_an_answer_that_the_platform_cannot_take_comes_as_a_message(tmp_path: Path) -> None:
    async def answer(event: Event, moment: Moment) -> Changes:
        return Changes(reply=Say(line("hello")))

    async with machine(tmp_path, answer) as m:
        await room(m)
        await m.intake.submit(press("q1", inline=False))
        await m.settled()
        assert m.chat.sent == [(ROOM, "hello")]


async def test_a_long_delivery_is_stored_at_once_and_worked_off_in_order(tmp_path: Path) -> None:
    order: list[str] = []

    async def note(event: Event, moment: Moment) -> Changes:
        order.append(event.id)
        return Changes(tallies=(Tally(board="b", subject="s"),))

    async with machine(tmp_path, note) as m:
        events = [press(f"p{n:03}") for n in range(100)]
        await m.intake.submit_all(events)
        await m.settled()
        assert order == [event.id for event in events]


async def test_when_the_line_is_full_whoever_comes_is_asked_to_come_back(tmp_path: Path) -> None:
    gate = asyncio.Event()

    async def slow(event: Event, moment: Moment) -> Changes:
        await gate.wait()
        return Changes()

    async with machine(tmp_path, slow) as m:
        tasks = [asyncio.create_task(m.intake.submit(press(f"p{n}"))) for n in range(4200)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await m.intake.submit(press("one too many"))
        gate.set()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_an_address_that_is_learned_is_saved_with_the_event(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        await room(m)
        assert (await m.store.reader("main").get(Address, ROOM)) is not None


async def test_many_presses_redraw_a_card_a_handful_of_times(tmp_path: Path) -> None:
    async def counted(event: Event, moment: Moment) -> Changes:
        changes = await count(event, moment)
        return changes + Changes(jobs=(show(ToPlace(ROOM), "card"),))

    async def card(moment: Moment, slot: str, viewer: object) -> Post:
        record = await moment.read.get(Count, "c")
        return line(f"{record.presses if record else 0} presses", slot)

    async with machine(tmp_path, counted, view=card) as m:
        await room(m)
        await asyncio.gather(*(m.intake.submit(press(f"p{n}")) for n in range(500)))
        await later(m)
        assert m.chat.sent[-1] == (ROOM, "501 presses")
        assert len(m.chat.sent) <= 6
        assert len(m.chat.stands) == 1


async def later(m: Machine) -> None:
    for _ in range(5):
        await m.settled()
        m.clock.forward(seconds=61)
    await m.settled()


async def room(m: Machine) -> None:
    """Coterie has seen the room."""
    event = press("seen the room")
    address = Address(id=ROOM, ref={"conversation": "room"})
    await m.intake.submit(msgspec.structs.replace(event, learned=(address,)))
    await m.settled()
    m.chat.sent.clear()
