"""TalentLMS, in front of both of its APIs."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from connectors.catalogues.talentlms.catalogue import TalentLms
from connectors.clock import Clock
from tests.contracts.catalogues.side import (
    ADA,
    BO,
    COURSES,
    EVERY,
    HANDOVERS,
    STRANGER,
    WITHDRAWN,
    Facts,
    Fault,
)
from tests.fakes.talentlms import KEY, FakeTalentLms

SECONDS, SHORTLY = 0.8, 0.2


@dataclass
class Talent:
    """TalentLMS as the suite uses it."""

    fake: FakeTalentLms
    session: aiohttp.ClientSession
    catalogue: TalentLms
    ids: dict[str, int]
    users: dict[str, int]

    @property
    def facts(self) -> Facts:
        base, id = self.fake.address, self.ids[HANDOVERS]
        return Facts(
            suffers=EVERY,
            secrets=(KEY, ADA, BO, STRANGER),
            own=(
                f"{base}/learner/courseinfo/id:{id}",
                f"{base}/plus/courses/{id}",
                f"{base}/plus/courses/{id}/units/7?from=mail#top",
                f"{base}/learner/course/id:{id},unit:3",
            ),
            foreign=(
                f"https://other.talentlms.com/learner/course/id:{id}",
                f"{base}/learner/course/id:",
                f"{base}/learner/course/id:{id}x",
                f"{base}/learner/course/id:{'1' * 40}",
                f"{base}/learner/group/id:{id}",
                f"{base}@evil.example/learner/course/id:{id}",
                f"{base.replace('http:', 'ftp:')}/learner/course/id:{id}",
            ),
        )

    def reopened(self) -> TalentLms:
        return self._opened(SECONDS)

    def link(self, title: str) -> str:
        return f"{self.fake.address}/learner/course/id:{self.ids[title]}"

    def course(self, title: str) -> str:
        return str(self.ids[title])

    def many(self, titles: Sequence[str]) -> None:
        self.ids |= {title: self.fake.course(title) for title in titles}

    def finish(self, email: str, title: str, at: datetime) -> None:
        self.fake.completes(self.users[email], self.ids[title], at)

    def enrolments(self, email: str) -> list[str]:
        titles = {id: title for title, id in self.ids.items()}
        rows = self.fake.enrolments
        return [titles[course] for course, user in rows if user == self.users.get(email)]

    def suffer(self, fault: Fault) -> None:
        self.fake.faults.now = fault
        if fault == "hangs":
            self.catalogue = self._opened(SHORTLY)

    def recover(self) -> None:
        self.fake.faults.now = None

    @property
    def asked(self) -> int:
        return self.fake.faults.asked

    def _opened(self, seconds: float) -> TalentLms:
        return TalentLms(self.fake.config, self.session, Clock().now, seconds)


@asynccontextmanager
async def on_talentlms(session: aiohttp.ClientSession) -> AsyncIterator[Talent]:
    """TalentLMS with three courses, one of them inactive, two people and a group."""
    async with FakeTalentLms() as fake:
        states = {WITHDRAWN: "inactive"}
        ids = {title: fake.course(title, states.get(title, "active")) for title in COURSES}
        users = {email: fake.user(email) for email in (ADA, BO)}
        fake.group("Early shift", "key-1", users=[users[BO]], courses=[ids[HANDOVERS]])
        catalogue = TalentLms(fake.config, session, Clock().now, SECONDS)
        side = Talent(fake, session, catalogue, ids, users)
        try:
            yield side
        finally:
            await catalogue.close()
            await side.catalogue.close()
