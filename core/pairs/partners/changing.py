"""What follows when a pair changes: who goes on with whom, and who is asked."""

from datetime import datetime, timedelta
from typing import ClassVar, Literal

from msgspec.structs import replace

from core.cohorts.model import Cohort, Membership, awake, membership_id, timer
from core.engine.ports import Changes, Job, Moment, Record, ToPerson, show
from core.pairs.commitments.partners import in_their_hours
from core.pairs.model import (
    SETTLES,
    TRIO,
    Ended,
    Pair,
    Standing,
    kept_apart,
    others,
    pair_of,
    paired,
    placed,
    standing_of,
    waited,
    without,
)
from core.pairs.partners.telling import reachable, shown_to
from core.pairs.partners.views import is_away
from core.pairs.rounds.chatting import ask_for_chat
from core.people.model import alive

FEW = 20
SOON = timedelta(hours=4)


class Parting(Record, frozen=True, kw_only=True):
    """Somebody is no longer there for these: who is told, and when."""

    kind: ClassVar[str] = "parting"
    indexes: ClassVar[tuple[str, ...]] = ("cohort", "gone")

    cohort: str
    gone: str
    left: tuple[str, ...]
    state: Literal["waiting", "held", "told"] = "waiting"
    at: datetime


async def gone_from(moment: Moment, pair: Pair, person: str, why: Ended) -> Changes:
    """The pair without this person; a trio goes on as a pair, and hears it from its card."""
    new = without(pair, person, why)
    over = new.state == "ended"
    quiet = over and pair.style == "lasting"  # who is left there is asked, not only told
    told = () if quiet else others(pair, person)
    changes = Changes(saves=(new,), jobs=await shown_to(moment, new, told))
    if pair.style == "coffee":
        return changes
    for one in pair.people if over else (person,):
        was = await standing_of(moment.read, pair.cohort, one)
        changes += Changes(saves=(replace(was, pair="", turn=was.turn + 1),))
    return changes


async def asked(moment: Moment, cohort: Cohort, people: tuple[str, ...]) -> Changes:
    """Asks those without a partner how they would like to go on, in their own hours."""
    jobs: list[Job] = []
    for one in people:
        person = await alive(moment.read, one)
        if person is None or person.stopped:
            continue
        standing = await standing_of(moment.read, cohort.id, one)
        slot = f"pairless/{cohort.id}/{standing.turn}"
        jobs.append(in_their_hours(person, cohort, slot, moment))
    return Changes(jobs=tuple(jobs))


def handed_over(
    org: str, moment: Moment, cohort: Cohort, pair: Pair, gone: str, *, id: str = ""
) -> Changes:
    """The facilitator may tell them in person; else they are asked in a few hours."""
    left = tuple(one for one in pair.people if one != gone)
    parting = Parting(
        id=id or f"{pair.id}-{gone}-{moment.now:%Y%m%d}",
        cohort=cohort.id,
        gone=gone,
        left=left,
        at=moment.now,
    )
    due = moment.now + SOON
    args = {"cohort": cohort.id, "parting": parting.id}
    if cohort.facilitator in (gone, *left):
        return Changes(saves=(parting,), jobs=(timer("pairs.told", org, None, **args),))
    told = show(ToPerson(cohort.facilitator), f"parted/{parting.id}")
    return Changes(saves=(parting,), jobs=(told, timer("pairs.told", org, due, **args)))


async def unreached(org: str, moment: Moment, pair: Pair) -> Changes:
    """Whom we cannot write to at all keeps nobody waiting: the others hear that they may choose.

    They hear it once, however often somebody looks.
    """
    cohort = await moment.read.get(Cohort, pair.cohort)
    if pair.state == "ended" or cohort is None or not awake(cohort, moment.now):
        return Changes()
    changes = Changes()
    for one in pair.people:
        person, id = await alive(moment.read, one), f"{pair.id}-{one}-unreached"
        if person is None or await reachable(moment, person):
            continue
        if await moment.read.get(Parting, id) is None:
            changes += handed_over(org, moment, cohort, pair, one, id=id)
    return changes


# --- somebody new ---------------------------------------------------------------------------------


async def first_waiting(moment: Moment, cohort: Cohort, me: str) -> str:
    """Somebody else who waits, is still here, and whom nothing speaks against."""
    page = await moment.read.find(Standing, cohort=cohort.id, waiting="yes", limit=FEW)
    for one in page.items:
        free = await pair_of(moment.read, cohort.id, one.person) is None
        if free and one.person != me and await fits(moment, cohort, me, one.person):
            return one.person
    return ""


async def a_pair_to_join(moment: Moment, cohort: Cohort, me: str) -> Pair | None:
    """Two who go on well, and whom nothing speaks against."""
    page = await moment.read.find(Pair, cohort=cohort.id, state="running")
    two = [one for one in page.items if one.style == "lasting" and len(one.people) == TRIO - 1]
    moment.dice().shuffle(two)
    for pair in two[:FEW]:
        fitting = [await fits(moment, cohort, me, one) for one in pair.people]
        if me not in pair.people and all(fitting):
            return pair
    return None


async def fits(moment: Moment, cohort: Cohort, me: str, other: str) -> bool:
    """Whether the two may be put together."""
    member = await moment.read.get(Membership, membership_id(cohort.id, other))
    if member is None or member.state != "member":
        return False
    if await kept_apart(moment.read, cohort.id, me, other):
        return False
    one, two = await alive(moment.read, me), await alive(moment.read, other)
    if one is None or two is None or is_away(two, moment):
        return False
    return one.manager not in two.accounts and two.manager not in one.accounts


async def together(org: str, moment: Moment, cohort: Cohort, people: tuple[str, str]) -> Changes:
    """A new pair, made by hand."""
    new = paired(moment.id("pair", *people), cohort.id, people, "lasting", moment.now)
    args = {"cohort": cohort.id, "pair": new.id}
    settle = timer("pairs.settle_one", org, moment.now + SETTLES, **args)
    changes = Changes(saves=(new,), jobs=(*await ask_for_chat(moment, new), settle))
    return changes + await _placed(moment, cohort, new, people)


async def joined(moment: Moment, cohort: Cohort, pair: Pair, me: str) -> Changes:
    """A pair becomes a trio."""
    new = replace(pair, people=(*pair.people, me))
    return Changes(saves=(new,)) + await _placed(moment, cohort, new, (me,))


async def _placed(moment: Moment, cohort: Cohort, pair: Pair, people: tuple[str, ...]) -> Changes:
    changes = Changes(jobs=await shown_to(moment, pair, pair.people))
    for one in people:
        was = await standing_of(moment.read, cohort.id, one)
        now = placed(was, pair)
        changes += Changes(saves=(now,), tallies=waited(now, was))
    return changes
