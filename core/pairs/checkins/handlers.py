"""Saying how it went: by a press, with a line, early or otherwise; and how to be asked."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.access import joined, opened_form, privately, refused
from core.cohorts.model import lines
from core.engine.ports import Changes, Event, Invalid, Job, Moment
from core.message import Phrase
from core.pairs.checkins import posts
from core.pairs.checkins.model import (
    LINE,
    CheckIn,
    answered,
    checkin_id,
    kept_counts,
    open_still,
    said_of,
    stopped,
    told_early,
    wakes,
    went_on,
)
from core.pairs.checkins.turns import added_up
from core.pairs.checkins.views import readers
from core.pairs.commitments import posts as promises
from core.pairs.commitments import timers, views
from core.pairs.commitments.access import Act, for_owner, read_back, turned
from core.pairs.commitments.changes import cards_of
from core.pairs.commitments.days import friday
from core.pairs.commitments.model import Commitment, Outcome, Said, counts, told_slot
from core.pairs.commitments.partners import eyes, told
from core.people.model import Person

ENDED: Mapping[Outcome, Phrase] = {"changed": promises.MOVED_ON}


class Told(Struct, frozen=True):
    """What somebody says of a check-in, and the promise as it was before."""

    was: Commitment
    found: CheckIn
    said: Said
    line: str


# --- saying -------------------------------------------------------------------------------------


@for_owner
async def answer(act: Act) -> Changes:
    """A press on one of the four answers."""
    said = said_of(act.event.args.get("answer", ""))
    if not said:
        return refused(posts.UNCLEAR)
    one, found = await _meant(act)
    if found is None:
        return refused(posts.GONE)
    late = await _late(act, found)
    if late is not None:
        return late
    if found.answer == said:
        return await _stands(act, found, posts.AGAIN)
    return await _noted(act, Told(one, found, said, found.line))


@for_owner
async def line(act: Act) -> Changes:
    """A line to go with it, or another answer."""
    one, found = await _meant(act)
    late = refused(posts.GONE) if found is None else await _late(act, found)
    if late is not None or found is None:
        return late or refused(posts.GONE)
    if act.event.source != "form":
        return Changes(reply=opened_form(posts.line_form(one, found)))
    text = act.event.values.get("line", "")
    said = said_of(act.event.values.get("answer", "")) or found.answer
    if len(text.strip()) > LINE or not said:
        return Changes(reply=Invalid(posts.line_form(one, found, wrong=True, typed=text)))
    return await _noted(act, Told(one, found, said, lines(text, LINE)))


async def _meant(act: Act) -> tuple[Commitment, CheckIn | None]:
    """The check-in that a button names; the next one, if somebody says by themselves how it is."""
    one, n = act.one, act.event.args.get("n", "")
    if n not in {str(known) for known in range(1, one.asked + 2)}:
        return one, None
    found = await act.moment.read.get(CheckIn, checkin_id(one.id, int(n)))
    if found is not None or int(n) <= one.asked or one.state == "closed":
        return one, found
    last = await act.moment.read.get(CheckIn, checkin_id(one.id, one.asked))
    if last is not None and open_still(last, act.moment.now):
        return one, None
    return told_early(one, act.today, act.moment.now)


async def _late(act: Act, found: CheckIn) -> Changes | None:
    """What is said to an answer that can no longer count."""
    if act.cohort.stage == "cancelled":
        return refused(promises.OFF)
    if act.one.state == "closed" and act.one.ended != found.n:
        return refused(ENDED.get(act.one.outcome, promises.CLOSED))
    if act.one.state == "closed" and not await joined(act.moment, act.cohort, act.me):
        return refused(promises.JOIN_FIRST)
    if open_still(found, act.moment.now):
        return None
    return await _stands(act, found, posts.TOO_LATE) if found.answer else refused(posts.TOO_LATE)


async def _stands(act: Act, found: CheckIn, note: Phrase) -> Changes:
    """Nothing changes; the card tells what was said."""
    names = await readers(act.moment.read, act.cohort, act.one)
    over = not open_still(found, act.moment.now)
    return turned(act.event, posts.result(act.one, found, names, over=over), note)


async def _noted(act: Act, told_of: Told) -> Changes:
    """What somebody said counts, is told to who may read it, and moves the promise on."""
    event, moment, _, cohort, was = act
    at = friday(moment.now, cohort.zone)
    week = f"{at:%Y-%m-%d}"
    one, found = answered(
        told_of.was, told_of.found, told_of.said, moment.now, on=act.today, week=week
    )
    whom = await eyes(moment.read, cohort, one)
    readers = tuple(person.id for person in whom)
    found = replace(
        found,
        line=told_of.line,
        told=tuple(dict.fromkeys((*found.told, *readers))),
        hidden=found.hidden and told_of.line == found.line,
    )
    changes = Changes(
        saves=(one, found),
        tallies=(*counts(one, was), *kept_counts(found, told_of.found)),
        jobs=(
            *told(whom, cohort, told_slot(one, found.n), moment),
            *(cards_of(cohort, one, was) if one.state != was.state else ()),
            *_next(act, one),
            *((added_up(event.org, cohort, at),) if found.answer == "kept" else ()),
        ),
    )
    names = tuple(person.name for person in whom)
    return changes + turned(event, posts.result(one, found, names), posts.NOTED)


def _next(act: Act, one: Commitment) -> tuple[Job, ...]:
    """When to look at it again, if that is another day now."""
    if one.state == "closed" or (act.one.state == "open" and wakes(one) == wakes(act.one)):
        return ()
    return (timers.turn(act.event.org, one, act.me, act.cohort),)


# --- by oneself ---------------------------------------------------------------------------------


async def look(event: Event, moment: Moment, me: Person) -> Changes:
    """How did it go? Asked by whoever wants to say it; of several promises, which."""
    if "commitment" in event.args:
        return await _look(event, moment, me)
    open = await views.open_of(moment.read, me.id)
    if not open:
        return refused(promises.NONE)
    if len(open) > 1:
        return privately(event, me, promises.listed(open))
    return await _look(replace(event, args=promises.args_of(open[0])), moment, me)


@for_owner
async def _look(act: Act) -> Changes:
    event, moment, me, cohort, one = act
    if one.state == "closed":
        return refused(ENDED.get(one.outcome, promises.CLOSED))
    names = await readers(moment.read, cohort, one)
    last = await moment.read.get(CheckIn, checkin_id(one.id, one.asked))
    if last is not None and last.answer and open_still(last, moment.now):
        return privately(event, me, posts.result(one, last, names))
    waits = last is not None and not last.answer and open_still(last, moment.now)
    n = one.asked if waits else one.asked + 1
    final = last.final if waits and last else act.today >= one.until
    asked = posts.Asked(one=one, n=n, final=final, readers=names)
    return privately(event, me, posts.question(asked, ""))


# --- how to be asked ----------------------------------------------------------------------------


@for_owner
async def stop(act: Act) -> Changes:
    """Nobody asks about this one any more; the promise stays."""
    if act.one.state == "closed":
        return refused(promises.CLOSED)
    return await _asked(act, stopped(act.one), posts.STOPPED)


@for_owner
async def go_on(act: Act) -> Changes:
    """Asks again, from the next time on."""
    over = _over(act)
    if over is not None:
        return refused(over)
    new = went_on(act.one, act.today) if act.one.asks is None else replace(act.one, missed=0)
    return await _asked(act, new, posts.WENT_ON if new.asks else posts.ALL_DONE)


@for_owner
async def day(act: Act) -> Changes:
    """Another weekday, another hour."""
    one, values, over = act.one, act.event.values, _over(act)
    if over is not None:
        return refused(over)
    if act.event.source != "form":
        return Changes(reply=opened_form(posts.day_form(one)))
    weekday, hour = values.get("weekday", ""), values.get("hour", "")
    if weekday not in posts.DAYS or hour not in posts.TIMES:
        return Changes(reply=Invalid(posts.day_form(one, wrong=True)))
    new = replace(one, weekday=int(weekday), hour=int(hour))
    new = went_on(new, act.today)
    return await _asked(act, new, posts.DAY_SET if new.asks else posts.ALL_DONE)


def _over(act: Act) -> Phrase | None:
    """Why nobody will ask about it again."""
    if act.one.state == "closed":
        return promises.CLOSED
    return promises.OFF if act.cohort.stage == "cancelled" else None


async def _asked(act: Act, new: Commitment, note: Phrase) -> Changes:
    again = timers.turn(act.event.org, new, act.me, act.cohort)
    names = await readers(act.moment.read, act.cohort, new)
    post = promises.mine(promises.Told(one=new, partners=names, asks=new.asks), "")
    return Changes(saves=(new,), jobs=(again,)) + read_back(act.event, act.me, post, note)
