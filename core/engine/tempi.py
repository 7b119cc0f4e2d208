"""What one process learns of a platform's rate, the others know a second or two later."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from core.engine.errors import StoreError
from core.engine.pace import Pace
from core.engine.ports import Changes, Clock, Commit, Store
from core.engine.records import Tempo

log = logging.getLogger("coterie.worker")

EVERY = 1.0
NOBODYS = ""  # a platform's patience is no organisation's alone


class Tempi:
    """Keeps the pace of this process and the store's records of it the same."""

    def __init__(
        self, store: Store, clock: Clock, pace: Pace, shared: Callable[[], bool] = lambda: False
    ) -> None:
        self._store, self._clock, self._pace, self._shared = store, clock, pace, shared
        self._known = False

    async def run(self) -> None:
        """About once a second, and at once after a 429, until cancelled."""
        while True:
            self._pace.refused.clear()
            try:
                await self.meet()
            except StoreError as error:
                log.warning("what was learned of a rate could not be told: %s", error)
            except Exception:
                log.exception("a fault of ours in what was learned of a rate")
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._pace.refused.wait()

    async def meet(self) -> None:
        """Hears what others have learned and tells what is news to them."""
        self._pace.ahead = self._clock.now().timestamp() - time.monotonic()
        if self._shared() or not self._known:
            for tempo in (await self._store.reader(NOBODYS).find(Tempo)).items:
                self._pace.hear(tempo, time.monotonic())
            self._known = True
        news = tuple(self._pace.learned(time.monotonic()))
        if not news:
            return
        changes = Changes(saves=news)
        told = Commit(org=NOBODYS, event="", at=self._clock.now(), changes=changes)
        await self._store.commit([told])
        for tempo in news:
            self._pace.told(tempo)
