"""What somebody has sent, newest first, and one of them again."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.access import privately, refused
from core.cohorts.words import ASKED
from core.courses.model import Send, desk_slot
from core.courses.sending import sentences
from core.courses.sending.going import answering
from core.courses.sending.posts import STATES
from core.courses.sending.samples import SEND
from core.courses.sending.views import drawn
from core.engine.ports import Card, Changes, Event, Moment
from core.message import Bullets, Buttons, Heading, OpenForm, Phrase, Post, Press, Text, When, say
from core.people.model import Person

SHOWN = 5


async def look(event: Event, moment: Moment, me: Person) -> Changes:
    """The card of a send, as a new message."""
    it = await moment.read.get(Send, event.args.get("id", ""))
    if it is None or not await answering(moment, it, me):
        return refused(sentences.GONE)
    slot = f"{desk_slot(it.id)}/{moment.id('copy')[:8]}"
    return privately(event, me, await drawn(moment, it, me.id, slot))


async def listed(event: Event, moment: Moment, me: Person) -> Changes:
    """Some of what they sent; the next by a button."""
    after = event.args.get("after", "")
    try:
        page = await moment.read.find(Send, by=me.id, after=after, limit=SHOWN)
    except ValueError:
        return refused(sentences.GONE)
    post = listing(page.items, page.cursor)
    here = after and event.origin is not None and event.origin.private
    return Changes(reply=Card(post)) if here else privately(event, me, post)


def listing(sends: Sequence[Send], after: str = "") -> Post:
    """Each with its state, and the button that shows it."""
    buttons = [
        Press(_number(n), "courses.look", {"id": it.id, "send": it.id})
        for n, it in enumerate(sends, 1)
    ]
    if after:
        more = say("courses.sending.list.more", "Older")
        buttons.append(Press(more, "courses.list", {"after": after}))
    none = say("courses.sending.list.none", "You haven’t sent a course link yet.")
    new = OpenForm(say("courses.sending.send", "Send a course link"), "courses.send", {}, "primary")
    return Post(
        summary=say("courses.sending.list.summary", "The course links that you sent"),
        purpose=ASKED,
        blocks=(
            Heading(say("courses.sending.list.title", "Your course links")),
            Bullets(tuple(map(_line, sends)), numbered=True) if sends else Text(none),
            Buttons(tuple(buttons) if sends else (new,)),
        ),
    )


def _number(n: int) -> Phrase:
    return say("courses.sending.list.look", "See {n}", n=n)


def _line(it: Send) -> Phrase:
    return say(
        "courses.sending.list.line",
        "{title}, {when}. {state}",
        title=it.courses[0].title,
        when=When(it.made),
        state=STATES[it.state],
    )


EXAMPLES: dict[str, Post] = {
    "courses.sending.list": listing((SEND, replace(SEND, state="sent")), "cursor"),
    "courses.sending.list.none": listing(()),
}
