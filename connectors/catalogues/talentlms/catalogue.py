"""TalentLMS as a catalogue: local search, links, enrolments, groups, and who has finished what."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

import aiohttp

from connectors.catalogues.config import TalentLmsConfig
from connectors.catalogues.port import Enrolled, Found, Group, NoCourse, Told
from connectors.catalogues.seen import BEGINNING, REMEMBERED, Seen, seen
from connectors.catalogues.shelf import Part, Row, Shelf
from connectors.catalogues.talentlms.client import Client, mail_of
from connectors.catalogues.talentlms.timeline import name_of, times
from connectors.catalogues.talentlms.wire import NAME, Happened, age, brief, course, points
from connectors.catalogues.telling import line
from core.courses.model import Capability, Course, Points, Progress

KEEP = 30 * 60.0
PATH = re.compile(r"/(?:[a-z]+/)*course[a-z]*/(?:[a-z]+/)*(?:id:)?([0-9]{1,15})(?:[/,].*)?")
SHORT = 100


class TalentLms:
    """TalentLMS, at the address of the organisation's own domain there."""

    name = NAME
    able: frozenset[Capability] = frozenset(
        {"search", "resolve", "enrol", "progress", "groups", "points"}
    )

    def __init__(
        self,
        config: TalentLmsConfig,
        session: aiohttp.ClientSession,
        now: Callable[[], datetime],
        seconds: float = 8.0,
    ) -> None:
        self._base, self._now = config.url.rstrip("/"), now
        self._client = Client(config, session, seconds)
        self._shelf = Shelf(self._part, keep=KEEP)

    def begin(self) -> None:
        """Fetches its courses, so that they are there when somebody looks for one."""
        self._shelf.begin()

    def knows(self, url: str) -> bool:
        """Whether it is the address of a course below ours."""
        return bool(self._id(url))

    async def resolve(self, url: str) -> Course:
        """What they say of it now."""
        id = self._id(url)
        if not id:
            raise NoCourse("unreadable", f"no link of {NAME}")
        return course(await self._client.lesson(id), self._base)

    async def search(self, words: str, *, cursor: str = "", limit: int = 10) -> Found:
        """Among all courses, as they were half an hour ago at most."""
        return await self._shelf.search(words, cursor=cursor, limit=limit)

    async def enrol(self, course: str, email: str, due: date | None) -> Enrolled:
        """Puts somebody on a course; TalentLMS takes no due date along."""
        if not await self._offered(course):
            raise NoCourse("gone", f"{NAME} does not offer it any more")
        user = await self._client.user(email)
        if not user:
            return "unknown"
        await self._client.enrol(course, user)
        return "enrolled"

    async def progress(self, since: str) -> Told:
        """What is new on the timeline; what stands there at first is old."""
        rows = [row for row in await self._client.completions() if row.course][:REMEMBERED]
        now, known = self._now(), seen(since)
        dated = zip(rows, times(rows), strict=True)
        news = {name_of(row): self._done(row, at or now) for row, at in dated}
        if known is None:
            return Told(until=Seen(BEGINNING, now).after(news, now).ended().text)
        return await self._told(known, news, {name_of(row): row for row in rows}, now)

    async def groups(self) -> Sequence[Group]:
        """All of them, by name."""
        found = await self._client.groups()
        return tuple(Group(id=str(one.id), name=line(one.name, SHORT)) for one in found)

    async def group(self, id: str) -> Group:
        """Its people by address, and its courses as the shelf knows them."""
        found = await self._client.group(id)
        mails = await self._client.people_of(id)
        courses = [brief(one, self._base) for one in await self._client.courses_of(id)]
        known = await self._shelf.known()
        return Group(
            id=str(found.id),
            name=line(found.name, SHORT),
            key=found.key or "",
            mails=tuple(mails),
            courses=tuple(known.get(one.id, one) for one in courses),
        )

    async def add(self, group: str, email: str) -> Enrolled:
        """Puts somebody into a group."""
        user = await self._client.user(email)
        if not user:
            return "unknown"
        await self._client.join(group, user)
        return "enrolled"

    async def points(self, email: str) -> Points | None:
        """Points, level and badges, if the account has them switched on."""
        user = await self._client.user(email)
        return points(await self._client.earned(user)) if user else None

    async def close(self) -> None:
        """Fetches no more."""
        await self._shelf.close()

    async def _offered(self, id: str) -> bool:
        """Whether people can have a course; asked for only where the shelf does not know."""
        known = (await self._shelf.known()).get(id)
        return not known.retired if known else (await self._client.lesson(id)).active

    async def _part(self, number: int) -> Part:
        lessons, last = await self._client.lessons(number)
        return Part([Row(course(one, self._base), age(one)) for one in lessons], last)

    async def _told(
        self, known: Seen, news: dict[str, Progress], rows: dict[str, Happened], now: datetime
    ) -> Told:
        """Those who are known by now; whoever is not is asked for the next time."""
        told: dict[str, Progress] = {}
        for name in known.fresh(news):
            try:
                told[name] = await self._signed(news[name], rows[name])
            except NoCourse:
                if not told:
                    raise
                break
        progress = tuple(one for one in told.values() if one.email)
        after = known.after(told, now)
        more = bool(after.fresh(news))
        return Told(progress, (after if more else after.ended()).text, more)

    async def _signed(self, one: Progress, row: Happened) -> Progress:
        """With the address of who it was, also where only an id is told."""
        if one.email or not row.user_id:
            return one
        try:
            user = await self._client.person(row.user_id)
        except NoCourse as error:
            if error.trouble != "gone":
                raise
            return one
        return Progress(
            catalogue=NAME, course=one.course, email=mail_of(user), done=one.done, percent=100
        )

    def _done(self, row: Happened, at: datetime) -> Progress:
        done = min(at, self._now())
        return Progress(catalogue=NAME, course=row.course, email=row.email, done=done, percent=100)

    def _id(self, url: str) -> str:
        """The course that an address below ours leads to, "" for none."""
        try:
            parts, ours = urlsplit(url), urlsplit(self._base)
            same = (parts.scheme, parts.netloc.lower()) == (ours.scheme, ours.netloc.lower())
        except ValueError:
            return ""
        found = PATH.fullmatch(parts.path) if same else None
        return found.group(1) if found else ""
