"""The requests to TalentLMS that we make. All raise NoCourse, and nothing else."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal, TypeVar

import aiohttp
import msgspec
from aiolimiter import AsyncLimiter

from connectors.catalogues.config import TalentLmsConfig
from connectors.catalogues.port import NoCourse
from connectors.catalogues.talentlms.wire import (
    NAME,
    Belongings,
    Earned,
    Happened,
    Id,
    Lesson,
    Named,
    One,
    Page,
    Quota,
    User,
)
from connectors.http.provider import Bounds, Key, Params, Provider, each
from core.engine.courier import retry_after

V1, V2 = "/api/v1", "/api/v2"
VERSION = "2025-07-01"
PAGE = 100
MOST_PAGES = 100
ID = re.compile(r"[0-9]{1,15}")
HOUR = 3600.0
LONGEST = 254
SHORT, LONG = (100, 5.0), (5000, HOUR)
"""Half of the 200 calls in 5 s and of the 10,000 in an hour: a full bucket and what flows in while
it is emptied are never more than is allowed. Smaller plans say 429, and are waited for."""

REPEATED = {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
"""How the second of the same may be told; no document says which."""

T = TypeVar("T")


class Client:
    """TalentLMS with our key."""

    def __init__(
        self, config: TalentLmsConfig, session: aiohttp.ClientSession, seconds: float = 8.0
    ) -> None:
        rates = (AsyncLimiter(*SHORT), AsyncLimiter(*LONG))
        bounds = Bounds(rates=rates, seconds=seconds, patience=patience)
        basic = b64encode(f"{config.api_key}:".encode()).decode()
        base = config.url.rstrip("/")
        version = {"X-API-Version": VERSION}
        key, old = Key({"X-API-Key": config.api_key}), Key({"Authorization": f"Basic {basic}"})
        self._v2 = Provider(NAME, base, session, key, headers=version, bounds=bounds)
        self._v1 = Provider(NAME, base, session, old, bounds=bounds)

    async def lessons(self, number: int) -> tuple[list[Lesson], bool]:
        """A page of all courses, and whether it is the last."""
        page = await self._page(f"{V2}/courses", number)
        return each(page.data, Lesson), _ends(page)

    async def lesson(self, id: str) -> Lesson:
        """One of them."""
        return await self._one(f"{V2}/courses/{_fit(id)}", Lesson)

    async def user(self, email: str) -> str:
        """The id of whoever has this address, "" for nobody."""
        wanted = email.strip().lower()
        if "@" not in wanted or len(wanted) > LONGEST or not wanted.isprintable():
            return ""
        page = await self._v2.get(f"{V2}/users", Page, [("filter[email][eq]", wanted)])
        same = (one for one in each(page.data, User) if mail_of(one) == wanted)
        return next((str(one.id) for one in same), "")

    async def person(self, id: Id) -> User:
        """Somebody, by id."""
        return await self._one(f"{V2}/users/{_fit(str(id))}", User)

    async def enrol(self, course: str, user: str) -> None:
        """Puts somebody on a course; once more changes nothing."""
        wish = {"course_id": int(_fit(course)), "user_id": int(_fit(user))}
        answer = await self._v2.send("POST", f"{V2}/enrollments", json=wish, fine=REPEATED)
        if answer.status in REPEATED:
            await self._has(user, "courses", course)

    async def join(self, group: str, user: str) -> None:
        """Puts somebody into a group; once more changes nothing."""
        wish = {"group_id": int(_fit(group)), "user_id": int(_fit(user))}
        answer = await self._v2.send("POST", f"{V2}/group-memberships", json=wish, fine=REPEATED)
        if answer.status in REPEATED:
            await self._has(user, "groups", group)

    async def groups(self) -> list[Named]:
        """All groups."""
        return await self._all(f"{V2}/groups", Named)

    async def group(self, id: str) -> Named:
        """One of them."""
        return await self._one(f"{V2}/groups/{_fit(id)}", Named)

    async def people_of(self, group: str) -> list[str]:
        """The addresses of those who are in a group."""
        people = await self._all(f"{V2}/users", User, [("filter[group_id][eq]", _fit(group))])
        return [mail for mail in dict.fromkeys(map(mail_of, people)) if mail]

    async def courses_of(self, group: str) -> list[Named]:
        """The courses of a group, by name."""
        return await self._all(f"{V2}/groups/{_fit(group)}/courses", Named)

    async def earned(self, user: str) -> Earned:
        """What somebody has earned. Raises NoCourse("off") where nobody earns anything."""
        try:
            return await self._one(f"{V2}/users/{_fit(user)}/gamification", Earned)
        except NoCourse as error:
            if error.trouble != "gone":
                raise
            raise NoCourse("off", f"{NAME} has its points switched off") from error

    async def completions(self) -> list[Happened]:
        """The last completions that the timeline of v1 tells; v2 lets nobody ask for them alone."""
        path = f"{V1}/gettimeline/event_type:course_completion"
        rows = await self._v1.get(path, list[msgspec.Raw])
        return each(rows, Happened)

    async def quota(self) -> tuple[int, int]:
        """How many calls are left in this hour, and of how many; -1 where it does not say."""
        told = await self._v1.get(f"{V1}/ratelimit", Quota)
        try:
            return int(told.remaining), int(told.limit)
        except ValueError:
            return -1, 0

    async def _one(self, path: str, kind: type[T]) -> T:
        found = await self._v2.get(path, One)
        rows = each([found.data], kind)
        if not rows:
            raise NoCourse("unreadable", f"{NAME} says nothing that we can read")
        return rows[0]

    async def _page(self, path: str, number: int, params: Params = ()) -> Page:
        asked = [*params, ("page[number]", str(number)), ("page[size]", str(PAGE))]
        return await self._v2.get(path, Page, asked)

    async def _all(self, path: str, kind: type[T], params: Params = ()) -> list[T]:
        """All pages, until one is the last, or repeats the one before."""
        found: list[T] = []
        before: Sequence[msgspec.Raw] = ()
        for number in range(1, MOST_PAGES + 1):
            page = await self._page(path, number, params)
            if page.data == before:
                break
            found += each(page.data, kind)
            if _ends(page):
                break
            before = page.data
        return found

    async def _has(self, user: str, what: Literal["courses", "groups"], id: str) -> None:
        """It was so already; else what was asked for makes no sense to them."""
        found = await self._one(f"{V2}/users/{_fit(user)}/{what}", Belongings)
        if id not in (str(one.id) for one in getattr(found, what)):
            raise NoCourse("gone", f"{NAME} has nobody in {what} of this id")


def _ends(page: Page) -> bool:
    """Whether a page says that it is the last, or brings nothing."""
    return not page.data or (page.links is not None and not page.links.next)


def mail_of(user: User) -> str:
    """An address as it is compared."""
    return (user.email or "").strip().lower()


def patience(headers: Mapping[str, str]) -> float | None:
    """How long to wait after a 429: as it says, or until the next hour has its own quota."""
    said = retry_after(headers)
    if said is not None or headers.get("X-RateLimit-Remaining") != "0":
        return said
    try:
        at = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return HOUR
    return HOUR - (at.minute * 60 + at.second)


def _fit(id: str) -> str:
    """An id that may stand in a path."""
    if not ID.fullmatch(id):
        raise NoCourse("gone", f"{NAME} has nothing by such an id")
    return id
