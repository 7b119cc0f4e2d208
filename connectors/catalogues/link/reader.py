"""Reads what is behind a link: from its service if we know it, and from its page."""

import asyncio
from collections.abc import Awaitable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from connectors.catalogues.link import oembed, page
from connectors.catalogues.link.oembed import Service
from connectors.catalogues.link.says import Says
from connectors.catalogues.port import NoCourse, Trouble
from connectors.http.safe import HTML, JSON, Fetched, Safe
from connectors.http.safe_where import NotFetched, Why

LONG = 100_000  # bytes; a page beyond is read beside everything else
SAID: dict[int, Trouble] = {
    401: "refused", 403: "refused", 404: "gone", 407: "refused", 410: "gone", 429: "busy",
    451: "refused", 504: "slow",
}  # fmt: skip
MEANT: dict[Why, Trouble] = {
    "address": "nowhere",
    "private": "private",
    "nowhere": "nowhere",
    "slow": "slow",
}


class Reader:
    """Asks by `safe` only; whatever goes wrong is NoCourse."""

    def __init__(self, safe: Safe, services: Sequence[Service]) -> None:
        self._safe, self._services = safe, services
        self._aside = ThreadPoolExecutor(1, "pages")

    async def read(self, url: str) -> Says:
        """What is said of it. Raises NoCourse."""
        service = oembed.known(self._services, url)
        if service is None:
            return await self._page(url)
        if service.timed:
            told = await _tried(self._service(service, url))
            return told if isinstance(told, Says) else await self._page(url)
        return await self._both(service, url)

    def close(self) -> None:
        """Reads no more."""
        self._aside.shutdown(wait=False, cancel_futures=True)

    async def _both(self, service: Service, url: str) -> Says:
        """What the service says, and from the page what it does not, both asked at once."""
        told, seen = await asyncio.gather(
            _tried(self._service(service, url)), _tried(self._page(url, service))
        )
        if isinstance(told, Says):
            more = seen if isinstance(seen, Says) else Says()
            return told.then(Says(summary=more.summary, image=more.image, minutes=more.minutes))
        if isinstance(seen, NoCourse) or (told.trouble == "gone" and not _shows(seen)):
            raise told
        return seen

    async def _service(self, service: Service, url: str) -> Says:
        answer = await self._fetched(service.question(url), JSON)
        found = oembed.told(answer.data, service, url) if answer.whole else None
        if found is None:
            raise NoCourse("unreadable", f"{service.name} makes no sense")
        return found

    async def _page(self, url: str, service: Service | None = None) -> Says:
        """What the page says; of a service only a page that is still its own."""
        found = await self._fetched(url, HTML)
        if service is not None and not service.shows(found.url):
            raise NoCourse("refused", f"{service.name} leads elsewhere")
        says = await self._understood(found, url)
        if says is None:
            raise NoCourse("refused", "one has to log in")
        return says

    async def _understood(self, found: Fetched, asked: str) -> Says | None:
        """What is in a page; of large ones one at a time is read, beside everything else."""
        if len(found.data) <= LONG:
            return _whole(found, asked)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._aside, _whole, found, asked)

    async def _fetched(self, url: str, kinds: frozenset[str]) -> Fetched:
        try:
            return await self._safe.fetch(url, kinds)
        except NotFetched as error:
            raise NoCourse(trouble(error), str(error)) from None


def trouble(error: NotFetched) -> Trouble:
    """What people are told; nobody is asked to wait, for they may go on without."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return SAID.get(error.status, "busy")
    return SAID.get(error.status) or MEANT.get(error.why, "unreadable")


def _whole(found: Fetched, asked: str) -> Says | None:
    return page.read(found.text, found.url, asked)


def _shows(seen: Says) -> bool:
    """Whether a page is about something: services have one for what they do not have, too."""
    return bool(seen.minutes or seen.image)


async def _tried(reading: Awaitable[Says]) -> Says | NoCourse:
    try:
        return await reading
    except NoCourse as error:
        return error
