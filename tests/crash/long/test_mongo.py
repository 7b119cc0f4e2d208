"""MongoDB at the end of a bad wire: nothing is lost, and nothing is done twice."""

import asyncio
from pathlib import Path

import pytest

from connectors.stores.mongo.store import MongoStore
from connectors.stores.mongo.wire import Transaction
from core.engine.errors import StoreError
from core.engine.ports import PARTITIONS
from tests.crash.mongod import mongod
from tests.crash.stay import Stay, over, sound

FAILING_OVER = 3.0
SWALLOWED = 10


def commits(data: bytes) -> bool:
    """Whether this asks the database to commit."""
    return b"commitTransaction" in data


async def test_what_was_committed_although_nobody_heard_of_it_is_not_done_twice(
    far: Stay,
) -> None:
    await far.send()
    talking = asyncio.create_task(far.crowd.talk())
    for _ in range(SWALLOWED):
        far.base.strike("swallow", times=1, meant=commits)
        await asyncio.sleep(0.2)
    struck = far.base.struck
    far.base.heal()
    await over(talking)
    await sound(far)
    assert struck > SWALLOWED / 3


async def test_a_database_that_fails_over_is_found_again(far: Stay) -> None:
    await far.send()
    talking = asyncio.create_task(far.crowd.talk())
    await asyncio.sleep(1.0)
    far.base.strike("refuse")
    far.base.drop()
    await asyncio.sleep(FAILING_OVER)
    far.base.heal()
    await over(talking)
    await sound(far)


async def test_what_a_dead_process_was_writing_holds_nobody_up(tmp_path: Path) -> None:
    """The server would end its transaction only after a minute."""
    begun, never = asyncio.Event(), asyncio.Event()

    async def writes(tx: Transaction) -> None:
        await dead._leases.fence(tx)  # noqa: SLF001 - as whoever claims something does

    async def dies(tx: Transaction) -> None:
        await writes(tx)
        begun.set()
        await never.wait()

    with mongod(tmp_path) as uri:
        async with MongoStore(uri, seconds=1.0) as live, MongoStore(uri, seconds=1.0) as dead:
            await dead._transactions.run(writes)  # noqa: SLF001 - see above
            await shared(live, dead)
            dying = asyncio.create_task(dead._transactions.run(dies))  # noqa: SLF001 - see above
            await begun.wait()
            try:
                async with asyncio.timeout(20):
                    while len((await live.lease()).partitions) < PARTITIONS:  # noqa: ASYNC110 - nobody rings
                        await asyncio.sleep(0.1)
            finally:
                never.set()
            with pytest.raises(StoreError):
                await dying


async def shared(one: MongoStore, other: MongoStore) -> None:
    """The first gives up half of what it has to the second."""
    async with asyncio.timeout(20):
        while not (await other.lease()).partitions:
            await one.lease((await one.lease()).leaving)
