"""Opening one’s home, and pressing what stands there."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from core.engine.ports import (
    Card,
    Changes,
    Done,
    Event,
    Job,
    Moment,
    Reply,
    Say,
    ToPlace,
    Viewer,
    show,
)
from core.message import Block, Button, Post
from core.people.handlers import sentence, to_person, told
from core.people.home import posts
from core.people.hours.model import as_of
from core.people.model import Person, acquaint, of

Section = Callable[[Moment, Person], Awaitable[Sequence[Block]]]


async def opened(event: Event, moment: Moment) -> Changes:
    """Somebody looks at their home: it is drawn as things stand."""
    if event.by is None or not at_home(event):
        return Changes()
    me, met = await acquaint(event.org, event.by, moment)
    return met + Changes(jobs=(_drawn(event, moment, me),))


async def home_view(
    sections: Sequence[Section],
    offers: Sequence[Button],
    moment: Moment,
    slot: str,
    viewer: Viewer,
) -> Post | None:
    """The home of the person whom the slot names, for nobody else’s eyes."""
    person = await of(moment.read, slot.partition("/")[2])
    if person is None or person.erased or viewer.person not in ("", person.id):
        return None
    blocks = [block for section in sections for block in await section(moment, person)]
    return posts.home(as_of(person, moment.now), blocks, offers)


def at_home(event: Event) -> bool:
    """Whether it happened in the home of whoever did it."""
    if event.by is None or event.origin is None:
        return False
    return event.origin.place == home_of(event.by.account)


def home_of(account: str) -> str:
    """The place that is the home of an account."""
    tenant, _, user = account.rpartition(":")
    return f"{tenant}:home-{user}"


def indoors(event: Event) -> Event:
    """Nobody else is at home."""
    if event.origin is None or event.origin.private or not at_home(event):
        return event
    return replace(event, origin=replace(event.origin, private=True))


def outdoors(event: Event, moment: Moment, me: Person, changes: Changes) -> Changes:
    """A home takes no messages: what is said goes into the private chat, and home is redrawn.

    Where a press at home counts as one in the private chat, only what that may have changed.
    """
    if not at_home(event):
        behind = _called_there(event, me) and _unseen(event, changes.reply)
        return changes + Changes(jobs=(_drawn(event, moment, me),) if behind else ())
    changes += Changes(jobs=(_drawn(event, moment, me),))
    if not isinstance(changes.reply, Say | Card | Done):
        return changes
    post = _words(changes.reply)
    jobs = (to_person(moment, me, post),) if post and not told(changes, me) else ()
    return replace(changes, reply=None) + Changes(jobs=jobs)


def _called_there(event: Event, me: Person) -> bool:
    return event.origin is not None and event.origin.slot == f"home/{me.id}"


def _unseen(event: Event, reply: Reply | None) -> bool:
    """Whether the answer does not bring the home along as it is now."""
    return event.source == "form" or not isinstance(reply, Done | Card)


def _words(reply: Reply) -> Post | None:
    """What is said as a message of its own; a home is no message."""
    match reply:
        case Say(post) | Card(post) if not post.slot.startswith("home/"):
            return post
        case Done(phrase) | Card(_, phrase) if phrase is not None:
            return sentence(phrase)
        case _:
            return None


def _drawn(event: Event, moment: Moment, me: Person) -> Job:
    """At once: somebody is looking at it."""
    place = home_of(event.by.account if event.by else "")
    return show(ToPlace(place), f"home/{me.id}", due=moment.now, weight="answer")
