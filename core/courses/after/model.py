"""What follows a course: a few words on what somebody took from it, and whether it worked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Literal, get_args

from core.cohorts.introductions.model import newest_first
from core.engine.ports import Reader, Record, Tally
from core.message import Phrase, say, verbatim

Sight = Literal["me", "partner", "cohort"]
Answer = Literal["yes", "a_bit", "no", "not_yet"]
SIGHTS: tuple[Sight, ...] = get_args(Sight)
ANSWERS: tuple[Answer, ...] = get_args(Answer)

TEXT = 600
LINE = 300
LATEST = 3
FEW = 5
AFTER = timedelta(days=14)
FADES = timedelta(days=7)
SHARED = "courses.shared"
WORKED = say("courses.worked.asked", "Two weeks later, did it work?")

LABELS: Mapping[Answer, Phrase] = {
    "yes": say("courses.worked.yes", "It worked"),
    "a_bit": say("courses.worked.a-bit", "A bit"),
    "no": say("courses.worked.no", "It didn’t"),
    "not_yet": say("courses.worked.not-yet", "Haven’t tried yet"),
}


class Reflection(Record, frozen=True, kw_only=True):
    """What somebody took from a send; the id is `<send>/<person>`.

    `sight` says who may read it, `told` the partners whom it was sent to. `shown` is "yes" while
    the whole cohort reads it.
    """

    kind: ClassVar[str] = "reflection"
    indexes: ClassVar[tuple[str, ...]] = ("send", "cohort", "person", "shown", "sight")
    order: ClassVar[str] = "rank"

    send: str
    cohort: str
    person: str
    text: str
    sight: Sight = "me"
    told: tuple[str, ...] = ()
    shown: Literal["yes", "no"] = "no"
    hidden: bool = False
    at: datetime
    rank: str


class Worked(Record, frozen=True, kw_only=True):
    """Whether it worked, as somebody says; the id is `<send>/<person>`, `text` only theirs."""

    kind: ClassVar[str] = "worked"
    indexes: ClassVar[tuple[str, ...]] = ("send", "person")

    send: str
    person: str
    answer: Answer
    text: str = ""
    at: datetime


def reflection_id(send: str, person: str) -> str:
    """One for each person and send."""
    return f"{send}/{person}"


def reflected_slot(one: Reflection) -> str:
    """What somebody wrote, below the card or to a partner."""
    return f"reflected/{one.id}"


def written(
    was: Reflection | None, about: Mapping[str, str], sight: Sight, text: str, now: datetime
) -> Reflection:
    """What stands from now on; `about` are its send, cohort and person.

    What was hidden stays so, whoever reads it next.
    """
    hidden = was is not None and was.hidden
    return Reflection(
        id=reflection_id(about["send"], about["person"]),
        version=was.version if was else 0,
        send=about["send"],
        cohort=about["cohort"],
        person=about["person"],
        text=text,
        sight=sight,
        shown="yes" if sight == "cohort" and not hidden else "no",
        hidden=hidden,
        at=now,
        rank=was.rank if was else newest_first(now),
    )


def shares(new: Reflection | None, was: Reflection | None) -> tuple[Tally, ...]:
    """How many a cohort reads, by this change."""
    about = new or was
    by = _shown(new) - _shown(was)
    return (Tally(board=SHARED, subject=about.send, by=by),) if about and by else ()


def _shown(one: Reflection | None) -> int:
    return 1 if one is not None and one.shown == "yes" else 0


def sight_of(text: str) -> Sight | None:
    """Who may read it, as a form says; None for what none of ours does."""
    return next((sight for sight in SIGHTS if sight == text), None)


def answer_of(text: str) -> Answer | None:
    """What a button says; None for what none of ours does."""
    return next((answer for answer in ANSWERS if answer == text), None)


def board(answer: Answer) -> str:
    """The board that counts who says so, by send."""
    return f"courses.worked.{answer}"


def counts(new: Worked | None, was: Worked | None) -> tuple[Tally, ...]:
    """What is added to the counts when `was` becomes `new`."""
    if new and was and new.answer == was.answer:
        return ()
    out = (Tally(board=board(was.answer), subject=was.send, by=-1),) if was else ()
    return (*out, *((Tally(board=board(new.answer), subject=new.send),) if new else ()))


async def told(read: Reader, send: str) -> tuple[tuple[Phrase, Phrase], ...]:
    """How many say that it worked, for who answers for the send; nothing of fewer than five."""
    sums = [max(0, await read.tally(board(answer), send)) for answer in ANSWERS]
    if sum(sums) < FEW:
        return ()
    return tuple((label, verbatim(str(n))) for label, n in zip(LABELS.values(), sums, strict=True))
