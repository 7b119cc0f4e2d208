"""What somebody said in discussions: taken along, erased, carried over."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.cohorts.discussions.model import (
    Contribution,
    Discussion,
    cards,
    counted,
    taken_back,
    unheard,
)
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Job, Moment, ToPlace, Withdraw
from core.people.model import Person

PAGE = 20


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """The discussions that a person began or summed up, and all they said."""
    began = (await moment.read.find(Discussion, by=me.id)).items
    summed = (await moment.read.find(Discussion, closer=me.id)).items
    said = (await moment.read.find(Contribution, person=me.id)).items
    return {
        "began": [msgspec.to_builtins(it) for it in began],
        "summed_up": [msgspec.to_builtins(it) for it in summed],
        "said": [msgspec.to_builtins(one) for one in said],
    }


async def forget(me: Person, moment: Moment) -> Changes:
    """Their answers go; a question that others have answered stays, without a name."""
    said = (await moment.read.find(Contribution, person=me.id)).items
    changes = Changes()
    for one in said:
        changes += taken_back(await moment.read.get(Cohort, one.cohort), one)
    saved = (await unheard(moment.read, said)).saves
    waiting = {it.id: it for it in saved if isinstance(it, Discussion)}
    for was in await _theirs(me, moment):
        it = waiting.pop(was.id, was)
        cohort = await moment.read.get(Cohort, it.cohort)
        if it.by == me.id and it.heard == "no" and it.state == "open":
            gone = _gone(cohort, it) if cohort else ()
            changes += Changes(deletes=(it,), tallies=counted(it, -1), jobs=gone)
            continue
        new = _named(it, me.id, "")
        changes += Changes(saves=(new,), jobs=cards(cohort, new) if cohort else ())
    return changes + Changes(saves=tuple(waiting.values()))


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next of what the other said and began; no Changes once nothing is left."""
    changes = Changes()
    for said in (await moment.read.find(Contribution, person=gone.id, limit=PAGE)).items:
        cohort = await moment.read.get(Cohort, said.cohort)
        new = replace(said, person=kept.id)
        it = await moment.read.get(Discussion, said.discussion)
        changes += Changes(saves=(new,), jobs=cards(cohort, it) if cohort and it else ())
    for it in (await _theirs(gone, moment))[:PAGE]:
        cohort = await moment.read.get(Cohort, it.cohort)
        one = _named(it, gone.id, kept.id)
        changes += Changes(saves=(one,), jobs=cards(cohort, one) if cohort else ())
    return changes


async def _theirs(person: Person, moment: Moment) -> list[Discussion]:
    began = (await moment.read.find(Discussion, by=person.id)).items
    summed = (await moment.read.find(Discussion, closer=person.id)).items
    return list({it.id: it for it in (*began, *summed)}.values())


def _named(it: Discussion, was: str, now: str) -> Discussion:
    return replace(
        it,
        by=now if it.by == was else it.by,
        closer=now if it.closer == was else it.closer,
    )


def _gone(cohort: Cohort, it: Discussion) -> tuple[Job, ...]:
    slot = f"discussion/{it.id}"
    return tuple(
        Job(key=f"withdraw/{place}/{slot}", work=Withdraw(ToPlace(place), slot))
        for place in cohort.spaces
    )
