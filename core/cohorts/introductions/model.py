"""A round of introductions, what each person answered, and the rules for both."""

from datetime import datetime, timedelta
from typing import ClassVar, Literal

from msgspec.structs import replace

from core.cohorts.introductions.questions import QUESTIONS, Question
from core.cohorts.model import Cohort, lines, refreshed
from core.engine.ports import (
    Changes,
    Job,
    Moment,
    Record,
    Tally,
    ToPerson,
    ToThread,
    Withdraw,
    show,
)

ANSWER = 600
OWN = 200
LATEST = 5
CLIP = 240
LASTS = timedelta(days=5)
NUDGE = timedelta(days=2)

Said = Literal["given", "skipped", "hidden"]


class Round(Record, frozen=True, kw_only=True):
    """One question to a cohort. From the first answer on (`locked`) the question stays."""

    kind: ClassVar[str] = "round"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "state")
    order: ClassVar[str] = "rank"

    cohort: str
    number: int
    question: str
    own: str = ""
    asked: tuple[str, ...] = ()
    locked: bool = False
    state: Literal["open", "closed"] = "open"
    opened: datetime
    closes: datetime
    rank: str


class Introduction(Record, frozen=True, kw_only=True):
    """What a person answered; the id is `<round>/<person>`. `message` is set for a reply."""

    kind: ClassVar[str] = "introduction"
    indexes: ClassVar[tuple[str, ...]] = ("round", "cohort", "person", "said", "message")
    order: ClassVar[str] = "rank"

    round: str
    cohort: str
    person: str
    said: Said
    text: str = ""
    message: str = ""
    at: datetime
    rank: str


def newest_first(at: datetime) -> str:
    """Sorts later moments before earlier ones."""
    return f"{10**13 - int(at.timestamp() * 1000):013d}"


def opened(cohort: Cohort, number: int, own: str, days: int, moment: Moment) -> Round:
    """A new round with a question of the bank, or the facilitator's own."""
    first = moment.dice().choice(QUESTIONS).key
    return Round(
        id=f"{cohort.id}-{number}",
        cohort=cohort.id,
        number=number,
        question="" if own else first,
        own=own,
        asked=() if own else (first,),
        opened=moment.now,
        closes=moment.now + timedelta(days=days),
        rank=newest_first(moment.now),
    )


def swapped(round: Round, moment: Moment) -> Round:
    """Another question, none twice until all have been asked; only before the first answer."""
    fresh = [q.key for q in QUESTIONS if q.key not in round.asked]
    keys = fresh or [q.key for q in QUESTIONS if q.key != round.question]
    key = moment.dice().choice(keys)
    asked = (*round.asked, key) if fresh else (key,)
    return replace(round, question=key, own="", asked=asked)


def answer_id(round: str, person: str) -> str:
    """One for each person and round."""
    return f"{round}/{person}"


def answer_slot(answer: Introduction) -> str:
    """Where it stands below the card; an answer after one that was taken back stands anew."""
    return f"answer/{answer.id}/{answer.rank}"


def said(
    round: Round, person: str, text: str, now: datetime, *, was: Introduction | None, message: str
) -> Introduction:
    """An answer (or, without text, a skip) that takes the place of the one before.

    One that is written elsewhere than before stands anew.
    """
    stays = was is not None and was.said == "given" and was.message == message
    return Introduction(
        id=answer_id(round.id, person),
        version=was.version if was else 0,
        round=round.id,
        cohort=round.cohort,
        person=person,
        said="given" if text else "skipped",
        text=text,
        message=message,
        at=now,
        rank=was.rank if was and stays else _anew(now, was),
    )


def _anew(now: datetime, was: Introduction | None) -> str:
    rank = newest_first(now)
    return f"{int(rank) - 1:013d}" if was and was.rank == rank else rank


def counts(new: Introduction | None, was: Introduction | None) -> tuple[Tally, ...]:
    """What is added to the counts when `was` becomes `new`."""
    if new and was and new.said == was.said:
        return ()
    out = () if was is None else (_count(was, -1),)
    return out if new is None else (*out, _count(new, 1))


def board(what: Said) -> str:
    """The board that counts such answers, by round."""
    return f"introductions.{what}"


def clean(text: str) -> str:
    """An answer as it is kept."""
    return lines(text, ANSWER)


def question_of(round: Round) -> Question | None:
    """The question of the bank that the round asks; None when the facilitator wrote one."""
    return next((q for q in QUESTIONS if q.key == round.question), None)


# --- what is redrawn ----------------------------------------------------------------------------


def given(cohort: Cohort, round: Round, new: Introduction, was: Introduction | None) -> Changes:
    """The answer on the card and below it, but not where it stands already as a reply."""
    saves = (new,) if round.locked else (new, replace(round, locked=True))
    gone = () if was is None else _withdrawn(cohort, was, new)
    jobs = (*cards(cohort, round), *gone, *_below(cohort, new))
    return Changes(saves=saves, tallies=counts(new, was), jobs=jobs)


def taken_back(cohort: Cohort, was: Introduction, now: datetime) -> Changes:
    """The answer is gone, from the card and from below it; nobody asks for another."""
    new = replace(was, said="skipped", text="", message="", at=now, rank=newest_first(now))
    return Changes(saves=(new,), tallies=counts(new, was), jobs=off_the_card(cohort, was))


def off_the_card(cohort: Cohort, was: Introduction) -> tuple[Job, ...]:
    """Redraws the card without an answer, and takes away what we wrote below it."""
    return (*refreshed(cohort, f"intro/{was.round}"), *_withdrawn(cohort, was, None))


def carried(
    cohort: Cohort, was: Introduction, twin: Introduction | None, new: Introduction | None
) -> tuple[Job, ...]:
    """Redraws what two persons answered who are one by now; `new`, if that is not the twin."""
    card = refreshed(cohort, f"intro/{was.round}")
    gone = _withdrawn(cohort, was, None)
    if new is None:
        return (*card, *gone)
    replaced = _withdrawn(cohort, twin, new) if twin else ()
    return (*card, *gone, *replaced, *_below(cohort, new))


def place_of(answer: Introduction) -> str:
    """Where an answer was written as a reply, "" for one that was not."""
    return answer.message.partition("|")[0]


def _below(cohort: Cohort, answer: Introduction) -> tuple[Job, ...]:
    slot = answer_slot(answer)
    return tuple(show(target, slot) for target in _threads(cohort, answer))


def _withdrawn(cohort: Cohort, was: Introduction, new: Introduction | None) -> tuple[Job, ...]:
    """Takes away what we wrote below the card, unless the new answer stands in its place."""
    slot = answer_slot(was)
    if was.said != "given" or (new is not None and answer_slot(new) == slot):
        return ()
    return tuple(
        Job(key=f"withdraw/{target.place}/{slot}", work=Withdraw(target, slot))
        for target in _threads(cohort, was)
    )


def _threads(cohort: Cohort, answer: Introduction) -> tuple[ToThread, ...]:
    """Below the card in every place but the one where the answer was written."""
    places = (place for place in cohort.spaces if place != place_of(answer))
    return tuple(ToThread(place, f"intro/{answer.round}") for place in places)


def cards(cohort: Cohort, round: Round) -> tuple[Job, ...]:
    """The cards that show how the round goes."""
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return (desk, *refreshed(cohort, f"intro/{round.id}"))


def _count(what: Introduction, by: int) -> Tally:
    return Tally(board=board(what.said), subject=what.round, by=by)
