"""Any link as a course, to be found by nothing but its address."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from msgspec import structs

from connectors.catalogues.link.address import canonical
from connectors.catalogues.link.oembed import SERVICES, Service
from connectors.catalogues.link.reader import Reader, trouble
from connectors.catalogues.link.remembered import Remembered
from connectors.catalogues.port import Enrolled, Found, Group, NoCourse, Told
from connectors.http.safe import Safe
from connectors.http.safe_where import NotFetched
from core.courses.model import LINK, LINKS, Capability, Course, Points, host_of, link_id


class LinkCatalogue:
    """Reads any link; it knows nobody who learns there, and has no list to search."""

    name = LINKS
    able: frozenset[Capability] = frozenset({"resolve"})

    def __init__(
        self,
        safe: Safe,
        *,
        services: Sequence[Service] = SERVICES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._safe, self._reader = safe, Reader(safe, services)
        self._remembered = Remembered(self._read, clock)

    @property
    def counts(self) -> Counter[str]:
        """Connections made and refused, and why links were not read."""
        return self._safe.counts

    def knows(self, url: str) -> bool:
        """Whatever is a link to the web, even if it is not for us to read."""
        try:
            self._address(url)
        except NoCourse as error:
            return error.trouble == "private"
        return True

    async def resolve(self, url: str) -> Course:
        """What a link leads to; opening it goes where it was meant to, to the letter."""
        course = await self._remembered.get(self._address(url))
        return structs.replace(course, url=url.strip())

    async def search(self, words: str, *, cursor: str = "", limit: int = 10) -> Found:
        """There is no list."""
        raise NoCourse("off")

    async def enrol(self, course: str, email: str, due: date | None) -> Enrolled:
        """Nobody can be."""
        raise NoCourse("off")

    async def progress(self, since: str) -> Told:
        """Nobody tells."""
        raise NoCourse("off")

    async def groups(self) -> Sequence[Group]:
        """There are none."""
        raise NoCourse("off")

    async def group(self, id: str) -> Group:
        """There are none."""
        raise NoCourse("off")

    async def add(self, group: str, email: str) -> Enrolled:
        """There are none."""
        raise NoCourse("off")

    async def points(self, email: str) -> Points | None:
        """There are none."""
        raise NoCourse("off")

    async def close(self) -> None:
        """Lets go of what it holds."""
        await self._remembered.close()
        self._reader.close()
        await self._safe.close()

    def _address(self, url: str) -> str:
        """What is asked for; its host is written as it is looked up, and so nobody's double."""
        try:
            admitted = self._safe.rule.admitted(url)
        except NotFetched as error:
            raise NoCourse(trouble(error), str(error)) from None
        if len(url) > LINK:
            raise NoCourse("nowhere", "too long")
        return canonical(str(admitted))

    async def _read(self, url: str) -> Course:
        says = await self._reader.read(url)
        return Course(
            catalogue=LINKS,
            id=link_id(url),
            url=url,
            title=says.title or host_of(url),
            summary=says.summary,
            image=says.image,
            minutes=says.minutes,
            provider=says.provider or host_of(url),
            language=says.language,
            kind=says.kind,
        )
