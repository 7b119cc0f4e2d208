"""When each step of a programme happens. Pure: dates, a time zone, days off, and the rules."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from core.engine.gate import SILENT_AFTER, holidays_of, opening, week_of, zone_of
from core.engine.ports import Rhythm
from core.programmes.model import START, Kind, Laid, Plan, Step

PATIENCE = 40  # days; where every day is a holiday something happens all the same
USUAL = (0, 1, 2, 3, 4)
MONDAY = date(2026, 3, 2)
LIVE = ("planned", "waiting")


class Ground(Struct, frozen=True):
    """Where a programme takes place, and on which days of the week."""

    zone: str = "UTC"
    days: tuple[int, ...] = USUAL
    country: str = ""


class Load(Struct, frozen=True):
    """How many private messages that nobody asked for a programme sends to one person.

    Who answers gets `active` in all, and at most `busiest` in a week; who never does, `silent`.
    """

    active: int
    busiest: int
    silent: int


def ground_of(plan: Plan) -> Ground:
    """Where a programme takes place."""
    return Ground(plan.zone, plan.days, plan.country)


# --- laying steps ---------------------------------------------------------------------------------


def laid(
    steps: Sequence[Step], first: date, ground: Ground, template: str = ""
) -> tuple[Laid, ...]:
    """All steps on the calendar of somebody who begins on this day, in their order."""
    at: dict[str, datetime] = {}
    for step in _ordered(steps):
        anchor = at.get(step.after)
        day = local_day(anchor, ground) if anchor else first
        at[step.id] = _placed(step, day, anchor, ground)
    found = (
        Laid(
            step=step,
            at=at[step.id],
            due=_begins(step, at[step.id], ground),
            name=f"programmes.{template}.{step.id}",
        )
        for step in steps
    )
    return in_order(found)


def in_order(steps: Iterator[Laid] | Sequence[Laid]) -> tuple[Laid, ...]:
    """As they come, one after another."""
    return tuple(sorted(steps, key=lambda one: (one.due, one.step.stage)))


def shifted(steps: Sequence[Laid], id: str, at: datetime, ground: Ground) -> tuple[Laid, ...]:
    """The steps, after one of them got another time: what depends on it moves along.

    What has begun stays. What a person has placed keeps its distance.
    """
    now = {one.step.id: one for one in steps}
    was = dict(now)
    now[id] = timed(now[id], at, ground)
    for one in _below(steps, id):
        anchor = now[one.step.after]
        if one.own:
            days = local_day(anchor.at, ground) - local_day(was[anchor.step.id].at, ground)
            new = on_day(local_day(one.at, ground) + days, _time(one.at, ground), ground)
        else:
            new = _placed(one.step, local_day(anchor.at, ground), anchor.at, ground)
        now[one.step.id] = timed(one, new, ground)
    return in_order(list(now.values()))


def timed(one: Laid, at: datetime, ground: Ground) -> Laid:
    """The step at another time; whatever was planned for the old one no longer counts.

    One that has begun does not begin again: only what it is about takes place at another time.
    """
    if one.state == "done":
        return replace(one, at=at)
    due = _begins(one.step, at, ground)
    same = (at, due) == (one.at, one.due)
    return one if same else replace(one, at=at, due=due, turn=one.turn + 1, state="planned")


def relaid(plan: Plan, ground: Ground, first: date) -> tuple[Laid, ...]:
    """The steps, when where or when the programme takes place has changed."""
    steps = {one.step.id: one for one in plan.steps}
    fresh = {one.step.id: one.at for one in laid([s.step for s in plan.steps], first, ground)}
    old = ground_of(plan)
    for id, one in steps.items():
        if one.state in LIVE:
            own = on_day(local_day(one.at, old), _time(one.at, old), ground)
            steps[id] = timed(one, own if one.own else fresh[id], ground)
    return in_order(list(steps.values()))


def changes_of(before: Sequence[Laid], after: Sequence[Laid]) -> tuple[tuple[Laid, Laid], ...]:
    """The steps whose time is another now, as they were and as they are."""
    was = {one.step.id: one for one in before}
    pairs = ((was[one.step.id], one) for one in after if one.step.id in was)
    return tuple((old, new) for old, new in pairs if (old.at, old.due) != (new.at, new.due))


# --- days -----------------------------------------------------------------------------------------


def open_day(day: date, ground: Ground) -> bool:
    """Whether people work on this day."""
    holidays = holidays_of(ground.country, day.year) if ground.country else None
    return day.weekday() in (ground.days or USUAL) and day not in (holidays or ())


def free(day: date, ground: Ground, *, back: bool = False) -> date:
    """The day itself, else the next (with `back` the last) on which people work."""
    step = timedelta(days=-1 if back else 1)
    found = (day + step * n for n in range(PATIENCE))
    return next((each for each in found if open_day(each, ground)), day)


def on_day(day: date, at: time, ground: Ground, *, back: bool = False) -> datetime:
    """That time, on that day or else the next on which people work."""
    return _moment(free(day, ground, back=back), at, ground)


def tomorrow(now: datetime, at: datetime, ground: Ground) -> datetime:
    """The next day on which people work, at the same time of day as `at`."""
    return on_day(local_day(now, ground) + timedelta(days=1), _time(at, ground), ground)


def local_day(at: datetime, ground: Ground) -> date:
    """The day that it is there."""
    return at.astimezone(zone_of(ground.zone)).date()


def theirs(one: Laid, rhythm: Rhythm) -> datetime:
    """When a private message of a step reaches a person: in their own hours."""
    return opening(rhythm, one.due)


# --- counting -------------------------------------------------------------------------------------


def load(steps: Sequence[Laid], kinds: Mapping[str, Kind], ground: Ground) -> Load:
    """How many private messages these steps send to one person."""
    weeks: Counter[str] = Counter()
    silent = 0
    for one in steps:
        kind = kinds.get(one.step.kind)
        if kind is None or one.state in ("skipped", "missed"):
            continue
        for days in kind.days({**one.step.options, "opens": str(one.step.opens)}):
            day = local_day(one.due, ground) + timedelta(days=days)
            weeks[week_of(ground.zone, on_day(day, time(12), ground))] += kind.active
            silent += kind.silent
    asked_once = 1 if silent >= SILENT_AFTER else 0
    return Load(
        active=sum(weeks.values()),
        busiest=max(weeks.values(), default=0),
        silent=min(silent, SILENT_AFTER) + asked_once,
    )


def busiest(steps: Sequence[Step], kinds: Mapping[str, Kind]) -> Load:
    """The same for a template, whichever day of the week it begins on."""
    begins = (MONDAY + timedelta(days=n) for n in range(len(USUAL)))
    loads = [load(laid(steps, day, Ground()), kinds, Ground()) for day in begins]
    return max(loads, key=lambda one: one.busiest)


# --- the rules ------------------------------------------------------------------------------------


def _ordered(steps: Sequence[Step]) -> Iterator[Step]:
    """Each after what it comes after."""
    done, waiting = {START}, list(steps)
    while waiting:
        ready = [step for step in waiting if step.after in done] or waiting
        yield from ready
        done |= {step.id for step in ready}
        waiting = [step for step in waiting if step not in ready]


def _below(steps: Sequence[Laid], id: str) -> list[Laid]:
    """What depends on a step and has not begun, each after what it depends on."""
    found, moving = list[Laid](), {id}
    for step in _ordered([one.step for one in steps]):
        one = next(one for one in steps if one.step.id == step.id)
        if step.after in moving and one.state in LIVE and step.id != id:
            moving.add(step.id)
            found.append(one)
    return found


def _placed(step: Step, anchor: date, after: datetime | None, ground: Ground) -> datetime:
    day, back = anchor + timedelta(days=step.days), step.days < 0
    if step.on is not None:
        day += timedelta(days=(step.on - day.weekday()) % 7)
    clock = time.fromisoformat(step.at)
    at = on_day(day, clock, ground, back=back)
    if after is None:
        return at
    if back and at >= after:
        return on_day(anchor - timedelta(days=1), clock, ground, back=True)
    if not back and at < after:
        return on_day(local_day(at, ground) + timedelta(days=1), clock, ground)
    return at


def _begins(step: Step, at: datetime, ground: Ground) -> datetime:
    if not step.opens:
        return at
    day = local_day(at, ground) - timedelta(days=step.opens)
    return on_day(day, time.fromisoformat(step.at), ground, back=True)


def _time(at: datetime, ground: Ground) -> time:
    return at.astimezone(zone_of(ground.zone)).time()


def _moment(day: date, at: time, ground: Ground) -> datetime:
    return datetime.combine(day, at, zone_of(ground.zone)).astimezone(UTC)
