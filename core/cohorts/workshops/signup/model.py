"""What somebody said to a workshop, and the seats that there are."""

from datetime import datetime
from typing import ClassVar, Literal

from msgspec.structs import replace

from core.cohorts.model import timer
from core.cohorts.workshops.model import Workshop
from core.engine.ports import (
    PAGE,
    Changes,
    Event,
    Job,
    Moment,
    Page,
    Record,
    Show,
    Tally,
    ToPerson,
    Weight,
)

Choice = Literal["", "room", "online", "waiting", "no"]
How = Literal["", "session", "catch_up"]

ATTENDED = "workshops.attended"
COMING: tuple[Choice, ...] = ("room", "online")
INTERESTED: tuple[Choice, ...] = ("room", "online", "waiting")
SAID: tuple[Choice, ...] = (*INTERESTED, "no")
AT_ONCE = 50


class Signup(Record, frozen=True, kw_only=True):
    """How a person stands to a workshop; the id is `<workshop>/<person>`. First come sorts first.

    `how` they attended, which counts the same either way; `takes` is what they take along: both
    are theirs alone. `turn` counts their choices, `about` is the turn of the workshop that the last
    one was about.
    """

    kind: ClassVar[str] = "signup"
    indexes: ClassVar[tuple[str, ...]] = ("workshop", "cohort", "person", "choice", "how")
    order: ClassVar[str] = "rank"

    workshop: str
    cohort: str
    person: str
    choice: Choice = ""
    how: How = ""
    takes: str = ""
    at: datetime
    turn: int = 0
    about: int = 0
    rank: str


class Seats(Record, frozen=True, kw_only=True):
    """How many seats of a workshop (its id) are taken; whoever gives or takes one saves this.

    `line` is the last number that was drawn for the waiting list.
    """

    kind: ClassVar[str] = "seats"

    taken: int = 0
    line: int = 0


def signup_id(workshop: str, person: str) -> str:
    """One for each person and workshop."""
    return f"{workshop}/{person}"


def fresh(workshop: Workshop, person: str, now: datetime) -> Signup:
    """Somebody who has said nothing so far."""
    return Signup(
        id=signup_id(workshop.id, person),
        workshop=workshop.id,
        cohort=workshop.cohort,
        person=person,
        at=now,
        rank=first_come(now),
    )


def first_come(at: datetime) -> str:
    """Sorts earlier moments before later ones."""
    return f"{int(at.timestamp() * 1000):013d}"


def said(was: Signup, choice: Choice, now: datetime) -> Signup:
    """The same person with another choice."""
    return replace(was, choice=choice, at=now, turn=was.turn + 1, rank=first_come(now))


def in_line(was: Signup, number: int, now: datetime) -> Signup:
    """The same person, waiting with a number: many come in one moment."""
    return replace(said(was, "waiting", now), rank=f"{number:013d}")


def seated(workshop: Workshop) -> Choice:
    """The choice that takes one of the seats."""
    return "online" if workshop.mode == "online" else "room"


def offered(workshop: Workshop) -> tuple[Choice, ...]:
    """What people can choose from."""
    if workshop.mode == "both":
        return ("room", "online", "no")
    return (seated(workshop), "no")


def board(choice: Choice) -> str:
    """The board that counts who chose so, by workshop."""
    return f"workshops.{choice}"


def counts(new: Choice, was: Choice, workshop: str) -> tuple[Tally, ...]:
    """What is added to the counts when `was` becomes `new`."""
    if new == was:
        return ()
    out = (Tally(board=board(was), subject=workshop, by=-1),) if was else ()
    return (*out, Tally(board=board(new), subject=workshop)) if new else out


def free(workshop: Workshop, seats: Seats) -> int:
    """How many seats are left; many, where they are not counted."""
    return max(workshop.capacity - seats.taken, 0) if workshop.capacity else AT_ONCE + 1


async def seats_of(moment: Moment, workshop: Workshop) -> Seats:
    """The seats as they are now."""
    return await moment.read.get(Seats, workshop.id) or Seats(id=workshop.id)


def attended(was: Signup, how: How, now: datetime) -> Changes:
    """It counts once, and the same either way."""
    if was.how:
        return Changes(saves=(was,))
    tally = Tally(board=ATTENDED, subject=was.workshop)
    return Changes(saves=(replace(was, how=how),), tallies=(tally,))


async def unsure(moment: Moment, workshop: Workshop, person: str) -> bool:
    """Whether somebody may be asked: they said nothing, or could not come at a time before."""
    found = await moment.read.get(Signup, signup_id(workshop.id, person))
    if found is None or not found.choice:
        return True
    return found.choice == "no" and found.about < workshop.turn


# --- giving a seat back ---------------------------------------------------------------------------


async def given_back(moment: Moment, workshop: Workshop, was: Signup) -> Changes:
    """Somebody is out: a seat that was theirs goes to who has waited longest."""
    changes = Changes(tallies=counts("", was.choice, workshop.id))
    if was.choice != seated(workshop):
        return changes
    seats = await seats_of(moment, workshop)
    fewer = replace(seats, taken=max(seats.taken - 1, 0))
    return changes + await moved_up(moment, workshop, fewer)


async def moved_up(moment: Moment, workshop: Workshop, seats: Seats) -> Changes:
    """Those who waited longest get the seats that are free, and are told."""
    open = workshop.state == "planned" and moment.now < workshop.starts
    spare = min(free(workshop, seats), AT_ONCE) if open else 0
    lucky = await first_waiting(moment, workshop.id, spare)
    choice = seated(workshop)
    news = [said(was, choice, moment.now) for was in lucky]
    tallies = tuple(t for one in news for t in counts(choice, "waiting", one.workshop))
    told = tuple(_told(workshop, one) for one in news)
    now = replace(seats, taken=seats.taken + len(news))
    return Changes(saves=(now, *news), tallies=tallies, jobs=told)


async def first_waiting(moment: Moment, workshop: str, most: int) -> list[Signup]:
    """Who has waited longest; a page may be empty though more follow."""
    found: list[Signup] = []
    after = ""
    while len(found) < most:
        page = await moment.read.find(
            Signup, workshop=workshop, choice="waiting", after=after, limit=most
        )
        found += page.items
        after = page.cursor
        if not after:
            break
    return found[:most]


def _told(workshop: Workshop, one: Signup) -> Job:
    slot = f"workshop-seat/{workshop.id}/{one.turn}"
    return telling(one.person, slot, "person", workshop.starts)


# --- long walks -----------------------------------------------------------------------------------


def walks(
    name: str, org: str, due: datetime | None, choices: tuple[Choice, ...], **args: str
) -> tuple[Job, ...]:
    """A timer for those of each choice."""
    return tuple(timer(name, org, due, **args, choice=choice) for choice in choices)


async def chosen(event: Event, moment: Moment) -> tuple[Page[Signup], tuple[Job, ...]]:
    """The next of those who chose so, and the job that walks on."""
    page = await moment.read.find(
        Signup,
        workshop=event.args["workshop"],
        choice=event.args["choice"],
        after=event.args.get("cursor", ""),
        limit=PAGE,
    )
    if not page.cursor:
        return page, ()
    return page, (timer(event.name, event.org, None, **{**event.args, "cursor": page.cursor}),)


def telling(person: str, slot: str, weight: Weight, until: datetime | None) -> Job:
    """Brings a card to a person, once."""
    work = Show(ToPerson(person), slot)
    return Job(key=f"{slot}/{person}", work=work, weight=weight, until=until)
