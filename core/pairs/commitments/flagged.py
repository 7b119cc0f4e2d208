"""Promises that the group sees, as something that can be flagged, hidden and seen again."""

from collections.abc import Sequence

from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment, Reader
from core.moderation.model import RECENT, Contributions, Said
from core.pairs.commitments.changes import cards_of
from core.pairs.commitments.model import Commitment, counts, hidden


async def _recent(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    found = await read.find(Commitment, cohort=cohort, shown="yes", limit=RECENT)
    return [_told(one) for one in found.items]


async def _found(read: Reader, id: str) -> Said | None:
    one = await read.get(Commitment, id)
    return _told(one) if one is not None and one.sight == "group" else None


async def _hide(moment: Moment, id: str, hide: bool) -> Changes:
    was = await moment.read.get(Commitment, id)
    if was is None or was.hidden == hide:
        return Changes()
    cohort = await moment.read.get(Cohort, was.cohort)
    new = hidden(was, hide=hide)
    jobs = cards_of(cohort, new, was) if cohort else ()
    return Changes(saves=(new,), tallies=counts(new, was), jobs=jobs)


def _told(one: Commitment) -> Said:
    return Said(
        id=one.id,
        cohort=one.cohort,
        author=one.person,
        text=f"{one.when} … {one.then}",
        at=one.at,
        hidden=one.hidden,
    )


CONTRIBUTIONS = Contributions(recent=_recent, found=_found, hide=_hide)
