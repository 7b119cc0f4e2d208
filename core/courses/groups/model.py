"""A group as a provider has it, beside a cohort: who is in both, and who would come in.

A sync is looked at first and done when somebody says so. Every address has a `Fit`, which says
how it stands; a sync that is run again finds those who came in by then, and leaves them alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.model import Membership, line
from core.courses.model import Course
from core.engine.ports import (
    Changes,
    Event,
    Job,
    Moment,
    Raise,
    Record,
    Tally,
    ToPerson,
    show,
)
from core.people.model import MAIL

EACH = 100
OFFERED = 100
COURSES = 20
NAME, KEY = 120, 64
KEPT = timedelta(days=7)

Into = Literal["cohort", "group"]
Stage = Literal["looking", "matching", "ready", "going", "failed", "dropped", "over"]
Standing = Literal[
    "new", "there", "done", "asked", "unknown", "several", "said-no", "no-mail", "failed"
]
STANDINGS: tuple[Standing, ...] = (
    *("new", "there", "done", "asked"),
    *("unknown", "several", "said-no", "no-mail", "failed"),
)
MISSING: tuple[Standing, ...] = ("unknown", "several", "said-no", "no-mail", "failed")
"""Those of whom whoever leads hears why they are left out."""


class Group(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A group by its name; `key` lets anybody join it at the provider, so only leads see it."""

    id: str
    name: str
    key: str = ""


class Whole(Struct, frozen=True, kw_only=True):
    """A group with all that is in it, as the provider tells it."""

    id: str
    name: str
    key: str = ""
    mails: tuple[str, ...] = ()
    courses: tuple[Course, ...] = ()


class Offer(Record, frozen=True, kw_only=True):
    """The groups that somebody may choose from for a cohort; the id is `<cohort>/<person>`."""

    kind: ClassVar[str] = "group-offer"
    indexes: ClassVar[tuple[str, ...]] = ("person",)
    versioned: ClassVar[bool] = False

    cohort: str
    person: str
    groups: tuple[Group, ...] = ()
    trouble: str = ""


class Sync(Record, frozen=True, kw_only=True):
    """A cohort (its id) beside a group; each look is a `round` of its own.

    `into` says who comes where. The group's addresses are in `pages` records of Mails.
    """

    kind: ClassVar[str] = "group-sync"
    indexes: ClassVar[tuple[str, ...]] = ("by",)

    by: str
    group: Group
    into: Into
    at: datetime
    round: int = 1
    stage: Stage = "looking"
    pages: int = 0
    courses: tuple[Course, ...] = ()
    trouble: str = ""

    @property
    def look(self) -> str:
        """What tells one round from the others."""
        return f"{self.id}/{self.round}"


class Mails(Record, frozen=True, kw_only=True):
    """Some addresses of a group; the id is `<cohort>/<round>/<n>`, n told by the address."""

    kind: ClassVar[str] = "group-mails"
    versioned: ClassVar[bool] = False

    mails: tuple[str, ...]


class Fit(Record, frozen=True, kw_only=True):
    """How one address or member stands in one look; the id begins with that look."""

    kind: ClassVar[str] = "group-fit"
    indexes: ClassVar[tuple[str, ...]] = ("look", "standing", "person", "mail")

    look: str
    standing: Standing
    mail: str = ""
    person: str = ""


# --- what the provider says -----------------------------------------------------------------------


def groups_in(text: str) -> tuple[Group, ...]:
    """The groups of an answer. Raises msgspec.DecodeError for what is none."""
    found = msgspec.json.decode(text or "[]", type=tuple[Group, ...])
    return tuple(_tidied(one) for one in found if one.id)[:OFFERED]


def whole_in(text: str) -> Whole:
    """The group of an answer. Raises msgspec.DecodeError for what is none."""
    return msgspec.json.decode(text, type=Whole)


def mails_of(group: Whole) -> tuple[str, ...]:
    """Its addresses as they are compared, each once."""
    return tuple(dict.fromkeys(filter(None, map(mail_as_compared, group.mails))))


def mail_as_compared(text: str) -> str:
    """An address in small letters, "" for what is none."""
    mail = text.strip()
    if len(mail) > MAIL or "@" not in mail or mail.split() != [mail]:
        return ""
    return mail.lower() if mail.isascii() else mail


def known_as(whole: Whole, was: Group) -> Group:
    """The group by its name and key, which some providers only tell with all of it."""
    return _tidied(Group(id=was.id, name=whole.name or was.name, key=whole.key or was.key))


def _tidied(group: Group) -> Group:
    name = line(group.name, NAME) or group.id[:NAME]
    return Group(id=group.id, name=name, key=line(group.key, KEY))


def paged(sync: Sync, mails: Sequence[str]) -> tuple[Sync, tuple[Mails, ...]]:
    """The addresses in records, in such a way that each is found by itself."""
    pages = -(-len(mails) // EACH)
    held: list[list[str]] = [[] for _ in range(pages)]
    for mail in mails:
        held[page_of(mail, pages)].append(mail)
    records = tuple(Mails(id=f"{sync.look}/{n}", mails=tuple(some)) for n, some in enumerate(held))
    return replace(sync, pages=pages), records


def page_of(mail: str, pages: int) -> int:
    """Where an address is."""
    return int.from_bytes(sha256(mail.encode("utf-8", "replace")).digest()[:8]) % max(pages, 1)


# --- how each stands ------------------------------------------------------------------------------


def board(standing: Standing) -> str:
    """The board that counts who stands so, by look."""
    return f"courses.fit.{standing}"


def fit(sync: Sync, standing: Standing, mail: str, person: str = "") -> Fit:
    """How an address or a member stands."""
    key = sha256(f"{mail}/{person}".encode("utf-8", "replace")).hexdigest()[:24]
    return Fit(id=f"{sync.look}/{key}", look=sync.look, standing=standing, mail=mail, person=person)


def found(fits: Iterable[Fit]) -> Changes:
    """New ones, counted."""
    saves = tuple(fits)
    sums: dict[Standing, int] = {}
    for one in saves:
        sums[one.standing] = sums.get(one.standing, 0) + 1
    look = saves[0].look if saves else ""
    tallies = (Tally(board=board(it), subject=look, by=by) for it, by in sums.items())
    return Changes(saves=saves, tallies=tuple(tallies))


def moved(fits: Iterable[Fit], standing: Standing) -> Changes:
    """They stand otherwise now."""
    was = [one for one in fits if one.standing != standing]
    changes = found(replace(one, standing=standing) for one in was)
    return changes + Changes(tallies=uncounted(was))


def uncounted(fits: Iterable[Fit]) -> tuple[Tally, ...]:
    """They no longer stand as they do."""
    return tuple(Tally(board=board(one.standing), subject=one.look, by=-1) for one in fits)


def welcome(was: Membership | None) -> Standing:
    """How somebody whom a group brings stands to the cohort; a no is a no."""
    if was is None or was.state == "removed":
        return "new"
    return "there" if was.state in ("invited", "member") else "said-no"


async def counts(moment: Moment, sync: Sync) -> Mapping[Standing, int]:
    """How many stand how."""
    return {it: await moment.read.tally(board(it), sync.look) for it in STANDINGS}


async def busy(moment: Moment, sync: Sync | None) -> bool:
    """Whether people are still coming in."""
    if sync is None or sync.stage != "going":
        return False
    told = await counts(moment, sync)
    return told["new"] + told["asked"] > 0


# --- timers ---------------------------------------------------------------------------------------


def step(name: str, event: Event, sync: Sync, due: datetime | None = None, **args: str) -> Job:
    """What comes next in this round; planned twice, it is done once."""
    given = {"cohort": sync.id, "round": str(sync.round), **args}
    key = "/".join((name, *given.values()))
    timer = Event(id=f"timer/{key}", org=event.org, source="timer", name=name, args=given)
    return Job(key=key, work=Raise(timer), due=due)


async def meant(event: Event, moment: Moment) -> Sync | None:
    """The sync that a timer or an answer is about, if it is still at that round."""
    sync = await moment.read.get(Sync, event.args.get("cohort", ""))
    return sync if sync and str(sync.round) == event.args.get("round") else None


def shown(sync: Sync) -> Job:
    """Brings the card of this round up to date."""
    return show(ToPerson(sync.by), f"group-sync/{sync.look}", weight="answer")
