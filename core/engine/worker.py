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

from core.engine.books import Books
from core.engine.claims import Claims
from core.engine.errands import Errands
from core.engine.intake import Intake
from core.engine.lanes import Crowd, Lanes
from core.engine.leases import Leases
from core.engine.pace import Pace
from core.engine.ports import (
    Asker,
    Clock,
    Deliver,
    Due,
    Job,
    Platform,
    Product,
    Show,
    Store,
    ToPerson,
)
from core.engine.senders import LEAVE, Senders, ended
from core.engine.tempi import Tempi

log = logging.getLogger("coterie.worker")

SENDERS = 128
LONGEST_SLEEP = 3.0  # another process may plan a job: the command line does
OTHERS = 0.2  # between looks for what those that serve other lanes have planned for ours
BREATH = 4.0  # times as long as a look took is none of them; others look too
LOOK_AGAIN = 1.0
FINISH = 4.0


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
        self._lanes = Lanes(SENDERS)
        self.leases = Leases(store, self._lanes, self._renewed)
        self.pace = Pace(platforms, parts=self.leases.parts_now)
        self._tempi = Tempi(store, clock, self.pace, lambda: self.leases.shared)
        self._store, self._clock, self._intake = store, clock, intake
        self._books = Books(store, clock, intake, self.counts, self.leases)
        errands = Errands(store, product, clock, intake=intake, pace=self.pace, asks=asks)
        self._senders = Senders(errands, self._books, self._lanes, intake.trail, self.counts)
        self._beside: set[asyncio.Task[None]] = set()
        self._next: datetime | None = None
        self._crowd = Crowd(lambda: intake.waiting)

    @property
    def in_flight(self) -> int:
        """How many jobs are being done."""
        return self._senders.busy

    def adopt(self, job: Job) -> bool:
        """Reserves a free sender for a job that is about to be committed."""
        place, now = _place(job), time.monotonic()
        if not (place and self._lanes.idle(job.lane) and self.leases.owns(job.lane)):
            return False
        if self.pace.reserve(place, job.weight, now, patience=0.0) is None:
            return False
        self._lanes.take(job.lane)
        return True

    def start(self, adopted: Sequence[Due], refused: Sequence[Due]) -> None:
        """Starts what was born claimed and lets go of what was not."""
        for due in refused:
            self._lanes.release(due.job.lane)
        for due in adopted:
            self._senders.start(due, self._claims(due))

    def expect(self, jobs: Sequence[Job]) -> None:
        """Looks for these jobs in time; those to places that are due now keep their turn.

        One behind a job in flight may be its successor, which the store shows only afterwards.
        """
        now = self._clock.now()
        jobs = [job for job in jobs if self.leases.owns(job.lane)]
        for job in jobs:
            if self._lanes.serves(job.lane) or (_place(job) and job.due and job.due <= now):
                self._lanes.queue(job.lane)
        if any(job.due and (self._next is None or job.due < self._next) for job in jobs):
            self._lanes.ring()

    async def run(self) -> None:
        """Feeds the senders until cancelled."""
        self._beside |= {asyncio.create_task(it.run()) for it in (self.leases, self._tempi)}
        while True:
            await self._crowd.passed()
            self._lanes.listen()
            began = time.monotonic()
            try:
                await self._take_over()
                more = await self._feed()
                pause = 0.0 if more else await self._pause(time.monotonic() - began)
            except Exception:
                log.exception("the store did not hand out jobs")
                pause = LOOK_AGAIN
            await self._lanes.wait(pause)

    async def stop(self, seconds: float = FINISH) -> None:
        """Starts nothing any more, and lets what is in flight finish; what does not is put back.

        Until then the lanes stay ours. Takes at most two seconds more than it is given.
        """
        self._lanes.close()
        await self._senders.finish(seconds)
        await ended(self._beside, LEAVE, cancel=True)

    async def idle(self) -> None:
        """Waits until nothing is due, nothing in flight and nobody waits for an answer."""
        while self._busy() or await self._due_now() or self._busy():
            self.wake()
            await asyncio.sleep(0.005)

    def wake(self) -> None:
        """Looks again: the time has moved."""
        self._lanes.ring()

    def _claims(self, *dues: Due) -> Claims:
        return Claims(self._store, self.leases, *dues)

    async def _take_over(self) -> None:
        """Looks after what others have left behind, before anything starts in their lanes."""
        if parts := self.leases.left_behind():
            await self._books.recover(parts.keys())
            self.leases.looked_after(parts)
            self._lanes.unsure()

    def _renewed(self) -> None:
        """What other processes have changed is looked at again."""
        if self.leases.shared:
            self._intake.forget_all()
        if self.leases.left_behind():
            self._lanes.ring()

    def _busy(self) -> bool:
        return bool(self._senders.busy or self._intake.waiting or not self.leases.settled)

    async def _due_now(self) -> bool:
        return bool(await self._store.due(self._clock.now(), limit=1))

    async def _feed(self) -> bool:
        """Starts what is due and may start; answers whether there may be more."""
        room = self._lanes.room
        if self.leases.shared:
            self._lanes.unsure()  # until we have seen all that others may have planned
        if room <= 0:
            return False
        busy = self._lanes.busy
        self._lanes.look()
        found = await self._store.due(self._clock.now(), limit=room, busy=busy)
        if len(found) < room:
            self._lanes.looked({due.job.lane for due in found}, busy)
        ours = [due for due in found if self.leases.owns(due.job.lane)]
        for due in ours:
            if self._lanes.free(due.job.lane):
                self._lanes.take(due.job.lane)
                self._senders.start(due, self._claims())
        return bool(ours) and len(found) >= room

    async def _pause(self, took: float) -> float:
        """Seconds until something may come up, when it `took` so long to look."""
        if self.leases.shared:
            self._next = None
            if self._lanes.sure:
                self._lanes.ignore()
            return min(LONGEST_SLEEP, max(BREATH * took, min(self._lanes.soonest(), OTHERS)))
        now = self._clock.now()
        self._next = await self._store.next_due(now)
        if not self._lanes.busy or not await self._due_now():
            self._lanes.ignore()
        ahead = (self._next - now).total_seconds() if self._next else LONGEST_SLEEP
        return max(0.0, min(ahead, self._lanes.soonest(), LONGEST_SLEEP))


def _place(job: Job) -> str:
    """The place that a job writes to, "" for a person and for what is no message."""
    match job.work:
        case Deliver(target) | Show(target) if not isinstance(target, ToPerson):
            return target.place
        case _:
            return ""
