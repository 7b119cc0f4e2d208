"""One thread writes. What waits while it writes goes into its next transaction together.

So a disk that takes long to confirm costs everybody once, not each in turn. Nobody is answered
before the transaction is on disk; one that fails takes nothing of the others with it.
"""

import asyncio
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from connectors.stores.schema import Database
from core.engine.errors import StoreError

T = TypeVar("T")
Work = Callable[[Database], Any]
Then = Callable[[Any], None]
Op = tuple[Work, "Future[Any]", Then | None]
Answer = tuple["Future[Any]", Any, Exception | None]

AT_ONCE = 256


class Writer:
    """Runs what it is given in its thread, and hands the answers back to the loop."""

    def __init__(self, db: Database, explain: Callable[[Exception], Exception]) -> None:
        self._db = db
        self._explain = explain
        self._loop: AbstractEventLoop = asyncio.get_running_loop()
        self._waiting: SimpleQueue[Op | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="store-writer", daemon=True)
        self._open = True
        self._thread.start()

    async def do(self, work: Callable[[Database], T], then: Callable[[T], None] | None = None) -> T:
        """Answers once it is on disk. The work undoes itself by raising, and may run twice.

        It may go back to the savepoint `op`, or raise for want of it and be run again with it.
        `then` is told the answer in the thread that wrote, whether or not somebody still waits.
        """
        if not self._open:
            raise StoreError("the store is closed")
        answer: Future[T] = self._loop.create_future()
        self._waiting.put((work, answer, then))
        return await answer

    async def close(self) -> None:
        """Finishes what waits."""
        if self._open:
            self._open = False
            self._waiting.put(None)
            await self._loop.run_in_executor(None, self._thread.join)

    def _work(self) -> None:
        while (op := self._waiting.get()) is not None:
            ops = [op, *self._waiting_too()]
            answers = self._transact(ops)
            for (_, _, then), (_, value, error) in zip(ops, answers, strict=True):
                if then and not error:
                    then(value)
            with suppress(RuntimeError):  # the loop is gone, and with it everybody who asked
                self._loop.call_soon_threadsafe(_answer, answers)

    def _waiting_too(self) -> Iterator[Op]:
        with suppress(Empty):
            for _ in range(AT_ONCE):
                op = self._waiting.get_nowait()
                if op is None:
                    self._waiting.put(None)
                    return
                yield op

    def _transact(self, ops: list[Op]) -> list[Answer]:
        """All together; if one fails, once more with a savepoint for each, which costs double.

        A database that somebody else has is waited for once.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except Exception as error:  # noqa: BLE001 - it is told to everybody who waits
            self._undo()
            return self._refused(ops, error)
        try:
            return self._all(ops, _plainly)
        except Exception:  # noqa: BLE001 - whatever it was, it will come again
            self._undo()
        try:
            self._db.execute("BEGIN IMMEDIATE")
            return self._all(ops, self._carefully)
        except Exception as error:  # noqa: BLE001 - see above
            self._undo()
            return self._refused(ops, error)

    def _all(self, ops: list[Op], each: Callable[[Database, Op], Answer]) -> list[Answer]:
        answers = [each(self._db, op) for op in ops]
        self._db.execute("COMMIT")
        return answers

    def _refused(self, ops: list[Op], error: Exception) -> list[Answer]:
        return [(answer, None, self._explain(error)) for _, answer, _ in ops]

    def _undo(self) -> None:
        with suppress(Exception):  # then the next one cannot begin, and says why
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _carefully(self, db: Database, op: Op) -> Answer:
        work, answer, _ = op
        db.execute("SAVEPOINT op")
        try:
            value = work(db)
        except Exception as error:
            if not db.in_transaction:
                raise
            db.execute("ROLLBACK TO op")
            db.execute("RELEASE op")
            return answer, None, self._explain(error)
        db.execute("RELEASE op")
        return answer, value, None


def _plainly(db: Database, op: Op) -> Answer:
    work, answer, _ = op
    return answer, work(db), None


def _answer(answers: list[Answer]) -> None:
    for answer, value, error in answers:
        if answer.done():
            continue
        if error:
            answer.set_exception(error)
        else:
            answer.set_result(value)
