"""Asking each member some days later, also once the cohort is over; taking what they say."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import wraps

from msgspec.structs import replace

from core.cohorts.access import Handler, for_anyone, joined, opened_form, refused
from core.cohorts.model import (
    Cohort,
    Membership,
    later,
    lines,
    members,
    membership_id,
    timer,
)
from core.engine.ports import Changes, Event, Invalid, Job, Moment, Show, ToPerson, Viewer
from core.message import Phrase, Post
from core.pairs.commitments.access import turned
from core.pairs.commitments.days import TEN, instant, today
from core.pairs.commitments.model import Commitment, rhythm_of
from core.pairs.commitments.views import about, open_of
from core.pairs.followups import posts
from core.pairs.followups.model import (
    DAYS,
    TEXT,
    Declined,
    LookBack,
    Use,
    counts,
    day_of,
    days_of,
    declined_id,
    look_back_id,
    use_of,
)
from core.people.model import Person, alive
from core.programmes.model import Plan

EARLY = timedelta(hours=14)  # it is morning elsewhere before it is here
FADES = timedelta(days=7)
Meant = tuple[str, int]
Looked = Callable[[Event, Moment, Person, Cohort, Meant], Awaitable[Changes]]


# --- asking -------------------------------------------------------------------------------------


async def begin(event: Event, moment: Moment) -> Changes:
    """A step of the programme: some days from now everyone is asked, one day after another."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None:
        return Changes()
    at = datetime.fromisoformat(event.args["at"])
    return Changes(
        jobs=tuple(
            timer(
                "followups.ask",
                event.org,
                at + timedelta(days=day) - EARLY,
                cohort=cohort.id,
                step=event.args["step"],
                day=str(day),
                on=f"{today(at, cohort.zone) + timedelta(days=day)}",
            )
            for day in days_of(event.args.get("days", "")) or DAYS
        )
    )


async def ask(event: Event, moment: Moment) -> Changes:
    """Asks each member privately, with the check-in where one falls on the same day."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None or cohort.stage == "cancelled":
        return Changes()
    if cohort.stage == "paused":
        return Changes(jobs=(later(event, moment.now),))
    page, on = await members(event, moment)
    jobs: list[Job] = []
    for member in page.items:
        person = await alive(moment.read, member.person)
        if person is not None:
            jobs.append(await _asked(event, moment, cohort, person))
    return Changes(jobs=(*jobs, *on))


async def _asked(event: Event, moment: Moment, cohort: Cohort, person: Person) -> Job:
    day = max(datetime.fromisoformat(event.args["on"]).date(), today(moment.now, cohort.zone))
    hours = [one.hour for one in await open_of(moment.read, person.id) if one.asks == day]
    due = max(moment.now, instant(day, hours[0] if hours else TEN, rhythm_of(person, cohort)))
    slot = f"followup/{cohort.id}/{event.args['step']}/{event.args['day']}"
    work = Show(ToPerson(person.id), slot)
    key = f"{slot}/{person.id}"
    return Job(key=key, work=work, due=due, weight="nudge", until=due + FADES)


async def asking_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question of a day; nothing to who has answered, left or would rather not."""
    _, id, step, number = [*slot.split("/", 3), "", "", ""][:4]
    cohort, day = await moment.read.get(Cohort, id), day_of(number)
    if cohort is None or cohort.stage == "cancelled" or not day:
        return None
    if await _done(moment, cohort, (step, day), viewer.person):
        return None
    topic = await about(moment.read, cohort.id, step)
    return posts.asking(cohort, slot, topic, day, await _promise(moment, cohort, viewer.person))


async def _done(moment: Moment, cohort: Cohort, meant: Meant, person: str) -> bool:
    member = await moment.read.get(Membership, membership_id(cohort.id, person))
    said = await moment.read.get(LookBack, look_back_id(cohort.id, *meant, person))
    stopped = await moment.read.get(Declined, declined_id(cohort.id, person))
    return member is None or member.state != "member" or bool(said) or bool(stopped)


async def _promise(moment: Moment, cohort: Cohort, person: str) -> Commitment | None:
    page = await moment.read.find(Commitment, cohort=cohort.id, person=person, limit=1)
    return page.items[0] if page.items else None


# --- answering ----------------------------------------------------------------------------------


def for_asked(do: Looked) -> Handler:
    """Whoever has joined, also when the cohort is over; not when it was called off."""

    @wraps(do)
    async def checked(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        step, day = event.args.get("step", ""), day_of(event.args.get("day", ""))
        if cohort.stage == "cancelled":
            return refused(posts.OFF)
        if not await joined(moment, cohort, me):
            return refused(posts.JOIN_FIRST)
        if not day or not await _laid(moment, cohort, step):
            return refused(posts.GONE)
        return await do(event, moment, me, cohort, (step, day))

    return for_anyone(checked)


async def _laid(moment: Moment, cohort: Cohort, step: str) -> bool:
    plan = await moment.read.get(Plan, cohort.id)
    return plan is not None and step in {laid.step.id for laid in plan.steps}


@for_asked
async def answer(event: Event, moment: Moment, me: Person, cohort: Cohort, meant: Meant) -> Changes:
    """Whether it is used."""
    use = use_of(event.args.get("use", ""))
    if not use:
        return refused(posts.GONE)
    return await _kept(event, moment, _said(moment, me, cohort, meant, use=use), posts.NOTED)


@for_asked
async def recall(event: Event, moment: Moment, me: Person, cohort: Cohort, meant: Meant) -> Changes:
    """Opens the form, then keeps what somebody remembers for them alone."""
    was = await moment.read.get(LookBack, look_back_id(cohort.id, *meant, me.id))
    args = {"cohort": cohort.id, "step": meant[0], "day": str(meant[1])}
    if event.source != "form":
        return Changes(reply=opened_form(posts.recall_form(args, was.text if was else "")))
    text = event.values.get("text", "")
    if not lines(text, TEXT) or len(text.strip()) > TEXT:
        return Changes(reply=Invalid(posts.recall_form(args, text, wrong=True)))
    new = _said(moment, me, cohort, meant, text=lines(text, TEXT))
    return await _kept(event, moment, new, posts.KEPT)


@for_asked
async def stop(event: Event, moment: Moment, me: Person, cohort: Cohort, meant: Meant) -> Changes:
    """No more looking back on this cohort."""
    id = declined_id(cohort.id, me.id)
    was = await moment.read.get(Declined, id)
    new = Declined(id=id, cohort=cohort.id, person=me.id)
    saves = () if was else (new,)
    return Changes(saves=saves) + turned(event, posts.stopped(), posts.STOPPED)


def _said(
    moment: Moment, me: Person, cohort: Cohort, meant: Meant, *, use: Use = "", text: str = ""
) -> LookBack:
    step, day = meant
    return LookBack(
        id=look_back_id(cohort.id, step, day, me.id),
        cohort=cohort.id,
        person=me.id,
        step=step,
        day=day,
        use=use,
        text=text,
        at=moment.now,
    )


async def _kept(event: Event, moment: Moment, new: LookBack, note: Phrase) -> Changes:
    was = await moment.read.get(LookBack, new.id)
    new = replace(new, version=was.version if was else 0)
    changes = Changes(saves=(new,), tallies=counts(new, was))
    return changes + turned(event, posts.result(new), note)
