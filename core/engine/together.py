"""What many ask for one by one goes to the store together: while it is busy, the next pile up."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
A = TypeVar("A")


class Together(Generic[T, A]):
    """Calls `do` with whatever has come, one call at a time, and gives all of them its answer.

    After `pause` seconds, or when the call before it has come back, whichever is later.
    """

    def __init__(self, do: Callable[[Sequence[T]], Awaitable[A]], pause: float = 0.0) -> None:
        self._do, self._pause = do, pause
        self._pile: list[T] = []
        self._waiting: list[asyncio.Future[A]] = []
        self._going: asyncio.Task[None] | None = None

    async def ask(self, items: Sequence[T]) -> A:
        """The answer to all that went together with these; raises what `do` raises."""
        self._pile += items
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        if self._going is None:
            self._going = asyncio.create_task(self._go())
        return await answer

    async def _go(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._pause)
            pile, waiting = self._pile, self._waiting
            self._pile, self._waiting = [], []
            try:
                _tell(waiting, await self._do(pile))
            except Exception as error:  # noqa: BLE001 - it is told to everybody who waits
                _refuse(waiting, error)
        self._going = None


def _tell(waiting: Sequence[asyncio.Future[A]], answer: A) -> None:
    """Ends the wait of those who still wait."""
    for one in waiting:
        if not one.done():
            one.set_result(answer)


def _refuse(waiting: Sequence[asyncio.Future[A]], error: Exception) -> None:
    for one in waiting:
        if not one.done():
            one.set_exception(error)
