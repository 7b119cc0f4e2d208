"""Promises as they stand now: for who made them, for a partner, for the group."""

from collections.abc import Sequence

from core.cohorts.model import (
    Cohort,
    Membership,
    awake,
    belongs,
    membership_id,
    subject,
)
from core.cohorts.words import name_of
from core.engine.ports import Moment, Reader, Viewer
from core.message import Button, Phrase, Post
from core.pairs.commitments import posts, shared
from core.pairs.commitments.model import OPENED, PROMISED, SHOWN, Commitment, K, board
from core.pairs.commitments.partners import eyes, may_read
from core.people.model import Person
from core.programmes.model import Plan, worded
from core.slices import Corner

FEW = 6


async def asking_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question to one member; nothing to who has a promise open already."""
    _, id, step = [*slot.split("/", 2), "", ""][:3]
    cohort = await moment.read.get(Cohort, id)
    if cohort is None or not awake(cohort, moment.now):
        return None
    member = await moment.read.get(Membership, membership_id(cohort.id, viewer.person))
    if member is None or member.state != "member":
        return None
    if await open_of(moment.read, viewer.person, cohort.id):
        return None
    return posts.asking(cohort, slot, await about(moment.read, cohort.id, step), step)


async def about(read: Reader, cohort: str, step: str) -> Phrase | None:
    """What a step of the programme says it follows."""
    plan = await read.get(Plan, cohort) if step else None
    found = [laid for laid in (plan.steps if plan else ()) if laid.step.id == step]
    if not found or not found[0].step.options.get("about"):
        return None
    return worded({**found[0].step.options, "key": found[0].name}, "about")


async def open_of(read: Reader, person: str, cohort: str = "") -> tuple[Commitment, ...]:
    """Somebody's open promises, in one cohort or all."""
    where = {"cohort": cohort} if cohort else {}
    return (await read.find(Commitment, person=person, state="open", limit=FEW, **where)).items


async def mine_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """A promise, to who made it."""
    one = await moment.read.get(Commitment, subject(slot))
    if one is None or one.person != viewer.person:
        return None
    return posts.mine(await told(moment, one), slot)


async def told(moment: Moment, one: Commitment) -> posts.Told:
    """A promise with the names of who may read it."""
    cohort = await moment.read.get(Cohort, one.cohort)
    whom = await eyes(moment.read, cohort, one) if cohort else ()
    return posts.Told(one=one, partners=tuple(p.name for p in whom), asks=one.asks)


async def partner_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """A promise, to a partner; with what it was before, if that was for their eyes as well."""
    one = await moment.read.get(Commitment, subject(slot))
    cohort = await moment.read.get(Cohort, one.cohort) if one else None
    if one is None or cohort is None or one.hidden:
        return None
    if not await may_read(moment.read, cohort, one, viewer.person):
        return None
    before = await moment.read.get(Commitment, one.before) if one.before else None
    seen = before if before and before.sight != "me" else None
    return shared.to_partner(one, await name_of(moment, one.person), slot, seen)


async def board_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """What people let the group see, the newest first."""
    cohort = await moment.read.get(Cohort, subject(slot))
    if cohort is None or (viewer.person and not await belongs(moment.read, cohort, viewer.person)):
        return None
    page = await moment.read.find(Commitment, cohort=cohort.id, shown="yes", limit=shared.ON_CARD)
    n = await moment.read.tally(SHOWN, cohort.id)
    found = page.items[: shared.ON_CARD]
    return shared.board(cohort, await named(moment, found), max(n, len(found)))


async def named(moment: Moment, found: Sequence[Commitment]) -> shared.Named:
    """Promises with the names of who made them."""
    return [(one, await name_of(moment, one.person)) for one in found]


async def late(moment: Moment, cohort: str, person: str) -> Button | None:
    """For who joined after the moment: it is not too late for a promise."""
    found = await moment.read.get(Cohort, cohort)
    if found is None or await open_of(moment.read, person, cohort):
        return None
    return posts.make_another(found)


async def tell(read: Reader, me: Person) -> tuple[Phrase, ...]:
    """A line for each open promise."""
    return tuple(map(posts.own, await open_of(read, me.id)))


# --- corners of other cards -----------------------------------------------------------------------


async def my_corner(moment: Moment, cohort: Cohort, person: str) -> Corner:
    """My open promises, and where to make one."""
    open = await open_of(moment.read, person, cohort.id)
    buttons = [
        button for one in open for button in (posts.how_button(one), posts.change_button(one))
    ]
    if not open and awake(cohort, moment.now):
        buttons.append(posts.make_another(cohort))
    return Corner(tuple(map(posts.own, open)), tuple(buttons))


async def desk_corner(moment: Moment, cohort: Cohort) -> Corner:
    """How many were made and kept, never of fewer than five people; and how to ask for them."""
    read = moment.read
    lines: tuple[Phrase, ...] = ()
    if await read.tally(PROMISED, cohort.id) >= K:
        kept = await read.tally(board("kept"), cohort.id)
        lines = (posts.figures(await read.tally(OPENED, cohort.id), kept),)
    moves = (posts.ask_all(cohort),) if awake(cohort, moment.now) else ()
    return Corner(lines, moves)


async def report(moment: Moment, cohort: Cohort) -> tuple[Phrase, ...]:
    """What the closing report says of promises; nothing of fewer than five people."""
    people = await moment.read.tally(PROMISED, cohort.id)
    kept = await moment.read.tally(board("kept"), cohort.id)
    return (posts.came_of_it(people, kept),) if people >= K else ()
