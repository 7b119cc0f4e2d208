"""Records and tallies of a batch, folded: what ten events save is written once."""

from collections.abc import Collection as Some
from collections.abc import Iterator
from typing import Any

from pymongo import DeleteOne, InsertOne, ReplaceOne
from pymongo.results import BulkWriteResult

from connectors.stores.codec import stored
from connectors.stores.mongo.keys import key
from connectors.stores.mongo.shelf import Shelf, Shelves
from connectors.stores.mongo.tallies import Sums
from connectors.stores.mongo.wire import Again, Collections, Operations, Transaction, written
from core.engine.errors import Conflict, Undeclared
from core.engine.ports import Changes, Record


class Stale(Exception):
    """A record is not what it was when it was read."""


class Touch:
    """What becomes of one record: `base` is the version below the batch, `version` the one now.

    Version 0 is none.
    """

    __slots__ = ("base", "events", "org", "read", "record", "shelf", "version")

    def __init__(self, shelf: Shelf[Any], org: str, read: Record) -> None:
        self.shelf, self.org, self.read = shelf, org, read
        self.base = self.version = read.version
        self.record: Record | None = None
        self.events: list[str] = []

    @property
    def id(self) -> str:
        """What finds its document."""
        return key(self.org, self.read.id)

    def write(self) -> InsertOne[Any] | ReplaceOne[Any] | DeleteOne | None:
        """The operation that makes it so."""
        checked = self.shelf.kind.versioned
        this = {"_id": self.id, "version": self.base} if checked else {"_id": self.id}
        if self.record is None:
            return DeleteOne(this) if self.base or not checked else None
        made = self.shelf.document(self.org, self.record)
        if checked and not self.base:
            return InsertOne(made)
        return ReplaceOne(this, made, upsert=not checked)


class Edits:
    """Takes the changes of one event after another, and writes them all at once."""

    def __init__(self, shelves: Shelves, ranked: Some[str]) -> None:
        self._shelves = shelves
        self._touched: dict[tuple[str, str, str], Touch] = {}
        self._sums = Sums(ranked)

    def add(self, org: str, event: str, changes: Changes) -> None:
        """Takes more; raises Conflict where it does not follow from what came before.

        What one event both saves and deletes is deleted.
        """
        saves = _kept(changes) if changes.deletes else changes.saves
        for record in changes.deletes:
            self._touch(org, event, record, None)
        for record in saves:
            self._touch(org, event, record, stored(record))
        for tally in changes.tallies:
            self._sums.add(org, tally)

    def _touch(self, org: str, event: str, read: Record, now: Record | None) -> None:
        where = (read.kind, org, read.id)
        touch = self._touched.get(where)
        if touch is None:
            touch = self._touched[where] = Touch(self._shelf(read), org, read)
        elif read.versioned and read.version != touch.version:
            raise Conflict((event,))
        touch.events.append(event)
        touch.record = now
        touch.version = now.version if now else 0

    def _shelf(self, read: Record) -> Shelf[Any]:
        shelf = self._shelves.get(read.kind)
        if shelf is None or shelf.kind is not type(read):
            raise Undeclared(f"{type(read).__name__} is not among the records of this store")
        return shelf

    async def write(self, db: Collections, tx: Transaction, stripe: str) -> None:
        """Writes everything; raises Stale, with some of it written, if a record had changed."""
        operations: dict[str, Operations] = {}
        for touch in self._touched.values():
            if (made := touch.write()) is not None:
                operations.setdefault(touch.read.kind, []).append(made)
        for kind, some in operations.items():
            await _checked(self._shelves[kind], some, db, tx)
        await self._sums.write(db, tx, stripe)

    async def stale(self, db: Collections) -> list[str]:
        """Whoever touched a record that somebody else had changed."""
        return [event for kind in self._shelves for event in await self._stale_of(kind, db)]

    async def _stale_of(self, kind: str, db: Collections) -> list[str]:
        touched = [it for (of, *_), it in self._touched.items() if of == kind]
        shelf = self._shelves[kind]
        if not touched or not shelf.kind.versioned:
            return []
        found = shelf.of(db).find({"_id": {"$in": [it.id for it in touched]}}, {"version": 1})
        versions = {row["_id"]: row["version"] for row in await found.to_list(None)}
        return [event for it in touched if it.base != versions.get(it.id, 0) for event in it.events]


async def _checked(shelf: Shelf[Any], some: Operations, db: Collections, tx: Transaction) -> None:
    """Each has to find what it changes, where the kind is versioned."""
    try:
        result = await written(shelf.of(db), some, tx)
    except Again as error:
        raise (Stale if shelf.kind.versioned else Again) from error
    if shelf.kind.versioned and _changed(result) < len(some):
        raise Stale


def _changed(result: BulkWriteResult) -> int:
    return result.inserted_count + result.matched_count + result.deleted_count


def _kept(changes: Changes) -> Iterator[Record]:
    gone = {(record.kind, record.id, record.version) for record in changes.deletes}
    return (it for it in changes.saves if (it.kind, it.id, it.version) not in gone)
