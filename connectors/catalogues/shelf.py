"""All courses of a provider that cannot search them itself: fetched beside, kept, and searched."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count

from msgspec import Struct

from connectors.catalogues.port import Found, NoCourse
from core.courses.model import Course

log = logging.getLogger("coterie.catalogues")

MOST = 100_000
TIMES, LONGEST, A_MOMENT = 5, 3600.0, 5.0
FIRST = 1000  # so many are shown while the rest of the first load is on its way, then twice as many
PATIENCE = 1.5
AGAIN = 300.0


class Row(Struct, frozen=True):
    """A course, when it was new, and by what else links call it."""

    course: Course
    at: float = 0.0
    names: tuple[str, ...] = ()


class Part(Struct, frozen=True):
    """One page of a provider's courses, and whether it says that it is the last."""

    rows: Sequence[Row]
    last: bool = False


Pages = Callable[[int], Awaitable[Part]]
"""Asks for a page, by its number from 1 on. Raises NoCourse."""


class Stock:
    """Courses as they are at one time, those that are offered the newest first."""

    def __init__(self, rows: Sequence[Row]) -> None:
        from connectors.catalogues.finder import Finder  # noqa: PLC0415 - numpy, once it is needed

        newest = sorted(rows, key=lambda row: -row.at)
        self.courses = tuple(row.course for row in newest if not row.course.retired)
        self.named = {name: row.course for row in reversed(newest) for name in row.names}
        self.named |= {row.course.id: row.course for row in newest}
        self._places = {course.id: place for place, course in enumerate(self.courses)}
        self._finder = Finder(self.courses)

    def search(self, words: str, cursor: str, limit: int) -> Found:
        """What fits best, from where the cursor says; the whole list for no words."""
        everything = range(len(self.courses))
        found = self._finder.find(words).tolist() if words.strip() else everything
        begin = self._begin(found, cursor) if cursor else 0
        places = found[begin : begin + limit]
        courses = tuple(self.courses[place] for place in places)
        end = begin + len(places)
        more = f"{end}.{courses[-1].id}" if courses and end < len(found) else ""
        return Found(courses, more)

    def _begin(self, found: Sequence[int], cursor: str) -> int:
        """After the last one that was shown, wherever it is by now; else after as many."""
        many, _, last = cursor.partition(".")
        place = self._places.get(last)
        if place is not None and place in found:
            return found.index(place) + 1
        return int(many) if many.isdecimal() and len(many) < len(str(MOST)) + 1 else len(found)


class Shelf:
    """Keeps what `pages` bring for so many seconds; what is older is shown until there is newer.

    A provider whose pages repeat, or never end, is read as far as they bring anything.
    """

    def __init__(
        self,
        pages: Pages,
        *,
        keep: float,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pages, self._keep, self._most, self._clock = pages, keep, most, clock
        self._stock: Stock | None = None
        self._due = 0.0
        self._failed: NoCourse | None = None
        self._whole = False
        self._something = asyncio.Event()
        self._loading: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Fetches beside what is missing or old."""
        if self._loading is None and self._clock() >= self._due:
            self._something.clear()
            self._loading = asyncio.create_task(self._load())
            self._loading.add_done_callback(_ended)

    async def search(self, words: str, *, cursor: str = "", limit: int = 10) -> Found:
        """The best of what is there; soon after the start that may not be everything."""
        return (await self._there()).search(words, cursor, limit)

    async def known(self) -> Mapping[str, Course]:
        """What is there, by ids and names; nothing before it was fetched."""
        with suppress(NoCourse):
            return (await self._there()).named
        return {}

    async def get(self, name: str) -> Course:
        """The course of this id or name; busy while it may still be on its way."""
        found = (await self._there()).named.get(name)
        if found is not None:
            return found
        raise NoCourse("gone" if self._whole else "busy", "not on the shelf", after=A_MOMENT)

    async def close(self) -> None:
        """Fetches nothing any more."""
        loading = self._loading
        if loading is not None:
            loading.cancel()
            with suppress(asyncio.CancelledError):
                await loading

    async def _there(self) -> Stock:
        """What there is, after a moment for the first of it to come. Raises NoCourse for none."""
        self.begin()
        if self._stock is None and self._loading is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._something.wait()
        if self._stock is not None:
            return self._stock
        failed = self._failed or NoCourse("busy", "courses are being fetched")
        raise NoCourse(failed.trouble, failed.detail, after=failed.after)

    async def _load(self) -> None:
        """Fetches all; when that fails halfway, half of it is better than nothing at all."""
        rows: dict[str, Row] = {}
        first, wait = self._stock is None, AGAIN
        try:
            await self._gather(rows, first=first)
            await self._show(rows)
            self._failed, self._whole, wait = None, True, self._keep
        except NoCourse as error:
            log.info("courses could not be fetched: %s", error)
            if first and rows:
                await self._show(rows)
            self._failed, wait = error, AGAIN if self._stock else 0.0
        finally:
            self._due, self._loading = self._clock() + wait, None
            self._something.set()

    async def _gather(self, rows: dict[str, Row], *, first: bool) -> None:
        """Page by page, until one brings nothing new."""
        shown = FIRST
        for number in count(1):
            part = await (self._patiently(number) if rows else self._pages(number))
            before = len(rows)
            rows |= {row.course.id: row for row in part.rows[: self._most - before]}
            if part.last or len(rows) == before:
                break
            if first and len(rows) >= shown:
                shown = 2 * len(rows)
                await self._show(rows)
        if not (rows or first):
            raise NoCourse("unreadable", "all courses are gone at once")

    async def _patiently(self, number: int) -> Part:
        """One of many pages, from a provider that may be slow or want us to wait."""
        for _ in range(TIMES):
            try:
                return await self._pages(number)
            except NoCourse as error:
                if error.trouble not in {"busy", "slow"}:
                    raise
                wait = A_MOMENT if error.after is None else error.after
                await asyncio.sleep(min(wait, LONGEST))
        return await self._pages(number)

    async def _show(self, rows: dict[str, Row]) -> None:
        """Sorts them in beside everything else that is going on."""
        self._stock = await asyncio.to_thread(Stock, tuple(rows.values()))
        self._something.set()


def _ended(loading: asyncio.Task[None]) -> None:
    """What nobody thought of is told: else it would be lost with its task."""
    error = None if loading.cancelled() else loading.exception()
    if error is not None:
        log.error("courses could not be fetched", exc_info=error)
