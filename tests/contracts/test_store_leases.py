"""What the engine relies on where several processes share one store: who serves which lanes."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial

import pytest

from connectors.stores.mongo.store import MongoStore
from core.engine.ports import (
    PARTITIONS,
    Address,
    Job,
    Lease,
    Outcome,
    Show,
    Tally,
    ToPlace,
    partition_of,
)
from tests.contracts.notes import KINDS, MONDAY, settle, state_of, what

SECONDS = 0.6
PATIENCE = 10.0
LANES = [f"lane{number}" for number in range(200)]


class Team:
    """Workers that share one database, and what each has been told last."""

    def __init__(self, opens: Callable[[], Awaitable[MongoStore]]) -> None:
        self._opens = opens
        self.leases: dict[MongoStore, Lease] = {}

    async def join(self, count: int = 1) -> list[MongoStore]:
        new = [await self._opens() for _ in range(count)]
        self.leases |= dict.fromkeys(new, Lease(partitions=frozenset()))
        return new

    async def ask(self, worker: MongoStore) -> Lease:
        """One asks; nothing is in flight anywhere, so what leaves is drained."""
        lease = self.leases[worker] = await worker.lease(self.leases[worker].leaving)
        held = [part for it in self.leases.values() for part in it.partitions]
        assert len(held) == len(set(held)), "two serve the same lane"
        return lease

    async def settled(self) -> list[int]:
        """Everybody asks until all lanes are served and nobody has more than one more."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            leases = [await self.ask(worker) for worker in self.leases]
            shares = sorted(len(it.partitions) for it in leases)
            if sum(shares) == PARTITIONS and shares[-1] - shares[0] <= 1:
                return shares
            await asyncio.sleep(0.05)
        raise AssertionError(self.leases.values())

    def owner(self, lane: str) -> MongoStore:
        part = partition_of(lane)
        return next(it for it, lease in self.leases.items() if part in lease.partitions)

    async def without(self, gone: MongoStore) -> list[int]:
        """One does not ask any more, and never says so."""
        del self.leases[gone]
        return await self.settled()


@pytest.fixture
async def team(mongo_uri: str) -> AsyncIterator[Team]:
    async with AsyncExitStack() as stack:

        async def opens() -> MongoStore:
            store = MongoStore(mongo_uri, records=KINDS, seconds=SECONDS)
            return await stack.enter_async_context(store)

        yield Team(opens)


def job(lane: str) -> Job:
    return Job(key=f"show/{lane}", work=Show(ToPlace(lane), "slot"), plan="replace")


async def keys_due(store: MongoStore) -> set[str]:
    return {due.job.key for due in await store.due(MONDAY, limit=1000)}


async def test_workers_share_all_lanes_and_no_lane_is_served_twice(team: Team) -> None:
    await team.join(3)
    assert await team.settled() == [21, 21, 22]
    assert {lease.workers for lease in team.leases.values()} == {3}


async def test_one_more_worker_gets_its_share(team: Team) -> None:
    await team.join(3)
    await team.settled()
    before = dict(team.leases)
    await team.join()
    assert await team.settled() == [16, 16, 16, 16]
    for worker, lease in before.items():
        assert team.leases[worker].partitions < lease.partitions


async def test_what_is_in_flight_is_waited_for(team: Team) -> None:
    [first] = await team.join()
    assert len((await team.ask(first)).partitions) == 64
    [second] = await team.join()
    lease = team.leases[first]
    for _ in range(3):
        lease = team.leases[first] = await first.lease()
        assert (len(lease.partitions), len(lease.leaving)) == (64, 32)
        assert (await team.ask(second)).partitions == frozenset()
    kept = min(lease.leaving)
    team.leases[first] = await first.lease(lease.leaving - {kept})
    assert team.leases[first].leaving == {kept}
    assert len((await team.ask(second)).partitions) == 31


async def test_whoever_closes_is_replaced_at_once(team: Team) -> None:
    [first, second] = await team.join(2)
    await team.settled()
    had = team.leases.pop(first).partitions
    await first.close()
    lease = await team.ask(second)
    assert (len(lease.partitions), lease.fresh, lease.workers) == (64, had, 1)


async def test_each_hands_out_and_claims_its_own_lanes_alone(team: Team) -> None:
    workers = await team.join(3)
    await team.settled()
    born = await workers[0].commit(
        [what(jobs=tuple(map(job, LANES)), adopted=[job(lane).key for lane in LANES[:50]])]
    )
    assert {key for _, key in born} == {
        job(lane).key for lane in LANES[:50] if team.owner(lane) is workers[0]
    }
    for worker in workers:
        mine = {job(lane).key for lane in LANES if team.owner(lane) is worker}
        assert await keys_due(worker) == mine - {key for _, key in born}
        assert {due.job.key for due in await worker.claimed()} <= mine
    wanted = [("main", job(lane).key) for lane in LANES[50:]]
    claimed = [await worker.mark(wanted) for worker in workers]
    assert sorted(key for some in claimed for key in some) == sorted(wanted)
    assert await workers[0].next_due(MONDAY) is None


async def test_a_worker_that_hangs_is_replaced_and_what_it_claimed_is_found(team: Team) -> None:
    workers = await team.join(3)
    await team.settled()
    await workers[0].commit([what(jobs=tuple(map(job, LANES)))])
    hung = workers[1]
    mine = [lane for lane in LANES if team.owner(lane) is hung]
    began = time.monotonic()
    await team.ask(hung)
    await hung.mark([("main", job(lane).key) for lane in mine])
    assert await team.without(hung) == [32, 32]
    assert time.monotonic() - began >= SECONDS
    found = [due.job.lane for worker in team.leases for due in await worker.claimed()]
    assert sorted(found) == sorted(mine)


async def test_whoever_comes_back_late_changes_nothing(team: Team) -> None:
    late, other = await team.join(2)
    await team.settled()
    held = [lane for lane in LANES if team.owner(lane) is late]
    claimed, waiting, left, done = map(job, held[:4])
    await other.commit([what(jobs=(claimed, waiting, left, done))])
    await late.mark([("main", it.key) for it in (claimed, left, done)])
    await team.without(late)
    await team.ask(other)
    await settle(other, left.key, "planned", due=MONDAY)
    await settle(other, done.key, "unconfirmed")
    await other.mark([("main", left.key)])
    before = [await state_of(other, it.key) for it in (claimed, waiting, left, done)]

    assert await late.mark([("main", waiting.key)]) == frozenset()
    learned = (Address(id="fake:t:ada"),)
    counts = (Tally(board="sent", subject="ada"),)
    outcome = partial(Outcome, org="main", state="sent", at=MONDAY, saves=learned, tallies=counts)
    await late.settle([outcome(key=it.key) for it in (waiting, left, done)])
    new = job(held[5])
    assert await late.commit([what("e1", jobs=(new,), adopted=[new.key])]) == frozenset()

    assert before == [await state_of(other, it.key) for it in (claimed, waiting, left, done)]
    assert await state_of(other, new.key) == ("planned", 0)
    read = other.reader("main")
    assert await read.get(Address, "fake:t:ada") is None
    assert await read.tally("sent", "ada") == 0
    assert await late.due(MONDAY, limit=9) == []


async def test_what_was_sent_counts_while_nobody_else_has_looked_after_it(team: Team) -> None:
    late, other = await team.join(2)
    await team.settled()
    sent = job(next(lane for lane in LANES if team.owner(lane) is late))
    await other.commit([what(jobs=(sent,))])
    await late.mark([("main", sent.key)])
    await team.without(late)
    await settle(late, sent.key, "sent")
    assert await state_of(other, sent.key) == ("sent", 1)
    await settle(other, sent.key, "unconfirmed")
    assert await state_of(other, sent.key) == ("sent", 1)


async def test_whoever_comes_back_joins_as_somebody_new(team: Team) -> None:
    late, other = await team.join(2)
    await team.settled()
    await team.without(late)
    team.leases[late] = Lease(partitions=frozenset())
    assert await team.settled() == [32, 32]
    assert team.leases[other].workers == 2


async def test_all_that_is_taken_over_is_said_to_be_fresh_once(team: Team) -> None:
    [first, second] = await team.join(2)
    told: list[int] = []
    while sum(len(it.partitions) for it in team.leases.values()) < 64 or team.leases[first].leaving:
        for worker in (first, second):
            told += sorted((await team.ask(worker)).fresh)
    assert (len(told), len(set(told))) == (96, 64)
    assert [(await team.ask(it)).fresh for it in (first, second)] == [frozenset()] * 2


async def test_counters_of_several_processes_add_up(team: Team) -> None:
    workers = await team.join(3)
    votes = (Tally(board="votes", subject="tea"), Tally(board="votes", subject="tea", once="ada"))
    await asyncio.gather(
        *(
            it.commit([what(f"e{n}/{turn}", tallies=votes)])
            for turn in range(5)
            for n, it in enumerate(workers)
        )
    )
    assert await workers[0].reader("main").tally("votes", "tea") == 16
