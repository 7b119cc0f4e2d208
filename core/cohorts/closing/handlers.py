"""Opening the closing round, answering it, thanking somebody, the report, the next intake."""

from collections.abc import Mapping

from msgspec.structs import replace

from core.cohorts.access import (
    colleagues,
    for_leads,
    for_members,
    opened_form,
    redrawn,
    refused,
)
from core.cohorts.closing import posts
from core.cohorts.closing.model import (
    FADES,
    GIVEN_THANKS,
    NUDGE,
    TEXT,
    Closing,
    Farewell,
    Thanks,
    cards,
    counts,
    farewell_id,
    opened,
    said,
    thanks_id,
    thanks_slot,
)
from core.cohorts.model import (
    Cohort,
    afar,
    awake,
    belongs,
    later,
    line,
    lines,
    members,
    timer,
)
from core.engine.ports import (
    Changes,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    Show,
    Tally,
    ToPerson,
    show,
)
from core.people.model import Person, picked

# --- the round ----------------------------------------------------------------------------------


@for_leads
async def open_round(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks everyone what they keep, what they change, what comes next."""
    if await moment.read.get(Closing, cohort.id):
        return refused(posts.OPEN_ALREADY)
    return redrawn(_opened(event, moment, cohort), posts.OPENED)


async def begin(event: Event, moment: Moment) -> Changes:
    """The programme has come to its end."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None or not awake(cohort, moment.now):
        return Changes()
    known = await moment.read.get(Closing, cohort.id)
    return Changes() if known else _opened(event, moment, cohort)


def _opened(event: Event, moment: Moment, cohort: Cohort) -> Changes:
    new, args = opened(cohort, moment.now), {"cohort": cohort.id}
    rings = (
        timer("closing.ask", event.org, None, **args),
        timer("closing.nudge", event.org, moment.now + NUDGE, **args),
        timer("closing.end", event.org, new.until, **args),
    )
    return Changes(saves=(new,), jobs=(*cards(cohort), *rings))


async def ask(event: Event, moment: Moment) -> Changes:
    """Brings it to those who would not see it in a space."""
    cohort = await _going(event, moment)
    if cohort is None or not awake(cohort, moment.now):
        return _again(event, moment, cohort)
    page, on = await members(event, moment)
    far = [_asked(cohort, m.person, "ask", moment) for m in page.items if afar(cohort, m)]
    return Changes(jobs=(*far, *on))


async def nudge(event: Event, moment: Moment) -> Changes:
    """Three days on: once to those who have said nothing."""
    cohort = await _going(event, moment)
    if cohort is None or not awake(cohort, moment.now):
        return _again(event, moment, cohort)
    page, on = await members(event, moment)
    silent = [
        _asked(cohort, one.person, "nudge", moment)
        for one in page.items
        if await moment.read.get(Farewell, farewell_id(cohort.id, one.person)) is None
    ]
    return Changes(jobs=(*silent, *on))


def _again(event: Event, moment: Moment, cohort: Cohort | None) -> Changes:
    """Nobody is asked during a pause, but afterwards."""
    paused = cohort is not None and cohort.stage == "paused"
    return Changes(jobs=(later(event, moment.now),) if paused else ())


async def end(event: Event, moment: Moment) -> Changes:
    """The round is over: the report goes to those who led it."""
    cohort, closing = await _both(event, moment)
    if cohort is None or closing is None or closing.state == "closed":
        return Changes()
    if cohort.stage == "cancelled":
        return Changes(saves=(replace(closing, state="closed"),))
    leads = dict.fromkeys((cohort.facilitator, cohort.owner))
    told = tuple(
        Job(
            key=f"closing-report/{cohort.id}/{person}",
            work=Show(ToPerson(person), f"closing-report/{cohort.id}"),
            weight="person",
        )
        for person in leads
    )
    jobs = (*cards(cohort), *told)
    return Changes(saves=(replace(closing, state="closed"),), jobs=jobs)


async def _going(event: Event, moment: Moment) -> Cohort | None:
    cohort, closing = await _both(event, moment)
    return cohort if closing and closing.state == "open" else None


async def _both(event: Event, moment: Moment) -> tuple[Cohort | None, Closing | None]:
    id = event.args["cohort"]
    return await moment.read.get(Cohort, id), await moment.read.get(Closing, id)


def _asked(cohort: Cohort, person: str, why: str, moment: Moment) -> Job:
    slot = f"closing-{why}/{cohort.id}"
    work = Show(ToPerson(person), slot)
    return Job(key=f"{slot}/{person}", work=work, weight="nudge", until=moment.now + FADES)


# --- answering ----------------------------------------------------------------------------------


@for_members
async def answer(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Opens the form with what stands, then keeps what the person says."""
    if await moment.read.get(Closing, cohort.id) is None:
        return refused(posts.NOT_YET)
    was = await moment.read.get(Farewell, farewell_id(cohort.id, me.id))
    if event.source != "form":
        return Changes(reply=opened_form(posts.answer_form(cohort, _before(was))))
    new = said(cohort.id, me.id, event.values, was, moment.now)
    long = [name for name in ("kept", "changed", "next") if len(event.values.get(name, "")) > TEXT]
    if new is None or long:
        form = posts.answer_form(cohort, event.values, wrong=long or ["kept"])
        return Changes(reply=Invalid(form))
    changes = Changes(saves=(new,), tallies=counts(new, was), jobs=cards(cohort))
    return redrawn(changes, posts.KEPT)


def _before(was: Farewell | None) -> Mapping[str, str]:
    names = ("kept", "changed", "next", "quote", "again")
    return {name: getattr(was, name) for name in names} if was else {}


@for_members
async def thank(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Brings somebody a thank-you, with what it is for."""
    options = await colleagues(moment, cohort, me)
    if event.source != "form":
        return Changes(reply=opened_form(posts.thank_form(cohort, options)))
    person, met = await picked(event, moment, line(event.values.get("person", ""), 500))
    words = lines(event.values.get("words", ""), TEXT)
    fellow = person is not None and person.id != me.id and await _fellow(moment, cohort, person)
    if person is None or not fellow or not words:
        wrong = "words" if fellow else "person"
        return met + Changes(reply=Invalid(posts.thank_form(cohort, options, words, wrong)))
    id = thanks_id(cohort.id, me.id, person.id)
    if await moment.read.counted(f"closing-thanks/{id}"):
        return met + refused(posts.THANKED_BEFORE)
    new = Thanks(id=id, cohort=cohort.id, by=me.id, to=person.id, text=words, at=moment.now)
    told = show(ToPerson(person.id), thanks_slot(new))
    once = Tally(board=GIVEN_THANKS, subject=cohort.id, once=thanks_slot(new))
    return met + Changes(saves=(new,), tallies=(once,), jobs=(told,), reply=Done(posts.THANKED))


async def _fellow(moment: Moment, cohort: Cohort, person: Person) -> bool:
    return await belongs(moment.read, cohort, person.id)
