"""Naming a challenge or an example, changing it, taking it back; asking each member once."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace

from core.challenges.cards import changed, own_slot, taken_away
from core.challenges.finding import JOIN_FIRST, owned
from core.challenges.model import (
    OPEN_AT_ONCE,
    About,
    Challenge,
    blank,
    counts,
    problems,
    those_alike,
    written,
)
from core.challenges.naming import posts
from core.cohorts.access import for_anyone, for_members, opened_form, privately, redrawn, refused
from core.cohorts.model import (
    Cohort,
    Membership,
    awake,
    belongs,
    later,
    members,
    membership_id,
    refreshed,
    subject,
    timer,
)
from core.cohorts.working_on.model import WorkingOn, working_id
from core.cohorts.working_on.model import counts as noted
from core.engine.gate import zone_of
from core.engine.ports import Changes, Event, Invalid, Job, Moment, Show, ToPerson, Viewer, show
from core.message import Button, Form, OpenForm, Phrase, Post, say
from core.people.model import Person
from core.programmes.model import programme_of

WAIT = timedelta(days=2)
FADES = timedelta(days=10)
DAYS = 5
ASKED_FOR = range(1, 31)
LONG = 2


# --- naming -------------------------------------------------------------------------------------


@for_members
async def name(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Opens the form, with the private note if there is one; then puts it on the wall."""
    return await _named(event, moment, me, cohort, "problem")


@for_members
async def example(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The same for an example of one’s work, to hear what works and what to try."""
    return await _named(event, moment, me, cohort, "example")


async def _named(event: Event, moment: Moment, me: Person, cohort: Cohort, about: About) -> Changes:
    note = await moment.read.get(WorkingOn, working_id(cohort.id, me.id))
    if event.source == "message" and not _alone(event):
        return privately(event, me, _offer(cohort, about))
    if event.source != "form":
        said = note.text if note and about == "problem" else ""
        values = {"situation": said, "who": event.args.get("who", "")}
        return Changes(reply=opened_form(_form(cohort, about, moment.id("draft"), values, {})))
    draft = event.args.get("draft", "")
    wrong = problems(event.values, moment.now.astimezone(zone_of(cohort.zone)).date())
    if wrong:
        return Changes(reply=Invalid(_form(cohort, about, draft, event.values, wrong)))
    new = written(blank(cohort.id, me.id, draft, about, moment.now), event.values)
    why = await _why_not(moment, new)
    if why:
        return refused(why)
    return await _kept(event, moment, cohort, new, note if about == "problem" else None)


async def _why_not(moment: Moment, new: Challenge) -> Phrase | None:
    if await moment.read.get(Challenge, new.id):
        return posts.TWICE
    mine = await moment.read.find(
        Challenge, cohort=new.cohort, owner=new.owner, state="open", limit=OPEN_AT_ONCE
    )
    return posts.MANY if len(mine.items) >= OPEN_AT_ONCE else None


async def _kept(
    event: Event, moment: Moment, cohort: Cohort, new: Challenge, note: WorkingOn | None
) -> Changes:
    """On the wall; the private note has become it, so that nobody can tell one by the other."""
    others = (await moment.read.find(Challenge, cohort=cohort.id)).items
    new = replace(new, like=tuple(one.id for one in those_alike(new, others)))
    waits = await _helpers_come(moment, cohort)
    gone = (note,) if note and note.text else ()
    card = show(ToPerson(new.owner), own_slot(new.id))
    ask = timer("challenges.helpers", event.org, None, cohort=cohort.id, challenge=new.id)
    changes = Changes(
        saves=(new,),
        deletes=gone,
        tallies=(*counts(new, None), *(noted(None, note) if note else ())),
        jobs=(*changed(cohort, new, None), card, *(() if waits else (ask,))),
    )
    return redrawn(changes, posts.NAMED_LATER if waits else posts.NAMED)


async def _helpers_come(moment: Moment, cohort: Cohort) -> bool:
    """Whether the programme has a day for asking helpers, and it lies ahead."""
    plan = await programme_of(moment.read, cohort.id)
    return plan is not None and any(
        laid.step.kind == "helpers" and laid.state in ("planned", "waiting") for laid in plan.steps
    )


def _alone(event: Event) -> bool:
    return event.origin is not None and event.origin.private


def _offer(cohort: Cohort, about: About) -> Post:
    if about == "example":
        return posts.offering(cohort)
    return posts.asking(cohort, "", unasked=False)


def _form(
    cohort: Cohort, about: About, draft: str, values: Mapping[str, str], wrong: posts.Problems
) -> Form:
    draw = posts.example_form if about == "example" else posts.name_form
    return draw(cohort, {"draft": draft}, values, wrong)


# --- changing -----------------------------------------------------------------------------------


@for_anyone
@owned
async def change(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    """Opens the form with what stands; changes it, or takes it back with all that was said."""
    if event.source != "form":
        return Changes(reply=opened_form(posts.change_form(one, _values(one), {})))
    if event.values.get("back") == "true":
        return redrawn(gone(cohort, one), posts.BACK)
    if not await belongs(moment.read, cohort, me.id):
        return refused(JOIN_FIRST)
    today = moment.now.astimezone(zone_of(cohort.zone)).date()
    past = one.needed is not None and event.values.get("needed", "") == one.needed.isoformat()
    wrong = problems(event.values, min(one.needed or today, today) if past else today)
    if wrong:
        return Changes(reply=Invalid(posts.change_form(one, event.values, wrong)))
    new = written(one, event.values)
    own = show(ToPerson(one.owner), own_slot(one.id))
    return redrawn(Changes(saves=(new,), jobs=(*changed(cohort, new, one), own)), posts.CHANGED)


def gone(cohort: Cohort, one: Challenge) -> Changes:
    """The challenge goes; what was said to it follows, since its deletion is noticed."""
    return Changes(deletes=(one,), tallies=counts(None, one), jobs=taken_away(cohort, one))


def _values(one: Challenge) -> Mapping[str, str]:
    return {
        "situation": one.situation,
        "tried": one.tried,
        "wish": one.wish,
        "link": one.link,
        "needed": one.needed.isoformat() if one.needed else "",
        "who": "nameless" if one.nameless else "named",
    }


# --- asking each member once ----------------------------------------------------------------------


async def begin(event: Event, moment: Moment) -> Changes:
    """A step of a programme: asks for challenges."""
    args = {name: event.args.get(name, "") for name in ("cohort", "step", "days")}
    return Changes(jobs=(timer("challenges.ask", event.org, None, **args),))


async def late(moment: Moment, cohort: str, person: str) -> Button | None:
    """Whoever has not named one can do so at any time."""
    own = await moment.read.find(Challenge, cohort=cohort, owner=person, limit=1)
    label = say("challenges.name", "Name my challenge")
    return None if own.items else OpenForm(label, "challenges.name", {"cohort": cohort})


async def ask(event: Event, moment: Moment) -> Changes:
    """Asks every member, once, who has not named one; shows the wall."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None or not awake(cohort, moment.now):
        paused = cohort is not None and cohort.stage == "paused"
        return Changes(jobs=(later(event, moment.now),) if paused else ())
    page, on = await members(event, moment)
    days = event.args.get("days", "")
    fades = timedelta(days=int(days) if day_count(days) and days else DAYS)
    asked = (
        _asked(cohort, m.person, moment, event.args.get("step", "step"), fades) for m in page.items
    )
    wall = () if event.args.get("cursor") else refreshed(cohort, f"wall/{cohort.id}")
    return Changes(jobs=(*asked, *on, *wall))


def day_count(text: str) -> bool:
    """Whether an option says for how many days somebody may be asked; "" for the usual five."""
    return not text or (text.isdecimal() and len(text) <= LONG and int(text) in ASKED_FOR)


@for_members
async def postpone(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks once more in two days."""
    job = _asked(cohort, me.id, moment, "later", FADES, wait=True)
    return redrawn(Changes(jobs=(job,)), posts.LATER)


def _asked(
    cohort: Cohort, person: str, moment: Moment, why: str, fades: timedelta, *, wait: bool = False
) -> Job:
    due = moment.now + WAIT if wait else None
    slot = f"challenge-ask/{cohort.id}/{why}"
    return Job(
        key=f"{slot}/{person}",
        work=Show(ToPerson(person), slot),
        due=due,
        weight="nudge",
        until=(due or moment.now) + fades,
    )


async def asking_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question to one member; nothing once they have named something, or said not now."""
    cohort = await moment.read.get(Cohort, subject(slot))
    if cohort is None or not awake(cohort, moment.now):
        return None
    member = await moment.read.get(Membership, membership_id(cohort.id, viewer.person))
    if member is None or member.state != "member":
        return None
    own = await moment.read.find(Challenge, cohort=cohort.id, owner=viewer.person, limit=1)
    note = await moment.read.get(WorkingOn, working_id(cohort.id, viewer.person))
    if own.items or (note and not note.text):
        return None
    return posts.asking(cohort, slot, noted=note is not None)
