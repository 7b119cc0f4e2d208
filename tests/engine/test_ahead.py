"""While a batch is written, the next of a crowd are decided upon it, and nobody can tell."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.engine.errors import Conflict, Overloaded, StoreError
from core.engine.line import BATCH
from core.engine.ports import Changes, Commit, Done, Event, Moment, Reply, Tally
from core.message import verbatim
from tests.engine.machine import Count, Machine, machine, press

PEOPLE = 1000
PAIRS = PEOPLE // 2 + 1
PAUSE = 0.02
STARTS = frozenset(f"p{n}" for n in range(0, PEOPLE, BATCH))
Born = frozenset[tuple[str, str]]
Written = Callable[[int, Callable[[], Awaitable[Born]]], Awaitable[Born]]


class Watched(SqliteStore):
    """A store in which a test decides how its commits go, by their number."""

    writes: Written | None = None
    commits = 0

    async def commit(self, batch: Sequence[Commit]) -> Born:
        self.commits += 1
        write = partial(super().commit, batch)
        return await (self.writes(self.commits, write) if self.writes else write())


def pair(event: Event) -> Tally:
    """Every two who follow each other count as one: 1 and 2, 3 and 4, also across batches."""
    number = int(event.id.removeprefix("p"))
    return Tally(board="pairs", subject="c", once=f"pair/{(number + 1) // 2}")


async def counted(event: Event, moment: Moment) -> Changes:
    """Says what it found in a record, in a tally and of its pair, and adds to each."""
    if event.id in STARTS:
        await asyncio.sleep(PAUSE)
    old = await moment.read.get(Count, "c") or Count(id="c")
    tally = await moment.read.tally("presses", "c")
    second = await moment.read.counted(pair(event).once)
    return Changes(
        saves=(replace(old, presses=old.presses + 1),),
        tallies=(Tally(board="presses", subject="c"), pair(event)),
        reply=Done(verbatim(f"{old.presses} {tally} {second}")),
    )


def said(reply: Reply | BaseException | None) -> str:
    assert isinstance(reply, Done)
    return str(reply.phrase.args["text"])


async def crowd(m: Machine, writes: Written) -> Sequence[Reply | BaseException | None]:
    """What each of a crowd is answered."""
    assert isinstance(m.store, Watched)
    m.store.writes = writes
    presses = [m.intake.submit(press(f"p{n}")) for n in range(PEOPLE)]
    return await asyncio.gather(*presses, return_exceptions=True)


async def stands(m: Machine) -> tuple[int, int, int]:
    """The record, the tally and the pairs at the end."""
    read = m.store.reader("main")
    count = await read.get(Count, "c") or Count(id="c")
    return count.presses, await read.tally("presses", "c"), await read.tally("pairs", "c")


async def test_the_next_are_decided_while_a_batch_is_written(tmp_path: Path) -> None:
    last = asyncio.Event()

    async def slow(event: Event, moment: Moment) -> Changes:
        if event.id == f"p{BATCH}":
            last.set()
        return await counted(event, moment)

    async def waits(number: int, write: Callable[[], Awaitable[Born]]) -> Born:
        async with asyncio.timeout(5):
            await last.wait()
        return await write()

    async with machine(tmp_path, slow, kind=Watched) as m:
        replies = await crowd(m, waits)

    assert all(isinstance(reply, Done) for reply in replies)


@pytest.mark.parametrize("told", ["at once", "late"])
async def test_what_is_on_its_way_is_seen_and_counts_once(tmp_path: Path, told: str) -> None:
    async def writes(number: int, write: Callable[[], Awaitable[Born]]) -> Born:
        if told == "at once":
            await asyncio.sleep(2 * PAUSE)
            return await write()
        born = await write()
        await asyncio.sleep(2 * PAUSE)
        return born

    async with machine(tmp_path, counted, kind=Watched) as m:
        replies = await crowd(m, writes)

        assert [said(it) for it in replies] == [
            f"{n} {n} {n > 0 and n % 2 == 0}" for n in range(PEOPLE)
        ]
        assert await stands(m) == (PEOPLE, PEOPLE, PAIRS)
        assert m.intake.counts["conflict"] == 0


async def test_what_was_decided_upon_a_conflict_is_decided_again(tmp_path: Path) -> None:
    async def writes(number: int, write: Callable[[], Awaitable[Born]]) -> Born:
        if number == 2:
            await asyncio.sleep(PAUSE)
            raise Conflict((f"p{BATCH}",))
        return await write()

    async with machine(tmp_path, counted, kind=Watched) as m:
        replies = await crowd(m, writes)

        assert sorted(int(said(it).split()[0]) for it in replies) == list(range(PEOPLE))
        assert await stands(m) == (PEOPLE, PEOPLE, PAIRS)
        assert m.intake.counts["conflict"] == 1


async def test_who_was_decided_upon_a_batch_that_is_lost_is_decided_again(tmp_path: Path) -> None:
    async def writes(number: int, write: Callable[[], Awaitable[Born]]) -> Born:
        if number == 2:
            await asyncio.sleep(PAUSE)
            raise StoreError("the disk is full")
        return await write()

    async def paired(event: Event, moment: Moment) -> Changes:
        return Changes(tallies=(pair(event),), reply=Done(verbatim(pair(event).once)))

    async with machine(tmp_path, paired, kind=Watched) as m:
        replies = await crowd(m, writes)
        refused = [it for it in replies if isinstance(it, Overloaded)]
        pairs = {said(it) for it in replies if not isinstance(it, Overloaded)}

        assert len(refused) == BATCH
        assert (await stands(m))[2] == len(pairs)
