"""What somebody takes along, erases and carries over of pairs."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.engine.ports import PAGE as MANY
from core.engine.ports import Changes, Moment
from core.pairs.matching.people import Reasons
from core.pairs.model import (
    Apart,
    Ended,
    Pair,
    Standing,
    apart_id,
    others,
    placed,
    standing_id,
    standing_of,
    waited,
    without,
)
from core.pairs.partners.changing import Parting, asked
from core.people.model import Person

PAGE = 20


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """With whom, and where I stand; whom I keep apart from is my own wish, nobody else's."""
    standings = (await moment.read.find(Standing, person=me.id)).items
    wishes = (await moment.read.find(Apart, by=me.id)).items
    pairs = [pair for one in standings for pair in await _pairs(moment, one)]
    return {
        "pairings": [msgspec.to_builtins(one) for one in standings],
        "pairs": [_mine(pair, me.id) for pair in pairs],
        "apart": [msgspec.to_builtins(one) for one in wishes],
    }


def _mine(pair: Pair, me: str) -> object:
    """What a pair keeps of me; what the others said of it, and who ended it, is theirs."""
    met = {me: pair.met[me]} if me in pair.met else {}
    said = (me,) if me in pair.said else ()
    why: Ended = "" if pair.why in {"match", "changed"} else pair.why
    return msgspec.to_builtins(replace(pair, met=met, said=said, why=why))


async def _pairs(moment: Moment, standing: Standing) -> list[Pair]:
    found = [await moment.read.get(Pair, id) for id in (standing.pair, standing.coffee) if id]
    return [pair for pair in found if pair is not None and standing.person in pair.people]


async def forget(me: Person, moment: Moment) -> Changes:
    """Out of their pairs, with their wishes and what was known of them."""
    changes = Changes()
    for standing in (await moment.read.find(Standing, person=me.id)).items:
        gone = replace(standing, waiting="")
        changes += Changes(deletes=(standing,), tallies=waited(gone, standing))
        for pair in await _pairs(moment, standing):
            new = replace(without(pair, me.id, "left"), reasons=Reasons(), why="left")
            changes += Changes(saves=(new,))
    partings = (await moment.read.find(Parting, gone=me.id)).items
    return changes + Changes(deletes=(*await _about(moment, me.id, MANY), *partings))


async def _about(moment: Moment, person: str, limit: int) -> list[Apart]:
    """The wishes in which somebody comes up, each once."""
    pages = (
        await moment.read.find(Apart, by=person, limit=limit),
        await moment.read.find(Apart, one=person, limit=limit),
        await moment.read.find(Apart, other=person, limit=limit),
    )
    return list({wish.id: wish for page in pages for wish in page.items}.values())


async def carried(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next page of what the other had; no Changes once nothing is left."""
    changes = Changes()
    for was in (await moment.read.find(Standing, person=gone.id, limit=PAGE)).items:
        id = standing_id(was.cohort, kept.id)
        twin = await moment.read.get(Standing, id)
        if twin is None:
            new = replace(was, id=id, version=0, person=kept.id)
            pairs = [_renamed(pair, kept.id, gone.id) for pair in await _pairs(moment, was)]
            changes += Changes(saves=(new, *pairs), deletes=(was,))
        else:
            changes += await _into(moment, twin, was)
    return changes + await _wishes(kept.id, gone.id, moment)


async def _into(moment: Moment, twin: Standing, was: Standing) -> Changes:
    """Both stood somewhere: of two pairs the first stays, and who is left of the other is asked."""
    new, changes = twin, Changes(deletes=(was,), tallies=waited(replace(was, waiting=""), was))
    ours = {pair.style: pair for pair in await _pairs(moment, twin)}
    for pair in await _pairs(moment, was):
        other = ours.get(pair.style)
        if pair.state == "ended" or other is None or other.state == "ended":
            new = placed(new, pair) if pair.state != "ended" else new
            changes += Changes(saves=(_renamed(pair, twin.person, was.person),))
        elif other.id == pair.id:
            changes += Changes(saves=(_renamed(pair, twin.person, was.person),))
        else:
            changes += await _let_go(moment, pair, was.person)
    if new != twin:
        changes += Changes(saves=(new,), tallies=waited(new, twin))
    return changes


async def _let_go(moment: Moment, pair: Pair, person: str) -> Changes:
    new = without(pair, person, "changed")
    changes = Changes(saves=(new,))
    cohort = await moment.read.get(Cohort, pair.cohort)
    if new.state != "ended" or pair.style == "coffee" or cohort is None:
        return changes
    for one in others(pair, person):
        standing = await standing_of(moment.read, pair.cohort, one)
        changes += Changes(saves=(replace(standing, pair="", turn=standing.turn + 1),))
    return changes + await asked(moment, cohort, others(pair, person))


def _renamed(pair: Pair, kept: str, gone: str) -> Pair:
    if kept in pair.people:
        return without(pair, gone, "changed")
    people = tuple(kept if one == gone else one for one in pair.people)
    said = tuple(kept if one == gone else one for one in pair.said)
    met = {kept if one == gone else one: word for one, word in pair.met.items()}
    return replace(pair, people=people, said=said, met=met)


async def _wishes(kept: str, gone: str, moment: Moment) -> Changes:
    changes = Changes()
    for was in await _about(moment, gone, PAGE):
        by, one, other = (kept if id == gone else id for id in (was.by, was.one, was.other))
        new = Apart(
            id=apart_id(was.cohort, by, one, other), cohort=was.cohort, by=by, one=one, other=other
        )
        there = one == other or await moment.read.get(Apart, new.id) is not None
        changes += Changes(saves=() if there else (new,), deletes=(was,))
    return changes
