"""Those who do the jobs: one task for each, from its lane to its outcome."""

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress

from core.engine.books import STUMBLE, Books
from core.engine.claims import Claims, Taken
from core.engine.errands import Errands
from core.engine.errors import Overloaded, StoreError
from core.engine.lanes import Lanes
from core.engine.ports import Due, Outcome, Raise
from core.engine.trail import Trail
from core.engine.turns import Held

log = logging.getLogger("coterie.worker")

Task = asyncio.Task[None]
LEAVE = 1.0


class Senders:
    """Does jobs, and has them written down."""

    def __init__(
        self, errands: Errands, books: Books, lanes: Lanes, trail: Trail, counts: Counter[str]
    ) -> None:
        self._errands, self._books, self._lanes = errands, books, lanes
        self._trail, self._counts = trail, counts
        self._tasks: set[Task] = set()

    @property
    def busy(self) -> int:
        """How many jobs are being done."""
        return len(self._tasks)

    def start(self, due: Due, claims: Claims) -> None:
        """Does this job, whose lane is taken."""
        task = asyncio.create_task(self._carry(due, claims))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Waits so long for what is being done; what is not done then is put back."""
        late = await ended(self._tasks, seconds)
        await ended(late, LEAVE, cancel=True)

    async def _carry(self, due: Due, claims: Claims) -> None:
        """The lane is free again whatever happens."""
        self._trail.follow(due.job.key)
        try:
            outcomes = await self._done(due, claims)
            log.debug("came to %s", outcomes[0].state)
            if isinstance(due.job.work, Raise):  # the next one of its place waits for it
                await self._books.settle_now(outcomes)
            else:
                await self._books.settle(outcomes)
            if any(outcome.due for outcome in outcomes):
                self._lanes.ring()
        except Held as held:
            self._lanes.hold(due.job.lane, held.seconds)
        except Taken:
            self._counts["taken"] += 1
            await self._books.put_back(claims.jobs)
        except (Overloaded, StoreError):
            await self._books.put_back(claims.jobs)
            self._lanes.hold(due.job.lane, STUMBLE)
        except Exception:
            log.exception("a fault of ours in job %s", due.job.key)
            await self._books.failed(due, claims.jobs)
        finally:
            self._lanes.release(due.job.lane)

    async def _done(self, due: Due, claims: Claims) -> Sequence[Outcome]:
        """What became of it. What is broken off may have left, or may not."""
        try:
            return await self._errands.do(due, claims)
        except asyncio.CancelledError:
            with suppress(TimeoutError):  # a store that is gone takes nothing any more
                async with asyncio.timeout(LEAVE / 2):
                    await self._books.leave(claims.jobs)
            raise


async def ended(tasks: Collection[Task], seconds: float, *, cancel: bool = False) -> set[Task]:
    """Waits for these at most so long; answers those that have not ended."""
    if not tasks:
        return set()
    for task in tasks:
        if cancel:
            task.cancel()
    _, late = await asyncio.wait(tasks, timeout=seconds)
    return late
