"""Being there by the code that is shown, and catching up afterwards."""

from msgspec.structs import replace

from core.cohorts.access import (
    for_leads,
    joined,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.model import Cohort, Tries, code_in, refreshed, rest_of, spent, tried
from core.cohorts.workshops.access import about, meant
from core.cohorts.workshops.attendance import posts
from core.cohorts.workshops.model import EARLY, Workshop, address, ends, pages, running
from core.cohorts.workshops.signup.model import (
    SAID,
    Signup,
    attended,
    chosen,
    fresh,
    signup_id,
    telling,
    walks,
)
from core.engine.ports import Changes, Done, Event, Invalid, Moment
from core.people.model import Person

FEW = 5


async def here(event: Event, moment: Moment, me: Person) -> Changes:
    """`here <code>`: I am there, in the room or online."""
    typed = code_in(event.values.get("code") or rest_of(event, "here"))
    if not typed:
        return await _ask_for_it(event, moment)
    tries = await moment.read.get(Tries, me.id)
    if spent(tries, moment.now):
        return refused(posts.WAIT)
    found = await _by_code(moment, me, typed)
    if found is None:
        wrong = tried(tries or Tries(id=me.id), moment.now)
        return Changes(saves=(wrong,), reply=Done(posts.WRONG))
    return await _there(moment, me, *found)


async def _ask_for_it(event: Event, moment: Moment) -> Changes:
    """By a form; who typed the word without a code hears how."""
    if event.source == "message":
        return refused(posts.NO_CODE)
    workshop = await meant(event, moment)
    about = workshop.id if workshop else ""
    if event.source == "form":
        return Changes(reply=Invalid(posts.code_form(about, wrong=True)))
    return Changes(reply=opened_form(posts.code_form(about)))


async def _by_code(moment: Moment, me: Person, code: str) -> tuple[Cohort, Workshop] | None:
    """The workshop that shows this code, if it is one of this person’s cohorts."""
    for workshop in (await moment.read.find(Workshop, code=code, limit=FEW)).items:
        cohort = await moment.read.get(Cohort, workshop.cohort)
        live = workshop.state in {"planned", "held"}
        if cohort is not None and live and await joined(moment, cohort, me):
            return cohort, workshop
    return None


async def _there(moment: Moment, me: Person, cohort: Cohort, workshop: Workshop) -> Changes:
    if moment.now < workshop.starts - EARLY:
        return refused(posts.early(workshop))
    if not running(workshop, moment.now):
        return refused(posts.LATE)
    known = await moment.read.get(Signup, signup_id(workshop.id, me.id))
    if known is not None and known.how:
        return refused(posts.COUNTED)
    was = known or fresh(workshop, me.id, moment.now)
    changes = attended(was, "session", moment.now)
    return redrawn(changes + Changes(jobs=pages(cohort, workshop)[:1]), posts.HERE)


# --- who leads ------------------------------------------------------------------------------------


@about(for_leads)
async def code(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """The code to show, to who leads."""
    if workshop.state not in {"planned", "held"}:
        return refused(posts.NO_SESSION)
    slot = f"workshop-code/{workshop.id}/{moment.id('copy')[:8]}"
    return privately(event, me, posts.code(workshop, slot))


@about(for_leads)
async def record(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """Where the recording is: with it, those who were not there can catch up."""
    if workshop.state == "cancelled" or moment.now < ends(workshop):
        return refused(posts.NOT_OVER)
    if event.source != "form":
        return Changes(reply=opened_form(posts.recording_form(workshop)))
    link = event.values.get("link", "").strip()
    if not address(link):
        return Changes(reply=Invalid(posts.recording_form(workshop, link, wrong=True)))
    new = replace(workshop, recording=link)
    args = {"cohort": cohort.id, "workshop": workshop.id}
    told = () if workshop.recording else walks("workshops.catch", event.org, None, SAID, **args)
    after = refreshed(cohort, f"workshop-after/{workshop.id}")
    changes = Changes(saves=(new,), jobs=(*pages(cohort, new), *after, *told))
    return redrawn(changes, posts.RECORDED)


async def offer(event: Event, moment: Moment) -> Changes:
    """A way to catch up for those who said something and were not there."""
    workshop = await meant(event, moment)
    if workshop is None or not workshop.recording:
        return Changes()
    page, on = await chosen(event, moment)
    slot = f"workshop-catch/{workshop.id}"
    until = moment.now + posts.FADES
    told = (telling(one.person, slot, "nudge", until) for one in page.items if not one.how)
    return Changes(jobs=(*told, *on))
