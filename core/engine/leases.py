"""Which lanes this process serves: asked for again and again, believed no longer than it holds.

What a lease promises counts from when it was asked for, on this process's own clock, so nobody's
clocks have to agree. What is taken over is looked after before anything starts there, and what
is to be given up is given up when nothing of ours is in flight there any more.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping
from collections.abc import Set as AbstractSet

from core.engine.errors import StoreError
from core.engine.lanes import Lanes
from core.engine.ports import Due, Lease, Store, partition_of
from core.engine.together import Together

log = logging.getLogger("coterie.worker")

EVERY = 1.0
NOTHING = Lease(partitions=frozenset())


class Leases:
    """Says where something may start, and how much of everything is ours.

    `renewed` is told when the store has answered.
    """

    def __init__(self, store: Store, lanes: Lanes, renewed: Callable[[], None]) -> None:
        self._store, self._lanes, self._renewed = store, lanes, renewed
        self._lease = NOTHING
        self._until = 0.0
        self._open: AbstractSet[int] = frozenset()
        self._fresh: dict[int, float] = {}
        self._failing = False
        self._claims = Together(store.mark)

    @property
    def shared(self) -> bool:
        """Whether other processes serve lanes too."""
        return self._lease.workers > 1

    @property
    def settled(self) -> bool:
        """Whether we have heard what is ours, and looked after all that was left behind there."""
        return self._until > 0.0 and not self._fresh

    def owns(self, lane: str) -> bool:
        """Whether something may start in this lane now."""
        return partition_of(lane) in self._open and time.monotonic() < self._until

    async def claim(self, *dues: Due) -> Collection[tuple[str, str]]:
        """Which of these are ours to do from now on, by (org, key)."""
        return await self._claims.ask([(due.org, due.job.key) for due in dues])

    def parts_now(self) -> AbstractSet[int]:
        """The partitions that are ours, and with them our part of every rate."""
        return self._lease.partitions if time.monotonic() < self._until else NOTHING.partitions

    def left_behind(self) -> Mapping[int, float]:
        """Partitions to be looked after, and when we got them: nothing of ours is in flight."""
        if not self._fresh:
            return {}
        ours = self._flying()
        return {part: at for part, at in self._fresh.items() if part not in ours}

    def looked_after(self, parts: Mapping[int, float]) -> None:
        """Opens them, except those that we have lost and got again meanwhile."""
        self._fresh = {part: at for part, at in self._fresh.items() if parts.get(part) != at}
        self._opened()

    async def run(self) -> None:
        """Asks every second until cancelled, more often where a lease does not hold that long."""
        while True:
            asked = time.monotonic()
            await self._renew(asked)
            pause = min(EVERY, self._lease.seconds / 3)
            await asyncio.sleep(max(0.0, asked + pause - time.monotonic()))

    async def _renew(self, asked: float) -> None:
        try:
            lease = await self._store.lease(self._lease.leaving - self._flying())
        except StoreError as error:
            if not self._failing:
                log.warning("what this process serves could not be renewed: %s", error)
            self._failing = True
            return
        except Exception:
            log.exception("a fault of ours in renewing what this process serves")
            return
        self._failing = False
        kept = {part: at for part, at in self._fresh.items() if part in lease.partitions}
        self._fresh = kept | dict.fromkeys(lease.fresh, asked)
        self._lease, self._until = lease, asked + lease.seconds
        self._opened()
        self._renewed()

    def _opened(self) -> None:
        self._open = self._lease.partitions - self._lease.leaving - self._fresh.keys()

    def _flying(self) -> AbstractSet[int]:
        return {partition_of(lane) for lane in self._lanes.taken}
