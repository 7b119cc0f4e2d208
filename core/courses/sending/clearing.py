"""Rolls that nobody needs any more are forgotten, some at a time."""

from msgspec.structs import replace

from core.cohorts.model import timer
from core.courses.audience.model import Count, trace_of
from core.courses.model import Roll, Send
from core.engine.ports import Changes, Event, Moment

AT_ONCE = 20


async def clear(event: Event, moment: Moment) -> Changes:
    """The rolls and the count of one gathering, or of all of them."""
    send, round_ = event.args["send"], event.args["round"]
    page = await moment.read.find(
        Roll, send=send, after=event.args.get("cursor", ""), limit=AT_ONCE
    )
    old = tuple(one for one in page.items if round_ in ("all", one.id.split("/")[1]))
    counts = (await moment.read.find(Count, send=send)).items
    done = tuple(one for one in counts if round_ in ("all", one.id.split("/")[1]))
    on = (timer(event.name, event.org, None, **{**event.args, "cursor": page.cursor}),)
    return Changes(deletes=(*old, *done), jobs=on if page.cursor else ())


async def forget(event: Event, moment: Moment) -> Changes:
    """Takes somebody who was erased out of all rolls; their place stays, so that figures add up."""
    person = event.args["person"]
    page = await moment.read.find(Roll, after=event.args.get("cursor", ""), limit=AT_ONCE)
    changes = Changes()
    for roll in page.items:
        it = await moment.read.get(Send, roll.send)
        if it is None:
            changes += Changes(deletes=(roll,))
            continue
        new = _without(roll, person, event.args.get("trace", ""))
        if new != roll:
            changes += Changes(saves=(new, *_unnamed(it, person)))
    on = (timer(event.name, event.org, None, **{**event.args, "cursor": page.cursor}),)
    return changes + Changes(jobs=on if page.cursor else ())


def _without(roll: Roll, person: str, trace: str) -> Roll:
    """The roll without them, also where their address stood before we knew whose it was."""
    people = tuple("" if one == person else one for one in roll.people)
    if not trace:
        return replace(roll, people=people)
    mails = ("" if trace_of(mail, person) == trace else mail for mail in roll.strangers)
    return replace(roll, people=people, strangers=tuple(mails))


def _unnamed(it: Send, person: str) -> tuple[Send, ...]:
    """The send, if it names them as one of the people that it is for."""
    if it.audience is None or it.audience.kind != "people" or person not in it.audience.ids:
        return ()
    ids = tuple(one for one in it.audience.ids if one != person)
    return (replace(it, audience=replace(it.audience, ids=ids)),)
