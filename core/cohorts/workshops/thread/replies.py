"""Questions that people write as a reply below the card; editing or deleting one counts too."""

from core.cohorts.access import closed, joined
from core.cohorts.model import Cohort
from core.cohorts.posts import JOIN_FIRST
from core.cohorts.workshops.model import Workshop
from core.cohorts.workshops.thread import posts
from core.cohorts.workshops.thread.model import (
    Leftover,
    asked,
    clean,
    kept,
    leftover_id,
    taken_back,
)
from core.engine.ports import Changes, Done, Event, Moment, Shown
from core.people.model import Person, by_account

FEW = 5
SLOT = "workshop-after/"


async def replied(event: Event, moment: Moment, me: Person) -> Changes | None:
    """The first reply is the question; later ones only when they mention Coterie."""
    workshop = await _above(event, moment)
    if workshop is None:
        return None
    cohort = await moment.read.get(Cohort, workshop.cohort)
    if cohort is None or closed(cohort, moment) or not await joined(moment, cohort, me):
        return _answer(event, JOIN_FIRST_DONE)
    was = await moment.read.get(Leftover, leftover_id(workshop.id, me.id))
    text = clean(event.text)
    if not text or (was is not None and not event.mentioned):
        return Changes()
    new = asked(workshop, me.id, text, moment.now, was=was, message=_message(event))
    return kept(cohort, new, was) + _answer(event, Done(posts.KEPT))


async def edited(event: Event, moment: Moment) -> Changes:
    """The question becomes what its message says now."""
    was, workshop, cohort = await _kept(event, moment)
    text = clean(event.text)
    if was is None or workshop is None or cohort is None or not text or text == was.text:
        return Changes()
    new = asked(workshop, was.person, text, was.at, was=was, message=was.message)
    return kept(cohort, new, was)


async def deleted(event: Event, moment: Moment) -> Changes:
    """The question goes with its message."""
    was, _, cohort = await _kept(event, moment)
    return taken_back(cohort, was) if was else Changes()


async def _above(event: Event, moment: Moment) -> Workshop | None:
    """The workshop whose card the thread hangs below."""
    if event.origin is None or not event.origin.thread:
        return None
    found = await moment.read.find(Shown, ref=event.origin.thread, limit=FEW)
    for shown in found.items:
        if shown.address == event.origin.place and shown.slot.startswith(SLOT):
            return await moment.read.get(Workshop, shown.slot.removeprefix(SLOT))
    return None


async def _kept(
    event: Event, moment: Moment
) -> tuple[Leftover | None, Workshop | None, Cohort | None]:
    """The question that a message is, if it is still the message of whoever asked it."""
    message = _message(event)
    page = await moment.read.find(Leftover, message=message, limit=1) if message else None
    found = page.items[0] if page and page.items else None
    if found is None:
        return None, None, None
    author = await by_account(moment.read, event.by.account) if event.by else None
    if author is not None and author.id != found.person:
        return None, None, None
    workshop = await moment.read.get(Workshop, found.workshop)
    return found, workshop, await moment.read.get(Cohort, found.cohort)


def _message(event: Event) -> str:
    if event.origin is None or not event.origin.message:
        return ""
    return f"{event.origin.place}|{event.origin.message}"


def _answer(event: Event, reply: Done) -> Changes:
    """Answers who spoke to Coterie, and nobody else."""
    return Changes(reply=reply) if event.mentioned else Changes()


JOIN_FIRST_DONE = Done(JOIN_FIRST)
