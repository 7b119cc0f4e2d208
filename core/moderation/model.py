"""What was flagged and why, who decides about it, and what became of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar, Literal

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment, Reader, Record, Tally

State = Literal["heard", "open", "kept", "hidden", "warned"]
Appeal = Literal["", "open", "upheld", "granted"]

WORDS = 500
TEXT = 800
RECENT = 15
APPEALS = timedelta(days=14)
HEARD = timedelta(days=1)
CHAT = "chat"


class Said(Struct, frozen=True, kw_only=True):
    """Something that a member wrote for others to read, all of the cohort or some `readers`.

    `nameless`: nobody may learn by whom.
    """

    id: str
    cohort: str
    author: str
    text: str
    at: datetime
    hidden: bool = False
    nameless: bool = False
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions:
    """What members write in one slice: the newest of a cohort, one of them, and its hiding.

    `recent` is given who asks: what only some may read is told to them alone. `hide` is given
    whether it shall be hidden, and answers with all that follows from it.
    """

    recent: Callable[[Reader, str, str], Awaitable[Sequence[Said]]]
    found: Callable[[Reader, str], Awaitable[Said | None]]
    hide: Callable[[Moment, str, bool], Awaitable[Changes]]


Kinds = Mapping[str, Contributions]


class Case(Record, frozen=True, kw_only=True):
    """What was flagged, as it stood then. `judge` decides; `second` looks at an appeal.

    `about` is the kind of contribution, CHAT for a message that somebody else's chat window holds.
    While it is only `heard`, nobody has said why, and nobody is told of it. `turn` counts how often
    it came up anew, because it was written anew after a decision.
    """

    kind: ClassVar[str] = "case"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "author", "judge", "second", "state")

    cohort: str
    about: str
    said: str
    author: str
    nameless: bool = False
    text: str
    judge: str
    second: str
    at: datetime
    turn: int = 0
    state: State = "open"
    settled: datetime | None = None
    reason: str = ""
    appeal: Appeal = ""
    plea: str = ""


class Flag(Record, frozen=True, kw_only=True):
    """That somebody flagged it; the id is `<case>/<person>`. `line` is of the agreement.

    `turn` is that of the case: what was written anew may be flagged anew.
    """

    kind: ClassVar[str] = "flag"
    indexes: ClassVar[tuple[str, ...]] = ("case", "by")

    case: str
    by: str
    line: str = ""
    words: str = ""
    at: datetime
    turn: int = 0


def reads(person: str, what: Said) -> bool:
    """Whether it is for their eyes: nobody shows a moderator what they may not read."""
    return not what.readers or person in what.readers


def case_id(cohort: str, about: str, said: str) -> str:
    """One for each thing that can be flagged."""
    return sha256(f"{cohort}/{about}/{said}".encode()).hexdigest()[:24]


def flag_id(case: str, person: str) -> str:
    """One for each person and thing."""
    return f"{case}/{person}"


def judges(cohort: Cohort, *involved: str) -> tuple[str, str]:
    """Who decides, and who looks at an appeal: the moderator first, nobody about themselves.

    Where all who run a cohort are involved, its moderator decides all the same: somebody has to.
    """
    run = tuple(dict.fromkeys((cohort.moderator, cohort.facilitator, cohort.owner)))
    free = [person for person in run if person not in involved] or [cohort.moderator]
    return free[0], free[1] if len(free) > 1 else free[0]


def opened(cohort: Cohort, about: str, what: Said, now: datetime, *involved: str) -> Case:
    """A new case about what somebody wrote; those who are involved do not decide."""
    judge, second = judges(cohort, what.author, *involved)
    return Case(
        id=case_id(cohort.id, about, what.id),
        cohort=cohort.id,
        about=about,
        said=what.id,
        author=what.author,
        nameless=what.nameless,
        text=what.text[:TEXT],
        judge=judge,
        second=second,
        at=now,
    )


def stale(case: Case, what: Said) -> bool:
    """Whether what was decided is about other words than those that stand there now."""
    if case.state in ("heard", "open") or case.appeal == "open" or what.hidden:
        return False
    back = case.state == "hidden" and case.appeal != "granted" and case.about != CHAT
    return back or case.text != what.text[:TEXT]


def anew(case: Case, fresh: Case) -> Case:
    """The case, opened once more."""
    return replace(fresh, version=case.version, turn=case.turn + 1)


def pending(case: Case) -> bool:
    """Whether somebody still has to decide."""
    return case.state == "open" or case.appeal == "open"


def decided(case: Case, state: State, reason: str, now: datetime) -> tuple[Case, Tally]:
    """The case with its outcome, and the count of such outcomes in a month of the cohort."""
    counted = Tally(
        board=f"moderation.{state}",
        subject=f"{case.cohort}/{case.at:%Y-%m}",
        once=f"{case.id}/{state}/{case.version}",
    )
    return replace(case, state=state, reason=reason, settled=now), counted


def may_appeal(case: Case, person: str, now: datetime) -> bool:
    """Whether this person may ask for a second look: the author, once, in two weeks."""
    settled = case.state in ("hidden", "warned") and not case.appeal
    return settled and case.author == person and now - (case.settled or case.at) < APPEALS
