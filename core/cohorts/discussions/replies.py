"""Answers that people write as a reply below the card; editing or deleting one counts too."""

from msgspec.structs import replace

from core.cohorts.access import closed, joined
from core.cohorts.discussions import posts
from core.cohorts.discussions.handlers import fresh, said_enough
from core.cohorts.discussions.model import (
    Contribution,
    Discussion,
    clean,
    given,
    taken_back,
    unheard,
)
from core.cohorts.introductions.replies import above, message_of
from core.cohorts.model import Cohort
from core.cohorts.posts import JOIN_FIRST
from core.engine.ports import Changes, Done, Event, Moment
from core.people.model import Person, by_account


async def replied(event: Event, moment: Moment, me: Person) -> Changes | None:
    """What a member writes below the card is an answer."""
    id = await above(event, moment, "discussion")
    it = await moment.read.get(Discussion, id) if id else None
    if it is None:
        return None
    cohort = await moment.read.get(Cohort, it.cohort)
    if cohort is None or closed(cohort, moment) or not await joined(moment, cohort, me):
        return _answer(event, Done(JOIN_FIRST))
    text = clean(event.text)
    if it.state == "closed" or it.hidden or not text:
        return _answer(event, Done(posts.TOO_LATE)) if text else Changes()
    if await said_enough(moment, it, me.id):
        return _answer(event, Done(posts.OFTEN))
    new = fresh(moment, it, me.id, text, message_of(event))
    return given(cohort, it, new, None) + _answer(event, Done(posts.SHARED))


async def edited(event: Event, moment: Moment) -> Changes:
    """The answer becomes what its message says now."""
    was, it, cohort = await _kept(event, moment)
    text = clean(event.text)
    if was is None or it is None or cohort is None or not text or text == was.text:
        return Changes()
    return given(cohort, it, replace(was, text=text), was)


async def deleted(event: Event, moment: Moment) -> Changes:
    """The answer goes with its message."""
    was, _, cohort = await _kept(event, moment)
    if was is None:
        return Changes()
    return taken_back(cohort, was) + await unheard(moment.read, (was,))


async def _kept(
    event: Event, moment: Moment
) -> tuple[Contribution | None, Discussion | None, Cohort | None]:
    """The answer that a message is, if it is still the message of whoever gave it."""
    message = message_of(event)
    rows = (await moment.read.find(Contribution, message=message, limit=1)) if message else None
    if rows is None or not rows.items:
        return None, None, None
    found = rows.items[0]
    author = await by_account(moment.read, event.by.account) if event.by else None
    if author is not None and author.id != found.person:
        return None, None, None
    it = await moment.read.get(Discussion, found.discussion)
    return found, it, await moment.read.get(Cohort, found.cohort)


def _answer(event: Event, reply: Done) -> Changes:
    """Answers who spoke to Coterie, and nobody else."""
    return Changes(reply=reply) if event.mentioned else Changes()
