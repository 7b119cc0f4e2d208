"""Questions that a workshop left as something that can be flagged, hidden and seen again."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.cohorts.workshops.thread.model import BOARD, Leftover, after_cards
from core.engine.ports import Changes, Moment, Reader, Tally
from core.moderation.model import RECENT, Contributions, Said


async def _recent(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    page = await read.find(Leftover, cohort=cohort, state="shown", limit=RECENT)
    return [_told(one) for one in page.items]


async def _found(read: Reader, id: str) -> Said | None:
    one = await read.get(Leftover, id)
    return _told(one) if one is not None else None


async def _hide(moment: Moment, id: str, hidden: bool) -> Changes:
    was = await moment.read.get(Leftover, id)
    if was is None or (was.state == "hidden") == hidden:
        return Changes()
    cohort = await moment.read.get(Cohort, was.cohort)
    new = replace(was, state="hidden" if hidden else "shown")
    tally = Tally(board=BOARD, subject=was.workshop, by=-1 if hidden else 1)
    jobs = after_cards(cohort, was.workshop) if cohort else ()
    return Changes(saves=(new,), tallies=(tally,), jobs=jobs)


def _told(one: Leftover) -> Said:
    hidden = one.state == "hidden"
    return Said(
        id=one.id, cohort=one.cohort, author=one.person, text=one.text, at=one.at, hidden=hidden
    )


CONTRIBUTIONS = Contributions(recent=_recent, found=_found, hide=_hide)
