"""What moderation keeps of a person: their own flags, and what was decided about their words."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.engine.ports import Changes, Moment
from core.moderation.model import Case, Flag, flag_id
from core.people.model import Person

ROLES = ("author", "judge", "second")


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """My flags, and the cases about what I wrote; never who flagged it."""
    flags = (await moment.read.find(Flag, by=me.id)).items
    cases = (await moment.read.find(Case, author=me.id)).items
    told = [{"text": case.text, "state": case.state, "reason": case.reason} for case in cases]
    return {"flags": [msgspec.to_builtins(flag) for flag in flags], "about": told}


async def forget(me: Person, moment: Moment) -> Changes:
    """My flags go, and so do the cases about my words."""
    flags = (await moment.read.find(Flag, by=me.id)).items
    cases = (await moment.read.find(Case, author=me.id)).items
    return Changes(deletes=(*flags, *cases))


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
