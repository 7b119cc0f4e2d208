"""Drafting together, closing a version, answering it, and one reminder for the silent."""

from msgspec.structs import replace

from core.cohorts.access import (
    copy,
    for_anyone,
    for_leads,
    for_members,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.agreement import posts
from core.cohorts.agreement.model import (
    FADES,
    LINE,
    REMIND,
    SUGGESTED,
    Agreement,
    Choice,
    Closed,
    Consent,
    Suggestion,
    added,
    answered,
    closed,
    consent_id,
    counts,
    drafted,
    has,
    suggestion,
    taken,
)
from core.cohorts.model import (
    Cohort,
    afar,
    awake,
    belongs,
    later,
    line,
    members,
    refreshed,
    timer,
)
from core.cohorts.posts import JOIN_FIRST, LEADS_ONLY
from core.engine.ports import (
    Card,
    Changes,
    Deliver,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    Say,
    Show,
    Tally,
    ToPerson,
    Viewer,
    show,
)
from core.people.model import Person

WAITING = 5


# --- the draft ----------------------------------------------------------------------------------


@for_leads
async def draft(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Opens the form with good lines, or those that stand; then shows the draft to everyone."""
    was = await moment.read.get(Agreement, cohort.id)
    if event.source != "form":
        lines = [old.text for old in was.lines] if was else posts.DEFAULTS
        return Changes(reply=opened_form(posts.draft_form(cohort, "\n".join(lines))))
    new = drafted(cohort, was, event.values.get("lines", ""), moment.now)
    if not new.lines:
        return Changes(reply=Invalid(posts.draft_form(cohort, "", wrong=True)))
    due = moment.now + REMIND
    ripe = timer("agreement.ripe", event.org, due, cohort=cohort.id, number=str(new.number))
    changes = Changes(saves=(new,), jobs=(*cards_of(cohort), ripe))
    return redrawn(changes, posts.SHOWN)


async def ripen(event: Event, moment: Moment) -> Changes:
    """A draft has stood for three days: its facilitator may want to close it."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    agreement = await moment.read.get(Agreement, event.args["cohort"])
    if cohort is None or agreement is None or agreement.state == "closed":
        return Changes()
    if not awake(cohort, moment.now) or str(agreement.number) != event.args["number"]:
        return Changes()
    key = f"ripe/{cohort.id}/{agreement.number}"
    work = Deliver(ToPerson(cohort.facilitator), posts.ripe(cohort))
    return Changes(jobs=(Job(key=key, work=work, weight="nudge", until=moment.now + FADES),))


@for_members
async def suggest(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks for the words; a new line joins a draft at once, all else goes to the facilitator."""
    agreement = await moment.read.get(Agreement, cohort.id)
    if agreement is None:
        return refused(posts.NONE)
    if event.source != "form":
        return Changes(reply=opened_form(posts.suggest_form(agreement, event.values)))
    text = line(event.values.get("text", ""), LINE + 1)
    if not 0 < len(text) <= LINE:
        form = posts.suggest_form(agreement, event.values, wrong=True)
        return Changes(reply=Invalid(form))
    return await _suggested(event, moment, me, cohort, agreement=agreement, text=text)


async def _suggested(
    event: Event, moment: Moment, me: Person, cohort: Cohort, *, agreement: Agreement, text: str
) -> Changes:
    if has(agreement, text):
        return refused(posts.THERE)
    idea = suggestion(agreement, me.id, text, event.values.get("about", ""), moment.now)
    more = None if idea.was else added(agreement, idea.text, idea.by)
    if more is None:
        return await _passed_on(moment, cohort, idea)
    changes = Changes(saves=(more,), jobs=cards_of(cohort))
    return redrawn(changes, posts.ADDED)


async def _passed_on(moment: Moment, cohort: Cohort, idea: Suggestion) -> Changes:
    if await moment.read.get(Suggestion, idea.id):
        return refused(posts.PASSED_ON)
    waiting = await moment.read.find(
        Suggestion, cohort=cohort.id, by=idea.by, state="open", limit=WAITING
    )
    if len(waiting.items) >= WAITING:
        return refused(posts.ENOUGH)
    tally = Tally(board=SUGGESTED, subject=cohort.id, once=f"{idea.id}/in")
    jobs = (show(ToPerson(cohort.facilitator), f"desk/{cohort.id}"),)
    return Changes(saves=(idea,), tallies=(tally,), jobs=jobs, reply=Done(posts.PASSED_ON))


# --- suggestions --------------------------------------------------------------------------------


@for_leads
async def suggestions(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Shows the suggestions, one at a time."""
    slot = copy("suggestions", cohort, moment)
    card = await posts.suggestions_view(moment, slot, Viewer(person=me.id))
    return privately(event, me, card) if card else refused(LEADS_ONLY)


@for_leads
async def take(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The suggested words go into the list, which is a draft again."""
    idea = await _idea(event, moment, cohort)
    agreement = await moment.read.get(Agreement, cohort.id)
    if idea is None or agreement is None:
        return refused(posts.SEEN)
    new = taken(agreement, idea, moment.now)
    jobs = refreshed(cohort, f"agreement/{cohort.id}")
    changes = Changes(saves=(new,), jobs=jobs) + _dealt(cohort, replace(idea, state="taken"))
    return redrawn(changes, posts.TAKEN)


@for_leads
async def leave(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The list stays as it is."""
    idea = await _idea(event, moment, cohort)
    if idea is None:
        return refused(posts.SEEN)
    return redrawn(_dealt(cohort, replace(idea, state="left")), posts.SEEN)


async def _idea(event: Event, moment: Moment, cohort: Cohort) -> Suggestion | None:
    idea = await moment.read.get(Suggestion, event.args.get("id", ""))
    mine = idea is not None and idea.cohort == cohort.id and idea.state == "open"
    return idea if mine else None


def _dealt(cohort: Cohort, idea: Suggestion) -> Changes:
    tally = Tally(board=SUGGESTED, subject=cohort.id, by=-1, once=f"{idea.id}/out")
    jobs = (show(ToPerson(cohort.facilitator), f"desk/{cohort.id}"),)
    return Changes(saves=(idea,), tallies=(tally,), jobs=jobs)


# --- a version, and what people say to it -------------------------------------------------------


@for_leads
async def close(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The list as it stands becomes the next version; everyone is asked, once."""
    agreement = await moment.read.get(Agreement, cohort.id)
    if agreement is None:
        return refused(posts.NONE)
    if agreement.state == "closed":
        return refused(posts.CLOSED_BEFORE)
    return redrawn(closing(event, moment, cohort, agreement, me.id), posts.CLOSED)


def closing(event: Event, moment: Moment, cohort: Cohort, agreement: Agreement, by: str) -> Changes:
    """The next version stands, and everyone is asked."""
    new, kept = closed(agreement, by, moment.now)
    number = str(new.number)
    ask = timer("agreement.ask", event.org, None, cohort=cohort.id, number=number)
    due = moment.now + REMIND
    remind = timer("agreement.remind", event.org, due, cohort=cohort.id, number=number)
    return Changes(saves=(new, kept), jobs=(*cards_of(cohort), ask, remind))


async def agree(event: Event, moment: Moment, me: Person) -> Changes:
    """I'm in."""
    return await _answer(replace(event, args={**event.args, "choice": "agree"}), moment, me)


async def not_for_me(event: Event, moment: Moment, me: Person) -> Changes:
    """Not for me: an answer too."""
    return await _answer(replace(event, args={**event.args, "choice": "not_for_me"}), moment, me)


@for_members
async def _answer(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    choice: Choice = "agree" if event.args["choice"] == "agree" else "not_for_me"
    agreement = await moment.read.get(Agreement, cohort.id)
    if agreement is None:
        return refused(posts.NONE)
    if agreement.state == "draft":
        return refused(posts.STILL_OPEN)
    if event.args.get("number") != str(agreement.number):
        card = await posts.agreement_view(moment, f"agreement/{cohort.id}", Viewer(person=me.id))
        return Changes(reply=Card(card, posts.NEWER) if card else Done(posts.NEWER))
    was = await moment.read.get(Consent, consent_id(cohort.id, agreement.number, me.id))
    if was is not None and was.choice == choice:
        return refused(posts.SAME)
    new = answered(agreement, me.id, choice, moment.now, was)
    note = posts.THANKS if choice == "agree" else posts.NOT_FOR_ME
    changes = Changes(saves=(new,), tallies=counts(new, was), jobs=cards_of(cohort))
    return redrawn(changes, note)


# --- looking ------------------------------------------------------------------------------------


@for_anyone
async def look(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The agreement: here where the cohort lives, else privately to those who belong to it."""
    card = await posts.agreement_view(moment, copy("agreement", cohort, moment), Viewer())
    here = event.origin is not None and event.origin.place in cohort.spaces
    if not here and not await belongs(moment.read, cohort, me.id):
        return refused(JOIN_FIRST)
    if card is None:
        return refused(posts.NONE)
    return Changes(reply=Say(card)) if here else privately(event, me, card)


@for_anyone
async def history(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """What it said before."""
    if not await belongs(moment.read, cohort, me.id):
        return refused(JOIN_FIRST)
    kept = await moment.read.find(Closed, cohort=cohort.id)
    return privately(event, me, posts.history(kept.items))


# --- asking -------------------------------------------------------------------------------------


async def ask(event: Event, moment: Moment) -> Changes:
    """Brings a new version to those members who would not see it in a space."""
    cohort, agreement = await _standing(event, moment)
    if cohort is None or agreement is None:
        return Changes()
    page, on = await members(event, moment)
    far = [m.person for m in page.items if afar(cohort, m)]
    jobs = tuple(_asked(agreement, person, moment, "ask") for person in far)
    return Changes(jobs=(*jobs, *on))


async def remind(event: Event, moment: Moment) -> Changes:
    """Three days on: one private reminder to each member who has said nothing."""
    cohort, agreement = await _standing(event, moment)
    if cohort is None or agreement is None:
        return Changes()
    if not awake(cohort, moment.now):
        paused = cohort.stage == "paused"
        return Changes(jobs=(later(event, moment.now),) if paused else ())
    page, on = await members(event, moment)
    silent = [m.person for m in page.items if await posts.waits(moment, agreement, m.person)]
    jobs = tuple(_asked(agreement, person, moment, "remind") for person in silent)
    return Changes(jobs=(*jobs, *on))


async def _standing(event: Event, moment: Moment) -> tuple[Cohort | None, Agreement | None]:
    """The cohort and its agreement, unless it has moved on since the timer was set."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    agreement = await moment.read.get(Agreement, event.args["cohort"])
    if agreement is None or agreement.state == "draft":
        return cohort, None
    same = str(agreement.number) == event.args["number"]
    return cohort, agreement if same else None


def _asked(agreement: Agreement, person: str, moment: Moment, why: str) -> Job:
    slot = f"agreement-{why}/{agreement.cohort}/{agreement.number}"
    return Job(
        key=f"{slot}/{person}",
        work=Show(ToPerson(person), slot),
        weight="nudge",
        until=moment.now + FADES,
    )


def cards_of(cohort: Cohort) -> tuple[Job, ...]:
    """The desk, and the agreement wherever it stands."""
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return (desk, *refreshed(cohort, f"agreement/{cohort.id}"))
