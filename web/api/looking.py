"""What may be sent, and to whom."""

import asyncio

import msgspec
from aiohttp import web

from core.cohorts.access import run_by
from core.cohorts.model import leads
from core.courses.model import courses_in
from core.engine.errors import DeliveryError
from web.api import asked, shown
from web.api.access import Caller
from web.api.house import House
from web.api.problems import Problem, answered

SEARCH_SECONDS = 2.5
UNANSWERED = "The catalogues do not answer now. Please try again."
WORDS = 200


class Looking:
    """Looks up, and changes nothing."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def cohorts(self, request: web.Request, me: Caller) -> web.Response:
        """Those that this person leads."""
        asked.page(request)
        found = await run_by(self._house.reader, me.person.id)
        items = [shown.cohort(one) for one in found if leads(one, me.person.id)]
        return answered({"items": items, "cursor": ""})

    async def courses(self, request: web.Request, me: Caller) -> web.Response:
        """What the catalogues find."""
        words = request.query.get("search", "").strip()
        if not words or len(words) > WORDS:
            raise asked.invalid("search", "Say what to look for, in at most 200 signs.")
        question = {"words": words, "cursor": request.query.get("cursor", "")[:WORDS]}
        try:
            async with asyncio.timeout(SEARCH_SECONDS):
                found = await self._house.asks["catalogues.search"](question, self._house.reader)
            items = courses_in(found.values.get("courses", ""))
        except (DeliveryError, KeyError, TimeoutError, msgspec.DecodeError):
            raise Problem(503, UNANSWERED) from None
        if found.error not in {"", "off"}:
            raise Problem(503, UNANSWERED)
        return answered({"items": [shown.course(one) for one in items], "cursor": found.cursor})
