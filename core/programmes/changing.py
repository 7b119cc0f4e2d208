"""A step at another time, now, once more, or not at all; what depends on it is shown first."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from core.cohorts.access import for_leads, opened_form, redrawn, refused
from core.cohorts.model import LONGEST, Cohort, day
from core.engine.gate import zone_of
from core.engine.ports import Changes, Event, Invalid, Moment
from core.people.model import Person
from core.programmes import posts
from core.programmes.anchors.model import following, shifts
from core.programmes.calendar import LIVE, ground_of, open_day
from core.programmes.forms import DOINGS, change_form
from core.programmes.handlers import turned
from core.programmes.model import Laid, Plan, programme_of
from core.programmes.progress import MOST, found, hastened, placed, repeated, settled, without
from core.programmes.running import saved
from core.programmes.templates.fields import Wrong, time_of

DAY = timedelta(days=1)


class Wish(NamedTuple):
    """What becomes of which step, and when; `wrong` are the fields that make no sense."""

    do: str = ""
    step: str = ""
    at: datetime | None = None
    wrong: tuple[str, ...] = ()


@for_leads
async def change(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks which step, and what becomes of it."""
    plan = await programme_of(moment.read, cohort.id)
    if plan is None:
        return refused(posts.NOT_STARTED)
    if event.source != "form":
        return Changes(reply=opened_form(change_form(plan, {})))
    wish = _wished(plan, event.values, moment.now)
    one = found(plan, wish.step)
    if wish.wrong or one is None:
        return Changes(reply=Invalid(change_form(plan, event.values, wish.wrong or ("step",))))
    asked = _first_asked(event, moment, me, (plan, one), wish)
    return _done(event, moment, cohort, plan, wish) if asked is None else asked


@for_leads
async def shift(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """What was shown happens: with all that depends on the step, or with it alone."""
    plan = await programme_of(moment.read, cohort.id)
    one = found(plan, event.args.get("step", "")) if plan else None
    if plan is None or one is None or one.state == "done":
        return refused(posts.NO_STEP if plan else posts.NOT_STARTED)
    at = _instant(event.args.get("to", ""))
    move = event.args.get("do") == "move"
    if move and (at is None or not moment.now < at < moment.now + LONGEST):
        return refused(posts.GONE_BY)
    wish = Wish("move" if move else "skip", one.step.id, at)
    alone = event.args.get("along") != "all"
    return _done(event, moment, cohort, plan, wish, alone=alone)


def _first_asked(
    event: Event, moment: Moment, me: Person, of_what: tuple[Plan, Laid], wish: Wish
) -> Changes | None:
    """What depends on the step, before it changes; None where nothing does."""
    plan, one = of_what
    if wish.do == "move" and wish.at is not None:
        along = shifts(plan, one.step.id, wish.at)
        if along:
            return turned(event, moment, me, posts.moving(plan, one, wish.at, along))
    more = following(plan, one.step.id) if wish.do == "skip" else ()
    return turned(event, moment, me, posts.leaving_out(plan, one, more)) if more else None


def _done(
    event: Event, moment: Moment, cohort: Cohort, plan: Plan, wish: Wish, *, alone: bool = False
) -> Changes:
    one = found(plan, wish.step)
    if one is None:
        return refused(posts.NO_STEP)
    if wish.do == "again" and len(plan.steps) >= MOST:
        return refused(posts.FULL)
    new = _changed(plan, one, wish, moment.now, alone=alone)
    return redrawn(saved(event.org, new, plan, cohort), posts.CHANGED)


def _changed(plan: Plan, one: Laid, wish: Wish, now: datetime, *, alone: bool) -> Plan:
    """The plan as it is wished."""
    at = wish.at or now
    if wish.do == "skip":
        return settled(plan, one, "skipped") if alone else without(plan, one.step.id)
    if wish.do == "again":
        return repeated(plan, one, at)
    return hastened(plan, one, now) if wish.do == "now" else placed(plan, one, at, alone=alone)


def _wished(plan: Plan, values: Mapping[str, str], now: datetime) -> Wish:
    do, step = values.get("do", ""), values.get("step", "")
    one = found(plan, step)
    wrong = () if one else ("step",)
    if do not in DOINGS:
        return Wish(wrong=(*wrong, "do"))
    if one is not None and one.state == "done" and do != "again":
        return Wish(wrong=("begun",))
    if one is not None and one.state not in LIVE and do == "skip":
        return Wish(wrong=("do",))
    if do in ("now", "skip"):
        return Wish(do, step, None, wrong)
    at = _at(plan, values, now)
    return Wish(do, step, at, wrong) if isinstance(at, datetime) else Wish(wrong=(*wrong, *at))


def _at(plan: Plan, values: Mapping[str, str], now: datetime) -> datetime | tuple[str, ...]:
    """The moment that a form says, on a day and at a time at which people work; or its faults."""
    on, ground, wrong = day(values.get("day", "")), ground_of(plan), list[str]()
    try:
        clock = time.fromisoformat(time_of(values.get("time", "")))
    except Wrong:
        clock, wrong = time(12), ["time"]
    near = on is not None and now.date() - DAY <= on <= (now + LONGEST).date()
    if on is None or not near or not open_day(on, ground):
        return ("day", *wrong)
    at = datetime.combine(on, clock, zone_of(ground.zone)).astimezone(UTC)
    return tuple(wrong) or (at if now < at < now + LONGEST else ("day",))


def _instant(text: str) -> datetime | None:
    """An instant as we wrote it into a button; a forged one is none."""
    try:
        at = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return at if at.tzinfo else None
