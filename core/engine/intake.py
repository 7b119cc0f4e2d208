"""Events in, each handled once.

A repeat, even at the same time, gets the stored reply. A handler that raises fails only its own
event; one that raises five times is kept as poison and answered.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence

from core.engine.batch import Batch, Decided, Starter
from core.engine.deferring import Deferring
from core.engine.errors import Conflict, StoreError
from core.engine.folding import Folding
from core.engine.line import Line, Waiting
from core.engine.lookups import Lookups
from core.engine.overlay import Laid
from core.engine.ports import (
    Asker,
    Clock,
    Event,
    Product,
    Reply,
    Store,
)
from core.engine.trail import turn

log = logging.getLogger("coterie.engine")

TRIES = 5
AT_ONCE = 20


class Intake:
    """Takes events, answers when they are committed."""

    def __init__(self, store: Store, product: Product, clock: Clock) -> None:
        self.counts: Counter[str] = Counter()
        self.folding = Folding()
        self._store, self._product, self._clock = store, product, clock
        self._batch = Batch(store, product, clock, self.folding)
        self.meters, self.trail = self._batch.meters, self._batch.trail
        self._deferring = Deferring(store, clock)
        self._lookups = Lookups(store, product, clock, self.counts)
        self._line = Line(self.counts, self.meters)
        self._laid: Mapping[str, Laid] = {}
        self._writing: asyncio.Task[bool] | None = None

    def connect(self, starter: Starter, asks: Mapping[str, Asker]) -> None:
        """Tells which worker starts jobs, and what queries may ask."""
        self._batch.starter, self._lookups.asks = starter, asks
        self._deferring.expect = starter.expect

    @property
    def waiting(self) -> int:
        """How many events are in line or being worked on."""
        return self._line.all

    async def submit(self, event: Event) -> Reply | None:
        """The reply, once the event is committed. Raises Overloaded when too many wait."""
        turn.set(event.id)
        return await self._line.join(event)

    async def submit_all(self, events: Sequence[Event]) -> None:
        """Takes a whole delivery; a long one is stored at once and worked off in order."""
        if len(events) > AT_ONCE:
            return await self._deferring.keep(events)
        results = await asyncio.gather(*map(self.submit, events), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return None

    async def query(self, event: Event) -> Reply | None:
        """Looks something up; None when it takes too long. Raises Overloaded."""
        return await self._lookups.look(event)

    def forget(self, address: str) -> None:
        """The worker changed this address: what comes in next is saved again."""
        self._batch.known.forget(address)

    def forget_all(self) -> None:
        """Another process may have changed any address."""
        self._batch.known.forget_all()

    async def run(self) -> None:
        """Works off the line until cancelled."""
        tiring = asyncio.create_task(self._line.tire())
        try:
            while True:
                await self._work(await self._line.take())
        finally:
            tiring.cancel()
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
        """Commits and answers; what met a conflict is decided again."""
        try:
            await self._batch.write(decided)
            await self._tell(batch, decided)
        except Conflict:
            self.counts["conflict"] += 1
            await self._anew(batch)
        except Exception:
            log.exception("the store did not take a batch of %d", len(batch))
            self._line.refuse(batch)
        else:
            return True
        return False

    async def _anew(self, batch: list[Waiting]) -> None:
        """All together, which gives others least to meet; and if that does not help, one by one."""
        for one in await self._again(batch):
            self._line.refuse(await self._again([one]))

    async def _again(self, batch: list[Waiting]) -> list[Waiting]:
        """Those that met a conflict each time; none that somebody else has handled meanwhile."""
        for _ in range(TRIES):
            try:
                batch = self._line.repeated(batch, await _seen(self._store, batch))
                await self._attempt(batch)
            except Conflict:
                self.counts["conflict"] += 1
            except Exception:
                log.exception("the store did not take a batch of %d", len(batch))
                self._line.refuse(batch)
                return []
            else:
                return []
        return batch

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
        turn.set(one.event.id)
        log.error("poison: %s %.60s", one.event.source, one.event.name, exc_info=error)
        try:
            await self._store.poison(one.event.org, one.event, repr(error), self._clock.now())
        except StoreError:
            return self._line.refuse([one])
        return self._line.answer(one, None, "poison")


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
