"""Several processes share the work: each job is done once, whoever comes, goes or hangs."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.engine.errors import Unreachable
from core.engine.ports import (
    PARTITIONS,
    Address,
    Changes,
    Done,
    Event,
    Job,
    Moment,
    Raise,
    Tally,
    ToPlace,
    Viewer,
    partition_of,
    show,
)
from core.message import Post, verbatim
from tests.contracts import on_mongo
from tests.crash.mongod import mongod
from tests.engine.crew import crew, evenly, many, parts, place, rooms, to
from tests.engine.machine import ADA, PLACE, ROOM, Chat, Count, line, post_to, press, until

Where = Path | str
MANY, SOME = 120, 30


@pytest.fixture(scope="module")
def mongodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mongod(tmp_path_factory.mktemp("mongod")) as uri:
        yield uri


@pytest.fixture(params=["file", "database"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Where]:
    """Where they keep everything together: a file, or a database."""
    if request.param == "file":
        yield tmp_path
        return
    with on_mongo.database(request.getfixturevalue("mongodb")) as uri:
        yield uri


async def soon(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        await until(true)


async def test_what_any_of_them_plans_is_sent_once_by_whoever_serves_it(where: Where) -> None:
    async with crew(where) as it:
        members = await it.three()
        plans = (one.intake.submit(many(f"e{n}", SOME)) for n, one in enumerate(members))
        await asyncio.gather(*plans)
        await soon(lambda: sum(one.worker.counts["sent"] for one in members) == 3 * SOME)

    assert set(Counter(it.chat.keys).values()) == {1}
    assert len(it.chat.keys) == 3 * SOME
    assert all(one.worker.counts["sent"] for one in members)


async def test_an_engine_that_hangs_is_replaced_and_changes_nothing_when_it_wakes(
    tmp_path: Path,
) -> None:
    async with crew(tmp_path) as it:
        stuck = Chat(slow=asyncio.Event(), sent=it.chat.sent, keys=it.chat.keys)
        hung, *others = await it.join("a", stuck), await it.join("b"), await it.join("c")
        await evenly(hung, *others)
        await others[0].intake.submit(many("e", MANY))
        await soon(lambda: len(it.chat.keys) + sum(stuck.busy.values()) == MANY)
        flying = [room for room, busy in stuck.busy.items() if busy]

        hung.hang()
        await evenly(*others)
        await it.idle(*others)
        again = Counter(words for _, words in it.chat.sent)
        assert {words for words in again if words.endswith("(again)")} == {
            f"{room} (again)" for room in flying
        }

        hung.wake()
        assert stuck.slow
        stuck.slow.set()
        await evenly(hung, *others)
        await it.idle(*others, hung)

        assert set(Counter(words for _, words in it.chat.sent).values()) == {1}
        for n in range(MANY):
            due = await hung.desk.job("main", f"fake:t1:e-{n}")
            assert due
            assert due.state == "sent"
        assert hung.worker.counts["sent"] == len(flying)  # by what it knows; nobody was told


async def test_a_nudge_that_was_in_flight_when_its_engine_hung_is_not_repeated(
    tmp_path: Path,
) -> None:
    async def nudge(event: Event, moment: Moment) -> Changes:
        job = replace(to(ROOM), weight="nudge")
        return Changes(saves=(place(ROOM),), jobs=(job,)) if event.id == "n" else Changes()

    async with crew(tmp_path, nudge) as it:
        stuck = Chat(slow=asyncio.Event())
        hung = await it.join("a", stuck)
        await evenly(hung)
        await hung.intake.submit(press("n"))
        await soon(lambda: stuck.busy.get(ROOM) == 1)
        hung.hang()
        other = await it.join("b")
        await evenly(other)
        await it.idle(other)
        due = await other.desk.job("main", ROOM)
        hung.wake()
        assert stuck.slow
        stuck.slow.set()

    assert due
    assert (due.state, it.chat.sent) == ("unconfirmed", [])


async def test_the_lanes_move_when_one_comes_or_goes(tmp_path: Path) -> None:
    async with crew(tmp_path) as it:
        first = await it.join("a")
        await evenly(first)
        second = await it.join("b")
        await evenly(first, second)

        await first.intake.submit(many("e", MANY))
        await first.leave()
        await evenly(second)
        await it.idle(second)

    assert set(Counter(it.chat.keys).values()) == {1}
    assert len(it.chat.keys) == MANY


async def test_a_lane_is_given_up_only_when_nothing_is_in_flight_there(tmp_path: Path) -> None:
    async with crew(tmp_path) as it:
        slow = Chat(slow=asyncio.Event(), sent=it.chat.sent, keys=it.chat.keys)
        first = await it.join("a", slow)
        await evenly(first)
        await first.intake.submit(many("e", SOME))
        await soon(lambda: sum(slow.busy.values()) == SOME)
        second = await it.join("b")
        await soon(lambda: parts(first) < PARTITIONS)
        await first.intake.submit(many("f", MANY))
        await asyncio.sleep(0.5)
        waits = first.worker.leases
        leaving = {room for room in rooms("f", MANY) if left(waits.parts_now(), room, waits.owns)}
        assert parts(first) > PARTITIONS / 2
        assert leaving
        assert not leaving & slow.busy.keys()
        assert slow.slow
        slow.slow.set()
        await evenly(first, second)
        await it.idle(first, second)

    assert set(Counter(it.chat.keys).values()) == {1}
    assert len(it.chat.keys) == SOME + MANY


def left(held: Collection[int], room: str, owns: Callable[[str], bool]) -> bool:
    """Whether nothing may start in this lane although nobody else has it yet."""
    return partition_of(room) in held and not owns(room)


async def test_what_is_in_flight_here_is_not_taken_for_what_another_left_behind(
    tmp_path: Path,
) -> None:
    async with crew(tmp_path) as it:
        slow = Chat(slow=asyncio.Event(), sent=it.chat.sent, keys=it.chat.keys)
        first = await it.join("a", slow)
        await evenly(first)
        await first.intake.submit(many("e", SOME))
        await soon(lambda: sum(slow.busy.values()) == SOME)
        second = await it.join("b")
        await soon(lambda: parts(first) < PARTITIONS)
        await second.leave()
        await evenly(first)
        await soon(lambda: not first.worker.leases.left_behind())
        await asyncio.sleep(0.1)
        assert len(await first.desk.claimed()) == SOME
        assert slow.slow
        slow.slow.set()
        await it.idle(first)

    assert sorted(words for _, words in it.chat.sent) == sorted(rooms("e", SOME))


async def test_an_event_that_two_of_them_get_counts_once_and_both_say_the_same(
    where: Where,
) -> None:
    async def count(event: Event, moment: Moment) -> Changes:
        old = await moment.read.get(Count, "c") or Count(id="c")
        new = replace(old, presses=old.presses + 1)
        words = Done(verbatim(f"you are number {new.presses}"))
        return Changes(saves=(new,), tallies=(Tally(board="b", subject="s"),), reply=words)

    async with crew(where, count) as it:
        members = await it.three()
        ids = [f"e{n}" for n in range(20)]
        replies = await asyncio.gather(
            *(one.intake.submit(press(id)) for id in ids for one in members)
        )
        counted = await members[0].desk.reader("main").get(Count, "c")
        tally = await members[0].desk.reader("main").tally("b", "s")

    said = [replies[at : at + 3] for at in range(0, len(replies), 3)]
    assert all(same == [same[0]] * 3 for same in said)
    assert counted
    assert counted.presses == tally == len(ids)


async def test_a_crowd_that_presses_everywhere_at_once_is_counted_to_the_last(
    where: Where,
) -> None:
    async def count(event: Event, moment: Moment) -> Changes:
        old = await moment.read.get(Count, "c") or Count(id="c")
        return Changes(saves=(replace(old, presses=old.presses + 1),))

    async with crew(where, count) as it:
        members = await it.three()
        presses = [
            one.intake.submit(press(f"{one.name}{n}")) for n in range(200) for one in members
        ]
        await asyncio.gather(*presses)
        counted = await members[0].desk.reader("main").get(Count, "c")

    assert counted
    assert counted.presses == len(presses)
    assert sum(one.intake.counts["conflict"] for one in members) > 0


async def test_a_timer_of_many_steps_goes_on_wherever_its_lane_goes(tmp_path: Path) -> None:
    steps = 40

    async def step(event: Event, moment: Moment) -> Changes:
        n = int(event.cursor or "0") + 1
        following = Event(id=f"step/{n}", org="main", source="timer", name="step", cursor=str(n))
        job = Job(key=f"step/{n}", work=Raise(following), lane="walk")
        tally = Tally(board="steps", subject="all")
        return Changes(tallies=(tally,), jobs=(job,) if n < steps else ())

    async with crew(tmp_path, step) as it:
        first = await it.join("a")
        await evenly(first)
        await first.intake.submit(press("go"))
        second = await it.join("b")
        await evenly(first, second)
        await first.leave()
        await it.idle(second)
        assert await second.desk.reader("main").tally("steps", "all") == steps


async def test_a_card_pressed_everywhere_is_drawn_as_seldom_as_if_pressed_at_one(
    tmp_path: Path,
) -> None:
    presses = 0

    async def pressed(event: Event, moment: Moment) -> Changes:
        nonlocal presses
        presses += 1
        return Changes(saves=(PLACE,), jobs=(show(ToPlace(ROOM), "card"),))

    async def card(moment: Moment, slot: str, viewer: Viewer) -> Post:
        return line(f"pressed {presses} times", slot)

    async with crew(tmp_path, pressed, card) as it:
        members = await it.three()
        drawn = []
        for turn in range(15):
            for one in (*members[turn % 3 :], *members[: turn % 3]):
                await one.intake.submit(press(f"{one.name}{turn}"))
            await asyncio.sleep(0.25)  # whoever draws looks five times a second
            drawn.append(len(it.chat.sent))
            it.clock.forward(seconds=2)
        it.clock.forward(minutes=2)
        await it.idle(*members)

    assert drawn[-1] <= 5  # at 0, 2, 7, 22 s, and one for what came first in between
    assert it.chat.sent[-1] == (ROOM, "pressed 45 times")


async def test_somebody_who_writes_to_another_process_can_be_reached_again(tmp_path: Path) -> None:
    home = Address(id=ADA, ref={"conversation": "private"})

    async def handle(event: Event, moment: Moment) -> Changes:
        words = event.values.get("say", "")
        return Changes(jobs=(post_to(ToPlace(ADA), words),) if words else ())

    def wrote(id: str, say: str = "") -> Event:
        return replace(press(id), learned=(home,), values={"say": say})

    async with crew(tmp_path, handle) as it:
        members = await it.three()
        for one in members:
            await one.intake.submit(wrote(f"first {one.name}"))
        it.chat.errors.append(Unreachable("blocked us", state="blocked"))
        await members[0].intake.submit(wrote("w1", "one"))
        await it.idle(*members)
        await asyncio.sleep(1.0)  # they renew, and look again
        another = next(one for one in members if not one.worker.leases.owns(ADA))
        await another.intake.submit(wrote("w2", "two"))
        await it.idle(*members)

    assert [words for _, words in it.chat.sent] == ["two"]


async def test_an_engine_that_ends_puts_back_what_it_cannot_finish(tmp_path: Path) -> None:
    async with crew(tmp_path) as it:
        stuck = Chat(slow=asyncio.Event())
        first = await it.join("a", stuck)
        await evenly(first)
        await first.intake.submit(many("e", MANY))
        await soon(lambda: sum(stuck.busy.values()) >= MANY)
        began = time.monotonic()
        await first.leave()
        assert time.monotonic() - began < timedelta(seconds=10).total_seconds()
        other = await it.join("b")
        assert await other.desk.claimed() == []
        await it.idle(other)

    assert Counter(words for _, words in it.chat.sent) == Counter(
        f"fake:t1:e-{n} (again)" for n in range(MANY)
    )
