"""When a promise is looked at again, and by which rhythm of its cohort."""

from datetime import date, datetime, timedelta

from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.engine.ports import Event, Job, Raise, Reader
from core.pairs.checkins.model import AHEAD, wakes
from core.pairs.commitments.days import first, instant, today
from core.pairs.commitments.model import Commitment, Ritual, clamped, rhythm_of
from core.people.model import Person
from core.programmes.model import Options, programme_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_WEEKS = 26
WAITING = ("planned", "waiting")
DAY = timedelta(days=1)


def turn(
    org: str, one: Commitment, person: Person, cohort: Cohort, *, at: datetime | None = None
) -> Job:
    """Rings shortly before it is asked about, so that what comes that day comes together.

    There is one for each promise: when its owner lives elsewhere, it moves.
    """
    day = wakes(one)
    due = at or instant(day, one.hour, rhythm_of(person, cohort)) - AHEAD
    args = {
        "commitment": one.id,
        "cohort": one.cohort,
        "person": one.person,
        "day": day.isoformat(),
    }
    id = f"timer/checkins.turn/{one.id}/{day}/{due:%Y%m%d%H%M}"
    event = Event(id=id, org=org, source="timer", name="checkins.turn", args=args)
    key = f"checkins.turn/{one.id}"
    return Job(key=key, work=Raise(event), due=due, plan="replace")


async def ritual_of(read: Reader, cohort: Cohort) -> Ritual:
    """How a cohort is asked: as its programme has it; without one, weekly.

    A programme without check-ins counts on none: each promise is asked about on its own day.
    """
    begun = await read.get(Ritual, cohort.id)
    plan = None if begun else await programme_of(read, cohort.id)
    for laid in plan.steps if plan else ():
        if laid.step.kind == "checkins" and laid.state in WAITING:
            return ritual(cohort, laid.step.options, laid.at)
    return begun or Ritual(id=cohort.id, weekly=plan is None)


def ritual(cohort: Cohort, options: Options, begins: datetime) -> Ritual:
    """As a step of the programme says."""
    name = options.get("weekday", "").casefold()
    weeks = options.get("weeks", "")
    return Ritual(
        id=cohort.id,
        weekday=WEEKDAYS.index(name) if name in WEEKDAYS else Ritual(id="").weekday,
        weeks=int(weeks) if is_weeks(weeks) else 0,
        begins=today(begins, cohort.zone),
    )


def is_weekday(text: str) -> bool:
    """Whether a template may say so; nothing is Thursday."""
    return text.casefold() in ("", *WEEKDAYS)


def is_weeks(text: str) -> bool:
    """Whether a template may say so."""
    return text in {str(n) for n in range(1, MOST_WEEKS + 1)}


def timed(one: Commitment, by: Ritual, made: date) -> Commitment:
    """The promise, to be asked about as the cohort is."""
    through = None
    if by.begins and by.weeks:
        through = by.begins + timedelta(weeks=by.weeks) - DAY
    one = replace(one, weekday=by.weekday, through=through)
    begins = by.begins if by.weekly else one.until
    return replace(one, asks=clamped(one, first(made, begins, by.weekday, one.until)))
