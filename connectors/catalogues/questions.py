"""What the product asks of catalogues, answered by the one that knows."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from connectors.catalogues.port import Catalogue, Found, Group, NoCourse
from core.courses.model import LINK, LINKS, Course, Points, packed
from core.engine.errors import RetryLater
from core.engine.ports import Answer, Asker, Reader

log = logging.getLogger("coterie.catalogues")

LIMIT = 10
SEARCH_SECONDS = 2.0
T = TypeVar("T")


class Questions:
    """Asks the catalogues that are set up; any link is the last of them."""

    def __init__(self, catalogues: Sequence[Catalogue]) -> None:
        self._all = tuple(catalogues)

    def askers(self) -> Mapping[str, Asker]:
        """By the names under which the product asks."""
        asks: Mapping[str, Callable[[Mapping[str, str]], Coroutine[None, None, Answer]]] = {
            "resolve": self._resolve,
            "search": self._search,
            "enrol": self._enrol,
            "progress": self._progress,
            "groups": self._groups,
            "group": self._group,
            "add": self._add,
            "points": self._points,
        }
        return {f"catalogues.{port}": _asker(ask) for port, ask in asks.items()}

    async def _resolve(self, asked: Mapping[str, str]) -> Answer:
        url = asked.get("url", "")
        if len(url) > LINK:
            raise NoCourse("nowhere", "too long")
        course = await self._knowing(url).resolve(url)
        return Answer(values={"course": packed(course)})

    async def _search(self, asked: Mapping[str, str]) -> Answer:
        """What each finds, one of each in turn; who is too slow is left out, unless all are."""
        words, cursor = asked.get("words", ""), asked.get("cursor", "")
        able = [one for one in self._all if "search" in one.able]
        if not able:
            raise NoCourse("off")
        searches = (one.search(words, cursor=cursor, limit=LIMIT) for one in able)
        told = await asyncio.gather(*map(_quick, searches))
        found = [one for one in told if isinstance(one, Found)]
        if not found:
            raise next(one for one in told if isinstance(one, NoCourse))
        most = max((len(one.courses) for one in found), default=0)
        turns = [one.courses[n] for n in range(most) for one in found if n < len(one.courses)]
        more = next((one.cursor for one in found if one.cursor), "") if len(able) == 1 else ""
        return Answer(values={"courses": packed(_once(turns)[:LIMIT])}, cursor=more)

    async def _enrol(self, asked: Mapping[str, str]) -> Answer:
        due = date.fromisoformat(asked["due"]) if asked.get("due") else None
        one = self._named(asked.get("catalogue", ""), "enrol")
        state = await one.enrol(asked.get("course", ""), asked.get("email", ""), due)
        return Answer(values={"state": state})

    async def _progress(self, asked: Mapping[str, str]) -> Answer:
        told = await self._named(asked.get("catalogue", ""), "progress").progress(
            asked.get("since", "")
        )
        more = "more" if told.more else ""
        return Answer(values={"progress": packed(told.progress), "until": told.until, "more": more})

    async def _groups(self, asked: Mapping[str, str]) -> Answer:
        found = await self._grouping(asked.get("catalogue", "")).groups()
        return Answer(values={"groups": _packed(found)})

    async def _group(self, asked: Mapping[str, str]) -> Answer:
        one = self._grouping(asked.get("catalogue", ""))
        return Answer(values={"group": _packed(await one.group(asked.get("group", "")))})

    async def _add(self, asked: Mapping[str, str]) -> Answer:
        one = self._grouping(asked.get("catalogue", ""))
        return Answer(
            values={"state": await one.add(asked.get("group", ""), asked.get("email", ""))}
        )

    async def _points(self, asked: Mapping[str, str]) -> Answer:
        """What each that counts anything says, if one of them does."""
        able = [one for one in self._all if "points" in one.able]
        told = await asyncio.gather(*(_points(one, asked.get("email", "")) for one in able))
        found = [one for one in told if isinstance(one, Points)]
        trouble = next((one for one in told if isinstance(one, NoCourse)), None)
        if not able or (trouble and not found):
            raise trouble or NoCourse("off")
        return Answer(values={"points": packed(found)})

    def _knowing(self, url: str) -> Catalogue:
        found = next((one for one in self._all if one.name != LINKS and one.knows(url)), None)
        return found or self._named(LINKS, "resolve")

    def _grouping(self, name: str) -> Catalogue:
        """The one that is named, else the first that has groups."""
        first = next((one.name for one in self._all if "groups" in one.able), "")
        return self._named(name or first, "groups")

    def _named(self, name: str, able: str) -> Catalogue:
        found = next((one for one in self._all if one.name == name and able in one.able), None)
        if found is None:
            raise NoCourse("off", name)
        return found


def _asker(ask: Callable[[Mapping[str, str]], Coroutine[None, None, Answer]]) -> Asker:
    """What goes wrong is told by one word; who asks for patience gets it."""

    async def answered(asked: Mapping[str, str], read: Reader) -> Answer:
        try:
            return await ask(asked)
        except NoCourse as error:
            log.info("no course: %s", error)
            if error.trouble == "busy" and error.after is not None:
                raise RetryLater(error.after, why=error.detail) from error
            return Answer(error=error.trouble)

    return answered


async def _quick(search: Coroutine[None, None, Found]) -> Found | NoCourse:
    """What a search finds in time, or why it does not."""
    try:
        async with asyncio.timeout(SEARCH_SECONDS):
            return await search
    except TimeoutError:
        return NoCourse("slow", "a search takes its time")
    except NoCourse as error:
        log.info("a search came to nothing: %s", error)
        return error


async def _points(one: Catalogue, email: str) -> Points | NoCourse | None:
    try:
        return await one.points(email)
    except NoCourse as error:
        return error


def _once(courses: Sequence[Course]) -> list[Course]:
    """Each once, the first of them."""
    return list({course.key: course for course in reversed(courses)}.values())[::-1]


def _packed(thing: Group | Sequence[Group]) -> str:
    return msgspec.json.encode(thing).decode()
