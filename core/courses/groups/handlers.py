"""A lead looks at the provider's groups, holds one beside the cohort, and takes its courses."""

import msgspec
from msgspec.structs import replace

from core.cohorts.access import for_leads, opened_form, privately, refused
from core.cohorts.model import Cohort, leads
from core.courses.groups import forms, posts
from core.courses.groups.going import forgetting
from core.courses.groups.model import (
    COURSES,
    KEPT,
    MISSING,
    Fit,
    Into,
    Offer,
    Sync,
    busy,
    counts,
    groups_in,
    known_as,
    mails_of,
    meant,
    paged,
    shown,
    step,
    whole_in,
)
from core.courses.model import Course
from core.courses.sending.beginning import known
from core.engine.ports import (
    Ask,
    Card,
    Changes,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    ToPerson,
    show,
)
from core.people.model import Person

LISTED = 10

# --- which group ----------------------------------------------------------------------------------


@for_leads
async def groups(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks the provider for its groups; the card comes once it has answered."""
    question = {"platform": "catalogues", "cohort": cohort.id, "person": me.id}
    work = Ask("groups", question, "courses.groups_read")
    job = Job(key=f"courses/groups/{moment.id('groups')}", work=work, weight="answer")
    return Changes(jobs=(job,), reply=Done(posts.ASKING))


async def groups_read(event: Event, moment: Moment) -> Changes:
    """What the provider says, to whoever asked and still leads the cohort."""
    person = event.args.get("person", "")
    cohort = await moment.read.get(Cohort, event.args.get("cohort", ""))
    if cohort is None or not leads(cohort, person):
        return Changes()
    offer = Offer(id=f"{cohort.id}/{person}", cohort=cohort.id, person=person)
    try:
        found = () if event.error else groups_in(event.values.get("groups", ""))
        offer = replace(offer, groups=found, trouble=event.error)
    except msgspec.DecodeError:
        offer = replace(offer, trouble="unreadable")
    slot = f"group-offer/{cohort.id}"
    return Changes(saves=(offer,), jobs=(show(ToPerson(person), slot, weight="answer"),))


# --- one group beside the cohort ------------------------------------------------------------------


@for_leads
async def sync(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks which group and which way, then looks at both without changing either."""
    offer = await moment.read.get(Offer, f"{cohort.id}/{me.id}")
    if offer is None or not offer.groups:
        return await groups(event, moment, me)
    was = await moment.read.get(Sync, cohort.id)
    if await busy(moment, was):
        return refused(posts.STILL_GOING)
    if event.source != "form":
        return Changes(reply=opened_form(forms.sync_form(cohort, offer, {})))
    group = next((one for one in offer.groups if one.id == event.values.get("group")), None)
    into = _way(event.values.get("into", ""))
    if group is None or into is None:
        return Changes(reply=Invalid(forms.sync_form(cohort, offer, event.values)))
    fresh = Sync(id=cohort.id, by=me.id, group=group, into=into, at=moment.now)
    if was is not None:
        fresh = replace(fresh, version=was.version, round=was.round + 1)
    question = {
        "platform": "catalogues",
        "group": group.id,
        "cohort": fresh.id,
        "round": str(fresh.round),
    }
    work = Ask("group", question, "courses.group_read")
    asks = Job(key=f"courses/group/{fresh.look}", work=work, weight="answer")
    old = (forgetting(event, was),) if was else ()
    return Changes(saves=(fresh,), jobs=(asks, *old), reply=Done(posts.LOOKING))


def _way(text: str) -> Into | None:
    match text:
        case "cohort" | "group":
            return text
        case _:
            return None


async def group_read(event: Event, moment: Moment) -> Changes:
    """The group is here: its people are held beside the cohort, some at a time."""
    it = await meant(event, moment)
    if it is None or it.stage != "looking":
        return Changes()
    if event.error:
        return _failed(it, event.error)
    try:
        whole = whole_in(event.values.get("group", ""))
    except msgspec.DecodeError:
        return _failed(it, "unreadable")
    read, mails = paged(it, mails_of(whole))
    courses = tuple({one.key: one for one in whole.courses if not one.retired}.values())[:COURSES]
    new = replace(read, stage="matching", courses=courses, group=known_as(whole, it.group))
    walk = step("courses.match", event, new, at="" if new.into == "group" else "0")
    later = forgetting(event, new, moment.now + KEPT)
    return Changes(saves=(new, *mails), jobs=(walk, later))


def _failed(it: Sync, trouble: str) -> Changes:
    new = replace(it, stage="failed", trouble=trouble)
    return Changes(saves=(new,), jobs=(shown(new),))


@for_leads
async def drop(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Nobody comes in, and what was looked at is forgotten."""
    it = await meant(event, moment)
    if it is None or it.stage != "ready":
        return refused(posts.MOVED_ON)
    new = replace(it, stage="dropped")
    jobs = (forgetting(event, new), shown(new))
    return Changes(saves=(new,), jobs=jobs, reply=Done(posts.DROPPED, redraws=True))


@for_leads
async def missing(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Who is left out, by their reason, to whoever leads."""
    it = await meant(event, moment)
    if it is None or it.stage == "over":
        return refused(posts.MOVED_ON)
    told = await counts(moment, it)
    there = [standing for standing in MISSING if told[standing] > 0]
    asked = event.args.get("standing")
    standing = next((one for one in there if one == asked), there[0] if there else None)
    if standing is None:
        return refused(posts.NOBODY_MISSING)
    try:
        page = await moment.read.find(
            Fit, look=it.look, standing=standing, after=event.args.get("after", ""), limit=LISTED
        )
    except ValueError:
        return refused(posts.MOVED_ON)
    names = [await posts.called_here(moment, one) for one in page.items]
    card = posts.left_out(it, standing, told, names, page.cursor)
    here = event.origin is not None and event.origin.private and "standing" in event.args
    return Changes(reply=Card(card)) if here else privately(event, me, card)


# --- its courses ----------------------------------------------------------------------------------


@for_leads
async def courses(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Makes drafts of the group's courses, each once; nobody gets them before they are sent."""
    it = await meant(event, moment)
    if it is None or not it.courses:
        return refused(posts.MOVED_ON)
    if event.source != "form":
        return Changes(reply=opened_form(forms.courses_form(it)))
    wanted = set(event.values.get("courses", "").split(","))
    picked = [one for n, one in enumerate(it.courses) if str(n) in wanted]
    if not picked:
        return Changes(reply=Invalid(forms.courses_form(it, wrong=True)))
    drafts = [await _draft(event, moment, me, one, cohort) for one in picked]
    new = [draft for draft in drafts if draft]
    changes = sum(new, Changes())
    told = Done(posts.drafted(len(new), len(drafts) - len(new)))
    return replace(changes, reply=told)


async def _draft(
    event: Event, moment: Moment, me: Person, course: Course, cohort: Cohort
) -> Changes:
    return await known(event, moment, me, course, cohort, draft=f"{cohort.id}/{course.key}")
