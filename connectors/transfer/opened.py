"""What the addresses of a copy stand for: a database, or a file."""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from connectors.stores.archive import SqliteSource, SqliteTarget
from connectors.stores.entries import RUNNING, Refused, Source, Target
from connectors.stores.mongo.archive import MongoSource, MongoTarget
from connectors.stores.schema import Owned
from connectors.transfer.file import FileSource
from connectors.transfer.filing import FileTarget
from core.engine.ports import Record
from core.engine.records import ENGINE

SQLITE = "sqlite:///"
MONGO = ("mongodb://", "mongodb+srv://")
CARRIED = timedelta(days=5)  # and today: a day before MongoDB forgets an id by itself
MISSING = "there is no such file"
UNKNOWN = "that is no kind of database that Coterie knows"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """What this Coterie keeps: kinds of records besides the engine's, and boards with a top."""

    records: Sequence[type[Record]]
    ranked: Collection[str]


def sqlite(where: str) -> Path | None:
    """The file of a SQLite database."""
    return Path(where.removeprefix(SQLITE)) if where.startswith(SQLITE) else None


def file(where: str) -> Path | None:
    """The file of an export."""
    return None if "://" in where else Path(where)


async def source(where: str, kinds: Kinds, made: datetime, stack: AsyncExitStack) -> Source:
    """What is copied from. Raises Refused where there is none, or somebody uses it."""
    path = file(where) or sqlite(where)
    if path and not path.is_file():
        raise Refused(MISSING)
    if path and file(where):
        return FileSource(path, (*ENGINE, *kinds.records))
    if path:
        store = SqliteSource(path, records=kinds.records, ranked=kinds.ranked)
        return await _alone(store, stack)
    if where.startswith(MONGO):
        since = made.replace(hour=0, minute=0, second=0, microsecond=0) - CARRIED
        return await stack.enter_async_context(
            MongoSource(where, records=kinds.records, ranked=kinds.ranked, since=since)
        )
    raise Refused(UNKNOWN)


async def target(where: str, kinds: Kinds, made: datetime, stack: AsyncExitStack) -> Target:
    """What is copied to. Raises Refused where somebody uses it."""
    if path := file(where):
        written = FileTarget(path, made)
        stack.callback(written.close)
        return written
    if path := sqlite(where):
        store = SqliteTarget(path, records=kinds.records, ranked=kinds.ranked)
        return await _alone(store, stack)
    if where.startswith(MONGO):
        return await stack.enter_async_context(
            MongoTarget(where, records=kinds.records, ranked=kinds.ranked)
        )
    raise Refused(UNKNOWN)


async def _alone(store: AbstractAsyncContextManager[T], stack: AsyncExitStack) -> T:
    try:
        return await stack.enter_async_context(store)
    except Owned as error:
        raise Refused(RUNNING) from error
