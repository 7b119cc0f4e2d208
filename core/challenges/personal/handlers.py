"""What a person takes along, and what goes with them."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from core.challenges.cards import cards
from core.challenges.ideas.model import removed
from core.challenges.model import TOO, Challenge, Help, Helper, Idea, Too, counts
from core.challenges.naming.handlers import gone
from core.cohorts.model import Cohort
from core.engine.overlay import Overlay
from core.engine.ports import Changes, Moment, Record, Tally
from core.people.model import Person

KINDS: tuple[type[Record], ...] = (Idea, Too, Help, Helper)


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """All that is kept of a person: what they asked, said and were asked."""
    kept: dict[str, object] = {
        Challenge.kind: _plain((await moment.read.find(Challenge, owner=me.id)).items)
    }
    for kind in KINDS:
        kept[kind.kind] = _plain((await moment.read.find(kind, person=me.id)).items)
    return kept


def _plain(rows: Sequence[Record]) -> Sequence[object]:
    return [msgspec.to_builtins(row) for row in rows]


async def forget(me: Person, moment: Moment) -> Changes:
    """Their challenges, with all that was said to them; their ideas elsewhere; their place."""
    changes = Changes()
    for one in (await moment.read.find(Challenge, owner=me.id)).items:
        cohort = await moment.read.get(Cohort, one.cohort)
        changes += gone(cohort, one) if cohort else _only(one)
    for idea in (await moment.read.find(Idea, person=me.id)).items:
        now = await _after(moment, changes)
        changes += await removed(now, await moment.read.get(Cohort, idea.cohort), idea)
    changes += await _too(me, moment)
    for kind in (Help, Helper):
        changes += Changes(deletes=(await moment.read.find(kind, person=me.id)).items)
    return changes


def _only(one: Challenge) -> Changes:
    return Changes(deletes=(one,), tallies=counts(None, one))


async def _too(me: Person, moment: Moment) -> Changes:
    changes = Changes()
    for too in (await moment.read.find(Too, person=me.id)).items:
        one = await moment.read.get(Challenge, too.challenge)
        cohort = await moment.read.get(Cohort, too.cohort)
        tally = Tally(board=TOO, subject=too.challenge, by=-1)
        shared = cards(cohort, one) if one and cohort else ()
        changes += Changes(deletes=(too,), tallies=(tally,), jobs=shared)
    return changes


async def _after(moment: Moment, changes: Changes) -> Moment:
    """As it will be, so that the second of two ideas knows that the first is gone."""
    after = Overlay(moment.read)
    await after.lay(changes)
    return replace(moment, read=after)
