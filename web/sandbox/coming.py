"""What comes next, and for whom, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from cards import plain
from core.cohorts.model import Cohort
from core.engine.ports import (
    Ask,
    Deliver,
    Due,
    Event,
    Job,
    Raise,
    Reader,
    Show,
    Target,
    ToPerson,
    Viewer,
    Withdraw,
    Work,
)
from core.people import model as people
from web.sandbox.model import ROOMS, key_of, tenant_of

SHOWN = 8
MOMENT = timedelta(minutes=2)
TIMERS: Mapping[str, str] = {
    "people.silent": "Coterie asks whether to go on writing",
    "accounts.over": "A code that connects accounts ends",
    "accounts.merge": "What two accounts had is put together",
    "moderation.over": "A message that nobody flagged in the end is forgotten",
    "questions.over": "Questions that nobody answered are put away",
    "cohorts.tell_cancelled": "Everyone hears that it is cancelled",
    "cohorts.arrived": "Newcomers are invited",
    "cohorts.departed": "Those who left the place are noted",
    "cohorts.forget": "What a removed place held is forgotten",
    "cohorts.wipe": "What was written is forgotten",
    "moving.look": "A move is looked into",
    "moving.found": "Somebody has been looked up for a move",
    "moving.missed": "A message about a move never left",
    "moving.begin": "A cohort begins to move",
    "moving.cancel": "A move is called off",
    "moving.walk": "Members hear where the cohort goes on",
    "moving.settle": "A cohort arrives in its new place",
    "moving.invite": "Members are added to the new place",
    "moving.history": "What was written is shown in the new place",
    "agreement.ripe": "The facilitator hears that the draft can be closed",
    "agreement.ask": "Members are asked whether they agree",
    "agreement.remind": "One reminder to those who have not answered the agreement",
    "introductions.ask": "Members are asked to introduce themselves",
    "introductions.nudge": "One reminder to those who have not introduced themselves",
    "introductions.end": "The introductions close",
    "working_on.ask": "Members are asked for a challenge of theirs",
}
SLOTS: Mapping[str, str] = {
    "home": "Their home, brought up to date",
    "settings": "Their settings",
    "pause": "Their pause",
    "silent": "Coterie asks whether to go on writing",
    "accounts": "Their accounts",
    "joined": "Two accounts are one person",
    "case": "Something was flagged",
    "appeal": "A second look",
    "twins": "Are two accounts one person?",
    "desk": "The facilitator's card, brought up to date",
    "welcome": "The welcome card, brought up to date",
    "me": "Their own card, brought up to date",
    "agreement": "The agreement, brought up to date",
    "agreement-ask": "Do they agree?",
    "agreement-remind": "A reminder of the agreement",
    "suggestions": "A suggestion for the agreement",
    "intro": "The introductions, brought up to date",
    "intro-ask": "The question for introductions",
    "intro-nudge": "A reminder of the introductions",
    "answer": "An introduction, in its thread",
    "working-on": "The question for a challenge",
}


class Coming(Struct, frozen=True):
    """One thing that is planned."""

    at: datetime
    what: str
    whom: str


async def coming(
    jobs: Sequence[Due], read: Reader, tenant: str, now: datetime
) -> tuple[list[Coming], int]:
    """The next few things of this generation, and how many more are known."""
    ahead = [due for due in await ours(jobs, read, tenant) if not _is_at_hand(due.job, now)]
    told: list[Coming] = []
    for due in ahead[:SHOWN]:
        what, whom = _what(due.job.work), await _whom(due.job.work, read)
        told.append(Coming(due.job.due or now, what, whom))
    return told, len(ahead) - len(told)


async def ours(jobs: Sequence[Due], read: Reader, tenant: str) -> list[Due]:
    """Those that are not left over from a generation that was wiped."""
    return [due for due in jobs if await _is_ours(due.job.work, read, tenant)]


def _is_at_hand(job: Job, now: datetime) -> bool:
    """Whether it is only a card that is redrawn in a moment."""
    return isinstance(job.work, Show) and job.due is not None and job.due < now + MOMENT


async def _is_ours(work: Work, read: Reader, tenant: str) -> bool:
    ids = [id for id in await _ids(work, read) if id.startswith("sandbox:")]
    return not ids or any(tenant_of(id) == tenant for id in ids)


async def _ids(work: Work, read: Reader) -> tuple[str, ...]:
    """The places and accounts it concerns."""
    match work:
        case Deliver(target) | Show(target) | Withdraw(target):
            return await _reached(target, read)
        case Ask(_, question):
            return (question.get("place", ""),)
        case Raise(event):
            return await _concerned(event, read)


async def _reached(target: Target, read: Reader) -> tuple[str, ...]:
    if not isinstance(target, ToPerson):
        return (target.place,)
    person = await people.of(read, target.person)
    return person.accounts if person else ()


async def _concerned(event: Event, read: Reader) -> tuple[str, ...]:
    if event.origin or "place" in event.args:
        return (event.origin.place if event.origin else event.args["place"],)
    person = event.args.get("person", "")
    cohort = await read.get(Cohort, event.args.get("cohort", ""))
    if cohort and not person:
        person = cohort.owner
    known = await people.of(read, person)
    return known.accounts if known else ()


def _what(work: Work) -> str:
    match work:
        case Deliver(_, post):
            return plain.summary(post, Viewer())
        case Show(_, slot):
            return SLOTS.get(slot.partition("/")[0], "A card is brought up to date")
        case Withdraw():
            return "A card is taken away"
        case Ask():
            return "Coterie looks something up"
        case Raise(event):
            return TIMERS.get(event.name, "Coterie looks what to do")


async def _whom(work: Work, read: Reader) -> str:
    match work:
        case Deliver(target) | Show(target) | Withdraw(target):
            return await _name(target, read)
        case Ask():
            return "Coterie"
        case Raise(event):
            person = await people.of(read, event.args.get("person", ""))
            cohort = await read.get(Cohort, event.args.get("cohort", ""))
            return (person and person.name) or (cohort and cohort.name) or "Coterie"


async def _name(target: Target, read: Reader) -> str:
    if isinstance(target, ToPerson):
        person = await people.of(read, target.person)
        return person.name if person else "somebody"
    if not target.place.startswith("sandbox:"):
        return "another platform"
    room = ROOMS.get(key_of(target.place))
    return room.title if room else "somewhere"
