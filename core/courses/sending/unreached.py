"""Who could not be reached, each with a reason, and two ways out."""

from collections.abc import Sequence

from core.cohorts.access import privately, refused
from core.cohorts.model import Cohort, Space
from core.cohorts.words import name_of
from core.courses.audience.model import roll_id
from core.courses.model import Roll, Send
from core.courses.sending import lists, sentences
from core.courses.sending.drafting import mine
from core.courses.sending.figures import figures
from core.courses.sending.halting import entitled
from core.courses.sending.lists import Missed, Missing
from core.engine.ports import (
    Card,
    Changes,
    Deliver,
    Delivery,
    Event,
    Job,
    Moment,
    Tally,
    ToPlace,
)
from core.people.model import Person, alive

STATES = ("not_installed", "blocked", "skipped", "failed", "expired")
MENTIONED = frozenset({"not_installed", "failed", "expired"})
CALLED = 20
BOARD = "courses.mentioned"
STRANGERS = "strangers"


async def unreached(event: Event, moment: Moment, me: Person) -> Changes:
    """A page of them with reasons, to whoever sent it and to nobody else."""
    it = await mine(event, moment, me)
    if it is None:
        return refused(sentences.GONE)
    found = await missing(moment, it, event.args.get("after", ""), lists.SHOWN)
    if not found.rows:
        return refused(sentences.ALL_REACHED)
    cohort = await moment.read.get(Cohort, it.cohort)
    told = await figures(moment, it)
    missed = any(told.by.get(state) for state in MENTIONED)
    post = lists.missed(it, found, mention=missed and bool(cohort and cohort.spaces))
    here = event.args.get("after") and event.origin is not None and event.origin.private
    return Changes(reply=Card(post)) if here else privately(event, me, post)


async def copy(event: Event, moment: Moment, me: Person) -> Changes:
    """The same as a list to copy, with addresses."""
    it = await mine(event, moment, me)
    if it is None:
        return refused(sentences.GONE)
    found = await missing(moment, it, event.args.get("after", ""), lists.COPIED)
    return privately(event, me, lists.to_copy(it, found))


async def mention(event: Event, moment: Moment, me: Person) -> Changes:
    """Calls those who have no chat with us where the cohort meets, once."""
    it = await mine(event, moment, me)
    if it is None:
        return refused(sentences.GONE)
    if not await entitled(moment, it):
        return refused(sentences.HALTS["rights"])
    if await moment.read.counted(f"{BOARD}/{it.id}"):
        return refused(sentences.MENTIONED_BEFORE)
    cohort = await moment.read.get(Cohort, it.cohort)
    place = await _shared(moment, cohort)
    called = await _called(moment, it)
    if not place or not called:
        return refused(sentences.NO_SPACE)
    work = Deliver(ToPlace(place), lists.calling_for(it, called))
    once = Tally(board=BOARD, subject=it.id, once=f"{BOARD}/{it.id}")
    job = Job(key=f"mention/{it.id}", work=work, weight="essential")
    return Changes(tallies=(once,), jobs=(job,)) + refused(sentences.MENTIONED)


async def _shared(moment: Moment, cohort: Cohort | None) -> str:
    """The first place of the cohort where we still are."""
    for id in cohort.spaces if cohort else ():
        space = await moment.read.get(Space, id)
        if space is not None and space.state == "attached":
            return id
    return ""


async def _called(moment: Moment, it: Send) -> Sequence[tuple[str, str]]:
    """Who may be called: not who asked for quiet, and nobody who has left."""
    found: list[tuple[str, str]] = []
    for state in STATES:
        if state in MENTIONED and len(found) < CALLED:
            page = await moment.read.find(Delivery, campaign=it.id, state=state, limit=CALLED)
            found += [(one.person, await name_of(moment, one.person)) for one in page.items]
    return [(person, name) for person, name in found if person and name][:CALLED]


# --- page by page ---------------------------------------------------------------------------------


async def missing(moment: Moment, it: Send, after: str, most: int) -> Missing:
    """The next of them: by state, then addresses that nobody has."""
    state, _, cursor = after.partition("|")
    states = await _states(moment, it)
    at = states.index(state) if state in states else 0
    for n, name in enumerate(states[at:], at):
        rows, on = await _some(moment, it, name, cursor if name == state else "", most)
        if rows:
            then = f"{states[n + 1]}|" if n + 1 < len(states) else ""
            return Missing(rows=rows, after=f"{name}|{on}" if on else then)
    return Missing()


async def _states(moment: Moment, it: Send) -> Sequence[str]:
    """The states in which somebody is, in their order."""
    told = await figures(moment, it)
    there = [state for state in STATES if told.by.get(state)]
    return (*there, *((STRANGERS,) if told.strangers else ()))


async def _some(
    moment: Moment, it: Send, state: str, cursor: str, most: int
) -> tuple[tuple[Missed, ...], str]:
    if state == STRANGERS:
        return await _strangers(moment, it, cursor, most)
    try:
        page = await moment.read.find(
            Delivery, campaign=it.id, state=state, after=cursor, limit=most
        )
    except ValueError:
        return (), ""
    return tuple([await _missed(moment, it, one) for one in page.items]), page.cursor


async def _missed(moment: Moment, it: Send, one: Delivery) -> Missed:
    if it.open:
        places = it.audience.ids if it.audience else ()
        number = one.id.rpartition("/at")[2]
        place = places[int(number)] if number.isdecimal() and int(number) < len(places) else ""
        space = await moment.read.get(Space, place)
        return Missed(name=space.title if space else place.partition(":")[0], why="place")
    person = await alive(moment.read, one.person) if one.person else None
    why = one.why if one.state == "skipped" else one.state
    if person is None:
        return Missed(name="", why=why)
    return Missed(name=person.name, why=why, person=person.id, mail=person.email)


async def _strangers(
    moment: Moment, it: Send, cursor: str, most: int
) -> tuple[tuple[Missed, ...], str]:
    """Addresses that belong to nobody we know, as they were pasted."""
    number, _, start = cursor.partition(":")
    n = int(number) if number.isdecimal() else 0
    at = int(start) if start.isdecimal() else 0
    for roll_number in range(n, it.pages):
        roll = await moment.read.get(Roll, roll_id(it, roll_number))
        mails = roll.strangers[at:] if roll else ()
        if mails:
            shown = mails[:most]
            on = f"{roll_number}:{at + most}" if len(mails) > most else f"{roll_number + 1}:0"
            more = on if len(mails) > most or roll_number + 1 < it.pages else ""
            return tuple(Missed(name=mail, why="unknown", mail=mail) for mail in shown), more
        at = 0
    return (), ""
