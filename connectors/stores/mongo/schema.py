"""What every database of ours has, and how an older one becomes a newer one.

One process at a time does it: it holds a lock document and raises the beat in it, and one that has
stopped is overtaken. Every step may be done twice, so one that was killed is done again. A released
migration is never edited; a new one is added below it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from collections.abc import Collection as Some
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
from bson import ObjectId
from pymongo import IndexModel, ReplaceOne, ReturnDocument
from pymongo.errors import DuplicateKeyError

from connectors.stores.codec import encode
from connectors.stores.entries import ARRIVING, HALF
from connectors.stores.mongo import queue, tallies
from connectors.stores.mongo.commits import SEEN
from connectors.stores.mongo.leases import ALL, LEASES, UNSERVED, WORKERS
from connectors.stores.mongo.shelf import Shelf, Shelves
from connectors.stores.mongo.tallies import COUNTED, OF, TALLIES, TOP
from connectors.stores.mongo.wire import Database, Document, Transactions
from connectors.stores.tables import Upgrade
from core.engine.errors import StoreError

DECLARED, POISON = "declared", "poison"
FORMAT, RANKED, STARTS, LOCK = "(format)", "(ranked)", "(starts)", "(lock)"
KEPT = timedelta(days=7)
CHUNK = 500

Upgrades = Mapping[str, Sequence[Upgrade]]


async def _first(db: Database) -> None:
    await db[queue.JOBS].create_indexes(list(queue.INDEXES))
    days = int(KEPT.total_seconds())
    await db[SEEN].create_indexes([IndexModel([("at", 1)], name="at", expireAfterSeconds=days)])
    await db[TALLIES].create_indexes([TOP, OF])
    await db[WORKERS].create_indexes([IndexModel([("place", 1)], name="place", unique=True)])
    there = await db.list_collection_names()
    for name in (COUNTED, POISON):
        if name not in there:
            await db.create_collection(name)
    await db[LEASES].update_one({"_id": ALL}, {"$setOnInsert": UNSERVED}, upsert=True)


MIGRATIONS: tuple[Callable[[Database], Awaitable[None]], ...] = (_first,)


class Declared(NamedTuple):
    """What this Coterie keeps: kinds, what brings their bodies up to date, boards with a top."""

    shelves: Shelves
    upgrades: Upgrades
    ranked: Some[str]


async def prepare(
    db: Database, transactions: Transactions, declared: Declared, seconds: float
) -> None:
    """Brings the database up to date, unless it is. Raises StoreError for one that is not ours.

    Whoever does so and is not heard of for `seconds` is overtaken.
    """
    shelves, upgrades, ranked = declared
    if await fits(db, shelves, ranked):
        return
    async with _locked(db, seconds):
        await _migrate(db)
        there = await db.list_collection_names()
        for shelf in shelves.values():
            if shelf.name not in there:
                await db.create_collection(shelf.name)
            await _declare(db, shelf, upgrades.get(shelf.kind.kind, ()))
        await _rank(db, transactions, ranked)


async def whole(db: Database) -> None:
    """Raises StoreError while half a copy is in it."""
    if await db[DECLARED].find_one({"_id": ARRIVING}):
        raise StoreError(HALF)


async def started(db: Database) -> int:
    """How many starts there have been, this one among them."""
    count = await db[DECLARED].find_one_and_update(
        {"_id": STARTS}, {"$inc": {"count": 1}}, upsert=True, return_document=ReturnDocument.AFTER
    )
    return int(count["count"])


async def fits(db: Database, shelves: Shelves, ranked: Some[str]) -> bool:
    """Whether all is as it is declared now. Raises StoreError for a database that is not ours."""
    rows = {row["_id"]: row for row in await db[DECLARED].find({}).to_list(None)}
    if FORMAT not in rows:
        await _check_ours(db)
    _check_number(rows.get(FORMAT, {}).get("number", 0))
    wanted = [_declared(shelf) for shelf in shelves.values()]
    wanted += [{"_id": FORMAT, "number": len(MIGRATIONS)}, _ranking(ranked)]
    return all(rows.get(it["_id"]) == it for it in wanted)


async def _check_ours(db: Database) -> None:
    """What is there may be what another process of ours has just begun: then there is its lock."""
    if not set(await db.list_collection_names()) - {DECLARED}:
        return
    if await db[DECLARED].find_one({"_id": {"$in": [LOCK, FORMAT]}}) is None:
        raise StoreError("this database belongs to another program")


def _check_number(number: int) -> None:
    if number > len(MIGRATIONS):
        raise StoreError(
            f"this database was written by a newer Coterie (format {number}, this one knows"
            f" {len(MIGRATIONS)}): update Coterie, or restore an older copy"
        )


@asynccontextmanager
async def _locked(db: Database, seconds: float) -> AsyncIterator[None]:
    """Holds the lock meanwhile, for others to see that we are alive."""
    me = str(ObjectId())
    while not await _taken(db, me, seconds):
        pass
    beating = asyncio.create_task(_beat(db, me, seconds / 6))
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        await db[DECLARED].delete_one({"_id": LOCK, "owner": me})


async def _beat(db: Database, me: str, every: float) -> None:
    while True:
        await db[DECLARED].update_one({"_id": LOCK, "owner": me}, {"$inc": {"beat": 1}})
        await asyncio.sleep(every)


async def _taken(db: Database, me: str, seconds: float) -> bool:
    """Whether the lock is ours; another's is watched until it is free or stands still."""
    lock: Document = {"_id": LOCK, "owner": me, "beat": 0}
    try:
        await db[DECLARED].insert_one(lock)
    except DuplicateKeyError:
        pass
    else:
        return True
    before, since = None, time.monotonic()
    while held := await db[DECLARED].find_one({"_id": LOCK}):
        if held != before:
            before, since = held, time.monotonic()
        elif time.monotonic() - since > seconds:
            return (await db[DECLARED].replace_one(held, lock)).modified_count == 1
        await asyncio.sleep(0.1)
    return False


async def _migrate(db: Database) -> None:
    done = (await db[DECLARED].find_one({"_id": FORMAT}) or {}).get("number", 0)
    for number, step in enumerate(MIGRATIONS[done:], done + 1):
        await _note(db, {"_id": FORMAT, "number": number - 1})
        await step(db)
        await _note(db, {"_id": FORMAT, "number": number})


async def _note(db: Database, row: Document) -> None:
    await db[DECLARED].replace_one({"_id": row["_id"]}, row, upsert=True)


async def _declare(db: Database, shelf: Shelf[Any], upgrades: Sequence[Upgrade]) -> None:
    """Makes the collection what its kind declares now, document by document where that changed."""
    before, now = await db[DECLARED].find_one({"_id": shelf.kind.kind}), _declared(shelf)
    if before == now:
        return
    if before and before["schema"] > shelf.kind.schema:
        raise StoreError(
            f"{shelf.kind.kind} was written by a newer Coterie (schema {before['schema']}, this"
            f" one knows {shelf.kind.schema}): update Coterie, or restore an older copy"
        )
    if before:
        await shelf.of(db).drop_indexes()
        await _refill(db, shelf, upgrades)
    if indexes := shelf.indexes():
        await shelf.of(db).create_indexes(indexes)
    await _note(db, now)


def _declared(shelf: Shelf[Any]) -> Document:
    kind = shelf.kind
    return {
        "_id": kind.kind,
        "schema": kind.schema,
        "fields": list(kind.indexes),
        "sorted": kind.order,
    }


async def _refill(db: Database, shelf: Shelf[Any], upgrades: Sequence[Upgrade]) -> None:
    """Writes every document as it is declared now; one that changes meanwhile is already."""
    last = ""
    while rows := await _after(db, shelf, last):
        made = [_upgraded(shelf, upgrades[row["schema"] - 1 :], row) for row in rows]
        await shelf.of(db).bulk_write(
            [
                ReplaceOne(
                    {"_id": row["_id"], "version": row["version"], "schema": row["schema"]}, new
                )
                for row, new in zip(rows, made, strict=True)
            ],
            ordered=False,
        )
        last = rows[-1]["_id"]


async def _after(db: Database, shelf: Shelf[Any], last: str) -> list[Document]:
    rows = shelf.of(db).find({"_id": {"$gt": last}}).sort([("_id", 1)])
    return await rows.limit(CHUNK).batch_size(CHUNK + 1).to_list(None)


def _upgraded(shelf: Shelf[Any], upgrades: Sequence[Upgrade], row: Document) -> Document:
    body = row["body"].encode()
    try:
        for upgrade in upgrades:
            body = encode(upgrade(msgspec.json.decode(body)))
        return shelf.document(row["org"], shelf.decode(body))
    except msgspec.DecodeError as wrong:
        what = f"a stored {shelf.kind.kind} is not what it should be: {wrong}; {row['_id']}"
        raise StoreError(what) from wrong


def _ranking(ranked: Some[str]) -> Document:
    return {"_id": RANKED, "boards": sorted(ranked)}


async def _rank(db: Database, transactions: Transactions, ranked: Some[str]) -> None:
    """Gives the boards that are ranked now, and no others, one stripe that is in the index."""
    now = _ranking(ranked)
    before = await db[DECLARED].find_one({"_id": RANKED})
    if before == now:
        return
    if before:
        await tallies.rank(db, transactions, now["boards"], before["boards"])
    await _note(db, now)
