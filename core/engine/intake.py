"""Events in, each handled once.

A repeat, even at the same time, gets the stored reply. A handler that raises fails only its own
event; one that raises five times is kept as poison and answered.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from core.engine.batch import Batch, Decided, Starter
from core.engine.errors import Conflict, Overloaded, StoreError
from core.engine.folding import Folding
from core.engine.line import AFTER, Line, Waiting
from core.engine.overlay import Laid
from core.engine.ports import (
    Asker,
    Changes,
    Clock,
    Commit,
    Event,
    Job,
    Moment,
    Product,
    Raise,
    Reply,
    Store,
    lane_of,
)

log = logging.getLogger("coterie.engine")

TRIES = 5
QUERY_SECONDS = 2.5
CHUNK = 500
AT_ONCE = 20


class Intake:
    """Takes events, answers when they are committed."""

    def __init__(self, store: Store, product: Product, clock: Clock) -> None:
        self.counts: Counter[str] = Counter()
        self.folding = Folding()
        self._store, self._product, self._clock = store, product, clock
        self._batch = Batch(store, product, clock, self.folding)
        self._line = Line(self.counts)
        self._laid: Mapping[str, Laid] = {}
        self._writing: asyncio.Task[bool] | None = None
        self._asks: Mapping[str, Asker] = {}

    def connect(self, starter: Starter, asks: Mapping[str, Asker]) -> None:
        """Tells which worker starts jobs, and what queries may ask."""
        self._batch.starter, self._asks = starter, asks

    @property
    def waiting(self) -> int:
        """How many events are in line or being worked on."""
        return self._line.all

    async def submit(self, event: Event) -> Reply | None:
        """The reply, once the event is committed. Raises Overloaded when too many wait."""
        return await self._line.join(event)

    async def submit_all(self, events: Sequence[Event]) -> None:
        """Takes a whole delivery; a long one is stored at once and worked off in order."""
        if len(events) > AT_ONCE:
            for start in range(0, len(events), CHUNK):
                await self._defer(events[start : start + CHUNK])
            return
        results = await asyncio.gather(*map(self.submit, events), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def query(self, event: Event) -> Reply | None:
        """Looks something up; None when it takes too long. Raises Overloaded without a store."""
        moment = Moment(self._store.reader(event.org), self._clock.now(), event.id)
        try:
            async with asyncio.timeout(QUERY_SECONDS):
                return await self._product.query(event, moment, self._asks)
        except TimeoutError:
            self.counts["query_timeout"] += 1
            return None
        except StoreError as error:
            raise Overloaded(AFTER) from error

    def forget(self, address: str) -> None:
        """The worker changed this address: what comes in next is saved again."""
        self._batch.forget(address)

    async def run(self) -> None:
        """Works off the line until cancelled."""
        try:
            while True:
                await self._work(await self._line.take())
        finally:
            if self._writing:
                self._writing.cancel()

    async def _work(self, batch: list[Waiting]) -> None:
        """Decides and writes; while many more wait, the next are decided meanwhile."""
        ahead = self._line.many
        try:
            batch = self._line.repeated(batch, await _seen(self._store, batch))
            decided = await self._batch.decide([one.event for one in batch], self._laid)
            if not await self._written():
                self._line.back(batch)  # what they were decided upon is not there
                return
            self._laid = await decided.laid() if ahead else {}
        except Exception:
            log.exception("the store did not answer for a batch of %d", len(batch))
            await self._written()
            self._line.refuse(batch)
            return
        if ahead:
            self._writing = asyncio.create_task(self._write(batch, decided))
            await asyncio.sleep(0)  # so that it begins
        else:
            await self._write(batch, decided)

    async def _written(self) -> bool:
        """Whether the batch before this one is in the store as it was decided."""
        writing, self._writing, self._laid = self._writing, None, {}
        return writing is None or await writing

    async def _write(self, batch: list[Waiting], decided: Decided) -> bool:
        """Commits and answers; those that met a conflict are decided again, one by one."""
        try:
            await self._batch.write(decided)
            await self._tell(batch, decided)
        except Conflict:
            self.counts["conflict"] += 1
            for one in batch:
                await self._alone(one)
        except Exception:
            log.exception("the store did not take a batch of %d", len(batch))
            self._line.refuse(batch)
        else:
            return True
        return False

    async def _alone(self, one: Waiting) -> None:
        """Runs again what met a conflict, unless somebody else has handled it meanwhile."""
        for _ in range(TRIES):
            try:
                left = self._line.repeated([one], await _seen(self._store, [one]))
                return await self._attempt(left)
            except Conflict:
                self.counts["conflict"] += 1
            except Exception:
                log.exception("the store did not take an event")
                break
        return self._line.refuse([one])

    async def _attempt(self, batch: list[Waiting]) -> None:
        decided = await self._batch.decide([one.event for one in batch], {})
        await self._batch.write(decided)
        await self._tell(batch, decided)

    async def _tell(self, batch: list[Waiting], decided: Decided) -> None:
        for one, result in zip(batch, decided.handled, strict=True):
            if result.error:
                await self._stumble(one, result.error)
            else:
                self._line.answer(one, result.reply)

    async def _stumble(self, one: Waiting, error: Exception) -> None:
        one.tries += 1
        self.counts["handler_error"] += 1
        if one.tries < TRIES:
            return self._line.again(one)
        log.error("poison: %s %s", one.event.source, one.event.name, exc_info=error)
        try:
            await self._store.poison(one.event.org, one.event, repr(error), self._clock.now())
        except StoreError:
            return self._line.refuse([one])
        return self._line.answer(one, None)

    async def _defer(self, events: Sequence[Event]) -> None:
        commits = raising(events, self._clock.now())
        try:
            await self._store.commit(commits)
        except StoreError as error:
            raise Overloaded(AFTER) from error
        if self._batch.starter:
            self._batch.starter.expect([job for it in commits for job in it.changes.jobs])


async def _seen(store: Store, batch: Sequence[Waiting]) -> Mapping[tuple[str, str], bytes]:
    """The stored replies of those that were handled before, by organisation and id."""
    ids: dict[str, list[str]] = {}
    for one in batch:
        ids.setdefault(one.event.org, []).append(one.event.id)
    return {
        (org, event): reply
        for org, some in ids.items()
        for event, reply in (await store.seen(org, some)).items()
    }


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
