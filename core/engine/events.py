"""What comes in: something that happened, by whom and where."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from core.engine.records import Address


class Actor(Struct, frozen=True, kw_only=True, gc=False):
    """An account as its platform vouches for it; `account` is `<platform>:<tenant>:<user>`.

    `email` is one that the platform has verified, `manager` an account.
    """

    account: str
    name: str = ""
    email: str = ""
    title: str = ""
    manager: str = ""
    zone: str = ""
    locale: str = ""
    guest: bool = False


class Origin(Struct, frozen=True, kw_only=True, gc=False):
    """Where something happened: the place, its thread, the message, and the slot it showed.

    `private` says that only the actor and Coterie are there. `team` groups places. `overheard`:
    what does not mention us is told to us there, too.
    """

    place: str
    thread: str = ""
    message: str = ""
    slot: str = ""
    private: bool = False
    overheard: bool = False
    team: str = ""
    title: str = ""


class Media(Struct, frozen=True, kw_only=True):
    """A file that came with a message; `handle` is how its platform gives it out."""

    name: str
    mime: str
    size: int
    handle: str
    expires: datetime | None = None


QUESTIONS = "questions"

Source = Literal["press", "form", "message", "place", "timer", "answer"]


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Something that happened. Its id says what, so it is the same however often it is delivered.

    `source` and `name` find its handler: a button can never name a timer. `args` came with a
    button, a timer or a question, `values` from a form (lists joined by commas): both may be
    forged, so they name things and never grant anything.
    `opener` is what lets a form open now: QUESTIONS where there are no dialogs, so that forms are
    asked field by field and buttons may be typed. `inline`: the reply goes into the platform's
    answer.
    `people` are those an event is about (joined, left, listed); `learned` is saved as it is.
    """

    id: str
    org: str
    source: Source
    name: str
    by: Actor | None = None
    origin: Origin | None = None
    opener: str = ""
    inline: bool = False
    args: Mapping[str, str] = {}
    values: Mapping[str, str] = {}
    text: str = ""
    mentioned: bool = False
    people: tuple[Actor, ...] = ()
    media: tuple[Media, ...] = ()
    cursor: str = ""
    error: str = ""
    learned: tuple[Address, ...] = ()
