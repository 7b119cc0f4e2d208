"""Asking helpers by a fair rota; what they answer; who is next when one passes."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from core.challenges.finding import known, whole
from core.challenges.helping import posts
from core.challenges.model import WAITING, Challenge, Help, Helper, joined, pair_id, turned
from core.challenges.posts import MOVED_ON, asker_of, may_see
from core.cohorts.access import for_leads, for_members, redrawn, refused
from core.cohorts.model import Cohort, Membership, awake, board, later, timer
from core.engine.ports import Changes, Event, Job, Moment, Record, Show, ToPerson, Viewer
from core.message import Post, When
from core.people.model import Person, alive

AT_ONCE = 3
IN_ALL = 9
ANSWERS = timedelta(days=2)
WEEK = timedelta(days=7)
TRIES = 3
PAGE = 50
LIVE = frozenset({"asked", "accepted", "answered"})


# --- the rota -----------------------------------------------------------------------------------


async def followed(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Whoever joins gets a place in the rota; what somebody who left was asked goes on."""
    old, new = _member(was), _member(now)
    if new and not old:
        before = await moment.read.get(Helper, new.id)
        return Changes(saves=(joined(new.cohort, new.person, before),))
    if old and not new:
        args = {"cohort": old.cohort, "person": old.person, "turn": str(old.turn)}
        return Changes(jobs=(timer("challenges.left", event.org, None, **args),))
    return Changes()


def _member(record: Record | None) -> Membership | None:
    return record if isinstance(record, Membership) and record.state == "member" else None


async def left(event: Event, moment: Moment) -> Changes:
    """Somebody is no member any more: others are asked in their place."""
    cohort, person = event.args["cohort"], event.args["person"]
    member = await moment.read.get(Membership, f"{cohort}/{person}")
    if _member(member):
        return Changes()
    helper = await moment.read.get(Helper, f"{cohort}/{person}")
    out = () if helper is None or not helper.there else (replace(helper, there=""),)
    changes = Changes(saves=out)
    for state in ("asked", "accepted"):
        open = (await moment.read.find(Help, person=person, state=state, limit=PAGE)).items
        for help in (help for help in open if help.cohort == cohort):
            passed = replace(help, state="passed", at=moment.now)
            changes += Changes(saves=(passed,), jobs=(_next(event.org, help, "left"),))
    return changes


async def ask(event: Event, moment: Moment) -> Changes:
    """Asks those whose turn it is, so that three people, or as many as there are, are at it."""
    one, cohort = await whole(moment, event.args["challenge"])
    if one is None or cohort is None or one.state != "open":
        return Changes()
    if not awake(cohort, moment.now):
        return Changes(jobs=(later(event, moment.now),) if cohort.stage == "paused" else ())
    before = (await moment.read.find(Help, challenge=one.id, limit=IN_ALL + AT_ONCE)).items
    busy = sum(help.state in LIVE for help in before)
    wanted = min(int(event.args.get("few", AT_ONCE)) - busy, IN_ALL - len(before))
    if wanted < 1:
        return Changes()
    rest = ANSWERS if "urgent" in event.args else WEEK
    picked = await _whose_turn(moment, one, {help.person for help in before}, wanted, rest)
    if not picked:
        return _in_two_days(event, moment) if busy == 0 else Changes()
    return _asked(one, picked, moment) + _until_then(event, moment, one, len(before))


def _until_then(event: Event, moment: Moment, one: Challenge, before: int) -> Changes:
    args = {"cohort": one.cohort, "challenge": one.id, "round": str(before)}
    over = timer("challenges.lapse", event.org, moment.now + ANSWERS, **args)
    return Changes(jobs=(over,))


def _in_two_days(event: Event, moment: Moment) -> Changes:
    """Nobody has their turn now; who was asked this week has by then been left alone."""
    tries = int(event.args.get("tries", "0")) + 1
    if tries > TRIES:
        return Changes()
    args = {**event.args, "tries": str(tries)}
    return Changes(jobs=(timer(event.name, event.org, moment.now + ANSWERS, **args),))


def _asked(one: Challenge, picked: Sequence[Helper], moment: Moment) -> Changes:
    changes = Changes()
    for helper in picked:
        id = pair_id(one.id, helper.person)
        help = Help(id=id, challenge=one.id, cohort=one.cohort, person=helper.person, at=moment.now)
        slot = f"help/{one.id}"
        job = Job(
            key=f"{slot}/{helper.person}",
            work=Show(ToPerson(helper.person), slot),
            weight="nudge",
            until=moment.now + ANSWERS,
        )
        turn = replace(turned(helper, asked=1), last=moment.now)
        changes += Changes(saves=(help, turn), jobs=(job,))
    return changes


async def _whose_turn(
    moment: Moment, one: Challenge, before: set[str], wanted: int, rest: timedelta
) -> list[Helper]:
    """Fewest asked first, then fewest helped; never the owner, nor whoever pauses or was asked."""
    picked: list[Helper] = []
    for helper in await _rota(moment, one.cohort):
        resting = helper.last is not None and moment.now - helper.last < rest
        if resting or helper.person == one.owner or helper.person in before:
            continue
        member = await moment.read.get(Membership, helper.id)
        if _member(member) and _free(await alive(moment.read, helper.person), moment):
            picked.append(helper)
        if len(picked) == wanted:
            break
    return picked


async def _rota(moment: Moment, cohort: str) -> Sequence[Helper]:
    """All who may be asked, in turn; members from before there was a rota join it here."""
    rota = (await moment.read.find(Helper, cohort=cohort, there="yes")).items
    if len(rota) >= await moment.read.tally(board("member"), cohort):
        return rota
    known = {helper.person for helper in rota}
    page = await moment.read.find(Membership, cohort=cohort, state="member")
    missing = [member for member in page.items if member.person not in known]
    new = [
        joined(cohort, member.person, await moment.read.get(Helper, member.id))
        for member in missing
    ]
    return sorted((*rota, *new), key=lambda helper: helper.rank)


def _free(person: Person | None, moment: Moment) -> bool:
    if person is None or person.stopped:
        return False
    return person.paused_until is None or person.paused_until <= moment.now


async def lapse(event: Event, moment: Moment) -> Changes:
    """Two days without a word: whoever was asked is left alone, and others are asked, once."""
    one, cohort = await whole(moment, event.args["challenge"])
    if one is None or cohort is None or one.state != "open":
        return Changes()
    found = (await moment.read.find(Help, challenge=one.id, state="asked", limit=IN_ALL)).items
    silent = [help for help in found if moment.now - help.at >= ANSWERS]
    lapsed = tuple(replace(help, state="lapsed", at=moment.now) for help in silent)
    return Changes(saves=lapsed, jobs=(_next(event.org, silent[0], "lapsed"),) if silent else ())


def _next(org: str, help: Help, why: str) -> Job:
    args = {"cohort": help.cohort, "challenge": help.challenge, "after": f"{why}/{help.person}"}
    return timer("challenges.helpers", org, None, **args)


# --- answering ----------------------------------------------------------------------------------


@for_members
@known
async def accept(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    """Somebody will help."""
    help = await moment.read.get(Help, pair_id(one.id, me.id))
    if help is None:
        return refused(posts.NOT_ASKED)
    if one.state != "open":
        return refused(MOVED_ON)
    if help.state not in ("asked", "lapsed"):
        return redrawn(Changes(), posts.HELPING)
    new = replace(help, state="accepted", at=moment.now)
    return redrawn(Changes(saves=(new,)), posts.HELPING)


@for_members
@known
async def decline(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    """Passing is fine: the next one in the rota is asked."""
    help = await moment.read.get(Help, pair_id(one.id, me.id))
    if help is None:
        return refused(posts.NOT_ASKED)
    if help.state in ("passed", "answered"):
        return redrawn(Changes(), posts.PASSED if help.state == "passed" else MOVED_ON)
    new = replace(help, state="passed", at=moment.now)
    jobs = (_next(event.org, help, "passed"),)
    return redrawn(Changes(saves=(new,), jobs=jobs), posts.PASSED)


async def help_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question to one helper, as it stands for them."""
    one, cohort = await whole(moment, slot.partition("/")[2])
    if one is None or cohort is None or not await may_see(moment, cohort, viewer):
        return None
    help = await moment.read.get(Help, pair_id(one.id, viewer.person))
    if help is None or one.state == "hidden" or (one.state != "open" and help.state == "asked"):
        return None
    until = When(help.at + ANSWERS)
    return posts.asking(one, await asker_of(moment, one), slot, help, until)


# --- those that wait ------------------------------------------------------------------------------


async def begin(event: Event, moment: Moment) -> Changes:
    """A step of a programme: helpers for every open challenge that has no idea yet."""
    args = {"cohort": event.args["cohort"], "step": event.args.get("step", "step")}
    return Changes(jobs=(timer("challenges.wait", event.org, None, **args),))


async def step(event: Event, moment: Moment) -> Changes:
    """The same, a page of challenges at a time, and nobody asked for more than one of them."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None or not awake(cohort, moment.now):
        paused = cohort is not None and cohort.stage == "paused"
        return Changes(jobs=(later(event, moment.now),) if paused else ())
    page = await moment.read.find(
        Challenge, cohort=cohort.id, waits="yes", after=event.args.get("cursor", ""), limit=PAGE
    )
    people = await moment.read.tally(board("member"), cohort.id)
    waiting = max(await moment.read.tally(WAITING, cohort.id), 1)
    few = str(min(max(people // waiting, 1), AT_ONCE))
    args = {"after": event.args["step"], "few": few}
    on = {**event.args, "cursor": page.cursor}
    more = (timer(event.name, event.org, None, **on),) if page.cursor else ()
    return Changes(jobs=(*(_wanted(event.org, one, **args) for one in page.items), *more))


def _wanted(org: str, one: Challenge, **args: str) -> Job:
    about = {"cohort": one.cohort, "challenge": one.id}
    return timer("challenges.helpers", org, None, **about, **args)


@for_leads
async def help_all(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The facilitator has helpers asked for all that wait, also those asked this week."""
    page = await moment.read.find(Challenge, cohort=cohort.id, waits="yes", limit=PAGE)
    if not page.items:
        return refused(posts.NOBODY_WAITS)
    args = {"after": moment.id("asked"), "urgent": "yes"}
    jobs = tuple(_wanted(event.org, one, **args) for one in page.items)
    return redrawn(Changes(jobs=jobs), posts.ASKING)
