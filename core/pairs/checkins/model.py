"""How it went, as somebody said it, and what follows for the promise. Pure rules."""

from datetime import date, datetime, timedelta
from typing import ClassVar, Literal, get_args

from msgspec.structs import replace

from core.engine.ports import Record, Tally
from core.pairs.commitments.model import (
    MISSES,
    Commitment,
    Outcome,
    Said,
    asked_on,
    by_itself,
    closed,
    fades,
    next_day,
    reopened,
)

LINE = 300
GRACE = timedelta(hours=24)
OPEN_FOR = timedelta(days=7)
APART = 3
AHEAD = timedelta(minutes=5)
KEPT = "checkins.kept"
SAID: tuple[Said, ...] = get_args(Said)[1:]

Step = Literal["ask", "rest", "close"]
Part = Literal["question", "answer"]


class CheckIn(Record, frozen=True, kw_only=True):
    """One time that a promise was asked about; the id is `<commitment>/<n>`.

    `final`: on the promise's own day. `week` is when its answer is added up for all. `told` has
    read of it, because the promise was for their eyes as well; they see no line that is `hidden`.
    """

    kind: ClassVar[str] = "checkin"
    indexes: ClassVar[tuple[str, ...]] = ("commitment", "cohort", "person")

    commitment: str
    cohort: str
    person: str
    n: int
    at: datetime
    closes: datetime
    final: bool = False
    answer: Said = ""
    line: str = ""
    said: datetime | None = None
    week: str = ""
    told: tuple[str, ...] = ()
    hidden: bool = False


class Cheer(Record, frozen=True, kw_only=True):
    """What a partner made of it: a high five, a question, the wish to go on.

    The id is `<check-in>/<partner>`; check-in 0 is the promise itself. `hidden` are those of the
    words that a moderator took away.
    """

    kind: ClassVar[str] = "cheer"
    indexes: ClassVar[tuple[str, ...]] = ("commitment", "cohort", "person", "owner")

    commitment: str
    cohort: str
    n: int
    person: str
    owner: str
    five: bool = False
    onwards: bool = False
    question: str = ""
    answer: str = ""
    hidden: tuple[Part, ...] = ()
    at: datetime


def checkin_id(commitment: str, n: int) -> str:
    """One for each time that a promise is asked about."""
    return f"{commitment}/{n}"


def cheer_id(commitment: str, n: int, person: str) -> str:
    """One for each partner and check-in."""
    return f"{commitment}/{n}/{person}"


def said_of(text: str) -> Said:
    """What a button says; "" for what none of ours does."""
    return next((said for said in SAID if said == text), "")


# --- asking -------------------------------------------------------------------------------------


def next_step(one: Commitment, today: date) -> Step:
    """What to do when a promise's day has come."""
    if today > fades(one) or one.asks is None:
        return "close"
    return "rest" if one.missed >= MISSES else "ask"


def asked(one: Commitment, on: date, at: datetime) -> tuple[Commitment, CheckIn]:
    """The promise with one more check-in, which is open for a week."""
    new = asked_on(one, on)
    found = CheckIn(
        id=checkin_id(one.id, new.asked),
        commitment=one.id,
        cohort=one.cohort,
        person=one.person,
        n=new.asked,
        at=at,
        closes=at + OPEN_FOR,
        final=new.asks is None and on >= one.until,
    )
    return new, found


def told_early(one: Commitment, on: date, at: datetime) -> tuple[Commitment, CheckIn]:
    """Somebody says by themselves how it goes: that stands for the check-in that was near."""
    new, found = asked(one, on, at)
    near = one.asks is not None and (one.asks - on).days <= APART
    asks = next_day(one, one.asks) if near and one.asks else one.asks
    return replace(new, asks=asks), replace(found, final=on >= one.until)


def settled(one: Commitment, last: CheckIn | None, *, seen: bool) -> Commitment:
    """What the check-in before this one comes to: a miss, if it was seen and not answered."""
    if last is None or last.answer or not seen:
        return one
    return replace(one, missed=one.missed + 1)


def rested(one: Commitment) -> Commitment:
    """Nobody asks until somebody says so."""
    return replace(one, asks=None)


def stopped(one: Commitment) -> Commitment:
    """Somebody would rather not be asked: that is an answer, so there is nothing to ask them."""
    return replace(one, asks=None, missed=0)


def went_on(one: Commitment, on: date) -> Commitment:
    """It is asked about again, from the next time on."""
    return replace(one, missed=0, asks=next_day(one, on))


def faded(one: Commitment) -> Commitment:
    """Its day has passed."""
    return closed(one, by_itself(one))


# --- answering ----------------------------------------------------------------------------------


def answered(
    one: Commitment, found: CheckIn, said: Said, now: datetime, *, on: date, week: str
) -> tuple[Commitment, CheckIn]:
    """The promise and the check-in, once somebody has said how it went, or says otherwise.

    It closes when it is kept on its day, and whenever it is no longer useful.
    """
    first = now if found.said is None else found.said
    new = replace(found, answer=said, said=first, week=found.week or week)
    if one.ended == found.n:
        one = reopened(one)
    if one.state == "closed":
        return one, new
    latest = found.n == one.asked
    one = replace(one, missed=0, last=said if latest else one.last)
    outcome = _ends(said, final=found.final)
    if outcome:
        return replace(closed(one, outcome), ended=found.n), new
    return one if one.asks else went_on(one, on), new


def _ends(said: Said, *, final: bool) -> Outcome:
    if said == "useless":
        return "dropped"
    return "kept" if said == "kept" and final else ""


def kept_counts(new: CheckIn | None, was: CheckIn | None) -> tuple[Tally, ...]:
    """What is added to the week's kept promises."""
    before, after = _counts(was), _counts(new)
    about = new or was
    if before == after or about is None:
        return ()
    subject = f"{about.cohort}/{about.week}"
    return (Tally(board=KEPT, subject=subject, by=1 if after else -1),)


def _counts(one: CheckIn | None) -> bool:
    return one is not None and one.answer == "kept"


def open_still(one: CheckIn, now: datetime) -> bool:
    """Whether it may be answered, or answered otherwise."""
    return now <= one.closes


def wakes(one: Commitment) -> date:
    """The day on which to look at an open promise again."""
    return one.asks or fades(one)
