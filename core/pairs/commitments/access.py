"""Who may do what with a promise: only who made it."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import wraps
from typing import NamedTuple

from msgspec.structs import replace

from core.cohorts.access import Handler, privately, refused
from core.cohorts.model import Cohort
from core.engine.ports import Card, Changes, Done, Event, Moment
from core.message import Phrase, Post
from core.pairs.commitments import posts
from core.pairs.commitments.days import today
from core.pairs.commitments.model import Commitment, rhythm_of
from core.people.model import Person

OURS = frozenset(
    ("", "commit-ask", "promise", "checkin", "checkin-last", "checkin-quiet", "cheer", "followup")
)


class Act(NamedTuple):
    """Somebody does something about a promise of their own."""

    event: Event
    moment: Moment
    me: Person
    cohort: Cohort
    one: Commitment

    @property
    def today(self) -> date:
        """The day that it is where they are."""
        return today(self.moment.now, rhythm_of(self.me, self.cohort).zone)


Owned = Callable[[Act], Awaitable[Changes]]


def for_owner(do: Owned) -> Handler:
    """Whoever made the promise that a button names, also when the cohort is over."""

    @wraps(do)
    async def checked(event: Event, moment: Moment, me: Person) -> Changes:
        one = await moment.read.get(Commitment, event.args.get("commitment", ""))
        cohort = await moment.read.get(Cohort, one.cohort) if one else None
        if one is None or cohort is None:
            return refused(posts.GONE)
        if one.person != me.id:
            return refused(posts.NOT_YOURS)
        return await do(Act(event, moment, me, cohort, one))

    return checked


def turned(event: Event, post: Post, note: Phrase) -> Changes:
    """The card that was pressed becomes this one; where others read along, only a sentence.

    A card that shows more than this promise is drawn anew instead.
    """
    if event.origin is None or not event.origin.private:
        return Changes(reply=Done(note))
    if event.origin.slot.partition("/")[0] not in OURS:
        return Changes(reply=Done(note, redraws=True))
    return Changes(reply=Card(replace(post, slot=event.origin.slot), note))


def read_back(event: Event, me: Person, post: Post, note: Phrase) -> Changes:
    """The same, and where others read along it comes in private."""
    if event.origin is not None and event.origin.private:
        return turned(event, post, note)
    return privately(event, me, post)
