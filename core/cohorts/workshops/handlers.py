"""Planning a workshop, completing and changing it; reminders; its beginning and its end."""

from collections.abc import Mapping

from msgspec.structs import replace

from core.cohorts.access import (
    for_anyone,
    for_leads,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.model import Cohort, afar, awake, belongs, later, members, timer
from core.cohorts.posts import JOIN_FIRST
from core.cohorts.workshops import forms, posts
from core.cohorts.workshops.access import about, meant
from core.cohorts.workshops.anchor import depending
from core.cohorts.workshops.model import (
    EARLY,
    GRACE,
    HOUR,
    Problem,
    Workshop,
    changed,
    completed,
    day_before,
    details,
    ends,
    open_to,
    pages,
    planned,
    problems,
    upcoming,
    workshop_id,
)
from core.cohorts.workshops.signup.model import (
    COMING,
    INTERESTED,
    chosen,
    seats_of,
    telling,
    unsure,
    walks,
)
from core.engine.ports import (
    Changes,
    Event,
    Invalid,
    Job,
    Moment,
    ToPlace,
    Viewer,
    Weight,
    show,
)
from core.message import Form
from core.people.model import Person

WEIGHTS: Mapping[str, Weight] = {"day": "nudge", "hour": "person"}
HEAR = {"day": COMING, "hour": INTERESTED}

# --- planning -----------------------------------------------------------------------------------


@for_leads
async def plan(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Opens the form; once it is filled in, asks people whether they come."""
    draft = event.args.get("draft") or moment.id("draft")
    args = {"cohort": cohort.id, "draft": draft}
    if event.source != "form":
        values = {"purpose": cohort.purpose, "day": cohort.first.isoformat(), "minutes": "90"}
        return Changes(reply=opened_form(_form(values, cohort, "plan", args)))
    wrong = problems(event.values, cohort, moment.now)
    if wrong:
        return Changes(reply=Invalid(_form(event.values, cohort, "plan", args, wrong)))
    id = workshop_id(cohort.id, draft)
    if await moment.read.get(Workshop, id):
        return refused(posts.TWICE)
    said = details(event.values, cohort)
    return announced(event, moment, cohort, planned(id, cohort.id, said, moment))


@about(for_leads)
async def complete(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """Opens the form with what the programme proposes; filled in, it is planned."""
    if workshop.state != "draft":
        return refused(posts.NO_DRAFT)
    args = {"workshop": workshop.id}
    if event.source != "form":
        values = forms.values_of(workshop, cohort)
        return Changes(reply=opened_form(_form(values, cohort, "complete", args)))
    wrong = problems(event.values, cohort, moment.now)
    if wrong:
        return Changes(reply=Invalid(_form(event.values, cohort, "complete", args, wrong)))
    new = completed(workshop, details(event.values, cohort), moment)
    along = () if new.starts == workshop.starts else depending(event.org, new)
    return announced(event, moment, cohort, new) + Changes(jobs=along)


@about(for_leads)
async def drop(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """A draft that nobody wants is put away; the rest of the programme goes on."""
    if workshop.state != "draft":
        return refused(posts.NO_DRAFT)
    desk = pages(cohort, workshop)[:1]
    return redrawn(Changes(deletes=(workshop,), jobs=desk), posts.DROPPED)


@about(for_leads)
async def change(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """Changes what is planned, but its time; another place is told to those who come."""
    if not open_to(workshop, moment.now):
        return refused(posts.NOT_OPEN)
    args = {"workshop": workshop.id}
    if event.source != "form":
        values = forms.values_of(workshop, cohort)
        return Changes(reply=opened_form(_form(values, cohort, "change", args)))
    was = forms.values_of(workshop, cohort)
    values = {**was, **event.values, **{name: was[name] for name in ("day", "time", "mode")}}
    wrong = {
        name: problem
        for name, problem in problems(values, cohort, moment.now).items()
        if name not in {"day", "time"}
    }
    if wrong:
        return Changes(reply=Invalid(_form(values, cohort, "change", args, wrong)))
    new = changed(workshop, details(values, cohort))
    return redrawn(await _changed(event, moment, cohort, workshop, new), posts.CHANGED)


async def _changed(
    event: Event, moment: Moment, cohort: Cohort, was: Workshop, new: Workshop
) -> Changes:
    args = {"cohort": cohort.id, "workshop": new.id}
    jobs = pages(cohort, new)
    if ends(new) != ends(was):
        jobs = (*jobs, _ending(event, new))
    if new.capacity != was.capacity:
        seats = await seats_of(moment, new)
        seen = f"{seats.version}-{new.sequence}"
        jobs = (*jobs, timer("workshops.fill", event.org, None, **args, seen=seen))
    if (new.place, new.link) != (was.place, was.link):
        sequence = str(new.sequence)
        told = walks("workshops.where", event.org, None, INTERESTED, **args, sequence=sequence)
        jobs = (*jobs, *told)
    return Changes(saves=(new,), jobs=jobs)


def _form(
    values: Mapping[str, str],
    cohort: Cohort,
    action: str,
    args: Mapping[str, str],
    errors: Mapping[str, Problem] | None = None,
) -> Form:
    action = f"workshops.{action}"
    return forms.plan_form(values, action=action, args=args, zone=cohort.zone, errors=errors)


# --- looking --------------------------------------------------------------------------------------


@for_anyone
async def look(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The workshops that are planned, privately."""
    if not await belongs(moment.read, cohort, me.id):
        return refused(JOIN_FIRST)
    found = await upcoming(moment.read, cohort.id)
    return privately(event, me, posts.listed(cohort, found, me.id))


@about(for_anyone)
async def open_one(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """One workshop, and where I stand to it."""
    slot = f"workshop-mine/{workshop.id}/{moment.id('copy')[:8]}"
    card = await posts.mine_view(moment, slot, Viewer(person=me.id))
    return privately(event, me, card) if card else refused(JOIN_FIRST)


# --- its time -------------------------------------------------------------------------------------


def announced(event: Event, moment: Moment, cohort: Cohort, workshop: Workshop) -> Changes:
    """Everyone is asked: in the space, and privately who would not read it there."""
    jobs = (
        *pages(cohort, workshop),
        asking(event, workshop),
        *timers(event, moment, cohort, workshop),
    )
    return redrawn(Changes(saves=(workshop,), jobs=jobs), posts.PLANNED)


def timers(event: Event, moment: Moment, cohort: Cohort, workshop: Workshop) -> tuple[Job, ...]:
    """The reminders of its time, its beginning and its end; those of an older time say nothing."""
    args = {"cohort": cohort.id, "workshop": workshop.id, "turn": str(workshop.turn)}
    times = {"day": day_before(workshop, cohort), "hour": workshop.starts - HOUR}
    reminders = (
        job
        for when, due in times.items()
        if due > moment.now
        for job in walks("workshops.remind", event.org, due, HEAR[when], **args, when=when)
    )
    begins = timer("workshops.begins", event.org, workshop.starts - EARLY, **args)
    return (*reminders, begins, _ending(event, workshop))


def _ending(event: Event, workshop: Workshop) -> Job:
    at = ends(workshop)
    args = {"cohort": workshop.cohort, "workshop": workshop.id, "at": at.isoformat()}
    return timer("workshops.ends", event.org, at, **args)


def asking(event: Event, workshop: Workshop) -> Job:
    """Asks those who would not see it in a space, once for each time that it has."""
    args = {"cohort": workshop.cohort, "workshop": workshop.id, "turn": str(workshop.turn)}
    return timer("workshops.ask", event.org, None, **args)


async def ask(event: Event, moment: Moment) -> Changes:
    """Asks the next of them: who has said nothing, and, at another time, who could not come."""
    workshop, cohort = await _ahead(event, moment)
    if workshop is None or cohort is None or str(workshop.turn) != event.args["turn"]:
        return Changes()
    if not awake(cohort, moment.now):
        return Changes(jobs=(later(event, moment.now),) if cohort.stage == "paused" else ())
    page, on = await members(event, moment)
    slot = f"workshop-ask/{workshop.id}/{workshop.turn}"
    asked = [
        telling(member.person, slot, "nudge", workshop.starts)
        for member in page.items
        if afar(cohort, member) and await unsure(moment, workshop, member.person)
    ]
    return Changes(jobs=(*asked, *on))


async def remind(event: Event, moment: Moment) -> Changes:
    """The day before, or an hour before: a word to those who come."""
    workshop, cohort = await _still(event, moment)
    if workshop is None or cohort is None or str(workshop.turn) != event.args["turn"]:
        return Changes()
    page, on = await chosen(event, moment)
    when = event.args["when"]
    slot = f"workshop-{when}/{workshop.id}/{workshop.turn}"
    told = (telling(one.person, slot, WEIGHTS[when], workshop.starts) for one in page.items)
    return Changes(jobs=(*told, *on))


async def where(event: Event, moment: Moment) -> Changes:
    """It takes place elsewhere: a word to those who come or wait."""
    workshop, _ = await _still(event, moment)
    if workshop is None or str(workshop.sequence) != event.args["sequence"]:
        return Changes()
    page, on = await chosen(event, moment)
    slot = f"workshop-where/{workshop.id}/{workshop.sequence}"
    told = (telling(one.person, slot, "person", workshop.starts) for one in page.items)
    return Changes(jobs=(*told, *on))


async def begins(event: Event, moment: Moment) -> Changes:
    """In a quarter of an hour: the way in stands on the cards, the code with who facilitates."""
    workshop = await meant(event, moment)
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if workshop is None or cohort is None or str(workshop.turn) != event.args["turn"]:
        return Changes()
    if not open_to(workshop, moment.now) or cohort.stage == "cancelled":
        return Changes()
    slot = f"workshop-code/{workshop.id}"
    code = telling(cohort.facilitator, slot, "person", ends(workshop))
    return Changes(jobs=(*pages(cohort, workshop), code))


async def end(event: Event, moment: Moment) -> Changes:
    """It is over: a thread opens for the questions that it left."""
    workshop = await meant(event, moment)
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if workshop is None or cohort is None or workshop.state != "planned":
        return Changes()
    if event.args["at"] != ends(workshop).isoformat() or cohort.stage == "cancelled":
        return Changes()
    new = replace(workshop, state="held")
    slot = f"workshop-after/{workshop.id}"
    opened = tuple(show(ToPlace(place), slot) for place in cohort.spaces)
    args = {"cohort": cohort.id, "workshop": workshop.id}
    asks = timer("workshops.after", event.org, ends(workshop) + GRACE, **args)
    return Changes(saves=(new,), jobs=(*pages(cohort, new), *opened, asks))


async def _still(event: Event, moment: Moment) -> tuple[Workshop | None, Cohort | None]:
    """The workshop of a timer and its cohort, as long as anybody may be asked to come."""
    workshop, cohort = await _ahead(event, moment)
    return (workshop, cohort) if awake(cohort, moment.now) else (None, None)


async def _ahead(event: Event, moment: Moment) -> tuple[Workshop | None, Cohort | None]:
    """The same, though the cohort may be paused."""
    workshop = await meant(event, moment)
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    ahead = workshop and workshop.state == "planned" and moment.now < workshop.starts
    return (workshop, cohort) if ahead else (None, None)
