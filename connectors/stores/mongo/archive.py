"""A database in MongoDB that nobody uses meanwhile, entry by entry: for export and import.

While a copy comes in, its name and how far it is stand among the declarations. They are written
after the entries, of which some may come twice: each has one document, whatever happens.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import Self

import msgspec
from pymongo import IndexModel, ReplaceOne

from connectors.stores.codec import EPOCH
from connectors.stores.entries import (
    ANOTHER,
    ARRIVING,
    OCCUPIED,
    RUNNING,
    STRANGE,
    AnyEntry,
    Occupied,
    Place,
    Refused,
    Totals,
)
from connectors.stores.mongo import commits, queue, schema
from connectors.stores.mongo.beside import MongoBeside
from connectors.stores.mongo.documents import document, drawers, entries
from connectors.stores.mongo.schema import DECLARED, STARTS
from connectors.stores.mongo.shelf import PREFIX
from connectors.stores.mongo.wire import Database, explained
from core.engine.ports import Record

_reached = msgspec.json.Decoder(Place)

TTL = "at"
FORGETTING = IndexModel([("at", 1)], name=TTL, expireAfterSeconds=int(schema.KEPT.total_seconds()))


class MongoSource(MongoBeside):
    """Everything in a database that no worker serves.

    Ids of events that were used up before `since` are left out: the database is about to forget
    them by itself.
    """

    def __init__(
        self,
        uri: str,
        *,
        records: Sequence[type[Record]] = (),
        ranked: Collection[str] = frozenset(),
        since: datetime = EPOCH,
    ) -> None:
        super().__init__(uri, records=records, ranked=ranked)
        self._since = since

    async def open(self) -> Self:
        """Brings it up to date as a start does. Raises Refused if somebody uses it."""
        with explained():
            return await super().open()

    async def _prepare(self) -> None:
        if await self._heard():
            raise Refused(RUNNING)
        await self._bring_up_to_date()
        await self._whole()
        await self._know()
        self._drawers = drawers(self._shelves)
        self._starts = await _starts(self._db)

    async def _whole(self) -> None:
        await schema.whole(self._db)

    async def _know(self) -> None:
        """Raises Refused where there is something that would be left behind."""
        known = {shelf.name for shelf in self._shelves.values()}
        names = sorted(await self._db.list_collection_names())
        strange = [name for name in names if name.startswith(PREFIX) and name not in known]
        counts = [(name, await self._db[name].count_documents({})) for name in strange]
        if told := [f"{name.removeprefix(PREFIX)} ({count})" for name, count in counts if count]:
            raise Refused(STRANGE.format(where="this database", kinds=", ".join(told)))

    async def close(self) -> None:
        """Lets go; nothing here was ours."""
        if self._open:
            self._open = False
            self._client.close()

    async def entries(self, after: Place | None = None) -> AsyncIterator[Sequence[AnyEntry]]:
        """Everything after this place, always in the same order, a batch at a time."""
        reached, key = after or ("", ())
        for name, drawer in self._drawers.items():
            last = key if name == reached else ()
            if name >= reached:
                with explained():
                    async for batch in entries(self._db, drawer, last, self._since):
                        yield batch

    async def confirm(self, totals: Totals) -> None:
        """Raises Refused if somebody has started on it meanwhile."""
        with explained():
            if self._starts != await _starts(self._db):
                raise Refused(RUNNING)


class MongoTarget(MongoSource):
    """A database that a copy comes into; nothing starts on it before that is complete."""

    async def _whole(self) -> None:
        """It may be half a copy."""

    async def begin(self, copy: str) -> Place | None:
        """Notes which copy comes, or finds how far it has come before."""
        with explained():
            known = await self._db[DECLARED].find_one({"_id": ARRIVING})
            if known and known["copy"] != copy:
                raise Refused(ANOTHER)
            if not known:
                async for _ in self.entries():
                    raise Occupied(OCCUPIED)
                await self._db[DECLARED].insert_one({"_id": ARRIVING, "copy": copy, "reached": ""})
            await _index_ids(self._db, IndexModel([("at", 1)], name=TTL))
        return _reached.decode(known["reached"]) if known and known["reached"] else None

    async def write(self, entries: Sequence[AnyEntry]) -> None:
        """Takes the next entries, and then notes how far the copy has come."""
        with explained():
            for section, some in groupby(entries, lambda it: it.place[0]):
                made = [document(it, self._shelves, self._ranked) for it in some]
                there = self._db[self._drawers[section].name]
                puts = [ReplaceOne({"_id": it["_id"]}, it, upsert=True) for it in made]
                await there.bulk_write(puts, ordered=False)
            reached = msgspec.json.encode(entries[-1].place).decode()
            await self._db[DECLARED].update_one({"_id": ARRIVING}, {"$set": {"reached": reached}})

    async def finish(self, totals: Totals) -> None:
        """Lets the service in; what an older Coterie wrote is brought up to date at its start."""
        with explained():
            for kind, shelf in self._shelves.items():
                older = {"schema": {"$lt": shelf.kind.schema}}
                rows = shelf.of(self._db).find(older, {"schema": 1}).sort([("schema", 1)]).limit(1)
                for row in await rows.to_list(None):
                    schema = {"$set": {"schema": row["schema"]}}
                    await self._db[DECLARED].update_one({"_id": kind}, schema)
            await self._begin_above()
            await _index_ids(self._db, FORGETTING)
            await self._db[DECLARED].delete_one({"_id": ARRIVING})

    async def _begin_above(self) -> None:
        """Places in line for new jobs begin above those that have come."""
        rows = self._db[queue.JOBS].find({}, {"seq": 1}).sort([("seq", -1)]).limit(1)
        for row in await rows.to_list(None):
            starts = {"$max": {"count": row["seq"] >> 32}}
            await self._db[DECLARED].update_one({"_id": STARTS}, starts, upsert=True)


async def _starts(db: Database) -> int:
    row = await db[DECLARED].find_one({"_id": STARTS})
    return int(row["count"]) if row else 0


async def _index_ids(db: Database, index: IndexModel) -> None:
    """In place of the one there is: old ids are not forgotten before they were counted."""
    if TTL in await db[commits.SEEN].index_information():
        await db[commits.SEEN].drop_index(TTL)
    await db[commits.SEEN].create_indexes([index])
