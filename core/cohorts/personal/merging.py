"""What a person has in cohorts goes over to the person they turned out to be, page by page."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.cohorts.access import run_by
from core.cohorts.agreement.model import (
    SUGGESTED,
    Agreement,
    Closed,
    Consent,
    Line,
    Suggestion,
    consent_id,
    suggestion_id,
    uncounted,
)
from core.cohorts.introductions.model import Introduction, answer_id, carried
from core.cohorts.introductions.model import counts as answers
from core.cohorts.members.model import shared_cards
from core.cohorts.model import (
    Cohort,
    Membership,
    Standing,
    Tries,
    board,
    membership_id,
    refreshed,
)
from core.cohorts.working_on.model import WorkingOn, working_id
from core.cohorts.working_on.model import counts as challenges
from core.engine.ports import Changes, Moment, Tally, ToPerson, show
from core.people.model import Person

PAGE = 20
STRONGER: tuple[Standing, ...] = ("removed", "left", "declined", "invited", "member")


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next of everything; no Changes once nothing is left."""
    changes = Changes()
    for carry in (_roles, _memberships, _consents, _answers, _challenges, _suggestions, _tries):
        changes += await carry(kept.id, gone.id, moment)
    return changes


async def _roles(kept: str, gone: str, moment: Moment) -> Changes:
    changes = Changes()
    for cohort in await run_by(moment.read, gone):
        new = replace(
            cohort,
            owner=kept if cohort.owner == gone else cohort.owner,
            facilitator=kept if cohort.facilitator == gone else cohort.facilitator,
            moderator=kept if cohort.moderator == gone else cohort.moderator,
        )
        desk = (show(ToPerson(kept), f"desk/{cohort.id}"),) if new.facilitator == kept else ()
        jobs = (*desk, *refreshed(new, f"welcome/{cohort.id}"))
        changes += Changes(saves=(new,), jobs=jobs) + await _lines(kept, gone, cohort.id, moment)
    return changes


async def _memberships(kept: str, gone: str, moment: Moment) -> Changes:
    """Two memberships of a cohort become the stronger one, counted once."""
    changes = Changes()
    for was in (await moment.read.find(Membership, person=gone, limit=PAGE)).items:
        twin = await moment.read.get(Membership, membership_id(was.cohort, kept))
        changes += Changes(saves=(_one(was, twin, kept),), deletes=(was,))
        changes += await _lines(kept, gone, was.cohort, moment)
        if twin is not None:
            weaker = min(was, twin, key=_strength)
            once = f"{was.id}/{was.turn}/merged"
            tally = Tally(board=board(weaker.state), subject=was.cohort, by=-1, once=once)
            changes += Changes(tallies=(tally,))
        cohort = await moment.read.get(Cohort, was.cohort)
        changes += Changes(jobs=await shared_cards(moment, cohort) if cohort else ())
    return changes


def _one(was: Membership, twin: Membership | None, kept: str) -> Membership:
    best = was if twin is None or _strength(was) > _strength(twin) else twin
    seen = tuple(dict.fromkeys((*(twin.seen if twin else ()), *was.seen)))
    return replace(
        best,
        id=membership_id(was.cohort, kept),
        version=twin.version if twin else 0,
        person=kept,
        turn=max(was.turn, twin.turn if twin else 0) + 1,
        seen=seen,
    )


def _strength(membership: Membership) -> int:
    return STRONGER.index(membership.state)


async def _consents(kept: str, gone: str, moment: Moment) -> Changes:
    """Of two answers to a version the later one stands."""
    changes = Changes()
    for was in (await moment.read.find(Consent, person=gone, limit=PAGE)).items:
        id = consent_id(was.cohort, was.number, kept)
        twin = await moment.read.get(Consent, id)
        changes += Changes(deletes=(was,))
        if twin is None or was.at > twin.at:
            version = twin.version if twin else 0
            changes += Changes(saves=(replace(was, id=id, version=version, person=kept),))
        if twin is not None:
            changes += Changes(tallies=(uncounted(min(was, twin, key=lambda one: one.at)),))
        cohort = await moment.read.get(Cohort, was.cohort)
        changes += Changes(jobs=refreshed(cohort, f"agreement/{cohort.id}") if cohort else ())
    return changes


async def _answers(kept: str, gone: str, moment: Moment) -> Changes:
    """Of two answers to a question a given one stands, the later of two given."""
    changes = Changes()
    for was in (await moment.read.find(Introduction, person=gone, limit=PAGE)).items:
        id = answer_id(was.round, kept)
        twin = await moment.read.get(Introduction, id)
        cohort = await moment.read.get(Cohort, was.cohort)
        better = twin is None or _weight(was) > _weight(twin)
        new = replace(was, id=id, version=twin.version if twin else 0, person=kept)
        worse = twin if better else was
        tallies = answers(None, worse) if twin and worse else ()
        changes += Changes(
            saves=(new,) if better else (),
            deletes=(was,),
            tallies=tallies,
            jobs=carried(cohort, was, twin, new if better else None) if cohort else (),
        )
    return changes


def _weight(answer: Introduction) -> tuple[bool, str]:
    return answer.said == "given", answer.at.isoformat()


async def _challenges(kept: str, gone: str, moment: Moment) -> Changes:
    changes = Changes()
    for was in (await moment.read.find(WorkingOn, person=gone, limit=PAGE)).items:
        id = working_id(was.cohort, kept)
        twin = await moment.read.get(WorkingOn, id)
        better = twin is None or (bool(was.text), was.at) > (bool(twin.text), twin.at)
        new = replace(was, id=id, version=twin.version if twin else 0, person=kept)
        worse = twin if better else was
        changes += Changes(
            saves=(new,) if better else (),
            deletes=(was,),
            tallies=challenges(None, worse) if twin and worse else (),
        )
    return changes


async def _suggestions(kept: str, gone: str, moment: Moment) -> Changes:
    changes = Changes()
    for was in (await moment.read.find(Suggestion, by=gone, limit=PAGE)).items:
        new = replace(was, id=suggestion_id(was, kept), version=0, by=kept)
        twin = await moment.read.get(Suggestion, new.id)
        changes += Changes(saves=() if twin else (new,), deletes=(was,))
        if twin and was.state == "open":
            once = f"{was.id}/out"
            gone_too = Tally(board=SUGGESTED, subject=was.cohort, by=-1, once=once)
            changes += Changes(tallies=(gone_too,))
    return changes


async def _tries(kept: str, gone: str, moment: Moment) -> Changes:
    tries = await moment.read.get(Tries, gone)
    return Changes(deletes=(tries,)) if tries else Changes()


async def _lines(kept: str, gone: str, cohort: str, moment: Moment) -> Changes:
    """The lines that the other had added are those of this person."""
    agreement = await moment.read.get(Agreement, cohort)
    versions = (await moment.read.find(Closed, cohort=cohort)).items
    changed: list[Agreement | Closed] = []
    for record in (agreement, *versions):
        if record is None:
            continue
        new = replace(record, lines=_theirs(record.lines, kept, gone))
        if isinstance(new, Closed) and new.by == gone:
            new = replace(new, by=kept)
        changed += (new,) if new != record else ()
    return Changes(saves=tuple(changed))


def _theirs(lines: Sequence[Line], kept: str, gone: str) -> tuple[Line, ...]:
    return tuple(replace(one, by=kept) if one.by == gone else one for one in lines)
