"""Who joins a cohort gets what is assigned there; who leaves hears no more of it."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from core.cohorts.access import redrawn, refused
from core.cohorts.model import Cohort, afar, awake, later, leads, membership_id, timer
from core.cohorts.model import Membership as Member
from core.courses.assigning import posts
from core.courses.assigning.model import AT_ONCE, OUT, THEIRS, local, offered, one_id
from core.courses.audience.model import LEFT
from core.courses.model import Learning, Send, card_slot, desk_slot, given
from core.engine.gate import zone_of
from core.engine.ports import (
    Changes,
    Delivery,
    Event,
    Job,
    Moment,
    Record,
    Show,
    ToPerson,
    counted,
    show,
)
from core.people.model import Person, alive, rhythm

AGO = timedelta(seconds=1)
OUT_OF_IT = ("skipped", LEFT)


async def follow(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Somebody has come into a cohort, or left it."""
    if not isinstance(now, Member):
        return Changes()
    before = was.state if isinstance(was, Member) else ""
    if "member" not in (before, now.state) or before == now.state:
        return Changes()
    if not (await moment.read.find(Send, cohort=now.cohort, limit=1)).items:
        return Changes()
    name = "courses.joined" if now.state == "member" else "courses.left"
    args = {"cohort": now.cohort, "person": now.person, "turn": str(now.turn)}
    return Changes(jobs=(timer(name, event.org, None, **args),))


# --- coming ---------------------------------------------------------------------------------------


async def joined(event: Event, moment: Moment) -> Changes:
    """Brings a member what is assigned and not over, three open ones at most; the rest waits."""
    id, person = event.args["cohort"], event.args["person"]
    cohort = await moment.read.get(Cohort, id)
    member = await moment.read.get(Member, membership_id(id, person))
    if cohort is None or member is None or member.state != "member":
        return Changes()
    if not awake(cohort, moment.now):
        return Changes(jobs=(later(event, moment.now),) if cohort.stage == "paused" else ())
    page = await moment.read.find(Send, cohort=id, state="sent")
    changes, open = Changes(), 0
    for send in sorted(page.items, key=lambda it: it.made):
        if open < AT_ONCE and _meant(send, cohort, member, moment.now):
            more, stands = await _one(moment, send, person)
            changes, open = changes + more, open + stands
    return changes


def _meant(send: Send, cohort: Cohort, member: Member, now: datetime) -> bool:
    """Whether a member who comes now gets it: what stands in the open is there for them to see."""
    if not send.assigned or (send.open and not afar(cohort, member)):
        return False
    return offered(send, now.astimezone(zone_of(cohort.zone)).date())


async def _one(moment: Moment, send: Send, person: str) -> tuple[Changes, bool]:
    """What brings it to somebody who has not got it, and whether it is open to them then."""
    learning = await moment.read.get(Learning, one_id(send.id, person))
    if learning and learning.done:
        return Changes(), False
    was = await moment.read.get(Delivery, one_id(send.id, person))
    if was is None or (was.state, was.why) == OUT_OF_IT:
        anew = (counted(was, -1),) if was else ()
        return Changes(tallies=anew) + given(send, person, moment.now), True
    return Changes(), was.state in THEIRS


async def done(was: Learning | None, now: Learning, event: Event, moment: Moment) -> Changes:
    """Who has done one of what is assigned gets the next that waits for them."""
    send = await moment.read.get(Send, now.send) if now.done and not (was and was.done) else None
    if send is None or not send.assigned or not send.cohort:
        return Changes()
    args = {"cohort": send.cohort, "person": now.person, "after": send.id}
    return Changes(jobs=(timer("courses.joined", event.org, None, **args),))


# --- leaving --------------------------------------------------------------------------------------


async def left(event: Event, moment: Moment) -> Changes:
    """What has not reached who left stays behind."""
    id, person = event.args["cohort"], event.args["person"]
    member = await moment.read.get(Member, membership_id(id, person))
    if member is not None and member.state == "member":
        return Changes()
    changes = Changes()
    for send in (await moment.read.find(Send, cohort=id)).items:
        brought = await moment.read.get(Delivery, one_id(send.id, person))
        if brought is not None and brought.state in ("planned", "held"):
            changes += _over(send, brought, moment.now)
    return changes


def _over(send: Send, was: Delivery, now: datetime) -> Changes:
    """The job of `given`, once more, too late to be done; they are accounted for as who left."""
    state, why = OUT_OF_IT
    new = replace(was, state=state, why=why, at=now)
    slot = card_slot(send.id)
    never = Job(
        key=f"show/{was.person}/{slot}",
        work=Show(ToPerson(was.person), slot),
        plan="replace",
        until=now - AGO,
    )
    return Changes(saves=(new,), tallies=(counted(was, -1), counted(new)), jobs=(never,))


# --- for later members, too -----------------------------------------------------------------------


def eligible(send: Send | None) -> bool:
    """Whether all members of its cohort get it."""
    return send is not None and bool(send.cohort) and send.assigned and send.state == "sent"


def spread(org: str, was: Send | None, now: Send) -> tuple[Job, ...]:
    """From now on it is for all members: those who are there already, as well."""
    if not eligible(now) or eligible(was) or now.open:
        return ()
    args = {"send": now.id, "cohort": now.cohort, "version": str(now.version)}
    return (timer("courses.assigned", org, None, **args),)


async def assigned(event: Event, moment: Moment) -> Changes:
    """The next members who have not got it get it."""
    send = await moment.read.get(Send, event.args["send"])
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if send is None or cohort is None or not eligible(send) or not awake(cohort, moment.now):
        return Changes()
    after = event.args.get("cursor", "")
    page = await moment.read.find(Member, cohort=cohort.id, state="member", after=after)
    changes = Changes()
    for member in page.items:
        brought = await moment.read.get(Delivery, one_id(send.id, member.person))
        person = None if brought else await alive(moment.read, member.person)
        if person and offered(send, local(moment.now, rhythm(person))):
            changes += given(send, person.id, moment.now)
    if page.cursor:
        on = timer(event.name, event.org, None, **{**event.args, "cursor": page.cursor})
        changes += Changes(jobs=(on,))
    return changes


async def assign(event: Event, moment: Moment, me: Person) -> Changes:
    """Makes a link that was sent one for later members too, or takes that back."""
    send = await moment.read.get(Send, event.args.get("send", ""))
    cohort = await moment.read.get(Cohort, send.cohort) if send and send.cohort else None
    on = event.args.get("on") != "no"
    led = cohort is not None and leads(cohort, me.id)
    mine = send is not None and me.id == send.by and not (cohort and on)
    if send is None or not (led or mine):
        return refused(posts.GONE)
    if cohort is None:
        return refused(posts.NO_COHORT)
    if send.state not in OUT:
        return refused(posts.NOT_SENT)
    note = posts.FOR_ALL if on else posts.FOR_NOW
    if send.assigned == on:
        return redrawn(Changes(), note)
    desk = show(ToPerson(send.by), desk_slot(send.id))
    return redrawn(Changes(saves=(replace(send, assigned=on),), jobs=(desk,)), note)
