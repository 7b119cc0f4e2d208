"""What moderation keeps of a person: their own flags, and what was decided about their words."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.engine.ports import PAGE, Changes, Moment
from core.moderation.handing import absent, given
from core.moderation.model import Case, Flag, flag_id, pending
from core.people.model import Person

ROLES = ("author", "judge", "second")


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """My flags, and what was decided about my words and told me; never who flagged them."""
    flags = (await moment.read.find(Flag, by=me.id)).items
    cases = (await moment.read.find(Case, author=me.id)).items
    told = [
        {"text": case.text, "state": case.state, "reason": case.reason, "plea": case.plea}
        for case in cases
        if case.state in ("hidden", "warned")
    ]
    return {"flags": [msgspec.to_builtins(flag) for flag in flags], "about": told}


async def forget(me: Person, moment: Moment) -> Changes:
    """My flags go, and so do the cases about my words; what I was to decide, another does."""
    flags = (await moment.read.find(Flag, by=me.id)).items
    cases = (await moment.read.find(Case, author=me.id)).items
    changes = Changes(deletes=(*flags, *cases))
    mine = [
        case
        for role in ("judge", "second")
        for case in (await moment.read.find(Case, limit=PAGE, **{role: me.id})).items
        if pending(case) and case.author != me.id
    ]
    for case in mine:
        cohort = await moment.read.get(Cohort, case.cohort)
        gone = await absent(moment, cohort) if cohort else ()
        changes += given(cohort, case, me.id, *gone) if cohort else Changes()
    return changes


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """Flags and cases go over to the person they turned out to be."""
    changes = Changes()
    for flag in (await moment.read.find(Flag, by=gone.id, limit=20)).items:
        id = flag_id(flag.case, kept.id)
        twin = await moment.read.get(Flag, id)
        new = () if twin else (replace(flag, id=id, by=kept.id, version=0),)
        changes += Changes(saves=new, deletes=(flag,))
    for role in ROLES:
        for case in (await moment.read.find(Case, limit=20, **{role: gone.id})).items:
            latest = next((c for c in changes.saves if c.id == case.id), case)
            changes += Changes(saves=(replace(latest, **{role: kept.id}),))
    return changes
