"""What may keep a send from leaving, or from going on, and how its sender hears of it."""

from datetime import datetime

from msgspec.structs import replace

from core.cohorts.model import Cohort, leads, over
from core.courses.model import Send, State, may_send
from core.courses.sending.notices import halted_post
from core.courses.sending.watching import desk
from core.engine.ports import Changes, Deliver, Job, Moment, ToPerson
from core.people.model import alive


async def hindered(moment: Moment, it: Send) -> str:
    """What is in the way of its leaving, in one word; "" for nothing."""
    me = await alive(moment.read, it.by)
    if me is None:
        return "rights"
    if any(course.retired for course in it.courses):
        return "gone"
    rests = asleep(await moment.read.get(Cohort, it.cohort), moment.now) if it.cohort else ""
    return rests or ("" if await entitled(moment, it) else "rights")


async def entitled(moment: Moment, it: Send) -> bool:
    """Whether its sender, today, may send to whom it is for: who leads no longer may not."""
    me = await alive(moment.read, it.by)
    if me is None:
        return False
    if it.cohort:
        cohort = await moment.read.get(Cohort, it.cohort)
        return cohort is not None and leads(cohort, me.id)
    alone = it.audience is not None and it.audience.kind == "me"
    return alone or await may_send(moment, me, None)


def asleep(cohort: Cohort | None, now: datetime) -> str:
    """Why a cohort asks nobody for anything now; "" when it may."""
    if cohort is None or cohort.stage == "cancelled":
        return "cancelled"
    if cohort.stage == "paused":
        return "paused"
    return "over" if over(cohort, now) else ""


def halted(it: Send, why: str) -> Changes:
    """It stays where it is, nothing of it is lost, and its sender is told."""
    state: State = "stopped" if it.state == "going" else "ready"
    new = replace(it, state=state, goes=None, halt=why)
    told = Deliver(ToPerson(it.by), halted_post(new))
    key = f"halted/{it.id}/{it.version}"
    return Changes(saves=(new,), jobs=(Job(key=key, work=told, weight="essential"), desk(new)))
