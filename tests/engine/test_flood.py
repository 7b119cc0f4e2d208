"""More comes in than can be done: memory stays as it is, the others are asked to come again."""

import asyncio
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.engine.deferring import CHUNK, MOST
from core.engine.errors import Overloaded
from core.engine.line import BATCH, WAITING
from core.engine.lookups import MOST as QUERIES
from core.engine.ports import Changes, Commit, Event, Moment, Reply
from tests.engine.machine import Count, Machine, machine, press

FLOOD = 50_000
WAVE = 1_000
MB = 1024 * 1024


class Hanging(SqliteStore):
    """A store that answers nobody until it is let."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type] # whatever a store takes
        self.answers = asyncio.Event()
        self.answers.set()

    async def commit(self, batch: Sequence[Commit]) -> frozenset[tuple[str, str]]:
        await self.answers.wait()
        return await super().commit(batch)


async def counted(event: Event, moment: Moment) -> Changes:
    old = await moment.read.get(Count, "c") or Count(id="c")
    return Changes(saves=(replace(old, presses=old.presses + 1),))


async def flooded(m: Machine, first: int, number: int) -> tuple[int, list[asyncio.Task[object]]]:
    """So many events at once: how many were refused at once, and who still waits."""
    waiting: list[asyncio.Task[object]] = []
    refused = 0
    for start in range(first, first + number, WAVE):
        tasks = [
            asyncio.create_task(m.intake.submit(press(f"p{n}"))) for n in range(start, start + WAVE)
        ]
        done, others = await asyncio.wait(tasks, timeout=0.05)
        refused += sum(isinstance(task.exception(), Overloaded) for task in done)
        waiting += others
    return refused, waiting


async def test_fifty_thousand_events_against_a_store_that_hangs_take_no_more_memory_than_ten(
    tmp_path: Path,
) -> None:
    async with machine(tmp_path, counted, kind=Hanging) as m:
        assert isinstance(m.store, Hanging)
        m.store.answers.clear()
        some, waiting = await flooded(m, 0, 10_000)
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        rest, others = await flooded(m, 10_000, FLOOD - 10_000)
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        m.store.answers.set()
        await asyncio.gather(*waiting, *others, return_exceptions=True)
        await m.settled()
        kept = await m.store.reader("main").get(Count, "c")
        assert await m.intake.submit(press("afterwards")) is None
    assert FLOOD - some - rest <= WAITING + 4 * BATCH
    assert after - before < 5 * MB
    assert kept
    assert kept.presses <= WAITING + 4 * BATCH


async def test_long_deliveries_wait_for_the_store_only_up_to_a_bound(tmp_path: Path) -> None:
    async with machine(tmp_path, counted, kind=Hanging) as m:
        assert isinstance(m.store, Hanging)
        m.store.answers.clear()
        deliveries = [
            [press(f"d{n}/{k}", inline=False) for k in range(CHUNK)] for n in range(FLOOD // CHUNK)
        ]
        tasks = [asyncio.create_task(m.intake.submit_all(events)) for events in deliveries]
        done, waiting = await asyncio.wait(tasks, timeout=0.5)
        assert {type(task.exception()) for task in done} == {Overloaded}
        assert len(waiting) == MOST // CHUNK
        m.store.answers.set()
        await asyncio.gather(*waiting)
        await m.intake.submit_all(deliveries[-1])


async def test_only_so_many_look_something_up_at_once(tmp_path: Path) -> None:
    looks = asyncio.Event()

    async def query(event: Event, moment: Moment, asks: object) -> Reply | None:
        await looks.wait()
        return None

    async with machine(tmp_path, counted, query=query) as m:
        tasks = [asyncio.create_task(m.intake.query(press(f"q{n}"))) for n in range(QUERIES)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await m.intake.query(press("one more"))
        looks.set()
        await asyncio.gather(*tasks)
        assert await m.intake.query(press("one more")) is None
