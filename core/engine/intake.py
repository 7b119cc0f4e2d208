"""Events in, each handled once.

A repeat, even at the same time, gets the stored reply. A handler that raises fails only its own
event; one that raises five times is kept as poison and answered.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from core.engine.batch import Batch, Starter
from core.engine.errors import Conflict, Overloaded, StoreError
from core.engine.folding import Folding
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

BATCH = 64
CROWD = 256  # so many more wait: they are taken together
GATHER = 0.002  # while several come at a time, waiting for one more costs less than a commit
WAITING = 4096
TRIES = 5
QUERY_SECONDS = 2.5
CHUNK = 500
AT_ONCE = 20
AFTER = 5

_reply = msgspec.json.Decoder(Reply | None)


class Waiting:
    """An event in line, and whoever waits for its reply: who gives up takes it from nobody else."""

    __slots__ = ("event", "futures", "key", "tries")

    def __init__(self, event: Event, key: tuple[str, str]) -> None:
        self.event, self.key = event, key
        self.futures: list[asyncio.Future[Reply | None]] = []
        self.tries = 0

    def heard(self) -> asyncio.Future[Reply | None]:
        """The reply, once there is one."""
        future: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
        self.futures.append(future)
        return future

    def answer(self, reply: Reply | None) -> None:
        """Tells whoever still waits."""
        for future in self.futures:
            if not future.done():
                future.set_result(reply)

    def refuse(self) -> None:
        """The store is not there: whoever sent this has to send it again."""
        for future in self.futures:
            if not future.done():
                future.set_exception(Overloaded(AFTER))
                future.exception()


class Intake:
    """Takes events, answers when they are committed."""

    def __init__(self, store: Store, product: Product, clock: Clock) -> None:
        self.counts: Counter[str] = Counter()
        self.folding = Folding()
        self._store, self._product, self._clock = store, product, clock
        self._batch = Batch(store, product, clock, self.folding)
        self._line: deque[Waiting] = deque()
        self._flying: dict[tuple[str, str], Waiting] = {}
        self._bell = asyncio.Event()
        self._together = False
        self._asks: Mapping[str, Asker] = {}

    def connect(self, starter: Starter, asks: Mapping[str, Asker]) -> None:
        """Tells which worker starts jobs, and what queries may ask."""
        self._batch.starter, self._asks = starter, asks

    @property
    def waiting(self) -> int:
        """How many events are in line or being worked on."""
        return len(self._flying)

    async def submit(self, event: Event) -> Reply | None:
        """The reply, once the event is committed. Raises Overloaded when too many wait."""
        key = (event.org, event.id)
        one = self._flying.get(key)
        if one is None:
            if len(self._line) >= WAITING:
                self.counts["overloaded"] += 1
                raise Overloaded
            one = self._flying[key] = Waiting(event, key)
            self._line.append(one)
            self._bell.set()
        return await one.heard()

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
        while True:
            await self._bell.wait()
            while self._line:
                if self._together and len(self._line) < BATCH:
                    await asyncio.sleep(GATHER)
                size = CROWD if len(self._line) > CROWD else BATCH
                batch = [self._line.popleft() for _ in range(min(size, len(self._line)))]
                self._together = len(batch) > 1
                await self._work(batch)
            self._bell.clear()

    async def _work(self, batch: list[Waiting]) -> None:
        try:
            batch = await self._unseen(batch)
            await self._attempt(batch)
        except Conflict:
            self.counts["conflict"] += 1
            for one in batch:
                await self._alone(one)
        except Exception:
            log.exception("the store did not take a batch of %d", len(batch))
            self._refuse(batch)

    async def _alone(self, one: Waiting) -> None:
        """Runs again what met a conflict, unless somebody else has handled it meanwhile."""
        for _ in range(TRIES):
            try:
                return await self._attempt(await self._unseen([one]))
            except Conflict:
                self.counts["conflict"] += 1
            except Exception:
                log.exception("the store did not take an event")
                break
        return self._refuse([one])

    async def _attempt(self, batch: list[Waiting]) -> None:
        if not batch:
            return
        results = await self._batch.run([one.event for one in batch])
        for one, result in zip(batch, results, strict=True):
            if result.error:
                await self._stumble(one, result.error)
            else:
                self._answer(one, result.reply)

    async def _unseen(self, batch: list[Waiting]) -> list[Waiting]:
        """Answers the events that were handled before; the others are left to do."""
        seen = await _seen(self._store, batch)
        for one in batch:
            if one.key in seen:
                self.counts["repeated"] += 1
                self._answer(one, _stored(seen[one.key]))
        return [one for one in batch if one.key not in seen]

    async def _stumble(self, one: Waiting, error: Exception) -> None:
        one.tries += 1
        self.counts["handler_error"] += 1
        if one.tries < TRIES:
            return self._line.append(one)
        log.error("poison: %s %s", one.event.source, one.event.name, exc_info=error)
        try:
            await self._store.poison(one.event.org, one.event, repr(error), self._clock.now())
        except StoreError:
            return self._refuse([one])
        return self._answer(one, None)

    def _answer(self, one: Waiting, reply: Reply | None) -> None:
        self._flying.pop(one.key, None)
        self.counts["handled"] += 1
        one.answer(reply)

    def _refuse(self, batch: list[Waiting]) -> None:
        for one in batch:
            self._flying.pop(one.key, None)
            one.refuse()

    async def _defer(self, events: Sequence[Event]) -> None:
        commits = raising(events, self._clock.now())
        try:
            await self._store.commit(commits)
        except StoreError as error:
            raise Overloaded(AFTER) from error
        if self._batch.starter:
            self._batch.starter.expect([job for it in commits for job in it.changes.jobs])


def _stored(reply: bytes) -> Reply | None:
    """The reply that was stored; nothing if an earlier version of Coterie wrote it differently."""
    try:
        return _reply.decode(reply) if reply else None
    except msgspec.DecodeError:
        return None


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
