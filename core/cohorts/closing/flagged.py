"""Thanks as something that whoever got it can flag, and a moderator hide or show again."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.closing.model import Thanks, thanks_slot
from core.engine.ports import Changes, Job, Moment, Reader, ToPerson, Withdraw, show
from core.moderation.model import RECENT, Contributions, Said


async def _recent(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    """What they were thanked for, which nobody else knows."""
    found = await read.find(Thanks, cohort=cohort, to=person, limit=RECENT)
    return [_told(one) for one in found.items]


async def _found(read: Reader, id: str) -> Said | None:
    one = await read.get(Thanks, id)
    return _told(one) if one is not None else None


async def _hide(moment: Moment, id: str, hidden: bool) -> Changes:
    was = await moment.read.get(Thanks, id)
    if was is None or was.hidden == hidden:
        return Changes()
    target, slot = ToPerson(was.to), thanks_slot(was)
    gone = Job(key=f"withdraw/{was.to}/{slot}", work=Withdraw(target, slot))
    job = gone if hidden else show(target, slot)
    return Changes(saves=(replace(was, hidden=hidden),), jobs=(job,))


def _told(one: Thanks) -> Said:
    return Said(
        id=one.id,
        cohort=one.cohort,
        author=one.by,
        text=one.text,
        at=one.at,
        hidden=one.hidden,
        readers=(one.to,),
    )


CONTRIBUTIONS = Contributions(recent=_recent, found=_found, hide=_hide)
