"""Who was not reached, in words: a page of them, the call in a channel, the list to copy."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from core.cohorts.words import ASKED, calling
from core.courses.audience.posts import listed
from core.courses.model import Send
from core.courses.sending.samples import SEND
from core.message import (
    Bullets,
    Button,
    Buttons,
    Heading,
    Link,
    Phrase,
    Post,
    Press,
    Text,
    say,
    verbatim,
)

SHOWN = 10
COPIED = 50
WHY: Mapping[str, Phrase] = {
    "not_installed": say("courses.sending.why.not-installed", "has no chat with me"),
    "blocked": say("courses.sending.why.blocked", "has blocked me"),
    "stopped": say("courses.sending.why.stopped", "asked for no messages"),
    "silent": say("courses.sending.why.silent", "did not answer three messages in a row"),
    "left": say("courses.sending.why.left", "has left the cohort"),
    "guest": say("courses.sending.why.guest", "is a guest, and the cohort is without guests"),
    "gone": say("courses.sending.why.gone", "is no longer here"),
    "twice": say("courses.sending.why.twice", "was on the list twice"),
    "unknown": say("courses.sending.why.unknown", "belongs to nobody I know"),
    "expired": say("courses.sending.why.expired", "it was too late"),
    "place": say("courses.sending.why.place", "Coterie is not there"),
}
FAILED = say("courses.sending.why.failed", "it could not be delivered")


class Missed(Struct, frozen=True, kw_only=True):
    """Somebody who was not reached, and why, in one word; `name` "" for who is gone."""

    name: str
    why: str
    person: str = ""
    mail: str = ""


class Missing(Struct, frozen=True, kw_only=True):
    """Some of them; `after` asks for more and is "" after the last."""

    rows: tuple[Missed, ...] = ()
    after: str = ""


def missed(it: Send, found: Missing, *, mention: bool) -> Post:
    """A page of them with reasons, and what can be done about it."""
    args = {"id": it.id, "send": it.id}
    on = Press(
        say("courses.sending.missed.more", "More"),
        "courses.unreached",
        {**args, "after": found.after},
    )
    call = Press(say("courses.sending.mention", "Mention them once"), "courses.mention", args)
    copy = Press(say("courses.sending.copy", "List to copy"), "courses.copy", args)
    buttons: tuple[Button, ...] = (
        *((call,) if mention else ()),
        *((copy,) if not it.open else ()),
        *((on,) if found.after else ()),
    )
    return Post(
        summary=say("courses.sending.missed.summary", "Who was not reached"),
        purpose=ASKED,
        blocks=(
            Heading(say("courses.sending.missed.title", "Who was not reached, and why")),
            Bullets(tuple(_line(one) for one in found.rows)),
            *((Buttons(buttons),) if buttons else ()),
        ),
    )


def _line(one: Missed) -> Phrase:
    why = WHY.get(one.why, FAILED)
    someone = say("courses.sending.missed.someone", "somebody")
    return say("courses.sending.missed.line", "{name}: {why}", name=one.name or someone, why=why)


def to_copy(it: Send, found: Missing) -> Post:
    """Names and addresses, one a line."""
    args = {"id": it.id, "send": it.id, "after": found.after}
    on = Press(say("courses.sending.missed.more", "More"), "courses.copy", args)
    lines = [", ".join(dict.fromkeys(filter(None, (one.name, one.mail)))) for one in found.rows]
    text = "\n".join(filter(None, lines))
    return Post(
        summary=say("courses.sending.copy.summary", "A list to copy"),
        purpose=ASKED,
        blocks=(
            Text(verbatim(text)),
            *((Buttons((on,)),) if found.after else ()),
        ),
    )


def calling_for(it: Send, people: Sequence[tuple[str, str]]) -> Post:
    """One message in a channel that calls them, with where the course is."""
    called = listed([say("courses.sending.called", "{who}", who=calling(*one)) for one in people])
    opens = say("courses.sending.calling.open", "{title}", title=it.courses[0].title)
    return Post(
        summary=say("courses.sending.calling.summary", "A course link for some of you"),
        purpose=verbatim(it.purpose),
        blocks=(
            Text(
                say(
                    "courses.sending.calling",
                    "{people}: this is for you, and I have no chat with you to bring it to.",
                    people=called,
                )
            ),
            Buttons((Link(opens, it.courses[0].url),)),
        ),
    )


_ROWS = (
    Missed(name="Ada Example", why="not_installed", person="ada", mail="ada@example.org"),
    Missed(name="Bo Sample", why="stopped", person="bo", mail="bo@example.org"),
    Missed(name="cem@example.org", why="unknown", mail="cem@example.org"),
    Missed(name="", why="gone"),
)
_SOME = Missing(rows=_ROWS, after="skipped|")

EXAMPLES: dict[str, Post] = {
    "courses.sending.missed": missed(SEND, _SOME, mention=True),
    "courses.sending.copied": to_copy(SEND, _SOME),
    "courses.sending.calling": calling_for(SEND, [("ada", "Ada Example"), ("bo", "Bo Sample")]),
}
