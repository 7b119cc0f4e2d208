"""A cohort, the places it lives in and the people in it: records and pure rules."""

import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import ClassVar, Literal

from msgspec import Struct
from msgspec.structs import replace

from core.engine.gate import known_zone, zone_of
from core.engine.ports import (
    PAGE,
    Event,
    Job,
    Moment,
    Page,
    Raise,
    Reader,
    Record,
    Tally,
    ToPlace,
    show,
)

Stage = Literal["open", "paused", "cancelled"]
Standing = Literal["invited", "member", "declined", "left", "removed"]
Way = Literal["team", "list", "code"]
Problem = Literal["name", "purpose", "date", "order", "past", "far", "zone", "person"]

NAME = range(3, 61)
PURPOSE = 200
SPACES = 10
SIGHTS = 30
TRIES = 10
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE = 7
LONGEST = timedelta(days=731)
KEPT = timedelta(days=30)


class Cohort(Record, frozen=True, kw_only=True):
    """People who go through one programme together. `spaces` are the places that show it."""

    kind: ClassVar[str] = "cohort"
    indexes: ClassVar[tuple[str, ...]] = ("code", "owner", "facilitator", "moderator")

    name: str
    purpose: str
    first: date
    last: date
    zone: str
    owner: str
    facilitator: str
    moderator: str
    code: str
    stage: Stage = "open"
    spaces: tuple[str, ...] = ()
    guests: bool = True
    offered: str = ""
    reason: str = ""


class Space(Record, frozen=True, kw_only=True):
    """A place (its id) where Coterie is installed, and the one cohort that lives there.

    `overheard`: what did not mention us was told to us there, because its owner allowed it.
    """

    kind: ClassVar[str] = "space"
    indexes: ClassVar[tuple[str, ...]] = ("cohort",)

    since: datetime
    state: Literal["attached", "detached"] = "attached"
    cohort: str = ""
    title: str = ""
    team: str = ""
    turn: int = 0
    overheard: bool = False


class Membership(Record, frozen=True, kw_only=True):
    """How a person stands to a cohort; the id is `<cohort>/<person>`. `turn` counts its moves.

    `seen`: where they are, each as `<place>|<account>`, as far as the platforms say.
    """

    kind: ClassVar[str] = "membership"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "person", "state")

    cohort: str
    person: str
    state: Standing
    way: Way
    at: datetime
    turn: int = 0
    seen: tuple[str, ...] = ()


class Tries(Record, frozen=True, kw_only=True):
    """When a person (its id) last gave a code that opens nothing."""

    kind: ClassVar[str] = "tries"

    at: tuple[datetime, ...] = ()


class Details(Struct, frozen=True, kw_only=True):
    """What a form says about a cohort, once it is in order."""

    name: str
    purpose: str
    first: date
    last: date
    zone: str
    facilitator: str
    moderator: str
    guests: bool = True


# --- what people write --------------------------------------------------------------------------


def line(text: str, limit: int) -> str:
    """One line, without what would hide or turn other text, cut at `limit`."""
    return " ".join("".join(c for c in text if _shows(c)).split())[:limit]


def lines(text: str, limit: int) -> str:
    """The same on several lines, with at most one empty line between two."""
    found = [line(part, limit) for part in text.replace("\r\n", "\n").split("\n")]
    kept = [part for n, part in enumerate(found) if part or (n and found[n - 1])]
    return "\n".join(kept).strip()[:limit]


def rest_of(event: Event, word: str) -> str:
    """What stands after the word that was typed."""
    typed = " ".join(event.text.split())
    return typed[len(word) :].strip() if typed.casefold().startswith(word) else typed


def day(text: str) -> date | None:
    """An ISO date, or None."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def problems(values: Mapping[str, str], today: date) -> dict[str, Problem]:
    """What is not in order, by field."""
    found: dict[str, Problem] = {}
    if len(line(values.get("name", ""), 1000)) not in NAME:
        found["name"] = "name"
    if not 1 <= len(line(values.get("purpose", ""), 5000)) <= PURPOSE:
        found["purpose"] = "purpose"
    if known_zone(values.get("zone", "").strip()) is None:
        found["zone"] = "zone"
    return found | _dates(day(values.get("first", "")), day(values.get("last", "")), today)


def details(values: Mapping[str, str]) -> Details:
    """What the form says; only after `problems` found none."""
    return Details(
        name=line(values["name"], NAME.stop),
        purpose=line(values["purpose"], PURPOSE),
        first=date.fromisoformat(values["first"].strip()[:10]),
        last=date.fromisoformat(values["last"].strip()[:10]),
        zone=values["zone"].strip(),
        facilitator=values["facilitator"],
        moderator=values["moderator"],
        guests=values.get("guests", "true") != "false",
    )


# --- a cohort -----------------------------------------------------------------------------------


def started(id: str, owner: str, said: Details) -> Cohort:
    """A new cohort."""
    return Cohort(
        id=id,
        owner=owner,
        code=code_of(id),
        name=said.name,
        purpose=said.purpose,
        first=said.first,
        last=said.last,
        zone=said.zone,
        facilitator=said.facilitator,
        moderator=said.moderator,
        guests=said.guests,
    )


def changed(cohort: Cohort, said: Details) -> Cohort:
    """The cohort as its form now says."""
    fields = {name: getattr(said, name) for name in Details.__struct_fields__}
    return replace(cohort, **fields)


def cohort_id(owner: str, draft: str) -> str:
    """The same for the same person and the same opened form, however often it is submitted."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"cohort/{owner}/{draft}").hex


def code_of(cohort: str) -> str:
    """The join code: no letters or digits that are taken for each other."""
    number = int.from_bytes(sha256(f"code/{cohort}".encode()).digest()[:8])
    return "".join(ALPHABET[number // len(ALPHABET) ** n % len(ALPHABET)] for n in range(CODE))


def code_in(text: str) -> str:
    """What somebody typed, as a code would be written."""
    return "".join(c for c in text.upper() if c in ALPHABET)[: CODE + 1]


def leads(cohort: Cohort, person: str) -> bool:
    """May change, pause and cancel it."""
    return person in (cohort.owner, cohort.facilitator)


def runs(cohort: Cohort, person: str) -> bool:
    """Leads it or keeps it safe."""
    return leads(cohort, person) or person == cohort.moderator


def over(cohort: Cohort, now: datetime) -> bool:
    """Whether its last day has passed where it takes place."""
    return now.astimezone(zone_of(cohort.zone)).date() > cohort.last


def awake(cohort: Cohort | None, now: datetime) -> bool:
    """Whether it may still ask anybody for anything."""
    return cohort is not None and cohort.stage == "open" and not over(cohort, now)


def attached(cohort: Cohort, place: str) -> Cohort:
    """It also lives there."""
    spaces = cohort.spaces if place in cohort.spaces else (*cohort.spaces, place)
    return replace(cohort, spaces=spaces[:SPACES], offered="")


def detached(cohort: Cohort, place: str) -> Cohort:
    """It no longer lives there."""
    return replace(cohort, spaces=tuple(space for space in cohort.spaces if space != place))


def refreshed(cohort: Cohort, slot: str) -> tuple[Job, ...]:
    """The jobs that bring a shared card up to date wherever it stands."""
    return tuple(show(ToPlace(place), slot, weight="answer") for place in cohort.spaces)


def subject(slot: str) -> str:
    """What a slot is about; a third part only tells one copy of a card from another."""
    return [*slot.split("/"), ""][1]


# --- its people ---------------------------------------------------------------------------------


def membership_id(cohort: str, person: str) -> str:
    """One for each person and cohort."""
    return f"{cohort}/{person}"


def board(state: Standing) -> str:
    """The board that counts who stands so."""
    return f"cohorts.{state}"


def asked(cohort: str, person: str, way: Way, now: datetime) -> Membership:
    """An invitation."""
    id = membership_id(cohort, person)
    return Membership(id=id, cohort=cohort, person=person, state="invited", way=way, at=now)


def moved(was: Membership, state: Standing, now: datetime) -> tuple[Membership, tuple[Tally, ...]]:
    """The membership in its new state, and the counts that go with it."""
    turn = was.turn + 1
    into = Tally(board=board(state), subject=was.cohort)
    out = Tally(board=board(was.state), subject=was.cohort, by=-1)
    counted = was.version > 0
    return replace(was, state=state, at=now, turn=turn), (out, into) if counted else (into,)


def noticed(was: Membership, sights: Iterable[str]) -> Membership:
    """The membership of somebody who is, by now, also in these places."""
    return replace(was, seen=tuple(dict.fromkeys((*was.seen, *sights)))[-SIGHTS:])


def sight(place: str, account: str) -> str:
    """That an account is in a place."""
    return f"{place}|{account}"


def afar(cohort: Cohort, member: Membership) -> bool:
    """Whether somebody would not read what is said where the cohort lives."""
    if member.seen:
        return not any(one.partition("|")[0] in cohort.spaces for one in member.seen)
    return not cohort.spaces or member.way != "team"


def tried(was: Tries, now: datetime) -> Tries:
    """One more wrong code."""
    return replace(was, at=(*_recent(was, now), now)[-TRIES:])


def spent(tries: Tries | None, now: datetime) -> bool:
    """Whether somebody guesses rather than types."""
    return tries is not None and len(_recent(tries, now)) >= TRIES


async def belongs(read: Reader, cohort: Cohort, person: str) -> bool:
    """Whether what the cohort wrote is meant for somebody's eyes."""
    found = await read.get(Membership, membership_id(cohort.id, person))
    return runs(cohort, person) or (found is not None and found.state == "member")


# --- timers and long walks ----------------------------------------------------------------------


def timer(name: str, org: str, due: datetime | None, **args: str) -> Job:
    """Lets a timer ring; the key is what it is about, so that planning twice is harmless."""
    key = "/".join((name, *args.values()))
    event = Event(id=f"timer/{key}", org=org, source="timer", name=name, args=args)
    return Job(key=key, work=Raise(event), due=due)


def later(event: Event, now: datetime) -> Job:
    """The same timer, a day on."""
    args = {**event.args, "again": f"{now + timedelta(days=1):%Y%m%d}"}
    return timer(event.name, event.org, now + timedelta(days=1), **args)


async def members(event: Event, moment: Moment) -> tuple[Page[Membership], tuple[Job, ...]]:
    """The next members on a walk through a cohort, and the job that walks on."""
    page = await moment.read.find(
        Membership,
        cohort=event.args["cohort"],
        state=event.args.get("state", "member"),
        after=event.args.get("cursor", ""),
        limit=PAGE,
    )
    if not page.cursor:
        return page, ()
    return page, (timer(event.name, event.org, None, **{**event.args, "cursor": page.cursor}),)


def _shows(character: str) -> bool:
    hides = "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"
    return not hides and (character.isspace() or unicodedata.category(character) != "Cc")


def _dates(first: date | None, last: date | None, today: date) -> dict[str, Problem]:
    if first is None or last is None:
        return {name: "date" for name, on in (("first", first), ("last", last)) if on is None}
    if abs(first - today) > LONGEST:
        return {"first": "far"}
    if last <= first:
        return {"last": "order"}
    if last < today:
        return {"last": "past"}
    return {"last": "far"} if last - first > LONGEST else {}


def _recent(tries: Tries, now: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in tries.at if now - at < timedelta(hours=1))
