"""A question that a workshop left, and what is redrawn when one comes or goes."""

from datetime import datetime
from typing import ClassVar, Literal

from msgspec.structs import replace

from core.cohorts.introductions.model import newest_first
from core.cohorts.model import Cohort, lines, refreshed
from core.cohorts.workshops.model import Workshop
from core.engine.ports import Changes, Job, Record, Tally, ToPerson, show

TEXT = 500
LATEST = 5
BOARD = "workshops.questions"


class Leftover(Record, frozen=True, kw_only=True):
    """The question that somebody was left with; the id is `<workshop>/<person>`.

    `message` is set for one that was written as a reply; a `hidden` one is off the card.
    """

    kind: ClassVar[str] = "leftover"
    indexes: ClassVar[tuple[str, ...]] = ("workshop", "cohort", "person", "message", "state")
    order: ClassVar[str] = "rank"

    workshop: str
    cohort: str
    person: str
    text: str
    message: str = ""
    state: Literal["shown", "hidden"] = "shown"
    at: datetime
    rank: str


def leftover_id(workshop: str, person: str) -> str:
    """One for each person and workshop."""
    return f"{workshop}/{person}"


def clean(text: str) -> str:
    """A question as it is kept."""
    return lines(text, TEXT)


def asked(
    workshop: Workshop,
    person: str,
    text: str,
    now: datetime,
    *,
    was: Leftover | None,
    message: str = "",
) -> Leftover:
    """A question, in the place of the one before."""
    if was is not None:
        return replace(was, text=text, message=message, at=now)
    return Leftover(
        id=leftover_id(workshop.id, person),
        workshop=workshop.id,
        cohort=workshop.cohort,
        person=person,
        text=text,
        message=message,
        at=now,
        rank=newest_first(now),
    )


def kept(cohort: Cohort, new: Leftover, was: Leftover | None) -> Changes:
    """The question on the card."""
    tallies = () if was else (Tally(board=BOARD, subject=new.workshop),)
    return Changes(saves=(new,), tallies=tallies, jobs=after_cards(cohort, new.workshop))


def taken_back(cohort: Cohort | None, was: Leftover) -> Changes:
    """The question is gone, from the card as well."""
    jobs = after_cards(cohort, was.workshop) if cohort else ()
    return Changes(deletes=(was,), tallies=uncounted(was), jobs=jobs)


def uncounted(was: Leftover) -> tuple[Tally, ...]:
    """One question fewer, unless it was hidden."""
    shown = was.state == "shown"
    return (Tally(board=BOARD, subject=was.workshop, by=-1),) if shown else ()


def after_cards(cohort: Cohort, workshop: str) -> tuple[Job, ...]:
    """The cards that gather the questions, and the desk that counts them."""
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return (desk, *refreshed(cohort, f"workshop-after/{workshop}"))
