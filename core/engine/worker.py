"""Does the jobs that are due: one at a time per lane, at the pace of each platform.

A job is claimed just before its request leaves and settled after, so a crash leaves at most as
many doubtful ones as there were requests in flight.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from core.engine.books import STUMBLE, Books
from core.engine.errands import Errands, Held, Taken
from core.engine.errors import Overloaded, StoreError
from core.engine.intake import Intake
from core.engine.lanes import Crowd, Lanes
from core.engine.pace import Pace
from core.engine.ports import (
    Asker,
    Clock,
    Deliver,
    Due,
    Job,
    Platform,
    Product,
    Raise,
    Show,
    Store,
    ToPerson,
)

log = logging.getLogger("coterie.worker")

SENDERS = 128
LONGEST_SLEEP = 3.0  # another process may plan a job: the command line does
LOOK_AGAIN = 1.0


class Worker:
    """Claims due jobs and does them until it is stopped."""

    def __init__(
        self,
        store: Store,
        product: Product,
        clock: Clock,
        *,
        intake: Intake,
        platforms: Mapping[str, Platform],
        asks: Mapping[str, Asker],
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.pace = Pace(platforms)
        self._store, self._clock, self._intake = store, clock, intake
        self._errands = Errands(store, product, clock, intake=intake, pace=self.pace, asks=asks)
        self._books = Books(store, clock, intake, self.counts)
        self._lanes = Lanes(SENDERS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._next: datetime | None = None
        self._crowd = Crowd(lambda: intake.waiting)

    def adopt(self, job: Job) -> bool:
        """Reserves a free sender for a job that is about to be committed."""
        place, now = _place(job), time.monotonic()
        if not place or not self._lanes.idle(job.lane):
            return False
        if self.pace.reserve(place, job.weight, now, patience=0.0):
            return False
        self._lanes.take(job.lane)
        return True

    def start(self, adopted: Sequence[Due], refused: Sequence[Due]) -> None:
        """Starts what was born claimed and lets go of what was not."""
        for due in refused:
            self._lanes.release(due.job.lane)
        for due in adopted:
            self._spawn(due, claimed=True)

    def expect(self, jobs: Sequence[Job]) -> None:
        """Looks for these jobs in time; those to places that are due now keep their turn.

        One behind a job in flight may be its successor, which the store shows only afterwards.
        """
        now = self._clock.now()
        for job in jobs:
            if self._lanes.serves(job.lane) or (_place(job) and job.due and job.due <= now):
                self._lanes.queue(job.lane)
        if any(job.due and (self._next is None or job.due < self._next) for job in jobs):
            self._lanes.ring()

    async def run(self) -> None:
        """Feeds the senders until cancelled."""
        recovered = False
        while True:
            await self._crowd.passed()
            self._lanes.listen()
            try:
                if not recovered:
                    await self._books.recover()
                    recovered = True
                pause = 0.0 if await self._feed() else await self._pause()
            except Exception:
                log.exception("the store did not hand out jobs")
                pause = LOOK_AGAIN
            await self._lanes.wait(pause)

    async def stop(self, seconds: float = 10.0) -> None:
        """Starts nothing any more, and lets the requests that are in flight finish."""
        self._lanes.close()
        tasks = set(self._tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def idle(self) -> None:
        """Waits until nothing is due, nothing in flight and nobody waits for an answer."""
        while self._busy() or await self._due_now() or self._busy():
            self.wake()
            await asyncio.sleep(0.005)

    def wake(self) -> None:
        """Looks again: the time has moved."""
        self._lanes.ring()

    def _busy(self) -> bool:
        return bool(self._tasks or self._intake.waiting)

    async def _due_now(self) -> bool:
        return bool(await self._store.due(self._clock.now(), limit=1))

    async def _feed(self) -> bool:
        """Starts what is due and may start; answers whether there may be more."""
        room = self._lanes.room
        if room <= 0:
            return False
        busy = self._lanes.busy
        self._lanes.look()
        found = await self._store.due(self._clock.now(), limit=room, busy=busy)
        if len(found) < room:
            self._lanes.looked({due.job.lane for due in found}, busy)
        for due in found:
            if self._lanes.free(due.job.lane):
                self._lanes.take(due.job.lane)
                self._spawn(due, claimed=False)
        return len(found) >= room

    async def _pause(self) -> float:
        """Seconds until something may come up."""
        now = self._clock.now()
        self._next = await self._store.next_due(now)
        if not self._lanes.busy or not await self._due_now():
            self._lanes.ignore()
        ahead = (self._next - now).total_seconds() if self._next else LONGEST_SLEEP
        return max(0.0, min(ahead, self._lanes.soonest(), LONGEST_SLEEP))

    def _spawn(self, due: Due, *, claimed: bool) -> None:
        task = asyncio.create_task(self._carry(due, claimed=claimed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, due: Due, *, claimed: bool) -> None:
        """One job from its lane to its outcome; the lane is free again whatever happens."""
        try:
            outcomes = await self._errands.do(due, claimed=claimed)
            if isinstance(due.job.work, Raise):  # the next one of its place waits for it
                await self._books.settle_now(outcomes)
            else:
                await self._books.settle(outcomes)
            if any(outcome.due for outcome in outcomes):
                self._lanes.ring()
        except Held as held:
            self._lanes.hold(due.job.lane, held.seconds)
        except Taken:
            self.counts["taken"] += 1
            await self._books.put_back(due.job.lane)
        except (Overloaded, StoreError):
            await self._books.put_back(due.job.lane)
            self._lanes.hold(due.job.lane, STUMBLE)
        except Exception:
            log.exception("a fault of ours in job %s", due.job.key)
            await self._books.failed(due)
        finally:
            self._lanes.release(due.job.lane)


def _place(job: Job) -> str:
    """The place that a job writes to, "" for a person and for what is no message."""
    match job.work:
        case Deliver(target) | Show(target) if not isinstance(target, ToPerson):
            return target.place
        case _:
            return ""
