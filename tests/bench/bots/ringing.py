"""A million timers wait; some of them ring now.

python -m tests.bench.bots.ringing DATABASE RESULT
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from connectors.clock import Clock
from connectors.stores.sqlite import SqliteStore
from core.engine.intake import Intake
from core.engine.ports import Changes, Commit, Event, Job, Moment, Raise
from core.engine.worker import Worker
from core.product import PRODUCT
from tests.bench.host import PAGE

WAITING, CHUNK = 1_000_000, 5_000
RATE, SECONDS, WARM = 200, 20, 3
FAR = timedelta(days=30)


@dataclass
class Rung:
    """A product that only notes how late its timers ring."""

    late: list[float] = field(default_factory=list)
    twice: int = 0
    seen: set[str] = field(default_factory=set)

    async def handle(self, event: Event, moment: Moment) -> Changes:
        due = datetime.fromisoformat(event.args["due"])
        self.late.append((moment.now - due).total_seconds())
        self.twice += event.id in self.seen
        self.seen.add(event.id)
        return Changes()


def timer(number: int, due: datetime) -> Job:
    """One timer."""
    id = f"timer/bench/{number}"
    event = Event(
        id=id, org="main", source="timer", name="bench.ring", args={"due": due.isoformat()}
    )
    return Job(key=id, work=Raise(event), due=due)


async def plan(store: SqliteStore, jobs: Sequence[Job], now: datetime) -> None:
    """Commits them in chunks."""
    for start in range(0, len(jobs), CHUNK):
        changes = Changes(jobs=tuple(jobs[start : start + CHUNK]))
        await store.commit([Commit(org="main", event="", at=now, changes=changes)])


def memory() -> float:
    """Megabytes that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


async def ring(database: Path) -> dict[str, float]:
    """Fills, opens again as a start would, and lets them ring."""
    clock, rung = Clock(), Rung()
    product = replace(PRODUCT, handle=rung.handle)
    async with SqliteStore(database, records=product.records, ranked=product.ranked) as store:
        now = clock.now()
        far = [timer(n, now + FAR + timedelta(seconds=n % 86_400)) for n in range(WAITING)]
        await plan(store, far, now)
        del far
    began = time.perf_counter()
    async with SqliteStore(database, records=product.records, ranked=product.ranked) as store:
        intake = Intake(store, product, clock)
        worker = Worker(store, product, clock, intake=intake, platforms={}, asks={})
        intake.connect(worker, {})
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        await worker.idle()
        started = time.perf_counter() - began
        told = await _rings(store, clock, rung)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return {"started": started, **told}


async def _rings(store: SqliteStore, clock: Clock, rung: Rung) -> dict[str, float]:
    first = clock.now() + timedelta(seconds=WARM)
    soon = [timer(WAITING + n, first + timedelta(seconds=n / RATE)) for n in range(RATE * SECONDS)]
    await plan(store, soon, clock.now())
    before, used = memory(), resource.getrusage(resource.RUSAGE_SELF)
    deadline = first + timedelta(seconds=SECONDS + 10)
    while len(rung.late) < len(soon) and clock.now() < deadline:  # noqa: ASYNC110 - a bench looks on
        await asyncio.sleep(0.1)
    after = resource.getrusage(resource.RUSAGE_SELF)
    late = sorted(rung.late) or [float("inf")]
    return {
        "p50": late[len(late) // 2],
        "worst": late[-1],
        "early": -min(late[0], 0.0),
        "missing": len(soon) - len(rung.late),
        "twice": rung.twice,
        "grew": memory() - before,
        "cpu": (after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime) / len(late) * 1e6,
    }


if __name__ == "__main__":
    figures = asyncio.run(ring(Path(sys.argv[1])))
    Path(sys.argv[2]).write_text(json.dumps(figures))
