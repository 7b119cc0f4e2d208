"""Settings, pauses and the question after three messages without an answer."""

from datetime import datetime

from msgspec.structs import replace

from core.engine.gate import SILENT_AFTER, opening
from core.engine.ports import (
    Changes,
    Deliver,
    Event,
    Invalid,
    Job,
    Moment,
    Open,
    Tally,
    ToPerson,
    Viewer,
)
from core.message import Phrase, Post
from core.people.handlers import privately, redrawn
from core.people.hours import posts
from core.people.hours.model import (
    Unclear,
    as_of,
    paused,
    resumed,
    until_day,
    weeks_from,
    wished,
)
from core.people.model import SENT, Person, of, rhythm

WEEKS = {"1": 1, "2": 2}
ASK_AGAIN = 2


# --- settings -----------------------------------------------------------------------------------


async def settings(event: Event, moment: Moment, me: Person) -> Changes:
    """Shows when and how somebody is written to."""
    return privately(event, moment, me, _new_card("settings", moment, me))


async def change(event: Event, moment: Moment, me: Person) -> Changes:
    """Opens the form of settings; once it is filled in, keeps to it."""
    if event.source != "form":
        return Changes(reply=Open(posts.settings_form(me)))
    new = wished(me, event.values, moment.now)
    if isinstance(new, Person):
        return _kept(event, moment, new, posts.saved())
    return Changes(reply=Invalid(posts.filled_in(me, event.values, new)))


# --- pauses -------------------------------------------------------------------------------------


async def pause(event: Event, moment: Moment, me: Person) -> Changes:
    """Writes nothing unasked for so many weeks or until a day; offers both when none is named."""
    until = _named(event, moment, me)
    if until is not None:
        return _paused(event, moment, me, until)
    return privately(event, moment, me, _new_card("pause", moment, me))


def _named(event: Event, moment: Moment, me: Person) -> datetime | None:
    weeks = WEEKS.get(event.args.get("weeks", ""))
    if weeks:
        return weeks_from(me, moment.now, weeks)
    try:
        return until_day(me, moment.now, event.text.split(" ")[-1])
    except Unclear:
        return None


async def pause_until(event: Event, moment: Moment, me: Person) -> Changes:
    """Asks until which day, then writes nothing unasked until then."""
    if event.source != "form":
        return Changes(reply=Open(posts.pause_form()))
    day = event.values.get("until", "")
    try:
        return _paused(event, moment, me, until_day(me, moment.now, day))
    except Unclear:
        return Changes(reply=Invalid(posts.pause_form(day, ["until"])))


async def resume(event: Event, moment: Moment, me: Person) -> Changes:
    """Writes again."""
    return _kept(event, moment, resumed(me), posts.back())


def _paused(event: Event, moment: Moment, me: Person, until: datetime) -> Changes:
    new = paused(me, until)
    return _kept(event, moment, new, posts.quiet_now(new))


# --- silence ------------------------------------------------------------------------------------


async def silent(event: Event, moment: Moment) -> Changes:
    """Three messages had no answer: asks once, at an hour that suits, how to go on."""
    person = await of(moment.read, event.args["person"])
    if person is None or person.erased or person.stopped:
        return Changes()
    unanswered = await moment.read.tally(SENT, person.id) - person.heard
    slot = f"silent/{person.id}/{person.heard}"
    if unanswered < SILENT_AFTER or await moment.read.counted(slot):
        return Changes()
    asked = Tally(board="silent", subject=person.id, once=slot)
    work = Deliver(ToPerson(person.id), posts.silence(person, unanswered, slot))
    due = opening(rhythm(person), moment.now)
    job = Job(key=slot, work=work, due=due, weight="essential")
    return Changes(tallies=(asked,), jobs=(job,))


async def stay(event: Event, moment: Moment, me: Person) -> Changes:
    """Somebody wants us to go on as before."""
    return _kept(event, moment, resumed(me), posts.stays())


async def later(event: Event, moment: Moment, me: Person) -> Changes:
    """Somebody wants to be left in peace for two weeks."""
    return _paused(event, moment, me, weeks_from(me, moment.now, ASK_AGAIN))


async def stop(event: Event, moment: Moment, me: Person) -> Changes:
    """Somebody wants nothing unasked any more."""
    new = replace(me, stopped=True, paused_until=None)
    return _kept(event, moment, new, posts.quiet_now(new))


# --- views --------------------------------------------------------------------------------------


async def settings_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """Somebody's settings, for their eyes."""
    me = await _owner(moment, slot, viewer)
    return posts.settings(me, slot) if me else None


async def pause_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """Somebody's pause, for their eyes."""
    me = await _owner(moment, slot, viewer)
    return posts.pause(me, slot) if me else None


async def silent_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question how to go on, or what was answered."""
    me = await _owner(moment, slot, viewer)
    if me is None:
        return None
    return posts.silence(me, await moment.read.tally(SENT, me.id) - me.heard, slot)


async def _owner(moment: Moment, slot: str, viewer: Viewer) -> Person | None:
    """Whose card it is, if they are the one who looks."""
    if not viewer.person or slot.split("/")[1:2] != [viewer.person]:
        return None
    person = await of(moment.read, viewer.person)
    return as_of(person, moment.now) if person and not person.erased else None


def _new_card(kind: str, moment: Moment, me: Person) -> Post:
    """A card of its own for each time that somebody asks, so that it stands below the question."""
    return _drawn(as_of(me, moment.now), f"{kind}/{me.id}/{moment.id('card')[:8]}")


def _drawn(me: Person, slot: str) -> Post:
    match slot.partition("/")[0]:
        case "settings":
            return posts.settings(me, slot)
        case "silent":
            return posts.silence(me, 0, slot)
        case _:
            return posts.pause(me, slot)


def _kept(event: Event, moment: Moment, new: Person, note: Phrase) -> Changes:
    """The choice, saved, and the pressed card as it stands now."""
    pressed = event.origin.slot if event.origin else ""
    mine = pressed.split("/")[1:2] == [new.id]
    drawn = _drawn(as_of(new, moment.now), pressed if mine else "")
    return Changes(saves=(new,)) + redrawn(event, moment, new, drawn, note)
