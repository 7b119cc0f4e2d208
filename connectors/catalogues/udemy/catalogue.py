"""Udemy Business as a catalogue: local search, links, and who has finished what."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
from msgspec.structs import replace

from connectors.catalogues.config import UdemyConfig
from connectors.catalogues.port import Enrolled, Found, Group, NoCourse, Told
from connectors.catalogues.seen import REMEMBERED, Seen, print_of, seen
from connectors.catalogues.shelf import Part, Shelf
from connectors.catalogues.udemy.client import Client
from connectors.catalogues.udemy.wire import NAME, finished, full, row, slug
from core.courses.model import Capability, Course, Points

KEEP = 24 * 3600.0
A_WHILE = timedelta(minutes=5)
MOST_PAGES = 2_000
PUBLIC = frozenset({"udemy.com", "www.udemy.com"})


class Udemy:
    """Udemy Business, at the address of the organisation's own domain there."""

    name = NAME
    able: frozenset[Capability] = frozenset({"search", "resolve", "progress"})

    def __init__(
        self,
        config: UdemyConfig,
        session: aiohttp.ClientSession,
        now: Callable[[], datetime],
        seconds: float = 8.0,
    ) -> None:
        self._base, self._now = config.url.rstrip("/"), now
        self._client = Client(config, session, seconds)
        self._shelf = Shelf(self._part, keep=KEEP)
        self._whole: float | None = None

    def begin(self) -> None:
        """Fetches its courses, so that they are there when somebody looks for one."""
        self._shelf.begin()

    def knows(self, url: str) -> bool:
        """Whether it is the address of a course, below ours or for everybody."""
        return bool(self._slug(url))

    async def resolve(self, url: str) -> Course:
        """The course of this name: nothing but the whole list knows it."""
        name = self._slug(url)
        if not name:
            raise NoCourse("unreadable", f"no link of {NAME}")
        return await self._shelf.get(name)

    async def search(self, words: str, *, cursor: str = "", limit: int = 10) -> Found:
        """Among all courses, as they were yesterday at the earliest."""
        return await self._shelf.search(words, cursor=cursor, limit=limit)

    async def enrol(self, course: str, email: str, due: date | None) -> Enrolled:
        """Nobody can be enrolled from outside."""
        raise NoCourse("off", f"{NAME} enrols nobody")

    async def progress(self, since: str) -> Told:
        """A page of what people did, as far as it is new and finished."""
        now, known = self._now(), seen(since)
        if known is None:
            return Told(until=Seen(now - A_WHILE, now).text)
        rows, last = await self._client.activity(known.page, known.start.date())
        self._whole = full(rows) or self._whole
        news = finished(rows[:REMEMBERED], self._whole)
        told = {name: news[name] for name in known.fresh(news)}
        progress, after = tuple(told.values()), known.after(told, now)
        if after.fresh(news):
            return Told(progress, after.text, more=True)
        print = print_of(f"{one.user_email}/{one.course_id}" for one in rows)
        if last or print == known.print or known.page >= MOST_PAGES:
            return Told(progress, after.ended().text)
        turned = replace(after, page=known.page + 1, print=print)
        return Told(progress, turned.text, more=True)

    async def groups(self) -> Sequence[Group]:
        """Its groups are not ours to read."""
        raise NoCourse("off", f"{NAME} has no groups for us")

    async def group(self, id: str) -> Group:
        """Its groups are not ours to read."""
        raise NoCourse("off", f"{NAME} has no groups for us")

    async def add(self, group: str, email: str) -> Enrolled:
        """Its groups are not ours to change."""
        raise NoCourse("off", f"{NAME} has no groups for us")

    async def points(self, email: str) -> Points | None:
        """It counts none that it would tell."""
        raise NoCourse("off", f"{NAME} counts no points")

    async def close(self) -> None:
        """Fetches no more."""
        await self._shelf.close()

    async def _part(self, number: int) -> Part:
        lessons, last = await self._client.lessons(number)
        return Part([row(one, self._base) for one in lessons], last)

    def _slug(self, url: str) -> str:
        """The name of the course that an address leads to, "" for none."""
        try:
            parts, ours = urlsplit(url), urlsplit(self._base)
            here = (parts.scheme, parts.netloc.lower())
        except ValueError:
            return ""
        known = here == (ours.scheme, ours.netloc.lower())
        public = here[0] == "https" and here[1] in PUBLIC
        return slug(url).lower() if known or public else ""
