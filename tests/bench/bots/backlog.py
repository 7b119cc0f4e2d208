"""A queue of a million jobs, a lane of a hundred thousand in front: fills it, or claims from it.

python -m tests.bench.bots.backlog fill|claim DATABASE RESULT
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from connectors.stores.sqlite import SqliteStore
from core.engine.ports import Address, Changes, Commit, Deliver, Job, Outcome, Record, ToPlace
from core.message import Post, Text, say
from core.product import PRODUCT
from tests.bench.world import now

JOBS, FRONT, LANES = 1_000_000, 100_000, 200_000
CHUNK = 5_000
CLAIMS, AT_ONCE = 300, 100
NOW = now()
HELLO = say("bench.hello", "Hello, this is a message of the bench.")
POST = Post(summary=HELLO, blocks=(Text(HELLO),))


def place(number: int) -> str:
    """A lane."""
    return f"teams:bench:a:chat-{number}"


def job(number: int) -> Job:
    """The first hundred thousand are all for one place, and due before all others."""
    lane = place(0) if number < FRONT else place(1 + number % LANES)
    due = NOW - timedelta(hours=1 if number < FRONT else 0)
    return Job(key=f"bench/{number}", work=Deliver(ToPlace(lane), POST), due=due)


async def save(
    store: SqliteStore, *, saves: Sequence[Record] = (), jobs: Sequence[Job] = ()
) -> None:
    """Commits records and jobs, as an event would."""
    changes = Changes(saves=tuple(saves), jobs=tuple(jobs))
    await store.commit([Commit(org="main", event="", at=NOW, changes=changes)])


async def fill(store: SqliteStore) -> dict[str, float]:
    """Plans them all; answers jobs a second."""
    began = time.perf_counter()
    for start in range(0, JOBS, CHUNK):
        await save(store, jobs=[job(number) for number in range(start, start + CHUNK)])
    return {"filled": JOBS / (time.perf_counter() - began)}


async def claim(store: SqliteStore) -> dict[str, float]:
    """Claims a hundred at a time while the long lane is busy, and settles them."""
    late = NOW + timedelta(seconds=1)
    times = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        due = await store.due(late, limit=AT_ONCE, busy=(place(0),))
        keys = [(one.org, one.job.key) for one in due]
        marked = await store.mark(keys)
        times.append(time.perf_counter() - began)
        assert len(marked) == AT_ONCE, len(marked)
        await store.settle([Outcome(key=k, org=o, state="sent", at=late) for o, k in keys])
    times.sort()
    return {"p50": times[CLAIMS // 2] * 1e3, "p99": times[int(CLAIMS * 0.99)] * 1e3}


async def main(what: str, database: Path) -> dict[str, float]:
    async with SqliteStore(database, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
        return await (fill(store) if what == "fill" else claim(store))


def address(number: int, service: str) -> Address:
    """How a lane is reached."""
    ref = {
        "service": service,
        "conversation": f"a:chat-{number}",
        "type": "personal",
        "bot": "28:b",
    }
    return Address(id=place(number), ref=ref)


if __name__ == "__main__":
    figures = asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
    Path(sys.argv[3]).write_text(json.dumps(figures))
