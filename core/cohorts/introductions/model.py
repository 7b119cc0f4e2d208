"""A round of introductions or an ice-breaker, what each person answered, and the rules."""

from datetime import datetime, timedelta
from typing import ClassVar, Literal, NamedTuple

from msgspec.structs import replace

from core.cohorts.introductions.questions import MEETING, QUESTIONS, Question, of_theme
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
Style = Literal["introduction", "icebreaker"]


class Round(Record, frozen=True, kw_only=True):
    """One question to a cohort. From the first answer on (`locked`) the question stays.

    `asked` is what the cohort was asked before and in this round, until a theme is used up.
    """

    kind: ClassVar[str] = "round"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "state")
    order: ClassVar[str] = "rank"

    cohort: str
    number: int
    question: str
    own: str = ""
    asked: tuple[str, ...] = ()
    theme: str = MEETING
    style: Style = "introduction"
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


class Wish(NamedTuple):
    """What a round shall be about, and for how long; `own` is a question of the facilitator’s."""

    style: Style = "introduction"
    theme: str = MEETING
    days: int = LASTS.days
    own: str = ""


def opened(cohort: Cohort, last: Round | None, wish: Wish, moment: Moment) -> Round:
    """A new round with a question of the bank, or the facilitator's own."""
    number = last.number + 1 if last else 1
    new = Round(
        id=f"{cohort.id}-{number}",
        cohort=cohort.id,
        number=number,
        question="",
        own=wish.own,
        asked=last.asked if last else (),
        theme=wish.theme,
        style=wish.style,
        opened=moment.now,
        closes=moment.now + timedelta(days=wish.days),
        rank=newest_first(moment.now),
    )
    return new if wish.own else swapped(new, moment)


def swapped(round: Round, moment: Moment) -> Round:
    """Another question; none comes twice in a cohort until its theme is used up."""
    theme = [q.key for q in of_theme(round.theme)]
    fresh = [key for key in theme if key not in round.asked]
    key = moment.dice().choice(fresh or [key for key in theme if key != round.question])
    before = round.asked if fresh else (q for q in round.asked if q not in theme)
    return replace(round, question=key, own="", asked=(*before, key))


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
        said=_standing(text, was),
        text=text,
        message=message,
        at=now,
        rank=was.rank if was and stays else _anew(now, was),
    )


def _standing(text: str, was: Introduction | None) -> Said:
    """What the moderator took off the card stays off it, however it is worded now."""
    if not text:
        return "skipped"
    return "hidden" if was is not None and was.said == "hidden" else "given"


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
    below = _below(cohort, new) if new.said == "given" else ()
    jobs = (*cards(cohort, round), *gone, *below)
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
