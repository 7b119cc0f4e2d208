"""Promises that others read, as something that can be flagged, hidden and seen again."""

from collections.abc import Sequence

from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment, Reader
from core.moderation.model import RECENT, Contributions, Said
from core.pairs.commitments.changes import cards_of
from core.pairs.commitments.model import Commitment, counts, hidden, told_slot
from core.pairs.commitments.partners import eyes, told, unread
from core.pairs.model import partners_of


async def _recent(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    found = list((await read.find(Commitment, cohort=cohort, shown="yes", limit=RECENT)).items)
    for partner in await partners_of(read, cohort, person):
        theirs = (await read.find(Commitment, cohort=cohort, person=partner)).items
        found += [one for one in theirs if one.sight == "pair" and person in one.told]
    return [_told(one) for one in found]


async def _found(read: Reader, id: str) -> Said | None:
    one = await read.get(Commitment, id)
    return _told(one) if one is not None and one.sight != "me" else None


async def _hide(moment: Moment, id: str, hide: bool) -> Changes:
    was = await moment.read.get(Commitment, id)
    if was is None or was.hidden == hide:
        return Changes()
    cohort = await moment.read.get(Cohort, was.cohort)
    new = hidden(was, hide=hide)
    jobs = cards_of(cohort, new, was) if cohort else ()
    if hide:
        jobs += await unread(moment.read, was)
    elif cohort is not None:
        whom = await eyes(moment.read, cohort, new)
        jobs += told([one for one in whom if one.id in was.told], cohort, told_slot(new), moment)
    return Changes(saves=(new,), tallies=counts(new, was), jobs=jobs)


def _told(one: Commitment) -> Said:
    return Said(
        id=one.id,
        cohort=one.cohort,
        author=one.person,
        text=f"{one.when} … {one.then}",
        at=one.at,
        hidden=one.hidden,
        readers=one.told if one.sight == "pair" else (),
    )


CONTRIBUTIONS = Contributions(recent=_recent, found=_found, hide=_hide)
