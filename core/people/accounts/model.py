"""Codes that join accounts, and the rules for making one person of two and two of one."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import ClassVar

from msgspec.structs import replace

from core.engine.ports import Actor, Changes, Moment, Record
from core.people.model import (
    Account,
    Person,
    Twins,
    mail_of,
    outranked,
    refreshed,
    twins_id,
)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE = 8
LASTS = timedelta(minutes=15)
TRIES = 5
PAUSE = timedelta(minutes=15)
USUAL = Person(id="")


class Code(Record, frozen=True, kw_only=True):
    """What a code (its id, hashed) joins an account to. `typed`: the account that gave it."""

    kind: ClassVar[str] = "link_code"
    indexes: ClassVar[tuple[str, ...]] = ("person",)

    person: str
    account: str
    until: datetime
    typed: str = ""


class Missed(Record, frozen=True, kw_only=True):
    """When an account (its id) last gave a code that joins nothing."""

    kind: ClassVar[str] = "link_missed"

    at: tuple[datetime, ...] = ()


# --- codes --------------------------------------------------------------------------------------


def drawn() -> str:
    """A code. Not drawn from the event: nobody may work it out who knows a message's id."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE))


def digest(code: str) -> str:
    """How a code is kept."""
    return sha256(f"link/{code}".encode()).hexdigest()


def code_in(text: str) -> str:
    """What somebody typed, as a code would be written."""
    return "".join(c for c in text.upper() if c in ALPHABET)[: CODE + 1]


def shown(code: str) -> str:
    """A code as it is easily read."""
    return f"{code[: CODE // 2]}-{code[CODE // 2 :]}"


def opens(code: Code | None, key: str, account: str, now: datetime) -> bool:
    """Whether a code of this digest may be used by this account now."""
    if code is None or not compare_digest(code.id.encode(), key.encode()):
        return False
    return now < code.until and code.typed in ("", account)


def spent(missed: Missed | None, now: datetime) -> bool:
    """Whether an account guesses rather than types."""
    return missed is not None and len(_recent(missed, now)) >= TRIES


def tried(was: Missed, now: datetime) -> Missed:
    """One more wrong code."""
    return replace(was, at=(*_recent(was, now), now)[-TRIES:])


def _recent(missed: Missed, now: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in missed.at if now - at < PAUSE)


# --- one of two ---------------------------------------------------------------------------------


def united(kept: Person, gone: Person, account: str) -> Person:
    """One person with the accounts of both; what they chose counts more than what was found."""
    accounts = dict.fromkeys((account, *kept.accounts, *gone.accounts))
    return replace(
        _settings(kept, gone),
        name=kept.name or gone.name,
        email=kept.email or gone.email,
        title=kept.title or gone.title,
        manager=kept.manager or gone.manager,
        home=kept.home or gone.home,
        accounts=tuple(accounts),
        stopped=kept.stopped or gone.stopped,
        paused_until=max(filter(None, (kept.paused_until, gone.paused_until)), default=None),
        guest=kept.guest and gone.guest,
    )


def _settings(kept: Person, gone: Person) -> Person:
    """Zone and language by the better source; the rest as one of them has chosen it."""
    if not outranked(gone.zone_from, kept.zone_from) and gone.zone_from != kept.zone_from:
        kept = replace(kept, zone=gone.zone, zone_from=gone.zone_from)
    if not outranked(gone.locale_from, kept.locale_from) and gone.locale_from != kept.locale_from:
        kept = replace(kept, locale=gone.locale, locale_from=gone.locale_from)
    chosen = ("start", "end", "days", "country", "budget")
    usual = [name for name in chosen if getattr(kept, name) == getattr(USUAL, name)]
    return replace(kept, **{name: getattr(gone, name) for name in usual})


def pointing(gone: Person, kept: Person) -> Person:
    """What is left of somebody who turned out to be another."""
    return Person(id=gone.id, version=gone.version, erased=True, into=kept.id)


# --- two of one ---------------------------------------------------------------------------------


async def separated(
    me: Person, account: str, by: Actor, moment: Moment
) -> tuple[Person, Person, Changes]:
    """The person without an account, and whoever it belongs to now; never taken for one again."""
    fresh = Person(id=moment.id("apart", account), name=me.name, accounts=(account,))
    if by.account == account:
        fresh = refreshed(fresh, by)
    left = tuple(one for one in me.accounts if one != account)
    vouched = me.email if by.account in left and mail_of(by) == me.email else ""
    rest = replace(me, accounts=left, email=vouched, home="" if me.home == account else me.home)
    was = await moment.read.get(Account, account) or Account(id=account, person="")
    apart = await kept_apart(me.id, fresh.id, moment)
    return (
        rest,
        fresh,
        Changes(saves=(rest, fresh, replace(was, person=fresh.id, by_mail=False), apart)),
    )


async def kept_apart(one: str, other: str, moment: Moment) -> Twins:
    """Remembers that two are not one."""
    id = twins_id(one, other)
    first, second = sorted((one, other))
    was = await moment.read.get(Twins, id) or Twins(id=id, one=first, other=second)
    return replace(was, state="apart", yes=())
