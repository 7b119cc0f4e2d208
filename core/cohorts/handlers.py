"""Starting a cohort, changing it, pausing it, ending it."""

from collections.abc import Mapping

from msgspec.structs import replace

from core.cohorts import posts
from core.cohorts.access import (
    Drawn,
    Handler,
    cohorts_of,
    copy,
    for_anyone,
    for_leads,
    opened_form,
    privately,
    redrawn,
    refused,
    taken,
)
from core.cohorts.forms import PLACES, cohort_form
from core.cohorts.model import (
    Cohort,
    Problem,
    Space,
    afar,
    changed,
    cohort_id,
    details,
    line,
    lines,
    members,
    problems,
    refreshed,
    rest_of,
    started,
    timer,
)
from core.cohorts.spaces.model import bind, found
from core.cohorts.words import name_of
from core.engine.ports import (
    Ask,
    Changes,
    Deliver,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    ToPerson,
    ToPlace,
    Viewer,
    show,
)
from core.message import Form, Option, Post, verbatim
from core.people.model import Person, picked

REASON = 300
KNOWN = 100
PEOPLE = ("facilitator", "moderator")


# --- starting -----------------------------------------------------------------------------------


async def create(event: Event, moment: Moment, me: Person) -> Changes:
    """Opens the form; once it is filled in, starts the cohort."""
    if event.source != "form":
        draft = {"draft": event.args.get("draft") or moment.id("draft")}
        name = line(rest_of(event, "cohort new"), 60)
        given = {"name": name, "zone": me.zone or "UTC", "facilitator": me.id}
        return Changes(reply=opened_form(await _form(event, moment, me, given, args=draft)))
    chosen, met, wrong = await _chosen(event, moment)
    if wrong:
        form = await _form(event, moment, me, event.values, args=event.args, wrong=wrong)
        return met + Changes(reply=Invalid(form))
    id = cohort_id(me.id, event.args.get("draft", ""))
    if await moment.read.get(Cohort, id):
        return refused(posts.TWICE)
    return met + await _start(event, moment, me, started(id, me.id, details(chosen)))


async def _start(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    where = await _where(event, moment)
    bound, jobs = Changes(), _beginnings(cohort, me)
    if where == "here" and event.origin is not None:
        space = await moment.read.get(Space, event.origin.place)
        cohort, bound = bind(cohort, space or found(event.origin, moment.now), moment.now)
    if where == "channel" and event.origin is not None:
        cohort = replace(cohort, offered=event.origin.place)
        jobs = (*jobs, _make_channel(event, cohort))
    return _told_so(event, me, cohort, where) + Changes(saves=(cohort,), jobs=jobs) + bound


def _told_so(event: Event, me: Person, cohort: Cohort, where: str) -> Changes:
    if where == "later":
        return privately(event, me, posts.created(cohort, where))
    return Changes(reply=Done(posts.started(cohort, where)))


async def _where(event: Event, moment: Moment) -> str:
    """Where the form says, as far as that is possible from here."""
    possible = [option.value for option in await _places(event, moment)]
    said = event.values.get("where") or possible[0]
    return said if said in possible else "later"


def _beginnings(cohort: Cohort, me: Person) -> tuple[Job, ...]:
    return (show(ToPerson(cohort.facilitator), f"desk/{cohort.id}"), *_moderating(cohort, me))


def _moderating(cohort: Cohort, me: Person) -> tuple[Job, ...]:
    if cohort.moderator == me.id:
        return ()
    work = Deliver(ToPerson(cohort.moderator), posts.moderating(cohort, me.name))
    return (Job(key=f"moderating/{cohort.id}/{cohort.moderator}", work=work),)


def _make_channel(event: Event, cohort: Cohort) -> Job:
    place = event.origin.place if event.origin else ""
    owner = event.by.account if event.by else ""
    question = {"place": place, "name": cohort.name, "cohort": cohort.id, "owner": owner}
    work = Ask(port="make_channel", question=question, then="cohorts.channel_made")
    return Job(key=f"channel/{cohort.id}", work=work)


# --- changing -----------------------------------------------------------------------------------


@for_leads
async def change(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Opens the form with what stands; once it is filled in, changes the cohort."""
    if event.source != "form":
        form = await _form(event, moment, me, _values(cohort), args=event.args)
        return Changes(reply=opened_form(form))
    chosen, met, wrong = await _chosen(event, moment)
    if wrong:
        form = await _form(event, moment, me, event.values, args=event.args, wrong=wrong)
        return met + Changes(reply=Invalid(form))
    new = changed(cohort, details(chosen))
    told = () if new.moderator == cohort.moderator else _moderating(new, me)
    changes = met + Changes(saves=(new,), jobs=(*_shown(new), *told))
    return redrawn(changes, posts.SAVED)


@for_leads
async def pause(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Nobody is reminded until it goes on."""
    new = replace(cohort, stage="paused")
    changes = Changes(saves=(new,), jobs=_shown(new))
    return redrawn(changes, posts.PAUSED)


@for_leads
async def resume(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """It goes on."""
    new = replace(cohort, stage="open")
    changes = Changes(saves=(new,), jobs=_shown(new))
    return redrawn(changes, posts.RESUMED)


def _shown(cohort: Cohort) -> tuple[Job, ...]:
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return (desk, *refreshed(cohort, f"welcome/{cohort.id}"))


# --- cancelling ---------------------------------------------------------------------------------


@for_leads
async def cancel(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks for the reason, then ends the cohort and tells everyone once."""
    if event.source != "form":
        return Changes(reply=opened_form(posts.cancel_form(cohort)))
    reason = lines(event.values.get("reason", ""), REASON)
    if not reason:
        return Changes(reply=Invalid(posts.cancel_form(cohort, missing=True)))
    new = replace(cohort, stage="cancelled", reason=reason)
    said = posts.cancelled(new, me.name)
    places = tuple(_told(new, ToPlace(place), said) for place in new.spaces)
    walks = tuple(
        timer("cohorts.tell_cancelled", event.org, None, cohort=new.id, state=state)
        for state in ("member", "invited")
    )
    changes = Changes(saves=(new,), jobs=(*_shown(new), *places, *walks))
    return redrawn(changes, posts.CANCELLED)


async def tell_cancelled(event: Event, moment: Moment) -> Changes:
    """Tells those, joined or invited, who would not read it in a space."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None:
        return Changes()
    page, on = await members(event, moment)
    by = await name_of(moment, cohort.facilitator)
    said = posts.cancelled(cohort, by)
    told = (_told(cohort, ToPerson(m.person), said) for m in page.items if afar(cohort, m))
    return Changes(jobs=(*told, *on))


def _told(cohort: Cohort, target: ToPerson | ToPlace, said: Post) -> Job:
    where = target.person if isinstance(target, ToPerson) else target.place
    key = f"cancelled/{cohort.id}/{where}"
    return Job(key=key, work=Deliver(target, said), weight="essential")


# --- looking ------------------------------------------------------------------------------------


async def mine(event: Event, moment: Moment, me: Person) -> Changes:
    """Lists a person's cohorts, privately."""
    found = await cohorts_of(moment, me.id)
    if not found:
        return privately(event, me, posts.none_yet())
    return privately(event, me, posts.listed(found, me.id))


def desk(draw: Drawn, kind: str = "desk") -> Handler:
    """The handler that shows this card."""

    @for_anyone
    async def shown(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        """Shows those who lead it where the cohort stands, or what else can be done."""
        card = await draw(moment, copy(kind, cohort, moment), Viewer(person=me.id))
        return privately(event, me, card) if card else refused(posts.LEADS_ONLY)

    return shown


# --- the form -----------------------------------------------------------------------------------


async def _form(
    event: Event,
    moment: Moment,
    me: Person,
    values: Mapping[str, str],
    *,
    args: Mapping[str, str],
    wrong: Mapping[str, Problem] | None = None,
) -> Form:
    places = () if "cohort" in args else await _places(event, moment)
    people = await _people(moment, me, values)
    return cohort_form(values, people, args=args, places=places, errors=wrong)


async def _places(event: Event, moment: Moment) -> tuple[Option, ...]:
    """Where a new cohort could live, seen from here."""
    origin = event.origin
    if origin is None or origin.private:
        return (PLACES["later"],)
    space = await moment.read.get(Space, origin.place)
    names = [] if await taken(moment, space) else ["here"]
    names += ["channel"] if origin.team else []
    return tuple(PLACES[name] for name in (*names, "later"))


async def _people(moment: Moment, me: Person, values: Mapping[str, str]) -> tuple[Option, ...]:
    """Whom a field of people offers: those already known, at most a hundred."""
    page = await moment.read.find(Person, limit=KNOWN)
    people = {me.id: me} | {p.id: p for p in page.items if p.name and not p.erased}
    for name in PEOPLE:
        id = values.get(name, "")
        chosen = await moment.read.get(Person, id) if id and id not in people else None
        people |= {id: chosen} if chosen else {}
    return tuple(Option(p.id, verbatim(p.name)) for p in people.values())


async def _chosen(
    event: Event, moment: Moment
) -> tuple[Mapping[str, str], Changes, dict[str, Problem]]:
    """The form with persons for accounts, who was met by that, and what is not in order."""
    wrong = problems(event.values, moment.now.date())
    values, met = dict(event.values), Changes()
    for name in PEOPLE:
        person, changes = await picked(event, moment, line(values.get(name, ""), 500))
        values[name] = person.id if person else ""
        met += changes
        if person is None or person.erased:
            wrong[name] = "person"
    return values, met, wrong


def _values(cohort: Cohort) -> Mapping[str, str]:
    names = ("name", "purpose", "zone", "facilitator", "moderator")
    dates = {"first": cohort.first.isoformat(), "last": cohort.last.isoformat()}
    guests = {"guests": "true" if cohort.guests else "false"}
    return {name: getattr(cohort, name) for name in names} | dates | guests
