"""What a partner can do: a high five, a question, the wish to go on; and its answer."""

from collections.abc import Awaitable, Callable
from functools import wraps

from msgspec.structs import replace

from core.cohorts.access import Handler, opened_form, refused
from core.cohorts.model import Cohort, lines
from core.engine.ports import Changes, Done, Event, Invalid, Moment
from core.pairs.checkins import others
from core.pairs.checkins.model import LINE, Cheer, cheer_id
from core.pairs.commitments import posts as promises
from core.pairs.commitments.access import Act, for_owner
from core.pairs.commitments.model import Commitment
from core.pairs.commitments.partners import in_their_hours, may_read
from core.people.model import Person, alive

Shared = Callable[[Act, int], Awaitable[Changes]]


def for_partner(do: Shared) -> Handler:
    """Whoever may read how it goes, as a partner."""

    @wraps(do)
    async def checked(event: Event, moment: Moment, me: Person) -> Changes:
        one = await moment.read.get(Commitment, event.args.get("commitment", ""))
        cohort = await moment.read.get(Cohort, one.cohort) if one else None
        if one is None or cohort is None or cohort.stage == "cancelled":
            return refused(promises.GONE)
        if one.person == me.id:
            return refused(others.OWN)
        if not await may_read(moment.read, cohort, one, me.id):
            return refused(others.NOT_FOR_YOU)
        n = event.args.get("n", "")
        if n not in {str(known) for known in range(one.asked + 1)}:
            return refused(promises.GONE)
        return await do(Act(event, moment, me, cohort, one), int(n))

    return checked


@for_partner
async def five(act: Act, n: int) -> Changes:
    """Passed on, once."""
    was = await _cheer(act, n)
    if was.five:
        return refused(others.FIVED_ALREADY)
    new = replace(was, five=True, onwards=False)
    return await _passed_on(act, new, "cheer") + Changes(reply=Done(others.FIVED))


@for_partner
async def onwards(act: Act, n: int) -> Changes:
    """The partner would like to go on."""
    was = await _cheer(act, n)
    if was.onwards:
        return refused(others.ONWARDS)
    new = replace(was, onwards=True)
    return await _passed_on(act, new, "cheer") + Changes(reply=Done(others.ONWARDS))


@for_partner
async def question(act: Act, n: int) -> Changes:
    """Opens the form, then brings the question to who promised it."""
    if act.event.source != "form":
        return Changes(reply=opened_form(others.question_form(act.one, n)))
    text = act.event.values.get("text", "")
    if not lines(text, LINE) or len(text.strip()) > LINE:
        return Changes(reply=Invalid(others.question_form(act.one, n, text, wrong=True)))
    was = await _cheer(act, n)
    new = replace(was, question=lines(text, LINE), answer="", hidden=())
    return await _passed_on(act, new, "cheer-ask") + Changes(reply=Done(others.ASKED))


@for_owner
async def reply(act: Act) -> Changes:
    """Opens the form, then brings the answer to the partner who asked."""
    event, moment, _, cohort, one = act
    id = f"{one.id}/{event.args.get('n', '')}/{event.args.get('from', '')}"
    cheer = await moment.read.get(Cheer, id)
    person = await alive(moment.read, cheer.person) if cheer else None
    asked = cheer is not None and cheer.question and "question" not in cheer.hidden
    if cheer is None or person is None or not asked or cheer.owner != act.me.id:
        return refused(others.NO_QUESTION)
    if event.source != "form":
        return Changes(reply=opened_form(others.reply_form(one, cheer)))
    text = event.values.get("text", "")
    if not lines(text, LINE) or len(text.strip()) > LINE:
        return Changes(reply=Invalid(others.reply_form(one, cheer, text, wrong=True)))
    if not await may_read(moment.read, cohort, one, person.id):
        return refused(others.READS_NO_MORE)
    new = replace(cheer, answer=lines(text, LINE), hidden=())
    job = in_their_hours(person, cohort, f"cheer-back/{cheer.id}", moment)
    return Changes(saves=(new,), jobs=(job,), reply=Done(others.REPLIED))


async def _cheer(act: Act, n: int) -> Cheer:
    id = cheer_id(act.one.id, n, act.me.id)
    found = await act.moment.read.get(Cheer, id)
    return found or Cheer(
        id=id,
        commitment=act.one.id,
        cohort=act.one.cohort,
        n=n,
        person=act.me.id,
        owner=act.one.person,
        at=act.moment.now,
    )


async def _passed_on(act: Act, new: Cheer, kind: str) -> Changes:
    """To who promised it, in their hours; nobody gets what they have stopped."""
    owner = await alive(act.moment.read, act.one.person)
    if owner is None or owner.stopped:
        return Changes(saves=(new,))
    job = in_their_hours(owner, act.cohort, f"{kind}/{new.id}", act.moment)
    return Changes(saves=(new,), jobs=(job,))
