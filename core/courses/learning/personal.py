"""How far somebody has come: taken along, erased, carried over."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.courses.learning.model import counts, figures, together
from core.courses.model import Learning, Send
from core.engine.ports import Changes, Job, Moment
from core.people.model import Person

PAGE = 20


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """Every course that they opened, said to be done, or that was confirmed."""
    rows = (await moment.read.find(Learning, person=me.id)).items
    found = []
    for row in rows:
        send = await moment.read.get(Send, row.send)
        titles = [course.title for course in send.courses] if send else []
        found.append({"courses": titles, **msgspec.structs.asdict(row)})
    return {"learning": [msgspec.to_builtins(row) for row in found]}


async def forget(me: Person, moment: Moment) -> Changes:
    """All of it, and the figures with it."""
    changes = Changes()
    for was in (await moment.read.find(Learning, person=me.id)).items:
        jobs = await _figures(moment, was)
        changes += Changes(deletes=(was,), tallies=counts(None, was), jobs=jobs)
    return changes


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next of what the other had learned; no Changes once nothing is left."""
    changes = Changes()
    for was in (await moment.read.find(Learning, person=gone.id, limit=PAGE)).items:
        id = f"{was.send}/{kept.id}"
        twin = await moment.read.get(Learning, id)
        new = together(twin, was) if twin else replace(was, id=id, version=0, person=kept.id)
        tallies = (*counts(None, was), *counts(new, twin))
        jobs = await _figures(moment, was)
        changes += Changes(saves=(new,), deletes=(was,), tallies=tallies, jobs=jobs)
    return changes


async def _figures(moment: Moment, was: Learning) -> tuple[Job, ...]:
    send = await moment.read.get(Send, was.send)
    return figures(send) if send else ()
