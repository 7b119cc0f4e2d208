"""What somebody does with their card: done, not done after all, later."""

from datetime import datetime

from msgspec.structs import replace

from core.cohorts.access import redrawn, refused
from core.courses.learning import posts
from core.courses.learning.model import (
    known,
    later_at,
    marked,
    moved,
    opened_to,
    step_in,
    takes_part,
    theirs,
)
from core.courses.model import Learning, Send, card_slot, copy_slot, may_see, withdrawn
from core.engine.ports import Changes, Delivery, Event, Job, Moment, Raise, Record, Show, ToPerson
from core.message import Phrase
from core.people.model import Person, alive, rhythm


async def done(event: Event, moment: Moment, me: Person) -> Changes:
    """Somebody says that they are done; nobody is asked to prove it."""
    send = await meant(event, moment, me)
    if isinstance(send, Phrase):
        return refused(send)
    was = await known(moment.read, send, me.id)
    n = _step(event, send, was)
    if n is None or not opened_to(was, n):
        return refused(posts.GONE if n is None else posts.NOT_YET)
    if was.steps[n].declared:
        return redrawn(Changes(), posts.SAID_BEFORE)
    new = marked(was, n, "declared", moment.now)
    changes = moved(send, new, was)
    return redrawn(changes + await _elsewhere(event, moment, send, me), posts.SAID)


async def undone(event: Event, moment: Moment, me: Person) -> Changes:
    """They take it back; what the provider says stays what it is."""
    send = await meant(event, moment, me)
    if isinstance(send, Phrase):
        return refused(send)
    was = await known(moment.read, send, me.id)
    n = _step(event, send, was)
    if n is None or not was.steps[n].declared:
        return redrawn(Changes(), posts.NEVER_SAID)
    new = marked(was, n, "declared", None)
    changes = moved(send, new, was)
    return redrawn(changes + await _elsewhere(event, moment, send, me), posts.UNSAID)


async def later(event: Event, moment: Moment, me: Person) -> Changes:
    """Brings the card once more today, or when they work again."""
    send = await meant(event, moment, me)
    if isinstance(send, Phrase):
        return refused(send)
    if (await known(moment.read, send, me.id)).now.done:
        return redrawn(Changes(), posts.DONE_ALREADY)
    at = later_at(rhythm(me), moment.now)
    return redrawn(Changes(jobs=(_again(event.org, send.id, me.id, at),)), posts.again_at(at))


def _again(org: str, send: str, person: str, at: datetime) -> Job:
    """Brings it at a time; there is one for each person and send."""
    id = f"timer/courses.again/{send}/{person}/{at:%Y%m%d%H%M%S}"
    args = {"send": send, "person": person}
    event = Event(id=id, org=org, source="timer", name="courses.again", args=args)
    key = f"courses.again/{send}/{person}"
    return Job(key=key, work=Raise(event), due=at, plan="replace")


async def again(event: Event, moment: Moment) -> Changes:
    """The card they asked for, as a message of its own, unless it is done or gone by now."""
    send = await moment.read.get(Send, event.args.get("send", ""))
    me = await alive(moment.read, event.args.get("person", ""))
    if send is None or me is None or not await takes_part(moment, send, me.id):
        return Changes()
    was = await known(moment.read, send, me.id)
    if was.now.done:
        return Changes()
    new = replace(was, copies=was.copies + 1)
    slot = copy_slot(send.id, new.copies)
    job = Job(key=f"show/{me.id}/{slot}", work=Show(ToPerson(me.id), slot))
    return Changes(saves=(new,), jobs=(job,))


async def taken(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """A link was taken back from somebody: the cards that they asked for once more go as well."""
    if not isinstance(now, Delivery) or now.state != "withdrawn":
        return Changes()
    begun = await moment.read.get(Learning, f"{now.campaign}/{now.person}")
    slots = [copy_slot(now.campaign, n) for n in range(1, begun.copies + 1)] if begun else []
    return Changes(jobs=tuple(withdrawn(now.person, slot) for slot in slots))


async def meant(event: Event, moment: Moment, me: Person) -> Send | Phrase:
    """The send that a button names, if this person counts in it; else why not."""
    send = await moment.read.get(Send, event.args.get("send", ""))
    if send is None:
        return posts.GONE
    place = event.origin.place if event.origin else ""
    if await takes_part(moment, send, me.id, place):
        return send
    if send.state == "taken" and await may_see(moment, send, me.id):
        return posts.TAKEN
    return posts.PREVIEW if send.by == me.id else posts.NOT_YOURS


def _step(event: Event, send: Send, was: Learning) -> int | None:
    """The step that a button names; on the card for all to see, the one that is open to them."""
    text = event.args.get("step", "")
    return step_in(text, send) if text else min(was.at, len(send.courses) - 1)


async def _elsewhere(event: Event, moment: Moment, send: Send, me: Person) -> Changes:
    """Their own card, where they pressed another one: there is what comes next."""
    slot = event.origin.slot if event.origin else ""
    if event.origin and event.origin.private:
        mine = slot == card_slot(send.id)
        return Changes() if mine else Changes(jobs=await theirs(moment.read, send, me.id))
    job = Job(
        key=f"show/{me.id}/{card_slot(send.id)}",
        work=Show(ToPerson(me.id), card_slot(send.id)),
        weight="answer",
        plan="replace",
    )
    return Changes(jobs=(job,))
