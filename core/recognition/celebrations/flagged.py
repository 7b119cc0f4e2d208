"""Celebrations as something that can be flagged, hidden and seen again."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment, Reader
from core.moderation.model import RECENT, Contributions, Said
from core.recognition.celebrations.model import Celebration, cards, gone


async def _recent(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    found = await read.find(Celebration, cohort=cohort, shown="yes", limit=RECENT)
    return [_told(one) for one in found.items]


async def _found(read: Reader, id: str) -> Said | None:
    one = await read.get(Celebration, id)
    return _told(one) if one is not None else None


async def _hide(moment: Moment, id: str, hidden: bool) -> Changes:
    was = await moment.read.get(Celebration, id)
    cohort = await moment.read.get(Cohort, was.cohort) if was else None
    new = replace(was, shown="" if hidden else "yes") if was else None
    if was is None or new is None or cohort is None or new == was:
        return Changes()
    return Changes(saves=(new,), jobs=gone(cohort, new) if hidden else cards(cohort, new))


def _told(one: Celebration) -> Said:
    return Said(
        id=one.id,
        cohort=one.cohort,
        author=one.by,
        text=f"{one.text} {one.helped}".strip(),
        at=one.at,
        hidden=one.shown != "yes",
    )


CONTRIBUTIONS = Contributions(recent=_recent, found=_found, hide=_hide)
