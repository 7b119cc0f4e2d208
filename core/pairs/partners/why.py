"""What `status` and `why` say of pairs: with whom somebody is, and why, or why with nobody."""

from collections.abc import Sequence

from core.cohorts.access import closed
from core.cohorts.model import Cohort, belongs
from core.cohorts.words import name_of
from core.engine.ports import Moment, Reader
from core.message import Phrase, say
from core.pairs.model import Pair, Standing, coffee_of, others, pair_of
from core.pairs.words import LEFT, because, names
from core.people.model import Person, alive

FEW = 5


async def tell(read: Reader, me: Person) -> Sequence[Phrase]:
    """With whom somebody is, by cohort."""
    told: list[Phrase] = []
    for standing in (await read.find(Standing, person=me.id, limit=FEW)).items:
        pair = await pair_of(read, standing.cohort, me.id)
        cohort = await read.get(Cohort, standing.cohort)
        if pair is None or cohort is None or cohort.stage == "cancelled":
            continue
        found = [await alive(read, one) for one in others(pair, me.id)]
        there = [one.name for one in found if one is not None]
        told += [together(cohort, names(there))] if there else []
    return told


async def why(moment: Moment, me: Person) -> Sequence[Phrase]:
    """Why somebody was put together with whom they were, or left out."""
    told: list[Phrase] = []
    for standing in (await moment.read.find(Standing, person=me.id, limit=FEW)).items:
        cohort = await moment.read.get(Cohort, standing.cohort)
        if cohort is None or closed(cohort, moment):
            continue
        if await belongs(moment.read, cohort, me.id):
            told += await _in(moment, cohort, standing, me)
    return told


async def _in(moment: Moment, cohort: Cohort, standing: Standing, me: Person) -> list[Phrase]:
    found = [find(moment.read, cohort.id, me.id) for find in (pair_of, coffee_of)]
    pairs = [pair for pair in [await one for one in found] if pair is not None]
    if pairs:
        return [await _matched(moment, cohort, pair, me) for pair in pairs]
    return [left_out(cohort, LEFT[standing.left])] if standing.left in LEFT else []


async def _matched(moment: Moment, cohort: Cohort, pair: Pair, me: Person) -> Phrase:
    them = names([await name_of(moment, one) for one in others(pair, me.id)])
    zone = me.zone or cohort.zone
    return say(
        "pairs.why.line",
        "{cohort}: with {them}. What spoke for it: {why}",
        cohort=cohort.name,
        them=them,
        why=because(pair.reasons, zone, moment.now),
    )


def together(cohort: Cohort, them: Phrase) -> Phrase:
    """With whom, in one line."""
    return say("pairs.status", "{cohort}: your partner is {them}.", cohort=cohort.name, them=them)


def left_out(cohort: Cohort, why: Phrase) -> Phrase:
    """Why with nobody."""
    return say(
        "pairs.why.left",
        "{cohort}: left out of the last round, {why}.",
        cohort=cohort.name,
        why=why,
    )
