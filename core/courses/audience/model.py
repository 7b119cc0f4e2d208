"""How many of an audience will get a link, and why the others will not: records and pure rules."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import ClassVar

from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.courses.model import Send, Standing
from core.engine.gate import Go, Later, gate, week_of
from core.engine.ports import Address, Reader, Record
from core.people.model import SENT, Person, alive, rhythm, viewer

MAILS = 5000
TEXT = 400_000
SIGN = r"[^\s<>\"'`,;:|()\[\]{}@]"
MAIL = re.compile(rf"(?<!{SIGN}){SIGN}{{1,64}}@{SIGN}{{1,180}}\.[^\W\d_]{{2,24}}")

GONE, STRANGER, LEFT, TWICE, GUEST = "gone", "unknown", "left", "twice", "guest"


class Count(Record, frozen=True, kw_only=True):
    """An audience, counted while it is gathered; the id is `<send>/<round>`.

    `all` are those in the rolls, strangers and all. Whoever is neither held nor out of reach will
    get it; both are counted by one word that says why. `stale` is how many pages in a row, from
    outside, named nobody new. `brought` are those on rolls that have gone out.
    """

    kind: ClassVar[str] = "count"
    indexes: ClassVar[tuple[str, ...]] = ("send",)
    versioned: ClassVar[bool] = False

    send: str
    all: int = 0
    held: Mapping[str, int] = {}
    cannot: Mapping[str, int] = {}
    stale: int = 0
    brought: int = 0

    @property
    def will(self) -> int:
        """How many get it when it goes out."""
        return self.all - self.later - self.out

    @property
    def later(self) -> int:
        """How many get it when their hours, pause or week allow."""
        return sum(self.held.values())

    @property
    def out(self) -> int:
        """How many cannot be reached."""
        return sum(self.cannot.values())


def count_id(it: Send) -> str:
    """The id of the count of its audience as it was gathered last."""
    return f"{it.id}/{it.round}"


def roll_id(it: Send, n: int) -> str:
    """The id of the n-th roll of its audience as it was gathered last."""
    return f"{it.id}/{it.round}/{n}"


def counted_in(was: Count, standings: Iterable[tuple[Standing, str]]) -> Count:
    """With these people, each by how they stand and why."""
    found = Counter(standings)
    held = {why: n for (stands, why), n in found.items() if stands == "held"}
    cannot = {why: n for (stands, why), n in found.items() if stands == "cannot"}
    return replace(
        was,
        all=was.all + found.total(),
        held=dict(Counter(was.held) + Counter(held)),
        cannot=dict(Counter(was.cannot) + Counter(cannot)),
    )


async def standing(
    read: Reader, person: str, at: datetime, *, guests: bool = True
) -> tuple[Standing, str]:
    """How somebody stands to a message that nobody asked for, at a time, and why."""
    found = await alive(read, person)
    out = GONE if found is None else await _unreachable(read, found, guests=guests)
    if found is None or out:
        return "cannot", out
    who = rhythm(found)
    week = f"{SENT}/{week_of(viewer(found).zone, at)}"
    verdict = gate(
        who,
        at,
        sent_this_week=await read.tally(week, found.id),
        unanswered=await read.tally(SENT, found.id) - who.heard,
    )
    match verdict:
        case Go():
            return "will", ""
        case Later(_, why):
            return "held", why
        case _:
            return "cannot", verdict.why


async def _unreachable(read: Reader, person: Person, *, guests: bool) -> str:
    """Why none of their accounts can be written to, "" where one may be."""
    if person.guest and not guests:
        return GUEST
    if not person.accounts:
        return "no way"
    why = "not_installed"
    for account in person.accounts:
        address = await read.get(Address, account)
        if address is None or address.state == "ok":
            return ""
        why = "blocked" if address.state == "blocked" else why
    return why


async def with_guests(read: Reader, it: Send) -> bool:
    """Whether guests may get it: a cohort may be without them."""
    cohort = await read.get(Cohort, it.cohort) if it.cohort else None
    return cohort is None or cohort.guests


# --- addresses that were pasted -------------------------------------------------------------------


def mails_in(text: str) -> tuple[str, ...]:
    """The e-mail addresses in a list or a sheet, each once, as they are compared."""
    found = (mail.strip(".").lower() for mail in MAIL.findall(text[:TEXT]))
    return tuple(dict.fromkeys(mail for mail in found if mail.isascii()))


def trace_of(mail: str, person: str) -> str:
    """By what an address is found again without being kept; "" for none."""
    return sha256(f"{person}/{mail}".encode("utf-8", "replace")).hexdigest() if mail else ""


async def by_mail(read: Reader, mail: str) -> Person | None:
    """Whose verified address this is; None for nobody's, or that of several."""
    found = (await read.find(Person, email=mail, limit=2)).items
    there = [person for person in found if not (person.erased or person.into or person.guest)]
    return there[0] if len(there) == 1 else None
