"""What a catalogue of courses can do, and what can go wrong with one."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, Protocol

from msgspec import Struct

from core.courses.model import Capability, Course, Points, Progress

Trouble = Literal["nowhere", "private", "unreadable", "slow", "refused", "gone", "busy", "off"]
Enrolled = Literal["enrolled", "unknown"]


class NoCourse(Exception):
    """Nothing came of it, for one of the reasons that people are told; `detail` is for the log.

    `after`: seconds until it makes sense to ask again, where the provider says so.
    """

    def __init__(self, trouble: Trouble, detail: str = "", *, after: float | None = None) -> None:
        super().__init__(f"{trouble}: {detail}")
        self.trouble, self.detail, self.after = trouble, detail, after


class Found(Struct, frozen=True):
    """Courses that a search found; `cursor` asks for more and is "" after the last."""

    courses: tuple[Course, ...] = ()
    cursor: str = ""


class Told(Struct, frozen=True):
    """What a provider says of learners; `until` is where to go on next time, `more` at once."""

    progress: tuple[Progress, ...] = ()
    until: str = ""
    more: bool = False


class Group(Struct, frozen=True, kw_only=True):
    """A group as a provider has it: its people by e-mail, and its courses."""

    id: str
    name: str
    key: str = ""
    mails: tuple[str, ...] = ()
    courses: tuple[Course, ...] = ()


class Catalogue(Protocol):
    """One provider. Methods that `able` does not name raise NoCourse("off").

    All may raise NoCourse; nothing else comes out, whatever the provider answers.
    """

    name: str
    able: frozenset[Capability]

    def knows(self, url: str) -> bool:
        """Whether a link leads to one of its courses, told by the address alone."""

    async def resolve(self, url: str) -> Course:
        """What a link of its own leads to."""

    async def search(self, words: str, *, cursor: str = "", limit: int = 10) -> Found:
        """The courses that fit best, the best first; all of them, newest first, for no words."""

    async def enrol(self, course: str, email: str, due: date | None) -> Enrolled:
        """Puts somebody on a course; once more changes nothing. "unknown": not known there."""

    async def progress(self, since: str) -> Told:
        """Who has finished what since then, the oldest first; "" is from now on."""

    async def groups(self) -> Sequence[Group]:
        """Its groups, by name only."""

    async def group(self, id: str) -> Group:
        """One of them, with its people and its courses."""

    async def add(self, group: str, email: str) -> Enrolled:
        """Puts somebody into a group; once more changes nothing."""

    async def points(self, email: str) -> Points | None:
        """What it counts for somebody; None for who is not known there."""

    async def close(self) -> None:
        """Lets go of what it holds."""
