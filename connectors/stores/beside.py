"""The same database beside the service that runs on it: for a command that reads and plans.

SQLite lets one write while the other waits a moment, and what has changed under a decision is a
Conflict, as everywhere. What belongs to the service alone is left to it: tables are not changed
under its feet, no job is claimed, and none that it has claimed is taken for left behind. Jobs are
planned a moment ahead of the time, so that they are never behind the place in the queue from
which the service looks on.
"""

from contextlib import suppress
from typing import ClassVar, Self

from connectors.stores.schema import Database, Owned, check, whole
from connectors.stores.sqlite import SqliteStore
from connectors.stores.tables import fits
from core.engine.errors import StoreError

OTHER = "the service that is running is another version: restart it, and try again"


class BesideStore(SqliteStore):
    """A Store in a file that another process may own. `served`: one did when it was opened."""

    owns: ClassVar[bool] = False
    served: bool = False

    async def open(self) -> Self:
        """Brings the file up to date if nobody has it, and lets go of it; then shares it."""
        self.served = not await self._prepared()
        return await super().open()

    async def _prepared(self) -> bool:
        kinds = [table.kind for table in self._tables.values()]
        owner = SqliteStore(
            self.path,
            records=kinds,
            ranked=self._ranked,
            upgrades=self._upgrades,
            patience=self._patience,
        )
        with suppress(Owned):
            async with owner:
                return True
        return False

    def _prepare(self, db: Database) -> None:
        check(db)
        whole(db)
        if not fits(db, self._tables.values()):
            raise StoreError(OTHER)
