"""The requests to Go1's API v3 that we make. All raise NoCourse, and nothing else."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from http import HTTPStatus

import aiohttp
from aiolimiter import AsyncLimiter

from connectors.catalogues.config import Go1Config
from connectors.catalogues.go1.tokens import Tokens
from connectors.catalogues.go1.wire import (
    Account,
    Enrolment,
    Failure,
    Id,
    LearningObject,
    Page,
)
from connectors.catalogues.port import NoCourse
from connectors.http.provider import Bounds, Provider, each

VERSION = {"Api-Version": "2025-01-01"}
PAGE, STEP = 50, 25
RATE = 3.0
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
INCLUDE = [("include[]", part) for part in ("core", "relevance", "provider", "lifecycle")]
KINDS = [
    ("type[]", kind)
    for kind in ("course", "playlist", "document", "link", "interactive", "text", "video", "audio")
]
"""What is whole in itself, and no part of something else."""


class Client:
    """Go1 with our token.

    Go1 publishes no limit: we take six requests a second, three of which no queue of work can eat,
    and ten at once where people type.
    """

    def __init__(
        self, config: Go1Config, session: aiohttp.ClientSession, seconds: float = 8.0
    ) -> None:
        self.tokens = Tokens(config, session)

        def within(burst: int) -> Provider:
            bounds = Bounds(rates=(AsyncLimiter(burst, burst / RATE),), seconds=seconds)
            return Provider("go1", config.url, session, self.tokens, headers=VERSION, bounds=bounds)

        self._ask, self._work = within(10), within(3)

    async def search(self, words: str, offset: int, limit: int) -> tuple[int, list[LearningObject]]:
        """How many came, and those of them that can be read; the newest for no words."""
        best = [("keyword", words), ("sort", "relevance")]
        how = best if words else [("sort", "created"), ("order", "desc")]
        where = [("limit", str(limit)), ("offset", str(offset))]
        page = await self._ask.get("/learning-objects", Page, [*how, *where, *KINDS, *INCLUDE])
        return len(page.hits), each(page.hits, LearningObject)

    async def course(self, id: str) -> LearningObject:
        """One, whatever its state."""
        return await self._ask.get(f"/learning-objects/{_fit(id)}", LearningObject, INCLUDE)

    async def accounts(self, email: str) -> Sequence[Account]:
        """Who may have this address: whoever asks looks at it again."""
        page = await self._work.get(
            "/user-accounts", Page, [("email", email), ("limit", str(PAGE))]
        )
        return each(page.hits, Account)

    async def account(self, id: str) -> Account:
        """Somebody."""
        return await self._work.get(f"/user-accounts/{_fit(id)}", Account)

    async def enrol(self, account: str, course: str, due: date | None) -> None:
        """Puts an account on a course; once more changes nothing."""
        wish = {
            "enrollment_type": "assigned",
            "status": "not-started",
            "user_account_id": account,
            "lo_id": _fit(course),
            **({"due_date": f"{due.isoformat()}T23:59:59Z"} if due else {}),
        }
        fine = {HTTPStatus.CONFLICT}
        answer = await self._work.send("POST", "/enrollments", json=wish, fine=fine)
        if answer.status == HTTPStatus.CONFLICT:
            code = self._work.read(answer, Failure).error_code
            if code != "enrollment_exists":
                raise NoCourse("unreadable", "go1 POST /enrollments: 409 of an unknown kind")

    async def enrolment(self, id: str) -> Enrolment:
        """One."""
        return await self._work.get(f"/enrollments/{_fit(id)}", Enrolment)

    async def completed(self, since: datetime, offset: int) -> tuple[int, list[Enrolment]]:
        """How many came of those completed since then, and those of them that can be read."""
        asked = [
            ("status", "completed"),
            ("update_time_gte", f"{since:%Y-%m-%dT%H:%M:%SZ}"),
            ("sort", "updated_time"),
            ("order", "asc"),
            ("limit", str(STEP)),
            ("offset", str(offset)),
        ]
        page = await self._work.get("/enrollments", Page, asked)
        return len(page.hits), each(page.hits, Enrolment)


def _fit(id: Id) -> str:
    """An id that may stand in a path."""
    if not ID.fullmatch(str(id)):
        raise NoCourse("gone", "go1 has nothing by such an id")
    return str(id)
