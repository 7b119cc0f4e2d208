"""Questions and answers of discussions as something that can be flagged, hidden and seen again."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.discussions.model import Contribution, Discussion, cards, veiled
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment, Reader
from core.moderation.model import RECENT, Contributions, Said


async def _recent(read: Reader, cohort: str, person: str) -> Sequence[Said]:
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


# --- questions ------------------------------------------------------------------------------------


async def _recent_questions(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    found = await read.find(Discussion, cohort=cohort, limit=RECENT)
    return [_asked(it) for it in found.items if it.by and not it.hidden]


async def _found_question(read: Reader, id: str) -> Said | None:
    it = await read.get(Discussion, id)
    return _asked(it) if it is not None and it.by else None


async def _hide_question(moment: Moment, id: str, hidden: bool) -> Changes:
    was = await moment.read.get(Discussion, id)
    cohort = await moment.read.get(Cohort, was.cohort) if was else None
    if was is None or cohort is None or was.hidden == hidden:
        return Changes()
    new = replace(was, hidden=hidden)
    return Changes(saves=(new,), jobs=cards(cohort, new))


def _asked(it: Discussion) -> Said:
    text = " ".join(part for part in (it.question, it.own, it.summary) if part)
    return Said(id=it.id, cohort=it.cohort, author=it.by, text=text, at=it.opened, hidden=it.hidden)


QUESTIONS = Contributions(recent=_recent_questions, found=_found_question, hide=_hide_question)
