"""The card of a circle, the dry run for the facilitator, and what a host is told."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from core.cohorts.circles.model import (
    FIRST,
    Arrangement,
    Circle,
    Seat,
    circle_of,
    dwindled,
    phrase_of,
    proposed,
    question_of,
    said_now,
    seat_id,
    slot_of,
)
from core.cohorts.circles.split import Reasons
from core.cohorts.model import Cohort, awake, leads, subject
from core.cohorts.words import SAMPLE, at, called, name_of
from core.engine.ports import Moment, Viewer
from core.message import (
    Bullets,
    Buttons,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    say,
)

PAGE = 4
APART = 2

Told = Sequence[tuple[str, str]]
"""Names and what they said."""


# --- a circle -----------------------------------------------------------------------------------


async def circle_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """Who is in it, who hosts, the question, and what was answered; only for those in it."""
    circle = await moment.read.get(Circle, subject(slot))
    if circle is None or circle.state != "running":
        return None
    mine = viewer.person in circle.people if viewer.person else bool(circle.place)
    cohort = await moment.read.get(Cohort, circle.cohort)
    if not mine or cohort is None:
        return None
    seats = [await moment.read.get(Seat, seat_id(cohort.id, one)) for one in circle.people]
    told = [
        (await name_of(moment, seat.person), seat.text)
        for seat in seats
        if seat and said_now(seat, circle)
    ]
    names = [await name_of(moment, one) for one in circle.people]
    host = await name_of(moment, circle.host) if circle.host else ""
    return replace(card(cohort, circle, names, host, told), slot=slot)


def card(cohort: Cohort, circle: Circle, names: Sequence[str], host: str, told: Told) -> Post:
    """The circle’s own card."""
    hosting = (Text(say("circles.host", "Host this week: {name}.", name=host)),) if host else ()
    return Post(
        slot=slot_of(circle),
        summary=say("circles.summary", "Your circle has a question for you"),
        purpose=say(
            "circles.purpose", "So that you know a few people in {name} well.", name=cohort.name
        ),
        blocks=(
            Heading(say("circles.title", "Circle {n}", n=circle.number)),
            Text(say("circles.people", "{names}", names=", ".join(names))),
            Text(why(circle), subtle=True),
            *hosting,
            Text(question_of(circle)),
            *(Quote(text, say("circles.by", "{name}", name=called(who))) for who, text in told),
            Buttons((_answer(circle),)),
        ),
    )


def _answer(circle: Circle) -> OpenForm:
    label = say("circles.answer", "Answer")
    return OpenForm(label, "circles.say", about(circle), "primary")


def about(circle: Circle) -> Mapping[str, str]:
    """What a button of the circle is about."""
    return {"cohort": circle.cohort, "circle": circle.id}


def why(circle: Circle) -> Phrase:
    """Why these people are together, in a sentence."""
    if circle.clash:
        return say(
            "circles.why.clash",
            "Drawn by chance. Somebody is here with their manager: there was no other way.",
        )
    if circle.teams > 1 and circle.hours < APART:
        return say(
            "circles.why.teams",
            "Drawn by chance, from {teams} teams, with nearly the same clock.",
            teams=circle.teams,
        )
    if circle.teams > 1:
        return say(
            "circles.why.far",
            "Drawn by chance, from {teams} teams, at most {hours} hours apart.",
            teams=circle.teams,
            hours=circle.hours,
        )
    return say("circles.why", "Drawn by chance, so that you meet others.")


# --- the dry run --------------------------------------------------------------------------------


async def dry_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """How the circles would be, to whoever leads; once they run, that they do."""
    cohort = await moment.read.get(Cohort, subject(slot))
    drawn = await moment.read.get(Arrangement, cohort.id) if cohort else None
    if cohort is None or drawn is None or not leads(cohort, viewer.person):
        return None
    if drawn.state == "running":
        return replace(running(cohort, drawn), slot=slot)
    if drawn.state == "drawing" or not awake(cohort, moment.now):
        return None
    page = await moment.read.find(Circle, cohort=cohort.id, state="proposed", limit=PAGE)
    told = [(circle, await names_of(moment, circle)) for circle in page.items]
    return replace(dry(cohort, drawn, told, page.cursor), slot=slot)


async def names_of(moment: Moment, circle: Circle) -> str:
    """Who is in it."""
    return ", ".join([await name_of(moment, one) for one in circle.people])


def dry(cohort: Cohort, drawn: Arrangement, told: Sequence[tuple[Circle, str]], after: str) -> Post:
    """Some of the circles, with their reasons, before anybody else sees them."""
    args = at(drawn, cohort=cohort.id)
    more = Press(
        say("circles.dry.more", "More circles"),
        "circles.see",
        {"cohort": cohort.id, "after": after},
    )
    return Post(
        slot=f"circles/{cohort.id}",
        summary=say("circles.dry.summary", "The circles of your cohort, as a proposal"),
        purpose=say("circles.dry.purpose", "Because you lead this cohort."),
        blocks=(
            Heading(say("circles.dry.title", "{n} circles", n=drawn.circles)),
            Text(
                say(
                    "circles.dry.text",
                    "All {people} members, each in one. Nobody sees it before you start them.",
                    people=drawn.people,
                )
            ),
            Bullets(tuple(_line(circle, names) for circle, names in told)),
            Buttons(
                (
                    Press(say("circles.start", "Start them"), "circles.approve", args, "primary"),
                    Press(say("circles.redo", "Draw again"), "circles.redo", args),
                    *((more,) if after else ()),
                )
            ),
        ),
    )


def _line(circle: Circle, names: str) -> Phrase:
    return say("circles.dry.line", "{names}. {why}", names=names, why=why(circle))


def running(cohort: Cohort, drawn: Arrangement) -> Post:
    """In the place of the dry run, once they have started."""
    return Post(
        slot=f"circles/{cohort.id}",
        summary=say("circles.running.summary", "The circles have started"),
        purpose=say("circles.dry.purpose", "Because you lead this cohort."),
        blocks=(
            Heading(say("circles.dry.title", "{n} circles", n=drawn.circles)),
            Text(
                say(
                    "circles.running.text",
                    "They have started. From next week on, each has a host by turns.",
                )
            ),
        ),
    )


# --- the host -----------------------------------------------------------------------------------


async def host_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """To the host of this week, until they have asked or passed it on."""
    _, id, week = [*slot.split("/"), "", ""][:3]
    circle = await moment.read.get(Circle, id)
    if circle is None or circle.host != viewer.person or str(circle.week) != week:
        return None
    cohort = await moment.read.get(Cohort, circle.cohort)
    if cohort is None or circle.asked == circle.week or not awake(cohort, moment.now):
        return None
    found = await circle_of(moment.read, cohort.id, viewer.person)
    return replace(hosting(cohort, circle), slot=slot) if found else None


def hosting(cohort: Cohort, circle: Circle) -> Post:
    """What a host does: one question."""
    return Post(
        slot=f"circle-host/{circle.id}/{circle.week}",
        summary=say("circles.hosting.summary", "You host your circle this week"),
        purpose=say("circles.hosting.purpose", "Everyone in your circle hosts by turns."),
        blocks=(
            Heading(say("circles.hosting.title", "Ask your circle one question")),
            Text(
                say(
                    "circles.hosting.text",
                    "That is all a host in {name} does. For example:",
                    name=cohort.name,
                )
            ),
            Text(phrase_of(circle.idea)),
            Buttons(
                (
                    OpenForm(
                        say("circles.ask", "Ask a question"),
                        "circles.ask",
                        about(circle),
                        "primary",
                    ),
                    Press(say("circles.pass", "Not this week"), "circles.pass", about(circle)),
                )
            ),
        ),
    )


# --- a small circle -----------------------------------------------------------------------------


async def small_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """To whoever leads: a circle of which few are left."""
    circle = await moment.read.get(Circle, subject(slot))
    cohort = await moment.read.get(Cohort, circle.cohort) if circle else None
    if circle is None or cohort is None or not leads(cohort, viewer.person):
        return None
    if not dwindled(circle) or not awake(cohort, moment.now):
        return None
    return replace(small(cohort, circle), slot=slot)


def small(cohort: Cohort, circle: Circle) -> Post:
    """Merge it, or leave it."""
    return Post(
        slot=f"circle-small/{circle.id}",
        summary=say("circles.small.summary", "A circle of your cohort has become small"),
        purpose=say("circles.dry.purpose", "Because you lead this cohort."),
        blocks=(
            Text(few_left(circle)),
            Buttons((merge(circle), leave(circle))),
        ),
    )


def few_left(circle: Circle) -> Phrase:
    """That few are left in it."""
    return say(
        "circles.small",
        "Circle {n} has {left} people left. Another circle could take them in.",
        n=circle.number,
        left=len(circle.people),
    )


def merge(circle: Circle) -> Press:
    """Puts its people into another one."""
    label = say("circles.merge", "Join circle {n} with another", n=circle.number)
    return Press(label, "circles.merge", at(circle, **about(circle)))


def leave(circle: Circle) -> Press:
    """It stays as it is."""
    return Press(say("circles.keep", "Leave it"), "circles.keep", at(circle, **about(circle)))


def to_mine(cohort: Cohort) -> Press:
    """The way to one’s own circle."""
    return Press(say("circles.mine", "My circle"), "circles.mine", {"cohort": cohort.id})


# --- sentences ----------------------------------------------------------------------------------

DRAWING = say("circles.drawing", "I’m drawing them. You get a proposal that only you see.")
TOO_FEW = say("circles.too-few", "Circles are for twenty members and more.")
RUNNING = say("circles.running", "The circles have started already.")
NONE_YET = say("circles.none-yet", "There are no circles to look at yet.")
STARTED = say("circles.started", "They start. Everyone hears of their circle at a good hour.")
AGAIN = say("circles.again", "I draw again. The new proposal comes to you.")
NOT_IN = say("circles.not-in", "You are in no circle here.")
WAITING = say("circles.waiting", "You get a circle as soon as there is room in one.")
SHARED = say("circles.shared", "Thank you. Your circle sees it, and nobody else.")
ASKED_IT = say("circles.asked", "Your circle has your question. Thank you for hosting.")
NOT_HOST = say("circles.not-host", "Somebody else hosts your circle this week.")
PASSED = say("circles.passed", "That’s fine. Somebody else hosts this week.")
MERGED = say("circles.merged", "Done. They hear of their new circle.")
NO_ROOM = say("circles.no-room", "No other circle can take them in, so nothing has changed.")
KEPT = say("circles.kept", "It stays as it is.")
GONE = say("circles.gone", "I can’t find that circle any more.")

_CIRCLE = replace(
    proposed("sample", 1, 3, ("ada", "bo", "cem"), Reasons(teams=3, hours=1)),
    version=1,
    state="running",
)
_NAMES = ("Ada Example", "Bo Sample", "Cem Sample")
_DRAWN = Arrangement(
    id="sample", cohort="sample", version=1, state="proposed", circles=4, people=33
)
_HOSTED = replace(_CIRCLE, host="bo", week=1, idea="rely-on", before=(FIRST,))
_TOLD: Told = (("Bo Sample", "Somebody who reads my notes and says what is missing."),)

EXAMPLES: dict[str, Post] = {
    "circles.new": card(SAMPLE, _CIRCLE, _NAMES, "", ()),
    "circles.card": card(SAMPLE, _HOSTED, _NAMES, "Bo Sample", _TOLD),
    "circles.dry": dry(SAMPLE, _DRAWN, ((_CIRCLE, ", ".join(_NAMES)),), "cursor"),
    "circles.clash": dry(SAMPLE, _DRAWN, ((replace(_CIRCLE, clash=True), ", ".join(_NAMES)),), ""),
    "circles.near": card(SAMPLE, replace(_CIRCLE, teams=1), _NAMES, "", ()),
    "circles.far": card(SAMPLE, replace(_CIRCLE, hours=5), _NAMES, "", ()),
    "circles.running": running(SAMPLE, replace(_DRAWN, state="running")),
    "circles.hosting": hosting(SAMPLE, _HOSTED),
    "circles.small": small(SAMPLE, _CIRCLE),
}
