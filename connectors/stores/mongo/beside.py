"""The same database beside the service that runs on it: for a command that reads and plans.

It joins nobody, so no lane is its own: what it plans, the service starts.
"""

import asyncio

from connectors.stores.mongo import schema
from connectors.stores.mongo.leases import WORKERS
from connectors.stores.mongo.store import MongoStore
from core.engine.errors import StoreError

OTHER = "the service that is running is another version: restart it, and try again"
LISTEN = 2.5  # seconds, in which whoever lives is heard twice
LOOKS = 5


class MongoBeside(MongoStore):
    """A Store that serves nothing. `served`: a service was heard when it was opened."""

    served: bool = False

    async def _prepare(self) -> None:
        self.served = await self._heard()
        if not self.served:
            await self._bring_up_to_date()
        elif not await schema.fits(self._db, self._shelves, self._ranked):
            raise StoreError(OTHER)
        await self._begin()

    async def _heard(self) -> bool:
        """Whether the beat of any worker changes."""
        first = await self._beats()
        for _ in range(LOOKS if first else 0):
            await asyncio.sleep(LISTEN / LOOKS)
            if await self._beats() != first:
                return True
        return False

    async def _beats(self) -> dict[str, int]:
        rows = await self._db[WORKERS].find({}).to_list(None)
        return {row["_id"]: row["beat"] for row in rows}
