"""What partners write to each other, as something that can be flagged, hidden and seen again.

It is between the two: whoever reads it may show it to the moderator, and nobody else may.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.engine.ports import Changes, Job, Moment, Reader
from core.moderation.model import RECENT, Contributions, Said
from core.pairs.checkins.model import CheckIn, Cheer, Part
from core.pairs.commitments.model import Commitment, told_slot
from core.pairs.commitments.partners import in_their_hours, taken_back
from core.pairs.model import partners_of
from core.people.model import alive

SLOTS: dict[Part, str] = {"question": "cheer-ask", "answer": "cheer-back"}

# --- a line about how it went -------------------------------------------------------------------


async def _lines(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    found = [
        one
        for partner in await partners_of(read, cohort, person)
        for one in (await read.find(CheckIn, cohort=cohort, person=partner)).items
        if one.line and person in one.told
    ]
    return [_line(one) for one in sorted(found, key=_said, reverse=True)[:RECENT]]


async def _found_line(read: Reader, id: str) -> Said | None:
    one = await read.get(CheckIn, id)
    return _line(one) if one is not None and one.line and one.told else None


async def _hide_line(moment: Moment, id: str, hidden: bool) -> Changes:
    was = await moment.read.get(CheckIn, id)
    one = await moment.read.get(Commitment, was.commitment) if was else None
    if was is None or one is None or was.hidden == hidden:
        return Changes()
    jobs = await _shown_to(moment, was.cohort, was.told, told_slot(one, was.n))
    return Changes(saves=(replace(was, hidden=hidden),), jobs=jobs)


def _said(one: CheckIn) -> datetime:
    return one.said or one.at


def _line(one: CheckIn) -> Said:
    return Said(
        id=one.id,
        cohort=one.cohort,
        author=one.person,
        text=one.line,
        at=_said(one),
        hidden=one.hidden,
        readers=one.told,
    )


# --- a question, and its answer -----------------------------------------------------------------


async def _asked(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    to_me = await read.find(Cheer, cohort=cohort, owner=person)
    of_mine = await read.find(Cheer, cohort=cohort, person=person)
    found = [_words(one, "question") for one in to_me.items if one.question]
    found += [_words(one, "answer") for one in of_mine.items if one.answer]
    return sorted(found, key=lambda said: said.at, reverse=True)[:RECENT]


async def _found_words(read: Reader, id: str) -> Said | None:
    one, part = await _meant(read, id)
    return _words(one, part) if one is not None and getattr(one, part) else None


async def _hide_words(moment: Moment, id: str, hidden: bool) -> Changes:
    was, part = await _meant(moment.read, id)
    if was is None or (part in was.hidden) == hidden:
        return Changes()
    rest = tuple(each for each in was.hidden if each != part)
    new = replace(was, hidden=(*rest, part) if hidden else rest)
    reader, slot = (was.owner if part == "question" else was.person), f"{SLOTS[part]}/{was.id}"
    if hidden:
        return Changes(saves=(new,), jobs=taken_back((reader,), slot))
    return Changes(saves=(new,), jobs=await _shown_to(moment, was.cohort, (reader,), slot))


async def _meant(read: Reader, id: str) -> tuple[Cheer | None, Part]:
    """Which words an id `<cheer>/question` or `<cheer>/answer` means."""
    cheer, _, part = id.rpartition("/")
    return await read.get(Cheer, cheer), "answer" if part == "answer" else "question"


def _words(one: Cheer, part: Part) -> Said:
    asks = part == "question"
    return Said(
        id=f"{one.id}/{part}",
        cohort=one.cohort,
        author=one.person if asks else one.owner,
        text=one.question if asks else one.answer,
        at=one.at,
        hidden=part in one.hidden,
        readers=(one.owner if asks else one.person,),
    )


async def _shown_to(
    moment: Moment, cohort: str, people: Sequence[str], slot: str
) -> tuple[Job, ...]:
    where = await moment.read.get(Cohort, cohort)
    there = [await alive(moment.read, id) for id in people]
    if where is None:
        return ()
    return tuple(in_their_hours(one, where, slot, moment) for one in there if one)


LINES = Contributions(recent=_lines, found=_found_line, hide=_hide_line)
WORDS = Contributions(recent=_asked, found=_found_words, hide=_hide_words)
