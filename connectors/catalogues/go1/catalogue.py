"""Go1 as a catalogue: search, links, enrolments, and who has finished what."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from hashlib import blake2s

import aiohttp

from connectors.catalogues.config import Go1Config
from connectors.catalogues.go1.client import ID, PAGE, Client
from connectors.catalogues.go1.links import Links
from connectors.catalogues.go1.people import People
from connectors.catalogues.go1.polling import Walk, begun, changed, marked
from connectors.catalogues.go1.wire import (
    Enrolment,
    Image,
    LearningObject,
    Lifecycle,
    Pending,
    Provider,
    Relevance,
)
from connectors.catalogues.port import Enrolled, Found, Group, NoCourse, Told
from connectors.catalogues.telling import instant, line, minutes, picture, plain
from core.courses.model import SUMMARY, TITLE, Capability, Course, Points, Progress

DEEPEST = 10_000  # Go1 pages no further
PAGES = 10
LOOKUPS = 20
WORDS = 200
SHORT = 60
OVER = frozenset({"retired", "removed"})
DONE = "completed"


class Go1Catalogue:
    """Go1. Without a portal nobody could open what a search finds, so there is none."""

    name = "go1"

    def __init__(
        self,
        config: Go1Config,
        session: aiohttp.ClientSession,
        now: Callable[[], datetime],
        seconds: float = 8.0,
    ) -> None:
        able: set[Capability] = {"resolve", "enrol", "progress"}
        able |= {"search"} if config.portal_url else set()
        able |= {"push"} if config.webhook_secret else set()
        self.able = frozenset(able)
        self._client, self._links = Client(config, session, seconds), Links(config.portal_url)
        self._people, self._now = People(self._client), now

    def knows(self, url: str) -> bool:
        """Whether a link leads to one of its courses."""
        return bool(self._links.id(url))

    async def resolve(self, url: str) -> Course:
        """What a link of its own leads to; a course that was retired says so."""
        id = self._links.id(url)
        if not id:
            raise NoCourse("unreadable", "no link of go1")
        found = self._course(await self._client.course(id), url)
        if found is None:
            raise NoCourse("unreadable", "go1 has no name for a course")
        return found

    async def search(self, words: str, *, cursor: str = "", limit: int = 10) -> Found:
        """What fits best; it ends where Go1 pages no further or says the same again."""
        if "search" not in self.able:
            raise NoCourse("off", "COTERIE_GO1_PORTAL_URL is not set")
        offset, before = _position(cursor)
        limit = max(1, min(limit, PAGE, DEEPEST - offset))
        if offset >= DEEPEST:
            return Found()
        asked = line(words.encode("utf-8", "ignore").decode(), WORDS)
        count, rows = await self._client.search(asked, offset, limit)
        page = _print(rows)
        if not count or page == before:
            return Found()
        there = [row for row in rows if _state(row) not in OVER][:limit]
        courses = tuple(course for row in there if (course := self._course(row)))
        more = count >= limit and offset + limit < DEEPEST
        return Found(courses, f"{offset + limit}.{page}" if more else "")

    async def enrol(self, course: str, email: str, due: date | None) -> Enrolled:
        """Puts somebody on a course; who is on it stays so."""
        if not ID.fullmatch(course):
            raise NoCourse("gone", "go1 has nothing by such an id")
        account = await self._people.account(email)
        if not account:
            return "unknown"
        try:
            await self._client.enrol(account, course, due)
        except NoCourse as error:
            if error.trouble in {"gone", "unreadable"}:
                self._people.forget(email)
            raise
        return "enrolled"

    async def progress(self, since: str) -> Told:
        """Who has finished what since then; what it costs to look people up bounds each answer."""
        now = self._now()
        if not since:
            return Told(until=begun(now).text)
        walk = Walk(self._client, marked(since, now), now)
        before = walk.mark
        for _ in range(PAGES):
            await walk.step()
            accounts = {str(row.user_account_id) for row in walk.found}
            if walk.ended or len(self._people.unknown(accounts)) >= LOOKUPS:
                break
        mails = await self._people.mails({str(row.user_account_id) for row in walk.found})
        progress = [one for row in walk.found if (one := _finished(row, mails))]
        more = not walk.ended and before.at <= walk.mark.at < now and walk.mark != before
        told = sorted(progress, key=lambda one: one.done or now)
        return Told(tuple(told), walk.mark.text, more)

    async def confirmed(self, enrolment: str) -> Progress | None:
        """What Go1 says of one enrolment, if it is finished. Raises NoCourse."""
        row = await self._client.enrolment(enrolment)
        if row.status != DONE:
            return None
        return _finished(row, await self._people.mails({str(row.user_account_id)}))

    async def groups(self) -> Sequence[Group]:
        """Go1's groups are not ours to read."""
        raise NoCourse("off", "go1 has no groups for us")

    async def group(self, id: str) -> Group:
        """Go1's groups are not ours to read."""
        raise NoCourse("off", "go1 has no groups for us")

    async def add(self, group: str, email: str) -> Enrolled:
        """Go1's groups are not ours to change."""
        raise NoCourse("off", "go1 has no groups for us")

    async def points(self, email: str) -> Points | None:
        """Go1 counts none."""
        raise NoCourse("off", "go1 counts no points")

    async def close(self) -> None:
        """Nothing is asked any more."""
        await self._client.tokens.close()

    def _course(self, row: LearningObject, given: str = "") -> Course | None:
        """A course as we know one; None where nobody could tell what it is."""
        id, title = str(row.lo_id or row.id), plain(row.core.title, TITLE)
        if not title or not ID.fullmatch(id):
            return None
        more, maker = row.relevance or Relevance(), row.provider or Provider()
        image = row.core.image or Image()
        return Course(
            catalogue=self.name,
            id=id,
            url=self._links.url(id, given),
            title=title,
            summary=plain(more.summary, SUMMARY) or plain(row.core.description, SUMMARY),
            image=picture(image.value),
            minutes=minutes(more.duration),
            provider=line(maker.name, SHORT),
            language=line(more.language, SHORT),
            kind=line(row.core.type, SHORT),
            leaves=_leaves(row.lifecycle),
            retired=_state(row) in OVER,
        )


def _state(row: LearningObject) -> str:
    return (row.lifecycle and row.lifecycle.state) or ""


def _leaves(cycle: Lifecycle | None) -> date | None:
    """The first day on which it will not be there any more."""
    pending = (cycle and cycle.pending_state) or Pending()
    days = (instant(pending.retired_time), instant(pending.removed_time))
    return min((day.date() for day in days if day), default=None)


def _finished(row: Enrolment, mails: dict[str, str]) -> Progress | None:
    """What a completed enrolment says; None where nobody has it any more."""
    email, at = mails.get(str(row.user_account_id), ""), instant(row.end_date) or changed(row)
    if not (email and at):
        return None
    return Progress(catalogue="go1", course=str(row.lo_id), email=email, done=at, percent=100)


def _position(cursor: str) -> tuple[int, str]:
    """Where the next page begins, and the print of the one before it."""
    offset, _, page = cursor.partition(".")
    fit = offset.isascii() and offset.isdecimal() and len(offset) <= len(str(DEEPEST))
    return (int(offset) if fit else 0), page


def _print(rows: Sequence[LearningObject]) -> str:
    """By what a page is known again."""
    ids = "\n".join(str(row.lo_id or row.id) for row in rows)
    return blake2s(ids.encode("utf-8", "replace"), digest_size=6).hexdigest()
