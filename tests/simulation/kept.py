"""What a database holds, counted: rows, bytes as SQLite's own pages tell them, and as documents."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import bson

from connectors.stores.mongo.shelf import Shelf
from core.engine.ports import Record

USED = "SELECT name, sum(pgsize - unused) FROM dbstat GROUP BY name"
INDEXES = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
GROUPS = {"seen": "events", "jobs": "jobs", "tallies": "counts", "counted": "counts"}


class Kept(NamedTuple):
    """Rows, and the bytes that they and their indexes take, empty space left out."""

    rows: int = 0
    bytes: int = 0
    indexes: int = 0

    def plus(self, rows: int, bytes: int, indexes: int) -> "Kept":
        """With more of the same kind."""
        return Kept(self.rows + rows, self.bytes + bytes, self.indexes + indexes)


def kept(path: Path) -> Mapping[str, Kept]:
    """By events, jobs, counts and records."""
    with sqlite3.connect(path) as db:
        used = dict(db.execute(USED).fetchall())
        indexes: dict[str, int] = defaultdict(int)
        for name, table in db.execute(INDEXES):
            indexes[table] += used.get(name, 0)
        found: dict[str, Kept] = defaultdict(Kept)
        for (table,) in db.execute(TABLES).fetchall():
            (rows,) = db.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 - its own name
            group = GROUPS.get(table, "records")
            found[group] = found[group].plus(rows, used.get(table, 0), indexes[table])
    return found


def documents(path: Path, kinds: Sequence[type[Record]]) -> int:
    """The bytes of all records as documents of MongoDB, before it compresses them."""
    size = 0
    with sqlite3.connect(path) as db:
        for kind in kinds:
            shelf = Shelf(kind)
            rows = db.execute(f'SELECT org, body FROM "r_{kind.kind}"')  # noqa: S608 - as above
            size += sum(
                len(bson.encode(shelf.document(org, shelf.decode(body)))) for org, body in rows
            )
    return size
