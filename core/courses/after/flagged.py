"""Reflections that others read, as something that can be flagged, hidden and seen again."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.courses.after.model import Reflection, shares
from core.courses.after.sharing import brought
from core.courses.model import Send
from core.engine.ports import Changes, Moment, Reader
from core.moderation.model import RECENT, Contributions, Said


async def _recent(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    found = (await read.find(Reflection, cohort=cohort, shown="yes", limit=RECENT)).items
    paired = (await read.find(Reflection, cohort=cohort, sight="partner")).items
    mine = [one for one in paired if person in one.told][:RECENT]
    return [_told(one) for one in (*found, *mine)]


async def _found(read: Reader, id: str) -> Said | None:
    one = await read.get(Reflection, id)
    return _told(one) if one is not None and one.sight != "me" else None


async def _hide(moment: Moment, id: str, hidden: bool) -> Changes:
    was = await moment.read.get(Reflection, id)
    send = await moment.read.get(Send, was.send) if was else None
    if was is None or send is None or was.hidden == hidden:
        return Changes()
    seen = was.sight == "cohort" and not hidden
    new = replace(was, hidden=hidden, shown="yes" if seen else "no")
    cohort = await moment.read.get(Cohort, was.cohort)
    jobs = brought((send, cohort), new, was)
    return Changes(saves=(new,), tallies=shares(new, was), jobs=jobs)


def _told(one: Reflection) -> Said:
    return Said(
        id=one.id,
        cohort=one.cohort,
        author=one.person,
        text=one.text,
        at=one.at,
        hidden=one.hidden,
        readers=one.told if one.sight == "partner" else (),
    )


CONTRIBUTIONS = Contributions(recent=_recent, found=_found, hide=_hide)
