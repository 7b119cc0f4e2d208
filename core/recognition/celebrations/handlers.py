"""Celebrating something, a high five for it, taking it back, and looking at what there was."""

from core.cohorts.access import (
    colleagues,
    copy,
    for_anyone,
    for_members,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.model import Cohort, awake, belongs, line, lines
from core.engine.ports import Changes, Done, Event, Invalid, Moment, Viewer
from core.message import Phrase
from core.people.model import Person, picked
from core.recognition.celebrations import posts, views
from core.recognition.celebrations.model import (
    A_DAY,
    HELPED,
    PLENTY,
    TEXT,
    Celebration,
    Words,
    cards,
    celebrated,
    five,
    five_once,
    gone,
)


@for_members
async def make(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Tells it wherever the cohort meets."""
    hindered = await _hindered(moment, cohort, me)
    if hindered:
        return refused(hindered)
    people = await colleagues(moment, cohort, me)
    if event.source != "form":
        form = posts.celebrate_form(cohort, people, {"draft": moment.id("draft")[:12]})
        return Changes(reply=opened_form(form))
    who = line(event.values.get("person", ""), 500)
    person, met = await picked(event, moment, who) if who else (None, Changes())
    wrong = await _wrong(event, moment, cohort, person if who else me)
    if wrong:
        form = posts.celebrate_form(cohort, people, {**event.args, **event.values}, wrong)
        return met + Changes(reply=Invalid(form))
    said = Words(
        text=lines(event.values.get("text", ""), TEXT),
        helped=lines(event.values.get("helped", ""), HELPED),
        to=person.id if person else "",
    )
    one = celebrated(cohort.id, me.id, event.args.get("draft", ""), said, moment.now)
    if await moment.read.get(Celebration, one.id):
        return met + refused(posts.TOLD)
    out = met + Changes(saves=(one,), jobs=cards(cohort, one))
    return out + privately(event, me, posts.told(one))


async def _wrong(event: Event, moment: Moment, cohort: Cohort, person: Person | None) -> str:
    """The field that needs another look, "" for none."""
    text, helped = event.values.get("text", ""), event.values.get("helped", "")
    if person is None or not await belongs(moment.read, cohort, person.id):
        return "person"
    if not lines(text, TEXT) or len(text.strip()) > TEXT:
        return "text"
    return "helped" if len(helped.strip()) > HELPED else ""


async def _hindered(moment: Moment, cohort: Cohort, me: Person) -> Phrase | None:
    """Why nothing can be told now; one voice alone would drown the others."""
    if not awake(cohort, moment.now):
        return posts.PAUSED
    if not cohort.spaces:
        return posts.NOWHERE
    mine = await moment.read.find(Celebration, cohort=cohort.id, by=me.id, limit=PLENTY)
    many = len(mine.items) == PLENTY and moment.now - mine.items[-1].at < A_DAY
    return posts.PLENTY if many else None


@for_members
async def high_five(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Counts once."""
    one = await _meant(event, moment, cohort)
    if one is None or one.shown != "yes":
        return refused(posts.GONE)
    if me.id == one.by:
        return refused(posts.OWN)
    if await moment.read.counted(five_once(one, me.id)):
        return refused(posts.AGAIN)
    return Changes(tallies=(five(one, me.id),), jobs=cards(cohort, one), reply=Done(posts.FIVED))


@for_anyone
async def take(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """It goes from everywhere; only who told it, or whom it is about, may say so."""
    one = await _meant(event, moment, cohort)
    if one is None or me.id not in (one.by, one.to):
        return refused(posts.GONE)
    return redrawn(Changes(deletes=(one,), jobs=gone(cohort, one)), posts.TAKEN)


@for_anyone
async def look(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The latest, to whoever belongs to the cohort."""
    slot = copy("celebrations", cohort, moment)
    post = await views.latest_view(moment, slot, Viewer(person=me.id))
    return privately(event, me, post) if post else refused(posts.NOT_HERE)


async def _meant(event: Event, moment: Moment, cohort: Cohort) -> Celebration | None:
    one = await moment.read.get(Celebration, event.args.get("id", ""))
    return one if one and one.cohort == cohort.id else None
