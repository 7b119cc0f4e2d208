"""A batch of commits as one transaction.

Each batch leaves its name with the event ids that it uses up. Where nobody knows whether a
transaction was committed, they tell, and nothing is done twice.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pymongo import InsertOne, ReplaceOne, UpdateOne

from connectors.stores.codec import encode
from connectors.stores.mongo.edits import Edits, Stale
from connectors.stores.mongo.keys import key
from connectors.stores.mongo.leases import Leases
from connectors.stores.mongo.queue import JOBS, planned
from connectors.stores.mongo.wire import (
    Again,
    Collections,
    Document,
    Operations,
    Transaction,
    written,
)
from core.engine.errors import Conflict
from core.engine.ports import Commit, Job, lane_of

Key = tuple[str, str]
SEEN = "seen"
STANDING = {"state": 1, "seq": 1, "tries": 1, "finished": 1}


class Planned(NamedTuple):
    """A job of the batch."""

    replaces: bool
    job: Job
    row: Document


class Plan:
    """What a batch of commits becomes. Jobs can be born claimed where `leases` are held."""

    def __init__(self, edits: Edits, leases: Leases, name: str) -> None:
        self._edits = edits
        self._leases = leases
        self._name = name
        self._events: dict[str, tuple[str, Document]] = {}
        self._jobs: list[dict[Key, Planned]] = [{}]
        self._seq = 0

    def add(self, commit: Commit, seq: int) -> None:
        """Takes one more event, with a place in line for its first job; raises Conflict."""
        if commit.event:
            self._use(commit)
        self._edits.add(commit.org, commit.event, commit.changes)
        for place, job in enumerate(commit.changes.jobs, seq):
            self._plan(commit, job, place)

    def _use(self, commit: Commit) -> None:
        id = key(commit.org, commit.event)
        if id in self._events:
            raise Conflict((commit.event,))
        seen = {"_id": id, "at": commit.at, "by": self._name, "reply": commit.reply}
        self._events[id] = (commit.event, seen)

    def _plan(self, commit: Commit, job: Job, seq: int) -> None:
        """A second job of a key takes the first one's place, unless one of them starts at once."""
        at = (commit.org, job.key)
        starts = job.key in commit.adopted and self._leases.holds(lane_of(job))
        first = self._jobs[-1].get(at)
        if first and (starts or _starts(first)):
            self._jobs.append({})
        elif first and job.plan == "keep":
            return
        row = planned(commit.org, job, commit.at, seq, self._leases.me if starts else "")
        self._jobs[-1][at] = Planned(job.plan == "replace", job, row)

    def waiting(self) -> list[Document]:
        """The jobs that are planned and not started at once."""
        return [it.row for group in self._jobs for it in group.values() if not _starts(it)]

    def starting(self) -> bool:
        """Whether some are to be born claimed."""
        return any(_starts(it) for group in self._jobs for it in group.values())

    async def apply(self, db: Collections, tx: Transaction) -> frozenset[Key]:
        """Writes everything and answers which jobs were born claimed. Raises Stale."""
        if tx.doubtful and await self._applied(db, tx):
            return await self._born(db, tx)
        await self._use_up(db, tx)
        await self._edits.write(db, tx, self._leases.stripe)
        born = [at for group in self._jobs for at in await _queue(db, tx, group)]
        if self.starting():
            await self._leases.fence(tx)
        return frozenset(born)

    async def _use_up(self, db: Collections, tx: Transaction) -> None:
        """A batch without events uses up its own name."""
        used = [seen for _, seen in self._events.values()] or [{"_id": self._name}]
        try:
            await written(db[SEEN], [InsertOne(seen) for seen in used], tx)
        except Again as error:
            raise Stale from error

    async def _applied(self, db: Collections, tx: Transaction) -> bool:
        """Whether an earlier try has done it all."""
        first = next(iter(self._events), self._name)
        seen = await db[SEEN].find_one({"_id": first}, {"by": 1}, session=tx.session)
        return seen is not None and seen.get("by", self._name) == self._name

    async def _born(self, db: Collections, tx: Transaction) -> frozenset[Key]:
        """Which jobs that try has made claimed."""
        mine = {
            it.row["_id"]: (at, it.row["seq"])
            for group in self._jobs
            for at, it in group.items()
            if _starts(it)
        }
        found = db[JOBS].find({"_id": {"$in": list(mine)}}, STANDING, session=tx.session)
        rows = await found.to_list(None)
        return frozenset(mine[row["_id"]][0] for row in rows if row["seq"] == mine[row["_id"]][1])

    async def stale(self, db: Collections) -> list[str]:
        """The events that were handled before, and those that build on what has changed since."""
        found = await db[SEEN].find({"_id": {"$in": list(self._events)}}, {"_id": 1}).to_list(None)
        used = [self._events[row["_id"]][0] for row in found]
        return [*used, *await self._edits.stale(db)]


def _starts(it: Planned) -> bool:
    return "by" in it.row


async def _queue(db: Collections, tx: Transaction, group: Mapping[Key, Planned]) -> Sequence[Key]:
    """Writes jobs of different keys; answers which were born claimed."""
    if not group:
        return ()
    ids = [it.row["_id"] for it in group.values()]
    rows = await db[JOBS].find({"_id": {"$in": ids}}, STANDING, session=tx.session).to_list(None)
    standing = {row["_id"]: row for row in rows}
    born: list[Key] = []
    operations: Operations = []
    for at, it in group.items():
        old = standing.get(it.row["_id"])
        if old and not it.replaces:
            continue
        operations.append(_operation(it, old))
        if _starts(it) and not (old and old["state"] == "claimed"):
            born.append(at)
    if operations:
        result = await written(db[JOBS], operations, tx)
        if result.inserted_count + result.matched_count < len(operations):
            raise Again
    return born


def _operation(
    it: Planned, old: Document | None
) -> InsertOne[Document] | ReplaceOne[Document] | UpdateOne:
    """New, in the place of what waits or has finished, or behind what is claimed."""
    if old is None:
        return InsertOne(it.row)
    this = {"_id": old["_id"], "seq": old["seq"], "state": old["state"]}
    if old["state"] == "claimed":
        return UpdateOne(this, {"$set": {"next": encode(it.job).decode()}})
    before = 0 if "finished" in old else old["tries"]
    return ReplaceOne(this, it.row | {"tries": it.row["tries"] + before})
