"""The store for several machines: a replica set of MongoDB, even of one.

Every batch is one transaction. What this process serves is leased; all others may read everything,
and commit.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Self

from pymongo.errors import PyMongoError

from connectors.stores.codec import clean
from connectors.stores.mongo import queue, schema
from connectors.stores.mongo.commits import Key
from connectors.stores.mongo.edits import Edits
from connectors.stores.mongo.leases import Leases
from connectors.stores.mongo.reading import MongoReader, Reads
from connectors.stores.mongo.shelf import shelves
from connectors.stores.mongo.turns import Turns
from connectors.stores.mongo.wire import Made, Transactions, connected, explained
from connectors.stores.mongo.writing import Line, Writing
from core.engine.errors import StoreError
from core.engine.ports import PAGE, Commit, Due, Event, Lease, Outcome, R, Reader, Record
from core.engine.records import ENGINE

NEVER: schema.Upgrades = {}
PATIENCE = 8.0
SECONDS = 6.0


class MongoStore:
    """A Store in the database that `uri` names, shared with other processes.

    `records`, `ranked` and `upgrades` are as with SQLite. Nothing is waited for longer than
    `patience`. A process that is not heard of for `seconds` loses what it serves to the others.
    """

    def __init__(
        self,
        uri: str,
        *,
        records: Sequence[type[Record]] = (),
        ranked: Collection[str] = frozenset(),
        upgrades: schema.Upgrades = NEVER,
        patience: float = PATIENCE,
        seconds: float = SECONDS,
    ) -> None:
        self._uri = uri
        self._ranked = frozenset(ranked)
        self._shelves = shelves((*ENGINE, *records))
        self._upgrades = upgrades
        self._patience = patience
        self._seconds = seconds
        self._open = False

    async def open(self) -> Self:
        """Brings the database up to date, and joins those that serve it."""
        self._client = connected(self._uri, self._patience)
        self._db = self._client.get_default_database()
        self._transactions = Transactions(self._client, self._patience)
        self._made = Made(self._db)
        self._leases = Leases(self._made, self._seconds, self._transactions.session)
        self._turns = Turns(self._made)
        self._reads = Reads(self._made, self._shelves, self._ranked)
        try:
            with explained():
                await self._prepare()
        except BaseException:
            self._client.close()
            raise
        self._open = True
        return self

    async def _prepare(self) -> None:
        await self._bring_up_to_date()
        await self._begin()
        await self._leases.open()

    async def _bring_up_to_date(self) -> None:
        declared = schema.Declared(self._shelves, self._upgrades, self._ranked)
        await schema.prepare(self._db, self._transactions, declared, self._seconds)

    async def _begin(self) -> None:
        """Goes on in line; names of ours begin with how many starts there were."""
        await schema.whole(self._db)
        self._writing = Writing(
            self._made,
            self._transactions,
            self._leases,
            self._turns,
            line=Line(await schema.started(self._db)),
            edits=partial(Edits, self._shelves, self._ranked),
        )

    async def close(self) -> None:
        """Finishes what is being written, gives up what this process serves, and lets go."""
        if not self._open:
            return
        self._open = False
        await self._transactions.finished()
        with suppress(PyMongoError, StoreError):  # the others find out by themselves
            await self._leases.close()
        self._client.close()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def reader(self, org: str) -> Reader:
        """Reads of one organisation."""
        return MongoReader(self._reads, org)

    async def seen(self, org: str, ids: Sequence[str]) -> Mapping[str, bytes]:
        """The stored replies of those ids that were handled before (b"" for none)."""
        return await self._reads.seen(org, ids)

    async def many(self, org: str, kind: type[R], ids: Sequence[str]) -> Mapping[str, R]:
        """Those of these records that are there."""
        return await self._reads.many(org, kind, ids)

    async def commit(self, batch: Sequence[Commit]) -> frozenset[Key]:
        """All of it or nothing; answers which jobs were really born claimed."""
        return await self._writing.commit(batch)

    async def lease(self, drained: Collection[int] = ()) -> Lease:
        """Renews what this process serves, gives up what is drained, takes what nobody serves."""
        async with self._transactions.lock:
            with explained():
                return await self._leases.lease(drained)

    async def due(self, now: datetime, *, limit: int, busy: Collection[str] = ()) -> list[Due]:
        """Jobs whose time has come, by weight, then due, then seq, a few of each free lane."""
        lanes = clean(frozenset(busy))
        with explained():
            return await self._turns.due(self._leases.partitions, now, limit, lanes)

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next waiting job comes up after this, if any does."""
        with explained():
            return await queue.next_due(self._made, after)

    async def mark(self, keys: Sequence[Key]) -> frozenset[Key]:
        """Claims waiting jobs of ours by (org, key); answers which could be claimed."""
        return await self._writing.mark(keys)

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Records what became of jobs. Raises Conflict with the keys of those that met one."""
        await self._writing.settle(outcomes)

    async def claimed(self) -> list[Due]:
        """Jobs of ours that are claimed: after a crash, those that may or may not have left."""
        with explained():
            return await queue.claimed(self._made, self._leases.partitions)

    async def job(self, org: str, key: str) -> Due | None:
        """One job, whatever its state."""
        with explained():
            return await queue.one(self._made, org, key)

    async def jobs(self, org: str, *, lane: str = "", limit: int = PAGE) -> list[Due]:
        """Jobs of an organisation or lane that are still open, by due."""
        with explained():
            return await queue.listed(self._made, clean(org), clean(lane), min(limit, PAGE))

    async def census(self, now: datetime, most: int) -> Mapping[str, int]:
        """Open jobs that are due, come later and are claimed, none counted beyond `most`."""
        with explained():
            return await queue.census(self._made, now, most)

    async def poison(self, org: str, event: Event, why: str, at: datetime) -> None:
        """Keeps an event that no handler can take, with its reason."""
        await self._writing.poison(org, event, why, at)

    async def forget(self, before: datetime) -> int:
        """Deletes event ids and finished jobs older than this."""
        return await self._writing.forget(before)
