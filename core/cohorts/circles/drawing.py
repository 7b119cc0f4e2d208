"""Drawing circles for the facilitator to look at, and starting them."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.access import for_leads, opened_form, privately, redrawn, refused
from core.cohorts.circles import forms, posts
from core.cohorts.circles.model import (
    LARGE,
    SIZES,
    USUAL,
    WEEK,
    Arrangement,
    Circle,
    Seat,
    announced,
    proposed,
    seat_id,
    seated,
)
from core.cohorts.circles.split import LEAST, Candidate, candidate, reasons, split
from core.cohorts.model import (
    Cohort,
    Membership,
    awake,
    board,
    later,
    members,
    membership_id,
    timer,
)
from core.engine.ports import (
    Ask,
    Card,
    Changes,
    Event,
    Job,
    Moment,
    ToPerson,
    show,
)
from core.people.model import Person, alive
from core.programmes.model import reached

TOGETHER = 8
SOME = 20


# --- a proposal ---------------------------------------------------------------------------------


@for_leads
async def draw(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks how large, then draws circles for the facilitator to look at."""
    was = await moment.read.get(Arrangement, cohort.id)
    if was is not None and was.state == "running":
        return refused(posts.RUNNING)
    if await moment.read.tally(board("member"), cohort.id) < LARGE:
        return refused(posts.TOO_FEW)
    if event.source != "form":
        return Changes(reply=opened_form(forms.draw_form(cohort)))
    size = event.values.get("size", "")
    new = _draft(cohort, was, int(size) if size in map(str, SIZES) else USUAL)
    return redrawn(drawn_anew(event, new), posts.DRAWING)


@for_leads
async def redo(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Draws once more, of the same size."""
    was = await moment.read.get(Arrangement, cohort.id)
    if was is None or was.state != "proposed":
        return refused(posts.RUNNING if was else posts.NONE_YET)
    new = _draft(cohort, was, was.size)
    return redrawn(drawn_anew(event, new), posts.AGAIN)


def _draft(cohort: Cohort, was: Arrangement | None, size: int) -> Arrangement:
    if was is None:
        return Arrangement(id=cohort.id, cohort=cohort.id, size=size)
    return replace(was, state="drawing", draft=was.draft + 1, size=size, circles=0, people=0)


def drawn_anew(event: Event, new: Arrangement) -> Changes:
    """The draw begins, page by page."""
    args = {"cohort": new.id, "draft": str(new.draft)}
    return Changes(saves=(new,), jobs=(timer("circles.drawn", event.org, None, **args),))


async def drawn(event: Event, moment: Moment) -> Changes:
    """The next members are drawn into circles; after the last the facilitator sees them.

    Each page is a part of the cohort by chance, so circles are made of one page.
    """
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    now = await moment.read.get(Arrangement, event.args["cohort"])
    if cohort is None or now is None or str(now.draft) != event.args["draft"]:
        return Changes()
    cleared = await _cleared(event, moment, now)
    if cleared:
        return cleared
    page, on = await members(event, moment)
    people = [await alive(moment.read, member.person) for member in page.items]
    found = [candidate(person, moment.now) for person in people if person]
    made = _made(found, now, moment)
    count, total = now.circles + len(made), now.people + len(found)
    done: Arrangement = replace(now, circles=count, people=total)
    if on:
        return Changes(saves=(done, *made), jobs=on)
    dry = show(ToPerson(cohort.facilitator), f"circles/{cohort.id}")
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return Changes(saves=(replace(done, state="proposed"), *made), jobs=(dry, desk))


async def _cleared(event: Event, moment: Moment, now: Arrangement) -> Changes:
    """What an earlier draw proposed is put away first, a page at a time."""
    if "cursor" in event.args:
        return Changes()
    old = await moment.read.find(Circle, cohort=now.id, state="proposed")
    gone = tuple(circle for circle in old.items if circle.draft != now.draft)
    if not gone:
        return Changes()
    args = {**event.args, "again": moment.id("cleared")[:12]}
    return Changes(deletes=gone, jobs=(timer(event.name, event.org, None, **args),))


def _made(found: list[Candidate], now: Arrangement, moment: Moment) -> list[Circle]:
    if now.circles and len(found) < LEAST:
        return []  # the few that are left over join the smallest circles at the start
    groups = split(found, now.size, moment.dice())
    return [
        proposed(now.id, now.draft, n, tuple(one.id for one in group), reasons(group))
        for n, group in enumerate(groups, now.circles + 1)
    ]


@for_leads
async def see(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The proposal, page by page."""
    now = await moment.read.get(Arrangement, cohort.id)
    if now is None or now.state != "proposed":
        return refused(posts.RUNNING if now and now.state == "running" else posts.NONE_YET)
    after = event.args.get("after", "")
    try:
        page = await moment.read.find(
            Circle, cohort=cohort.id, state="proposed", after=after, limit=posts.PAGE
        )
    except ValueError:
        return refused(posts.GONE)
    told = [(one, await posts.names_of(moment, one)) for one in page.items]
    card = posts.dry(cohort, now, told, page.cursor)
    here = after and event.origin is not None and event.origin.private
    return Changes(reply=Card(card)) if here else privately(event, me, card)


# --- starting -----------------------------------------------------------------------------------


@for_leads
async def approve(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The circles start as they were proposed."""
    now = await moment.read.get(Arrangement, cohort.id)
    if now is None or now.state != "proposed":
        return refused(posts.RUNNING if now else posts.NONE_YET)
    new: Arrangement = replace(now, state="running")
    args = {"cohort": cohort.id, "draft": str(now.draft)}
    begin = timer("circles.begin", event.org, None, **args)
    week = timer("circles.week", event.org, moment.now + WEEK, **args, week="1")
    told = reached(event.org, cohort.id, "circles", str(now.draft))
    return redrawn(Changes(saves=(new,), jobs=(begin, week)) + told, posts.STARTED)


async def begin(event: Event, moment: Moment) -> Changes:
    """The next circles start: each has its seats, its card and, where one can be made, its chat."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None or not awake(cohort, moment.now):
        paused = cohort is not None and cohort.stage == "paused"
        return Changes(jobs=(later(event, moment.now),) if paused else ())
    page = await moment.read.find(Circle, cohort=cohort.id, state="proposed", limit=SOME)
    if not page.items:
        left = timer("circles.seat", event.org, None, cohort=cohort.id, draft=event.args["draft"])
        return Changes(jobs=(left,))
    changes = Changes()
    for circle in page.items:
        changes += await begun(moment, cohort, replace(circle, state="running"))
    args = {**event.args, "again": moment.id("begin")[:12]}
    return changes + Changes(jobs=(timer(event.name, event.org, None, **args),))


async def begun(moment: Moment, cohort: Cohort, circle: Circle) -> Changes:
    """The circle of those who are still there; its chat, or the card to each privately."""
    there = [one for one in circle.people if await is_member(moment, cohort, one)]
    if not there:
        return Changes(deletes=(circle,))
    new = seated(circle, there)
    seats = [await seat(moment, new, person) for person in there]
    chat = await gathered(moment, cohort, new, there)
    return Changes(saves=(new, *seats), jobs=chat or announced(new, moment.now))


async def is_member(moment: Moment, cohort: Cohort, person: str) -> bool:
    """Whether somebody is a member now."""
    found = await moment.read.get(Membership, membership_id(cohort.id, person))
    return found is not None and found.state == "member"


async def seat(moment: Moment, circle: Circle, person: str) -> Seat:
    """Somebody’s seat in a circle; what they said in another one stays there."""
    id = seat_id(circle.cohort, person)
    was = await moment.read.get(Seat, id)
    version = was.version if was else 0
    return Seat(id=id, version=version, cohort=circle.cohort, person=person, circle=circle.id)


async def gathered(
    moment: Moment, cohort: Cohort, circle: Circle, waiting: Sequence[str]
) -> tuple[Job, ...]:
    """Asks for a chat of its own, where all could be in it; else these get the card."""
    platform = next(iter(cohort.spaces), "").partition(":")[0]
    found = [await _account(moment, person, platform) for person in circle.people]
    if not platform or not all(found) or len(found) > TOGETHER:
        return ()
    question = {
        "place": cohort.spaces[0],
        "people": ",".join(found),
        "cohort": cohort.id,
        "circle": circle.id,
        "waiting": ",".join(waiting),
        "members": ",".join(circle.people),
    }
    key = f"circles/chat/{circle.id}/{moment.id('chat', circle.id)[:12]}"
    return (Job(key=key, work=Ask(port="make_chat", question=question, then="circles.made")),)


async def _account(moment: Moment, person: str, platform: str) -> str:
    found = await alive(moment.read, person)
    accounts = found.accounts if found else ()
    return next((one for one in accounts if one.partition(":")[0] == platform), "")
