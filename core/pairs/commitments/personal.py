"""What somebody takes along, erases and carries over of promises."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.cohorts.model import Cohort, Membership
from core.engine.ports import Changes, Job, Moment, Record, Tally
from core.pairs.checkins.model import CheckIn, Cheer, kept_counts
from core.pairs.commitments.changes import cards_of
from core.pairs.commitments.model import Commitment, counts, first_here
from core.pairs.commitments.partners import taken_back, unread
from core.pairs.followups.model import Declined, LookBack, declined_id, look_back_id
from core.pairs.followups.model import counts as uses
from core.people.model import Person

PAGE = 20
KINDS: tuple[type[Record], ...] = (Commitment, CheckIn, Cheer, LookBack, Declined)


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """All that was promised, said and asked, by kind."""
    kept: dict[str, object] = {}
    for kind in KINDS:
        rows = (await moment.read.find(kind, person=me.id)).items
        kept[kind.kind] = [msgspec.to_builtins(row) for row in rows]
    heard = (await moment.read.find(Cheer, owner=me.id)).items
    kept["cheered"] = [msgspec.to_builtins(one) for one in heard]
    return kept


async def uncounted(moment: Moment, cohort: str, person: str) -> tuple[Tally, ...]:
    """They no longer count among those who promised, if they did."""
    counted = await moment.read.counted(f"promised/{cohort}/{person}/in")
    return (first_here(cohort, person, gone=True),) if counted else ()


# --- erasing ------------------------------------------------------------------------------------


async def forget(me: Person, moment: Moment) -> Changes:
    """All of it, and the cards on which a partner read it."""
    changes = Changes()
    for one in (await moment.read.find(Commitment, person=me.id)).items:
        cohort = await moment.read.get(Cohort, one.cohort)
        cards = cards_of(cohort, None, one) if cohort else ()
        gone = await unread(moment.read, one)
        changes += Changes(deletes=(one,), tallies=counts(None, one), jobs=(*cards, *gone))
    for found in (await moment.read.find(CheckIn, person=me.id)).items:
        changes += Changes(deletes=(found,), tallies=kept_counts(None, found))
    for said in (await moment.read.find(LookBack, person=me.id)).items:
        changes += Changes(deletes=(said,), tallies=uses(None, said))
    declined = (await moment.read.find(Declined, person=me.id)).items
    for member in (await moment.read.find(Membership, person=me.id)).items:
        changes += Changes(tallies=await uncounted(moment, member.cohort, me.id))
    return changes + Changes(deletes=declined) + await _cheers(me, moment)


async def _cheers(me: Person, moment: Moment) -> Changes:
    """What partners said to each other goes from both sides, with the cards that told it."""
    given = (await moment.read.find(Cheer, person=me.id)).items
    got = (await moment.read.find(Cheer, owner=me.id)).items
    jobs: tuple[Job, ...] = ()
    for one in given:
        slots = (f"cheer/{one.id}", f"cheer-ask/{one.id}")
        jobs += tuple(job for slot in slots for job in taken_back((one.owner,), slot))
    return Changes(deletes=(*given, *got), jobs=jobs)


# --- two who turn out to be one -------------------------------------------------------------------


async def carried(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next page of what the other had; no Changes once nothing is left."""
    changes = Changes()
    for kind in (Commitment, CheckIn):
        rows = (await moment.read.find(kind, person=gone.id, limit=PAGE)).items
        changes += Changes(saves=tuple(replace(row, person=kept.id) for row in rows))
    changes += await _counted_once(kept, gone, moment)
    return changes + await _said(kept, gone, moment) + await _between(kept, gone, moment)


async def _counted_once(kept: Person, gone: Person, moment: Moment) -> Changes:
    """Of two who promised in a cohort, one is left."""
    changes = Changes()
    for was in (await moment.read.find(Membership, person=gone.id)).items:
        out = await uncounted(moment, was.cohort, gone.id)
        into = (first_here(was.cohort, kept.id),) if out else ()
        changes += Changes(tallies=(*out, *into))
    return changes


async def _said(kept: Person, gone: Person, moment: Moment) -> Changes:
    changes = Changes()
    for was in (await moment.read.find(LookBack, person=gone.id, limit=PAGE)).items:
        id = look_back_id(was.cohort, was.step, was.day, kept.id)
        twin = await moment.read.get(LookBack, id)
        better = twin is None or was.at > twin.at
        new = replace(was, id=id, version=twin.version if twin else 0, person=kept.id)
        worse = twin if better else was
        changes += Changes(
            saves=(new,) if better else (),
            deletes=(was,),
            tallies=uses(None, worse) if twin and worse else (),
        )
    for stop in (await moment.read.find(Declined, person=gone.id, limit=PAGE)).items:
        id = declined_id(stop.cohort, kept.id)
        there = await moment.read.get(Declined, id)
        new_stop = replace(stop, id=id, version=0, person=kept.id)
        changes += Changes(saves=() if there else (new_stop,), deletes=(stop,))
    return changes


async def _between(kept: Person, gone: Person, moment: Moment) -> Changes:
    """What they said to others is theirs now; what the two said to each other goes."""
    changes = Changes()
    for was in (await moment.read.find(Cheer, person=gone.id, limit=PAGE)).items:
        id = f"{was.commitment}/{was.n}/{kept.id}"
        new = replace(was, id=id, version=0, person=kept.id)
        there = await moment.read.get(Cheer, id) is not None or was.owner == kept.id
        changes += Changes(saves=() if there else (new,), deletes=(was,))
    for was in (await moment.read.find(Cheer, owner=gone.id, limit=PAGE)).items:
        changes += Changes(saves=(replace(was, owner=kept.id),))
    return changes
