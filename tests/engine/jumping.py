"""A loop whose time jumps to whatever comes next, so that an hour of waiting takes no time.

It waits for the threads of a store as long as they need: for them no time passes.
"""

import asyncio
import selectors
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import ParamSpec, Self, TypeVar

from connectors.stores.sqlite import SqliteStore

P = ParamSpec("P")
T = TypeVar("T")

BEGIN = 1_000.0
LONGEST = 5.0  # seconds of real time in which a thread, or anything at all, has to answer


class Selector(selectors.DefaultSelector):
    """Jumps instead of waiting, unless somebody works in a thread."""

    at = BEGIN
    working = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if found or timeout == 0.0:
            return found
        if self.working or timeout is None:
            return super().select(LONGEST)
        self.at += max(0.0, timeout)
        return []


class Jumping(asyncio.SelectorEventLoop):
    """The loop."""

    def __init__(self) -> None:
        self.selector = Selector()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.at

    @contextmanager
    def working(self) -> Iterator[None]:
        """As long as a thread works for somebody."""
        self.selector.working += 1
        try:
            yield
        finally:
            self.selector.working -= 1


class PatientStore(SqliteStore):
    """The real store, for whose threads the time stands still."""

    async def open(self) -> Self:
        await super().open()
        setattr(self._writer, "do", _waited(self._writer.do))  # noqa: B010 - its threads are its own
        setattr(self._open, "scan", _waited(self._open.scan))  # noqa: B010
        return self


def _waited(do: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    async def done(*args: P.args, **more: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Jumping)
        with loop.working():
            return await do(*args, **more)

    return done


def run(work: Coroutine[object, object, T]) -> T:
    """Runs this in jumping time, which the engine's own clock follows."""
    real = time.monotonic
    with asyncio.Runner(loop_factory=Jumping) as runner:
        loop = runner.get_loop()
        time.monotonic = loop.time
        try:
            return runner.run(work)
        finally:
            time.monotonic = real
