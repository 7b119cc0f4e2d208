"""Records and tallies of a batch, folded: what ten events save is written once."""
# ruff: noqa: S608 - only names that were declared are put into SQL; values are parameters

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
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


@dataclass(slots=True, kw_only=True)
class Touch:
    """What becomes of one record: `base` is the version below the batch, `version` the one now.

    Version 0 is none. `reborn`: it was deleted, and made again.
    """

    table: Table[Any]
    org: str
    id: str
    base: int
    version: int
    record: Record | None = None
    reborn: bool = False
    events: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[Write, Row]]:
        """The statements that make it so."""
        table, record = self.table, self.record
        if not table.kind.versioned:
            yield (table.upsert, table.new(self.org, record)) if record else (table.drop, self.key)
        elif not self.base:
            if record:
                yield table.insert, table.new(self.org, record)
        elif not record:
            yield table.delete, (*self.key, self.base)
        else:
            write = table.move if self.reborn else table.update
            yield write, table.changed(self.org, record, self.base)

    @property
    def key(self) -> Row:
        """What finds its row."""
        return (self.org, self.id)


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
        gone = {(type(record), record.id, record.version) for record in changes.deletes}
        for record in changes.deletes:
            self._touch(org, event, record, None)
        for record in changes.saves:
            if not gone or (type(record), record.id, record.version) not in gone:
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
        touch.events.append(event)
        touch.reborn |= touch.version == 0 < touch.base
        touch.record = now
        touch.version = now.version if now else 0

    def _first(self, org: str, read: Record) -> Touch:
        table = self._tables.get(read.kind)
        if table is None or table.kind is not type(read):
            raise Undeclared(f"{type(read).__name__} is not among the records of this store")
        return Touch(table=table, org=org, id=read.id, base=read.version, version=read.version)

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
            for write, row in touch.rows():
                self._writes.setdefault(write, []).append(row)
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
