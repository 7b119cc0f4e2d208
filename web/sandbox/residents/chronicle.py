"""What happened in the demo cohort, line by line: kept in chapters, so that little is written."""

from web.sandbox.residents.model import CHAPTER, Chapter, Line
from web.sandbox.wall import Wall


class Chronicle:
    """The lines of this generation, in their order."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self._tenant = ""
        self._lines: list[Line] = []

    async def lines(self, tenant: str) -> list[Line]:
        """All that is kept of it."""
        if tenant != self._tenant:
            page = await self._wall.reader.find(Chapter, tenant=tenant)
            found = sorted(page.items, key=lambda chapter: chapter.n)
            self._lines = [line for chapter in found for line in chapter.lines]
            self._tenant = tenant
        return self._lines

    async def add(self, tenant: str, lines: list[Line]) -> None:
        """More happened: the chapters that grew are kept."""
        before = len(await self.lines(tenant))
        self._lines += lines
        for n in range(before // CHAPTER, (len(self._lines) - 1) // CHAPTER + 1):
            written = tuple(self._lines[n * CHAPTER : (n + 1) * CHAPTER])
            await self._wall.keep(Chapter(id=f"{n}", n=n, tenant=tenant, lines=written))
