"""Counters in stripes: each process adds to its own, and whoever reads adds them up.

So ten thousand presses on several machines never meet. A ranked board has one stripe for all, or
its order could not be indexed: two processes seldom add to one person's points at once, and if they
do, the transaction of one of them runs again. What counts once leaves a mark of its own.
"""

from collections.abc import Collection as Some
from functools import partial

from pymongo import IndexModel, UpdateOne

from connectors.stores.mongo.keys import key
from connectors.stores.mongo.wire import (
    Collections,
    Document,
    Transaction,
    Transactions,
    written,
)
from connectors.stores.tables import is_ranked
from core.engine.ports import Tally

TALLIES, COUNTED = "tallies", "counted"
SHARED = "all"
CHUNK = 200
TOP = IndexModel(
    [("org", 1), ("board", 1), ("value", -1), ("subject", 1)],
    name="top",
    partialFilterExpression={"ranked": True},
)

OF = IndexModel([("of", 1)], name="of")

Subject = tuple[str, str, str]


class Sums:
    """What a batch adds, folded."""

    def __init__(self, ranked: Some[str]) -> None:
        self._ranked = ranked
        self._sums: dict[Subject, int] = {}
        self._once: dict[str, tuple[Subject, int]] = {}

    def add(self, org: str, it: Tally) -> None:
        """Takes one more."""
        subject = (org, it.board, it.subject)
        if it.once:
            self._once.setdefault(key(org, it.once), (subject, it.by))
        else:
            self._sums[subject] = self._sums.get(subject, 0) + it.by

    async def write(self, db: Collections, tx: Transaction, stripe: str) -> None:
        """Adds everything up, and of what counts once what has not counted yet."""
        sums = dict(self._sums)
        for subject, by in await self._first(db, tx):
            sums[subject] = sums.get(subject, 0) + by
        if sums:
            added = [self._added(subject, by, stripe) for subject, by in sums.items()]
            await written(db[TALLIES], added, tx)

    async def _first(self, db: Collections, tx: Transaction) -> list[tuple[Subject, int]]:
        if not self._once:
            return []
        marks = [_mark(once, subject[0]) for once, (subject, _) in self._once.items()]
        result = await written(db[COUNTED], marks, tx)
        counted = list(self._once.values())
        return [counted[index] for index in result.upserted_ids or ()]

    def _added(self, subject: Subject, by: int, stripe: str) -> UpdateOne:
        ranked = is_ranked(subject[1], self._ranked)
        new = stripe_of(*subject, SHARED if ranked else stripe)
        if ranked:
            new["ranked"] = True
        this = {"_id": new.pop("_id")}
        return UpdateOne(this, {"$inc": {"value": by}, "$setOnInsert": new}, upsert=True)


def stripe_of(org: str, board: str, subject: str, stripe: str) -> Document:
    """The document of a stripe, without its value; `of` is what all stripes of it have."""
    of = key(org, board, subject)
    id = key(org, board, subject, stripe)
    return {"_id": id, "of": of, "org": org, "board": board, "subject": subject}


def _mark(once: str, org: str) -> UpdateOne:
    return UpdateOne({"_id": once}, {"$setOnInsert": {"org": org}}, upsert=True)


async def top(db: Collections, org: str, board: str, n: int) -> list[tuple[str, int]]:
    """The highest of a ranked board."""
    if n <= 0:
        return []
    where = {"org": org, "board": board, "ranked": True}
    rows = db[TALLIES].find(where, {"subject": 1, "value": 1})
    found = rows.sort([("value", -1), ("subject", 1)]).limit(n)
    return [(row["subject"], row["value"]) for row in await found.to_list(None)]


async def rank(
    db: Collections, transactions: Transactions, now: Some[str], before: Some[str]
) -> None:
    """Boards that are ranked now, and were not before, get one stripe that is in the index."""
    for name in set(before) - set(now):
        where = {"ranked": True, **_named(name)}
        await db[TALLIES].update_many(where, {"$unset": {"ranked": ""}})
    for name in now:
        where = {"ranked": {"$exists": False}, **_named(name)}
        while rows := await db[TALLIES].find(where).limit(CHUNK).to_list(None):
            await transactions.run(partial(_join, db, rows))


def _named(name: str) -> Document:
    """The boards of this name, or with it before the first slash."""
    return {"$or": [{"board": name}, {"board": {"$gte": name + "/", "$lt": name + "0"}}]}


async def _join(db: Collections, rows: list[Document], tx: Transaction) -> None:
    """Moves these stripes into the one for all."""
    await db[TALLIES].delete_many(
        {"_id": {"$in": [row["_id"] for row in rows]}}, session=tx.session
    )
    await written(db[TALLIES], [_moved(row) for row in rows], tx)


def _moved(row: Document) -> UpdateOne:
    new = stripe_of(row["org"], row["board"], row["subject"], SHARED)
    this = {"_id": new.pop("_id")}
    added = {"$inc": {"value": row["value"]}, "$set": {"ranked": True}, "$setOnInsert": new}
    return UpdateOne(this, added, upsert=True)
