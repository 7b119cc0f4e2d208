"""What becomes of a step when its time has come. Pure.

A step that is at most two days late still happens, one such step a day; a sign-up, until the day
before. One that is later is left out, and the facilitator hears of it. What waits for something
waits for two weeks.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from core.programmes.calendar import (
    LIVE,
    Ground,
    ground_of,
    in_order,
    laid,
    local_day,
    shifted,
    timed,
    tomorrow,
)
from core.programmes.model import START, Laid, Plan
from core.programmes.templates.model import Template

ON_TIME = timedelta(hours=1)
GRACE = timedelta(days=2)
PATIENCE = timedelta(days=14)
MOST = 80
EARLY = timedelta(minutes=1)


class Verdict(Struct, frozen=True):
    """What to do now; `again` is when to look once more."""

    do: Literal["run", "wait", "miss"]
    again: datetime | None = None


def drawn_up(cohort: str, template: Template, first: date, ground: Ground, draft: str) -> Plan:
    """A template laid on the calendar of a cohort, not yet started."""
    return Plan(
        id=cohort,
        draft=draft,
        template=template.id,
        name=template.name,
        first=first.isoformat(),
        zone=ground.zone,
        days=ground.days,
        country=ground.country,
        steps=laid(template.steps, first, ground, template.id),
    )


def found(plan: Plan, id: str) -> Laid | None:
    """The step of this name."""
    return next((one for one in plan.steps if one.step.id == id), None)


def verdict(plan: Plan, one: Laid, now: datetime, *, paused: bool = False) -> Verdict:
    """Whether a step that is on its way begins now."""
    ground, late = ground_of(plan), now - one.due
    if late < -EARLY:
        return Verdict("wait", one.due)
    if not paused and late > _patience(one):
        return Verdict("miss")
    one_today = late > ON_TIME and plan.late >= local_day(now, ground).isoformat()
    if paused or one_today or blocked(plan, one):
        return Verdict("wait", tomorrow(now, one.due, ground))
    return Verdict("run")


def blocked(plan: Plan, one: Laid) -> Laid | None:
    """The step that has to begin first, and has not. What a person has placed waits for none."""
    if one.own or one.step.after == START or one.step.days < 0:
        return None
    before = found(plan, one.step.after)
    return before if before and before.state in LIVE else None


def begun(plan: Plan, one: Laid, now: datetime) -> Plan:
    """The plan once a step has begun. If it was late, what depends on it moves along."""
    ground = ground_of(plan)
    if now - one.due <= ON_TIME:
        return _with(plan, replace(one, state="done", ran=now))
    today = local_day(now, ground)
    plan = replace(plan, late=today.isoformat())
    if not one.step.opens and local_day(one.at, ground) < today:
        plan = replace(plan, steps=shifted(plan.steps, one.step.id, now, ground))
    return _with(plan, replace(found(plan, one.step.id) or one, state="done", ran=now))


def settled(plan: Plan, one: Laid, state: Literal["waiting", "skipped", "missed"]) -> Plan:
    """The plan with a step that waits, or does not happen."""
    return _with(plan, replace(one, state=state))


def placed(plan: Plan, one: Laid, at: datetime, *, alone: bool = False) -> Plan:
    """The plan with a step at a time that a person chose, and what depends on it, or not that."""
    ground = ground_of(plan)
    own = replace(one, own=True)
    if alone:
        return _with(plan, timed(own, at, ground))
    plan = _with(plan, own)
    return replace(plan, steps=shifted(plan.steps, one.step.id, at, ground))


def hastened(plan: Plan, one: Laid, now: datetime) -> Plan:
    """The plan with a step that begins now. What it is about may still take place later."""
    at = one.at if one.step.opens and one.at > now else now
    new = replace(one, at=at, due=now, own=True, turn=one.turn + 1, state="planned")
    return _with(plan, new)


def repeated(plan: Plan, one: Laid, at: datetime) -> Plan:
    """The plan with one more step like this."""
    taken = {each.step.id for each in plan.steps}
    id = next(f"{one.step.id}-{n}" for n in range(2, MOST + 3) if f"{one.step.id}-{n}" not in taken)
    step = replace(one.step, id=id, after=START, gate="", catch_up=False)
    more = Laid(step=step, at=at, due=at, own=True, name=one.name)
    fresh = replace(timed(replace(more, due=one.due), at, ground_of(plan)), turn=0)
    return replace(plan, steps=in_order((*plan.steps, fresh)))


def without(plan: Plan, id: str) -> Plan:
    """The plan without a step and whatever was to follow it."""
    gone = {id}
    for one in plan.steps * 2:
        if one.step.after in gone and one.state in LIVE:
            gone.add(one.step.id)
    steps = (
        replace(one, state="skipped") if one.step.id in gone and one.state in LIVE else one
        for one in plan.steps
    )
    return replace(plan, steps=tuple(steps))


def started(plan: Plan, now: datetime) -> Plan:
    """The plan as it begins: what would have been before today is left out."""
    steps = (replace(one, state="skipped") if now - one.due > GRACE else one for one in plan.steps)
    return replace(plan, state="running", steps=tuple(steps))


def ended(plan: Plan) -> Plan:
    """The plan of which nothing more happens."""
    steps = (replace(one, state="skipped") if one.state in LIVE else one for one in plan.steps)
    return replace(plan, state="ended", steps=tuple(steps))


def live(plan: Plan) -> Sequence[Laid]:
    """What is still to come."""
    return [one for one in plan.steps if one.state in LIVE]


def args_of(plan: Plan, one: Laid) -> Mapping[str, str]:
    """What a step is told when it begins."""
    return {
        "cohort": plan.id,
        "step": one.step.id,
        "at": one.at.isoformat(),
        "key": one.name,
        "begun": "yes",
        **one.step.options,
    }


def _patience(one: Laid) -> timedelta:
    """How late a step may be; a sign-up, until the day before what it is for."""
    ahead = max(GRACE, one.at - one.due - GRACE / 2)
    return PATIENCE if one.state == "waiting" else ahead


def _with(plan: Plan, new: Laid) -> Plan:
    same = (new if one.step.id == new.step.id else one for one in plan.steps)
    return replace(plan, steps=in_order(tuple(same)))
