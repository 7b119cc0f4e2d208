"""The closing round of a cohort, and what each member says in it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from core.cohorts.model import Cohort, lines, refreshed
from core.engine.ports import Job, Record, Tally, ToPerson, show

Quoting = Literal["no", "nameless", "named"]
Again = Literal["yes", "maybe", "no"]
QUOTINGS: tuple[Quoting, ...] = ("no", "nameless", "named")
AGAINS: tuple[Again, ...] = ("yes", "maybe", "no")

TEXT = 500
FIELDS = ("kept", "changed", "next")
LASTS = timedelta(days=7)
NUDGE = timedelta(days=3)
FADES = timedelta(days=7)
GIVEN = "closing.given"
GIVEN_THANKS = "closing.thanks"
QUOTES = 6
FEWEST = 5
"""Of fewer than five answers nothing is said about who would go on."""


class Closing(Record, frozen=True, kw_only=True):
    """The closing round of a cohort (its id)."""

    kind: ClassVar[str] = "closing"
    indexes: ClassVar[tuple[str, ...]] = ("state",)

    cohort: str
    at: datetime
    until: datetime
    state: Literal["open", "closed"] = "open"


class Farewell(Record, frozen=True, kw_only=True):
    """What a member says at the end; the id is `<cohort>/<person>`. `quote`: what may be shown."""

    kind: ClassVar[str] = "farewell"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "person", "quote")

    cohort: str
    person: str
    kept: str = ""
    changed: str = ""
    next: str = ""
    quote: Quoting = "no"
    again: Again = "maybe"
    at: datetime


class Thanks(Record, frozen=True, kw_only=True):
    """What one member thanks another for, read by nobody else; the id is `<cohort>/<by>/<to>`."""

    kind: ClassVar[str] = "thanks"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "by", "to")

    cohort: str
    by: str
    to: str
    text: str
    at: datetime
    hidden: bool = False


def thanks_id(cohort: str, by: str, to: str) -> str:
    """One for each two people and cohort."""
    return f"{cohort}/{by}/{to}"


def thanks_slot(thanks: Thanks) -> str:
    """Where it is shown."""
    return f"closing-thanks/{thanks.id}"


def farewell_id(cohort: str, person: str) -> str:
    """One for each person and cohort."""
    return f"{cohort}/{person}"


def opened(cohort: Cohort, now: datetime) -> Closing:
    """The round, open for a week."""
    return Closing(id=cohort.id, cohort=cohort.id, at=now, until=now + LASTS)


def said(
    cohort: str, person: str, values: Mapping[str, str], was: Farewell | None, now: datetime
) -> Farewell | None:
    """What a form says, None when it says nothing."""
    texts = {name: lines(values.get(name, ""), TEXT) for name in FIELDS}
    quote: Quoting = next((it for it in QUOTINGS if it == values.get("quote")), "no")
    again: Again = next((it for it in AGAINS if it == values.get("again")), "maybe")
    if not any(texts.values()):
        return None
    return Farewell(
        id=farewell_id(cohort, person),
        version=was.version if was else 0,
        cohort=cohort,
        person=person,
        quote=quote,
        again=again,
        at=now,
        **texts,
    )


def counts(new: Farewell | None, was: Farewell | None) -> tuple[Tally, ...]:
    """What is added to the counts when `was` becomes `new`."""
    out = () if was is None else _count(was, -1)
    return (*out, *(() if new is None else _count(new, 1)))


def board(again: Again) -> str:
    """The board that counts who would go on."""
    return f"closing.again.{again}"


def cards(cohort: Cohort) -> tuple[Job, ...]:
    """The cards that show how the round goes."""
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return (desk, *refreshed(cohort, f"closing/{cohort.id}"))


def _count(what: Farewell, by: int) -> tuple[Tally, ...]:
    return (
        Tally(board=GIVEN, subject=what.cohort, by=by),
        Tally(board=board(what.again), subject=what.cohort, by=by),
    )
