"""What was read is remembered for a while, and what several ask for at once is read once."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from connectors.catalogues.port import NoCourse, Trouble
from core.courses.model import Course

MOST = 10_000
GOOD, BAD = 3600.0, 300.0
STALE = 24 * 3600.0
PASSING: frozenset[Trouble] = frozenset({"slow", "unreadable", "busy", "nowhere", "refused"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What came of a link, good until then; a course that can not be read again just now stays."""

    until: float
    read: float = 0.0
    course: Course | None = None
    trouble: Trouble = "unreadable"
    detail: str = ""

    def told(self) -> Course:
        """The course. Raises NoCourse where there is none."""
        if self.course is None:
            raise NoCourse(self.trouble, self.detail)
        return self.course


class Remembered:
    """Reads links by `read`, which raises NoCourse and nothing else."""

    def __init__(
        self,
        read: Callable[[str], Awaitable[Course]],
        clock: Callable[[], float] = time.monotonic,
        most: int = MOST,
    ) -> None:
        self._read, self._clock, self._most = read, clock, most
        self._kept: dict[str, Kept] = {}
        self._reading: dict[str, asyncio.Task[Kept]] = {}

    async def get(self, url: str) -> Course:
        """What there is, from memory if it is fresh. Raises NoCourse."""
        kept = self._kept.get(url)
        if kept is not None and self._clock() < kept.until:
            return kept.told()
        reading = self._reading.get(url)
        if reading is None:
            reading = self._reading[url] = asyncio.create_task(self._again(url, kept))
        return (await asyncio.shield(reading)).told()

    async def close(self) -> None:
        """Whatever is being read is let go."""
        reading = tuple(self._reading.values())
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)

    async def _again(self, url: str, before: Kept | None) -> Kept:
        try:
            kept = await self._fresh(url, before)
        finally:
            del self._reading[url]
        self._kept.pop(url, None)
        self._kept[url] = kept
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return kept

    async def _fresh(self, url: str, before: Kept | None) -> Kept:
        try:
            course = await self._read(url)
        except NoCourse as error:
            now = self._clock()
            if before and error.trouble in PASSING and now < before.read + STALE:
                return Kept(until=now + BAD, read=before.read, course=before.course)
            return Kept(until=now + BAD, trouble=error.trouble, detail=error.detail)
        return Kept(until=self._clock() + GOOD, read=self._clock(), course=course)
