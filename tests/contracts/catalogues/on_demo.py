"""The demo catalogue: nobody is asked, and so nothing can go wrong."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from connectors.catalogues.demo import Demo, Register
from connectors.catalogues.fictional import COURSES
from connectors.catalogues.telling import line
from connectors.clock import Clock
from core.courses.model import TITLE, Course
from tests.contracts.catalogues.side import COURSES as TITLES
from tests.contracts.catalogues.side import Facts, Fault

HERE = "http://127.0.0.1:3978"


@dataclass
class Fictional:
    """The demo as the suite uses it."""

    catalogue: Demo
    register: Register
    courses: list[Course]

    @property
    def facts(self) -> Facts:
        return Facts(
            own=(f"{HERE}/demo/better-handovers/", "http://localhost:3978/demo/better-handovers"),
            foreign=(
                "https://demo.example/demo/better-handovers",
                f"{HERE}/demo",
                f"{HERE}/demo/",
                f"{HERE}/demo/a/b",
                "http://127.0.0.1:3979/demo/better-handovers",
                f"{HERE}@evil.example/demo/better-handovers",
            ),
            forgets=True,
        )

    def reopened(self) -> Demo:
        return Demo(HERE, self.register, self.courses)

    def link(self, title: str) -> str:
        return f"{HERE}/demo/{self.course(title)}"

    def course(self, title: str) -> str:
        return next(one.id for one in self.courses if one.title == title)

    def many(self, titles: Sequence[str]) -> None:
        letters = "abcdefghij"
        for n, title in enumerate(titles):
            id = "many-" + "".join(letters[int(digit)] for digit in str(n))
            told = Course(catalogue="demo", id=id, url=f"/demo/{id}", title=line(title, TITLE))
            self.courses.append(told)
        self.catalogue = self.reopened()

    def finish(self, email: str, title: str, at: datetime) -> None:
        self.register.finish(self.course(title), email, at)

    def enrolments(self, email: str) -> list[str]:
        titles = {one.id: one.title for one in self.courses}
        return [titles[id] for id in self.catalogue.enrolled.get(email, ())]

    def suffer(self, fault: Fault) -> None:
        raise AssertionError(f"{fault}: nothing happens where there is no provider")

    def recover(self) -> None:
        """It was well all the time."""

    @property
    def asked(self) -> int:
        return 0


@asynccontextmanager
async def on_demo(session: aiohttp.ClientSession) -> AsyncIterator[Fictional]:
    """The demo as the sandbox has it."""
    register = Register(Clock().now())
    courses = [one for one in COURSES if one.title in TITLES]
    yield Fictional(Demo(HERE, register, courses), register, courses)
