"""Records and tallies of a batch, folded: what ten events save is written once."""
# ruff: noqa: S608 - only names that were declared are put into SQL; values are parameters

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from connectors.stores.codec import stored
from connectors.stores.schema import Database, Row
from connectors.stores.tables import Table, Write, is_ranked
from core.engine.errors import Conflict, Undeclared
from core.engine.ports import Changes, Record, Tally

Tables = Mapping[str, Table[Any]]

ADD = "ON CONFLICT (org, board, subject, stripe) DO UPDATE SET value = value + excluded.value"
PLAIN = Write(f"INSERT INTO tallies VALUES (?, ?, ?, 0, ?, ?) {ADD}")
ONCE = Write(f"""
INSERT INTO tallies SELECT ?1, ?2, ?3, 0, ?4, ?5
WHERE NOT EXISTS (SELECT 1 FROM counted WHERE org = ?1 AND once = ?6) {ADD}""")
COUNTED = Write("INSERT OR IGNORE INTO counted VALUES (?1, ?6)")


class Touch:
    """What becomes of one record: `base` is the version below the batch, `version` the one now.

    Version 0 is none. `reborn`: it was deleted, and made again.
    """

    __slots__ = ("base", "events", "org", "read", "reborn", "record", "table", "version")

    def __init__(self, table: Table[Any], org: str, read: Record) -> None:
        self.table, self.org, self.read = table, org, read
        self.base = self.version = read.version
        self.record: Record | None = None
        self.reborn = False
        self.events: list[str] = []

    def write(self) -> tuple[Write, Row] | None:
        """The statement that makes it so."""
        table, record = self.table, self.record
        if not table.kind.versioned:
            return (table.upsert, table.new(self.org, record)) if record else (table.drop, self.key)
        if not self.base:
            return (table.insert, table.new(self.org, record)) if record else None
        if not record:
            return table.delete, (*self.key, self.base)
        write = table.move if self.reborn else table.update
        return write, table.changed(self.org, record, self.base)

    @property
    def key(self) -> Row:
        """What finds its row."""
        return (self.org, self.read.id)


class Edits:
    """Takes the changes of one event after another, and writes them all at once."""

    def __init__(self, tables: Tables, ranked: Collection[str]) -> None:
        self._tables = tables
        self._ranked = ranked
        self._touched: dict[tuple[str, str, str], Touch] = {}
        self._sums: dict[tuple[str, str, str, int], int] = {}
        self._once: dict[tuple[str, str], Row] = {}
        self._writes: dict[Write, list[Row]] = {}

    def add(self, org: str, event: str, changes: Changes) -> None:
        """Takes more; raises Conflict where it does not follow from what came before.

        What one event both saves and deletes is deleted.
        """
        saves = _kept(changes) if changes.deletes else changes.saves
        for record in changes.deletes:
            self._touch(org, event, record, None)
        for record in saves:
            self._touch(org, event, record, stored(record))
        for tally in changes.tallies:
            self._tally(org, tally)

    def _touch(self, org: str, event: str, read: Record, now: Record | None) -> None:
        key = (read.kind, org, read.id)
        touch = self._touched.get(key)
        if touch is None:
            touch = self._touched[key] = self._first(org, read)
        elif read.versioned and read.version != touch.version:
            raise Conflict((event,))
        elif touch.version == 0 < touch.base:
            touch.reborn = True
        touch.events.append(event)
        touch.record = now
        touch.version = now.version if now else 0

    def _first(self, org: str, read: Record) -> Touch:
        table = self._tables.get(read.kind)
        if table is None or table.kind is not type(read):
            raise Undeclared(f"{type(read).__name__} is not among the records of this store")
        return Touch(table, org, read)

    def _tally(self, org: str, it: Tally) -> None:
        ranked = int(is_ranked(it.board, self._ranked))
        if it.once:
            row = (org, it.board, it.subject, it.by, ranked, it.once)
            self._once.setdefault((org, it.once), row)
        else:
            key = (org, it.board, it.subject, ranked)
            self._sums[key] = self._sums.get(key, 0) + it.by

    def ready(self) -> "Edits":
        """Puts everything into rows; nothing is added after this."""
        for touch in self._touched.values():
            if (made := touch.write()) is not None:
                self._writes.setdefault(made[0], []).append(made[1])
        if self._sums:
            self._writes[PLAIN] = [(*key[:3], by, key[3]) for key, by in self._sums.items()]
        if self._once:
            self._writes[ONCE] = list(self._once.values())
            self._writes[COUNTED] = self._writes[ONCE]
        return self

    def apply(self, db: Database) -> bool:
        """Writes everything; False, with some of it written, if a record had changed."""
        return all(write.run(db, rows) for write, rows in self._writes.items())

    def stale(self, db: Database) -> Iterator[str]:
        """Whoever touched a record that somebody else had changed."""
        for touch in self._touched.values():
            row = db.execute(touch.table.version, touch.key).fetchone()
            if touch.table.kind.versioned and touch.base != (row[0] if row else 0):
                yield from touch.events


def _kept(changes: Changes) -> list[Record]:
    gone = {(record.kind, record.id, record.version) for record in changes.deletes}
    return [it for it in changes.saves if (it.kind, it.id, it.version) not in gone]
