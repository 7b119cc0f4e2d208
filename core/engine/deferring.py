"""Long deliveries are stored as they came and worked off later: so many events at once, no more."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from core.engine.errors import Overloaded, StoreError
from core.engine.ports import Changes, Clock, Commit, Event, Job, Raise, Store, lane_of

CHUNK = 500
MOST = 8192
PATIENCE = 2.4  # whoever sends something hears within three seconds
AFTER = 5


class Deferring:
    """Stores as many events as it may hold at a time, and asks all others to come again.

    `expect` is told of the jobs that bring them up.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._events = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.expect: Callable[[Sequence[Job]], None] = _nobody

    async def keep(self, events: Sequence[Event]) -> None:
        """Stored when it returns. Raises Overloaded when it is not, or not in time.

        What takes the store too long may be stored all the same: under its keys it is there once.
        """
        for start in range(0, len(events), CHUNK):
            await self._keep(events[start : start + CHUNK])

    async def _keep(self, events: Sequence[Event]) -> None:
        if self._events + len(events) > MOST:
            raise Overloaded(AFTER)
        self._events += len(events)
        commits = raising(events, self._clock.now())
        task = asyncio.create_task(self._stored(commits, len(events)))
        self._tasks.add(task)
        task.add_done_callback(self._over)
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.shield(task)
        except (StoreError, TimeoutError) as error:
            raise Overloaded(AFTER) from error
        self.expect([job for it in commits for job in it.changes.jobs])

    async def _stored(self, commits: Sequence[Commit], events: int) -> None:
        try:
            await self._store.commit(commits)
        finally:
            self._events -= events

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever still waits has heard of it


def _nobody(jobs: Sequence[Job]) -> None:
    """Nobody works here."""


def raising(events: Sequence[Event], now: datetime) -> list[Commit]:
    """Jobs that let these events happen, one after another in each place."""
    jobs: dict[str, list[Job]] = {}
    for event in events:
        job = Job(key=f"raise/{event.id}", work=Raise(event), due=now)
        jobs.setdefault(event.org, []).append(msgspec.structs.replace(job, lane=lane_of(job)))
    return [
        Commit(org=org, event="", at=now, changes=Changes(jobs=tuple(some)))
        for org, some in jobs.items()
    ]
