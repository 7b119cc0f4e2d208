"""The tables that every Coterie has, and how an older database becomes a newer one.

Each migration runs in one transaction together with its number, so a start that is killed half
way goes on where it stopped. A released migration is never edited; a new one is added below it.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol

from connectors.stores.entries import ARRIVING, HALF
from core.engine.errors import StoreError

Row = tuple[Any, ...]

COTERIE = 0x436F7465  # "Cote" in the header of the file, so that no other program's is taken


class Owned(StoreError):
    """Another process has this database."""


class Rows(Protocol):
    """What a statement found or did."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchone(self) -> Any:
        """The first row, or None."""

    def fetchall(self) -> list[Any]:
        """All rows."""

    def __iter__(self) -> Iterator[Any]:
        """Each row."""


class Database(Protocol):
    """A connection, as all but its owner see it."""

    @property
    def in_transaction(self) -> bool:
        """Whether something is begun and not yet committed."""

    def execute(self, sql: str, parameters: Sequence[object] = ..., /) -> Rows:
        """Runs one statement."""

    def executemany(self, sql: str, parameters: Sequence[Sequence[object]], /) -> Rows:
        """Runs one statement for each row."""


# not `IN`: with three words SQLite builds a table of them each time a row goes into an index
WAITING = "(state = 'planned' OR state = 'held' OR state = 'waiting_install')"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE declared (
            kind TEXT PRIMARY KEY, schema INTEGER, fields TEXT, sorted TEXT
        ) WITHOUT ROWID""",
        """CREATE TABLE seen (
            place INTEGER PRIMARY KEY, org TEXT, id TEXT, reply BLOB
        )""",
        "CREATE UNIQUE INDEX seen_id ON seen (org, id)",
        """CREATE TABLE tallies (
            org TEXT, board TEXT, subject TEXT, stripe INTEGER, value INTEGER, ranked INTEGER,
            PRIMARY KEY (org, board, subject, stripe)
        ) WITHOUT ROWID""",
        "CREATE INDEX tallies_top ON tallies (org, board, value DESC, subject) WHERE ranked = 1",
        "CREATE TABLE counted (org TEXT, once TEXT, PRIMARY KEY (org, once)) WITHOUT ROWID",
        """CREATE TABLE jobs (
            number INTEGER PRIMARY KEY, org TEXT, key TEXT, lane TEXT, weight INTEGER,
            due INTEGER, seq INTEGER, state TEXT, why TEXT DEFAULT '', tries INTEGER,
            finished INTEGER, lined INTEGER, body BLOB, next BLOB
        )""",
        "CREATE UNIQUE INDEX jobs_key ON jobs (org, key)",
        """CREATE INDEX jobs_due ON jobs (weight, due, seq, lane, state)
        WHERE state IN ('planned', 'held', 'waiting_install')""",
        "CREATE INDEX jobs_lane ON jobs (lane, due, seq) WHERE lined = 1",
        "CREATE INDEX jobs_claimed ON jobs (seq) WHERE state = 'claimed'",
        "CREATE INDEX jobs_finished ON jobs (finished) WHERE finished IS NOT NULL",
        """CREATE TABLE poison (
            org TEXT, id TEXT, at INTEGER, why TEXT, event BLOB, PRIMARY KEY (org, id)
        )""",
    ),
    (
        "DROP INDEX jobs_due",
        f"CREATE INDEX jobs_due ON jobs (weight, due, seq, lane, state) WHERE {WAITING}",
    ),
)


def check(db: Database, known: int = len(MIGRATIONS)) -> int:
    """The format of the database. Raises StoreError for one that is not ours to change."""
    done: int = db.execute("PRAGMA user_version").fetchone()[0]
    owner: int = db.execute("PRAGMA application_id").fetchone()[0]
    if owner != COTERIE and db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise StoreError("this database belongs to another program")
    if done > known:
        raise StoreError(
            f"this database was written by a newer Coterie (format {done}, this one knows"
            f" {known}): update Coterie, or restore an older copy"
        )
    return done


def whole(db: Database) -> None:
    """Raises StoreError while half a copy is in it."""
    if db.execute("SELECT 1 FROM declared WHERE kind = ?", (ARRIVING,)).fetchone():
        raise StoreError(HALF)


def migrate(db: Database, steps: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Brings the tables up to date."""
    done = check(db, len(steps))
    for number, statements in enumerate(steps[done:], done + 1):
        ours = (f"PRAGMA application_id = {COTERIE}", f"PRAGMA user_version = {number}")
        once(db, (*statements, *ours))


def once(db: Database, statements: Sequence[str]) -> None:
    """All of these statements in one transaction; the caller's failure undoes it."""
    db.execute("BEGIN IMMEDIATE")
    for statement in statements:
        db.execute(statement)
    db.execute("COMMIT")


def padded(values: Sequence[object]) -> tuple[object, ...]:
    """The values with the last repeated up to a size that `holes` has."""
    return (*values, *(values[-1] for _ in range(_size(len(values)) - len(values))))


@lru_cache
def holes(count: int) -> str:
    """Question marks for so many padded values: few sizes, so that statements stay prepared."""
    return ", ".join("?" * _size(count))


def _size(count: int) -> int:
    size = 1
    while size < count:
        size *= 4
    return size if count else 0
