"""What a programme would change if a step took place at another time, or not at all.

For whoever moves what a step is about, to show it before it is done.
"""

from datetime import datetime

from msgspec import Struct

from core.engine.ports import Reader
from core.message import Phrase
from core.programmes.calendar import LIVE, changes_of, ground_of, shifted
from core.programmes.model import Laid, Plan, programme_of
from core.programmes.progress import found, without


class Shift(Struct, frozen=True):
    """A step that moves along."""

    title: Phrase
    before: datetime
    after: datetime


async def moving_along(read: Reader, cohort: str, step: str, at: datetime) -> tuple[Shift, ...]:
    """The steps that get another time if this one takes place then."""
    plan = await programme_of(read, cohort)
    return shifts(plan, step, at) if plan else ()


async def left_out(read: Reader, cohort: str, step: str) -> tuple[Phrase, ...]:
    """The steps that do not happen if this one does not."""
    plan = await programme_of(read, cohort)
    return tuple(title_of(one) for one in following(plan, step)) if plan else ()


def shifts(plan: Plan, step: str, at: datetime) -> tuple[Shift, ...]:
    """The same, of a plan at hand."""
    if found(plan, step) is None:
        return ()
    after = shifted(plan.steps, step, at, ground_of(plan))
    return tuple(
        Shift(title_of(new), old.at, new.at)
        for old, new in changes_of(plan.steps, after)
        if new.step.id != step
    )


def following(plan: Plan, step: str) -> tuple[Laid, ...]:
    """The steps still to come that depend on this one."""
    after = {one.step.id: one.state for one in without(plan, step).steps}
    return tuple(
        one
        for one in plan.steps
        if one.step.id != step and one.state in LIVE and after[one.step.id] == "skipped"
    )


def title_of(one: Laid) -> Phrase:
    """What a step is called."""
    return Phrase(one.name, one.step.title)
