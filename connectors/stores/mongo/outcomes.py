"""Claiming jobs, and writing down what became of them.

A claim says who holds it. What somebody else has recovered meanwhile is theirs: settling it then
changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence

from pymongo import UpdateOne

from connectors.stores.codec import decode_job, micros
from connectors.stores.mongo.edits import Edits
from connectors.stores.mongo.keys import key
from connectors.stores.mongo.leases import Leases
from connectors.stores.mongo.queue import CLAIMED, JOBS, lines, part_of, planned
from connectors.stores.mongo.wire import Again, Collections, Document, Transaction, written
from core.engine.ports import OPEN_STATES, Changes, Outcome

Key = tuple[str, str]


class Claim:
    """Marks jobs that wait in our partitions as claimed; `name` is that of this claim alone."""

    def __init__(self, keys: Sequence[Key], leases: Leases, name: str) -> None:
        self._ids = {key(*it): it for it in keys}
        self._leases = leases
        self._name = name

    async def apply(self, db: Collections, tx: Transaction) -> frozenset[Key]:
        """Answers which could be claimed."""
        ids = list(self._ids)
        free = {"_id": {"$in": ids}, **lines(self._leases.partitions)}
        marks = {"state": "claimed", "by": self._leases.me, "claim": self._name}
        change = {"$set": marks, "$inc": {"tries": 1, "line": CLAIMED}}
        result = await db[JOBS].update_many(free, change, session=tx.session)
        if result.modified_count:
            await self._leases.fence(tx)
        if result.modified_count < len(ids):
            mine = {"_id": {"$in": ids}, "claim": self._name}
            rows = await db[JOBS].find(mine, {"_id": 1}, session=tx.session).to_list(None)
            ids = [row["_id"] for row in rows]
        return frozenset(self._ids[id] for id in ids)


class Settling:
    """Outcomes of different jobs, with what they save and count, in one transaction."""

    def __init__(
        self, outcomes: Sequence[Outcome], seq: int, leases: Leases, edits: Callable[[], Edits]
    ) -> None:
        self._outcomes = {key(it.org, it.key): it for it in outcomes}
        self._seq = seq
        self._leases = leases
        self._new_edits = edits
        self.edits = edits()

    async def apply(self, db: Collections, tx: Transaction) -> bool:
        """Writes everything; answers whether some may wait again. Raises Conflict or Stale."""
        found = db[JOBS].find(
            {"_id": {"$in": list(self._outcomes)}}, {"body": 0}, session=tx.session
        )
        rows = [row for row in await found.to_list(None) if self._ours(row)]
        self.edits = self._new_edits()
        for row in rows:
            it = self._outcomes[row["_id"]]
            self.edits.add(it.org, it.key, Changes(saves=it.saves, tallies=it.tallies))
        await self.edits.write(db, tx, self._leases.stripe)
        operations = [UpdateOne(_this(row), change) for row, change in self._changes(rows)]
        if operations and (await written(db[JOBS], operations, tx)).matched_count < len(operations):
            raise Again
        if not all(row.get("by") == self._leases.me for row in rows):
            await self._leases.fence(tx)
        return any("line" in change["$set"] for _, change in self._changes(rows))

    def _ours(self, row: Document) -> bool:
        """Whether nobody else has, or has had, this job in hand."""
        if "finished" in row:
            return False
        return row.get("by") == self._leases.me or part_of(row["line"]) in self._leases.partitions

    def _changes(self, rows: Sequence[Document]) -> Iterator[tuple[Document, Document]]:
        for number, row in enumerate(rows, self._seq):
            yield row, _change(row, self._outcomes[row["_id"]], number)


def _this(row: Document) -> Document:
    return {"_id": row["_id"], "seq": row["seq"], "state": row["state"], "tries": row["tries"]}


def _change(row: Document, it: Outcome, seq: int) -> Document:
    """What has to change in the document of a job."""
    if "next" in row:
        return _followed(row, it, seq)
    free = {"by": "", "claim": ""}
    if it.state not in OPEN_STATES:
        ended = {"state": it.state, "why": it.why, "finished": micros(it.at)}
        return {"$set": ended, "$unset": free | {"line": ""}}
    stands: Document = {"state": it.state, "why": it.why, "line": row["line"] % CLAIMED}
    if it.due:
        stands["due"] = micros(it.due)
    if it.retry == "tenant":
        stands["tries"] = max(row["tries"] - 1, 0)
    return {"$set": stands, "$unset": free}


def _followed(row: Document, it: Outcome, seq: int) -> Document:
    """Its successor is planned in its place."""
    job = decode_job(row["next"])
    new = planned(it.org, job, max(it.at, it.due or it.at), seq)
    new.pop("_id")
    return {"$set": new, "$unset": {"next": "", "by": "", "claim": ""}}
