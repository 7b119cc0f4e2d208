"""Course links: what a course is, how one is sent, and how far each person has come with it.

`opened` is what our own page saw, `declared` what the person says, `confirmed` what the provider
says: three columns that are never mixed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import ClassVar, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from core.cohorts.model import Cohort, leads, membership_id, runs
from core.cohorts.model import Membership as Member
from core.engine.ports import (
    Changes,
    Delivery,
    Job,
    Moment,
    Reader,
    Record,
    Show,
    Tally,
    ToPerson,
    Withdraw,
    counted,
)
from core.engine.ports import State as Fate
from core.people.model import Person

Capability = Literal["search", "resolve", "enrol", "progress", "push", "groups", "points"]
State = Literal[
    "reading", "draft", "counting", "ready", "waiting", "going", "sent", "stopped", "taken"
]
Kind = Literal["me", "cohort", "place", "people", "mails", "group"]
Standing = Literal["will", "held", "cannot"]

TITLE, PURPOSE, QUESTION, SUMMARY = 150, 200, 200, 400
LINK = 2000
PATH = 20
ROLL = 200
LINKS = "link"


class Course(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something to learn, wherever it is; `id` is what its catalogue calls it.

    `minutes` is 0 and other texts are "" where nobody says. `leaves` is the day on which the
    provider takes it away, `retired` that it has.
    """

    catalogue: str
    id: str
    url: str
    title: str
    summary: str = ""
    image: str = ""
    minutes: int = 0
    provider: str = ""
    language: str = ""
    kind: str = ""
    leaves: date | None = None
    retired: bool = False

    @property
    def key(self) -> str:
        """What it is known by among the courses of all catalogues."""
        return f"{self.catalogue}:{self.id}"


class Audience(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom a link is for: `ids` are persons, a cohort, a place or a group of the directory."""

    kind: Kind
    ids: tuple[str, ...] = ()
    name: str = ""


class Send(Record, frozen=True, kw_only=True):
    """A course link on its way: several courses are a path, one after the other.

    `round` counts how often its audience was gathered: the rolls `<id>/<round>/<n>`, `pages` of
    them, name everybody; `next` is the roll that is sent next. `open`: in the places of the
    audience, for all to see, instead of privately. `starts` is when it goes out, `due` when it
    should be done; `assigned`: it is also for those who join later. `pace` "done" opens the next of
    a path when the last is done, a number so many days after it. `trouble` says why a link could
    not be read, `edition` counts changes after sending. `reading` are the courses of which nobody
    has said yet what they are, `goes` is when it leaves once it was confirmed, `halt` says what
    kept it from leaving or going on. `keeps`: it is gathered from the addresses of the last round.
    `step` is the one of a programme that sends it by itself.
    """

    kind: ClassVar[str] = "send"
    indexes: ClassVar[tuple[str, ...]] = ("by", "cohort", "state", "course")
    order: ClassVar[str] = "rank"

    by: str
    made: datetime
    rank: str
    courses: tuple[Course, ...]
    course: str = ""
    state: State = "draft"
    cohort: str = ""
    purpose: str = ""
    question: str = ""
    audience: Audience | None = None
    open: bool = False
    starts: datetime | None = None
    due: date | None = None
    assigned: bool = False
    pace: str = "done"
    round: int = 0
    pages: int = 0
    next: int = 0
    trouble: str = ""
    edition: int = 0
    ended: datetime | None = None
    reading: tuple[int, ...] = ()
    goes: datetime | None = None
    halt: str = ""
    keeps: bool = False
    step: str = ""


class Roll(Record, frozen=True, kw_only=True):
    """At most 200 of an audience, frozen; the id is `<send>/<round>/<n>`.

    `strangers` are addresses that belong to nobody we know.
    """

    kind: ClassVar[str] = "roll"
    indexes: ClassVar[tuple[str, ...]] = ("send",)
    versioned: ClassVar[bool] = False

    send: str
    people: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far somebody has come with one course of a send, in three columns."""

    since: datetime | None = None
    opened: datetime | None = None
    declared: datetime | None = None
    confirmed: datetime | None = None
    enrolled: str = ""

    @property
    def done(self) -> datetime | None:
        """When it was done, by whoever said so first."""
        return min((at for at in (self.declared, self.confirmed) if at), default=None)


class Learning(Record, frozen=True, kw_only=True):
    """How far a person has come with a send; the id is `<send>/<person>`.

    There is none before they did anything. `at` is the step of the path that is open to them,
    `copies` how often they had the card brought once more.
    """

    kind: ClassVar[str] = "learning"
    indexes: ClassVar[tuple[str, ...]] = ("send", "person")

    send: str
    person: str
    steps: tuple[Step, ...]
    at: int = 0
    copies: int = 0

    @property
    def now(self) -> Step:
        """The step that is open."""
        return self.steps[min(self.at, len(self.steps) - 1)]

    @property
    def done(self) -> bool:
        """Whether all of it is done."""
        return all(step.done for step in self.steps)


class Progress(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a provider says of somebody, known by e-mail, and one of its courses.

    `done` is when they finished, `percent` -1 where nobody says.
    """

    catalogue: str
    course: str
    email: str
    done: datetime | None = None
    percent: int = -1


class Points(Struct, frozen=True, kw_only=True):
    """What a provider counts for somebody, as it counts it; level 0 where it has none."""

    provider: str
    points: int = 0
    level: int = 0
    badges: tuple[str, ...] = ()


# --- what crosses to the catalogues --------------------------------------------------------------
#
# Questions of the platform `catalogues`, by port (an Ask says "resolve", and the platform in its
# question): `resolve` {url} -> values course; `search` {words, cursor} -> values courses, cursor;
# `enrol` {catalogue, course, email, due} -> values state (enrolled | unknown | unable); `progress`
# {catalogue, since} -> values progress, until, more; `groups` {catalogue} and `group` {catalogue,
# group}; `points` {email} -> values points. What goes wrong is `error`: one of TROUBLES. A query
# finds them as `catalogues.resolve`.

TROUBLES = ("nowhere", "private", "unreadable", "slow", "refused", "gone", "busy", "off")
"""A link to nowhere, one into a private network, no page, a provider that is slow, does not let us
in, does not have it any more, has no time now, or is not set up."""


def packed(thing: Course | Sequence[Course] | Sequence[Progress] | Sequence[Points]) -> str:
    """What an Answer or an Event carries of it, as text."""
    return msgspec.json.encode(thing).decode()


def course_in(text: str) -> Course:
    """Raises msgspec.DecodeError for what is none."""
    return msgspec.json.decode(text, type=Course)


def points_in(text: str) -> tuple[Points, ...]:
    """Raises msgspec.DecodeError for what is none."""
    return msgspec.json.decode(text, type=tuple[Points, ...])


def courses_in(text: str) -> tuple[Course, ...]:
    """Raises msgspec.DecodeError for what is none."""
    return msgspec.json.decode(text or "[]", type=tuple[Course, ...])


def progress_in(text: str) -> tuple[Progress, ...]:
    """Raises msgspec.DecodeError for what is none."""
    return msgspec.json.decode(text or "[]", type=tuple[Progress, ...])


def bare(url: str) -> Course:
    """A link of which nothing is known yet but where it leads."""
    return Course(catalogue=LINKS, id=link_id(url), url=url, title=host_of(url) or url[:TITLE])


def link_id(url: str) -> str:
    """The id of any link among links."""
    return sha256(url.encode("utf-8", "replace")).hexdigest()[:24]


def host_of(url: str) -> str:
    """The host of an address, without www; "" for what is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


WAITING: tuple[Fate, ...] = ("planned", "held", "waiting_install")
ARRIVED: tuple[Fate, ...] = ("sent", "unconfirmed")
"""What a Delivery can be while it is on its way, and once it may have been read."""

# --- one person of a send ------------------------------------------------------------------------

OPENED, DECLARED, CONFIRMED = "courses.opened", "courses.declared", "courses.confirmed"
"""Boards that count people by send: who opened, who says they are done, of whom we are told."""


def card_slot(send: str) -> str:
    """The slot of the card that learners see."""
    return f"course/{send}"


def copy_slot(send: str, n: int) -> str:
    """The slot of the card that somebody had brought once more, the n-th time."""
    return f"{card_slot(send)}/{n}"


def withdrawn(person: str, slot: str) -> Job:
    """Takes a private card away."""
    return Job(key=f"withdraw/{person}/{slot}", work=Withdraw(ToPerson(person), slot))


def shared_slot(send: str, n: int) -> str:
    """The slot of the card for all to see, in the place of the audience that is number n."""
    return f"course/{send}/at{n}"


def desk_slot(send: str) -> str:
    """The slot of the card of whoever sends it."""
    return f"send/{send}"


def given(send: Send, person: str, now: datetime) -> Changes:
    """One person is brought the link, once, and accounted for from now on."""
    delivery = Delivery(id=f"{send.id}/{person}", campaign=send.id, person=person, at=now)
    slot = card_slot(send.id)
    job = Job(
        key=f"show/{person}/{slot}",
        work=Show(ToPerson(person), slot),
        weight="nudge",
        plan="replace",
        report=delivery.id,
    )
    return Changes(saves=(delivery,), tallies=(counted(delivery),), jobs=(job,))


async def learning_of(read: Reader, send: Send, person: str) -> Learning:
    """How far somebody has come, before they have begun as well."""
    id = f"{send.id}/{person}"
    found = await read.get(Learning, id)
    steps = (Step(),) * len(send.courses)
    return found or Learning(id=id, send=send.id, person=person, steps=steps)


def learned(board: str, send: str, person: str, step: int = 0) -> Tally:
    """Counts a person for one step of a send, once."""
    return Tally(board=board, subject=f"{send}/{step}", once=f"{board}/{send}/{step}/{person}")


# --- who may -------------------------------------------------------------------------------------


async def may_see(moment: Moment, send: Send, person: str) -> bool:
    """Whether the send was meant for somebody."""
    if send.by == person or await moment.read.get(Delivery, f"{send.id}/{person}"):
        return True
    found = await moment.read.get(Member, membership_id(send.cohort, person))
    return found is not None and found.state == "member"


async def may_send(moment: Moment, me: Person, cohort: Cohort | None) -> bool:
    """Whoever leads the cohort; to others than a cohort, whoever leads any."""
    if cohort is not None:
        return leads(cohort, me.id)
    owned = await moment.read.find(Cohort, owner=me.id, limit=1)
    led = await moment.read.find(Cohort, facilitator=me.id, limit=1)
    return bool(owned.items or led.items)


def answers_for(send: Send, cohort: Cohort | None, person: str) -> bool:
    """Whoever sent it, or runs the cohort that it is for, sees the figures and may stop it."""
    return person == send.by or (cohort is not None and runs(cohort, person))
