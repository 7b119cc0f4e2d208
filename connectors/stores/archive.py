"""A SQLite database that nobody uses meanwhile, entry by entry: for export and import.

While a copy comes in, its name and how far it is stand among the declarations, written together
with the entries themselves: a process that is killed leaves both or neither.
"""
# ruff: noqa: S608 - only names that were declared are put into SQL; values are parameters

from collections.abc import AsyncIterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple, Self

import msgspec
from msgspec import Raw

from connectors.stores.codec import NOTHING
from connectors.stores.entries import (
    ANOTHER,
    ARRIVING,
    BATCH,
    JOBS,
    OCCUPIED,
    ONCES,
    POISONS,
    SEEN,
    STRANGE,
    TALLIES,
    AnyEntry,
    Counter,
    Kept,
    Key,
    Occupied,
    Once,
    Place,
    Poisoned,
    Queued,
    Refused,
    Totals,
    Used,
)
from connectors.stores.schema import Database, Row
from connectors.stores.sqlite import SqliteStore
from connectors.stores.tables import Table, is_ranked, prepared
from core.engine.ports import WEIGHTS

BEGIN = "INSERT INTO declared VALUES (?, 1, ?, '')"
REACHED = "UPDATE declared SET sorted = ? WHERE kind = ?"
OLDER = "UPDATE declared SET schema = min(schema, ?) WHERE kind = ?"
# places in line for new jobs begin above those that have come
STARTS = """
UPDATE declared SET schema = max(schema, (SELECT coalesce(max(seq), 0) >> 32 FROM jobs))
WHERE kind = '(starts)'"""
NONE = Raw(b"null")
BODIES = {"body", "next", "event"}
WAIT = ("planned", "held", "waiting_install")
WORDS = " ".join(f"WHEN {number} THEN '{weight}'" for number, weight in enumerate(WEIGHTS))
MARKS = ", ".join("?" * 13)
JOB = "due, seq, state, why, tries, finished, body, next"

_reached = msgspec.json.Decoder(Place)


class Section(NamedTuple):
    """Where entries of one kind lie: the columns of their fields, of what, in which order."""

    kind: type[AnyEntry]
    columns: str
    origin: str
    order: str
    grouped: str = ""

    def page(self, db: Database, after: Key) -> list[AnyEntry]:
        """The next entries."""
        marks = ", ".join("?" * len(after))
        where = f"WHERE ({self.order}) > ({marks})" if after else ""
        sql = f"SELECT {self.columns} FROM {self.origin} {where} {self.grouped}"
        rows = db.execute(f"{sql} ORDER BY {self.order} LIMIT {BATCH}", after)
        return [self._entry(row) for row in rows]

    def _entry(self, row: Row) -> AnyEntry:
        fields = dict(zip(self.kind.__struct_fields__, row, strict=True))
        bodies = {name: Raw(fields[name] or NONE) for name in BODIES & fields.keys()}
        return self.kind(**fields | bodies)


def _records(table: Table[Any]) -> Section:
    columns = f"'{table.kind.kind}', org, id, schema, version, body"
    return Section(Kept, columns, table.name, "org, id")


SECTIONS = {
    JOBS: Section(Queued, f"org, key, lane, CASE weight {WORDS} END, {JOB}", "jobs", "org, key"),
    ONCES: Section(Once, "org, once", "counted", "org, once"),
    POISONS: Section(Poisoned, "org, id, at, why, event", "poison", "org, id"),
    SEEN: Section(Used, "org, id, place, reply", "seen", "place, org, id"),
    TALLIES: Section(
        Counter,
        "org, board, subject, sum(value)",
        "tallies",
        "org, board, subject",
        grouped="GROUP BY org, board, subject",
    ),
}
INTO = {
    JOBS: f"INSERT INTO jobs (org, key, lane, weight, {JOB}, lined) VALUES ({MARKS})",
    ONCES: "INSERT INTO counted (org, once) VALUES (?, ?)",
    POISONS: "INSERT INTO poison (org, id, at, why, event) VALUES (?, ?, ?, ?, ?)",
    SEEN: "INSERT INTO seen (org, id, place, reply) VALUES (?1, ?2, max(?3,"
    " (SELECT coalesce(max(place) + 1, ?3) FROM seen)), ?4)",  # no two have the same
    TALLIES: "INSERT INTO tallies (org, board, subject, value, stripe, ranked)"
    " VALUES (?, ?, ?, ?, 0, ?)",
}


class SqliteSource(SqliteStore):
    """Everything in a SQLite file, which nobody changes while this is open."""

    async def open(self) -> Self:
        """Takes the file as a start of the service does. Raises Refused for unknown kinds."""
        await super().open()
        records = {table.kind.kind: _records(table) for table in self._tables.values()}
        self._sections = dict(sorted((SECTIONS | records).items()))
        return self

    def _prepare(self, db: Database) -> None:
        super()._prepare(db)
        self._know(db)
        db.execute("BEGIN IMMEDIATE")  # or a command beside the service could write

    def _know(self, db: Database) -> None:
        """Raises Refused where there is something that would be left behind."""
        known = {table.name.strip('"') for table in self._tables.values()}
        strange = [name for name in _tables(db) if name not in known]
        counts = {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone() for name in strange}
        if told := [f"{name[2:]} ({count})" for name, (count,) in counts.items() if count]:
            raise Refused(STRANGE.format(where="this database", kinds=", ".join(told)))

    async def entries(self, after: Place | None = None) -> AsyncIterator[Sequence[AnyEntry]]:
        """Everything after this place, in order, at most BATCH at a time."""
        reached, key = after or ("", ())
        for name, section in self._sections.items():
            last = key if name == reached else ()
            while name >= reached and (batch := await self._page(section, last)):
                yield batch
                last = batch[-1].place[1]

    async def confirm(self, totals: Totals) -> None:
        """Nothing changes as long as this is open."""

    async def _page(self, section: Section, after: Key) -> list[AnyEntry]:
        return await self._open.scan(lambda db: section.page(db, after))


class SqliteTarget(SqliteSource):
    """A SQLite file that a copy comes into; nothing else opens it before that is complete."""

    def _prepare(self, db: Database) -> None:
        prepared(db, self._tables.values(), self._upgrades, self._ranked)
        self._know(db)

    async def begin(self, copy: str) -> Place | None:
        """Notes which copy comes, or finds how far it has come before."""
        return await self._writer.do(lambda db: self._begin(db, copy))

    def _begin(self, db: Database, copy: str) -> Place | None:
        look = "SELECT fields, sorted FROM declared WHERE kind = ?"
        name, reached = db.execute(look, (ARRIVING,)).fetchone() or ("", "")
        if name and name != copy:
            raise Refused(ANOTHER)
        if not name:
            if any(section.page(db, ()) for section in self._sections.values()):
                raise Occupied(OCCUPIED)
            db.execute(BEGIN, (ARRIVING, copy))
        return _reached.decode(reached) if reached else None

    async def write(self, entries: Sequence[AnyEntry]) -> None:
        """Takes the next entries, and with them how far the copy has come."""
        await self._writer.do(lambda db: self._write(db, entries))

    def _write(self, db: Database, entries: Sequence[AnyEntry]) -> None:
        for section, some in groupby(entries, lambda it: it.place[0]):
            table = self._tables.get(section)
            rows = [self._row(entry) for entry in some]
            db.executemany(table.insert.sql if table else INTO[section], rows)
        reached = msgspec.json.encode(entries[-1].place).decode()
        db.execute(REACHED, (reached, ARRIVING))

    def _row(self, entry: AnyEntry) -> Row:
        match entry:
            case Kept():
                return _record(self._tables[entry.kind], entry)
            case Queued():
                row = _fields(entry)
                return (*row[:3], WEIGHTS.index(entry.weight), *row[4:], entry.state in WAIT)
            case Counter():
                return (*_fields(entry), is_ranked(entry.board, self._ranked))
            case _:
                return _fields(entry)

    async def finish(self, totals: Totals) -> None:
        """Lets the service in; what an older Coterie wrote is brought up to date at its start."""
        await self._writer.do(self._finish)

    def _finish(self, db: Database) -> None:
        for table in self._tables.values():
            (oldest,) = db.execute(f"SELECT min(schema) FROM {table.name}").fetchone()
            if oldest is not None:
                db.execute(OLDER, (oldest, table.kind.kind))
        db.execute(STARTS)
        db.execute("DELETE FROM declared WHERE kind = ?", (ARRIVING,))


def _tables(db: Database) -> list[str]:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 2) = 'r_'"
    return [name for (name,) in db.execute(f"{tables} ORDER BY name")]


def _fields(entry: AnyEntry) -> Row:
    return tuple(_column(getattr(entry, field)) for field in entry.__struct_fields__)


def _column(value: object) -> object:
    if isinstance(value, Raw):
        return None if value == NONE else bytes(value)
    return value


def _record(table: Table[Any], entry: Kept) -> Row:
    """The body stays to the byte what it was; only what it is found by is made anew."""
    body = bytes(entry.body)
    found_by: Row = ("",) * len(table.fields) + (NOTHING,) * table.sorts
    if entry.schema == table.kind.schema:
        try:
            found_by = table.new(entry.org, table.decode(body))[5:]
        except msgspec.DecodeError as wrong:
            raise Refused(
                f"a {entry.kind} is not what it should be: {wrong}; {entry.id}"
            ) from wrong
    return (entry.org, entry.id, entry.version, entry.schema, body, *found_by)
