"""One table a kind of record: its statements, and what happens when its declaration changes."""
# ruff: noqa: S608 - only names that were declared are put into SQL; values are parameters

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, Generic, NamedTuple

import msgspec

from connectors.stores.codec import Sortable, encode, indexed, sortable
from connectors.stores.schema import Database, Row, holes, migrate, padded
from core.engine.errors import StoreError, Undeclared
from core.engine.ports import R, Record

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns a stored body of one schema number into the next."""

CHUNK = 500
SIZES = (64, 16, 4)  # an older SQLite takes 999 values at a time
THIS = "WHERE org = ? AND id = ?"
DECLARE = "INSERT OR REPLACE INTO declared VALUES (?, ?, ?, ?)"


class Write(NamedTuple):
    """A statement that runs once for each row. If `exact`, every row has to change one.

    `again` takes the rows that `sql` left out, with the same parameters. Where `values` are the
    marks of one row, many rows go into one statement: while it runs, other threads do too.
    """

    sql: str
    exact: bool = False
    again: str = ""
    values: str = ""

    def run(self, db: Database, rows: Sequence[Row]) -> bool:
        """Writes the rows; False if one that had to change did not."""
        rest = len(rows) % SIZES[-1] if self.values else len(rows)
        count = self._together(db, rows[: len(rows) - rest])
        if rest:
            count += db.executemany(self.sql, rows[-rest:]).rowcount
        if self.again and count < len(rows):
            count += db.executemany(self.again, rows).rowcount
        return not self.exact or count == len(rows)

    def _together(self, db: Database, rows: Sequence[Row]) -> int:
        count = at = 0
        while at < len(rows):
            size = next(size for size in SIZES if len(rows) - at >= size)
            values = tuple(chain.from_iterable(rows[at : at + size]))
            count += db.execute(_times(self.sql, self.values, size), values).rowcount
            at += size
        return count


@cache
def _times(sql: str, values: str, size: int) -> str:
    """The statement for so many rows."""
    return sql.replace(values, ", ".join([values] * size))


class Table(Generic[R]):
    """How one kind of record lies in the database."""

    def __init__(self, kind: type[R]) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_.-]*", kind.kind):
            raise ValueError(f"{kind.__name__}.kind is no name for a table: {kind.kind!r}")
        self.kind = kind
        self.decode = msgspec.json.Decoder(kind).decode
        self.fields = kind.indexes
        self.sorts = kind.order != "id"
        self.order = ("sorted", "id") if self.sorts else ("id",)
        self.columns = (*(f"f_{field}" for field in self.fields), *self.order[:-1])
        self.name = f'"r_{kind.kind}"'
        self.get = f"SELECT body FROM {self.name} {THIS}"
        self.version = f"SELECT version FROM {self.name} {THIS}"
        self.values = f"({', '.join('?' * (5 + len(self.columns)))})"
        self.insert = Write(self._insert("NOTHING"), exact=True, values=self.values)
        upsert = self._insert(f"UPDATE SET {self._set('excluded.{}')}")
        self.upsert = Write(upsert, values=self.values)
        self.delete = Write(f"DELETE FROM {self.name} {THIS} AND version = ?", exact=True)
        self.drop = Write(f"DELETE FROM {self.name} {THIS}")
        move = f"UPDATE {self.name} SET {self._set('?')} {THIS} AND version = ?"
        self.move = Write(move, exact=True)
        self.update = self._update()
        self.page = cache(self._page)

    def new(self, org: str, record: Record) -> Row:
        """The parameters of `insert` and `upsert`."""
        return (org, record.id, *self._content(record))

    def changed(self, org: str, record: Record, base: int) -> Row:
        """The parameters of `update` and `move`, over the version `base`."""
        return (*self._content(record), org, record.id, base)

    def many(self, db: Database, org: str, ids: Sequence[str]) -> dict[str, R]:
        """Those of these records that are there, by id."""
        sql = f"SELECT id, body FROM {self.name} WHERE org = ? AND id IN ({holes(len(ids))})"
        rows = db.execute(sql, (org, *padded(ids))) if ids else ()
        return {id: self.decode(body) for id, body in rows}

    def _content(self, record: Record) -> Row:
        fields: list[Sortable] = [indexed(record, field) for field in self.fields]
        if self.sorts:
            fields.append(sortable(record))
        return (record.version, record.schema, encode(record), *fields)

    def _insert(self, conflict: str) -> str:
        columns = ", ".join(("org", "id", "version", "schema", "body", *self.columns))
        return (
            f"INSERT INTO {self.name} ({columns}) VALUES {self.values}"
            f" ON CONFLICT (org, id) DO {conflict}"
        )

    def _set(self, value: str) -> str:
        columns = ("version", "schema", "body", *self.columns)
        return ", ".join(f"{column} = {value.format(column)}" for column in columns)

    def _update(self) -> Write:
        """Most changes leave the indexes alone, and are then written without touching those."""
        if not self.columns:
            return self.move
        still = " AND ".join(f"{column} = ?" for column in self.columns)
        stay = f"SET version = ?, schema = ?, body = ? WHERE {still} AND {THIS[6:]}"
        return Write(f"UPDATE {self.name} {stay} AND version = ?", exact=True, again=self.move.sql)

    def _page(self, fields: tuple[str, ...], after: bool) -> str:
        if unknown := [field for field in fields if field not in self.fields]:
            raise Undeclared(f"{self.kind.__name__} is not indexed by {', '.join(unknown)}")
        order = ", ".join(self.order)
        marks = ", ".join("?" * len(self.order))
        where = "".join(f" AND f_{field} = ?" for field in fields)
        where += f" AND ({order}) > ({marks})" if after else ""
        return f"SELECT body FROM {self.name} WHERE org = ?{where} ORDER BY {order} LIMIT ?"


def prepared(
    db: Database,
    tables: Collection[Table[Any]],
    upgrades: Mapping[str, Sequence[Upgrade]],
    ranked: Collection[str],
) -> None:
    """Brings the whole database up to date."""
    migrate(db)
    declare(db, tables, upgrades)
    rank(db, ranked)


def declare(
    db: Database, tables: Collection[Table[Any]], upgrades: Mapping[str, Sequence[Upgrade]]
) -> None:
    """Makes every table what its kind declares now, row by row where that changed.

    New ones come at once, in one transaction. For the others it goes on where it was killed: a row
    knows its schema number, and the rest may be done twice.
    """
    there = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    new = [table for table in tables if table.name.strip('"') not in there]
    db.execute("BEGIN IMMEDIATE")
    for table in new:
        _create(db, table)
        _sort(db, table)
        db.execute(DECLARE, (table.kind.kind, *_declared(table)))
    db.execute("COMMIT")
    for table in tables:
        kind, now = table.kind, _declared(table)
        look = "SELECT schema, fields, sorted FROM declared WHERE kind = ?"
        before = db.execute(look, (kind.kind,)).fetchone()
        if before and before[0] > kind.schema:
            raise StoreError(
                f"{kind.kind} was written by a newer Coterie (schema {before[0]}, this one knows"
                f" {kind.schema}): update Coterie, or restore an older copy"
            )
        if before != now:
            _rebuild(db, table, upgrades.get(kind.kind, ()))
            db.execute(DECLARE, (kind.kind, *now))


def fits(db: Database, tables: Iterable[Table[Any]]) -> bool:
    """Whether every table is what its kind declares now."""
    look = "SELECT schema, fields, sorted FROM declared WHERE kind = ?"
    return all(
        db.execute(look, (table.kind.kind,)).fetchone() == _declared(table) for table in tables
    )


def _declared(table: Table[Any]) -> Row:
    return (table.kind.schema, " ".join(table.kind.indexes), table.kind.order)


def _create(db: Database, table: Table[Any]) -> None:
    more = "".join(f", {column} {_type(column)}" for column in table.columns)
    db.execute(
        f"CREATE TABLE {table.name} (number INTEGER PRIMARY KEY, org TEXT, id TEXT,"
        f" version INTEGER, schema INTEGER, body BLOB{more})"
    )
    _identify(db, table)


def _identify(db: Database, table: Table[Any]) -> None:
    db.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS {_index(table, '')} ON {table.name} (org, id)")


def _type(column: str) -> str:
    return "TEXT" if column.startswith("f_") else ""


def _sort(db: Database, table: Table[Any]) -> None:
    """An index for each order in which rows are looked up."""
    order = ", ".join(table.order)
    for field in ("", *table.fields):
        if field or table.sorts:
            first = f"f_{field}, " if field else ""
            name = _index(table, field or "*")
            db.execute(f"CREATE INDEX {name} ON {table.name} (org, {first}{order})")


def _rebuild(db: Database, table: Table[Any], upgrades: Sequence[Upgrade]) -> None:
    """Adds the columns that are missing, fills them from the bodies, and indexes them."""
    _identify(db, table)
    there = {row[1] for row in db.execute(f"PRAGMA table_info({table.name})")}
    stale = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND name <> ?"
    names = (table.name.strip('"'), _index(table, "").strip('"'))
    for (name,) in db.execute(stale, names).fetchall():
        db.execute(f'DROP INDEX "{name}"')
    for column in table.columns:
        if column not in there:
            db.execute(f"ALTER TABLE {table.name} ADD COLUMN {column} {_type(column)}")
    last = 0
    while rows := _refill(db, table, upgrades, last):
        last = rows[-1][0]
    _sort(db, table)


def _refill(
    db: Database, table: Table[Any], upgrades: Sequence[Upgrade], last: int
) -> Sequence[Row]:
    """Writes the next rows as they are declared now; answers them."""
    look = f"SELECT number, schema, org, body FROM {table.name} WHERE number > ? ORDER BY number"
    rows = db.execute(f"{look} LIMIT {CHUNK}", (last,)).fetchall()
    changes = []
    for number, schema, org, body in rows:
        record = _upgraded(table, upgrades[schema - 1 :], number, body)
        changes.append(table.changed(org, record, record.version))
    db.execute("BEGIN IMMEDIATE")
    db.executemany(table.move.sql, changes)
    db.execute("COMMIT")
    return rows


def _upgraded(table: Table[R], upgrades: Sequence[Upgrade], number: int, body: bytes) -> R:
    try:
        for upgrade in upgrades:
            body = encode(upgrade(msgspec.json.decode(body)))
        return table.decode(body)
    except msgspec.DecodeError as wrong:
        what = f"a stored {table.kind.kind} is not what it should be: {wrong}; number {number}"
        raise StoreError(what) from wrong


def _index(table: Table[Any], field: str) -> str:
    return f'"i_{table.kind.kind}:{field}"'


def is_ranked(board: str, ranked: Collection[str]) -> bool:
    """Whether a board is declared, by its whole name or by the part before the first slash."""
    return board in ranked or board.partition("/")[0] in ranked


def rank(db: Database, ranked: Iterable[str]) -> None:
    """Puts the boards that are ranked now, and no others, into the index of `top`."""
    now = encode(sorted(ranked)).decode()
    before = db.execute("SELECT fields FROM declared WHERE kind = '(ranked)'").fetchone()
    if before == (now,):
        return
    boards = "board = ?1 OR substr(board, 1, length(?1) + 1) = ?1 || '/'"
    db.execute("BEGIN IMMEDIATE")
    db.execute("UPDATE tallies SET ranked = 0 WHERE ranked = 1")
    db.executemany(f"UPDATE tallies SET ranked = 1 WHERE {boards}", [(name,) for name in ranked])
    db.execute("INSERT OR REPLACE INTO declared VALUES ('(ranked)', 1, ?, '')", (now,))
    db.execute("COMMIT")
