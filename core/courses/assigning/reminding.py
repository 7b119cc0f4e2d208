"""The ladder of reminders: one timer for each person, which looks whether it still matters."""

from datetime import datetime

from msgspec.structs import replace

from core.cohorts.access import redrawn, refused
from core.cohorts.model import timer
from core.courses.assigning import posts
from core.courses.assigning.model import (
    THEIRS,
    Reminding,
    Rung,
    heeds,
    local,
    next_rung,
    one_id,
)
from core.courses.model import Send, withdrawn
from core.engine.ports import (
    Changes,
    Delivery,
    Event,
    Job,
    Moment,
    Raise,
    Record,
    Show,
    Shown,
    ToPerson,
)
from core.people.model import Person, alive, rhythm


def turn(org: str, send: str, person: str, at: datetime) -> Job:
    """Looks whether a reminder is due; there is one for each person and send."""
    args = {"send": send, "person": person}
    id = f"timer/courses.remind/{send}/{person}/{at:%Y%m%d%H%M}"
    event = Event(id=id, org=org, source="timer", name="courses.remind", args=args)
    key = f"courses.remind/{send}/{person}"
    return Job(key=key, work=Raise(event), due=at, plan="replace")


async def planned(org: str, moment: Moment, send: Send, brought: Delivery) -> tuple[Job, ...]:
    """The timer of the next reminder to somebody who got a link, if there is one to come."""
    person = await alive(moment.read, brought.person)
    if send.due is None or person is None or brought.state not in THEIRS:
        return ()
    was = await moment.read.get(Reminding, one_id(send.id, brought.person))
    rung = next_rung(send.due, rhythm(person), brought.at, was, moment.now)
    at = max(rung.at, moment.now) if rung else None
    return (turn(org, send.id, brought.person, at),) if at else ()


async def remind(event: Event, moment: Moment) -> Changes:
    """A reminder's time has come: it goes out if it still matters and the one before did."""
    send = await moment.read.get(Send, event.args["send"])
    person = await alive(moment.read, event.args["person"])
    id = one_id(event.args["send"], event.args["person"])
    brought = await moment.read.get(Delivery, id)
    if send is None or send.due is None or person is None or brought is None:
        return Changes()
    fresh = Reminding(id=id, send=send.id, person=brought.person)
    was = await moment.read.get(Reminding, id) or fresh
    rung = next_rung(send.due, rhythm(person), brought.at, was, moment.now)
    if rung is None or (was.rungs and not await _arrived(moment, was)):
        return Changes()
    if rung.at > moment.now:
        return Changes(jobs=(turn(event.org, send.id, brought.person, rung.at),))
    done = replace(was, rungs=rung.n + 1, last=local(moment.now, rhythm(person)))
    after = next_rung(send.due, rhythm(person), brought.at, done, moment.now)
    again = (turn(event.org, send.id, brought.person, after.at),) if after else ()
    if not await heeds(moment, send, brought.person):
        return Changes(jobs=again)
    return Changes(saves=(done,), jobs=(_telling(done, rung), *again))


def _telling(told: Reminding, rung: Rung) -> Job:
    slot = posts.remind_slot(told)
    return Job(key=slot, work=Show(ToPerson(told.person), slot), weight="nudge", until=rung.until)


async def _arrived(moment: Moment, was: Reminding) -> bool:
    """Whether the last reminder really went out: nobody is reminded who was not."""
    found = await moment.read.find(Shown, slot=posts.remind_slot(was), limit=1)
    return bool(found.items)


async def taken(moment: Moment, brought: Delivery) -> Changes:
    """A link was taken back from somebody: their reminders of it go as well."""
    told = await moment.read.get(Reminding, one_id(brought.campaign, brought.person))
    rungs = range(1, told.rungs + 1) if told else ()
    slots = [posts.remind_slot(replace(told, rungs=n)) for n in rungs] if told else []
    return Changes(jobs=tuple(withdrawn(brought.person, slot) for slot in slots))


# --- when its day moves ---------------------------------------------------------------------------


def moved(org: str, was: Send, now: Send) -> tuple[Job, ...]:
    """All reminders move along with the day."""
    if was.due == now.due or now.due is None:
        return ()
    return (timer("courses.redue", org, None, send=now.id, version=str(now.version)),)


async def redue(event: Event, moment: Moment) -> Changes:
    """The next of those who got it are reminded of the new day."""
    send = await moment.read.get(Send, event.args["send"])
    if send is None or send.due is None:
        return Changes()
    after = event.args.get("cursor", "")
    page = await moment.read.find(Delivery, campaign=send.id, after=after)
    jobs: tuple[Job, ...] = ()
    for brought in page.items:
        jobs += await planned(event.org, moment, send, brought)
    if page.cursor:
        jobs += (timer(event.name, event.org, None, **{**event.args, "cursor": page.cursor}),)
    return Changes(jobs=jobs)


# --- a way out ------------------------------------------------------------------------------------


async def quiet(event: Event, moment: Moment, me: Person) -> Changes:
    """Nobody reminds me of this one any more; the link stays."""
    send = await moment.read.get(Send, event.args.get("send", ""))
    brought = await moment.read.get(Delivery, one_id(send.id, me.id)) if send else None
    if send is None or brought is None:
        return refused(posts.GONE)
    id = one_id(send.id, me.id)
    was = await moment.read.get(Reminding, id) or Reminding(id=id, send=send.id, person=me.id)
    saves: tuple[Record, ...] = () if was.stopped else (replace(was, stopped=moment.now),)
    return redrawn(Changes(saves=saves), posts.QUIET)
