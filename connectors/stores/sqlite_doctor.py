"""What is wrong with a database in a file, and what to do about it. Nothing is changed in it."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.stores.codec import moment
from connectors.stores.schema import WAITING, Database, check
from core.checks import Check, fail, ok, warn
from core.engine.errors import StoreError

ROOM = 200 * 1024 * 1024
HEAD = b"SQLite format 3\0"
SECONDS = 5.0
STEPS = 100_000  # of SQLite's machine, between looks at the time
LATE = timedelta(minutes=5)
ELSEWHERE = "Name another file in COTERIE_DATABASE"
RESTORE = (
    "Stop Coterie, keep a copy of the file and of the one ending in -wal, and put the last backup"
    " in its place."
)
OLDEST = f"SELECT min(due) FROM jobs WHERE {WAITING}"  # noqa: S608 - of words of ours


def checks(path: Path, now: datetime, room: int = ROOM) -> list[Check]:
    """Looks at the file and around it, for seconds at most; `room`: bytes that should be free."""
    folder = next(part for part in path.absolute().parents if part.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        said = f"{folder} is no folder that we may write to."
        return [fail("database", said, f"{ELSEWHERE}, or allow it.")]
    if path.exists() and not _ours(path):
        said = f"{path} is no SQLite database that we may write to."
        return [fail("database", said, f"{ELSEWHERE}.")]
    return [_file(path, folder, room), *_inside(path, folder, now)]


def _file(path: Path, folder: Path, room: int) -> Check:
    free = shutil.disk_usage(folder).free
    if free >= room:
        return ok("database", f"{path} can be written.")
    said = f"Only {free >> 20} MB are left where {path} is."
    return warn("database", said, "Make some room soon: without it nothing can be taken in.")


def _ours(path: Path) -> bool:
    if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
        return False
    with path.open("rb") as file:
        return file.read(len(HEAD)) in {HEAD, b""}


def _inside(path: Path, folder: Path, now: datetime) -> Iterator[Check]:
    if not path.exists() or not path.stat().st_size:
        yield from _log(folder)
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            yield _whole(db)
            if check(db):
                yield _poison(db)
                yield _queue(db, now)
    except (sqlite3.Error, StoreError) as error:
        yield fail("database content", f"It cannot be read: {error}.", RESTORE)


def _log(folder: Path) -> Iterator[Check]:
    """Whether a write-ahead log can be kept there; says something only if not."""
    with TemporaryDirectory(dir=folder) as there:
        try:
            with closing(sqlite3.connect(Path(there, "try.db"))) as db:
                mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.Error as error:
            mode = str(error)
    if mode != "wal":
        said = f"SQLite cannot keep its write-ahead log in {folder}: is it a network drive?"
        yield fail("database log", said, f"{ELSEWHERE}, on a disk of this machine.")


def _whole(db: sqlite3.Connection) -> Check:
    """Whether it is undamaged, as far as a few seconds show."""
    end = time.monotonic() + SECONDS
    db.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    try:
        told = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        said = f"Nothing is wrong in what could be read in {SECONDS:g} s; it is large."
        return ok("database content", said)
    finally:
        db.set_progress_handler(None, 0)
    if told != "ok":
        return fail("database content", f"It is damaged: {told}.", RESTORE)
    return ok("database content", "Undamaged.")


def _poison(db: Database) -> Check:
    many = db.execute("SELECT count(*) FROM (SELECT 1 FROM poison LIMIT 1000)").fetchone()[0]
    if not many:
        return ok("poison", "Every event that came in could be handled.")
    said = f"{many} events could not be handled, a fault of ours. They are kept."
    todo = "The table `poison` says why, in `why`. Please report that, without names."
    return warn("poison", said, todo)


def _queue(db: Database, now: datetime) -> Check:
    first = db.execute(OLDEST).fetchone()[0]
    late = now - moment(first) if first is not None else timedelta()
    if late <= LATE:
        return ok("queue", "Nothing that is due has waited long.")
    said = f"What is due has been waiting since {moment(first).astimezone(UTC):%Y-%m-%d %H:%M} UTC."
    return warn("queue", said, "It goes out while Coterie runs; /ready and /metrics say more.")
