"""The programme as it stands now, for whoever looks at it."""

from datetime import datetime

from msgspec.structs import replace

from core.cohorts.model import Cohort, belongs, leads, subject
from core.engine.ports import Moment, Viewer
from core.message import Post
from core.people.model import Person, of, rhythm, viewer
from core.programmes import notices, posts
from core.programmes.calendar import ground_of, load, theirs
from core.programmes.corners import to_catch_up
from core.programmes.model import Plan, programme_of
from core.programmes.posts import Seen
from core.programmes.progress import live
from core.programmes.running import Kinds


async def programme_view(kinds: Kinds, moment: Moment, slot: str, who: Viewer) -> Post | None:
    """All of it before it starts; then the stage that the cohort is in."""
    cohort = await moment.read.get(Cohort, subject(slot))
    plan = await moment.read.get(Plan, subject(slot))
    me = await of(moment.read, who.person) if who.person else None
    if cohort is None or plan is None or me is None or not await open_to(moment, cohort, plan, me):
        return None
    if plan.state == "draft":
        return replace(whole(kinds, plan, cohort), slot=slot)
    return replace(page(kinds, plan, cohort, me), slot=slot)


async def missed_view(moment: Moment, slot: str, who: Viewer) -> Post | None:
    """What did not happen, to whoever leads."""
    cohort = await moment.read.get(Cohort, subject(slot))
    plan = await moment.read.get(Plan, subject(slot))
    if cohort is None or plan is None or not leads(cohort, who.person):
        return None
    out = [one for one in plan.steps if one.state == "missed"]
    return replace(notices.missed(plan, out[-8:]), slot=slot) if out else None


async def late_view(kinds: Kinds, moment: Moment, slot: str, who: Viewer) -> Post | None:
    """What is enough for who came later, as long as any of it is left to do."""
    cohort = await moment.read.get(Cohort, subject(slot))
    plan = await programme_of(moment.read, subject(slot))
    if cohort is None or plan is None or not await belongs(moment.read, cohort, who.person):
        return None
    buttons = await to_catch_up(kinds, moment, plan, who.person)
    return replace(notices.catching_up(cohort, buttons), slot=slot)


async def open_to(moment: Moment, cohort: Cohort, plan: Plan, person: Person) -> bool:
    """Whether somebody may look: who leads at any time, the others once it runs."""
    if leads(cohort, person.id):
        return plan.state != "ended"
    return plan.state == "running" and await belongs(moment.read, cohort, person.id)


def whole(kinds: Kinds, plan: Plan, cohort: Cohort) -> Post:
    """All of it, before it starts."""
    return posts.overview(plan, cohort, load(plan.steps, kinds, ground_of(plan)))


def page(kinds: Kinds, plan: Plan, cohort: Cohort, me: Person, stage: int = 0) -> Post:
    """One stage as a person sees it: the one that they ask for, else that which comes next."""
    seen = seen_by(kinds, plan, me, leads=leads(cohort, me.id))
    return posts.stage(plan, stage or current(plan), seen, viewer(me))


def current(plan: Plan) -> int:
    """The stage that comes next, or the last."""
    ahead = live(plan)
    return ahead[0].step.stage if ahead else posts.stages_of(plan)[-1]


def seen_by(
    kinds: Kinds, plan: Plan, person: Person, *, leads: bool = False, name: str = ""
) -> Seen:
    """When each step reaches a person: what is private, in their own hours.

    A pause of theirs is nobody else's business, so it does not show.
    """
    zone = person.zone or plan.zone
    hours = replace(rhythm(person), zone=zone, paused_until=None)
    due: dict[str, datetime] = {}
    for one in plan.steps:
        kind = kinds.get(one.step.kind)
        due[one.step.id] = theirs(one, hours) if kind and kind.active else one.due
    return Seen(zone=zone, leads=leads, name=name, due=due, person=person.id)
