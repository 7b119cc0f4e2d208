"""Answers in discussions as something that can be flagged, hidden and seen again."""

from collections.abc import Sequence

from core.cohorts.discussions.model import Contribution, veiled
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment, Reader
from core.moderation.model import RECENT, Contributions, Said


async def _recent(read: Reader, cohort: str) -> Sequence[Said]:
    found = await read.find(Contribution, cohort=cohort, shown="yes", limit=RECENT)
    return [_told(one) for one in found.items]


async def _found(read: Reader, id: str) -> Said | None:
    one = await read.get(Contribution, id)
    return _told(one) if one else None


async def _hide(moment: Moment, id: str, hidden: bool) -> Changes:
    was = await moment.read.get(Contribution, id)
    if was is None or was.shown != ("yes" if hidden else "no"):
        return Changes()
    return veiled(await moment.read.get(Cohort, was.cohort), was, hidden=hidden)


def _told(one: Contribution) -> Said:
    return Said(
        id=one.id,
        cohort=one.cohort,
        author=one.person,
        text=one.text,
        at=one.at,
        hidden=one.shown == "no",
    )


CONTRIBUTIONS = Contributions(recent=_recent, found=_found, hide=_hide)
