"""What a process believes about the lanes that it serves."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import pytest
from msgspec.structs import replace

from core.engine.errors import StoreError
from core.engine.lanes import Lanes
from core.engine.leases import Leases
from core.engine.ports import PARTITIONS, Lease, Store, partition_of
from tests.engine.machine import until

LANE = "fake:t1:room"
PART = partition_of(LANE)
ALL = frozenset(range(PARTITIONS))
ALONE = Lease(partitions=ALL, seconds=30.0)
SHORT = 0.03
QUICK = Lease(partitions=ALL, seconds=SHORT)


@dataclass
class Office:
    """A store, as far as leases are concerned: answers the last thing for good."""

    answers: deque[Lease | Exception]
    asked: list[frozenset[int]] = field(default_factory=list)
    slow: float = 0.0

    async def lease(self, drained: Collection[int] = ()) -> Lease:
        self.asked.append(frozenset(drained))
        await asyncio.sleep(self.slow)
        answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def mark(self, keys: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        return frozenset(keys)

    async def more(self, times: int = 1) -> None:
        """Waits until it has answered so many times more."""
        wanted = len(self.asked) + times + 1
        async with asyncio.timeout(10):
            await until(lambda: len(self.asked) >= wanted)


@dataclass
class Tenant:
    leases: Leases
    lanes: Lanes
    office: Office
    renewed: list[int]


@asynccontextmanager
async def tenant(*answers: Lease | Exception, slow: float = 0.0) -> AsyncIterator[Tenant]:
    office, lanes, renewed = Office(deque(answers), slow=slow), Lanes(9), list[int]()
    leases = Leases(cast("Store", office), lanes, lambda: renewed.append(1))
    asking = asyncio.create_task(leases.run())
    try:
        yield Tenant(leases, lanes, office, renewed)
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def soon(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        await until(true)


def test_nothing_is_ours_before_we_have_asked() -> None:
    leases = Leases(cast("Store", Office(deque([ALONE]))), Lanes(9), lambda: None)
    assert (leases.owns(LANE), leases.parts_now(), leases.shared) == (False, frozenset(), False)


async def test_what_the_store_gives_us_is_ours() -> None:
    some = replace(ALONE, partitions=frozenset({PART, *range(16)}), workers=4)
    async with tenant(some) as it:
        await soon(lambda: it.leases.owns(LANE))
        other = next(str(n) for n in range(999) if partition_of(str(n)) not in some.partitions)
        assert not it.leases.owns(other)
        assert it.leases.shared


async def test_a_lease_counts_from_when_it_was_asked_for() -> None:
    async with tenant(QUICK, slow=2 * SHORT) as it:
        for _ in range(3):
            await soon(lambda: bool(it.renewed))
            assert not it.leases.owns(LANE)
            it.renewed.clear()


async def test_what_is_not_renewed_is_no_longer_ours_and_that_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    async with tenant(replace(QUICK, seconds=0.3), StoreError("the line is cut")) as it:
        await soon(lambda: it.leases.owns(LANE))
        await soon(lambda: not it.leases.owns(LANE))
        await it.office.more(2)
        assert not it.leases.parts_now()
        it.office.answers.appendleft(QUICK)
        await soon(lambda: it.leases.owns(LANE))
    assert [record.getMessage() for record in caplog.records] == [
        "what this process serves could not be renewed: the line is cut"
    ]


async def test_a_fault_does_not_end_the_asking(caplog: pytest.LogCaptureFixture) -> None:
    async with tenant(QUICK, ValueError("odd"), QUICK) as it:
        await soon(lambda: len(it.renewed) > 1)
    assert "a fault of ours" in caplog.text


async def test_what_somebody_left_behind_is_looked_after_before_anything_starts() -> None:
    fresh = replace(QUICK, fresh=frozenset({PART}))
    async with tenant(fresh, QUICK) as it:
        await soon(lambda: bool(it.renewed))
        assert not it.leases.owns(LANE)
        left = it.leases.left_behind()
        assert set(left) == {PART}
        it.leases.looked_after(left)
        await soon(lambda: it.leases.owns(LANE))
        assert not it.leases.left_behind()


async def test_what_we_lost_and_got_again_meanwhile_is_looked_after_again() -> None:
    fresh = replace(QUICK, fresh=frozenset({PART}))
    async with tenant(fresh, fresh, QUICK) as it:
        await soon(lambda: bool(it.renewed))
        left = it.leases.left_behind()
        await soon(lambda: len(it.renewed) > 1)
        it.leases.looked_after(left)
        assert set(it.leases.left_behind()) == {PART}


async def test_what_we_got_again_waits_for_what_we_still_have_in_flight_there() -> None:
    async with tenant(replace(QUICK, fresh=frozenset({PART})), QUICK) as it:
        it.lanes.take(LANE)
        await soon(lambda: len(it.renewed) > 1)
        assert not it.leases.left_behind()
        it.lanes.release(LANE)
        assert set(it.leases.left_behind()) == {PART}


async def test_what_another_waits_for_is_given_up_when_nothing_is_in_flight_there() -> None:
    async with tenant(QUICK, replace(QUICK, leaving=frozenset({PART, 7}))) as it:
        it.lanes.take(LANE)
        await soon(lambda: len(it.renewed) > 2)
        assert not it.leases.owns(LANE)
        assert frozenset({PART, 7}) not in it.office.asked
        assert frozenset({7}) in it.office.asked
        it.lanes.release(LANE)
        await soon(lambda: frozenset({PART, 7}) in it.office.asked)


async def test_a_lane_that_we_are_to_give_up_counts_as_ours_until_then() -> None:
    lease = Lease(partitions=frozenset(range(16)), leaving=frozenset({7}), workers=4, seconds=30.0)
    async with tenant(lease) as it:
        await soon(lambda: bool(it.renewed))
        assert it.leases.parts_now() == lease.partitions
