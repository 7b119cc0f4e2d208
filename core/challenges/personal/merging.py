"""What two persons had who turned out to be one goes over to the one, page by page."""

from collections.abc import Mapping

from msgspec.structs import replace

from core.challenges.cards import own_slot
from core.challenges.model import TOO, Asked, Challenge, Help, Helper, Idea, Too, pair_id, turned
from core.cohorts.model import Membership, membership_id
from core.engine.ports import Changes, Moment, Tally, ToPerson, show
from core.people.model import Person

PAGE = 20
WEIGHTS: Mapping[Asked, int] = {"lapsed": 0, "asked": 1, "passed": 2, "accepted": 3, "answered": 4}


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next of everything; no Changes once nothing is left."""
    changes = Changes()
    for carry in (_challenges, _ideas, _too, _helps, _places):
        changes += await carry(kept.id, gone.id, moment)
    return changes


async def _challenges(kept: str, gone: str, moment: Moment) -> Changes:
    rows = (await moment.read.find(Challenge, owner=gone, limit=PAGE)).items
    return Changes(
        saves=tuple(replace(one, owner=kept) for one in rows),
        jobs=tuple(show(ToPerson(kept), own_slot(one.id)) for one in rows),
    )


async def _ideas(kept: str, gone: str, moment: Moment) -> Changes:
    rows = (await moment.read.find(Idea, person=gone, limit=PAGE)).items
    return Changes(
        saves=tuple(replace(idea, person=kept, pair=pair_id(idea.challenge, kept)) for idea in rows)
    )


async def _too(kept: str, gone: str, moment: Moment) -> Changes:
    """Who knew it twice knows it once."""
    changes = Changes()
    for was in (await moment.read.find(Too, person=gone, limit=PAGE)).items:
        id = pair_id(was.challenge, kept)
        twin = await moment.read.get(Too, id)
        changes += Changes(deletes=(was,))
        if twin is None:
            changes += Changes(saves=(replace(was, id=id, version=0, person=kept),))
        else:
            once = Tally(board=TOO, subject=was.challenge, by=-1)
            changes += Changes(tallies=(once,))
    return changes


async def _helps(kept: str, gone: str, moment: Moment) -> Changes:
    """Of two answers the one that says more; nobody is asked about their own challenge."""
    changes = Changes()
    for was in (await moment.read.find(Help, person=gone, limit=PAGE)).items:
        id = pair_id(was.challenge, kept)
        twin = await moment.read.get(Help, id)
        one = await moment.read.get(Challenge, was.challenge)
        theirs = one is not None and one.owner in (kept, gone)
        changes += Changes(deletes=(was,))
        if not theirs and (twin is None or WEIGHTS[was.state] > WEIGHTS[twin.state]):
            version = twin.version if twin else 0
            new = replace(was, id=id, version=version, person=kept)
            changes += Changes(saves=(new,))
    return changes


async def _places(kept: str, gone: str, moment: Moment) -> Changes:
    """Two places in a rota become one, once the memberships are one."""
    changes = Changes()
    for was in (await moment.read.find(Helper, person=gone, limit=PAGE)).items:
        if await moment.read.get(Membership, membership_id(was.cohort, gone)):
            continue
        changes += Changes(deletes=(was,))
        ours = await moment.read.get(Helper, pair_id(was.cohort, kept))
        if ours is not None:
            summed = turned(ours, asked=was.asked, helped=was.helped)
            changes += Changes(saves=(summed,))
        elif await moment.read.get(Membership, membership_id(was.cohort, kept)):
            id = pair_id(was.cohort, kept)
            new = replace(was, id=id, version=0, person=kept, there="yes")
            changes += Changes(saves=(new,))
    return changes
