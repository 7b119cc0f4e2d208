"""What providers say: matched by course and by a person’s verified e-mail, whoever tells it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from core.courses.learning.model import (
    Watched,
    known,
    marked,
    moved,
    takes_part,
    theirs,
)
from core.courses.model import Learning, Progress, Send, packed, progress_in
from core.engine.ports import Actor, Changes, Event, Job, Moment, Raise
from core.people.model import FEW, Person, mail_of

AT_ONCE = 10
SENDS = 20
Found = dict[str, tuple[Send, Learning, Learning]]


async def confirmed(event: Event, moment: Moment) -> Changes:
    """What a provider told us of its own accord, or the rest of what it told."""
    return await _read(event, moment, event.args.get("progress", ""))


async def taken(event: Event, moment: Moment) -> Changes:
    """What a provider answered when it was asked."""
    return await _read(event, moment, event.values.get("progress", ""))


async def _read(event: Event, moment: Moment, text: str) -> Changes:
    """The first few at once, the others as timers; what cannot be read says nothing."""
    try:
        told = [one for one in progress_in(text) if one.done is not None]
    except msgspec.DecodeError:
        return Changes()
    found: Found = {}
    jobs: list[Job] = []
    for one in told[:AT_ONCE]:
        rest = await _confirm(event, moment, one, found)
        jobs += (_later(event, moment, (one,), rest),) if rest else ()
    for n in range(AT_ONCE, len(told), AT_ONCE):
        jobs.append(_later(event, moment, told[n : n + AT_ONCE]))
    changes = Changes(jobs=tuple(jobs))
    for send, was, new in found.values():
        if new != was:
            changes += moved(send, new, was)
            changes += Changes(jobs=await theirs(moment.read, send, new.person))
    return changes


async def _confirm(event: Event, moment: Moment, told: Progress, found: Found) -> str:
    """Sets the column for each send that has the course; where to go on, if there are more."""
    people = await _people(moment, told.email)
    if not people or told.done is None:
        return ""
    key, after = f"{told.catalogue}:{told.course}", event.args.get("after", "")
    at = min(told.done if told.done.tzinfo else told.done.replace(tzinfo=UTC), moment.now)
    page = await moment.read.find(Watched, course=key, after=after, limit=SENDS)
    for row in page.items:
        send = await moment.read.get(Send, row.send)
        person = await _meant(moment, send, people) if send else None
        if send is not None and person is not None:
            await _set(moment, (send, person, key), at, found)
    return page.cursor


async def _set(moment: Moment, about: tuple[Send, Person, str], at: datetime, found: Found) -> None:
    send, person, key = about
    was = await known(moment.read, send, person.id)
    _, was, new = found.get(was.id, (send, was, was))
    for n, course in enumerate(send.courses):
        if course.key == key:
            new = marked(new, n, "confirmed", at)
    found[was.id] = (send, was, new)


async def _people(moment: Moment, email: str) -> Sequence[Person]:
    """Who has this verified address; guests are let in by others and do not count."""
    mail = mail_of(Actor(account="", email=email))
    rows = (await moment.read.find(Person, email=mail, limit=FEW)).items if mail else ()
    return [one for one in rows if not (one.erased or one.guest or one.into)]


async def _meant(moment: Moment, send: Send, people: Sequence[Person]) -> Person | None:
    """The one of them who takes part; where two do, nobody knows who it was."""
    found = [one for one in people if await takes_part(moment, send, one.id)]
    return found[0] if len(found) == 1 else None


def _later(event: Event, moment: Moment, told: Sequence[Progress], after: str = "") -> Job:
    text = packed(tuple(told))
    key = f"courses.confirm/{moment.id('confirm', text, after)[:20]}"
    args = {"progress": text, "after": after} if after else {"progress": text}
    id = f"timer/{key}"
    raised = Event(id=id, org=event.org, source="timer", name="courses.confirm", args=args)
    return Job(key=key, work=Raise(raised))
