"""What happens by itself: steps that begin, wait or were missed, and what they depend on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from msgspec.structs import replace

from core.cohorts.model import Cohort, over, timer
from core.engine.gate import opening
from core.engine.ports import (
    Changes,
    Deliver,
    Event,
    Job,
    Moment,
    Record,
    Show,
    ToPerson,
    show,
)
from core.people.model import of, rhythm
from core.programmes import notices
from core.programmes.calendar import LIVE, Ground, ground_of, relaid, shifted, tomorrow
from core.programmes.gates import shut
from core.programmes.model import Kind, Laid, Plan, programme_of
from core.programmes.progress import (
    GRACE,
    args_of,
    begun,
    blocked,
    found,
    live,
    settled,
    verdict,
    without,
)

Kinds = Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class Rung:
    """A step whose time has come."""

    event: Event
    moment: Moment
    cohort: Cohort
    plan: Plan
    one: Laid


# --- steps ----------------------------------------------------------------------------------------


async def step(kinds: Kinds, event: Event, moment: Moment) -> Changes:
    """A step's time has come: it begins, waits, or is left out. Once begun, it walks on."""
    plan = await programme_of(moment.read, event.args["cohort"])
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    one = found(plan, event.args["step"]) if plan else None
    if plan is None or cohort is None or one is None:
        return Changes()
    kind = kinds.get(one.step.kind)
    if "begun" in event.args:
        return await kind.run(event, moment) if kind else Changes()
    old = one.state not in LIVE or event.args["turn"] != _turn(plan, one)
    if old or cohort.stage == "cancelled":
        return Changes()
    if over(cohort, moment.now):
        return saved(event.org, settled(plan, one, "missed"), plan, cohort)
    return await _due(Rung(event, moment, cohort, plan, one), kind)


async def _due(rung: Rung, kind: Kind | None) -> Changes:
    plan, one, now = rung.plan, rung.one, rung.moment.now
    paused = rung.cohort.stage == "paused"
    told = verdict(plan, one, now, paused=paused)
    if told.do == "miss":
        return await _missed(rung)
    if told.again is not None:
        waits = not paused and now >= one.due and blocked(plan, one) is not None
        return _later(rung, told.again, waits=waits)
    if kind is None or not _fits(kind, one):
        return await _unknown(rung)
    if await shut(rung.moment.read, rung.cohort, one.step.gate):
        return _later(rung, tomorrow(now, one.due, ground_of(plan)), waits=True)
    run = await kind.run(replace(rung.event, args=args_of(plan, one)), rung.moment)
    return run + saved(rung.event.org, begun(plan, one, now), plan, rung.cohort)


def _fits(kind: Kind, one: Laid) -> bool:
    """Whether a step says what its kind takes by now: it may have been laid long ago."""
    return all(fits(one.step.options.get(name, "")) for name, fits in kind.options.items())


def _later(rung: Rung, at: datetime, *, waits: bool) -> Changes:
    """Looks again at another time; what it waits for is on the desk."""
    again = Changes(jobs=(_timer(rung.event.org, rung.plan, rung.one, at, f"{at:%Y%m%d%H%M}"),))
    if not waits or rung.one.state == "waiting":
        return again
    new = settled(rung.plan, rung.one, "waiting")
    return again + saved(rung.event.org, new, rung.plan, rung.cohort)


async def _missed(rung: Rung) -> Changes:
    """Left out; whoever facilitates hears of all that was, in one card a day."""
    new = settled(rung.plan, rung.one, "missed")
    slot = f"programme-missed/{rung.plan.id}/{rung.moment.now:%Y%m%d}"
    told = await _told(rung, slot, Show(ToPerson(rung.cohort.facilitator), slot))
    return saved(rung.event.org, new, rung.plan, rung.cohort) + told


async def _unknown(rung: Rung) -> Changes:
    new = settled(rung.plan, rung.one, "skipped")
    post = notices.unknown(rung.plan, rung.one)
    key = f"programme-unknown/{rung.plan.draft}/{rung.one.step.id}"
    told = await _told(rung, key, Deliver(ToPerson(rung.cohort.facilitator), post))
    return saved(rung.event.org, new, rung.plan, rung.cohort) + told


async def _told(rung: Rung, key: str, work: Deliver | Show) -> Changes:
    """To whoever facilitates, in their hours, even if they never answer: only they can act."""
    person = await of(rung.moment.read, rung.cohort.facilitator)
    due = opening(rhythm(person), rung.moment.now) if person else rung.moment.now
    return Changes(jobs=(Job(key=key, work=work, due=due, until=due + GRACE),))


# --- timers ---------------------------------------------------------------------------------------


def saved(org: str, plan: Plan, before: Plan, cohort: Cohort) -> Changes:
    """The plan as it is now, a timer for each step whose time has changed, and the desk."""
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    known = {one.step.id: _turn(before, one) for one in before.steps if before.state == "running"}
    rings = tuple(
        _timer(org, plan, one, one.due)
        for one in live(plan)
        if plan.state == "running" and known.get(one.step.id) != _turn(plan, one)
    )
    return Changes(saves=(plan,), jobs=(*rings, desk))


def _timer(org: str, plan: Plan, one: Laid, at: datetime | None, again: str = "") -> Job:
    more = {"again": again} if again else {}
    args = {"cohort": plan.id, "step": one.step.id, "turn": _turn(plan, one), **more}
    return timer("programmes.step", org, at, **args)


def _turn(plan: Plan, one: Laid) -> str:
    return f"{plan.draft}.{one.turn}"


# --- what others tell -----------------------------------------------------------------------------


async def wake(event: Event, moment: Moment) -> Changes:
    """What steps wait for may be there: those that are late are looked at once more."""
    plan = await programme_of(moment.read, event.args["cohort"])
    if plan is None:
        return Changes()
    late = (one for one in live(plan) if one.due <= moment.now)
    again = moment.id("look")[:12]
    return Changes(jobs=tuple(_timer(event.org, plan, one, None, again) for one in late))


async def moved(event: Event, moment: Moment) -> Changes:
    """What a step is about takes place at another time: what depends on it moves along."""
    plan = await programme_of(moment.read, event.args["cohort"])
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if plan is None or cohort is None or not _ran(plan, event):
        return Changes()
    at = datetime.fromisoformat(event.args["at"])
    steps = shifted(plan.steps, event.args["step"], at, ground_of(plan))
    return saved(event.org, replace(plan, steps=steps), plan, cohort)


async def stopped(event: Event, moment: Moment) -> Changes:
    """What a step is about does not take place: what depends on it is left out."""
    plan = await programme_of(moment.read, event.args["cohort"])
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if plan is None or cohort is None or not _ran(plan, event):
        return Changes()
    return saved(event.org, without(plan, event.args["step"]), plan, cohort)


def _ran(plan: Plan, event: Event) -> bool:
    """Whether this plan has begun the step: what is left of an ended one moves nothing here."""
    one = found(plan, event.args["step"])
    return one is not None and one.state == "done"


async def followed(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """The cohort goes on, or takes place elsewhere or from another day on."""
    if not isinstance(was, Cohort) or not isinstance(now, Cohort):
        return Changes()
    resumes = (was.stage, now.stage) == ("paused", "open")
    moves = (was.zone, was.first) != (now.zone, now.first)
    plan = await moment.read.get(Plan, now.id) if resumes or moves else None
    if plan is None or plan.state == "ended":
        return Changes()
    changes = _elsewhere(event, was, now, plan) if moves else Changes()
    if not resumes:
        return changes
    again = timer("programmes.wake", event.org, None, cohort=now.id, what="resumed", once=event.id)
    return changes + Changes(jobs=(again,))


def _elsewhere(event: Event, was: Cohort, now: Cohort, plan: Plan) -> Changes:
    first = date.fromisoformat(plan.first)
    whole = all(one.state in LIVE for one in plan.steps)
    begins = now.first if whole and first == was.first else first
    zone = now.zone if plan.zone == was.zone else plan.zone
    ground = Ground(zone, plan.days, plan.country)
    new = replace(plan, steps=relaid(plan, ground, begins), zone=zone, first=begins.isoformat())
    return saved(event.org, new, plan, now)
