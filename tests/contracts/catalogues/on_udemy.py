"""Udemy Business, in front of its API: it forgets what was withdrawn, and enrols nobody."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from connectors.catalogues.udemy.catalogue import Udemy
from connectors.clock import Clock
from tests.contracts.catalogues.side import (
    ADA,
    BO,
    COURSES,
    EVERY,
    HANDOVERS,
    WITHDRAWN,
    Facts,
    Fault,
)
from tests.fakes.udemy import SECRET, FakeUdemy

SECONDS, SHORTLY = 0.8, 0.2


@dataclass
class UdemySide:
    """Udemy Business as the suite uses it."""

    fake: FakeUdemy
    session: aiohttp.ClientSession
    catalogue: Udemy
    ids: dict[str, int]

    @property
    def facts(self) -> Facts:
        base, id = self.fake.address, self.ids[HANDOVERS]
        slug = self.fake.slug(id)
        return Facts(
            suffers=EVERY,
            secrets=(SECRET, ADA, BO),
            own=(
                f"{base}/course/{slug}/learn/lecture/123456",
                f"{base}/course/{slug.lower()}?couponCode=X#reviews",
                f"https://www.udemy.com/course/{slug}/",
                f"https://udemy.com/course/{id}/",
            ),
            foreign=(
                f"https://other.udemy.com/course/{slug}/",
                f"https://udemy.com.evil.example/course/{slug}/",
                f"http://www.udemy.com/course/{slug}/",
                f"{base}/course/",
                f"{base}/user/{slug}/",
                f"{base}@evil.example/course/{slug}/",
            ),
            forgets=True,
        )

    def reopened(self) -> Udemy:
        return self._opened(SECONDS)

    def link(self, title: str) -> str:
        return f"{self.fake.address}/course/{self.fake.slug(self.ids.get(title, 1))}/"

    def course(self, title: str) -> str:
        return str(self.ids.get(title, 1))

    def many(self, titles: Sequence[str]) -> None:
        self.ids |= {title: self.fake.course(title) for title in titles}

    def finish(self, email: str, title: str, at: datetime) -> None:
        self.fake.completes(email, self.ids[title], at)

    def enrolments(self, email: str) -> list[str]:
        return []

    def suffer(self, fault: Fault) -> None:
        self.fake.faults.now = fault
        if fault == "hangs":
            self.catalogue = self._opened(SHORTLY)

    def recover(self) -> None:
        self.fake.faults.now = None

    @property
    def asked(self) -> int:
        return self.fake.faults.asked

    def _opened(self, seconds: float) -> Udemy:
        return Udemy(self.fake.config, self.session, Clock().now, seconds)


@asynccontextmanager
async def on_udemy(session: aiohttp.ClientSession) -> AsyncIterator[UdemySide]:
    """Udemy Business with all courses but the one that was withdrawn."""
    async with FakeUdemy() as fake:
        ids = {title: fake.course(title) for title in COURSES if title != WITHDRAWN}
        catalogue = Udemy(fake.config, session, Clock().now, SECONDS)
        side = UdemySide(fake, session, catalogue, ids)
        try:
            yield side
        finally:
            await catalogue.close()
            await side.catalogue.close()
