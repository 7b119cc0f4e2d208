"""Whose turn it is: due jobs by weight, due and seq, a few of each lane that is not busy.

Mostly one look finds all that is due, for whomever. Only where that is too much to read at once,
ours is walked through in order. Lanes met often are then left out by name, and where the jobs of
others begin is remembered for a while, so that the next call does not step over a long lane again.
"""

import time
from collections import Counter
from collections.abc import Collection as Some
from collections.abc import Iterable
from datetime import datetime

from connectors.stores.codec import micros
from connectors.stores.front import LANES, LONG, PER_LANE, ROWS, START, Begin, Front, Place
from connectors.stores.mongo.queue import (
    BY_PLACE,
    JOBS,
    WAITS,
    due_of,
    lines,
    part_of,
    place_of,
)
from connectors.stores.mongo.wire import Collections, Document
from core.engine.ports import WEIGHTS, Due

FEW = 256
REMEMBERED = 1.0  # seconds: another process may plan a job before all that we have seen
SHORT = {"line": 1, "due": 1, "seq": 1, "lane": 1}


class Turns:
    """Hands out what is due in some partitions."""

    def __init__(self, db: Collections) -> None:
        self._db = db
        self._front = Front()
        self._learned = 0.0

    def planned(self, rows: Iterable[Document]) -> None:
        """Looks before what was seen, if one of these comes before it."""
        self._front.planned([(*place_of(row), row["lane"]) for row in rows])

    def forget(self) -> None:
        """Starts from the start again."""
        self._front.forget()

    async def due(
        self, partitions: Some[int], now: datetime, limit: int, busy: Some[str]
    ) -> list[Due]:
        """The jobs whose turn it is."""
        if limit <= 0 or not partitions:
            return []
        where = {"due": {"$lte": micros(now)}, **WAITS}
        few = self._db[JOBS].find(where, SHORT, limit=FEW, batch_size=FEW + 1)
        rows = await few.to_list(None)
        if len(rows) < FEW:
            ours = [row for row in rows if part_of(row["line"]) in partitions]
            return await self._jobs(_fair(sorted(ours, key=place_of), busy)[:limit])
        if time.monotonic() - self._learned > REMEMBERED:
            self.forget()
            self._learned = time.monotonic()
        walk = Walk(self._db, partitions, now, limit, busy)
        changes = self._front.changes
        begins = {
            weight: await walk.take(weight, self._front.begin(weight))
            for weight in range(len(WEIGHTS))
        }
        self._front.learn(changes, begins)
        return await self._jobs(walk.taken[:limit])

    async def _jobs(self, rows: list[Document]) -> list[Due]:
        """The whole jobs: what was looked through holds only what the index does."""
        ids = [row["_id"] for row in rows]
        found = self._db[JOBS].find({"_id": {"$in": ids}}).batch_size(len(ids) + 1)
        whole = {row["_id"]: row for row in (await found.to_list(None) if ids else ())}
        return [due_of(whole[id]) for id in ids if id in whole and whole[id]["state"] != "claimed"]


class Walk:
    """Takes jobs in order, a few of each lane that is not busy."""

    def __init__(
        self, db: Collections, partitions: Some[int], now: datetime, limit: int, busy: Some[str]
    ) -> None:
        self.taken: list[Document] = []
        self._db = db
        self._partitions = partitions
        self._now = micros(now)
        self._limit = limit
        self._busy = busy
        self._reached = START
        self._met: Counter[str] = Counter(dict.fromkeys(busy, PER_LANE))

    async def take(self, weight: int, begin: Begin) -> Begin:
        """Takes what there is room for; answers where to begin the next time."""
        hidden = {lane: await self._hidden(weight, lane, begin.place) for lane in begin.lanes}
        rows = [row for some in hidden.values() for row in some]
        self.taken += sorted(rows, key=place_of)
        walked = await self._walk(weight, begin.place)
        long = {lane for lane, some in hidden.items() if some or lane in self._busy}
        long.update(lane for lane, count in self._met.items() if count >= LONG)
        if not 0 < len(long) <= LANES:
            return Begin()
        place = next((place for place, lane in walked if lane not in long), self._reached)
        return Begin(place, frozenset(long))

    async def _hidden(self, weight: int, lane: str, place: Place) -> list[Document]:
        """The first jobs of a long lane, if it is free: `_walk` would leave them out."""
        if lane in self._busy:
            self._met[lane] = LONG
            return []
        before = {"$or": [{"due": {"$lt": place[0]}}, {"due": place[0], "seq": {"$lt": place[1]}}]}
        rows = await self._found(weight, {"lane": lane} | before, PER_LANE)
        room = PER_LANE - self._met[lane]
        self._met[lane] += LONG if len(rows) == PER_LANE else len(rows)
        return rows[: max(0, room)]

    async def _walk(self, weight: int, place: Place) -> list[tuple[Place, str]]:
        """Takes jobs from here on, and answers where it passed whom."""
        passed: list[tuple[Place, str]] = []
        self._reached = place
        while len(self.taken) < self._limit:
            rows = await self._found(weight, self._from(place), ROWS)
            for row in rows:
                self._reached = (row["due"], row["seq"])
                passed.append((self._reached, row["lane"]))
                self._met[row["lane"]] += 1
                if self._met[row["lane"]] <= PER_LANE:
                    self.taken.append(row)
                if len(self.taken) >= self._limit:
                    return passed
            if len(rows) < ROWS:
                self._reached = max(place, (self._now, 0))
                break
            place = (self._reached[0], self._reached[1] + 1)
        return passed

    def _from(self, place: Place) -> Document:
        """From this place on, but for lanes that were met often."""
        where: Document = {}
        if place != START:
            due, seq = place
            where["$or"] = [{"due": {"$gt": due}}, {"due": due, "seq": {"$gte": seq}}]
        if long := [lane for lane, count in self._met.items() if count >= LONG]:
            where["lane"] = {"$nin": long}
        return where

    async def _found(self, weight: int, where: Document, limit: int) -> list[Document]:
        upto = {"due": {"$lte": self._now}}
        ours = lines(self._partitions, (weight,))
        rows = self._db[JOBS].find({"$and": [ours, upto, where]}, SHORT)
        return await rows.sort(BY_PLACE).limit(limit).batch_size(limit + 1).to_list(None)


def _fair(rows: list[Document], busy: Some[str]) -> list[Document]:
    """A few of each lane that is not busy."""
    met: Counter[str] = Counter(dict.fromkeys(busy, PER_LANE))
    fair = []
    for row in rows:
        met[row["lane"]] += 1
        if met[row["lane"]] <= PER_LANE:
            fair.append(row)
    return fair
