"""What is stored: small frozen pieces of state, and counters that never conflict."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Generic, Literal, TypeVar

from msgspec import Struct

from core.message import OpenForm, Phrase, Post, Press


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A small piece of state. `version` is the one it was read with, 0 for a new one.

    `indexes` are the text fields that `find` may ask for, `order` the one it sorts by. A record
    that is not `versioned` is overwritten without a check: the last writer wins.
    """

    kind: ClassVar[str] = ""
    indexes: ClassVar[tuple[str, ...]] = ()
    order: ClassVar[str] = "id"
    schema: ClassVar[int] = 1
    versioned: ClassVar[bool] = True

    id: str
    version: int = 0


R = TypeVar("R", bound=Record)
T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """Some of the answers; `cursor` asks for the next ones and is "" after the last."""

    items: tuple[T, ...] = ()
    cursor: str = ""


class Address(Record, frozen=True, kw_only=True):
    """Where an account or a place is reached. Only platforms read `ref`.

    The id is that of the account or the place: `<platform>:<tenant>:<who or where>`.
    """

    kind: ClassVar[str] = "address"
    versioned: ClassVar[bool] = False

    ref: Mapping[str, str] = {}
    state: Literal["ok", "blocked", "not_installed"] = "ok"

    @property
    def platform(self) -> str:
        """The name of the platform that this is an address of."""
        return self.id.partition(":")[0]

    @property
    def tenant(self) -> str:
        """The tenant, workspace or community, as the platform names it."""
        return self.id.split(":", 2)[1]


class Shown(Record, frozen=True, kw_only=True):
    """A thing that stands somewhere as a message or a part of one. The id is `<address>|<slot>`."""

    kind: ClassVar[str] = "shown"
    indexes: ClassVar[tuple[str, ...]] = ("ref", "slot", "address")
    versioned: ClassVar[bool] = False

    address: str
    slot: str
    ref: str
    at: datetime
    digest: str = ""
    withdrawn: bool = False
    bundled: bool = False


class Bundle(Record, frozen=True, kw_only=True):
    """Several things that came to somebody as one message. The id is `<address>|<ref>`.

    Each part is the slot of a thing, or a message that no slot shows.
    """

    kind: ClassVar[str] = "bundle"
    indexes: ClassVar[tuple[str, ...]] = ("address",)
    versioned: ClassVar[bool] = False

    address: str
    parts: tuple[str | Post, ...]


class Choices(Record, frozen=True, kw_only=True):
    """The numbered buttons of a message, where its platform has none to press.

    The id is `<place>|<ref>`; the first is number 1. An edit overwrites them, and they are
    forgotten with their place. Below what offers none itself, those of the newest message there
    (`of`) count; in a private chat whose buttons may vanish, the id is `<place>|`. `locale` is
    the language in which they were read.
    """

    kind: ClassVar[str] = "choices"
    indexes: ClassVar[tuple[str, ...]] = ("place",)
    versioned: ClassVar[bool] = False

    place: str

    buttons: tuple[Press | OpenForm, ...]
    slot: str = ""
    of: str = ""
    locale: str = ""


class Told(Struct, frozen=True, kw_only=True):
    """One message that a person got without having asked."""

    at: datetime
    summary: Phrase
    purpose: Phrase | None = None


class Diary(Record, frozen=True, kw_only=True):
    """The last messages that a person (its id) got without having asked, newest first."""

    kind: ClassVar[str] = "diary"
    versioned: ClassVar[bool] = False

    told: tuple[Told, ...] = ()


class Delivery(Record, frozen=True, kw_only=True):
    """What became of one person's message of a campaign; the id is `<campaign>/<person>`.

    The engine keeps `state` and `why` true, and with them the counts on the boards of `counted`.
    """

    kind: ClassVar[str] = "delivery"
    indexes: ClassVar[tuple[str, ...]] = ("campaign", "person", "state")
    versioned: ClassVar[bool] = False

    campaign: str
    person: str
    at: datetime
    state: str = "planned"
    why: str = ""


class Tempo(Record, frozen=True, kw_only=True):
    """How fast a tenant may be asked, as all processes know it. The id is `<platform>:<tenant>`.

    `rate` (requests a second) holds from `since` on, and until then `before`, from `begun` on.
    `limit` is what the platform was found to take, 0 while nobody knows, and `found` when. Nothing
    leaves until `closed`. Times are seconds of the epoch. Of two, that with more `changes` counts.
    """

    kind: ClassVar[str] = "tempo"
    versioned: ClassVar[bool] = False

    rate: float
    before: float = 0.0
    since: float = 0.0
    begun: float = 0.0
    limit: float = 0.0
    found: float = 0.0
    closed: float = 0.0
    changes: int = 0


class Tally(Struct, frozen=True, kw_only=True, gc=False):
    """Adds `by` to a counter. With `once`, only the first with that key counts."""

    board: str
    subject: str
    by: int = 1
    once: str = ""


def counted(delivery: Delivery, by: int = 1) -> Tally:
    """Counts how many of a campaign stand so: board `delivery.<state>`, subject the campaign."""
    return Tally(board=f"delivery.{delivery.state}", subject=delivery.campaign, by=by)


ENGINE: tuple[type[Record], ...] = (Address, Shown, Bundle, Choices, Diary, Delivery, Tempo)
"""What the engine itself keeps, whatever the product is."""
