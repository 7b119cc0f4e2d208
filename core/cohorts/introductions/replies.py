"""Answers that people write as a reply below the card; editing or deleting one counts too."""

from core.cohorts.access import closed, joined
from core.cohorts.introductions import posts
from core.cohorts.introductions.model import (
    Introduction,
    Round,
    answer_id,
    clean,
    given,
    said,
    taken_back,
)
from core.cohorts.model import Cohort
from core.cohorts.posts import JOIN_FIRST
from core.engine.ports import Changes, Done, Event, Moment, Shown
from core.people.model import Person, by_account

FEW = 5


async def replied(event: Event, moment: Moment, me: Person) -> Changes | None:
    """The first reply is the answer; later ones only when they mention Coterie."""
    id = await above(event, moment, "intro")
    round = await moment.read.get(Round, id) if id else None
    if round is None:
        return None
    cohort = await moment.read.get(Cohort, round.cohort)
    if cohort is None or closed(cohort, moment) or not await joined(moment, cohort, me):
        return _answer(event, Done(JOIN_FIRST))
    if round.state == "closed":
        return _answer(event, Done(posts.TOO_LATE))
    was = await moment.read.get(Introduction, answer_id(round.id, me.id))
    text = clean(event.text)
    if not text or (was is not None and was.said == "given" and not event.mentioned):
        return Changes()
    new = said(round, me.id, text, moment.now, was=was, message=message_of(event))
    note = posts.HIDDEN if new.said == "hidden" else posts.SHARED
    return given(cohort, round, new, was) + _answer(event, Done(note))


async def edited(event: Event, moment: Moment) -> Changes:
    """The answer becomes what its message says now."""
    was, round, cohort = await _kept(event, moment)
    text = clean(event.text)
    if was is None or round is None or cohort is None or not text or text == was.text:
        return Changes()
    new = said(round, was.person, text, was.at, was=was, message=was.message)
    return given(cohort, round, new, was)


async def deleted(event: Event, moment: Moment) -> Changes:
    """The answer goes with its message."""
    was, _, cohort = await _kept(event, moment)
    return taken_back(cohort, was, moment.now) if was and cohort else Changes()


async def above(event: Event, moment: Moment, kind: str) -> str:
    """What the card of this kind shows below which the thread hangs, "" for another thread."""
    if event.origin is None or not event.origin.thread:
        return ""
    found = await moment.read.find(Shown, ref=event.origin.thread, limit=FEW)
    for shown in found.items:
        if shown.address == event.origin.place and shown.slot.startswith(f"{kind}/"):
            return shown.slot.partition("/")[2]
    return ""


async def _kept(
    event: Event, moment: Moment
) -> tuple[Introduction | None, Round | None, Cohort | None]:
    """The answer that a message is, if it is still the message of whoever gave it."""
    message = message_of(event)
    found = (
        (await moment.read.find(Introduction, message=message, limit=1)).items if message else ()
    )
    if not found:
        return None, None, None
    author = await by_account(moment.read, event.by.account) if event.by else None
    if author is not None and author.id != found[0].person:
        return None, None, None
    round = await moment.read.get(Round, found[0].round)
    return found[0], round, await moment.read.get(Cohort, found[0].cohort)


def message_of(event: Event) -> str:
    """Which message it is, as it is kept."""
    if event.origin is None or not event.origin.message:
        return ""
    return f"{event.origin.place}|{event.origin.message}"


def _answer(event: Event, reply: Done) -> Changes:
    """Answers who spoke to Coterie, and nobody else."""
    return Changes(reply=reply) if event.mentioned else Changes()
