"""Challenges and ideas as something that can be flagged, hidden and seen again."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.challenges.cards import changed, taken_away
from core.challenges.ideas.model import hidden as idea_hidden
from core.challenges.ideas.model import shown as idea_shown
from core.challenges.model import Challenge, Idea, counts
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Moment, Reader
from core.moderation.model import RECENT, Contributions, Said


async def _recent_ones(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    found = await read.find(Challenge, cohort=cohort, limit=RECENT)
    return [_challenge(one) for one in found.items]


async def _one(read: Reader, id: str) -> Said | None:
    one = await read.get(Challenge, id)
    return _challenge(one) if one else None


async def _hide_one(moment: Moment, id: str, hidden: bool) -> Changes:
    was = await moment.read.get(Challenge, id)
    cohort = await moment.read.get(Cohort, was.cohort) if was else None
    if was is None or cohort is None or (was.state == "hidden") is hidden:
        return Changes()
    if not hidden:
        back = replace(was, state=was.before)
        jobs = changed(cohort, back, was)
        return Changes(saves=(back,), tallies=counts(back, was), jobs=jobs)
    new = replace(was, state="hidden", before=was.state)
    return Changes(saves=(new,), tallies=counts(new, was), jobs=taken_away(cohort, was))


def _challenge(one: Challenge) -> Said:
    """Who asked without a name stays so before the moderator, too."""
    texts = filter(None, (one.situation, one.tried, one.wish, one.link))
    return Said(
        id=one.id,
        cohort=one.cohort,
        author=one.owner,
        text="\n".join(texts),
        at=one.at,
        hidden=one.state == "hidden",
        nameless=one.nameless,
    )


async def _recent_ideas(read: Reader, cohort: str, person: str) -> Sequence[Said]:
    found = await read.find(Idea, cohort=cohort, limit=RECENT)
    return [_idea(one) for one in found.items]


async def _an_idea(read: Reader, id: str) -> Said | None:
    one = await read.get(Idea, id)
    return _idea(one) if one else None


async def _hide_idea(moment: Moment, id: str, hidden: bool) -> Changes:
    was = await moment.read.get(Idea, id)
    if was is None or (not was.stands) is hidden:
        return Changes()
    cohort = await moment.read.get(Cohort, was.cohort)
    return await (idea_hidden if hidden else idea_shown)(moment, cohort, was)


def _idea(one: Idea) -> Said:
    return Said(
        id=one.id,
        cohort=one.cohort,
        author=one.person,
        text="\n".join(filter(None, (one.works, one.text))),
        at=one.at,
        hidden=not one.stands,
    )


CHALLENGES = Contributions(recent=_recent_ones, found=_one, hide=_hide_one)
IDEAS = Contributions(recent=_recent_ideas, found=_an_idea, hide=_hide_idea)
