"""Asking each member, once, for a challenge of their own; and who may read it."""

from core.cohorts.access import (
    for_leads,
    for_members,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.model import Cohort, awake, later, lines, members
from core.cohorts.words import name_of
from core.cohorts.working_on import posts
from core.cohorts.working_on.model import (
    FADES,
    LATER,
    PROGRAMME,
    TEXT,
    WorkingOn,
    counts,
    named,
    sight_of,
    working_id,
)
from core.engine.ports import (
    Card,
    Changes,
    Event,
    Invalid,
    Job,
    Moment,
    Show,
    ToPerson,
    show,
)
from core.people.model import Person
from core.programmes.model import has_kind, programme_of

PAGE = 5


async def ask(event: Event, moment: Moment) -> Changes:
    """The introductions are closed: asks every member privately, unless a programme does."""
    plan = await programme_of(moment.read, event.args["cohort"])
    programmed = has_kind(plan, "working_on") or has_kind(plan, "challenges")
    if event.args["round"] != PROGRAMME and programmed:
        return Changes()
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None or not awake(cohort, moment.now):
        paused = cohort is not None and cohort.stage == "paused"
        return Changes(jobs=(later(event, moment.now),) if paused else ())
    page, on = await members(event, moment)
    asked = (_asked(cohort, m.person, moment, event.args["round"]) for m in page.items)
    return Changes(jobs=(*asked, *on))


@for_members
async def name(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Opens the form with what stands, then keeps what the person says."""
    was = await moment.read.get(WorkingOn, working_id(cohort.id, me.id))
    if event.source != "form":
        text, before = (was.text, was.sight) if was else ("", "")
        return Changes(reply=opened_form(posts.name_form(cohort, text, before)))
    text, chosen = event.values.get("text", ""), event.values.get("sight", "")
    if not lines(text, TEXT) or len(text.strip()) > TEXT:
        return Changes(reply=Invalid(posts.name_form(cohort, text, chosen, wrong=True)))
    sight = sight_of(chosen)
    new = named(cohort.id, me.id, lines(text, TEXT), sight, was=was, at=moment.now)
    note = posts.KEPT_ME if sight == "me" else posts.KEPT
    return redrawn(_kept(cohort, new, was), note)


def _kept(cohort: Cohort, new: WorkingOn, was: WorkingOn | None) -> Changes:
    tallies = counts(new, was)
    desk = (show(ToPerson(cohort.facilitator), f"desk/{cohort.id}"),) if tallies else ()
    return Changes(saves=(new,), tallies=tallies, jobs=desk)


@for_members
async def postpone(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks once more in two days."""
    job = _asked(cohort, me.id, moment, "later", wait=True)
    return redrawn(Changes(jobs=(job,)), posts.LATER)


@for_members
async def skip(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Not this time: an answer too."""
    was = await moment.read.get(WorkingOn, working_id(cohort.id, me.id))
    if was is not None:
        return refused(posts.SKIPPED)
    new = named(cohort.id, me.id, "", "me", was=None, at=moment.now)
    return redrawn(Changes(saves=(new,)), posts.SKIPPED)


@for_leads
async def shared(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """What people let the facilitator read, page by page."""
    if me.id != cohort.facilitator:
        return refused(posts.FACILITATOR)
    after = event.args.get("after", "")
    try:
        page = await moment.read.find(
            WorkingOn, cohort=cohort.id, shared="yes", after=after, limit=PAGE
        )
    except ValueError:
        return refused(posts.GONE)
    told = [(one, await name_of(moment, one.person)) for one in page.items]
    card = posts.shared(cohort, told, page.cursor)
    return Changes(reply=Card(card)) if after else privately(event, me, card)


def _asked(cohort: Cohort, person: str, moment: Moment, why: str, *, wait: bool = False) -> Job:
    due = moment.now + LATER if wait else None
    slot = f"working-on/{cohort.id}/{why}"
    return Job(
        key=f"{slot}/{person}",
        work=Show(ToPerson(person), slot),
        due=due,
        weight="nudge",
        until=(due or moment.now) + FADES,
    )
