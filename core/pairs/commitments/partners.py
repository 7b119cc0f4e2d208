"""Who else may read a promise, and how they are told: in their own hours."""

from collections.abc import Sequence
from datetime import timedelta

from core.cohorts.model import Cohort, belongs
from core.engine.gate import opening
from core.engine.ports import Job, Moment, Reader, Show, ToPerson, Withdraw
from core.pairs.checkins.model import CheckIn, Cheer
from core.pairs.commitments.model import Commitment, rhythm_of, told_slot
from core.pairs.model import partners_of
from core.people.model import Person, alive

FADES = timedelta(days=14)


async def eyes(read: Reader, cohort: Cohort, one: Commitment) -> tuple[Person, ...]:
    """The partners who may read a promise: those who are still here, if it is for them."""
    if one.sight == "me":
        return ()
    found = [await alive(read, id) for id in await partners_of(read, one.cohort, one.person)]
    return tuple([p for p in found if p and await belongs(read, cohort, p.id)])


async def may_read(read: Reader, cohort: Cohort, one: Commitment, person: str) -> bool:
    """Whether somebody is one of them."""
    return person in [each.id for each in await eyes(read, cohort, one)]


def told(whom: Sequence[Person], cohort: Cohort, slot: str, moment: Moment) -> tuple[Job, ...]:
    """Shows them a card that concerns them: at once where it is their working time."""
    return tuple(
        in_their_hours(person, cohort, slot, moment) for person in whom if not person.stopped
    )


def in_their_hours(person: Person, cohort: Cohort, slot: str, moment: Moment) -> Job:
    """A message that waits for their working time, and for the end of their pause."""
    from_now = max(moment.now, person.paused_until or moment.now)
    due = opening(rhythm_of(person, cohort), from_now)
    return Job(
        key=f"show/{person.id}/{slot}",
        work=Show(ToPerson(person.id), slot),
        due=due if due > moment.now else None,
        weight="person",
        plan="replace",
        until=due + FADES,
    )


def taken_back(whom: Sequence[str], slot: str) -> tuple[Job, ...]:
    """Their cards go: it is not for their eyes any more."""
    return tuple(
        Job(
            key=f"gone/{slot}/{person}",
            work=Withdraw(ToPerson(person), slot),
            weight="person",
            plan="replace",
        )
        for person in whom
    )


async def unread(read: Reader, one: Commitment) -> tuple[Job, ...]:
    """All that partners have read of a promise goes: how it went, and what was answered."""
    jobs = taken_back(one.told, told_slot(one))
    jobs += taken_back(one.told, f"checkin-quiet/{one.id}/{one.asked}")
    for found in (await read.find(CheckIn, commitment=one.id)).items:
        jobs += taken_back(found.told, told_slot(one, found.n))
    for cheer in (await read.find(Cheer, commitment=one.id)).items:
        jobs += taken_back((cheer.person,) if cheer.answer else (), f"cheer-back/{cheer.id}")
    return jobs
