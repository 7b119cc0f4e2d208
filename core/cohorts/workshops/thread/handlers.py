"""Leaving a question, taking it back, catching up with the same questions."""

from msgspec.structs import replace

from core.cohorts.access import for_anyone, for_members, opened_form, privately, redrawn, refused
from core.cohorts.model import (
    Cohort,
    Membership,
    afar,
    awake,
    belongs,
    lines,
    membership_id,
    timer,
)
from core.cohorts.posts import JOIN_FIRST
from core.cohorts.workshops.access import about, meant
from core.cohorts.workshops.model import Workshop
from core.cohorts.workshops.signup.model import Signup, attended, fresh, signup_id, telling
from core.cohorts.workshops.thread import posts
from core.cohorts.workshops.thread.model import (
    TEXT,
    Leftover,
    asked,
    clean,
    kept,
    leftover_id,
    taken_back,
)
from core.engine.ports import Card, Changes, Event, Invalid, Moment
from core.people.model import Person


@about(for_members)
async def leave(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """Opens the form with what stands, then puts the question on the card."""
    if workshop.state != "held":
        return refused(posts.NOT_HELD)
    return await _answered(event, moment, me, cohort, workshop)


@about(for_members)
async def catch_up(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """The same for who watched the recording: it counts as having been there."""
    if workshop.state != "held" or not workshop.recording:
        return refused(posts.NO_RECORDING)
    return await _answered(event, moment, me, cohort, workshop)


async def _answered(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    was = await moment.read.get(Leftover, leftover_id(workshop.id, me.id))
    known = await moment.read.get(Signup, signup_id(workshop.id, me.id))
    catching = event.name == "workshops.catch_up"
    if event.source != "form":
        left, takes = was.text if was else "", known.takes if known else ""
        return Changes(reply=opened_form(posts.form(workshop, left, takes, catching=catching)))
    left, takes = event.values.get("left", ""), event.values.get("takes", "")
    wrong = _wrong(left, takes)
    if wrong:
        again = posts.form(workshop, left, takes, catching=catching, wrong=wrong)
        return Changes(reply=Invalid(again))
    signup = replace(known or fresh(workshop, me.id, moment.now), takes=lines(takes, TEXT))
    changes = attended(signup, "catch_up", moment.now) if catching else Changes(saves=(signup,))
    back = event.values.get("back") == "true" or not clean(left)
    if back:
        gone = taken_back(cohort, was) if was else Changes()
        note = posts.CAUGHT_UP if catching else posts.BACK if was else posts.NOTED
        return redrawn(changes + gone, note)
    new = asked(workshop, me.id, clean(left), moment.now, was=was)
    return redrawn(changes + kept(cohort, new, was), posts.CAUGHT_UP if catching else posts.KEPT)


def _wrong(left: str, takes: str) -> str:
    """The field that is not in order, "" for none."""
    for name, text in (("left", left), ("takes", takes)):
        if len(text.strip()) > TEXT:
            return name
    return "" if clean(left) or clean(takes) else "left"


@about(for_anyone)
async def everything(
    event: Event, moment: Moment, me: Person, cohort: Cohort, workshop: Workshop
) -> Changes:
    """All questions, page by page, to one reader."""
    if not await belongs(moment.read, cohort, me.id):
        return refused(JOIN_FIRST)
    after = event.args.get("after", "")
    try:
        page = await moment.read.find(
            Leftover, workshop=workshop.id, state="shown", after=after, limit=posts.PAGE
        )
    except ValueError:
        return refused(posts.GONE_PAGE)
    card = posts.everything(workshop, await posts.named(moment, page.items), page.cursor)
    here = after and event.origin is not None and event.origin.private
    return Changes(reply=Card(card)) if here else privately(event, me, card)


async def ask(event: Event, moment: Moment) -> Changes:
    """Half an hour after the end: asks those who were there and would not see the card."""
    workshop = await meant(event, moment)
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if workshop is None or cohort is None or not awake(cohort, moment.now):
        return Changes()
    page = await moment.read.find(
        Signup, workshop=workshop.id, how="session", after=event.args.get("cursor", "")
    )
    slot = f"workshop-left/{workshop.id}"
    until = moment.now + posts.FADES
    told = [
        telling(one.person, slot, "nudge", until)
        for one in page.items
        if await _elsewhere(moment, cohort, one.person)
    ]
    args = {**event.args, "cursor": page.cursor}
    on = (timer(event.name, event.org, None, **args),) if page.cursor else ()
    return Changes(jobs=(*told, *on))


async def _elsewhere(moment: Moment, cohort: Cohort, person: str) -> bool:
    member = await moment.read.get(Membership, membership_id(cohort.id, person))
    return member is not None and member.state == "member" and afar(cohort, member)
