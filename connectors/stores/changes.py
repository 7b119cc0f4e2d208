"""What one call changes, worked out before it is written.

The thread of the loop plans, the thread that writes applies. A plan that finds somebody else's
change undoes itself and says whose events have to run again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from connectors.stores import jobs
from connectors.stores.codec import micros
from connectors.stores.edits import Edits
from connectors.stores.schema import Database, Row, holes, padded
from connectors.stores.tables import Write
from core.engine.errors import Conflict
from core.engine.ports import Changes, Commit, Job, Outcome

Key = tuple[str, str]

UNDO = "ROLLBACK TO op"
SEEN = Write(
    "INSERT INTO seen (place, org, id, reply) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    exact=True,
    values="(?, ?, ?, ?)",
)
REPLIES = "SELECT id, reply FROM seen WHERE org = ? AND id IN (%s)"


class Line:
    """Hands out places in line; what a failed transaction took is simply left out.

    The place of an event id is its time in microseconds, moved on where two are alike: old ids
    lie together, and are forgotten together.
    """

    def __init__(self, seq: int, place: int) -> None:
        self._seq = seq
        self._place = place

    def seq(self, count: int = 1) -> int:
        """The first of so many places for jobs."""
        first = self._seq + 1
        self._seq += count
        return first

    def place(self, at: datetime) -> int:
        """The place of an event id."""
        self._place = max(self._place + 1, micros(at))
        return self._place


def line(db: Database) -> Line:
    """Goes on in line; places for jobs begin with how many starts there were."""
    starts = db.execute(
        "INSERT INTO declared VALUES ('(starts)', 1, '', '')"
        " ON CONFLICT (kind) DO UPDATE SET schema = schema + 1 RETURNING schema"
    ).fetchall()[0][0]
    place = db.execute("SELECT coalesce(max(place), 0) FROM seen").fetchone()[0]
    return Line(starts << 32, place)


def replies(db: Database, org: str, ids: Sequence[str]) -> dict[str, bytes]:
    """What was answered to those ids that are used up."""
    return dict(db.execute(REPLIES % holes(len(ids)), (org, *padded(ids))).fetchall())


class Planned(NamedTuple):
    """A job of the batch."""

    replaces: bool
    claimed: bool
    row: Row


class Plan:
    """The rows of a batch of commits."""

    def __init__(self, edits: Edits, line: Line) -> None:
        self._edits = edits
        self._line = line
        self._seen: dict[Key, Row] = {}
        self._jobs: list[dict[Key, Planned]] = [{}]
        self._events: list[str] = []

    def add(self, commit: Commit) -> None:
        """Takes one more event; raises Conflict when the batch has had it."""
        used = (commit.org, commit.event)
        if commit.event:
            if used in self._seen:
                raise Conflict((commit.event,))
            self._seen[used] = (self._line.place(commit.at), *used, commit.reply)
        self._edits.add(commit.org, commit.event, commit.changes)
        for job in commit.changes.jobs:
            self._plan(commit, job)

    def _plan(self, commit: Commit, job: Job) -> None:
        """A second job of a key takes the first one's place, unless one of them starts at once."""
        key = (commit.org, job.key)
        claimed = job.key in commit.adopted
        first = self._jobs[-1].get(key)
        if first and (first.claimed or claimed):
            self._jobs.append({})
        elif first and job.plan == "keep":
            return
        row = jobs.planned(commit.org, job, commit.at, self._line.seq(), claimed=claimed)
        self._jobs[-1][key] = Planned(job.plan == "replace", claimed, row)

    def ready(self) -> "Plan":
        """Puts everything into rows; nothing is added after this."""
        self._edits.ready()
        return self

    def waiting(self) -> list[Row]:
        """Weight, due, seq and lane of the jobs that are planned and not started at once."""
        planned = (it for group in self._jobs for it in group.values() if not it.claimed)
        return [(*it.row[3:6], it.row[2]) for it in planned]

    def apply(self, db: Database) -> frozenset[Key]:
        """Writes everything and answers which jobs were born claimed, or raises Conflict."""
        used = list(self._seen.values())
        if (used and not SEEN.run(db, used)) or not self._edits.apply(db):
            db.execute(UNDO)
            raise Conflict(tuple(dict.fromkeys(self._stale(db))))
        return frozenset(key for group in self._jobs for key in _queue(db, group))

    def _stale(self, db: Database) -> Iterator[str]:
        for org in {org for org, _ in self._seen}:
            yield from replies(db, org, [event for of, event in self._seen if of == org])
        yield from self._edits.stale(db)


def _queue(db: Database, group: Mapping[Key, Planned]) -> Iterable[Key]:
    """Writes jobs of different keys; answers which were born claimed."""
    claimed = {key: it.row for key, it in group.items() if it.claimed}
    kept = [it.row for it in group.values() if not it.replaces]
    replacing = [it.row for it in group.values() if it.replaces]
    if jobs.plan(db, kept, replacing):
        return claimed
    return [key for key, row in claimed.items() if jobs.stands(db, row)]


class Settled(NamedTuple):
    """Whether jobs may wait again, and the keys of those that met a conflict."""

    again: bool = True
    lost: tuple[str, ...] = ()


class Settling:
    """The outcomes of jobs. One that meets a conflict fails alone: its job stays claimed."""

    def __init__(self, outcomes: Sequence[Outcome], seq: int, edits: Callable[[], Edits]) -> None:
        self._outcomes = outcomes
        self._seq = seq
        self._edits = edits
        self._all = self._together(outcomes)

    def _together(self, outcomes: Sequence[Outcome]) -> Edits | None:
        edits = self._edits()
        try:
            for it in outcomes:
                edits.add(it.org, it.key, Changes(saves=it.saves, tallies=it.tallies))
        except Conflict:
            return None
        return edits.ready()

    def apply(self, db: Database) -> "Settled":
        """Writes everything."""
        if self._all and self._all.apply(db):
            return Settled(jobs.finish(db, self._outcomes, self._seq))
        db.execute(UNDO)
        lost = (it.key for at, it in enumerate(self._outcomes) if not self._alone(db, it, at))
        return Settled(lost=tuple(lost))

    def _alone(self, db: Database, it: Outcome, at: int) -> bool:
        edits = self._together((it,))
        db.execute("SAVEPOINT one")
        done = edits is not None and edits.apply(db)
        if done:
            jobs.finish(db, (it,), self._seq + at)
        else:
            db.execute("ROLLBACK TO one")
        db.execute("RELEASE one")
        return done
