"""What became of jobs is written down, however long the store takes to listen."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from core.engine.errors import Conflict, StoreError
from core.engine.intake import Intake
from core.engine.outcomes import ended, left_behind
from core.engine.ports import (
    Address,
    Ask,
    Clock,
    Delivery,
    Due,
    Outcome,
    Raise,
    Store,
    T,
    counted,
)

log = logging.getLogger("coterie.worker")

STUMBLE = 0.25
TOGETHER = 0.01


class Books:
    """Settles jobs. What was sent is known here alone until the store has taken it."""

    def __init__(self, store: Store, clock: Clock, intake: Intake, counts: Counter[str]) -> None:
        self._store, self._clock, self._intake, self._counts = store, clock, intake, counts
        self._pile: list[Outcome] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._turn: asyncio.Task[None] | None = None

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Written down with what else comes to an end within ten milliseconds."""
        self._pile += outcomes
        if self._turn is None:
            self._turn = asyncio.create_task(self._settle_pile())
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(written)
        await written

    async def _settle_pile(self) -> None:
        await asyncio.sleep(TOGETHER)
        outcomes, waiting = self._pile, self._waiting
        self._turn, self._pile, self._waiting = None, [], []
        try:
            await self.settle_now(outcomes)
        except Exception as error:  # noqa: BLE001 - it is told to everybody who waits
            _tell(waiting, error)
        else:
            _tell(waiting, None)

    async def settle_now(self, outcomes: Sequence[Outcome]) -> None:
        """Tries until the store takes them: else they would be done again."""
        outcomes = [await self._reported(outcome) for outcome in outcomes]
        await self._listened("settle", lambda: self._store.settle(outcomes))
        for outcome in outcomes:
            self._counts[outcome.state] += 1
            for record in outcome.saves:
                if isinstance(record, Address):
                    self._intake.forget(record.id)

    async def put_back(self, lane: str) -> None:
        """What was claimed in this lane and not done waits again in its place."""
        self._counts["put_back"] += 1
        now = self._clock.now()
        await self.settle(
            [ended(due, "planned", now, why=due.why) for due in await self._claimed(lane)]
        )

    async def failed(self, due: Due) -> None:
        """A fault of ours ends a job, and those that travelled with it."""
        now = self._clock.now()
        others = [it for it in await self._claimed(due.job.lane) if it.job.key != due.job.key]
        await self.settle(
            [ended(it, "failed", now, why="a fault of ours") for it in (due, *others)]
        )

    async def recover(self) -> None:
        """What was claimed when the last process died may or may not have left."""
        now = self._clock.now()
        outcomes = [
            left_behind(due, now, repeatable=isinstance(due.job.work, Raise | Ask))
            for due in await self._store.claimed()
        ]
        if outcomes:
            log.warning("%d jobs were in flight when the last process ended", len(outcomes))
            await self.settle_now(outcomes)

    async def _reported(self, outcome: Outcome) -> Outcome:
        """With what its campaign learns of it: how this one stands now, and how many stand so."""
        if not outcome.report:
            return outcome
        was = await self._store.reader(outcome.org).get(Delivery, outcome.report)
        if was is None or (was.state, was.why) == (outcome.state, outcome.why):
            return outcome
        now = replace(was, state=outcome.state, why=outcome.why, at=outcome.at)
        moved = () if now.state == was.state else (counted(was, -1), counted(now))
        saves, tallies = (*outcome.saves, now), (*outcome.tallies, *moved)
        return replace(outcome, saves=saves, tallies=tallies)

    async def _claimed(self, lane: str) -> list[Due]:
        claimed = await self._listened("claimed", self._store.claimed)
        return [due for due in claimed if due.job.lane == lane]

    async def _listened(self, what: str, ask: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await ask()
            except Conflict:
                raise
            except StoreError as error:
                log.warning("the store does not do %s: %s", what, error)
            await asyncio.sleep(STUMBLE)


def _tell(waiting: Sequence[asyncio.Future[None]], error: Exception | None) -> None:
    """Ends the wait of those who still wait."""
    for written in waiting:
        if written.done():
            continue
        if error:
            written.set_exception(error)
        else:
            written.set_result(None)
