"""What the suite needs of a platform: its Platform, its fake, and people who use it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from core.engine.ports import Address, Asker, Platform

Json = dict[str, Any]
Trouble = Literal[
    "throttled",
    "blocked",
    "not_installed",
    "hangs",
    "accepted",
    "not_allowed",
    "revoked",
    "too_big",
]
PATIENCE = 7
KEY = "deliver/once"


@dataclass(frozen=True, kw_only=True)
class Stands:
    """A message as people see it: its words, the labels of what can be pressed, its thread.

    `mentions` and `links` are those that the platform would really call and really open.
    """

    ref: str
    words: str
    thread: str = ""
    labels: tuple[str, ...] = ()
    mentions: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A form as it stands before somebody: what is filled in, all its words, how to go on."""

    values: Mapping[str, str]
    words: str
    native: Any = None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What the platform's request was answered with, and what the person sees of it."""

    status: int
    words: str = ""
    form: Asked | None = None


Call = Callable[[], Awaitable[Answered]]


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing that happened, and every request by which the platform may tell of it.

    No calls: nobody can do that there. `repeats`: the platform may send them again.
    """

    calls: tuple[Call, ...] = ()
    repeats: bool = True

    async def once(self) -> Answered:
        """The platform tells it, in all its ways; the first answer counts."""
        answers = [await call() for call in self.calls]
        return answers[0] if answers else Answered(status=204)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true of a platform beside its capabilities.

    `finds`: it tells what was sent under a key. `dialogs`: forms open by themselves.
    `suffers` are the troubles that it knows. `hostile` are words that would do something there.
    `patience` is for how long it asks, in seconds.
    """

    finds: bool = False
    dialogs: bool = True
    patience: float = PATIENCE
    suffers: frozenset[Trouble] = frozenset()
    hostile: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Names:
    """Whom and where the suite talks of, by the ids of Coterie. Nobody can reach the stranger."""

    place: str
    ada: str
    bo: str
    stranger: str
    bo_mail: str = ""


class Side(Protocol):
    """One platform, set up for the suite. Ada and Bo are in the place, Ada has a private chat."""

    @property
    def facts(self) -> Facts:
        """What is true of this platform."""

    @property
    def names(self) -> Names:
        """Who is there, and where."""

    @property
    def platform(self) -> Platform:
        """What sends."""

    @property
    def askers(self) -> Mapping[str, Asker]:
        """What can be asked of it."""

    def met(self, account: str) -> Address:
        """What is known of somebody who never wrote to Coterie alone."""

    def standing(self, address: Address) -> list[Stands]:
        """What Coterie posted there and what still stands, oldest first."""

    async def suffer(self, trouble: Trouble) -> None:
        """The next request to the platform goes wrong in this way."""

    def says(self, who: str, text: str, *, private: bool = False, thread: str = "") -> Told:
        """Somebody writes to Coterie: in the place with a mention, or in private."""

    def edits(self, who: str, message: str, text: str) -> Told:
        """Somebody edits what they wrote in the place."""

    def deletes(self, who: str, message: str) -> Told:
        """Somebody deletes what they wrote in the place."""

    def presses(self, who: str, ref: str, label: str, *, private: bool = False) -> Told:
        """Somebody presses a button of a message."""

    def submits(self, who: str, form: Asked, values: Mapping[str, str]) -> Told:
        """Somebody sends a form off, as it stands before them with these values."""

    def joins(self, who: str) -> Told:
        """Somebody comes into the place."""

    def leaves(self, who: str) -> Told:
        """Somebody leaves the place."""

    def strangers(self) -> Told:
        """Something happens in another organisation, well signed."""

    def arrives(self, by: str) -> Told:
        """Somebody brings Coterie into the place."""

    def echoes(self, ref: str) -> Told:
        """The platform tells us what we said ourselves, in the place and in private."""

    async def raw(self, body: bytes) -> list[int]:
        """Sends a body, correctly authenticated, to every route; answers the status codes."""

    def samples(self) -> list[Json]:
        """Bodies that are in order, to be spoilt."""


class Settled(Side, Protocol):
    """A platform around a service that runs somewhere else."""

    @property
    def settings(self) -> Mapping[str, str]:
        """What the service has to be told to live here."""

    def alone(self, account: str) -> Address:
        """Somebody's private chat."""

    def found_at(self, url: str) -> None:
        """The service is there."""
