"""The circles of a cohort, who sits in which, and the rules for hosts and for who comes or goes."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from msgspec.structs import replace

from core.cohorts.circles.split import MOST, Reasons
from core.cohorts.introductions.questions import QUESTIONS, of_theme
from core.engine.ports import Job, Moment, Reader, Record, Show, ToPerson, ToPlace, show
from core.message import Phrase, say, verbatim

LARGE = 20
USUAL = 8
SIZES = (6, 8, 10, 12)
FEW = 4
QUESTION = 200
TEXT = 400
WEEK = timedelta(days=7)
FADES = timedelta(days=5)
FIRST = "need"
THEMES = ("team", "learning", "solving", "change", "keeping", "work")


class Arrangement(Record, frozen=True, kw_only=True):
    """How the circles of a cohort (its id) stand; `draft` counts the draws.

    `circles` were made in all, `ended` of them are no more.
    """

    kind: ClassVar[str] = "circles"
    indexes: ClassVar[tuple[str, ...]] = ("cohort",)

    cohort: str
    state: Literal["drawing", "proposed", "running"] = "drawing"
    draft: int = 1
    size: int = USUAL
    circles: int = 0
    ended: int = 0
    people: int = 0


class Circle(Record, frozen=True, kw_only=True):
    """Some people of a cohort; smaller ones come first.

    `turn` counts its questions: one of the bank, or the `own` one of a host. `hosted` are those
    who have hosted since everyone had. `week` is the week of its host, `asked` the last in which
    a host asked. `kept`: it may stay as small as it is.
    """

    kind: ClassVar[str] = "circle"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "state")
    order: ClassVar[str] = "rank"

    cohort: str
    number: int
    draft: int
    people: tuple[str, ...]
    state: Literal["proposed", "running"] = "proposed"
    teams: int = 0
    hours: int = 0
    clash: bool = False
    place: str = ""
    turn: int = 0
    question: str = FIRST
    own: str = ""
    before: tuple[str, ...] = (FIRST,)
    host: str = ""
    hosted: tuple[str, ...] = ()
    week: int = 0
    asked: int = 0
    idea: str = ""
    kept: bool = False
    rank: str


class Seat(Record, frozen=True, kw_only=True):
    """In which circle somebody is, "" while they wait for one; the id is `<cohort>/<person>`.

    `text` is what they answered, `at` some time, to question number `turn` of the circle; a
    moderator may have `hidden` it.
    """

    kind: ClassVar[str] = "seat"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "person", "circle")

    cohort: str
    person: str
    circle: str = ""
    turn: int = 0
    text: str = ""
    at: datetime | None = None
    hidden: bool = False


Apart = Callable[[str, Circle], bool]


def seat_id(cohort: str, person: str) -> str:
    """One for each person and cohort."""
    return f"{cohort}/{person}"


# --- making circles -----------------------------------------------------------------------------


def proposed(cohort: str, draft: int, number: int, people: tuple[str, ...], why: Reasons) -> Circle:
    """A circle that nobody but the facilitator knows of."""
    return Circle(
        id=f"{cohort}-{draft}-{number}",
        cohort=cohort,
        number=number,
        draft=draft,
        people=people,
        teams=why.teams,
        hours=why.hours,
        clash=why.clash,
        rank=_rank(people, number),
    )


def seated(circle: Circle, people: Sequence[str]) -> Circle:
    """The circle with these people; whoever has gone no longer hosts it."""
    there = tuple(dict.fromkeys(people))
    return replace(
        circle,
        people=there,
        host=circle.host if circle.host in there else "",
        hosted=tuple(one for one in circle.hosted if one in there),
        rank=_rank(there, circle.number),
    )


def _rank(people: Sequence[str], number: int) -> str:
    return f"{len(people):02d}/{number:06d}"


def dwindled(circle: Circle) -> bool:
    """Whether too few are left, and nobody said that this is fine."""
    return circle.state == "running" and len(circle.people) < FEW and not circle.kept


def poured(small: Circle, others: Sequence[Circle], apart: Apart) -> tuple[Circle, ...]:
    """The circles that take in the people of one that dwindled: together, if one has room.

    `apart` says of a person and a circle that they do not go together.
    """
    left = sorted((one for one in others if one.id != small.id), key=lambda one: one.rank)
    roomy = [
        one
        for one in left
        if len(one.people) + len(small.people) <= MOST
        and not any(apart(person, one) for person in small.people)
    ]
    if roomy:
        return (seated(roomy[0], (*roomy[0].people, *small.people)),)
    changed: dict[str, Circle] = {}
    for person in small.people:
        free = [one for one in left if len(one.people) < MOST and not apart(person, one)]
        if not free:
            return ()
        taken = min(free, key=lambda one: one.rank)
        new = seated(taken, (*taken.people, person))
        left = [new if one.id == new.id else one for one in left]
        changed[new.id] = new
    return tuple(changed.values())


# --- the host -----------------------------------------------------------------------------------


def next_host(circle: Circle, away: Collection[str] = ()) -> str:
    """Who has not hosted for longest, "" where everyone is away."""
    here = [one for one in circle.people if one not in away]
    fresh = [one for one in here if one not in circle.hosted]
    if fresh:
        return fresh[0]
    waiting = [one for one in circle.hosted if one in here]
    return (waiting or [""])[0]


def hosted_by(circle: Circle, person: str, week: int, moment: Moment) -> Circle:
    """The circle with its host of the week, and a question that they might ask."""
    before = () if person in circle.hosted else circle.hosted
    theme = THEMES[week % len(THEMES)]
    fresh = [q.key for q in of_theme(theme) if q.key not in circle.before]
    idea = moment.dice().choice(fresh or [q.key for q in of_theme(theme)])
    return replace(circle, host=person, hosted=(*before, person), week=week, idea=idea)


def asking(circle: Circle, key: str, own: str) -> Circle:
    """The next question of the circle."""
    before = (*circle.before, key) if key else circle.before
    return replace(
        circle, turn=circle.turn + 1, question=key, own=own, before=before, asked=circle.week
    )


def phrase_of(key: str) -> Phrase:
    """A question of the bank."""
    words = next((q.words for q in QUESTIONS if q.key == key), "")
    return say(f"introductions.question.{key}", words) if words else verbatim("")


def question_of(circle: Circle) -> Phrase:
    """What the circle is asked now."""
    return verbatim(circle.own) if circle.own else phrase_of(circle.question)


# --- where it is shown --------------------------------------------------------------------------


def slot_of(circle: Circle) -> str:
    """Its card; a new one for each question."""
    return f"circle/{circle.id}/{circle.turn}"


def announced(circle: Circle, now: datetime, *, but: str = "") -> tuple[Job, ...]:
    """The card in the circle’s own chat; without one, privately to each."""
    if circle.place:
        return (show(ToPlace(circle.place), slot_of(circle)),)
    return tuple(shown_to(circle, person, now) for person in circle.people if person != but)


def shown_to(circle: Circle, person: str, now: datetime, why: str = "") -> Job:
    """The card to one of them."""
    slot = slot_of(circle)
    key = f"{slot}/{person}{why}"
    return Job(key=key, work=Show(ToPerson(person), slot), weight="nudge", until=now + FADES)


def said_now(seat: Seat, circle: Circle) -> bool:
    """Whether there is an answer to the question of the circle that all of it may read."""
    return bool(seat.text) and seat.turn == circle.turn and not seat.hidden


async def circle_of(read: Reader, cohort: str, person: str) -> Circle | None:
    """The circle that somebody is in."""
    seat = await read.get(Seat, seat_id(cohort, person))
    circle = await read.get(Circle, seat.circle) if seat and seat.circle else None
    fits = circle is not None and circle.state == "running" and person in circle.people
    return circle if fits else None
