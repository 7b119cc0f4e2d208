"""What a programme is made of, and what the slices whose steps it lays need of it.

A slice offers kinds of steps in the `steps` of its index. It tells the programme what has come
about (`reached`), that something moved (`moved`) or does not take place (`stopped`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from msgspec import Struct

from core.cohorts.model import timer
from core.engine.ports import Changes, Event, Job, Moment, Reader, Record, Tally
from core.message import Button, Phrase

Options = Mapping[str, str]
Run = Callable[[Event, Moment], Awaitable[Changes]]
Check = Callable[[str], bool]
Late = Callable[[Moment, str, str], Awaitable[Button | None]]
State = Literal["planned", "waiting", "done", "skipped", "missed"]
Audience = Literal["members", "facilitator"]

START = "start"
REACHED = "programmes.reached"
STEPS = 60


def at_once(options: Options) -> Sequence[int]:
    """All that a step sends, it sends on its day."""
    return (0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a step of a programme can be.

    `run` begins it. Its event's args are `cohort`, `step`, `at` (when what it is about takes
    place, ISO in UTC), `key` (for `worded`) and the step's options; it may walk on with a cursor
    in the same event. `options` says which options it takes, and what may stand there; one that may
    be left out takes "" as well.
    `active` and `silent` are how many private messages that nobody asked for a member who answers,
    and one who never does, get of it, on each of the `days` after it (which may ask for the option
    `opens`: how many days later what it is about takes place). `late` gives the button, if
    there is still something to do, to who joins after it (args: the moment, cohort, person).
    """

    run: Run
    options: Mapping[str, Check] = field(default_factory=dict)
    active: int = 0
    silent: int = 0
    days: Callable[[Options], Sequence[int]] = at_once
    late: Late | None = None


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step as its template has it: what, and when after which other step.

    `on` is a weekday (0 is Monday) that it waits for, `at` a time of day. It begins `opens` days
    before what it is about takes place: a sign-up before its workshop.
    """

    id: str
    kind: str
    stage: int
    title: str
    after: str = START
    days: int = 0
    on: int | None = None
    at: str = "10:00"
    opens: int = 0
    audience: Audience = "members"
    gate: str = ""
    options: Mapping[str, str] = {}
    catch_up: bool = False


class Laid(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step on the calendar: it begins at `due` and takes place at `at`.

    `turn` counts how often its time has changed, so that an older timer says nothing. `own`: a
    person chose its time. `name` is what translations know it by.
    """

    step: Step
    at: datetime
    due: datetime
    state: State = "planned"
    turn: int = 0
    own: bool = False
    ran: datetime | None = None
    name: str = ""


class Plan(Record, frozen=True, kw_only=True):
    """The programme of a cohort (its id): a template laid on its calendar.

    `days` and `country` say when nothing happens. `draft` tells one laying of steps from another.
    `late`: the day on which a late step last began.
    """

    kind: ClassVar[str] = "programme"

    draft: str
    template: str
    name: str
    first: str
    zone: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    country: str = ""
    state: Literal["draft", "running", "ended"] = "draft"
    steps: tuple[Laid, ...] = ()
    late: str = ""


# --- what other slices read and tell --------------------------------------------------------------


async def programme_of(read: Reader, cohort: str) -> Plan | None:
    """The programme that a cohort runs by, once it was started."""
    plan = await read.get(Plan, cohort)
    return plan if plan and plan.state == "running" else None


def has_kind(plan: Plan | None, kind: str) -> bool:
    """Whether a programme will come to such a step by itself, or has."""
    live = ("planned", "waiting", "done")
    return plan is not None and any(
        laid.step.kind == kind and laid.state in live for laid in plan.steps
    )


def worded(args: Mapping[str, str], option: str) -> Phrase:
    """What a template says in an option of a step, to be translated by its key."""
    return Phrase(f"{args.get('key', '')}.{option}", args.get(option, ""))


def reached(org: str, cohort: str, what: str, once: str) -> Changes:
    """Something that steps wait for is there (`pairs`): what waits for it goes on.

    `once` says which it is, so that none counts twice.
    """
    tally = Tally(board=REACHED, subject=f"{cohort}/{what}", once=f"{cohort}/{what}/{once}")
    look = timer("programmes.wake", org, None, cohort=cohort, what=what, once=once)
    return Changes(tallies=(tally,), jobs=(look,))


def moved(org: str, cohort: str, step: str, at: datetime, once: str) -> Job:
    """What a step is about takes place at another time: what depends on it moves along.

    `once` says which move of what it is, since a time may come back.
    """
    args = {"cohort": cohort, "step": step, "at": at.isoformat(), "once": once}
    return timer("programmes.moved", org, None, **args)


def stopped(org: str, cohort: str, step: str, once: str) -> Job:
    """What a step is about does not take place: what depends on it is left out."""
    return timer("programmes.stopped", org, None, cohort=cohort, step=step, once=once)
