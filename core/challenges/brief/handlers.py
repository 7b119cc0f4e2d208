"""Asking the owner's leave, and the brief for the trainer."""

from datetime import timedelta

from msgspec.structs import replace

from core.challenges.brief import posts
from core.challenges.cards import desk
from core.challenges.finding import known, owned, whole
from core.challenges.model import Challenge, Leave
from core.challenges.posts import GONE
from core.challenges.wall.handlers import in_brief, looked_at
from core.cohorts.access import for_anyone, for_leads, privately, redrawn, refused
from core.cohorts.model import Cohort, board, subject
from core.cohorts.words import name_of
from core.engine.ports import Card, Changes, Event, Job, Moment, Show, ToPerson, Viewer
from core.message import Post
from core.people.model import Person

FADES = timedelta(days=10)
YES: tuple[Leave, ...] = ("named", "nameless")


@for_leads
async def material(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """All challenges, page by page, to ask for leave; who asks without a name stays so."""
    after = event.args.get("after", "")
    try:
        page = await moment.read.find(Challenge, cohort=cohort.id, after=after, limit=posts.PAGE)
    except ValueError:
        return refused(GONE)
    there = [one for one in page.items if one.state != "hidden"]
    card = posts.material(cohort, await in_brief(moment, there), page.cursor)
    here = after and event.origin is not None and event.origin.private
    return Changes(reply=Card(card)) if here else privately(event, me, card)


@for_leads
@known
async def take(event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge) -> Changes:
    """Asks whoever named it whether it may go into the training."""
    if one.leave:
        return refused(posts.ALREADY)
    slot = f"leave/{one.id}"
    job = Job(
        key=f"{slot}/{one.owner}",
        work=Show(ToPerson(one.owner), slot),
        weight="nudge",
        until=moment.now + FADES,
    )
    return redrawn(Changes(saves=(replace(one, leave="asked"),), jobs=(job,)), posts.ASKED)


@for_anyone
@owned
async def leave(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    """Yes, yes without my name, no: to be changed at any time."""
    said = next((it for it in (*YES, "no") if it == event.args.get("leave")), None)
    if said is None or not one.leave:
        return refused(GONE)
    kept: Leave = "nameless" if said == "named" and one.nameless else said
    jobs = (desk(cohort),)
    return redrawn(Changes(saves=(replace(one, leave=kept),), jobs=jobs), posts.THANKS)


async def leave_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question to its owner, and what they said."""
    one, cohort = await whole(moment, subject(slot))
    if one is None or cohort is None or one.owner != viewer.person or not one.leave:
        return None
    return posts.asking(one, await name_of(moment, cohort.facilitator), slot)


@for_leads
async def brief(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """One page for the trainer: those whose owners said yes."""
    page: list[Challenge] = []
    for leave in YES:
        rows = await moment.read.find(
            Challenge, cohort=cohort.id, leave=leave, limit=posts.ON_A_PAGE
        )
        page += rows.items
    page = [one for one in page if one.state != "hidden"]
    newest = sorted(page, key=lambda one: one.rank)[: posts.ON_A_PAGE]
    seen = [await looked_at(moment, one) for one in newest]
    members = await moment.read.tally(board("member"), cohort.id)
    return privately(event, me, posts.brief(cohort, seen, members))
