"""Handing out what is due, fast also when one lane has a hundred thousand jobs before all others.

A lane that is met often is left out by name, inside the database. Where the jobs of other lanes
begin is remembered, so that the next call does not step over the long lane again.
"""
# ruff: noqa: S608 - only names that were declared are put into SQL; values are parameters

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import cache
from itertools import chain
from threading import Lock
from typing import NamedTuple

from connectors.stores.codec import micros
from connectors.stores.schema import WAITING, Database, Row, holes, padded
from core.engine.ports import WEIGHTS

PER_LANE = 4
LONG = 32  # a lane met so often in one call is left out by the database
ROWS = 128
LANES = 16  # so many long lanes are remembered; more of them hide nobody for long

FROM = f"""
SELECT number, due, seq, lane FROM jobs INDEXED BY jobs_due
WHERE {WAITING} AND weight = ? AND due <= ? AND lane NOT IN (%s)
    AND due >= ? AND (due > ? OR seq >= ?) ORDER BY due, seq LIMIT {ROWS}"""
BEFORE = f"""
SELECT due, seq, number FROM jobs INDEXED BY jobs_due
WHERE {WAITING} AND weight = ? AND due <= ? AND lane = ? AND (due, seq) < (?, ?)
ORDER BY due, seq LIMIT {PER_LANE}"""

Place = tuple[int, int]
START: Place = (-(2**63), 0)


class Begin(NamedTuple):
    """All that waits before `place` (a due and a seq) belongs to one of `lanes`."""

    place: Place = START
    lanes: frozenset[str] = frozenset()


class Front:
    """Remembers, for each weight, where the jobs begin that no long lane hides."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._begins: dict[int, Begin] = {}
        self.changes = 0

    def begin(self, weight: int) -> Begin:
        """Where to start looking."""
        return self._begins.get(weight, Begin())

    def learn(self, changes: int, begins: dict[int, Begin]) -> None:
        """Takes over what a walk found, if nothing was planned meanwhile."""
        with self._lock:
            if changes == self.changes:
                self._begins = begins

    def planned(self, rows: Iterable[Row]) -> None:
        """Moves back to jobs (weight, due, seq, lane) that were planned before a beginning."""
        with self._lock:
            self.changes += 1
            for weight, due, seq, lane in rows:
                begin = self._begins.get(weight)
                if begin and (due, seq) < begin.place and lane not in begin.lanes:
                    self._begins[weight] = begin._replace(place=(due, seq))

    def settled(self, *, again: bool) -> None:
        """Starts from the start, if something waits again."""
        if again:
            self.forget()

    def forget(self) -> None:
        """Starts from the start again."""
        with self._lock:
            self.changes += 1
            self._begins = {}


class Hand:
    """Takes jobs by weight, due and seq, a few of each lane that is not busy."""

    def __init__(self, db: Database, now: datetime, limit: int, busy: Collection[str]) -> None:
        self.numbers: list[int] = []
        self._db = db
        self._now = micros(now)
        self._limit = limit
        self._busy = busy
        self._reached = START
        self._met: Counter[str] = Counter(dict.fromkeys(busy, PER_LANE))

    def take(self, weight: int, begin: Begin) -> Begin:
        """Takes what there is room for; answers where to begin the next time."""
        hidden = {lane: self._hidden(weight, lane, begin.place) for lane in begin.lanes}
        self.numbers += [number for *_, number in sorted(chain.from_iterable(hidden.values()))]
        walked = list(self._walk(weight, begin.place))
        long = {lane for lane, rows in hidden.items() if rows or lane in self._busy}
        long.update(lane for lane, count in self._met.items() if count >= LONG)
        if not 0 < len(long) <= LANES:
            return Begin()
        place = next((place for place, lane in walked if lane not in long), self._reached)
        return Begin(place, frozenset(long))

    def _hidden(self, weight: int, lane: str, place: Place) -> list[Row]:
        """The first jobs of a long lane, if it is free: `_walk` would leave them out."""
        if lane in self._busy:
            self._met[lane] = LONG
            return []
        where = (weight, self._now, lane, *place)
        rows = self._db.execute(BEFORE, where).fetchall()
        room = PER_LANE - self._met[lane]
        self._met[lane] += LONG if len(rows) == PER_LANE else len(rows)
        return rows[: max(0, room)]

    def _walk(self, weight: int, place: Place) -> Iterator[tuple[Place, str]]:
        """Takes jobs from here on, and answers where it passed whom."""
        self._reached = place
        while len(self.numbers) < self._limit:
            long = [lane for lane, count in self._met.items() if count >= LONG]
            where = (weight, self._now, *padded(long), place[0], *place)
            rows = self._db.execute(_from(len(long)), where).fetchall()
            for number, due, seq, lane in rows:
                self._reached = (due, seq)
                yield self._reached, lane
                self._met[lane] += 1
                if self._met[lane] <= PER_LANE:
                    self.numbers.append(number)
                if len(self.numbers) >= self._limit:
                    return
            if len(rows) < ROWS:
                self._reached = max(place, (self._now, 0))
                return
            place = (self._reached[0], self._reached[1] + 1)


@cache
def _from(long: int) -> str:
    return FROM % holes(long)


def due(db: Database, front: Front, now: datetime, limit: int, busy: Collection[str]) -> list[int]:
    """The numbers of the jobs whose turn it is."""
    changes = front.changes
    hand = Hand(db, now, limit, busy)
    begins = {weight: hand.take(weight, front.begin(weight)) for weight in range(len(WEIGHTS))}
    front.learn(changes, begins)
    return hand.numbers[:limit]
