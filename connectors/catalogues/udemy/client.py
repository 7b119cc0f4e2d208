"""The requests to Udemy Business that we make, one after another. All raise NoCourse."""

from base64 import b64encode
from datetime import date
from urllib.parse import quote

import aiohttp
from aiolimiter import AsyncLimiter

from connectors.catalogues.config import UdemyConfig
from connectors.catalogues.udemy.wire import FIELDS, NAME, Activity, Lesson, Page
from connectors.http.provider import Bounds, Key, Params, Provider, each

PAGE, LONG_PAGE = 100, 1000
BURST, RATE = 10, 10.0
LARGEST = 8 * 1024 * 1024


class Client:
    """Udemy Business with our key; it wants to be asked for one thing at a time."""

    def __init__(
        self, config: UdemyConfig, session: aiohttp.ClientSession, seconds: float = 8.0
    ) -> None:
        pair = b64encode(f"{config.client_id}:{config.client_secret}".encode()).decode()
        rates = (AsyncLimiter(BURST, RATE),)
        bounds = Bounds(rates=rates, at_once=1, seconds=seconds, largest=LARGEST)
        key = Key({"Authorization": f"Basic {pair}"})
        self._api = Provider(NAME, config.url, session, key, bounds=bounds)
        self._path = f"/api-2.0/organizations/{quote(config.account_id, safe='')}"

    async def lessons(self, number: int) -> tuple[list[Lesson], bool]:
        """A page of all courses, and whether it is the last."""
        page = await self._page("/courses/list/", number, PAGE, [("fields[course]", FIELDS)])
        return each(page.results, Lesson), page.last

    async def activity(self, number: int, since: date) -> tuple[list[Activity], bool]:
        """A page of what people did since a day, and whether it is the last."""
        asked = [("from_date", since.isoformat())]
        page = await self._page("/analytics/user-course-activity/", number, LONG_PAGE, asked)
        return each(page.results, Activity), page.last

    async def _page(self, path: str, number: int, size: int, params: Params) -> Page:
        asked = [("page", str(number)), ("page_size", str(size)), *params]
        return await self._api.get(f"{self._path}{path}", Page, asked)
