"""The next of a path opens: when the last is done, or when its day comes."""

from datetime import datetime

from core.courses.assigning import enrolling
from core.courses.assigning.model import OUT, THEIRS, local, midnight, one_id
from core.courses.learning.model import known, theirs
from core.courses.model import Learning, Send, withdrawn
from core.courses.paths import posts
from core.courses.paths.model import advanced, days_of, next_day, opened, to_open
from core.engine.gate import opening
from core.engine.ports import (
    Changes,
    Delivery,
    Event,
    Job,
    Moment,
    Raise,
    Record,
    Show,
    ToPerson,
)
from core.people.model import Person, alive, rhythm

OURS = ("press", "form")
STANDS = (*OUT, "stopped")


# --- when the last is done ------------------------------------------------------------------------


async def learned(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Somebody has come further: what follows opens."""
    if not isinstance(now, Learning) or len(now.steps) == 1:
        return Changes()
    send = await moment.read.get(Send, now.send)
    person = await alive(moment.read, now.person)
    if send is None or person is None or len(send.courses) != len(now.steps):
        return Changes()
    begun = await _begun(moment, send, now.person)
    if begun is None:
        return Changes()
    own = rhythm(person)
    furthest = to_open(send, now, local(begun, own), local(moment.now, own))
    new = advanced(now, furthest, moment.now)
    waits = Changes(jobs=_waits(event.org, send, new, person, begun) if send.open else ())
    if new == now:
        return waits
    card = await theirs(moment.read, send, new.person)
    if card and event.source in OURS:
        told = Changes(jobs=card)
    else:
        told = _told(new) if opened(new) > opened(now) else Changes()
    return waits + told + _enrolled(event.org, send, now, new) + Changes(saves=(new,))


async def _begun(moment: Moment, send: Send, person: str) -> datetime | None:
    """When a path began for somebody: as it came to them, or stood where all see it."""
    brought = await moment.read.get(Delivery, one_id(send.id, person))
    if send.state not in STANDS or (brought and brought.state not in THEIRS):
        return None
    if brought is not None:
        return brought.at
    return (send.ended or send.made) if send.open else None


def _told(new: Learning) -> Changes:
    """Who does not look at their card right now is told once, when it suits."""
    slot = posts.next_slot(new, opened(new))
    return Changes(jobs=(Job(key=slot, work=Show(ToPerson(new.person), slot), weight="nudge"),))


def _enrolled(org: str, send: Send, was: Learning, new: Learning) -> Changes:
    """Where a provider enrols people, they are for each step that opens."""
    steps = range(opened(was) + 1, opened(new) + 1)
    return Changes(jobs=tuple(j for n in steps for j in enrolling.soon(org, send, new.person, n)))


# --- when its day comes ---------------------------------------------------------------------------


async def brought(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Somebody gets a path by date: its second step has a day of theirs; or loses it."""
    if isinstance(now, Delivery) and now.state == "withdrawn":
        return await _taken(moment, now)
    if not isinstance(now, Delivery) or now.state not in THEIRS or was is not None:
        return Changes()
    send = await moment.read.get(Send, now.campaign)
    if send is None or len(send.courses) == 1 or not days_of(send.pace):
        return Changes()
    person = await alive(moment.read, now.person)
    learning = await known(moment.read, send, now.person)
    return Changes(jobs=_waits(event.org, send, learning, person, now.at) if person else ())


async def _taken(moment: Moment, now: Delivery) -> Changes:
    """It was taken back: what told them of its steps goes as well."""
    learning = await moment.read.get(Learning, one_id(now.campaign, now.person))
    steps = range(1, opened(learning) + 1) if learning else ()
    slots = [posts.next_slot(learning, n) for n in steps] if learning else []
    return Changes(jobs=tuple(withdrawn(now.person, slot) for slot in slots))


async def opens(event: Event, moment: Moment) -> Changes:
    """The day of the next step has come: it opens, done with the last or not."""
    id = event.args["person"]
    send = await moment.read.get(Send, event.args["send"])
    person = await alive(moment.read, id)
    begun = await _begun(moment, send, id) if send else None
    if send is None or begun is None or person is None or not days_of(send.pace):
        return Changes()
    own = rhythm(person)
    was = await known(moment.read, send, id)
    furthest = to_open(send, was, local(begun, own), local(moment.now, own))
    new = advanced(was, furthest, moment.now)
    again = Changes(jobs=_waits(event.org, send, new, person, begun))
    if opened(new) == opened(was):
        return again
    return again + _told(new) + _enrolled(event.org, send, was, new) + Changes(saves=(new,))


def _waits(
    org: str, send: Send, learning: Learning, person: Person, begun: datetime
) -> tuple[Job, ...]:
    """The timer of the next step of somebody; there is one for each person and send."""
    own = rhythm(person)
    day = next_day(send, learning, local(begun, own))
    if day is None:
        return ()
    return (_timer(org, send.id, learning.person, opening(own, midnight(day, own))),)


def _timer(org: str, send: str, person: str, at: datetime) -> Job:
    args = {"send": send, "person": person}
    id = f"timer/courses.opens/{send}/{person}/{at:%Y%m%d%H%M}"
    event = Event(id=id, org=org, source="timer", name="courses.opens", args=args)
    return Job(key=f"courses.opens/{send}/{person}", work=Raise(event), due=at, plan="replace")
