"""The next of a path, to whom it opens unasked."""

from datetime import UTC, datetime

from core.cohorts.model import subject
from core.courses.assigning.model import heeds
from core.courses.assigning.posts import hold, named, ways
from core.courses.learning.model import known
from core.courses.model import Course, Learning, Send
from core.courses.paths import forms
from core.courses.paths.model import opened
from core.engine.ports import Moment, Viewer
from core.message import Buttons, Form, Heading, Post, Text, say, verbatim


def next_slot(learning: Learning, step: int) -> str:
    """The slot of a step that opens: a message of its own, since nobody looks for an old one."""
    return f"course-next/{learning.send}/{step}/{learning.person}"


async def next_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """As long as it is the newest and they have not done it."""
    send = await moment.read.get(Send, subject(slot))
    if send is None or not viewer.person or not await heeds(moment, send, viewer.person):
        return None
    learning = await known(moment.read, send, viewer.person)
    at = opened(learning)
    if slot.split("/")[2:3] != [str(at)] or at >= len(send.courses) or learning.steps[at].done:
        return None
    return opens(slot, send, viewer.person, at)


def opens(slot: str, send: Send, person: str, at: int) -> Post:
    """What it is, how long it takes, and the way there."""
    minutes = send.courses[at].minutes
    lasts = (Text(say("courses.paths.minutes", "{n} minutes.", n=minutes)),) if minutes else ()
    return Post(
        slot=slot,
        summary=say("courses.paths.summary", "The next course of your path is open"),
        purpose=verbatim(send.purpose) if send.purpose else None,
        blocks=(
            Heading(say("courses.paths.next", "The next one is open")),
            Text(named(send, at)),
            *lasts,
            Buttons((*ways(send, person, at), hold(send, person))),
        ),
    )


_SEND = Send(
    id="s1",
    by="ada",
    made=datetime(2026, 3, 2, 9, tzinfo=UTC),
    rank="1",
    purpose="Three short films before we meet.",
    courses=tuple(
        Course(
            catalogue="link",
            id=f"l{n}",
            url=f"https://videos.example.org/{n}",
            title=title,
            minutes=9,
        )
        for n, title in enumerate(("Why it matters", "Listening, a film", "What to say next"))
    ),
)
EXAMPLES: dict[str, Post | Form] = {
    "courses.paths.next": opens("course-next/s1/1/cem", _SEND, "cem", 1),
    "courses.paths.add": forms.add_form({"send": "s1"}),
    "courses.paths.add.wrong": forms.add_form({"send": "s1"}, "nowhere", forms.NO_LINK),
    "courses.paths.order": forms.order_form(_SEND),
}
