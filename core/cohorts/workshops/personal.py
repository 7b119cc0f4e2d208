"""What workshops keep of a person: to take along, to erase, to carry over."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.cohorts.workshops.model import Workshop, pages
from core.cohorts.workshops.signup.model import (
    ATTENDED,
    COMING,
    Signup,
    counts,
    given_back,
    signup_id,
)
from core.cohorts.workshops.thread.model import (
    Leftover,
    after_cards,
    leftover_id,
    taken_back,
    uncounted,
)
from core.engine.ports import Changes, Moment, Tally
from core.people.model import Person

PAGE = 20


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """What somebody said to workshops, whether they were there, what they asked."""
    said = (await moment.read.find(Signup, person=me.id)).items
    left = (await moment.read.find(Leftover, person=me.id)).items
    return {
        "signups": [msgspec.to_builtins(one) for one in said],
        "questions": [msgspec.to_builtins(one) for one in left],
    }


async def forget(me: Person, moment: Moment) -> Changes:
    """Gives the seats back and takes the questions off the cards."""
    changes = Changes()
    for signup in (await moment.read.find(Signup, person=me.id)).items:
        changes += await _out(moment, signup) + Changes(deletes=(signup,))
    for left in (await moment.read.find(Leftover, person=me.id)).items:
        changes += taken_back(await moment.read.get(Cohort, left.cohort), left)
    return changes


async def _out(moment: Moment, signup: Signup) -> Changes:
    """The counts without this person; the seat goes to who waits."""
    workshop = await moment.read.get(Workshop, signup.workshop)
    cohort = await moment.read.get(Cohort, signup.cohort)
    there = Tally(board=ATTENDED, subject=signup.workshop, by=-1)
    changes = Changes(tallies=(there,) if signup.how else ())
    if workshop is None or cohort is None:
        return changes + Changes(tallies=counts("", signup.choice, signup.workshop))
    back = await given_back(moment, workshop, signup)
    return changes + back + Changes(jobs=pages(cohort, workshop))


# --- two persons who are one ----------------------------------------------------------------------


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next of everything; no Changes once nothing is left."""
    changes = Changes()
    for was in (await moment.read.find(Signup, person=gone.id, limit=PAGE)).items:
        changes += await _one_signup(moment, was, kept.id)
    for left in (await moment.read.find(Leftover, person=gone.id, limit=PAGE)).items:
        changes += await _one_question(moment, left, kept.id)
    return changes


async def _one_signup(moment: Moment, was: Signup, kept: str) -> Changes:
    """Of two answers the later one stands; a seat that is no longer needed is given back."""
    id = signup_id(was.workshop, kept)
    twin = await moment.read.get(Signup, id)
    if twin is None:
        return Changes(saves=(replace(was, id=id, version=0, person=kept),), deletes=(was,))
    best = _stands(was, twin)
    other = twin if best is was else was
    new = replace(
        best,
        id=id,
        version=twin.version,
        person=kept,
        how=best.how or other.how,
        takes=best.takes or other.takes,
        turn=max(was.turn, twin.turn) + 1,
    )
    twice = Tally(board=ATTENDED, subject=was.workshop, by=-1)
    once = Changes(tallies=(twice,) if best.how and other.how else ())
    out = await _out(moment, replace(other, how=""))
    mine = {was.id, twin.id}
    freed = replace(out, saves=tuple(one for one in out.saves if one.id not in mine))
    return once + freed + Changes(saves=(new,), deletes=(was,))


def _stands(was: Signup, twin: Signup) -> Signup:
    """The later answer; but nobody waits for the seat that they have."""
    if "waiting" in {was.choice, twin.choice}:
        for one in (was, twin):
            if one.choice in COMING:
                return one
    return max(was, twin, key=lambda one: (bool(one.choice), one.at))


async def _one_question(moment: Moment, was: Leftover, kept: str) -> Changes:
    """Of two questions the later one stands."""
    id = leftover_id(was.workshop, kept)
    twin = await moment.read.get(Leftover, id)
    cohort = await moment.read.get(Cohort, was.cohort)
    jobs = after_cards(cohort, was.workshop) if cohort else ()
    better = twin is None or was.at > twin.at
    new = replace(was, id=id, version=twin.version if twin else 0, person=kept)
    less = uncounted(twin if better else was) if twin else ()
    return Changes(saves=(new,) if better else (), deletes=(was,), tallies=less, jobs=jobs)
