"""Ideas that people write as a reply below the card; editing or deleting one counts too."""

from msgspec.structs import replace

from core.challenges.cards import changed, own_slot
from core.challenges.finding import JOIN_FIRST, whole
from core.challenges.ideas import posts
from core.challenges.ideas.model import clean, given, removed, spent
from core.challenges.model import Challenge, Idea, idea_of, pair_id
from core.challenges.posts import MOVED_ON
from core.cohorts.access import closed, joined
from core.cohorts.model import Cohort, subject
from core.engine.ports import Changes, Done, Event, Moment, Shown, ToPerson, show
from core.message import Phrase
from core.people.model import Person, by_account

FEW = 5
WORDS = 3


async def replied(event: Event, moment: Moment, me: Person) -> Changes | None:
    """A first reply of some words is an idea; later ones only when they mention Coterie."""
    one, cohort = await _above(event, moment)
    if one is None or cohort is None:
        return None
    if closed(cohort, moment) or not await joined(moment, cohort, me):
        return _answer(event, JOIN_FIRST)
    if one.state in ("closed", "hidden"):
        return _answer(event, MOVED_ON)
    return await _heard(event, moment, me, cohort, one)


async def _heard(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    text = clean(event.text)
    if not text or not (event.mentioned or await _is_one(moment, me, one, text)):
        return Changes()
    if await spent(moment, one, me.id):
        return _answer(event, posts.ENOUGH)
    new = idea_of(one, me.id, moment.id("idea"), moment.now)
    new = replace(new, text=text, message=_message(event))
    return await given(moment, cohort, one, new) + _answer(event, posts.SHARED)


async def _is_one(moment: Moment, me: Person, one: Challenge, text: str) -> bool:
    """Not every word near a card is an idea.

    Somebody who asks without a name is heard like everybody else: silence would tell on them.
    """
    few = sum(any(map(str.isalpha, word)) for word in text.split()) < WORDS
    if few or (me.id == one.owner and not one.nameless):
        return False
    before = await moment.read.find(Idea, pair=pair_id(one.id, me.id), limit=1)
    return not before.items


async def edited(event: Event, moment: Moment) -> Changes:
    """The idea becomes what its message says now."""
    was = await _kept(event, moment)
    text = clean(event.text)
    if was is None or not text or text == was.text:
        return Changes()
    one, cohort = await whole(moment, was.challenge)
    if one is None or cohort is None:
        return Changes()
    jobs = (*changed(cohort, one, one), show(ToPerson(one.owner), own_slot(one.id)))
    return Changes(saves=(replace(was, text=text),), jobs=jobs)


async def deleted(event: Event, moment: Moment) -> Changes:
    """The idea goes with its message."""
    was = await _kept(event, moment)
    if was is None:
        return Changes()
    return await removed(moment, await moment.read.get(Cohort, was.cohort), was)


async def _above(event: Event, moment: Moment) -> tuple[Challenge | None, Cohort | None]:
    """The challenge whose card the thread hangs below."""
    if event.origin is None or not event.origin.thread:
        return None, None
    found = await moment.read.find(Shown, ref=event.origin.thread, limit=FEW)
    for shown in found.items:
        if shown.address == event.origin.place and shown.slot.startswith("challenge/"):
            return await whole(moment, subject(shown.slot))
    return None, None


async def _kept(event: Event, moment: Moment) -> Idea | None:
    """The idea that a message is, if it is still the message of whoever had it."""
    message = _message(event)
    found = (await moment.read.find(Idea, message=message, limit=1)).items if message else ()
    if not found:
        return None
    author = await by_account(moment.read, event.by.account) if event.by else None
    return None if author is not None and author.id != found[0].person else found[0]


def _message(event: Event) -> str:
    if event.origin is None or not event.origin.message:
        return ""
    return f"{event.origin.place}|{event.origin.message}"


def _answer(event: Event, phrase: Phrase) -> Changes:
    """Answers who spoke to Coterie, and nobody else."""
    return Changes(reply=Done(phrase)) if event.mentioned else Changes()
