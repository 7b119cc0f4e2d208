"""The sandbox's own catalogue: fictional courses, to be sent, opened and finished on our pages."""

import asyncio
import re
from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from msgspec.structs import replace

from connectors.catalogues.fictional import COURSES, NAME
from connectors.catalogues.port import Enrolled, Found, Group, NoCourse, Told
from connectors.catalogues.shelf import Row, Stock
from core.courses.model import Capability, Course, Points, Progress

PATH = re.compile(r"/demo/([a-z-]{1,60})/?")
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
KNOWN = re.compile(r"[a-z0-9.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){0,4}example(?:\.com)?")
CURSOR = re.compile(r"([0-9]{20})\.([0-9]{1,9})")
A_PAGE, MOST = 200, 10_000


class Register:
    """Who has finished what, for as long as the service runs."""

    def __init__(self, began: datetime) -> None:
        self._run = began.strftime("%Y%m%d%H%M%S%f")
        self._lines: dict[tuple[str, str, datetime], Progress] = {}

    def finish(self, course: str, email: str, at: datetime) -> None:
        """Somebody has finished, perhaps once more; two presses in a minute are one."""
        line = Progress(catalogue=NAME, course=course, email=email, done=at, percent=100)
        if len(self._lines) < MOST:
            self._lines.setdefault((course, email, at.replace(second=0, microsecond=0)), line)

    def finished(self, email: str) -> int:
        """How many courses somebody has finished."""
        return len({course for course, who, _ in self._lines if who == email})

    def since(self, cursor: str) -> Told:
        """What came after; everything after what another run of the service said."""
        found = CURSOR.fullmatch(cursor)
        begin = len(self._lines)
        if found:
            begin = int(found.group(2)) if found.group(1) == self._run else 0
        lines = tuple(self._lines.values())[begin : begin + A_PAGE]
        end = begin + len(lines)
        return Told(lines, f"{self._run}.{end}", end < len(self._lines))


class Demo:
    """Courses below `url`; whoever is fictional is known here."""

    name = NAME
    able: frozenset[Capability] = frozenset({"search", "resolve", "enrol", "progress", "points"})

    def __init__(self, url: str, register: Register, courses: Sequence[Course] = COURSES) -> None:
        self._base = urlsplit(url)
        self.register = register
        self.courses = {one.id: replace(one, url=f"{url}{one.url}") for one in courses}
        self.enrolled: dict[str, set[str]] = {}
        self._stock: Stock | None = None

    def knows(self, url: str) -> bool:
        """By our address; what this machine calls itself may differ."""
        try:
            parts = urlsplit(url)
            here = (parts.hostname or "", parts.port)
            ours = (self._base.hostname or "", self._base.port)
        except ValueError:
            return False
        same = here == ours or (here[0] in LOCAL and ours[0] in LOCAL and here[1] == ours[1])
        return same and PATH.fullmatch(parts.path) is not None

    async def resolve(self, url: str) -> Course:
        """The course of one of our pages."""
        found = PATH.fullmatch(urlsplit(url).path) if self.knows(url) else None
        return self._offered(found.group(1) if found else "")

    async def search(self, words: str, *, cursor: str = "", limit: int = 10) -> Found:
        """Those that fit."""
        if self._stock is None:
            rows = [Row(course) for course in self.courses.values()]
            self._stock = await asyncio.to_thread(Stock, rows)
        return self._stock.search(words, cursor, limit)

    async def enrol(self, course: str, email: str, due: date | None) -> Enrolled:
        """Notes it down; nobody has to be enrolled to open a page of ours."""
        known = self._offered(course)
        mail = email.strip().lower()
        if not KNOWN.fullmatch(mail):
            return "unknown"
        self.enrolled.setdefault(mail, set()).add(known.id)
        return "enrolled"

    async def progress(self, since: str) -> Told:
        """Who has pressed the button on a course's page."""
        return self.register.since(since)

    async def groups(self) -> Sequence[Group]:
        """There are none."""
        raise NoCourse("off", self.name)

    async def group(self, id: str) -> Group:
        """There are none."""
        raise NoCourse("off", self.name)

    async def add(self, group: str, email: str) -> Enrolled:
        """There are none."""
        raise NoCourse("off", self.name)

    async def points(self, email: str) -> Points | None:
        """Ten for each course that somebody has finished, a level for every three."""
        mail = email.strip().lower()
        if not KNOWN.fullmatch(mail):
            return None
        n = self.register.finished(mail)
        badges = ("First course",) if n else ()
        return Points(provider="Demo catalogue", points=10 * n, level=1 + n // 3, badges=badges)

    async def close(self) -> None:
        """Nothing is held."""

    def _offered(self, id: str) -> Course:
        found = self.courses.get(id)
        if found is None or found.retired:
            raise NoCourse("gone", id[:60])
        return found
