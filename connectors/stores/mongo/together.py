"""One call for many: what is asked for while one is under way is done in the next, all at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Together(Generic[A, B]):
    """Does `work` with all that has been asked for; everybody gets the answer to all of it.

    Whoever stops waiting does not stop it.
    """

    def __init__(self, work: Callable[[Sequence[A]], Awaitable[B]]) -> None:
        self._work = work
        self._lock = asyncio.Lock()
        self._waiting: list[A] = []
        self._next: asyncio.Task[B] | None = None

    async def do(self, items: Sequence[A]) -> B:
        """The answer, once these were done with others."""
        self._waiting += items
        if self._next is None:
            self._next = asyncio.create_task(self._run())
            self._next.add_done_callback(_heard)
        return await asyncio.shield(self._next)

    async def _run(self) -> B:
        async with self._lock:
            items, self._waiting, self._next = self._waiting, [], None
            return await self._work(items)


def _heard(task: "asyncio.Task[Any]") -> None:
    """Perhaps nobody waits for it any more."""
    if not task.cancelled():
        task.exception()
