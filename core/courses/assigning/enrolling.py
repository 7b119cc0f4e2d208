"""Enrolment at the provider: one after another, in pages, and each person once.

The first is asked alone: where a provider takes no enrolments, nobody else is.
"""

from datetime import timedelta

from msgspec.structs import replace

from core.cohorts.model import timer
from core.courses.assigning.model import (
    THEIRS,
    Enrolled,
    Enrolment,
    board,
    concerns,
    enrols,
    one_id,
)
from core.courses.learning.model import known
from core.courses.model import Course, Send, desk_slot, learned
from core.engine.ports import (
    Ask,
    Changes,
    Delivery,
    Event,
    Job,
    Moment,
    ToPerson,
    show,
)
from core.people.model import alive

EACH = 50
PACE = timedelta(seconds=20)
LOOKS = 40
WAIT = timedelta(minutes=1)
LONGEST = timedelta(hours=6)
AGAIN = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=2),
)
NEVER = ("off", "unknown", "gone", "private", "nowhere")
STATES: tuple[Enrolled, ...] = ("enrolled", "unknown", "unable")


def begun(org: str, was: Send | None, now: Send) -> tuple[Job, ...]:
    """Once all have been sent it, they are enrolled in the first of it."""
    if now.state != "sent" or (was and was.state == "sent") or not enrols(now.courses[0]):
        return ()
    return (timer("courses.enrol", org, None, send=now.id, round=str(now.round)),)


def soon(org: str, send: Send, person: str, step: int = 0) -> tuple[Job, ...]:
    """Somebody who comes late, or comes to the next step, is enrolled by themselves."""
    if not enrols(send.courses[step]):
        return ()
    args = {"send": send.id, "step": str(step), "person": person, "tries": "0"}
    return (timer("courses.enrol_one", org, None, **args),)


# --- asking ---------------------------------------------------------------------------------------


async def walk(event: Event, moment: Moment) -> Changes:
    """Asks for the next of them, unless the provider does not answer, or takes no enrolments."""
    send = await moment.read.get(Send, event.args["send"])
    if send is None or send.state != "sent" or not enrols(send.courses[0]):
        return Changes()
    found = await moment.read.get(Enrolment, send.id)
    if found is not None and found.able == "no":
        return Changes()
    if found is not None and (found.able == "" or found.down):
        return _patiently(event, moment)
    most = EACH if found else 1
    after = event.args.get("cursor", "")
    page = await moment.read.find(Delivery, campaign=send.id, after=after, limit=most)
    changes = Changes(jobs=(show(ToPerson(send.by), desk_slot(send.id)),))
    for brought in page.items:
        if brought.state in THEIRS:
            changes += await _ask(moment, send, 0, brought.person, 0)
    asked = any(isinstance(job.work, Ask) for job in changes.jobs)
    first = (Enrolment(id=send.id),) if asked and found is None else ()
    on = {"send": send.id, "round": event.args["round"], "cursor": page.cursor}
    more = timer(event.name, event.org, moment.now + PACE, **on)
    return changes + Changes(saves=first, jobs=(more,) if page.cursor else ())


def _patiently(event: Event, moment: Moment) -> Changes:
    """Looks again for the same page, ever more rarely, and at last no more."""
    looks = int(event.args.get("looks", "0")) + 1
    if looks > LOOKS:
        return Changes()
    due = moment.now + min(WAIT * 2 ** min(looks, 10), LONGEST)
    return Changes(jobs=(timer(event.name, event.org, due, **{**event.args, "looks": str(looks)}),))


async def one(event: Event, moment: Moment) -> Changes:
    """Asks for one person, for the first time or once more."""
    send = await moment.read.get(Send, event.args["send"])
    found = await moment.read.get(Enrolment, event.args["send"])
    if send is None or send.state not in ("sent", "going") or (found and found.able == "no"):
        return Changes()
    step, tries = int(event.args["step"]), int(event.args["tries"])
    if step >= len(send.courses):
        return Changes()
    return await _ask(moment, send, step, event.args["person"], tries)


async def _ask(moment: Moment, send: Send, step: int, id: str, tries: int) -> Changes:
    """The question for somebody; who has no address cannot be known there."""
    person, course = await alive(moment.read, id), send.courses[step]
    learning = await known(moment.read, send, id)
    if person is None or learning.steps[step].enrolled or learning.steps[step].done:
        return Changes()
    if send.cohort and not await concerns(moment, send.cohort, id):
        return Changes()
    if not person.email:
        return await _noted(moment, send, step, id, "unknown")
    question = {
        "platform": "catalogues",
        "catalogue": course.catalogue,
        "course": course.id,
        "email": person.email,
        "due": send.due.isoformat() if send.due else "",
        "send": send.id,
        "step": str(step),
        "person": id,
        "tries": str(tries),
    }
    job = Job(
        key=f"courses.enrol/{one_id(send.id, id)}/{step}/{tries}",
        work=Ask("enrol", question, "courses.enrolled"),
        lane=f"enrol/{course.catalogue}",
        weight="nudge",
    )
    return Changes(jobs=(job,))


# --- what came of it ------------------------------------------------------------------------------


async def answered(event: Event, moment: Moment) -> Changes:
    """What the provider said; where it said nothing, it is asked again later."""
    args = event.args
    send = await moment.read.get(Send, args["send"])
    if send is None or int(args["step"]) >= len(send.courses):
        return Changes()
    found = await moment.read.get(Enrolment, send.id) or Enrolment(id=send.id)
    state = next((it for it in STATES if it == event.values.get("state")), None)
    if event.error in NEVER or (state is None and not event.error):
        new = replace(found, able="no", why=event.error or "off", down=None)
        return _told(send, found, new)
    if state is None:
        return await _later(event, moment, send, found)
    new = replace(found, able="yes", why="", down=None)
    noted = await _noted(moment, send, int(args["step"]), args["person"], state)
    return _told(send, found, new) + noted


async def _later(event: Event, moment: Moment, send: Send, found: Enrolment) -> Changes:
    """Nobody answers just now; in the end it is said so."""
    args, tries = event.args, int(event.args["tries"])
    new = replace(found, why=event.error, down=found.down or moment.now)
    if tries >= len(AGAIN):
        over = replace(new, able=found.able or "no", down=None)
        noted = await _noted(moment, send, int(args["step"]), args["person"], "unable")
        return _told(send, found, over) + noted
    again = {name: args[name] for name in ("send", "step", "person")}
    due = moment.now + AGAIN[tries]
    job = timer("courses.enrol_one", event.org, due, **again, tries=str(tries + 1))
    return _told(send, found, new) + Changes(jobs=(job,))


def _told(send: Send, was: Enrolment, now: Enrolment) -> Changes:
    """Whoever sends it reads of what has changed."""
    if was == now:
        return Changes()
    return Changes(saves=(now,), jobs=(show(ToPerson(send.by), desk_slot(send.id)),))


async def _noted(moment: Moment, send: Send, step: int, person: str, state: Enrolled) -> Changes:
    """Kept with how far somebody has come, and counted once."""
    learning = await known(moment.read, send, person)
    if learning.steps[step].enrolled:
        return Changes()
    steps = list(learning.steps)
    steps[step] = replace(steps[step], enrolled=state)
    tally = learned(board(state), send.id, person, step)
    return Changes(saves=(replace(learning, steps=tuple(steps)),), tallies=(tally,))


def provider_of(course: Course) -> str:
    """What a catalogue is called."""
    return course.provider or course.catalogue
