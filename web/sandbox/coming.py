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
ROUNDS = frozenset({"courses.poll", "courses.watch"})  # again and again, and nobody hears of it
TIMERS: Mapping[str, str] = {
    "people.silent": "Coterie asks whether to go on writing",
    "people.unshown": "Where the cards of somebody stood who was erased is forgotten",
    "accounts.over": "A code that connects accounts ends",
    "accounts.merge": "What two accounts had is put together",
    "pairs.gather": "It is looked up who may be put together",
    "pairs.match": "A round is drawn",
    "pairs.remind": "A proposal that nobody approved is brought to mind once",
    "pairs.stale": "A proposal that nobody approved is put away",
    "pairs.send": "Pairs hear whom they are with",
    "pairs.settle": "Pairs that nobody minded begin",
    "pairs.settle_one": "A pair that nobody minded begins",
    "pairs.ask_met": "People are asked whether they met",
    "pairs.over": "A coffee round ends",
    "pairs.next": "Somebody without a partner is found one, or asked",
    "pairs.told": "Who lost their partner is asked how to go on",
    "closing.ask": "Members who are not in the space are asked to look back",
    "closing.nudge": "A reminder to look back",
    "closing.end": "The closing round ends",
    "roleplay.walk": "Pairs get a scene to play",
    "roleplay.swap": "Time to swap roles",
    "moderation.over": "A message that nobody flagged in the end is forgotten",
    "moderation.handed": "Flags go to who runs the cohort now",
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
    "agreement.freeze": "The draft of the agreement is closed",
    "agreement.ask": "Members are asked whether they agree",
    "agreement.remind": "One reminder to those who have not answered the agreement",
    "introductions.ask": "Members are asked to introduce themselves",
    "introductions.nudge": "One reminder to those who have not introduced themselves",
    "introductions.end": "The introductions close",
    "discussions.ask": "Members who are elsewhere are asked a question",
    "circles.drawn": "Circles are drawn",
    "circles.begin": "Circles start",
    "circles.seat": "Members without a circle get one",
    "circles.join": "A newcomer gets a circle",
    "circles.left": "A place in a circle becomes free",
    "circles.week": "The next in each circle hosts",
    "working_on.ask": "Members are asked for a challenge of theirs",
    "challenges.ask": "Members are asked for a challenge of theirs",
    "challenges.helpers": "Helpers are asked, those whose turn it is",
    "challenges.lapse": "Who has not answered a call for help is left alone",
    "challenges.left": "Somebody else is asked in the place of who left",
    "challenges.wait": "Helpers are asked for challenges without an idea",
    "challenges.ripe": "Somebody is asked whether it worked",
    "challenges.clear": "What was said to a challenge is forgotten",
    "challenges.wipe": "The challenges of a cohort are forgotten",
    "programmes.step": "A step of the programme begins",
    "programmes.wake": "The programme looks what can go on",
    "programmes.moved": "The programme moves along",
    "programmes.stopped": "The programme leaves out what depends on it",
    "commitments.ask": "Members are asked for a promise",
    "commitments.wipe": "The promises of a cohort are forgotten",
    "checkins.turn": "A promise is looked at: how did it go?",
    "checkins.remind": "One reminder to who has not said how it went",
    "checkins.week": "The promises that were kept this week are added up",
    "checkins.walk": "The check-ins of a cohort begin",
    "followups.ask": "Members are asked to look back",
    "workshops.ask": "Members are asked whether they come to a workshop",
    "workshops.remind": "A reminder of a workshop to those who come",
    "workshops.where": "Those who come hear where a workshop takes place",
    "workshops.begins": "A workshop begins in a quarter of an hour",
    "workshops.ends": "A workshop is over; its thread opens",
    "workshops.fill": "Free seats go to those who wait",
    "workshops.left": "Who left a cohort gives back their seat",
    "workshops.tell": "Everyone who signed up hears of a change",
    "workshops.after": "Those who were there are asked for a question",
    "workshops.catch": "Those who were not there are offered to catch up",
    "workshops.settle": "What is planned is shown in a new place",
    "courses.gather": "It is counted whom a course link reaches",
    "courses.gathered": "It is counted whom a course link reaches",
    "courses.begin": "A course link goes out",
    "courses.next": "A course link reaches the next people",
    "courses.watch": "A sender sees how a course link goes",
    "courses.spread": "A changed course link is changed on all cards",
    "courses.taking": "A course link is taken back",
    "courses.clear": "Lists that nobody needs any more are forgotten",
    "courses.forget": "Somebody who was erased is taken off all lists",
    "courses.again": "A course comes back, as somebody asked",
    "courses.poll": "A provider is asked who has finished",
    "courses.confirm": "What a provider said is looked up",
    "courses.policy": "What was agreed with the works council is noted",
    "courses.unname": "Who has opened a course is forgotten",
    "courses.ask": "Somebody is asked whether a course worked",
    "courses.remind": "A reminder of a course, if it is still open",
    "courses.redue": "Reminders move along with another day",
    "courses.joined": "A newcomer gets what is assigned",
    "courses.left": "Who left a cohort hears no more of its courses",
    "courses.assigned": "Members get what is assigned from now on",
    "courses.enrol": "People are enrolled at a provider, page by page",
    "courses.enrol_one": "Somebody is enrolled at a provider",
    "courses.opens": "The next of a path opens",
    "courses.lay": "A course link of the programme goes on",
    "courses.match": "A provider’s group is held beside a cohort",
    "courses.sync_on": "People of a group come in, page by page",
    "courses.sync_forget": "Who stood how in a group is forgotten",
    "courses.requested": "A send that a program asked for goes on",
    "courses.request_over": "What a program asked for is forgotten",
}
SLOTS: Mapping[str, str] = {
    "draw": "A proposal who would be with whom",
    "draw-waits": "A reminder that a proposal waits",
    "pair": "A pair hears whom it is with",
    "met": "A question whether people met",
    "pairless": "A question how to go on without a partner",
    "parted": "The facilitator hears that somebody has no partner",
    "home": "Their home, brought up to date",
    "settings": "Their settings",
    "pause": "Their pause",
    "silent": "Coterie asks whether to go on writing",
    "accounts": "Their accounts",
    "joined": "Two accounts are one person",
    "closing": "The closing round",
    "closing-ask": "Looking back",
    "closing-nudge": "Looking back, a reminder",
    "closing-thanks": "A thank-you",
    "closing-report": "What came of the cohort",
    "roleplay": "A scene to play",
    "desk-more": "What else a facilitator can do",
    "me-more": "What else a member can do",
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
    "discussion": "A discussion, brought up to date",
    "discussion-ask": "A question for discussion",
    "said": "An answer in a discussion, in its thread",
    "celebration": "Something to celebrate",
    "celebrations": "What went well lately",
    "circle": "The card of their circle",
    "circles": "The circles, as a proposal",
    "circle-host": "They host their circle this week",
    "circle-small": "A circle has become small",
    "working-on": "The question for a challenge",
    "commit-ask": "One small thing to try?",
    "promise": "Their promise, to read again",
    "promise-told": "A promise, for a partner",
    "promises": "What people promised, brought up to date",
    "checkin": "How did it go?",
    "checkin-last": "How did it go? The only reminder",
    "checkin-quiet": "What would help with a promise?",
    "checkin-told": "How it went, for a partner",
    "cheer": "A word from a partner",
    "cheer-ask": "A question from a partner",
    "cheer-back": "An answer from a partner",
    "kept-week": "How many promises were kept this week",
    "followup": "Looking back, some days after",
    "challenge": "A challenge, brought up to date",
    "challenge-mine": "What they asked, brought up to date",
    "challenge-ask": "The question for a challenge",
    "wall": "What the cohort works on, brought up to date",
    "help": "Would they help?",
    "chosen": "Their idea is being tried",
    "worked": "Did it work?",
    "result": "How a challenge turned out",
    "leave": "May a challenge go into the training?",
    "programme": "Their programme, brought up to date",
    "programme-missed": "Steps of the programme that were missed",
    "programme-late": "What is enough to catch up",
    "workshop": "A workshop, brought up to date",
    "workshop-mine": "Where they stand to a workshop",
    "workshop-ask": "Are they coming to a workshop?",
    "workshop-seat": "There is a seat for them",
    "workshop-day": "A reminder of a workshop",
    "workshop-hour": "A workshop begins within the hour",
    "workshop-where": "A workshop takes place elsewhere",
    "workshop-draft": "A workshop for the facilitator to complete",
    "workshop-code": "The code of a workshop",
    "workshop-catch": "A workshop to catch up with",
    "workshop-shift": "What comes of moving a workshop",
    "workshop-news": "A workshop has moved or is called off",
    "workshop-after": "The questions that a workshop left",
    "workshop-left": "Which question is left?",
    "course": "A course link",
    "send": "The card of a course link, for its sender",
    "reflected": "What somebody took from a course",
    "course-said": "What people took from a course",
    "course-worked": "Did it work, two weeks after a course?",
    "course-remind": "A reminder of a course",
    "course-next": "The next course of a path",
    "courses-mine": "What is open for them",
    "group-offer": "The groups of the provider",
    "group-sync": "How a group and a cohort stand",
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
    mine = [due for due in await ours(jobs, read, tenant) if not goes_round(due.job)]
    ahead = [due for due in mine if not _is_at_hand(due.job, now)]
    told: list[Coming] = []
    for due in ahead[:SHOWN]:
        what, who = _what(due.job.work), await whom(due.job.work, read)
        told.append(Coming(due.job.due or now, what, who))
    return told, len(ahead) - len(told)


async def ours(jobs: Sequence[Due], read: Reader, tenant: str) -> list[Due]:
    """Those that are not left over from a generation that was wiped."""
    return [due for due in jobs if await _is_ours(due.job.work, read, tenant)]


def goes_round(job: Job) -> bool:
    """Whether it only looks whether there is any news, and then looks again."""
    match job.work:
        case Raise(event):
            return event.name in ROUNDS
        case Ask(port):
            return port == "progress"
        case _:
            return False


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


async def whom(work: Work, read: Reader) -> str:
    """For whom it is, by name."""
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
