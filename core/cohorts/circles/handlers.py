"""What people do in their circle: look at it, answer, and ask when they host."""

from msgspec.structs import replace

from core.cohorts.access import (
    for_anyone,
    for_members,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.circles import forms, posts
from core.cohorts.circles.model import (
    QUESTION,
    TEXT,
    WEEK,
    Circle,
    Seat,
    announced,
    asking,
    circle_of,
    hosted_by,
    next_host,
    phrase_of,
    seat_id,
    shown_to,
    slot_of,
)
from core.cohorts.discussions.wording.model import doubted, warning
from core.cohorts.model import Cohort, Space, awake, later, line, lines, over, timer
from core.engine.ports import (
    Changes,
    Event,
    Invalid,
    Job,
    Moment,
    Show,
    ToPerson,
    ToPlace,
    Viewer,
    show,
)
from core.people.model import Person, alive

SOME = 20
FADES = WEEK - WEEK / 7 * 2


# --- in a circle --------------------------------------------------------------------------------


@for_anyone
async def mine(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """My circle as it stands now, where only I read it."""
    circle = await circle_of(moment.read, cohort.id, me.id)
    if circle is None:
        seat = await moment.read.get(Seat, seat_id(cohort.id, me.id))
        return refused(posts.WAITING if seat else posts.NOT_IN)
    slot = f"{slot_of(circle)}/{moment.id('copy')[:8]}"
    card = await posts.circle_view(moment, slot, Viewer(person=me.id))
    return privately(event, me, card) if card else refused(posts.NOT_IN)


@for_members
async def answer(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """An answer to the question of the circle, for those in it."""
    circle = await circle_of(moment.read, cohort.id, me.id)
    seat = await moment.read.get(Seat, seat_id(cohort.id, me.id))
    if circle is None or seat is None:
        return refused(posts.NOT_IN)
    if event.source != "form":
        before = seat.text if seat.turn == circle.turn else ""
        return Changes(reply=opened_form(forms.say_form(circle, before)))
    text = event.values.get("text", "")
    if not lines(text, TEXT) or len(text.strip()) > TEXT:
        return Changes(reply=Invalid(forms.say_form(circle, text, wrong=True)))
    new = replace(seat, text=lines(text, TEXT), turn=circle.turn, at=moment.now, hidden=False)
    jobs = (show(ToPlace(circle.place), slot_of(circle)),) if circle.place else ()
    return redrawn(Changes(saves=(new,), jobs=jobs), posts.SHARED)


async def made(event: Event, moment: Moment) -> Changes:
    """The chat of a circle is there, and its card goes there; else to those who wait for it."""
    circle = await moment.read.get(Circle, event.args["circle"])
    if circle is None or circle.state != "running":
        return Changes()
    place = event.values.get("place", "")
    gone = set(event.args["members"].split(",")).difference(circle.people)
    if event.error or not place or gone:
        waiting = [one for one in event.args["waiting"].split(",") if one in circle.people]
        return Changes(jobs=tuple(shown_to(circle, one, moment.now) for one in waiting))
    new = replace(circle, place=place)
    known = await moment.read.get(Space, place)
    space = () if known else (Space(id=place, since=moment.now),)
    return Changes(saves=(new, *space), jobs=announced(new, moment.now))


# --- hosting ------------------------------------------------------------------------------------


async def week(event: Event, moment: Moment) -> Changes:
    """A new week: the next in each circle hosts, and is told what to do."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None or cohort.stage == "cancelled" or over(cohort, moment.now):
        return Changes()
    number = int(event.args["week"])
    if not awake(cohort, moment.now):
        return Changes(jobs=(later(event, moment.now),))
    after = event.args.get("cursor", "")
    page = await moment.read.find(
        Circle, cohort=cohort.id, state="running", after=after, limit=SOME
    )
    changes = Changes(jobs=_on(event, moment, page.cursor))
    for circle in page.items:
        if circle.week < number:
            changes += await _hosts(moment, circle, number)
    return changes


def _on(event: Event, moment: Moment, cursor: str) -> tuple[Job, ...]:
    """The next circles, and after the last of them the next week."""
    if cursor:
        return (timer(event.name, event.org, None, **{**event.args, "cursor": cursor}),)
    args = {key: event.args[key] for key in ("cohort", "draft")}
    number = str(int(event.args["week"]) + 1)
    return (timer(event.name, event.org, moment.now + WEEK, **args, week=number),)


async def _hosts(moment: Moment, circle: Circle, number: int) -> Changes:
    away = [one for one in circle.people if await _is_away(moment, one)]
    person = next_host(circle, away)
    if not person:
        return Changes(saves=(replace(circle, host="", week=number),))
    new = hosted_by(circle, person, number, moment)
    return Changes(saves=(new,), jobs=(_told(new, moment),))


async def _is_away(moment: Moment, person: str) -> bool:
    """Whether nobody should ask them anything now."""
    found = await alive(moment.read, person)
    if found is None or found.stopped:
        return True
    return found.paused_until is not None and found.paused_until > moment.now


def _told(circle: Circle, moment: Moment) -> Job:
    slot = f"circle-host/{circle.id}/{circle.week}"
    work = Show(ToPerson(circle.host), slot)
    key = f"{slot}/{circle.host}"
    return Job(key=key, work=work, weight="nudge", until=moment.now + FADES)


@for_members
async def ask(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The host’s question goes to the circle."""
    circle = await circle_of(moment.read, cohort.id, me.id)
    if circle is None or circle.host != me.id:
        return refused(posts.NOT_HOST if circle else posts.NOT_IN)
    if circle.asked == circle.week:
        return refused(posts.ASKED_IT)
    idea = moment.words(phrase_of(circle.idea), me.locale or "en")
    if event.source != "form":
        return Changes(reply=opened_form(forms.ask_form(circle, idea)))
    said = line(event.values.get("question", ""), QUESTION + 1)
    doubt = None if event.args.get("warned") else doubted(said)
    if not 1 <= len(said) <= QUESTION or doubt:
        problem = warning(doubt) if doubt else forms.WRONG_QUESTION
        again = forms.ask_form(circle, said, problem=problem, warned=doubt is not None)
        return Changes(reply=Invalid(again))
    own = "" if said == idea else said
    new = asking(circle, "" if own else circle.idea, own)
    changes = Changes(saves=(new,), jobs=announced(new, moment.now, but=me.id))
    return redrawn(changes, posts.ASKED_IT)


@for_members
async def passing(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Not this week: the next one hosts, and is told."""
    circle = await circle_of(moment.read, cohort.id, me.id)
    if circle is None or circle.host != me.id:
        return refused(posts.NOT_HOST if circle else posts.NOT_IN)
    if circle.asked == circle.week:
        return refused(posts.ASKED_IT)
    away = [one for one in circle.people if one == me.id or await _is_away(moment, one)]
    fresh = [one for one in circle.people if one not in (*away, *circle.hosted)]
    if not fresh:
        return redrawn(Changes(saves=(replace(circle, host=""),)), posts.PASSED)
    new = hosted_by(circle, fresh[0], circle.week, moment)
    return redrawn(Changes(saves=(new,), jobs=(_told(new, moment),)), posts.PASSED)
