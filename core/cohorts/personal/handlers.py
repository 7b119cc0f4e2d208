"""What a person hears about their cohorts, takes along from them, and erases."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from core.cohorts.access import closed, cohorts_of, current, run_by
from core.cohorts.agreement.model import (
    SUGGESTED,
    Agreement,
    Closed,
    Consent,
    Line,
    Suggestion,
    uncounted,
)
from core.cohorts.introductions.model import Introduction, off_the_card
from core.cohorts.introductions.model import counts as answers
from core.cohorts.members.model import shared_cards
from core.cohorts.members.posts import next_step, standing
from core.cohorts.model import Cohort, Membership, Tries, board, leads
from core.cohorts.personal import posts
from core.cohorts.working_on.model import WorkingOn
from core.cohorts.working_on.model import counts as challenges
from core.engine.ports import Changes, Moment, Reader, Record, Tally
from core.message import Block, Button, Phrase
from core.people.model import Person

SHOWN = 6
KINDS: tuple[type[Record], ...] = (Membership, Consent, Introduction, WorkingOn)


async def tell(read: Reader, me: Person) -> Sequence[Phrase]:
    """A line for each cohort: where I stand, and what comes next."""
    told: list[Phrase] = []
    for membership in await current(read, me.id):
        cohort = await read.get(Cohort, membership.cohort)
        if cohort is not None and cohort.stage != "cancelled":
            step = next_step(await standing(read, cohort, me.id))
            told.append(posts.line(cohort, step))
    led = [c for c in await run_by(read, me.id) if leads(c, me.id) and c.stage != "cancelled"]
    return [*told, *(posts.led(cohort) for cohort in led)]


async def choices(moment: Moment, me: Person) -> Sequence[Button]:
    """A way to each cohort, where somebody is in several."""
    found = await cohorts_of(moment, me.id)
    return [posts.way(it, leads=leads(it, me.id)) for it in found] if len(found) > 1 else ()


async def at_home(moment: Moment, me: Person) -> Sequence[Block]:
    """Each cohort that goes on, with where I stand and the next step as buttons."""
    read = moment.read
    cohorts = [await read.get(Cohort, one.cohort) for one in await current(read, me.id)]
    joined = [c for c in cohorts if c is not None and not closed(c, moment)][:SHOWN]
    led = [c for c in await run_by(read, me.id) if leads(c, me.id) and not closed(c, moment)]
    blocks: list[Block] = []
    for cohort in joined:
        blocks += posts.section(await standing(read, cohort, me.id))
    for cohort in led[: SHOWN - len(joined)]:
        blocks += posts.leading(cohort)
    return blocks


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """All that cohorts keep of a person, by kind."""
    kept: dict[str, object] = {}
    for kind in KINDS:
        rows = (await moment.read.find(kind, person=me.id)).items
        kept[kind.kind] = [msgspec.to_builtins(row) for row in rows]
    ideas = (await moment.read.find(Suggestion, by=me.id)).items
    kept[Suggestion.kind] = [msgspec.to_builtins(idea) for idea in ideas]
    return kept


# --- erasing ------------------------------------------------------------------------------------


async def forget(me: Person, moment: Moment) -> Changes:
    """Leaves the cohorts, takes all answers back, takes the name off what others agreed to."""
    changes = await _guesses(me, moment) + await _suggestions(me, moment)
    memberships = (await moment.read.find(Membership, person=me.id)).items
    for membership in memberships:
        cohort = await moment.read.get(Cohort, membership.cohort)
        changes += _out(membership)
        if cohort is not None:
            changes += Changes(jobs=await shared_cards(moment, cohort))
            changes += await _lines(me, moment, cohort)
    return changes + await _answers(me, moment)


def _out(was: Membership) -> Changes:
    once = f"{was.id}/{was.turn}/erased"
    tally = Tally(board=board(was.state), subject=was.cohort, by=-1, once=once)
    return Changes(deletes=(was,), tallies=(tally,))


async def _answers(me: Person, moment: Moment) -> Changes:
    changes = Changes()
    for answer in (await moment.read.find(Introduction, person=me.id)).items:
        cohort = await moment.read.get(Cohort, answer.cohort)
        jobs = off_the_card(cohort, answer) if cohort else ()
        changes += Changes(deletes=(answer,), tallies=answers(None, answer), jobs=jobs)
    for said in (await moment.read.find(Consent, person=me.id)).items:
        changes += Changes(deletes=(said,), tallies=(uncounted(said),))
    for named in (await moment.read.find(WorkingOn, person=me.id)).items:
        changes += Changes(deletes=(named,), tallies=challenges(None, named))
    return changes


async def _suggestions(me: Person, moment: Moment) -> Changes:
    ideas = (await moment.read.find(Suggestion, by=me.id)).items
    waiting = tuple(
        Tally(board=SUGGESTED, subject=idea.cohort, by=-1, once=f"{idea.id}/out")
        for idea in ideas
        if idea.state == "open"
    )
    return Changes(deletes=ideas, tallies=waiting)


async def _guesses(me: Person, moment: Moment) -> Changes:
    tries = await moment.read.get(Tries, me.id)
    return Changes(deletes=(tries,)) if tries else Changes()


async def _lines(me: Person, moment: Moment, cohort: Cohort) -> Changes:
    """The lines that a person added stay, without saying whose they were."""
    agreement = await moment.read.get(Agreement, cohort.id)
    kept = (await moment.read.find(Closed, cohort=cohort.id)).items
    return Changes(
        saves=tuple(
            replace(record, lines=_nameless(record.lines, me.id))
            for record in (agreement, *kept)
            if record is not None and any(line.by == me.id for line in record.lines)
        )
    )


def _nameless(lines: Sequence[Line], person: str) -> tuple[Line, ...]:
    return tuple(Line(line.text) if line.by == person else line for line in lines)
