"""Who waits for an answer comes before what is to be sent, but not for ever."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.engine.lanes import LONGEST, MANY, Crowd
from core.engine.line import BATCH
from core.engine.ports import (
    Changes,
    Commit,
    Event,
    Job,
    Moment,
    R,
    ToPlace,
    Viewer,
    Withdraw,
    show,
)
from core.message import Post
from tests.engine.machine import ROOM, Count, line, machine, press

PEOPLE = 1000


class Diligent(SqliteStore):
    """A store that says how it was used."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type] # whatever a store takes
        self.batches: list[Sequence[Commit]] = []
        self.looks = 0

    async def commit(self, batch: Sequence[Commit]) -> frozenset[tuple[str, str]]:
        self.batches.append(batch)
        return await super().commit(batch)

    async def many(self, org: str, kind: type[R], ids: Sequence[str]) -> dict[str, R]:
        self.looks += 1
        return dict(await super().many(org, kind, ids))


async def one_more(event: Event, moment: Moment) -> Changes:
    """Each press makes the number one higher; the room is shown it."""
    old = await moment.read.get(Count, "c") or Count(id="c")
    new = replace(old, presses=old.presses + 1)
    return Changes(saves=(new,), jobs=(show(ToPlace(ROOM), "count"),))


async def the_number(moment: Moment, slot: str, viewer: Viewer) -> Post:
    found = await moment.read.get(Count, "c")
    return line(str(found.presses if found else 0), slot)


async def test_what_a_crowd_changes_is_planned_once_a_batch(tmp_path: Path) -> None:
    async with machine(tmp_path, one_more, the_number, kind=Diligent) as m:
        assert isinstance(m.store, Diligent)
        await asyncio.gather(*(m.intake.submit(press(f"p{n}")) for n in range(PEOPLE)))
        batches = list(m.store.batches)

    jobs = [sum(len(commit.changes.jobs) for commit in batch) for batch in batches]
    assert sum(map(len, batches)) == PEOPLE
    assert set(jobs) == {1}
    assert len(batches) < PEOPLE / BATCH + 2


async def test_a_card_that_a_crowd_changes_ends_up_right(tmp_path: Path) -> None:
    async with machine(tmp_path, one_more, the_number) as m:
        await asyncio.gather(*(m.intake.submit(press(f"p{n}")) for n in range(PEOPLE)))
        m.clock.forward(minutes=5)
        await m.settled()
        found = await m.store.reader("main").get(Count, "c")

    assert found
    assert found.presses == PEOPLE


async def test_what_a_crowd_will_look_at_is_fetched_at_once(tmp_path: Path) -> None:
    async with machine(tmp_path, one_more, kind=Diligent) as m:
        assert isinstance(m.store, Diligent)
        await m.intake.submit(press("first"))
        assert m.store.looks == 0
        await asyncio.gather(*(m.intake.submit(press(f"p{n}")) for n in range(PEOPLE)))
        found = await m.store.reader("main").get(Count, "c")

        assert found
        assert found.presses == PEOPLE + 1
        assert m.store.looks == len(m.store.batches) - 1


async def test_nobody_waits_for_a_few() -> None:
    began = time.monotonic()
    await Crowd(lambda: MANY).passed()

    assert time.monotonic() - began < LONGEST / 2


async def test_sending_waits_until_the_crowd_is_through() -> None:
    waiting = iter((MANY + 2, MANY + 1, 3))
    await Crowd(lambda: next(waiting)).passed()

    assert next(waiting, None) is None


async def test_a_crowd_that_never_ends_is_waited_for_once() -> None:
    crowd, began = Crowd(lambda: MANY + 1), time.monotonic()
    await crowd.passed()
    first = time.monotonic() - began
    await crowd.passed()

    assert first >= LONGEST
    assert time.monotonic() - began < 2 * LONGEST


async def test_a_card_that_is_taken_away_and_shown_again_at_once_is_shown_again(
    tmp_path: Path,
) -> None:
    async def comes_and_goes(event: Event, moment: Moment) -> Changes:
        shown = show(ToPlace(ROOM), "count")
        gone = Job(key=event.id, work=Withdraw(ToPlace(ROOM), "count"))
        return Changes(jobs=(gone if event.name == "gone" else shown,))

    async with machine(tmp_path, comes_and_goes, the_number, kind=Diligent) as m:
        assert isinstance(m.store, Diligent)
        names = ("shown", "shown", "gone", "shown", "shown")
        events = [press(f"p{n}", name) for n, name in enumerate(names)]
        await asyncio.gather(*map(m.intake.submit, events))
        batch = m.store.batches[0]

    assert [len(commit.changes.jobs) for commit in batch] == [1, 0, 1, 1, 0]
