"""Any link, in front of websites of every kind."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import aiohttp

from connectors.catalogues.link.address import canonical
from connectors.catalogues.link.catalogue import LinkCatalogue
from connectors.catalogues.link.remembered import BAD
from connectors.http.safe import Safe
from core.courses.model import link_id
from tests.contracts.catalogues.side import COURSES, WITHDRAWN, Facts, Fault
from tests.fakes.websites import FakeWebsites, Site

SECONDS = 0.8
SECRET = "key-of-the-link"
# What goes on for ever is read as far as it may be; data that makes no sense leaves the title.
FAULTS: Mapping[Fault, Site] = {
    "token": Site(status=401),
    "forbidden": Site("Forbidden", status=403),
    "missing": Site("Not here", status=404),
    "broken": Site(f"Traceback: {SECRET}", status=500),
    "hangs": Site(trick="hangs"),
    "garbage": Site(b"\x00\xff" * 99, kind="application/octet-stream"),
    "html": Site("<title>Log in</title><form><input type=password></form>"),
    "html_401": Site("<h1>Unauthorized</h1>", status=401),
    "cut": Site("<title>Half", trick="cut"),
}


@dataclass
class Links:
    """Any link as the suite uses it."""

    web: FakeWebsites
    now: list[float] = field(default_factory=lambda: [0.0])

    def __post_init__(self) -> None:
        self.catalogue = self.reopened()

    @property
    def facts(self) -> Facts:
        link = self.link(COURSES[0])
        return Facts(
            suffers=frozenset(FAULTS),
            secrets=(SECRET,),
            own=(f"{link}&utm_source=mail&utm_medium=x", f"{link}&fbclid=1#top", f" {link} "),
            foreign=("mailto:ada@example.com", "ftp://learn.example/x", "file:///etc/passwd"),
            forgets=True,
            troubles={"html": "refused"},
        )

    def reopened(self) -> LinkCatalogue:
        safe = Safe(self.web.rule, names=self.web.names, seconds=SECONDS)
        services = self.web.oembed.services(self.web.at(""))
        return LinkCatalogue(safe, services=services, clock=lambda: self.now[0])

    def link(self, title: str) -> str:
        return self.web.at(f"/{title.replace(' ', '-')}?key={SECRET}", "learn.example")

    def course(self, title: str) -> str:
        return link_id(canonical(self.link(title)))

    def many(self, titles: Sequence[str]) -> None:
        for title in titles:
            self.web[f"/{title.replace(' ', '-')}"] = f"<html lang=en><title>{title}</title>"

    def finish(self, email: str, title: str, at: datetime) -> None:
        """No website would know."""

    def enrolments(self, email: str) -> list[str]:
        return []

    def suffer(self, fault: Fault) -> None:
        self.web.trouble = FAULTS[fault]

    def recover(self) -> None:
        self.web.trouble = None
        self.now[0] += BAD + 1

    @property
    def asked(self) -> int:
        return len(self.web.asked)


@asynccontextmanager
async def on_link(session: aiohttp.ClientSession) -> AsyncIterator[Links]:
    """Websites with two courses, and one that was taken away."""
    async with FakeWebsites() as web:
        side = Links(web)
        side.many([title for title in COURSES if title != WITHDRAWN])
        try:
            yield side
        finally:
            await side.catalogue.close()
