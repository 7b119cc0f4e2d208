"""What somebody works on that is not going smoothly, and who may see it."""

from datetime import datetime, timedelta
from typing import ClassVar, Literal

from core.engine.ports import Record, Tally

Sight = Literal["me", "nameless", "named"]
SIGHTS: tuple[Sight, ...] = ("me", "nameless", "named")

TEXT = 800
FADES = timedelta(days=10)
LATER = timedelta(days=2)
BOARD = "working_on.shared"
PROGRAMME = "programme"


class WorkingOn(Record, frozen=True, kw_only=True):
    """A person's own challenge in a cohort; the id is `<cohort>/<person>`.

    The facilitator sees it only when `sight` says so; "" text is an answer of "not this time".
    """

    kind: ClassVar[str] = "working_on"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "person", "shared")

    cohort: str
    person: str
    text: str
    sight: Sight = "me"
    shared: str = ""
    at: datetime


def sight_of(text: str) -> Sight:
    """What a form says; what it does not say clearly stays with the person."""
    for sight in SIGHTS:
        if sight == text:
            return sight
    return "me"


def working_id(cohort: str, person: str) -> str:
    """One for each person and cohort."""
    return f"{cohort}/{person}"


def named(
    cohort: str, person: str, text: str, sight: Sight, *, was: WorkingOn | None, at: datetime
) -> WorkingOn:
    """What the person now says, in the place of what they said before."""
    return WorkingOn(
        id=working_id(cohort, person),
        version=was.version if was else 0,
        cohort=cohort,
        person=person,
        text=text,
        sight=sight,
        shared="yes" if text and sight != "me" else "",
        at=at,
    )


def counts(new: WorkingOn | None, was: WorkingOn | None) -> tuple[Tally, ...]:
    """How many the facilitator may read."""
    before, after = bool(was and was.shared), bool(new and new.shared)
    about = new or was
    if before == after or about is None:
        return ()
    return (Tally(board=BOARD, subject=about.cohort, by=1 if after else -1),)
