"""The forms for another time or none, what comes of it before it is done, and the news."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.model import belongs, leads, subject
from core.cohorts.posts import at_home
from core.cohorts.words import at, called, name_of
from core.cohorts.workshops.forms import time_fields, wrong
from core.cohorts.workshops.model import REASON, Problem, Workshop, turn_in
from core.cohorts.workshops.moving.model import Shift
from core.cohorts.workshops.posts import (
    CALENDAR,
    EXAMPLE,
    about,
    args_of,
    calendar_of,
    choices,
    counted,
    found,
)
from core.cohorts.workshops.signup.model import Signup, signup_id
from core.cohorts.workshops.signup.posts import UPDATE
from core.engine.ports import Moment, Viewer
from core.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    Facts,
    Form,
    Heading,
    Link,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    TextField,
    When,
    say,
    verbatim,
)
from core.programmes.anchors.model import left_out, moving_along

STEPS = 8


class Outcome(Struct, frozen=True, kw_only=True):
    """What a move or a calling-off would bring about."""

    told: int
    steps: tuple[Phrase, ...] = ()


# --- the forms ------------------------------------------------------------------------------------


def move_form(
    workshop: Workshop,
    values: Mapping[str, str],
    zone: str,
    errors: Mapping[str, Problem] | None = None,
) -> Form:
    """Another time, and why."""
    return Form(
        title=say("workshops.move.title", "Move the workshop"),
        action="workshops.move",
        args=args_of(workshop),
        intro=say("workshops.move.intro", "You see who is told before anybody is."),
        fields=(*time_fields(values, zone), _reason(values)),
        submit=say("workshops.move.submit", "Look at it first"),
        errors=wrong(errors),
    )


def cancel_form(
    workshop: Workshop,
    values: Mapping[str, str],
    errors: Mapping[str, Problem] | None = None,
) -> Form:
    """Why it does not take place."""
    return Form(
        title=say("workshops.cancel.title", "Call the workshop off"),
        action="workshops.cancel",
        args=args_of(workshop),
        intro=say("workshops.move.intro", "You see who is told before anybody is."),
        fields=(_reason(values),),
        submit=say("workshops.move.submit", "Look at it first"),
        errors=wrong(errors),
    )


def _reason(values: Mapping[str, str]) -> TextField:
    return TextField(
        name="reason",
        label=say("workshops.move.reason", "What shall I tell them?"),
        lines=True,
        limit=REASON,
        value=values.get("reason", ""),
    )


# --- before it is done ----------------------------------------------------------------------------


async def shift_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """What would come of it, to who leads; nothing once it is done or left."""
    workshop, cohort = await found(moment, subject(slot))
    if workshop is None or cohort is None or not leads(cohort, viewer.person):
        return None
    shift = await moment.read.get(Shift, workshop.id)
    if shift is None or workshop.state != "planned":
        return None
    return preview(workshop, shift, await outcome(moment, workshop, shift), slot)


async def outcome(moment: Moment, workshop: Workshop, shift: Shift) -> Outcome:
    """Who is told, and which steps of the programme depend on it."""
    now = await counted(moment, workshop)
    told, read = now.room + now.online + now.waiting, moment.read
    if not workshop.step:
        return Outcome(told=told)
    if shift.starts is None:
        return Outcome(told=told, steps=await left_out(read, workshop.cohort, workshop.step))
    along = await moving_along(read, workshop.cohort, workshop.step, shift.starts)
    return Outcome(told=told, steps=tuple(_along(it.title, When(it.after)) for it in along))


def _along(title: Phrase, after: When) -> Phrase:
    return say("workshops.shift.step", "{title}: {when}", title=title, when=after)


def preview(workshop: Workshop, shift: Shift, outcome: Outcome, slot: str) -> Post:
    """Nothing has happened so far."""
    return Post(
        slot=slot,
        summary=say("workshops.shift.summary", "Before anybody is told"),
        purpose=say("workshops.shift.why", "So that you see what comes of it."),
        blocks=(
            Heading(verbatim(workshop.title)),
            Facts(_facts(workshop, shift, outcome)),
            *_steps(shift, outcome.steps),
            Quote(shift.reason, say("workshops.shift.reason", "what they will read")),
            Buttons(_confirm(workshop, shift)),
        ),
    )


def _facts(workshop: Workshop, shift: Shift, outcome: Outcome) -> tuple[tuple[Phrase, Phrase], ...]:
    off = say("workshops.shift.off", "does not take place")
    now = _at(When(shift.starts)) if shift.starts else off
    told = say("workshops.shift.told", "{n}, and the space", n=outcome.told)
    return (
        (say("workshops.shift.before", "So far"), _at(When(workshop.starts))),
        (say("workshops.shift.after", "From now on"), now),
        (say("workshops.shift.hear", "Hear of it at once"), told),
    )


def _at(when: When) -> Phrase:
    return say("workshops.when.short", "{when}", when=when)


def _steps(shift: Shift, steps: Sequence[Phrase]) -> tuple[Block, ...]:
    if not steps:
        return ()
    along = say("workshops.shift.along", "These steps move along:")
    out = say("workshops.shift.out", "These steps are left out:")
    return (Text(along if shift.starts else out), Bullets(tuple(steps[:STEPS])))


def _confirm(workshop: Workshop, shift: Shift) -> tuple[Button, ...]:
    move = say("workshops.shift.move", "Move it and tell everyone")
    off = say("workshops.shift.cancel", "Call it off and tell everyone")
    args = at(shift, **args_of(workshop))
    return (
        Press(move if shift.starts else off, "workshops.confirm", args, "danger"),
        Press(say("workshops.shift.keep", "Leave it as it is"), "workshops.keep", args),
    )


# --- the news -------------------------------------------------------------------------------------


async def news_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """That it has moved or does not take place; nothing once there is newer news."""
    workshop, cohort = await found(moment, subject(slot))
    if workshop is None or cohort is None or turn_in(slot) != str(workshop.turn):
        return None
    if viewer.person and not await belongs(moment.read, cohort, viewer.person):
        return None
    by = await name_of(moment, cohort.facilitator)
    person = viewer.person
    signup = await moment.read.get(Signup, signup_id(workshop.id, person)) if person else None
    return at_home(news(workshop, signup, by, calendar_of(workshop)), cohort, viewer)


def news(workshop: Workshop, signup: Signup | None, by: str, calendar: str) -> Post:
    """To the space, and to each person who had signed up."""
    off = workshop.state == "cancelled"
    moved = say("workshops.news.moved", "This workshop takes place at another time.")
    gone = say("workshops.news.off", "This workshop does not take place. Nothing for you to do.")
    when: tuple[Block, ...] = () if off else (Facts(about(workshop)),)
    return Post(
        slot=f"workshop-news/{workshop.id}/{workshop.turn}",
        summary=_summary(off=off),
        purpose=YOURS if signup else OURS,
        blocks=(
            Heading(verbatim(workshop.title)),
            Text(gone if off else moved),
            *when,
            Quote(workshop.reason, say("workshops.news.by", "{by}", by=called(by))),
            Buttons((*_still(workshop, signup), Link(REMOVE if off else UPDATE, calendar))),
        ),
    )


def _summary(*, off: bool) -> Phrase:
    if off:
        return say("workshops.news.off.summary", "A workshop does not take place")
    return say("workshops.news.moved.summary", "A workshop has another time")


def _still(workshop: Workshop, signup: Signup | None) -> tuple[Button, ...]:
    """What somebody can say to the new time."""
    if workshop.state == "cancelled":
        return ()
    return choices(workshop, signup.choice if signup else "")


YOURS = say("workshops.reminder.why", "You signed up.")
OURS = say("workshops.news.why", "So that nobody stands before a closed door.")
REMOVE = say("workshops.calendar.remove", "Take it off my calendar")
MOVED = say("workshops.moved", "Moved. Everyone who signed up is being told.")
CANCELLED = say("workshops.cancelled", "Called off. Everyone who signed up is being told.")
LEFT = say("workshops.shift.left", "Nothing has changed, and nobody was told.")
BEGUN = say("workshops.move.begun", "It has begun or is over: it can’t be moved or called off.")
PASSED = say("workshops.move.passed", "That time has passed meanwhile. Choose one ahead.")

_SHIFT = Shift(
    id="sample-talk",
    version=1,
    starts=EXAMPLE.starts.replace(hour=15),
    reason="The room is flooded. The afternoon suits the trainer as well.",
)
_STEPS = (_along(verbatim("What will you try?"), When(EXAMPLE.starts.replace(hour=17))),)
_SIGNED = Signup(
    id="sample-talk/ada",
    workshop="sample-talk",
    cohort="sample",
    person="ada",
    choice="room",
    at=EXAMPLE.starts,
    rank="1",
)
_MOVED = replace(EXAMPLE, starts=EXAMPLE.starts.replace(hour=15), reason=_SHIFT.reason, turn=1)
_OFF = replace(_MOVED, state="cancelled", reason="The trainer is ill. We plan it anew in May.")
_SLOT = "workshop-shift/sample-talk/1"
_VALUES = {"day": "2027-03-09", "time": "14:00"}
_PAST: Mapping[str, Problem] = {"day": "past", "reason": "reason"}

EXAMPLES: dict[str, Post | Form] = {
    "workshops.move": move_form(EXAMPLE, _VALUES, "Europe/Berlin", _PAST),
    "workshops.cancel": cancel_form(EXAMPLE, {}),
    "workshops.shift": preview(EXAMPLE, _SHIFT, Outcome(told=17, steps=_STEPS), _SLOT),
    "workshops.shift.off": preview(
        EXAMPLE, replace(_SHIFT, starts=None), Outcome(told=17, steps=_STEPS), _SLOT
    ),
    "workshops.news": news(_MOVED, _SIGNED, "Ada Example", CALENDAR),
    "workshops.news.space": news(_MOVED, None, "Ada Example", CALENDAR),
    "workshops.news.off": news(_OFF, _SIGNED, "Ada Example", CALENDAR),
}
