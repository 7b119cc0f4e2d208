"""Introductions as something that can be flagged, hidden and seen again."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.introductions.model import Introduction, Round, counts, given, off_the_card
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment, Reader
from core.moderation.model import RECENT, Contributions, Said


async def _recent(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    found = await read.find(Introduction, cohort=cohort, said="given", limit=RECENT)
    return [_told(one) for one in found.items]


async def _found(read: Reader, id: str) -> Said | None:
    one = await read.get(Introduction, id)
    return _told(one) if one is not None and one.text else None


async def _hide(moment: Moment, id: str, hidden: bool) -> Changes:
    was = await moment.read.get(Introduction, id)
    if was is None or was.said != ("given" if hidden else "hidden"):
        return Changes()
    cohort = await moment.read.get(Cohort, was.cohort)
    round = await moment.read.get(Round, was.round)
    new = replace(was, said="hidden" if hidden else "given")
    if cohort is None or round is None:
        return Changes(saves=(new,), tallies=counts(new, was))
    if not hidden:
        return given(cohort, round, new, was)
    return Changes(saves=(new,), tallies=counts(new, was), jobs=off_the_card(cohort, was))


def _told(one: Introduction) -> Said:
    return Said(
        id=one.id,
        cohort=one.cohort,
        author=one.person,
        text=one.text,
        at=one.at,
        hidden=one.said == "hidden",
    )


CONTRIBUTIONS = Contributions(recent=_recent, found=_found, hide=_hide)
