"""Another time, or none: asked for, looked over, done, and heard by everybody at once."""

from msgspec.structs import replace

from core.cohorts.access import for_leads, opened_form, privately, redrawn, refused
from core.cohorts.model import Cohort, lines
from core.cohorts.workshops.access import about, meant
from core.cohorts.workshops.anchor import depending
from core.cohorts.workshops.forms import values_of
from core.cohorts.workshops.handlers import asking, timers
from core.cohorts.workshops.model import (
    REASON,
    Problem,
    Workshop,
    moved,
    off,
    pages,
    start_of,
    time_problems,
)
from core.cohorts.workshops.moving import posts
from core.cohorts.workshops.moving.model import Shift
from core.cohorts.workshops.signup.model import INTERESTED, chosen, telling, walks
from core.engine.ports import Changes, Event, Invalid, Job, Moment, Show, ToPlace
from core.people.model import Person

# --- before ---------------------------------------------------------------------------------------


@about(for_leads)
async def move(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """Asks for another time and a reason, then shows what would come of it."""
    if not _ahead(workshop, moment):
        return refused(posts.BEGUN)
    if event.source != "form":
        values = values_of(workshop, cohort)
        return Changes(reply=opened_form(posts.move_form(workshop, values, cohort.zone)))
    wrong = time_problems(event.values, cohort, moment.now) | _unexplained(event)
    if not wrong and start_of(event.values, cohort) == workshop.starts:
        wrong = {"time": "same"}
    if wrong:
        form = posts.move_form(workshop, event.values, cohort.zone, wrong)
        return Changes(reply=Invalid(form))
    shift = Shift(id=workshop.id, starts=start_of(event.values, cohort), reason=_reason(event))
    return await _looked_over(event, moment, me, workshop, shift)


@about(for_leads)
async def cancel(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """Asks for the reason, then shows what would come of it."""
    if not _ahead(workshop, moment):
        return refused(posts.BEGUN)
    if event.source != "form":
        return Changes(reply=opened_form(posts.cancel_form(workshop, {})))
    wrong = _unexplained(event)
    if wrong:
        return Changes(reply=Invalid(posts.cancel_form(workshop, event.values, wrong)))
    shift = Shift(id=workshop.id, reason=_reason(event))
    return await _looked_over(event, moment, me, workshop, shift)


async def _looked_over(
    event: Event, moment: Moment, me: Person, workshop: Workshop, shift: Shift
) -> Changes:
    was = await moment.read.get(Shift, workshop.id)
    shift = replace(shift, version=was.version if was else 0, turn=workshop.turn)
    will = replace(shift, version=shift.version + 1)
    comes = await posts.outcome(moment, workshop, will)
    slot = f"workshop-shift/{workshop.id}/{moment.id('copy')[:8]}"
    post = posts.preview(workshop, will, comes, slot)
    return Changes(saves=(shift,)) + privately(event, me, post)


def _ahead(workshop: Workshop, moment: Moment) -> bool:
    return workshop.state == "planned" and moment.now < workshop.starts


def _unexplained(event: Event) -> dict[str, Problem]:
    return {} if _reason(event) else {"reason": "reason"}


def _reason(event: Event) -> str:
    return lines(event.values.get("reason", ""), REASON)


# --- done -----------------------------------------------------------------------------------------


@about(for_leads)
async def confirm(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """Does what was looked over, and tells everyone."""
    shift = await moment.read.get(Shift, workshop.id)
    if shift is None or not _ahead(workshop, moment) or shift.turn != workshop.turn:
        return refused(posts.BEGUN)
    if shift.starts is not None and shift.starts <= moment.now:
        return Changes(deletes=(shift,)) + redrawn(Changes(), posts.PASSED)
    if shift.starts is None:
        new = off(workshop, shift.reason)
        jobs = _heard(event, cohort, new)
        note = posts.CANCELLED
    else:
        new = moved(workshop, shift.starts, shift.reason)
        again = (asking(event, new), *timers(event, moment, cohort, new))
        jobs = (*_heard(event, cohort, new), *again)
        note = posts.MOVED
    return redrawn(Changes(saves=(new,), deletes=(shift,), jobs=jobs), note)


@about(for_leads)
async def keep(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """Leaves it as it is."""
    shift = await moment.read.get(Shift, workshop.id)
    return redrawn(Changes(deletes=(shift,) if shift else ()), posts.LEFT)


def _heard(event: Event, cohort: Cohort, new: Workshop) -> tuple[Job, ...]:
    """Everybody hears of it: the space, those who signed up, the programme."""
    slot, turn = f"workshop-news/{new.id}/{new.turn}", str(new.turn)
    spaces = tuple(
        Job(key=f"{slot}/{place}", work=Show(ToPlace(place), slot), weight="essential")
        for place in cohort.spaces
    )
    args = {"cohort": cohort.id, "workshop": new.id, "turn": turn}
    people = walks("workshops.tell", event.org, None, INTERESTED, **args)
    return (*pages(cohort, new), *spaces, *people, *depending(event.org, new))


async def tell(event: Event, moment: Moment) -> Changes:
    """Each of those who signed up or wait, at once and in private."""
    workshop = await meant(event, moment)
    if workshop is None or str(workshop.turn) != event.args["turn"]:
        return Changes()
    page, on = await chosen(event, moment)
    slot = f"workshop-news/{workshop.id}/{workshop.turn}"
    told = (telling(one.person, slot, "essential", None) for one in page.items)
    return Changes(jobs=(*told, *on))
