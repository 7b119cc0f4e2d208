"""What workshops add to the facilitator’s desk and to a member’s own card."""

from core.cohorts.access import closed
from core.cohorts.model import Cohort
from core.cohorts.workshops.model import Workshop, ends, open_to, running, upcoming
from core.cohorts.workshops.posts import (
    DROP,
    STANDS,
    Counts,
    args_of,
    calendar_of,
    choices,
    counted,
    plan_button,
    ways,
)
from core.cohorts.workshops.signup.model import ATTENDED, Signup, signup_id
from core.engine.ports import Moment
from core.message import Button, OpenForm, Phrase, Press, When, say
from core.slices import Corner


async def desk(moment: Moment, cohort: Cohort) -> Corner | None:
    """The next workshop with its counts, a draft to complete, and the last one’s recording."""
    if closed(cohort, moment):
        return None
    read = moment.read
    drafts = (await read.find(Workshop, cohort=cohort.id, state="draft", limit=1)).items[:1]
    held = (await read.find(Workshop, cohort=cohort.id, state="held")).items[-1:]
    lines: list[Phrase] = []
    moves: list[Button] = []
    for one in drafts:
        lines.append(say("workshops.desk.draft", "To complete: {title}.", title=one.title))
        moves.append(OpenForm(COMPLETE, "workshops.complete", args_of(one), "primary"))
        moves += (Press(DROP, "workshops.drop", args_of(one)),) if one.starts <= moment.now else ()
    for one in await upcoming(read, cohort.id, 1):
        lines.append(_coming(one, await counted(moment, one)))
        moves += _next(one, moment)
    for one in held:
        lines.append(_past(one, await read.tally(ATTENDED, one.id)))
        moves += () if one.recording else (OpenForm(RECORD, "workshops.record", args_of(one)),)
    return Corner(tuple(lines), (*moves, plan_button(cohort)))


def _coming(one: Workshop, now: Counts) -> Phrase:
    return say(
        "workshops.desk.next",
        "Next workshop: {title}, {when}. In the room {room}, online {online}, waiting {waiting}, "
        "can’t {no}.",
        title=one.title,
        when=When(one.starts),
        room=now.room,
        online=now.online,
        waiting=now.waiting,
        no=now.no,
    )


def _past(one: Workshop, attended: int) -> Phrase:
    return say(
        "workshops.desk.held",
        "{title}: {n} were there or caught up.",
        title=one.title,
        n=max(attended, 0),
    )


def _next(one: Workshop, moment: Moment) -> tuple[Button, ...]:
    args = args_of(one)
    code = Press(say("workshops.desk.code", "Show the code"), "workshops.code", args)
    if moment.now >= one.starts:
        return (code,)
    return (
        OpenForm(say("workshops.desk.move", "Move it"), "workshops.move", args),
        OpenForm(say("workshops.desk.cancel", "Call it off"), "workshops.cancel", args),
        code,
        OpenForm(say("workshops.desk.change", "Change it"), "workshops.change", args),
    )


async def mine(moment: Moment, cohort: Cohort, person: str) -> Corner | None:
    """My next workshop, and what I said to it."""
    if closed(cohort, moment):
        return None
    for one in await upcoming(moment.read, cohort.id):
        if open_to(one, moment.now) and ends(one) > moment.now:
            signup = await moment.read.get(Signup, signup_id(one.id, person))
            return _mine(one, signup, on=running(one, moment.now))
    return None


def _mine(one: Workshop, signup: Signup | None, *, on: bool) -> Corner:
    choice = signup.choice if signup else ""
    line = say(
        "workshops.mine.next",
        "Next workshop: {title}, {when}; {stands}.",
        title=one.title,
        when=When(one.starts),
        stands=STANDS[choice],
    )
    wishes, doors = choices(one, choice), ways(one, calendar_of(one), on=on)
    return Corner((line,), (*doors, *wishes) if on else (*wishes, *doors))


async def report(moment: Moment, cohort: Cohort) -> tuple[Phrase, ...]:
    """How many were there or caught up; nothing of a workshop that few attended."""
    held = (await moment.read.find(Workshop, cohort=cohort.id, state="held")).items
    sums = [await moment.read.tally(ATTENDED, one.id) for one in held]
    told = [one for one in sums if one >= FEW]
    if not told:
        return ()
    line = say(
        "workshops.report",
        "Workshops: {n}. Seats that were used, in the session or afterwards: {all}.",
        n=len(told),
        all=sum(told),
    )
    return (line,)


FEW = 5
COMPLETE = say("workshops.desk.complete", "Complete the draft")
RECORD = say("workshops.desk.record", "Add the recording")
