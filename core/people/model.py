"""People: who they are, through which accounts, and when they may be written to.

What a slice hangs on a person it also forgets and hands out: `Eraser` and `Exporter` are the
functions that it puts into the tables of `core/actions.py`, `Teller` the one for `status`.
"""

import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal, get_args

from msgspec.structs import replace

from core.engine.gate import known_zone
from core.engine.ports import (
    Actor,
    Changes,
    Event,
    Moment,
    Reader,
    Recipient,
    Record,
    Rhythm,
    Viewer,
)
from core.message import Phrase

From = Literal["", "org", "cohort", "directory", "platform", "own"]
RANKS: tuple[From, ...] = get_args(From)
SENT = "sent"
LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class Person(Record, frozen=True, kw_only=True):
    """Somebody, on however many platforms; `accounts` with the last active first.

    `heard` is how many messages we had sent without being asked when they last did something:
    what was sent since is unanswered. An erased person keeps the id and nothing else.
    """

    kind: ClassVar[str] = "person"
    indexes: ClassVar[tuple[str, ...]] = ("email",)

    name: str = ""
    email: str = ""
    accounts: tuple[str, ...] = ()
    zone: str = ""
    zone_from: From = ""
    locale: str = ""
    locale_from: From = ""
    start: int = 9
    end: int = 17
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    country: str = ""
    budget: int = 3
    paused_until: datetime | None = None
    stopped: bool = False
    guest: bool = False
    heard: int = 0
    erased: bool = False


class Account(Record, frozen=True, kw_only=True):
    """Which person an account (its id, `<platform>:<tenant>:<user>`) belongs to."""

    kind: ClassVar[str] = "account"
    indexes: ClassVar[tuple[str, ...]] = ("person",)

    person: str


Eraser = Callable[[Person, Moment], Awaitable[Changes]]
Exporter = Callable[[Person, Moment], Awaitable[Mapping[str, object]]]
Teller = Callable[[Reader, Person], Awaitable[Sequence[Phrase]]]


# --- finding people ---------------------------------------------------------------------------


async def of(read: Reader, person: str) -> Person | None:
    """The person with this id, also when erased."""
    return await read.get(Person, person)


async def by_account(read: Reader, account: str) -> Person | None:
    """The person behind an account, if we have met."""
    known = await read.get(Account, account)
    person = await of(read, known.person) if known else None
    return None if person is None or person.erased else person


async def recipient(read: Reader, person: str) -> Recipient | None:
    """All that the worker has to know to write to a person; None when there is nobody."""
    found = await of(read, person)
    if found is None or found.erased:
        return None
    return Recipient(
        person=found.id, accounts=found.accounts, viewer=viewer(found), rhythm=rhythm(found)
    )


async def picked(event: Event, moment: Moment, value: str) -> tuple[Person | None, Changes]:
    """Whom a field of people names: a person id, or an account that we know or that came along."""
    if ":" not in value:
        return await of(moment.read, value), Changes()
    actor = next((actor for actor in event.people if actor.account == value), None)
    if actor is not None:
        return await acquaint(event.org, actor, moment)
    return await by_account(moment.read, value), Changes()


# --- meeting people ---------------------------------------------------------------------------


async def meet(event: Event, moment: Moment) -> tuple[Person, Changes]:
    """Who did this, and what we learn from their doing it: nothing, most of the time."""
    if event.by is None:
        raise LookupError(f"nobody did {event.name}")
    person, changes = await acquaint(event.org, event.by, moment)
    heard = await moment.read.tally(SENT, person.id)
    if heard == person.heard:
        return person, changes
    person = replace(person, heard=heard)
    return person, changes + Changes(saves=(person,))


async def acquaint(org: str, actor: Actor, moment: Moment) -> tuple[Person, Changes]:
    """The person behind an account, made when new, brought up to date when something changed."""
    known = await by_account(moment.read, actor.account)
    if known is None:
        return await _new(org, actor, moment)
    person = refreshed(known, actor)
    return person, Changes(saves=() if person == known else (person,))


async def _new(org: str, actor: Actor, moment: Moment) -> tuple[Person, Changes]:
    new = person_id(org, actor.account)
    if await of(moment.read, new):  # erased: whoever comes back starts afresh
        new = moment.id("person", actor.account)
    person = refreshed(Person(id=new), actor)
    old = await moment.read.get(Account, actor.account)
    account = Account(id=actor.account, version=old.version if old else 0, person=new)
    return person, Changes(saves=(person, account))


def person_id(org: str, account: str) -> str:
    """The id of the person who is first met by this account."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{org}/{account}").hex


def refreshed(person: Person, actor: Actor) -> Person:
    """The person, with what their platform says of them now; what it leaves out stays."""
    person = with_zone(person, actor.zone, "platform")
    person = with_locale(person, actor.locale, "platform")
    others = tuple(account for account in person.accounts if account != actor.account)
    return replace(
        person,
        name=" ".join(actor.name.split())[:80] or person.name,
        email=actor.email.strip().lower()[:254] or person.email,
        accounts=(actor.account, *others),
        guest=actor.guest and (person.guest or not others),
    )


# --- rules ------------------------------------------------------------------------------------


def with_zone(person: Person, zone: str, source: From) -> Person:
    """The person in this time zone, unless it is none or a better source has named another."""
    if outranked(source, person.zone_from) or known_zone(zone) is None:
        return person
    return replace(person, zone=zone, zone_from=source)


def with_locale(person: Person, locale: str, source: From) -> Person:
    """The person with this language, unless it is none or a better source has named another."""
    locale = locale.replace("_", "-")
    if outranked(source, person.locale_from) or LOCALE.fullmatch(locale) is None:
        return person
    return replace(person, locale=locale, locale_from=source)


def outranked(source: From, by: From) -> bool:
    """Whether what `by` said counts for more than what `source` says."""
    return RANKS.index(source) < RANKS.index(by)


def rhythm(person: Person) -> Rhythm:
    """When and how often this person may be written to without having asked."""
    return Rhythm(
        zone=person.zone or "UTC",
        start=person.start,
        end=person.end,
        days=person.days,
        country=person.country,
        paused_until=person.paused_until,
        stopped=person.stopped,
        budget=person.budget,
        heard=person.heard,
    )


def viewer(person: Person) -> Viewer:
    """For whom a Post is drawn when this person sees it alone."""
    return Viewer(person=person.id, locale=person.locale or "en", zone=person.zone or "UTC")
