"""Looking something up while somebody waits: so many at once, each for so long, no more."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from core.engine.errors import Overloaded, StoreError
from core.engine.ports import Asker, Clock, Event, Moment, Product, Reply, Store

MOST = 512
SECONDS = 2.5
AFTER = 5


class Lookups:
    """Runs queries, which change nothing."""

    def __init__(self, store: Store, product: Product, clock: Clock, counts: Counter[str]) -> None:
        self._store, self._product, self._clock, self._counts = store, product, clock, counts
        self._now = 0
        self.asks: Mapping[str, Asker] = {}

    async def look(self, event: Event) -> Reply | None:
        """What was found; None when it takes too long.

        Raises Overloaded without a store, or when very many look something up.
        """
        if self._now >= MOST:
            raise Overloaded(AFTER)
        self._now += 1
        moment = Moment(self._store.reader(event.org), self._clock.now(), event.id)
        try:
            async with asyncio.timeout(SECONDS):
                return await self._product.query(event, moment, self.asks)
        except TimeoutError:
            self._counts["query_timeout"] += 1
            return None
        except StoreError as error:
            raise Overloaded(AFTER) from error
        finally:
            self._now -= 1
