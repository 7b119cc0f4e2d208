"""Somebody leaves, pauses or stops: who is left is asked kindly, or told in person first."""

from msgspec.structs import replace

from core.cohorts.access import for_leads, redrawn, refused
from core.cohorts.model import Cohort, Membership, awake, leads
from core.cohorts.words import name_of
from core.engine.ports import Changes, Event, Moment, Record, ToPerson, Viewer, show
from core.message import Post
from core.pairs.model import Standing, coffee_of, others, pair_of, waited
from core.pairs.partners import leaving
from core.pairs.partners.changing import Parting, asked, gone_from, handed_over
from core.pairs.partners.views import is_away
from core.people.model import Person

DAYS = 7


async def left(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Who leaves a cohort leaves their pair; who is left is asked how to go on."""
    if not isinstance(was, Membership) or was.state != "member":
        return Changes()
    if isinstance(now, Membership) and (now.state == "member" or now.person != was.person):
        return Changes()
    cohort = await moment.read.get(Cohort, was.cohort)
    changes = await _unlisted(moment, was)
    coffee = await coffee_of(moment.read, was.cohort, was.person)
    if coffee is not None:
        changes += await gone_from(moment, coffee, was.person, "left")
    pair = await pair_of(moment.read, was.cohort, was.person)
    if pair is None:
        return changes
    changes += await gone_from(moment, pair, was.person, "left")
    if cohort is None or len(others(pair, was.person)) > 1 or not awake(cohort, moment.now):
        return changes
    return changes + handed_over(event.org, moment, cohort, pair, was.person)


async def _unlisted(moment: Moment, was: Membership) -> Changes:
    """They wait for nobody any more."""
    standing = await moment.read.get(Standing, was.id)
    if standing is None or not standing.waiting:
        return Changes()
    new = replace(standing, waiting="")
    return Changes(saves=(new,), tallies=waited(new, standing))


async def away(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Who pauses for long or stops stays in their pair; the others may choose."""
    if not isinstance(was, Person) or not isinstance(now, Person) or now.erased or now.into:
        return Changes()
    if is_away(was, moment) or not is_away(now, moment) or not _long(now, moment):
        return Changes()
    changes = Changes()
    for standing in (await moment.read.find(Standing, person=now.id)).items:
        pair = await pair_of(moment.read, standing.cohort, now.id)
        cohort = await moment.read.get(Cohort, standing.cohort)
        if pair is not None and cohort is not None and awake(cohort, moment.now):
            changes += handed_over(event.org, moment, cohort, pair, now.id)
    return changes


def _long(person: Person, moment: Moment) -> bool:
    """A pause of a few days is nobody's business."""
    until = person.paused_until
    return person.stopped or (until is not None and (until - moment.now).days >= DAYS)


# --- telling them -------------------------------------------------------------------------------


async def parted_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """To the facilitator: somebody has no partner now."""
    parting = await moment.read.get(Parting, slot.partition("/")[2])
    cohort = await moment.read.get(Cohort, parting.cohort) if parting else None
    if parting is None or cohort is None or not leads(cohort, viewer.person):
        return None
    gone = await name_of(moment, parting.gone)
    who = [await name_of(moment, one) for one in parting.left]
    return leaving.parted(cohort, parting.id, gone, who, parting.state)


@for_leads
async def hold(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The facilitator tells them in person first."""
    parting = await moment.read.get(Parting, event.args.get("parting", ""))
    if parting is None or parting.cohort != cohort.id or parting.state != "waiting":
        return redrawn(Changes(), leaving.GONE)
    return redrawn(Changes(saves=(replace(parting, state="held"),)), leaving.HELD)


@for_leads
async def tell(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """They know by now, or are to know: asks them how they want to go on."""
    parting = await moment.read.get(Parting, event.args.get("parting", ""))
    if parting is None or parting.cohort != cohort.id:
        return refused(leaving.GONE)
    if parting.state == "told":
        return redrawn(Changes(), leaving.GONE)
    return redrawn(await _told(moment, cohort, parting), leaving.TOLD)


async def told(event: Event, moment: Moment) -> Changes:
    """The hours are over: tells them, unless the facilitator wanted to."""
    parting = await moment.read.get(Parting, event.args["parting"])
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if parting is None or cohort is None or parting.state != "waiting":
        return Changes()
    if not awake(cohort, moment.now):
        return Changes()
    card = show(ToPerson(cohort.facilitator), f"parted/{parting.id}", weight="nudge")
    return await _told(moment, cohort, parting) + Changes(jobs=(card,))


async def _told(moment: Moment, cohort: Cohort, parting: Parting) -> Changes:
    new = replace(parting, state="told")
    return Changes(saves=(new,)) + await asked(moment, cohort, parting.left)
