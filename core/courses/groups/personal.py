"""What a look at a group holds of somebody: taken along, erased, carried over."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from core.courses.groups.model import Fit, Mails, Offer, Sync, page_of, uncounted
from core.engine.ports import Changes, Moment
from core.people.model import Person

PAGE = 20


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """The looks that somebody had, and how they stood in those of others."""
    looked = (await moment.read.find(Sync, by=me.id)).items
    stood = await _fits(me, moment)
    return {
        "looked_at": [{"group": one.group.name, "at": one.at} for one in looked],
        "stood": [msgspec.to_builtins(one) for one in stood],
    }


async def forget(me: Person, moment: Moment) -> Changes:
    """No look knows them any more; those that they had go on without a name."""
    fits = await _fits(me, moment)
    offers = (await moment.read.find(Offer, person=me.id)).items
    looked = (await moment.read.find(Sync, by=me.id)).items
    return Changes(
        saves=(*(replace(one, by="") for one in looked), *await _without(me, moment)),
        deletes=(*fits, *offers),
        tallies=uncounted(fits),
    )


async def _without(me: Person, moment: Moment) -> tuple[Mails, ...]:
    """The addresses of groups, without theirs; only what is looked at now still has any."""
    if not me.email:
        return ()
    held = [
        await moment.read.get(Mails, f"{sync.look}/{page_of(me.email, sync.pages)}")
        for sync in (await moment.read.find(Sync)).items
        if sync.pages
    ]
    return tuple(
        replace(one, mails=tuple(mail for mail in one.mails if mail != me.email))
        for one in held
        if one and me.email in one.mails
    )


async def merged(kept: Person, gone: Person, moment: Moment) -> Changes:
    """The next of what hangs on the other; no Changes once nothing is left."""
    fits = (await moment.read.find(Fit, person=gone.id, limit=PAGE)).items
    looked = (await moment.read.find(Sync, by=gone.id, limit=PAGE)).items
    offers = (await moment.read.find(Offer, person=gone.id, limit=PAGE)).items
    return Changes(
        saves=(
            *(replace(one, person=kept.id) for one in fits),
            *(replace(one, by=kept.id) for one in looked),
        ),
        deletes=offers,
    )


async def _fits(me: Person, moment: Moment) -> tuple[Fit, ...]:
    found = (await moment.read.find(Fit, person=me.id)).items
    by_mail = (await moment.read.find(Fit, mail=me.email)).items if me.email else ()
    return tuple({one.id: one for one in (*found, *by_mail)}.values())
