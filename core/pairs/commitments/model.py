"""What somebody promised themselves, who may see it, and what becomes of it. Pure rules."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.model import Cohort, day, line
from core.engine.ports import Record, Rhythm, Tally
from core.pairs.commitments.days import TEN, THURSDAY, WEEK, following
from core.people.model import Person, rhythm

Sight = Literal["me", "pair", "group"]
Outcome = Literal["", "kept", "dropped", "changed", "expired"]
Said = Literal["", "kept", "partly", "not_yet", "useless"]
Problem = Literal["when", "then", "until", "past", "far", "hinder"]

SIGHTS: tuple[Sight, ...] = get_args(Sight)
WHEN, THEN, HINDER = 160, 200, 200
LONGEST = timedelta(days=365)
USUALLY = timedelta(days=28)
OPEN = 3
MISSES = 2
K = 5

OPENED = "commitments.open"
SHOWN = "commitments.shown"
PROMISED = "commitments.people"

_WHEN = re.compile(r"^(whenever|when|if|wenn|sobald)(\s+|$)", re.IGNORECASE)
_THEN = re.compile(
    r"^(then\s+|dann\s+)?(i\s+will|i['’]ll|i|ich\s+werde|werde\s+ich|ich)(\s+|$)", re.IGNORECASE
)


class Commitment(Record, frozen=True, kw_only=True):
    """A promise: when this happens, then I will do that.

    `shown` is "yes" while the group sees it, `hidden` if the moderator took it off. `before` is
    the one whose place it took. `asks` is the next day, where its owner is, on which to ask how it
    goes, `asked` how often that was done, `missed` how many in a row had no answer. After
    `through` it is asked about on its own day only. `ended` is the check-in that closed it, `told`
    who read it in private, `turn` how often that was taken back from them.
    """

    kind: ClassVar[str] = "commitment"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "person", "state", "shown")
    order: ClassVar[str] = "rank"

    cohort: str
    person: str
    when: str
    then: str
    until: date
    hinder: str = ""
    sight: Sight = "me"
    shown: str = ""
    hidden: bool = False
    state: Literal["open", "closed"] = "open"
    outcome: Outcome = ""
    before: str = ""
    at: datetime
    rank: str
    weekday: int = THURSDAY
    hour: int = TEN
    through: date | None = None
    asks: date | None = None
    asked: int = 0
    missed: int = 0
    last: Said = ""
    ended: int = 0
    told: tuple[str, ...] = ()
    turn: int = 0


class Ritual(Record, frozen=True, kw_only=True):
    """From when, how long and on which weekday a cohort (its id) is asked how it goes.

    Not `weekly`: only on each promise's own day.
    """

    kind: ClassVar[str] = "checkin_ritual"

    weekday: int = THURSDAY
    weeks: int = 0
    begins: date | None = None
    weekly: bool = True


class Words(Struct, frozen=True, kw_only=True):
    """What the form says, once it is in order."""

    when: str
    then: str
    until: date
    hinder: str
    sight: Sight


# --- what people write --------------------------------------------------------------------------


def bare(text: str, limit: int, *, then: bool = False) -> str:
    """What was written, without the words that the card puts before it."""
    found = line(text, limit + 40)
    return (_THEN if then else _WHEN).sub("", found).rstrip(" .")


def problems(values: Mapping[str, str], today: date) -> dict[str, Problem]:
    """What is not in order, by field."""
    found: dict[str, Problem] = {}
    if not 1 <= len(bare(values.get("when", ""), WHEN)) <= WHEN:
        found["when"] = "when"
    if not 1 <= len(bare(values.get("then", ""), THEN, then=True)) <= THEN:
        found["then"] = "then"
    if len(line(values.get("hinder", ""), HINDER + 1)) > HINDER:
        found["hinder"] = "hinder"
    until = day(values.get("until", ""))
    if until is None:
        found["until"] = "until"
    elif until <= today:
        found["until"] = "past"
    elif until - today > LONGEST:
        found["until"] = "far"
    return found


def words_of(values: Mapping[str, str]) -> Words:
    """What the form says; only after `problems` found none."""
    return Words(
        when=bare(values["when"], WHEN),
        then=bare(values["then"], THEN, then=True),
        until=date.fromisoformat(values["until"].strip()[:10]),
        hinder=line(values.get("hinder", ""), HINDER),
        sight=sight_of(values.get("sight", "")),
    )


def sight_of(text: str) -> Sight:
    """What a form says; what it does not say clearly stays with the person."""
    return next((sight for sight in SIGHTS if sight == text), "me")


# --- a promise ----------------------------------------------------------------------------------


def promised(id: str, cohort: str, person: str, said: Words, now: datetime) -> Commitment:
    """A new one."""
    return Commitment(
        id=id,
        cohort=cohort,
        person=person,
        when=said.when,
        then=said.then,
        until=said.until,
        hinder=said.hinder,
        sight=said.sight,
        shown=_shown(said.sight),
        at=now,
        rank=f"{10**13 - int(now.timestamp() * 1000):013d}",
    )


def told_slot(one: Commitment, n: int = 0) -> str:
    """The card of a partner: the promise, or how check-in `n` went; anew once it was taken back."""
    slot = f"checkin-told/{one.id}/{n}" if n else f"promise-told/{one.id}"
    return f"{slot}/{one.turn}" if one.turn else slot


def same_words(one: Commitment, said: Words) -> bool:
    """Whether what was promised stays, so that nobody has to hear of it."""
    return (one.when, one.then, one.until) == (said.when, said.then, said.until)


def retold(one: Commitment, said: Words) -> Commitment:
    """The same promise, with other eyes on it or another thought of what may get in the way."""
    shown = _shown(said.sight, hidden=one.hidden)
    return replace(one, sight=said.sight, hinder=said.hinder, shown=shown)


def hidden(one: Commitment, *, hide: bool) -> Commitment:
    """The moderator takes it off the group's card, or puts it back."""
    shown = _shown(one.sight, hidden=hide or one.state == "closed")
    return replace(one, hidden=hide, shown=shown)


def _shown(sight: Sight, *, hidden: bool = False) -> str:
    return "yes" if sight == "group" and not hidden else ""


def closed(one: Commitment, outcome: Outcome) -> Commitment:
    """It has come to an end; nobody asks any more, and the group's card lets go of it."""
    return replace(one, state="closed", outcome=outcome, shown="", asks=None)


def reopened(one: Commitment) -> Commitment:
    """What closed it was taken back."""
    shown = _shown(one.sight, hidden=one.hidden)
    return replace(one, state="open", outcome="", shown=shown, ended=0)


def next_day(one: Commitment, after: date) -> date | None:
    """The next day to ask after this one: weekly up to `through`, and last on its own day."""
    return clamped(one, following(after, one.weekday, one.until))


def clamped(one: Commitment, on: date | None) -> date | None:
    """That day, unless the weeks are over by then."""
    return one.until if on and one.through and on > one.through else on


def asked_on(one: Commitment, on: date) -> Commitment:
    """One more check-in, and the day of the next."""
    return replace(one, asked=one.asked + 1, asks=next_day(one, on))


def fades(one: Commitment) -> date:
    """When it closes by itself: a week after its day."""
    return one.until + WEEK


def by_itself(one: Commitment) -> Outcome:
    """What it comes to when its day has passed: what was said last, counts."""
    return "kept" if one.last == "kept" else "expired"


# --- counts -------------------------------------------------------------------------------------


def board(outcome: Outcome) -> str:
    """The board that counts the promises of a cohort which came to this, or are open."""
    return f"commitments.{outcome}" if outcome else OPENED


def counts(new: Commitment | None, was: Commitment | None) -> tuple[Tally, ...]:
    """What is added to the counts when `was` becomes `new`."""
    about = new or was
    if about is None:
        return ()
    before, after = _boards(was), _boards(new)
    return (
        *(Tally(board=name, subject=about.cohort, by=-1) for name in sorted(before - after)),
        *(Tally(board=name, subject=about.cohort) for name in sorted(after - before)),
    )


def _boards(one: Commitment | None) -> frozenset[str]:
    if one is None:
        return frozenset()
    return frozenset((board(one.outcome), *((SHOWN,) if one.shown else ())))


def first_here(cohort: str, person: str, *, gone: bool = False) -> Tally:
    """Counts who promised anything, each once, and takes them off again when they leave."""
    once = f"promised/{cohort}/{person}/{'out' if gone else 'in'}"
    return Tally(board=PROMISED, subject=cohort, by=-1 if gone else 1, once=once)


# --- hours --------------------------------------------------------------------------------------


def rhythm_of(person: Person, cohort: Cohort) -> Rhythm:
    """Somebody's hours; whose zone nobody knows lives where the cohort takes place."""
    found = rhythm(person)
    return found if person.zone else replace(found, zone=cohort.zone)
