"""A workshop, and the rules of its form, its time and its reminders."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar, Literal, get_args

from msgspec import Struct
from msgspec.structs import asdict, replace

from core.cohorts.model import ALPHABET, Cohort, day, line, refreshed
from core.engine.gate import zone_of
from core.engine.ports import Job, Moment, Reader, Record, ToPerson, show

Mode = Literal["room", "online", "both"]
State = Literal["draft", "planned", "held", "cancelled"]
Problem = Literal[
    "title",
    "purpose",
    "day",
    "time",
    "gap",
    "past",
    "last",
    "minutes",
    "place",
    "link",
    "capacity",
    "reason",
    "same",
]
MODES: tuple[Mode, ...] = get_args(Mode)

TITLE, PURPOSE, PLACE, LINK, REASON = 80, 200, 120, 500, 300
SHORTEST, LONGEST, MOST = 10, 720, 10_000
CODE = 5
EARLY = timedelta(minutes=15)
GRACE = timedelta(minutes=30)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SATURDAY = 5
UPCOMING = 5


class Workshop(Record, frozen=True, kw_only=True):
    """A session of a cohort; a draft waits for whoever leads to complete it.

    `turn` counts its times, so that a reminder of an older one says nothing; `sequence` counts
    what a calendar has to know. `step`: the step of the programme that it came from.
    """

    kind: ClassVar[str] = "workshop"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "state", "code")
    order: ClassVar[str] = "rank"

    cohort: str
    title: str
    purpose: str
    starts: datetime
    minutes: int
    mode: Mode
    place: str = ""
    link: str = ""
    capacity: int = 0
    state: State = "draft"
    code: str = ""
    reason: str = ""
    recording: str = ""
    step: str = ""
    turn: int = 0
    sequence: int = 0
    rank: str


class Details(Struct, frozen=True, kw_only=True):
    """What the form says about a workshop, once it is in order."""

    title: str
    purpose: str
    starts: datetime
    minutes: int
    mode: Mode
    place: str
    link: str
    capacity: int


# --- the form -----------------------------------------------------------------------------------


def problems(values: Mapping[str, str], cohort: Cohort, now: datetime) -> dict[str, Problem]:
    """What is not in order, by field."""
    return _words(values) | _numbers(values) | time_problems(values, cohort, now)


def _words(values: Mapping[str, str]) -> dict[str, Problem]:
    found: dict[str, Problem] = {}
    mode = mode_of(values.get("mode", ""))
    if not 1 <= len(line(values.get("title", ""), 1000)) <= TITLE:
        found["title"] = "title"
    if not 1 <= len(line(values.get("purpose", ""), 5000)) <= PURPOSE:
        found["purpose"] = "purpose"
    place, link = line(values.get("place", ""), 1000), values.get("link", "").strip()
    if len(place) > PLACE or (mode != "online" and not place):
        found["place"] = "place"
    if not (address(link) if link else mode == "room"):
        found["link"] = "link"
    return found


def _numbers(values: Mapping[str, str]) -> dict[str, Problem]:
    found: dict[str, Problem] = {}
    if number(values.get("minutes", ""), SHORTEST, LONGEST) is None:
        found["minutes"] = "minutes"
    seats = values.get("capacity", "").strip()
    if seats and number(seats, 0, MOST) is None:
        found["capacity"] = "capacity"
    return found


def time_problems(values: Mapping[str, str], cohort: Cohort, now: datetime) -> dict[str, Problem]:
    """What is not in order about the day and the time."""
    on, at = day(values.get("day", "")), clock(values.get("time", ""))
    if on is None or at is None:
        wrong: dict[str, Problem] = {"day": "day", "time": "time"}
        return {name: wrong[name] for name, it in (("day", on), ("time", at)) if it is None}
    if on > cohort.last:
        return {"day": "last"}
    if on < now.date() - DAY:
        return {"day": "past"}
    starts = instant(on, at, cohort.zone)
    if starts is None:
        return {"time": "gap"}
    return {"day": "past"} if starts <= now else {}


def details(values: Mapping[str, str], cohort: Cohort) -> Details:
    """What the form says; only after `problems` found none."""
    return Details(
        title=line(values["title"], TITLE),
        purpose=line(values["purpose"], PURPOSE),
        starts=start_of(values, cohort),
        minutes=number(values["minutes"], SHORTEST, LONGEST) or SHORTEST,
        mode=mode_of(values.get("mode", "")),
        place=line(values.get("place", ""), PLACE),
        link=values.get("link", "").strip(),
        capacity=number(values.get("capacity", ""), 0, MOST) or 0,
    )


def start_of(values: Mapping[str, str], cohort: Cohort) -> datetime:
    """When the form says that it begins; only after `time_problems` found none."""
    on, at = day(values["day"]), clock(values["time"])
    starts = instant(on, at, cohort.zone) if on and at else None
    if starts is None:
        raise ValueError("the form was not looked over")
    return starts


def mode_of(text: str) -> Mode:
    """Where it takes place; what is not said clearly is both."""
    return next((mode for mode in MODES if mode == text), "both")


def number(text: str, least: int, most: int) -> int | None:
    """A whole number within bounds, or None."""
    text = text.strip()
    plain = text.isascii() and text.isdecimal() and len(text) <= len(str(most)) + 2
    return int(text) if plain and least <= int(text) <= most else None


def address(url: str) -> bool:
    """Whether this could be where people click."""
    return url.startswith(("https://", "http://")) and len(url) <= LINK and url.split() == [url]


def clock(text: str) -> time | None:
    """A time of day: 14:00, 14.00, 14h, 9; or None."""
    hours, _, minutes = text.strip().lower().replace(".", ":").replace("h", ":").partition(":")
    hour, minute = number(hours, 0, 23), number(minutes or "0", 0, 59)
    return None if hour is None or minute is None else time(hour, minute)


def instant(on: date, at: time, zone: str) -> datetime | None:
    """The moment at which a clock there shows this; None for an hour that the clocks leave out."""
    local = datetime.combine(on, at, zone_of(zone))
    moment = local.astimezone(UTC)
    same = moment.astimezone(zone_of(zone)).replace(tzinfo=None) == local.replace(tzinfo=None)
    return moment if same else None


def local(workshop: Workshop, cohort: Cohort) -> datetime:
    """When it begins, by the clocks where the cohort takes place."""
    return workshop.starts.astimezone(zone_of(cohort.zone))


# --- a workshop ---------------------------------------------------------------------------------


def workshop_id(cohort: str, draft: str) -> str:
    """The same for the same cohort and the same opened form or step, however often it comes."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"workshop/{cohort}/{draft}").hex


def planned(id: str, cohort: str, said: Details, moment: Moment) -> Workshop:
    """A new workshop that people can sign up for."""
    dice = moment.dice()
    return Workshop(
        id=id,
        cohort=cohort,
        state="planned",
        code="".join(dice.choice(ALPHABET) for _ in range(CODE)),
        rank=rank_of(said.starts),
        **asdict(said),
    )


def completed(draft: Workshop, said: Details, moment: Moment) -> Workshop:
    """The draft as a workshop that people can sign up for."""
    new = planned(draft.id, draft.cohort, said, moment)
    return replace(new, version=draft.version, step=draft.step)


def changed(was: Workshop, said: Details) -> Workshop:
    """The workshop as its form now says, at the time that it had."""
    kept = {"starts": was.starts, "mode": was.mode, "sequence": was.sequence + 1}
    return replace(was, **{**asdict(said), **kept})


def moved(was: Workshop, starts: datetime, reason: str) -> Workshop:
    """The workshop at another time."""
    return replace(
        was,
        starts=starts,
        rank=rank_of(starts),
        reason=reason,
        turn=was.turn + 1,
        sequence=was.sequence + 1,
    )


def off(was: Workshop, reason: str) -> Workshop:
    """The workshop, called off."""
    sequence = was.sequence + 1
    return replace(was, state="cancelled", reason=reason, turn=was.turn + 1, sequence=sequence)


def turn_in(slot: str) -> str:
    """The time, or the change, that a card is about: the third part of its slot."""
    return [*slot.split("/"), "", ""][2]


def rank_of(starts: datetime) -> str:
    """Sorts earlier workshops first."""
    return f"{int(starts.timestamp()):012d}"


def ends(workshop: Workshop) -> datetime:
    """When it is over."""
    return workshop.starts + timedelta(minutes=workshop.minutes)


def running(workshop: Workshop, now: datetime) -> bool:
    """Whether its code counts now."""
    return workshop.starts - EARLY <= now <= ends(workshop) + GRACE


def open_to(workshop: Workshop, now: datetime) -> bool:
    """Whether anybody can still sign up."""
    return workshop.state == "planned" and now < ends(workshop)


def day_before(workshop: Workshop, cohort: Cohort) -> datetime:
    """The same time on the last working day before it."""
    at = local(workshop, cohort) - DAY
    while at.weekday() >= SATURDAY:
        at -= DAY
    return at.astimezone(UTC)


def pages(cohort: Cohort, workshop: Workshop) -> tuple[Job, ...]:
    """The cards that show it to everyone and to whoever facilitates."""
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return (desk, *refreshed(cohort, f"workshop/{workshop.id}"))


async def upcoming(read: Reader, cohort: str, limit: int = UPCOMING) -> tuple[Workshop, ...]:
    """The next workshops that people can sign up for."""
    page = await read.find(Workshop, cohort=cohort, state="planned", limit=limit)
    return page.items[:limit]
