"""Looking back on what was learned: which days, what somebody said, and who would rather not."""

from datetime import datetime
from typing import ClassVar, Literal, get_args

from core.engine.ports import Record, Tally

Use = Literal["", "yes", "a_bit", "not_yet"]
USES: tuple[Use, ...] = get_args(Use)[1:]
DAYS = (2, 7, 21, 60)
RECALL = 2
MOST_DAYS, FARTHEST, DIGITS = 6, 365, 3
TEXT = 600


class LookBack(Record, frozen=True, kw_only=True):
    """What somebody said some days after; the id is `<cohort>/<step>/<day>/<person>`.

    On day 2 it is `text`, what they remember, and only theirs.
    """

    kind: ClassVar[str] = "look_back"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "person")

    cohort: str
    person: str
    step: str
    day: int
    use: Use = ""
    text: str = ""
    at: datetime


class Declined(Record, frozen=True, kw_only=True):
    """Somebody would rather not look back on a cohort; the id is `<cohort>/<person>`."""

    kind: ClassVar[str] = "no_look_back"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "person")

    cohort: str
    person: str


def look_back_id(cohort: str, step: str, day: int, person: str) -> str:
    """One for each person and day."""
    return f"{cohort}/{step}/{day}/{person}"


def declined_id(cohort: str, person: str) -> str:
    """One for each person and cohort."""
    return f"{cohort}/{person}"


def days_of(text: str) -> tuple[int, ...] | None:
    """The days that a template names, by comma; nothing is the usual ones, None is nonsense."""
    if not text.strip():
        return DAYS
    parts = [part.strip() for part in text.split(",")]
    days = tuple(sorted({day_of(part) for part in parts}))
    return days if days[0] and len(days) <= MOST_DAYS else None


def day_of(text: str) -> int:
    """A day after, 0 for none."""
    sound = text.isascii() and text.isdigit() and len(text) <= DIGITS
    return int(text) if sound and int(text) <= FARTHEST else 0


def use_of(text: str) -> Use:
    """What a button says; "" for what none of ours does."""
    return next((use for use in USES if use == text), "")


def board(use: Use) -> str:
    """The board that counts who uses it so, by cohort and day."""
    return f"followups.{use}"


def counts(new: LookBack | None, was: LookBack | None) -> tuple[Tally, ...]:
    """What is added to the counts when `was` becomes `new`."""
    before, after = (was.use if was else ""), (new.use if new else "")
    about = new or was
    if before == after or about is None:
        return ()
    subject = f"{about.cohort}/{about.day}"
    out = (Tally(board=board(before), subject=subject, by=-1),) if before else ()
    return (*out, *((Tally(board=board(after), subject=subject),) if after else ()))
