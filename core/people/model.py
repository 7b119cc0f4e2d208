"""People: who they are, through which accounts, and when they may be written to.

What a slice hangs on a person it also forgets, hands out and carries over when two persons turn
out to be one: `Eraser`, `Exporter` and `Merger` are the functions that it puts into the tables of
`core/actions.py`, `Teller` the one for `status`. How a person gets several accounts is in
`accounts/`; only what every first meeting needs is here.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
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
    ToPerson,
    Viewer,
    Weight,
    named,
    show,
)
from core.message import Phrase

From = Literal["", "org", "cohort", "directory", "platform", "own"]
RANKS: tuple[From, ...] = get_args(From)
SENT = "sent"
HOPS = 5
FEW = 5
NAME, TITLE, MAIL = 80, 120, 254
LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class Person(Record, frozen=True, kw_only=True):
    """Somebody, on however many platforms; `accounts` with the last active first.

    `heard` is how many messages we had sent without being asked when they last did something:
    what was sent since is unanswered. `home` is the account to write to, if one was chosen,
    `manager` an account. An erased person keeps the id and nothing else; one that turned out to
    be another says `into` whom.
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
    title: str = ""
    manager: str = ""
    home: str = ""
    erased: bool = False
    into: str = ""


class Account(Record, frozen=True, kw_only=True):
    """Which person an account (its id, `<platform>:<tenant>:<user>`) belongs to.

    `by_mail`: only its e-mail address says so.
    """

    kind: ClassVar[str] = "account"
    indexes: ClassVar[tuple[str, ...]] = ("person",)

    person: str
    by_mail: bool = False


class Twins(Record, frozen=True, kw_only=True):
    """Two persons who may be one; the id is both of theirs. `yes`: who said so.

    Once they were kept apart, nobody takes them for one again.
    """

    kind: ClassVar[str] = "twins"
    indexes: ClassVar[tuple[str, ...]] = ("one", "other")

    one: str
    other: str
    state: Literal["open", "joined", "apart"] = "open"
    yes: tuple[str, ...] = ()


Eraser = Callable[[Person, Moment], Awaitable[Changes]]
Exporter = Callable[[Person, Moment], Awaitable[Mapping[str, object]]]
Merger = Callable[[Person, Person, Moment], Awaitable[Changes]]
"""Carries some of what hangs on the second person over to the first; no Changes: all is done."""
Teller = Callable[[Reader, Person], Awaitable[Sequence[Phrase]]]
Explainer = Callable[[Moment, Person], Awaitable[Sequence[Phrase]]]
"""What `why` says beside the messages: why somebody was matched, or left out."""


# --- finding people ---------------------------------------------------------------------------


async def of(read: Reader, person: str) -> Person | None:
    """The person with this id, also when erased."""
    return await read.get(Person, person)


async def alive(read: Reader, person: str) -> Person | None:
    """Who this id means now: another, if they turned out to be one; None for nobody."""
    found = await of(read, person)
    for _ in range(HOPS):
        if found is None or not found.into:
            break
        found = await of(read, found.into)
    return None if found is None or found.erased else found


async def by_account(read: Reader, account: str) -> Person | None:
    """The person behind an account, if we have met."""
    known = await read.get(Account, account)
    return await alive(read, known.person) if known else None


async def recipient(read: Reader, person: str) -> Recipient | None:
    """All that the worker has to know to write to a person; None when there is nobody."""
    found = await alive(read, person)
    if found is None:
        return None
    return Recipient(
        person=found.id, accounts=ways(found), viewer=viewer(found), rhythm=rhythm(found)
    )


def ways(person: Person) -> tuple[str, ...]:
    """Their accounts in the order in which to try them: the chosen one, then the last active."""
    if person.home not in person.accounts:
        return person.accounts
    return (person.home, *(account for account in person.accounts if account != person.home))


async def picked(event: Event, moment: Moment, value: str) -> tuple[Person | None, Changes]:
    """Whom a field of people names: a person id, or an account that we know or that came along."""
    if ":" not in value:
        return await alive(moment.read, value), Changes()
    actor = next((actor for actor in event.people if actor.account == value), None)
    if actor is not None:
        return await acquaint(event.org, actor, moment, active=False)
    return await by_account(moment.read, value), Changes()


# --- meeting people ---------------------------------------------------------------------------


async def meet(event: Event, moment: Moment) -> tuple[Person, Changes]:
    """Who did this, and what we learn from their doing it: nothing, most of the time."""
    if event.by is None:
        raise LookupError(f"nobody did {event.name}")
    person, changes = await acquaint(event.org, event.by, moment)
    if not person.version:
        return person, changes  # nobody can have written to them yet
    heard = await moment.read.tally(SENT, person.id)
    if heard == person.heard:
        return person, changes
    person = replace(person, heard=heard)
    return person, changes + Changes(saves=(person,))


async def acquaint(
    org: str, actor: Actor, moment: Moment, *, active: bool = True
) -> tuple[Person, Changes]:
    """The person behind an account, made when new, brought up to date when something changed.

    `active`: they did something; else they are only on a list.
    """
    known = await by_account(moment.read, actor.account)
    if known is None:
        return await _new(org, actor, moment, active=active)
    person = refreshed(known, actor, active=active)
    changes = Changes(saves=() if person == known else (person,))
    if person.email == known.email:
        return person, changes
    same = await _same_mail(actor, moment)
    return person, changes + await _doubts(person, same, moment, _weight(active))


async def _new(org: str, actor: Actor, moment: Moment, *, active: bool) -> tuple[Person, Changes]:
    """A verified e-mail that exactly one known person has, elsewhere, makes them one."""
    same = await _same_mail(actor, moment)
    sure = len(same) == 1 and _workspace(actor.account) not in map(_workspace, same[0].accounts)
    was = same[0] if sure else Person(id=await _fresh(org, actor, moment))
    person = refreshed(was, actor, active=active)
    old = await moment.read.get(Account, actor.account)
    version = old.version if old else 0
    account = Account(id=actor.account, version=version, person=person.id, by_mail=sure)
    changes = Changes(saves=(person, account))
    if not sure:
        return person, changes + await _doubts(person, same, moment, _weight(active))
    told = show(ToPerson(person.id), f"joined/{account.id}", weight=_weight(active))
    return person, changes + Changes(jobs=(told,))


async def _fresh(org: str, actor: Actor, moment: Moment) -> str:
    """An id for somebody new; who was erased or went apart, and comes back, starts afresh."""
    new = person_id(org, actor.account)
    return moment.id("person", actor.account) if await of(moment.read, new) else new


async def _same_mail(actor: Actor, moment: Moment) -> tuple[Person, ...]:
    """Those of us who have the same e-mail; guests never do."""
    mail = mail_of(actor)
    if not mail:
        return ()
    found = (await moment.read.find(Person, email=mail, limit=FEW)).items
    return tuple(person for person in found if not (person.erased or person.guest))


def _weight(active: bool) -> Weight:
    """Who is only on a list is told at an hour that suits; an account that acts, at once."""
    return "essential" if active else "nudge"


async def _doubts(me: Person, same: Sequence[Person], moment: Moment, weight: Weight) -> Changes:
    """Asks those who seem to be one whether they are, once; nobody is joined unasked."""
    changes = Changes()
    for other in same:
        id = twins_id(me.id, other.id)
        if other.id == me.id or me.guest or await moment.read.get(Twins, id):
            continue
        one, two = sorted((me.id, other.id))
        asked = tuple(show(ToPerson(person), f"twins/{id}", weight=weight) for person in (one, two))
        changes += Changes(saves=(Twins(id=id, one=one, other=two),), jobs=asked)
    return changes


def twins_id(one: str, other: str) -> str:
    """The same whichever comes first."""
    return "/".join(sorted((one, other)))


@lru_cache(1024)
def person_id(org: str, account: str) -> str:
    """The id of the person who is first met by this account."""
    return named(f"{org}/{account}")


def refreshed(person: Person, actor: Actor, *, active: bool = True) -> Person:
    """The person, with what their platform says of them now; what it leaves out stays.

    What a list says of another account than the last active one only fills gaps.
    """
    others = tuple(account for account in person.accounts if account != actor.account)
    if not active and others and others[0] == person.accounts[0]:
        return _listed(person, actor, others)
    person = with_zone(person, actor.zone, "platform")
    person = with_locale(person, actor.locale, "platform")
    return replace(
        person,
        name=_line(actor.name, NAME) or person.name,
        email=mail_of(actor) or person.email,
        title=_line(actor.title, TITLE) or person.title,
        manager=actor.manager or person.manager,
        accounts=(actor.account, *others),
        guest=actor.guest and (person.guest or not others),
    )


def _listed(person: Person, actor: Actor, others: tuple[str, ...]) -> Person:
    known = len(others) < len(person.accounts)
    return replace(
        person,
        name=person.name or _line(actor.name, NAME),
        email=person.email or mail_of(actor),
        title=person.title or _line(actor.title, TITLE),
        manager=person.manager or actor.manager,
        accounts=person.accounts if known else (*others, actor.account),
        guest=person.guest and actor.guest,
    )


def _line(text: str, limit: int) -> str:
    return " ".join(text.split())[:limit]


def mail_of(actor: Actor) -> str:
    """The e-mail of an account as it is compared, "" for a guest's or none.

    Only plain letters lose their case: others could turn into letters that they look like.
    """
    mail = actor.email.strip()
    if actor.guest or len(mail) > MAIL or "@" not in mail or mail.split() != [mail]:
        return ""
    return mail.lower() if mail.isascii() else mail


def _workspace(account: str) -> str:
    """Where one person has one account: an e-mail that comes twice there was given on."""
    return ":".join(account.split(":")[:2])


# --- rules ------------------------------------------------------------------------------------


def with_zone(person: Person, zone: str, source: From) -> Person:
    """The person in this time zone, unless it is none or a better source has named another."""
    if zone == person.zone and source == person.zone_from:
        return person
    if outranked(source, person.zone_from) or known_zone(zone) is None:
        return person
    return replace(person, zone=zone, zone_from=source)


def with_locale(person: Person, locale: str, source: From) -> Person:
    """The person with this language, unless it is none or a better source has named another."""
    locale = locale.replace("_", "-")
    if locale == person.locale and source == person.locale_from:
        return person
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
