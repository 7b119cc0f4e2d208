"""What follows in this slice when a record changes."""

from core.courses.assigning import enrolling, joining, reminding, step
from core.courses.assigning.model import OUT, THEIRS
from core.courses.model import Learning, Send
from core.engine.ports import Changes, Delivery, Event, Moment, Record


async def brought(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """A link is on its way to somebody: reminders are planned, and gone with it."""
    if isinstance(now, Delivery) and now.state == "withdrawn":
        return await reminding.taken(moment, now)
    if not isinstance(now, Delivery) or now.state not in THEIRS:
        return Changes()
    send = await moment.read.get(Send, now.campaign)
    if send is None:
        return Changes()
    jobs = await reminding.planned(event.org, moment, send, now)
    late = send.state == "sent"
    return Changes(jobs=jobs + (enrolling.soon(event.org, send, now.person) if late else ()))


async def changed(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """A link has gone out, is due on another day, or is for later members, too."""
    if not isinstance(now, Send):
        return Changes()
    before = was if isinstance(was, Send) else None
    if now.state not in OUT:
        return Changes(jobs=step.onward(event.org, before, now))
    jobs = (*enrolling.begun(event.org, before, now), *joining.spread(event.org, before, now))
    if before and before.state in OUT:
        jobs += reminding.moved(event.org, before, now)
    return Changes(jobs=jobs)


async def learned(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Somebody has done all of it: there is room for the next."""
    if not isinstance(now, Learning):
        return Changes()
    return await joining.done(was if isinstance(was, Learning) else None, now, event, moment)
