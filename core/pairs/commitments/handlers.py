"""Making a promise, changing it, letting it go; asking a cohort for promises."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from msgspec.structs import replace

from core.cohorts.access import (
    for_anyone,
    for_leads,
    for_members,
    opened_form,
    privately,
    refused,
)
from core.cohorts.model import (
    Cohort,
    awake,
    belongs,
    later,
    members,
    timer,
)
from core.engine.ports import (
    Card,
    Changes,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    Show,
    ToPerson,
)
from core.message import Form, Phrase
from core.pairs.commitments import posts, shared, views
from core.pairs.commitments.access import Act, for_owner, read_back, turned
from core.pairs.commitments.changes import cards_of
from core.pairs.commitments.days import today
from core.pairs.commitments.forms import promise_form
from core.pairs.commitments.model import (
    OPEN,
    USUALLY,
    Commitment,
    Problem,
    Words,
    closed,
    counts,
    first_here,
    hidden,
    problems,
    promised,
    retold,
    rhythm_of,
    same_words,
    told_slot,
    words_of,
)
from core.pairs.commitments.partners import eyes, told, unread
from core.pairs.commitments.timers import ritual_of, timed, turn
from core.people.model import Person

FADES = timedelta(days=7)
PAGE = 8
FORM = ("when", "then", "until", "sight", "hinder")

# --- the moment ---------------------------------------------------------------------------------


@for_leads
async def ask_all(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Whoever leads asks everyone, at most once a day."""
    step = f"hand-{today(moment.now, cohort.zone)}"
    walk = timer("commitments.ask", event.org, None, cohort=cohort.id, step=step)
    return Changes(jobs=(walk,), reply=Done(posts.ASKING_ALL))


async def begin(event: Event, moment: Moment) -> Changes:
    """A step of the programme asks everyone."""
    args = {"cohort": event.args["cohort"], "step": event.args["step"]}
    return Changes(jobs=(timer("commitments.ask", event.org, None, **args),))


async def ask(event: Event, moment: Moment) -> Changes:
    """Asks each member privately, page by page."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None or not awake(cohort, moment.now):
        paused = cohort is not None and cohort.stage == "paused"
        return Changes(jobs=(later(event, moment.now),) if paused else ())
    page, on = await members(event, moment)
    slot = f"commit-ask/{cohort.id}/{event.args['step']}"
    asked = (_asked(slot, member.person, moment) for member in page.items)
    return Changes(jobs=(*asked, *on))


def _asked(slot: str, person: str, moment: Moment) -> Job:
    work = Show(ToPerson(person), slot)
    return Job(key=f"{slot}/{person}", work=work, weight="nudge", until=moment.now + FADES)


@for_members
async def skip(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Not this time: an answer too."""
    return turned(event, posts.skipped(cohort, ""), posts.SKIPPED)


# --- making -------------------------------------------------------------------------------------


@for_members
async def make(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Opens the form, then keeps the promise; the same form handed in twice makes one."""
    zone = rhythm_of(me, cohort).zone
    if event.source != "form":
        if await _enough(moment, me, cohort):
            return refused(posts.ENOUGH)
        return Changes(reply=opened_form(_empty(moment, cohort, today(moment.now, zone))))
    wrong = problems(event.values, today(moment.now, zone))
    if wrong:
        return Changes(reply=Invalid(_again(event, "commitments.make", wrong)))
    id = _id(cohort.id, me, event.args.get("draft") or event.id)
    twin = await moment.read.get(Commitment, id)
    if twin is not None:
        post = posts.mine(await views.told(moment, twin), f"promise/{id}")
        return read_back(event, me, post, posts.PROMISED)
    return await _made(event, moment, me, cohort, id)


async def _made(event: Event, moment: Moment, me: Person, cohort: Cohort, id: str) -> Changes:
    if await _enough(moment, me, cohort):
        return refused(posts.ENOUGH)
    new = promised(id, cohort.id, me.id, words_of(event.values), moment.now)
    return await _begun(Act(event, moment, me, cohort, new), posts.PROMISED)


async def _enough(moment: Moment, me: Person, cohort: Cohort) -> bool:
    return len(await views.open_of(moment.read, me.id, cohort.id)) >= OPEN


def _empty(moment: Moment, cohort: Cohort, today: date) -> Form:
    values = {"until": (today + USUALLY).isoformat()}
    args = {"cohort": cohort.id, "draft": moment.id("draft")[:12]}
    return promise_form("commitments.make", values, args=args)


def _again(event: Event, action: str, wrong: Mapping[str, Problem]) -> Form:
    return promise_form(action, event.values, args=event.args, errors=wrong)


def _id(about: str, me: Person, draft: str) -> str:
    """The same for the same person and the same opened form, however often it is submitted."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"promise/{about}/{me.id}/{draft}").hex


async def _begun(act: Act, note: Phrase) -> Changes:
    """A promise that stands from now on: it is counted, shown to who may see it, asked about."""
    event, moment, me, cohort, new = act
    whom = await eyes(moment.read, cohort, new)
    new = timed(new, await ritual_of(moment.read, cohort), act.today)
    new = replace(new, told=tuple(person.id for person in whom))
    changes = Changes(
        saves=(new,),
        tallies=(*counts(new, None), first_here(cohort.id, me.id)),
        jobs=(
            turn(event.org, new, me, cohort),
            *told(whom, cohort, told_slot(new), moment),
            *cards_of(cohort, new, None),
        ),
    )
    post = posts.mine(_named(new, whom), f"promise/{new.id}")
    return changes + read_back(event, me, post, note)


def _named(one: Commitment, whom: tuple[Person, ...]) -> posts.Told:
    names = tuple(person.name for person in whom)
    return posts.Told(one=one, partners=names, asks=one.asks)


# --- changing -----------------------------------------------------------------------------------


@for_owner
async def change(act: Act) -> Changes:
    """Opens the form with what stands; another promise then takes its place."""
    event, moment, _, cohort, one = act
    if cohort.stage == "cancelled":
        return refused(posts.OFF)
    if one.state == "closed":
        return refused(posts.MOVED_ON if one.outcome == "changed" else posts.CLOSED)
    if event.source != "form":
        return Changes(reply=opened_form(_standing(moment, one)))
    wrong = problems(event.values, act.today)
    if wrong:
        return Changes(reply=Invalid(_again(event, "commitments.change", wrong)))
    said = words_of(event.values)
    return await (_retold if same_words(one, said) else _replaced)(act, said)


def _standing(moment: Moment, one: Commitment) -> Form:
    values = {name: str(getattr(one, name)) for name in FORM}
    return promise_form("commitments.change", values, args=posts.args_of(one))


async def _retold(act: Act, said: Words) -> Changes:
    """Other eyes on it: who may no longer read it has their card taken back."""
    event, moment, _, cohort, one = act
    new = retold(one, said)
    whom = await eyes(moment.read, cohort, new)
    fresh = [person for person in whom if person.id not in one.told]
    gone, known = await _hushed(moment, one, new)
    new = replace(new, told=(*known, *(person.id for person in fresh)))
    new = replace(new, turn=one.turn + 1) if gone else new
    jobs = (*gone, *told(fresh, cohort, told_slot(new), moment), *cards_of(cohort, new, one))
    changes = Changes(saves=(new,), tallies=counts(new, one), jobs=jobs)
    post = posts.mine(_named(new, whom), f"promise/{one.id}")
    return changes + turned(event, post, posts.CHANGED)


async def _hushed(
    moment: Moment, one: Commitment, new: Commitment
) -> tuple[tuple[Job, ...], tuple[str, ...]]:
    """What is taken back of a promise that is only for its owner now; else who has read it."""
    if new.sight != "me":
        return (), one.told
    return await unread(moment.read, one), ()


async def _replaced(act: Act, said: Words) -> Changes:
    """Another promise in the place of this one; a partner sees both."""
    _, moment, me, cohort, one = act
    new = promised(_id(one.id, me, "changed"), cohort.id, me.id, said, moment.now)
    new = replace(new, before=one.id, hour=one.hour)
    if one.hidden and (one.when, one.then) == (new.when, new.then):
        new = hidden(new, hide=True)
    gone, known = await _hushed(moment, one, new)
    old = replace(closed(one, "changed"), told=known)
    jobs = (*cards_of(cohort, old, one), *gone)
    ended = Changes(saves=(old,), tallies=counts(old, one), jobs=jobs)
    both = one.sight != "me" and bool(await eyes(moment.read, cohort, new))
    note = posts.CHANGED_TOLD if both else posts.CHANGED
    return ended + await _begun(act._replace(one=new), note)


@for_owner
async def drop(act: Act) -> Changes:
    """Lets it go."""
    if act.one.state == "closed":
        return refused(posts.CLOSED)
    new = closed(act.one, "dropped")
    jobs = cards_of(act.cohort, new, act.one)
    changes = Changes(saves=(new,), tallies=counts(new, act.one), jobs=jobs)
    return changes + turned(act.event, posts.mine(posts.Told(one=new), ""), posts.DROPPED)


# --- looking ------------------------------------------------------------------------------------


@for_anyone
async def everyone(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """All that the group may see, page by page, to one reader."""
    if not await belongs(moment.read, cohort, me.id):
        return refused(posts.JOIN_FIRST)
    after = event.args.get("after", "")
    try:
        page = await moment.read.find(
            Commitment, cohort=cohort.id, shown="yes", after=after, limit=PAGE
        )
    except ValueError:
        return refused(posts.NO_PAGE)
    card = shared.everyone(cohort, await views.named(moment, page.items), page.cursor)
    here = after and event.origin is not None and event.origin.private
    return Changes(reply=Card(card)) if here else privately(event, me, card)
