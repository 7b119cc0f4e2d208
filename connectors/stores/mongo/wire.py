"""The driver: how it is set up, its transactions with their rules for trying again, its errors.

Nothing is used but what motor shares with the async client of pymongo itself. They differ in what
is awaited: there `start_transaction` and closing a client are, and `start_session` is not.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

from bson.errors import BSONError
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo.errors import BulkWriteError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.results import BulkWriteResult

from core.engine.errors import StoreError

Document: TypeAlias = dict[str, Any]
Client: TypeAlias = AsyncIOMotorClient[Document]
Collection: TypeAlias = AsyncIOMotorCollection[Document]
Database: TypeAlias = AsyncIOMotorDatabase[Document]
Operations: TypeAlias = list[Any]
T = TypeVar("T")

TRANSIENT = "TransientTransactionError"
UNKNOWN = "UnknownTransactionCommitResult"
DUPLICATE = 11000
PAUSE, LONGEST = 0.002, 0.1


class Again(Exception):
    """What was read has changed before it was written."""


class Collections(Protocol):
    """A database, as far as its collections go."""

    def __getitem__(self, name: str, /) -> Collection:
        """The collection of this name."""


class Made(dict[str, Collection]):
    """Each collection made once: the driver makes another whenever it is asked, which costs."""

    def __init__(self, db: Database) -> None:
        super().__init__()
        self._db = db

    def __missing__(self, name: str) -> Collection:
        made = self[name] = self._db[name]
        return made


@dataclass(slots=True)
class Transaction:
    """What is written together. `doubtful`: an earlier try may have been committed or not."""

    session: AsyncIOMotorClientSession
    doubtful: bool = False


Work = Callable[[Transaction], Awaitable[T]]


def connected(uri: str, patience: float) -> Client:
    """A client that asks for no more than so many seconds, and believes what most have written."""
    wait = int(patience * 1000)
    return AsyncIOMotorClient(
        uri,
        appname="coterie",
        w="majority",
        readConcernLevel="majority",
        connectTimeoutMS=wait,
        serverSelectionTimeoutMS=wait,
        socketTimeoutMS=2 * wait,
    )


@contextmanager
def explained() -> Iterator[None]:
    """Turns what the driver raises into a StoreError."""
    try:
        yield
    except (PyMongoError, BSONError, OverflowError) as error:
        raise StoreError(f"the database says: {said(error)}") from error


def said(error: Exception) -> str:
    """What may be logged: where something was written, the driver's own words quote it."""
    if isinstance(error, PyMongoError) and not isinstance(error, OperationFailure):
        return str(error).partition(", Timeout:")[0]
    code = getattr(error, "code", None)
    return type(error).__name__ + (f" {code}" if code else "")


async def written(where: Collection, operations: Operations, tx: Transaction) -> BulkWriteResult:
    """Writes these in any order. Raises Again where somebody else was first to write one."""
    try:
        return await where.bulk_write(operations, ordered=False, session=tx.session)
    except BulkWriteError as error:
        if any(it["code"] == DUPLICATE for it in error.details["writeErrors"]):
            raise Again from error
        raise


class Transactions:
    """One after another, as in a single writer: what one process does never meets itself."""

    def __init__(self, client: Client, patience: float) -> None:
        self.lock = asyncio.Lock()
        self._client = client
        self._patience = patience
        self._running: set[asyncio.Task[Any]] = set()
        self._session: AsyncIOMotorClientSession | None = None

    async def session(self) -> AsyncIOMotorClientSession:
        """The one of all transactions: others can end what we leave open in it."""
        if self._session is None:
            self._session = await self._client.start_session()
        return self._session

    async def run(self, work: Work[T]) -> T:
        """The answer of the work, once it is committed. It runs again where the rules say so.

        Whoever stops waiting does not stop it. What `work` raises is raised, with nothing done.
        """
        task = asyncio.ensure_future(self._run(work))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may be waiting for it any more

    async def finished(self) -> None:
        """Waits for what is being written."""
        while self._running:
            await asyncio.wait(self._running)

    async def _run(self, work: Work[T]) -> T:
        async with self.lock:
            with explained():
                return await self._tried(Transaction(await self.session()), work)

    async def _tried(self, tx: Transaction, work: Work[T]) -> T:
        until, pause = time.monotonic() + self._patience, PAUSE
        while True:
            try:
                return await self._once(tx, work, until)
            except (PyMongoError, Again) as error:
                if not _transient(error) or time.monotonic() > until:
                    raise _given_up(error) from error
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST)

    async def _once(self, tx: Transaction, work: Work[T], until: float) -> T:
        tx.session.start_transaction(read_concern=ReadConcern("snapshot"))
        try:
            answer = await work(tx)
        except BaseException:
            with suppress(PyMongoError):  # it is over anyway
                await tx.session.abort_transaction()
            raise
        await self._commit(tx, until)
        return answer

    async def _commit(self, tx: Transaction, until: float) -> None:
        """Asks for the same commit again as long as its result is unknown."""
        while True:
            try:
                return await tx.session.commit_transaction()
            except PyMongoError as error:
                tx.doubtful = True
                if not error.has_error_label(UNKNOWN) or time.monotonic() > until:
                    raise
            await asyncio.sleep(PAUSE)


def _transient(error: Exception) -> bool:
    if isinstance(error, PyMongoError):
        return error.has_error_label(TRANSIENT)
    return isinstance(error, Again)


def _given_up(error: Exception) -> Exception:
    if isinstance(error, Again):
        return StoreError("the database changes faster than it can be written")
    return error
