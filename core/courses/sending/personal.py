"""What somebody sent and was sent: taken along, erased, carried over."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from core.cohorts.model import timer
from core.courses.audience.model import GONE, TWICE, trace_of
from core.courses.model import WAITING, Audience, Send, given
from core.courses.sending.drafting import BEFORE
from core.engine.ports import Changes, Delivery, Event, Moment, Record, counted
from core.people.model import Person

PAGE = 20


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """The links that somebody sent, and those that they were sent."""
    sends = (await moment.read.find(Send, by=me.id)).items
    got = (await moment.read.find(Delivery, person=me.id)).items
    return {
        "sent": [msgspec.to_builtins(_without_others(it)) for it in sends],
        "got": [{"send": one.campaign, "at": one.at, "state": one.state} for one in got],
    }


def _without_others(it: Send) -> Send:
    """Whom they named are other people."""
    named = it.audience is not None and it.audience.kind == "people"
    return replace(it, audience=Audience(kind="people")) if named else it


# --- erased ---------------------------------------------------------------------------------------


async def forget(me: Person, moment: Moment) -> Changes:
    """What they had not sent goes; what they sent stays without a name, and so does what they got.

    What was still to come to them is not sent, and counts as somebody who is no longer here.
    """
    changes = Changes()
    for it in (await moment.read.find(Send, by=me.id)).items:
        gone = it.state in BEFORE
        changes += Changes(deletes=(it,)) if gone else Changes(saves=(replace(it, by=""),))
    return changes + nameless((await moment.read.find(Delivery, person=me.id)).items, moment, GONE)


def nameless(deliveries: Sequence[Delivery], moment: Moment, why: str) -> Changes:
    """Each still counts as what it is, for nobody in particular."""
    changes = Changes()
    for one in deliveries:
        id = f"{one.campaign}/{moment.id(one.id)[:16]}"
        new = replace(one, id=id, version=0, person="")
        if one.state in WAITING:
            new = replace(new, state="skipped", why=why)
        moved = () if new.state == one.state else (counted(one, -1), counted(new))
        changes += Changes(saves=(new,), deletes=(one,), tallies=moved)
    return changes


async def erased(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Somebody was erased: the rolls that are still to be sent are gone through for them."""
    if not isinstance(now, Person) or not now.erased or now.into:
        return Changes()
    if isinstance(was, Person) and was.erased:
        return Changes()
    trace = trace_of(was.email, now.id) if isinstance(was, Person) else ""
    return Changes(jobs=(timer("courses.forget", event.org, None, person=now.id, trace=trace),))


# --- two who turn out to be one -------------------------------------------------------------------


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next of what the other sent and was sent; no Changes once nothing is left."""
    changes = Changes()
    for it in (await moment.read.find(Send, by=gone.id, limit=PAGE)).items:
        changes += Changes(saves=(replace(it, by=kept.id),))
    for one in (await moment.read.find(Delivery, person=gone.id, limit=PAGE)).items:
        changes += await _carried(kept, one, moment)
    return changes


async def _carried(kept: Person, one: Delivery, moment: Moment) -> Changes:
    """What one of them was sent; what both were sent counts once for the one, once for nobody."""
    it = await moment.read.get(Send, one.campaign)
    id = f"{one.campaign}/{kept.id}"
    if it is None or await moment.read.get(Delivery, id):
        return nameless((one,), moment, TWICE)
    new = replace(one, id=id, version=0, person=kept.id)
    jobs = given(it, kept.id, moment.now).jobs if one.state in WAITING else ()
    return Changes(saves=(new,), deletes=(one,), jobs=jobs)
