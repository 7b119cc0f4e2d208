"""Which partitions this process serves, agreed upon without anybody's wall clock.

Each worker raises the beat in its document. One whose beat another has not seen change for so many
seconds, on the other's own clock, is dead: its document goes, and its partitions are taken. Who
serves what is one document, changed by compare-and-set; an epoch counts how often a partition has
changed hands. A transaction that claims something touches the document of its worker, so that a
late one claims nothing.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Collection as Some
from contextlib import suppress
from typing import cast

from bson import ObjectId
from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import timeout
from pymongo.errors import DuplicateKeyError, OperationFailure, PyMongoError

from connectors.stores.mongo.wire import Collections, Document, Transaction
from core.engine.errors import Fenced, StoreError
from core.engine.ports import PARTITIONS, Lease, partition_of

WORKERS, LEASES = "workers", "leases"
ALL = "all"
NOBODY = ""
UNSERVED: Document = {
    "_id": ALL,
    "turn": 0,
    "owners": [NOBODY] * PARTITIONS,
    "epochs": [0] * PARTITIONS,
}
Session = Callable[[], Awaitable[AsyncIOMotorClientSession]]
BLIND = 2.0  # seconds without a look after which nothing is held against anybody
REMOVING = 1.0


class Watch:
    """How long the beats of others have stood still while we were looking."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._beats: dict[str, tuple[int, float]] = {}
        self._looked = 0.0

    def look(self, beats: Mapping[str, int], now: float) -> list[str]:
        """Those that have stood still for too long."""
        if now - self._looked > max(BLIND, self._seconds / 2):
            self._beats = {}
        self._beats = {who: self._since(who, beat, now) for who, beat in beats.items()}
        self._looked = now
        return [who for who, (_, since) in self._beats.items() if now - since >= self._seconds]

    def _since(self, who: str, beat: int, now: float) -> tuple[int, float]:
        before = self._beats.get(who)
        return before if before and before[0] == beat else (beat, now)


class Leases:
    """What this process holds. `me` is its name among the workers, `stripe` its place there."""

    def __init__(self, db: Collections, seconds: float, session: Session) -> None:
        self.me = NOBODY
        self.stripe = "none"
        self._db = db
        self._seconds = seconds
        self._watch = Watch(seconds)
        self._held: dict[int, int] = {}
        self._told: dict[int, int] = {}
        self._leaving: frozenset[int] = frozenset()
        self._session = session
        self._own: Document = {}

    @property
    def partitions(self) -> Some[int]:
        """Those that are ours."""
        return self._held.keys()

    def holds(self, lane: str) -> bool:
        """Whether this lane is ours."""
        return partition_of(lane) in self._held

    async def open(self) -> None:
        """Joins the workers, and takes what nobody serves."""
        self._own = dict(cast("Document", (await self._session()).session_id))
        await self._join()
        await self._look(frozenset())

    async def lease(self, drained: Some[int]) -> Lease:
        """Raises the beat, gives up what is drained, takes what nobody serves."""
        workers = await self._look(self._leaving.intersection(drained))
        fresh = {part for part, epoch in self._held.items() if self._told.get(part) != epoch}
        self._told = dict(self._held)
        return Lease(
            partitions=frozenset(self._held),
            fresh=frozenset(fresh),
            leaving=self._leaving,
            workers=workers,
            seconds=self._seconds,
        )

    async def fence(self, tx: Transaction) -> None:
        """Raises Fenced if others have found us dead; then nothing is ours any more."""
        this, touch = {"_id": self.me}, {"$inc": {"touched": 1}}
        result = await self._db[WORKERS].update_one(this, touch, session=tx.session)
        if not result.matched_count:
            self._held = {}
            raise Fenced("others serve these lanes now")

    async def close(self) -> None:
        """Gives up everything."""
        self._held = {}
        while True:
            row = await self._served()
            if await self._handed(row, [NOBODY if it == self.me else it for it in row["owners"]]):
                break
        await self._db[WORKERS].delete_one({"_id": self.me})

    async def _join(self) -> None:
        """Becomes a worker under a new name, in the lowest place that nobody has."""
        self.me, self._held = str(ObjectId()), {}
        while True:
            taken = {row["place"] for row in await self._db[WORKERS].find({}).to_list(None)}
            place = next(number for number in range(len(taken) + 1) if number not in taken)
            try:
                row = {"_id": self.me, "place": place, "beat": 0, "session": self._own}
                await self._db[WORKERS].insert_one(row)
            except DuplicateKeyError:
                continue
            self.stripe = str(place)
            return

    async def _look(self, given: frozenset[int]) -> int:
        """Answers how many workers there are."""
        this, beats = {"_id": self.me}, {"$inc": {"beat": 1}, "$set": {"session": self._own}}
        if not (await self._db[WORKERS].update_one(this, beats)).matched_count:
            await self._join()
        while True:
            row = await self._served()  # before the workers: whoever serves something has joined
            live = await self._living()
            owners = shared_out(row["owners"], live, self.me, given)
            if served := await self._handed(row, owners):
                break
        ours = [part for part, owner in enumerate(owners) if owner == self.me]
        self._held = {part: served["epochs"][part] for part in ours}
        self._leaving = surplus(ours, self._leaving, len(ours) - share(live, self.me))
        return len(live)

    async def _served(self) -> Document:
        row = await self._db[LEASES].find_one({"_id": ALL})
        if row is None:
            raise StoreError("the database is not what it was at the start: start again")
        return row

    async def _handed(self, row: Document, owners: Sequence[str]) -> Document | None:
        """What stands now; None where somebody else was first. Who changes begins an epoch."""
        moved = [int(new != old) for new, old in zip(owners, row["owners"], strict=True)]
        if not any(moved):
            return row
        epochs = [epoch + new for epoch, new in zip(row["epochs"], moved, strict=True)]
        now = {"_id": ALL, "turn": row["turn"] + 1, "owners": owners, "epochs": epochs}
        this = {"_id": ALL, "turn": row["turn"]}
        done = await self._db[LEASES].replace_one(this, now)
        return now if done.matched_count else None

    async def _living(self) -> list[str]:
        """All but those whose beat stands still; these are removed."""
        rows = await self._db[WORKERS].find({}).sort([("place", 1)]).to_list(None)
        others = {row["_id"]: row for row in rows if row["_id"] != self.me}
        beats = {who: row["beat"] for who, row in others.items()}
        still = self._watch.look(beats, time.monotonic())
        dead = [who for who in still if await self._removed(others[who])]
        return [row["_id"] for row in rows if row["_id"] not in dead]

    async def _removed(self, row: Document) -> bool:
        """Not while a transaction of theirs hangs in the air: it is ended first.

        Where we may not do that, the server does it by itself, after a minute as a rule.
        """
        try:
            with timeout(REMOVING):
                await self._ended(row.get("session", {}))
                this = {"_id": row["_id"], "beat": row["beat"]}
                return (await self._db[WORKERS].delete_one(this)).deleted_count == 1
        except PyMongoError:
            return False

    async def _ended(self, session: Document) -> None:
        if session:
            with suppress(OperationFailure):
                admin = self._db[WORKERS].database.client.admin
                await admin.command("killSessions", [session])


def share(live: Sequence[str], me: str) -> int:
    """How many partitions are mine: the shares of all differ by at most one."""
    each, over = divmod(PARTITIONS, max(1, len(live)))
    return each + (live.index(me) < over) if me in live else 0


def shared_out(owners: Sequence[str], live: Sequence[str], me: str, given: Some[int]) -> list[str]:
    """Who serves what when I have given up some and taken, up to my share, what nobody serves."""
    now = [NOBODY if it == me and part in given else it for part, it in enumerate(owners)]
    free = [part for part, it in enumerate(now) if it not in live and part not in given]
    for part in free[: max(0, share(live, me) - now.count(me))]:
        now[part] = me
    return now


def surplus(ours: Sequence[int], leaving: Some[int], count: int) -> frozenset[int]:
    """Which to give up: those that are leaving already come first."""
    by_turn = sorted(ours, key=lambda part: (part not in leaving, -part))
    return frozenset(by_turn[: max(0, count)])
