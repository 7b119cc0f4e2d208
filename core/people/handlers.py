"""How an answer reaches one person and nobody else; what every handler of this slice uses."""

from core.engine.ports import (
    Card,
    Changes,
    Deliver,
    Done,
    Event,
    Job,
    Moment,
    Say,
    Show,
    Shown,
    ToPerson,
    Viewer,
)
from core.message import Phrase, Post, Text
from core.people import posts
from core.people.model import Person, acquaint, by_account, viewer

STRANGER = Viewer(person="stranger")


def privately(event: Event, moment: Moment, me: Person, post: Post) -> Changes:
    """The post to whoever asked; in the open, only a word that it went into their own chat."""
    if alone(event):
        return Changes(reply=Say(post))
    return Changes(jobs=(to_person(moment, me, post),), reply=Done(posts.privately()))


def to_person(moment: Moment, me: Person, post: Post, part: int = 1) -> Job:
    """The job that brings somebody what they asked for."""
    key = f"private/{moment.id('private', part)}"
    return Job(key=key, work=Deliver(ToPerson(me.id), post), weight="answer")


def sentence(phrase: Phrase) -> Post:
    """A message of one sentence."""
    return Post(summary=phrase, blocks=(Text(phrase),))


def told(changes: Changes, me: Person) -> bool:
    """Whether somebody is answered in their private chat."""
    works = [job.work for job in changes.jobs if job.weight == "answer"]
    targets = [work.target for work in works if isinstance(work, Deliver | Show)]
    return any(isinstance(to, ToPerson) and to.person == me.id for to in targets)


def redrawn(event: Event, moment: Moment, me: Person, post: Post, note: Phrase) -> Changes:
    """The pressed card as it stands now; else a sentence, which in the open is not for all."""
    if event.source == "message":
        return Changes(reply=Done(note)) if alone(event) else privately(event, moment, me, post)
    pressed = event.origin.slot if event.origin else ""
    if pressed and pressed == post.slot:
        return Changes(reply=Card(post, note))
    return Changes(reply=Done(note))


def alone(event: Event) -> bool:
    """Whether only the actor reads what is answered."""
    return event.origin is not None and event.origin.private


async def eyes(event: Event, moment: Moment, me: Person | None, slot: str) -> Viewer:
    """Whose eyes look at a card that a button names.

    Where it stands in the open, everybody's; else their own, whatever the button says.
    """
    if event.origin is not None and not alone(event):
        stands = await moment.read.get(Shown, f"{event.origin.place}|{slot}")
        if stands is not None and not stands.withdrawn:
            return Viewer()
    return viewer(me) if me else STRANGER


async def thanked(event: Event, moment: Moment, me: Person) -> Changes:
    """Somebody says thanks."""
    return Changes(reply=Done(posts.welcome()))


async def changed(event: Event, moment: Moment) -> Changes:
    """A platform says who somebody is now; whom we never met stays a stranger."""
    changes = Changes()
    for actor in event.people:
        if await by_account(moment.read, actor.account):
            changes += (await acquaint(event.org, actor, moment, active=False))[1]
    return changes
