"""Choosing a programme, looking at it, starting it, ending it."""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec.structs import replace

from core.cohorts.access import (
    Handler,
    closed,
    copy,
    for_anyone,
    for_leads,
    for_members,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.model import LONGEST, Cohort, Membership, day, leads, membership_id
from core.engine.gate import holidays_of
from core.engine.ports import (
    Card,
    Changes,
    Done,
    Event,
    Invalid,
    Moment,
    ToPerson,
    show,
)
from core.message import Option, Post, verbatim
from core.people.model import Person, alive, of, picked, viewer
from core.programmes import posts
from core.programmes.calendar import Ground, free, local_day
from core.programmes.forms import as_form, choose_form
from core.programmes.model import Plan, programme_of
from core.programmes.progress import drawn_up, ended, live, started
from core.programmes.running import Kinds, saved
from core.programmes.templates.shipped import shipped
from core.programmes.views import current, late_view, open_to, page, seen_by, whole

PEOPLE = 50
COUNTRY = 2


# --- choosing -------------------------------------------------------------------------------------


@for_leads
async def choose(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks which, and from when on; then shows it laid out, to who chose it alone."""
    was = await moment.read.get(Plan, cohort.id)
    if was is not None and was.state == "running":
        return refused(posts.RUNNING)
    if event.source != "form":
        return Changes(reply=opened_form(choose_form(cohort, _usual(moment, me, cohort))))
    wrong = _wrong(event.values, moment, cohort)
    if wrong:
        return Changes(reply=Invalid(choose_form(cohort, event.values, wrong)))
    plan = _laid_out(event, moment, cohort)
    plan = replace(plan, version=was.version if was else 0)
    slot = copy("programme", cohort, moment)
    card = Changes(jobs=(show(ToPerson(me.id), slot, weight="answer"),), reply=Done(posts.LAID_OUT))
    return saved(event.org, plan, plan, cohort) + card


def _usual(moment: Moment, me: Person, cohort: Cohort) -> Mapping[str, str]:
    ground = Ground(cohort.zone, country=me.country)
    tomorrow = local_day(moment.now, ground) + timedelta(days=1)
    return {"first": f"{free(max(cohort.first, tomorrow), ground)}", "country": me.country}


def _wrong(values: Mapping[str, str], moment: Moment, cohort: Cohort) -> list[str]:
    """The fields that make no sense."""
    today = local_day(moment.now, Ground(cohort.zone))
    first, country = day(values.get("first", "")), _country(values)
    wrong = [] if values.get("template") in shipped() else ["template"]
    if first is None or not today < first <= today + LONGEST:
        wrong.append("first")
    if not _days(values):
        wrong.append("days")
    if country and (len(country) != COUNTRY or holidays_of(country, today.year) is None):
        wrong.append("country")
    return wrong


def _country(values: Mapping[str, str]) -> str:
    return values.get("country", "").strip().upper()[: COUNTRY + 1]


def _days(values: Mapping[str, str]) -> tuple[int, ...]:
    known = "0123456"
    said = {part.strip() for part in values.get("days", "").split(",")[:8]}
    return tuple(int(each) for each in known if each in said)


def _laid_out(event: Event, moment: Moment, cohort: Cohort) -> Plan:
    """Only after `_wrong` found nothing."""
    ground = Ground(cohort.zone, _days(event.values), _country(event.values))
    first = date.fromisoformat(event.values["first"].strip()[:10])
    draft = moment.id("programme")[:8]
    return drawn_up(cohort.id, shipped()[event.values["template"]], first, ground, draft)


# --- starting and ending --------------------------------------------------------------------------


@for_leads
async def start(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """From here on it runs by itself, as long as the cohort does."""
    plan = await moment.read.get(Plan, cohort.id)
    if plan is None or plan.state != "draft":
        return refused(posts.RUNNING if plan and plan.state == "running" else posts.NONE)
    ground = Ground(plan.zone)
    if date.fromisoformat(plan.first) < local_day(moment.now, ground):
        return refused(posts.PASSED)
    last = max(local_day(one.at, ground) for one in plan.steps)
    longer = (replace(cohort, last=last),) if last > cohort.last else ()
    begun = saved(event.org, started(plan, moment.now), plan, cohort)
    return redrawn(begun + Changes(saves=longer), posts.STARTED)


@for_leads
async def end(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks once more; then nothing more of it happens, and another can be chosen."""
    plan = await programme_of(moment.read, cohort.id)
    if plan is None:
        return refused(posts.NOT_STARTED)
    if event.args.get("sure") != "yes":
        return turned(event, moment, me, posts.ending(plan, len(live(plan))))
    return saved(event.org, ended(plan), plan, cohort) + Changes(reply=Done(posts.ENDED))


# --- looking --------------------------------------------------------------------------------------


def look(kinds: Kinds) -> Handler:
    """The programme: all of it, or the stage that a button names."""

    @for_anyone
    async def looked(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        """The programme: all of it, or the stage that a button names."""
        plan = await moment.read.get(Plan, cohort.id)
        if plan is None or not await open_to(moment, cohort, plan, me):
            return _none(moment, me, cohort)
        if plan.state == "draft" and event.name == "programmes.look":
            return turned(event, moment, me, whole(kinds, plan, cohort))
        stage = _stage(plan, event.args.get("stage", ""))
        other = event.args.get("person", "")
        if other and leads(cohort, me.id):
            return await _through(event, moment, me, (kinds, plan), other)
        return turned(event, moment, me, page(kinds, plan, cohort, me, stage))

    return looked


def _none(moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """There is none to see; who leads may choose one."""
    if closed(cohort, moment) or not leads(cohort, me.id):
        return refused(posts.NONE)
    return Changes(reply=opened_form(choose_form(cohort, _usual(moment, me, cohort))))


def see_as(kinds: Kinds) -> Handler:
    """Asks through whose eyes, then shows it so."""

    @for_leads
    async def seen(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        """Asks through whose eyes, then shows it so."""
        plan = await moment.read.get(Plan, cohort.id)
        if plan is None or plan.state == "ended":
            return refused(posts.NONE)
        people = await _members(moment, cohort)
        if event.source != "form":
            return Changes(reply=opened_form(as_form(cohort, people)))
        person, met = await picked(event, moment, event.values.get("person", "")[:500])
        if person is None:
            return met + Changes(reply=Invalid(as_form(cohort, people, wrong=True)))
        return met + await _through(event, moment, me, (kinds, plan), person.id)

    return seen


async def _through(
    event: Event, moment: Moment, me: Person, of_what: tuple[Kinds, Plan], other: str
) -> Changes:
    """A stage through the eyes of a member."""
    kinds, plan = of_what
    member = await moment.read.get(Membership, membership_id(plan.id, other))
    person = await alive(moment.read, other)
    if person is None or (other != me.id and (member is None or member.state != "member")):
        return refused(posts.STRANGER)
    seen = seen_by(kinds, plan, person, leads=True, name=person.name or "…")
    stage = _stage(plan, event.args.get("stage", "")) or current(plan)
    return turned(event, moment, me, posts.stage(plan, stage, seen, viewer(me)))


async def _members(moment: Moment, cohort: Cohort) -> tuple[Option, ...]:
    """The first of them; a platform's own field of people knows all."""
    page = await moment.read.find(Membership, cohort=cohort.id, state="member", limit=PEOPLE)
    people = [await of(moment.read, member.person) for member in page.items]
    return tuple(Option(p.id, verbatim(p.name)) for p in people if p and p.name)


def _stage(plan: Plan, said: str) -> int:
    return next((n for n in posts.stages_of(plan) if str(n) == said), 0)


def turned(event: Event, moment: Moment, me: Person, post: Post) -> Changes:
    """The programme card that was pressed turns over; from elsewhere it is a new, private one."""
    pressed = event.origin.slot if event.origin and event.origin.private else ""
    if pressed.startswith("programme/"):
        return Changes(reply=Card(replace(post, slot=pressed)))
    return privately(event, me, replace(post, slot=f"{post.slot}/{moment.id('copy')[:8]}"))


# --- who came later -------------------------------------------------------------------------------


def catch_up(kinds: Kinds) -> Handler:
    """What is enough for who came later."""

    @for_members
    async def caught(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        """What is enough for who came later."""
        slot = copy("programme-late", cohort, moment)
        card = await late_view(kinds, moment, slot, viewer(me))
        return privately(event, me, card) if card else refused(posts.NONE)

    return caught
