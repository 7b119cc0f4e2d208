"""The store that needs nothing: one SQLite file, written by one thread.

Points are read where they are asked for, which takes microseconds; what may have to look at many
rows goes to a thread of its own.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self

from msgspec.structs import replace

from connectors.stores import changes, jobs
from connectors.stores.changes import Key, Line, Plan, Settled, Settling
from connectors.stores.codec import after_cursor, clean, cursor_of, each, encode, micros
from connectors.stores.edits import Edits
from connectors.stores.front import Front
from connectors.stores.schema import Database, Owned, Row, check, whole
from connectors.stores.tables import Table, Upgrade, is_ranked, prepared
from connectors.stores.writer import Writer
from core.engine.errors import Conflict, StoreError, Undeclared
from core.engine.ports import (
    PAGE,
    PARTITIONS,
    Commit,
    Due,
    Event,
    Lease,
    Outcome,
    Page,
    R,
    Reader,
    Record,
    T,
)
from core.engine.records import ENGINE

NEVER: Mapping[str, Sequence[Upgrade]] = {}
ALL = frozenset(range(PARTITIONS))
FEW = 32
STEPS = 5000  # of SQLite’s machine: well below a millisecond
FORGET_AT_ONCE = 200
FORGET_SEEN = "DELETE FROM seen WHERE place IN (SELECT place FROM seen WHERE place < ? LIMIT ?)"
POISON = "INSERT OR REPLACE INTO poison (org, id, at, why, event) VALUES (?, ?, ?, ?, ?)"
SUM = "SELECT sum(value) FROM tallies WHERE org = ? AND board = ? AND subject = ?"
COUNTED = "SELECT 1 FROM counted WHERE org = ? AND once = ?"
TOP = """
SELECT subject, value FROM tallies INDEXED BY tallies_top WHERE ranked = 1 AND org = ? AND board = ?
ORDER BY value DESC, subject LIMIT ?"""


class Connections:
    """What an open store holds: the lock, and who writes (`main`), reads (`db`) and scans."""

    def __init__(
        self, path: Path, patience: float, prepare: Callable[[Database], None], *, own: bool
    ) -> None:
        with ExitStack() as opened, explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            if own:
                opened.enter_context(closing(_own(path)))
            self.main = opened.enter_context(closing(_connect(path, patience)))
            prepare(self.main)
            self.line = changes.line(self.main)
            self.db = opened.enter_context(closing(_connect(path, patience, reads=True)))
            self._scanned = opened.enter_context(closing(_connect(path, patience, reads=True)))
            self._scanner = opened.enter_context(ThreadPoolExecutor(1, "store-scanner"))
            self._opened = opened.pop_all()

    def briefly(self, sql: str, where: Row) -> list[Row] | None:
        """The rows, or None when finding them takes longer than the loop can wait."""
        self.db.set_progress_handler(lambda: 1, STEPS)
        try:
            return _rows(self.db, sql, where)
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                return None
            raise _explain(error) from error
        finally:
            self.db.set_progress_handler(None, 0)

    async def scan(self, look: Callable[[Database], T]) -> T:
        """Looks at what may be many rows, in the thread for that."""
        loop = asyncio.get_running_loop()
        try:
            answer = loop.run_in_executor(self._scanner, look, self._scanned)
        except RuntimeError:
            raise StoreError("the store is closed") from None
        with explained():
            return await answer

    def close(self) -> None:
        """Closes everything, the lock last."""
        with explained():
            self._opened.close()


class SqliteStore:
    """A Store in the file `path`, which this process alone may write.

    `records` are the kinds it keeps besides the engine's own, `ranked` the boards of `top`, by name
    or the part before the first slash, `upgrades`, by kind, what brings a body to the next schema.
    """

    owns: ClassVar[bool] = True
    _open: Connections
    _writer: Writer
    _line: Line

    def __init__(
        self,
        path: Path,
        *,
        records: Sequence[type[Record]] = (),
        ranked: Collection[str] = frozenset(),
        upgrades: Mapping[str, Sequence[Upgrade]] = NEVER,
        patience: float = 5.0,
    ) -> None:
        self.path = path
        self._ranked = frozenset(ranked)
        kinds = dict.fromkeys((*ENGINE, *records))
        self._tables: dict[str, Table[Any]] = {kind.kind: Table(kind) for kind in kinds}
        if len(self._tables) < len(kinds):
            raise ValueError("two records have the same kind")
        self._upgrades = upgrades
        self._patience = patience
        self._leased: frozenset[int] = frozenset()

    async def open(self) -> Self:
        """Takes the file for this process and brings it up to date."""
        self._open = Connections(self.path, self._patience, self._prepare, own=self.owns)
        self._line, self._front = self._open.line, Front()
        self._writer = Writer(self._open.main, _explain)
        return self

    def _prepare(self, db: Database) -> None:
        prepared(db, self._tables.values(), self._upgrades, self._ranked)
        whole(db)

    async def close(self) -> None:
        """Finishes what is being written and lets go of the file."""
        await self._writer.close()
        self._open.close()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def reader(self, org: str) -> Reader:
        """Reads of one organisation."""
        return SqliteReader(self._open, self._tables, self._ranked, org)

    async def seen(self, org: str, ids: Sequence[str]) -> Mapping[str, bytes]:
        """The stored replies of those ids that were handled before (b"" for none)."""
        with explained():
            return each(ids, lambda some: changes.replies(self._open.db, clean(org), some))

    async def many(self, org: str, kind: type[R], ids: Sequence[str]) -> Mapping[str, R]:
        """Those of these records that are there."""
        with explained():
            return each(ids, lambda some: self._tables[kind.kind].many(self._open.db, org, some))

    async def commit(self, batch: Sequence[Commit]) -> frozenset[Key]:
        """All of it or nothing; answers which jobs were really born claimed."""
        try:
            return await self._commit(batch)
        except UnicodeEncodeError:
            return await self._commit_cleaned(batch)

    async def _commit(self, batch: Sequence[Commit]) -> frozenset[Key]:
        plan = Plan(Edits(self._tables, self._ranked), self._line)
        for commit in batch:
            plan.add(commit)
        waiting = plan.ready().waiting()
        return await self._writer.do(plan.apply, lambda _: self._front.planned(waiting))

    async def _commit_cleaned(self, batch: Sequence[Commit]) -> frozenset[Key]:
        cleaned = [replace(clean(commit), adopted=frozenset()) for commit in batch]
        try:
            return await self._commit(cleaned)
        except Conflict as conflict:
            events = (commit.event for commit in batch if clean(commit.event) in conflict.events)
            raise Conflict(tuple(events)) from conflict

    async def lease(self, drained: Collection[int] = ()) -> Lease:
        """All of it, for good: the file belongs to this process."""
        taken, self._leased = self._leased, ALL
        return Lease(partitions=ALL, fresh=ALL - taken)

    async def due(self, now: datetime, *, limit: int, busy: Collection[str] = ()) -> list[Due]:
        """Jobs whose time has come, by weight, then due, then seq, a few of each free lane."""
        lanes = clean(frozenset(busy))
        return await self._open.scan(lambda db: jobs.due(db, self._front, now, limit, lanes))

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next waiting job comes up after this, if any does."""
        with explained():
            return jobs.next_due(self._open.db, after)

    async def mark(self, keys: Sequence[Key]) -> frozenset[Key]:
        """Claims waiting jobs by (org, key); answers which could be claimed."""
        try:
            claimed = await self._writer.do(partial(jobs.claim, keys=keys)) if keys else ()
        except UnicodeEncodeError:
            claimed = await self._writer.do(partial(jobs.claim, keys=clean(keys)))
        return frozenset(key for key, done in zip(keys, claimed, strict=True) if done)

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Records what became of jobs. Raises Conflict with the keys of those that met one."""
        if not outcomes:
            return
        try:
            settled = await self._settle(outcomes)
        except UnicodeEncodeError:
            settled = await self._settle(clean(outcomes))
        if settled.lost:
            raise Conflict(settled.lost)

    async def _settle(self, outcomes: Sequence[Outcome]) -> Settled:
        edits = partial(Edits, self._tables, self._ranked)
        plan = Settling(outcomes, self._line.seq(len(outcomes)), edits)
        return await self._writer.do(plan.apply, lambda it: self._front.settled(again=it.again))

    async def claimed(self) -> list[Due]:
        """Jobs that are claimed: after a crash, those that may or may not have left."""
        return await self._open.scan(jobs.claimed)

    async def job(self, org: str, key: str) -> Due | None:
        """One job, whatever its state."""
        with explained():
            return jobs.one(self._open.db, clean(org), clean(key))

    async def jobs(self, org: str, *, lane: str = "", limit: int = PAGE) -> list[Due]:
        """Jobs of an organisation or lane that are still open, by due."""
        most = max(0, min(limit, PAGE))
        return await self._open.scan(lambda db: jobs.listed(db, clean(org), clean(lane), most))

    async def census(self, now: datetime, most: int) -> Mapping[str, int]:
        """Open jobs that are due, come later and are claimed, none counted beyond `most`."""
        return await self._open.scan(lambda db: jobs.census(db, now, most))

    async def poison(self, org: str, event: Event, why: str, at: datetime) -> None:
        """Keeps an event that no handler can take, with its reason."""
        row = (clean(org), clean(event.id), micros(at), clean(why), encode(clean(event)))
        await self._writer.do(lambda db: db.execute(POISON, row))

    async def forget(self, before: datetime) -> int:
        """Deletes event ids and finished jobs older than this, some at a time."""
        where = (micros(before), FORGET_AT_ONCE)
        return sum([await _forget(self._writer, sql, where) for sql in (FORGET_SEEN, jobs.FORGET)])


class SqliteReader:
    """Reads committed state of one organisation."""

    __slots__ = ("_db", "_open", "_org", "_ranked", "_tables")

    def __init__(
        self,
        connections: Connections,
        tables: Mapping[str, Table[Any]],
        ranked: frozenset[str],
        org: str,
    ) -> None:
        self._open = connections
        self._db = connections.db
        self._tables = tables
        self._ranked = ranked
        self._org = org

    async def get(self, kind: type[R], id: str) -> R | None:
        """The record, or None."""
        table = self._table(kind)
        row = self._row(table.get, id)
        return table.decode(row[0]) if row else None

    async def find(
        self, kind: type[R], *, after: str = "", limit: int = PAGE, **equals: str
    ) -> Page[R]:
        """Records whose declared fields equal these, in the declared order."""
        table = self._table(kind)
        sql = table.page(tuple(equals), bool(after))
        place = after_cursor(after)[-len(table.order) :] if after else ()
        most = min(limit, PAGE)
        if most <= 0:
            return Page()
        where = (self._org, *equals.values(), *place)
        try:
            rows = await self._rows(sql, where, most)
        except UnicodeEncodeError:
            rows = await self._rows(sql, clean(where), most)
        items = tuple(table.decode(body) for (body,) in rows[:most])
        return Page(items, cursor_of(items[-1]) if len(rows) > most else "")

    async def tally(self, board: str, subject: str) -> int:
        """The sum of a counter, 0 when nothing was added."""
        row = self._row(SUM, board, subject)
        return row[0] or 0 if row else 0

    async def counted(self, once: str) -> bool:
        """Whether a tally with this `once` has counted."""
        return self._row(COUNTED, once) is not None

    async def top(self, board: str, n: int) -> Sequence[tuple[str, int]]:
        """The highest subjects of a ranked board."""
        if not is_ranked(board, self._ranked):
            raise Undeclared(f"the board {board} is not ranked")
        where = (self._org, clean(board), max(0, min(n, PAGE)))
        with explained():
            return self._db.execute(TOP, where).fetchall()

    async def _rows(self, sql: str, where: Row, most: int) -> list[Row]:
        """The rows that may be looked at here; what takes longer is left to the other thread."""
        rows = self._open.briefly(sql, (*where, min(most + 1, FEW)))
        if rows is None or len(rows) == FEW <= most:
            return await self._open.scan(partial(_rows, sql=sql, where=(*where, most + 1)))
        return rows

    def _table(self, kind: type[R]) -> Table[R]:
        table = self._tables.get(kind.kind)
        if table is None or table.kind is not kind:
            raise Undeclared(f"{kind.__name__} is not among the records of this store")
        return table

    def _row(self, sql: str, *where: str) -> Row | None:
        try:
            row: Row | None = self._db.execute(sql, (self._org, *where)).fetchone()
        except UnicodeEncodeError:
            row = self._db.execute(sql, clean((self._org, *where))).fetchone()
        except sqlite3.Error as error:
            raise _explain(error) from error
        return row


@contextmanager
def explained() -> Iterator[None]:
    """Turns what SQLite says into a StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(error) from error


def _explain(error: Exception) -> Exception:
    return StoreError(f"the database says: {error}") if isinstance(error, sqlite3.Error) else error


def _own(path: Path) -> sqlite3.Connection:
    """Holds a lock that ends with the process, however it ends."""
    lock = sqlite3.connect(f"{path}.lock", timeout=0, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise Owned(f"another Coterie is running on this database: {path}") from error
    return lock


def _connect(path: Path, patience: float, *, reads: bool = False) -> sqlite3.Connection:
    db = sqlite3.connect(
        path,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    check(db)
    if db.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
        raise StoreError(f"no write-ahead log can be kept beside {path}: is it on a network drive?")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute("PRAGMA cache_size = -8000")
    db.execute(f"PRAGMA query_only = {int(reads)}")
    return db


def _rows(db: Database, sql: str, where: Row) -> list[Row]:
    return db.execute(sql, where).fetchall()


async def _forget(writer: Writer, sql: str, where: Row) -> int:
    forgotten = 0
    while count := await writer.do(lambda db: db.execute(sql, where).rowcount):
        forgotten += count
    return forgotten
