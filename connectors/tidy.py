"""What is old is forgotten, once an hour."""

import asyncio
import logging
from datetime import timedelta

from core.engine.errors import StoreError
from core.engine.ports import Clock, Store

KEPT = timedelta(days=7)
HOUR = 3600.0

log = logging.getLogger("coterie")


async def tidy(store: Store, clock: Clock) -> None:
    """Once an hour, forgets event ids and finished jobs of more than a week ago."""
    while True:
        try:
            await store.forget(clock.now() - KEPT)
        except StoreError:
            log.exception("what is old was not forgotten")
        await asyncio.sleep(HOUR)
