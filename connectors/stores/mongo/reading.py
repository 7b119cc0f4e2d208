"""Reads of one organisation, of what most of the servers have written."""

from collections.abc import Collection as Some
from collections.abc import Mapping, Sequence

from connectors.stores.codec import clean, cursor_of
from connectors.stores.mongo import tallies
from connectors.stores.mongo.commits import SEEN
from connectors.stores.mongo.keys import key
from connectors.stores.mongo.points import Points
from connectors.stores.mongo.shelf import Shelf, Shelves
from connectors.stores.mongo.wire import Collection, Collections, Document, explained
from connectors.stores.tables import is_ranked
from core.engine.errors import Undeclared
from core.engine.ports import PAGE, Page, R

BODY = {"body": 1}


class Reads:
    """Where everything is read, by whomever: what is asked for at once is looked up together."""

    def __init__(self, db: Collections, shelves: Shelves, ranked: Some[str]) -> None:
        self.db = db
        self.shelves = shelves
        self.ranked = ranked
        self.records = {name: Points(it.of(db), "_id", "body") for name, it in shelves.items()}
        self.tallies = Points(db[tallies.TALLIES], "of", "value")

    async def seen(self, org: str, ids: Sequence[str]) -> dict[str, bytes]:
        """The replies to those ids that are used up."""
        keys = {id: key(org, id) for id in ids}
        rows = await self._rows(self.db[SEEN], keys, "reply")
        return {id: rows[at]["reply"] for id, at in keys.items() if at in rows}

    async def many(self, org: str, kind: type[R], ids: Sequence[str]) -> dict[str, R]:
        """Those of these records that are there."""
        shelf: Shelf[R] = self.shelves[kind.kind]
        keys = {id: key(org, id) for id in ids}
        rows = await self._rows(shelf.of(self.db), keys, "body")
        found = {at: shelf.decode(row["body"]) for at, row in rows.items()}
        return {id: found[at] for id, at in keys.items() if at in found}

    async def _rows(
        self, where: Collection, keys: Mapping[str, str], field: str
    ) -> dict[str, Document]:
        if not keys:
            return {}
        wanted = {"_id": {"$in": list(keys.values())}}
        with explained():
            rows = where.find(wanted, {field: 1}, batch_size=len(keys) + 1)
            return {row["_id"]: row for row in await rows.to_list(None)}


class MongoReader:
    """Reads committed state of one organisation."""

    __slots__ = ("_org", "_reads")

    def __init__(self, reads: Reads, org: str) -> None:
        self._reads = reads
        self._org = org

    async def get(self, kind: type[R], id: str) -> R | None:
        """The record, or None."""
        shelf = self._shelf(kind)
        with explained():
            rows = await self._reads.records[kind.kind].of(key(self._org, id))
        return shelf.decode(rows[0]["body"]) if rows else None

    async def find(
        self, kind: type[R], *, after: str = "", limit: int = PAGE, **equals: str
    ) -> Page[R]:
        """Records whose declared fields equal these, in the declared order."""
        shelf = self._shelf(kind)
        where = shelf.page(self._org, equals, after)
        most = min(limit, PAGE)
        if most <= 0:
            return Page()
        with explained():
            rows = shelf.of(self._reads.db).find(
                where, BODY, sort=shelf.order, limit=most + 1, batch_size=most + 2
            )
            found = await rows.to_list(None)
        items = tuple([shelf.decode(row["body"]) for row in found[:most]])
        return Page(items, cursor_of(items[-1]) if len(found) > most else "")

    async def tally(self, board: str, subject: str) -> int:
        """The sum of a counter, 0 when nothing was added."""
        with explained():
            stripes = await self._reads.tallies.of(key(self._org, board, subject))
        return sum([stripe["value"] for stripe in stripes])

    async def counted(self, once: str) -> bool:
        """Whether a tally with this `once` has counted."""
        with explained():
            mark = {"_id": key(self._org, once)}
            return await self._reads.db[tallies.COUNTED].find_one(mark) is not None

    async def top(self, board: str, n: int) -> Sequence[tuple[str, int]]:
        """The highest subjects of a ranked board."""
        if not is_ranked(board, self._reads.ranked):
            raise Undeclared(f"the board {board} is not ranked")
        with explained():
            org, name = clean((self._org, board))
            return await tallies.top(self._reads.db, org, name, min(n, PAGE))

    def _shelf(self, kind: type[R]) -> Shelf[R]:
        shelf = self._reads.shelves.get(kind.kind)
        if shelf is None or shelf.kind is not kind:
            raise Undeclared(f"{kind.__name__} is not among the records of this store")
        return shelf
