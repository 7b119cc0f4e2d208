"""A catalogue that finds what it is told to."""

from collections.abc import Sequence
from datetime import date

from connectors.catalogues.port import Enrolled, Found, Group, NoCourse, Told
from core.courses.model import Capability, Course, Points


class One:
    """Finds always the same, or raises `wrong`; `links` are those that it was shown."""

    name = "one"
    able: frozenset[Capability] = frozenset({"search", "resolve"})

    def __init__(self, found: Found | None = None, wrong: NoCourse | None = None) -> None:
        self._found, self._wrong = found or Found(), wrong
        self.links: list[str] = []

    def knows(self, url: str) -> bool:
        self.links.append(url)
        return False

    async def resolve(self, url: str) -> Course:
        raise NoCourse("gone")

    async def search(self, words: str, *, cursor: str = "", limit: int = 10) -> Found:
        if self._wrong:
            raise self._wrong
        return self._found

    async def enrol(self, course: str, email: str, due: date | None) -> Enrolled:
        raise NoCourse("off")

    async def progress(self, since: str) -> Told:
        raise NoCourse("off")

    async def groups(self) -> Sequence[Group]:
        raise NoCourse("off")

    async def group(self, id: str) -> Group:
        raise NoCourse("off")

    async def add(self, group: str, email: str) -> Enrolled:
        raise NoCourse("off")

    async def points(self, email: str) -> Points | None:
        return None

    async def close(self) -> None:
        pass
