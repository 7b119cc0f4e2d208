"""What became of jobs is written down, however long the store takes to listen."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence

from msgspec.structs import replace

from core.engine.errors import Conflict, StoreError
from core.engine.intake import Intake
from core.engine.leases import Leases
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
    partition_of,
)
from core.engine.together import Together

log = logging.getLogger("coterie.worker")

STUMBLE = 0.25
TOGETHER = 0.01


class Books:
    """Settles jobs. What was sent is known here alone until the store has taken it."""

    def __init__(
        self, store: Store, clock: Clock, intake: Intake, counts: Counter[str], leases: Leases
    ) -> None:
        self._store, self._clock, self._intake, self._counts = store, clock, intake, counts
        self._leases = leases
        self._soon = Together(self._settle, TOGETHER)
        self._now = Together(self._settle)

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Written down with what else comes to an end within ten milliseconds."""
        await self._soon.ask(outcomes)

    async def settle_now(self, outcomes: Sequence[Outcome]) -> None:
        """Written down at once."""
        await self._now.ask(outcomes)

    async def _settle(self, outcomes: Sequence[Outcome]) -> None:
        """Tries until the store takes them: else they would be done again."""
        began = time.monotonic()
        await self._listened("settle", lambda: self._told(outcomes))
        self._intake.meters.settle.took(time.monotonic() - began)
        for outcome in outcomes:
            self._counts[outcome.state] += 1
            for record in outcome.saves:
                if isinstance(record, Address):
                    self._intake.forget(record.id)

    async def put_back(self, claims: Sequence[Due]) -> None:
        """What we claimed and have not done waits again in its place."""
        if not claims:
            return
        self._counts["put_back"] += 1
        now = self._clock.now()
        stand = [await self._stands(due) for due in claims]
        ours = [due for due in stand if due and due.state == "claimed"]
        if ours:
            await self.settle([ended(due, "planned", now, why=due.why) for due in ours])

    async def failed(self, due: Due, claims: Sequence[Due]) -> None:
        """A fault of ours ends a job, and those that travelled with it, if they are ours."""
        now = self._clock.now()
        if not claims and not await self._listened("mark", lambda: self._leases.claim(due)):
            return
        ours = claims or (due,)
        await self.settle([ended(it, "failed", now, why="a fault of ours") for it in ours])

    async def leave(self, claims: Sequence[Due]) -> None:
        """We end before what we claimed: nobody has to find out that it was left behind."""
        if claims:
            await self.settle_now(self._left(claims))

    async def recover(self, partitions: Collection[int]) -> None:
        """What somebody else had claimed in these and left behind may or may not have left."""
        claimed = await self._store.claimed()
        found = [due for due in claimed if partition_of(due.job.lane) in partitions]
        if found:
            log.warning("%d jobs were in flight when another process ended", len(found))
            await self.settle_now(self._left(found))

    def _left(self, claimed: Sequence[Due]) -> list[Outcome]:
        now = self._clock.now()
        return [
            left_behind(due, now, repeatable=isinstance(due.job.work, Raise | Ask))
            for due in claimed
        ]

    async def _told(self, outcomes: Sequence[Outcome]) -> None:
        """Settles them, with what their campaigns learn of them."""
        wanted: dict[str, list[str]] = {}
        for it in outcomes:
            if it.report:
                wanted.setdefault(it.org, []).append(it.report)
        were = {org: await self._store.many(org, Delivery, ids) for org, ids in wanted.items()}
        await self._store.settle(
            [_reported(it, were[it.org].get(it.report)) if it.report else it for it in outcomes]
        )

    async def _stands(self, due: Due) -> Due | None:
        return await self._listened("job", lambda: self._store.job(due.org, due.job.key))

    async def _listened(self, what: str, ask: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await ask()
            except Conflict:
                raise
            except StoreError as error:
                log.warning("the store does not do %s: %s", what, error)
            await asyncio.sleep(STUMBLE)


def _reported(it: Outcome, was: Delivery | None) -> Outcome:
    """With how its delivery stands now, and how many of the campaign stand so."""
    if was is None or (was.state, was.why) == (it.state, it.why):
        return it
    now = replace(was, state=it.state, why=it.why, at=it.at)
    moved = () if now.state == was.state else (counted(was, -1), counted(now))
    return replace(it, saves=(*it.saves, now), tallies=(*it.tallies, *moved))
