"""Go1, in front of an API that checks everything."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from connectors.catalogues.go1.catalogue import Go1Catalogue
from connectors.clock import Clock
from tests.contracts.catalogues.side import ADA, BO, COURSES, EVERY, WITHDRAWN, Facts, Fault
from tests.fakes.go1 import SECRET, FakeGo1
from tests.fakes.go1_hook import HOOK

SECONDS, SHORTLY = 3.0, 0.3


@dataclass
class Go1:
    """Go1 as the suite uses it."""

    fake: FakeGo1
    session: aiohttp.ClientSession
    catalogue: Go1Catalogue
    ids: dict[str, str]
    accounts: dict[str, str]

    @property
    def facts(self) -> Facts:
        portal = self.fake.config.portal_url
        return Facts(
            suffers=EVERY,
            secrets=(SECRET, HOOK, "token-of-the-test"),
            own=(
                f"{portal}/play/con_1000",
                f"{portal}/play/1000?from=mail#top",
                "https://other.mygo1.com/play/1000/",
                f"{portal}/p/#/app/learning/course/1000",
            ),
            foreign=(
                "https://learn.example.com/play/1000",
                "https://mygo1.com.example.org/play/1000",
                "https://team-example.mygo1.com@evil.example/play/1000",
                f"{portal}/help/1000",
                f"{portal}/play/",
                "https://gateway.go1.com/play/1000",
                "https://team.mygo1.com:8443/play/1000",
                "ftp://team.mygo1.com/play/1000",
            ),
        )

    def reopened(self) -> Go1Catalogue:
        return self._opened(SECONDS)

    def link(self, title: str) -> str:
        return f"{self.fake.config.portal_url}/play/{self.ids[title]}"

    def course(self, title: str) -> str:
        return self.ids[title]

    def many(self, titles: Sequence[str]) -> None:
        self.ids |= {title: self.fake.course(title) for title in titles}

    def finish(self, email: str, title: str, at: datetime) -> None:
        self.fake.completes(self.accounts[email], self.ids[title], at)

    def enrolments(self, email: str) -> list[str]:
        titles = {id: title for title, id in self.ids.items()}
        rows = self.fake.enrolments.values()
        account = self.accounts.get(email)
        return [titles[row["lo_id"]] for row in rows if row["user_account_id"] == account]

    def suffer(self, fault: Fault) -> None:
        self.fake.faults.now = fault
        if fault == "hangs":
            self.catalogue = self._opened(SHORTLY)

    def recover(self) -> None:
        self.fake.faults.now = None

    @property
    def asked(self) -> int:
        return self.fake.faults.asked

    def _opened(self, seconds: float) -> Go1Catalogue:
        return Go1Catalogue(self.fake.config, self.session, Clock().now, seconds)


@asynccontextmanager
async def on_go1(session: aiohttp.ClientSession) -> AsyncIterator[Go1]:
    """Go1 with three courses, one of them retired, and two people."""
    async with FakeGo1() as fake:
        states = {WITHDRAWN: "retired"}
        ids = {title: fake.course(title, states.get(title, "published")) for title in COURSES}
        accounts = {email: fake.account(email) for email in (ADA, BO)}
        catalogue = Go1Catalogue(fake.config, session, Clock().now, SECONDS)
        try:
            yield Go1(fake, session, catalogue, ids, accounts)
        finally:
            await catalogue.close()
