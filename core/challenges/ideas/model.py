"""What an idea changes: itself, the counts, the rota, and the card that shows the newest."""

from msgspec.structs import replace

from core.challenges.cards import changed, own_slot
from core.challenges.model import (
    IDEA,
    IDEAS,
    Challenge,
    Help,
    Helper,
    Idea,
    counts,
    pair_id,
    settled,
    turned,
)
from core.cohorts.model import Cohort, lines
from core.engine.ports import Changes, Moment, Tally, ToPerson, show

EACH = 10


def clean(text: str) -> str:
    """What somebody wrote, as it is kept."""
    return lines(text, IDEA)


async def given(moment: Moment, cohort: Cohort, one: Challenge, idea: Idea) -> Changes:
    """A new idea. The challenge itself is saved only when it had none: a crowd never waits."""
    new = replace(one, waits="") if one.waits else one
    tally = Tally(board=IDEAS, subject=one.id)
    own = show(ToPerson(one.owner), own_slot(one.id))
    changes = Changes(
        saves=(idea, new) if new != one else (idea,),
        tallies=(tally, *counts(new, one)),
        jobs=(*changed(cohort, new, one), own),
    )
    return changes + await _helped(moment, one, idea)


async def _helped(moment: Moment, one: Challenge, idea: Idea) -> Changes:
    """The first idea of a person counts in the rota, and answers what they were asked."""
    before = await moment.read.find(Idea, pair=idea.pair, limit=1)
    if before.items:
        return Changes()
    help = await moment.read.get(Help, pair_id(one.id, idea.person))
    helper = await moment.read.get(Helper, pair_id(one.cohort, idea.person))
    return Changes(
        saves=(
            *((replace(help, state="answered", at=moment.now),) if help else ()),
            *((turned(helper, helped=1),) if helper else ()),
        )
    )


async def removed(moment: Moment, cohort: Cohort | None, idea: Idea) -> Changes:
    """An idea is gone, from the card and as the best one; a challenge without any waits again."""
    changes = Changes(deletes=(idea,))
    return changes + (await _off(moment, cohort, idea) if idea.stands else Changes())


async def hidden(moment: Moment, cohort: Cohort | None, idea: Idea) -> Changes:
    """An idea is out of everybody’s sight."""
    off = await _off(moment, cohort, idea)
    return off + Changes(saves=(replace(idea, stands=""),))


async def shown(moment: Moment, cohort: Cohort | None, idea: Idea) -> Changes:
    """A hidden idea stands on the card again."""
    new = replace(idea, stands=idea.challenge)
    one = await moment.read.get(Challenge, idea.challenge)
    if one is None or cohort is None:
        return Changes(saves=(new,))
    return await given(moment, cohort, one, new)


async def _off(moment: Moment, cohort: Cohort | None, idea: Idea) -> Changes:
    tally = Changes(tallies=(Tally(board=IDEAS, subject=idea.challenge, by=-1),))
    one = await moment.read.get(Challenge, idea.challenge)
    if one is None or cohort is None:
        return tally
    rest = (await moment.read.find(Idea, stands=one.id, limit=2)).items
    last = all(other.id == idea.id for other in rest)
    best = "" if one.best == idea.id else one.best
    new = settled(replace(one, waits="yes" if last else one.waits, best=best))
    saves = (new,) if new != one else ()
    own = show(ToPerson(one.owner), own_slot(one.id))
    jobs = (*changed(cohort, new, one), own)
    return tally + Changes(saves=saves, tallies=counts(new, one), jobs=jobs)


async def spent(moment: Moment, one: Challenge, person: str) -> bool:
    """Whether somebody has had their ten ideas for this one."""
    page = await moment.read.find(Idea, pair=pair_id(one.id, person), limit=EACH)
    return len(page.items) >= EACH
