"""What is said of courses that are open: reminders with an end, and the list of what is open."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from msgspec import Struct

from core.cohorts.model import subject
from core.courses.assigning.model import RUNGS, Reminding, heeds
from core.courses.learning.model import known
from core.courses.learning.posts import DONE, HOLD, OPEN, page_of
from core.courses.model import Audience, Course, Send
from core.engine.gate import zone_of
from core.engine.ports import Moment, Viewer
from core.message import (
    Block,
    Bold,
    Button,
    Buttons,
    Day,
    Form,
    Heading,
    Link,
    Phrase,
    Post,
    Press,
    Text,
    say,
    verbatim,
)

SHOWN = 5
GONE = say("courses.assigning.gone", "That link is no longer here, or it was not for you.")
QUIET = say(
    "courses.assigning.quiet",
    "I won’t remind you of this one again. Write courses to find it.",
)
ON_ITS_WAY = say("courses.assigning.on-its-way", "It’s on its way to you.")
THERE = say("courses.assigning.there", "You have it already.")
NO_COHORT = say(
    "courses.assigning.no-cohort", "Only what was sent to a cohort can wait for later members."
)
NOT_SENT = say(
    "courses.assigning.not-sent", "It has not gone out yet. You can say so when you plan it."
)
FOR_ALL = say(
    "courses.assigning.for-all",
    "Whoever joins later gets it too, and so does every member who has not got it yet.",
)
FOR_NOW = say("courses.assigning.for-now", "Whoever joins from now on does not get it.")
STOP = say("courses.assigning.stop", "Stop reminding me of this")
BRING = say("courses.assigning.bring", "Bring it to me")


class Row(Struct, frozen=True, kw_only=True):
    """One link that is open for somebody."""

    send: Send
    at: int = 0
    brought: bool = True


def ways(send: Send, person: str, at: int) -> tuple[Button, ...]:
    """What somebody can do with a link that is open for them."""
    return (
        Link(OPEN, page_of(send, person)),
        Press(DONE, "courses.done", {"send": send.id, "step": str(at)}),
    )


def hold(send: Send, person: str) -> Button:
    """A place for it in their calendar."""
    return Link(HOLD, url=f"/m/hold-{send.id}-{person}.ics")


def named(send: Send, at: int) -> Phrase:
    """Its title; of a path, also which step."""
    title = Bold(send.courses[at].title)
    if len(send.courses) == 1:
        return say("courses.assigning.title", "{title}", title=title)
    return say(
        "courses.assigning.of",
        "{title}, {n} of {of}",
        title=title,
        n=at + 1,
        of=len(send.courses),
    )


# --- a reminder -----------------------------------------------------------------------------------


def remind_slot(told: Reminding) -> str:
    """The slot of somebody's latest reminder: each is a message of its own."""
    return f"course-remind/{told.send}/{told.rungs}/{told.person}"


async def remind_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """As long as it still matters to who reads it."""
    send = await moment.read.get(Send, subject(slot))
    if send is None or send.due is None or not viewer.person:
        return None
    if not await heeds(moment, send, viewer.person):
        return None
    learning = await known(moment.read, send, viewer.person)
    at = min(learning.at, len(send.courses) - 1)
    today = moment.now.astimezone(zone_of(viewer.zone)).date()
    last = slot.split("/")[2:3] == [str(len(RUNGS))]
    row = Row(send=send, at=at)
    return reminder(slot, row, viewer.person, send.due, late=today > send.due, last=last)


def reminder(slot: str, row: Row, person: str, due: date, *, late: bool, last: bool) -> Post:
    """What is open, until when, and the way out."""
    words = (
        say(
            "courses.assigning.was-due",
            "It was to be done by {day}. Weeks get full; if it’s still of use, here it is.",
            day=Day(due),
        )
        if late
        else say("courses.assigning.is-due", "Still open for you, until {day}.", day=Day(due))
    )
    only = say("courses.assigning.last", "This is the last reminder of it.")
    stop = Press(STOP, "courses.quiet", {"send": row.send.id})
    return Post(
        slot=slot,
        summary=say("courses.assigning.summary", "A course that is open for you"),
        purpose=verbatim(row.send.purpose) if row.send.purpose else None,
        blocks=(
            Heading(say("courses.assigning.heading", "Still open")),
            Text(named(row.send, row.at)),
            Text(words),
            *((Text(only, subtle=True),) if last else ()),
            Buttons((*ways(row.send, person, row.at), hold(row.send, person), stop)),
        ),
    )


# --- what is open for me --------------------------------------------------------------------------


def mine(slot: str, person: str, rows: Sequence[Row], today: date) -> Post:
    """The list, the most urgent first."""
    rest = len(rows) - SHOWN
    more = say("courses.assigning.rest", "And {n} more, once one of these is done.", n=rest)
    none = say(
        "courses.assigning.none", "Nothing is open for you. What you are sent shows up here."
    )
    blocks: list[Block] = [Heading(say("courses.assigning.mine", "Open for you"))]
    for row in rows[:SHOWN]:
        blocks += _row(row, person, today)
    if rest > 0:
        blocks.append(Text(more, subtle=True))
    return Post(
        slot=slot,
        summary=say("courses.assigning.mine.summary", "The courses that are open for you"),
        purpose=say("courses.assigning.mine.why", "Because you asked what is open."),
        blocks=tuple(blocks) if rows else (*blocks, Text(none)),
    )


def _row(row: Row, person: str, today: date) -> tuple[Block, ...]:
    bring = (Press(BRING, "courses.bring", {"send": row.send.id}),)
    moves = ways(row.send, person, row.at) if row.brought else bring
    return (Text(_line(row, today)), Buttons(moves))


def _line(row: Row, today: date) -> Phrase:
    name, due = named(row.send, row.at), row.send.due
    minutes = row.send.courses[row.at].minutes
    lasts = (
        say("courses.assigning.minutes", "{name}, {n} minutes", name=name, n=minutes)
        if minutes
        else name
    )
    if due is None:
        return lasts
    if due < today:
        return say(
            "courses.assigning.line.late", "{name}. It was due {day}.", name=lasts, day=Day(due)
        )
    return say("courses.assigning.line", "{name}. Until {day}.", name=lasts, day=Day(due))


# --- examples -------------------------------------------------------------------------------------

_COURSE = Course(
    catalogue="demo",
    id="feedback",
    url="https://courses.example.org/feedback",
    title="Feedback that lands",
    minutes=12,
    provider="Demo catalogue",
)
_SEND = Send(
    id="s1",
    by="ada",
    made=datetime(2026, 3, 2, 9, tzinfo=UTC),
    rank="1",
    courses=(_COURSE,),
    state="sent",
    purpose="For Thursday’s workshop: how to open a difficult talk.",
    question="Which sentence could you say this week?",
    audience=Audience(kind="cohort", ids=("c1",), name="Better handovers"),
    due=date(2026, 3, 12),
)
_PATH = Send(
    id="s2",
    by="ada",
    made=datetime(2026, 3, 2, 9, tzinfo=UTC),
    rank="2",
    courses=(
        _COURSE,
        Course(
            catalogue="link",
            id="l1",
            url="https://videos.example.org/1",
            title="Listening, a film",
        ),
    ),
)
EXAMPLES: dict[str, Post | Form] = {
    "courses.assigning.reminder": reminder(
        "course-remind/s1/1/cem", Row(send=_SEND), "cem", date(2026, 3, 12), late=False, last=False
    ),
    "courses.assigning.last": reminder(
        "course-remind/s1/3/cem", Row(send=_SEND), "cem", date(2026, 3, 12), late=True, last=True
    ),
    "courses.assigning.mine": mine(
        "courses-mine/cem/1",
        "cem",
        (Row(send=_SEND), Row(send=_PATH, at=1, brought=False)),
        date(2026, 3, 9),
    ),
    "courses.assigning.nothing": mine("courses-mine/cem/1", "cem", (), date(2026, 3, 9)),
}
