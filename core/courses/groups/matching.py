"""Walks through a group or a cohort, some at a time, and says of each how they stand."""

from msgspec.structs import replace

from core.cohorts.model import Membership, membership_id
from core.courses.groups.model import (
    EACH,
    Fit,
    Mails,
    Sync,
    fit,
    found,
    mail_as_compared,
    meant,
    page_of,
    shown,
    step,
    welcome,
)
from core.engine.ports import Changes, Event, Job, Moment
from core.people.model import Person, alive

FEW = 3


async def match(event: Event, moment: Moment) -> Changes:
    """The next ones; after the last, whoever asked sees how all of them stand."""
    sync = await meant(event, moment)
    if sync is None or sync.stage != "matching":
        return Changes()
    walk = _of_the_group if sync.into == "cohort" else _of_the_cohort
    changes, more = await walk(event, moment, sync)
    if more:
        return changes + Changes(jobs=(more,))
    new = replace(sync, stage="ready")
    return changes + Changes(saves=(new,), jobs=(shown(new),))


async def _of_the_group(event: Event, moment: Moment, sync: Sync) -> tuple[Changes, Job | None]:
    n = int(event.args["at"] or "0")
    held = await moment.read.get(Mails, f"{sync.look}/{n}")
    fits = [await _known_by(moment, sync, mail) for mail in held.mails] if held else []
    on = step("courses.match", event, sync, at=str(n + 1)) if n + 1 < sync.pages else None
    return found(fits), on


async def _known_by(moment: Moment, sync: Sync, mail: str) -> Fit:
    """Whom an address of the group belongs to; two people are one too many."""
    page = await moment.read.find(Person, email=mail, limit=FEW)
    people = [one for one in page.items if not (one.erased or one.into or one.guest)]
    if len(people) != 1:
        return fit(sync, "several" if people else "unknown", mail)
    person = people[0].id
    was = await moment.read.get(Membership, membership_id(sync.id, person))
    return fit(sync, welcome(was), mail, person)


async def _of_the_cohort(event: Event, moment: Moment, sync: Sync) -> tuple[Changes, Job | None]:
    page = await moment.read.find(
        Membership, cohort=sync.id, state="member", after=event.args["at"], limit=EACH
    )
    fits = [await _known_there(moment, sync, row.person) for row in page.items]
    on = step("courses.match", event, sync, at=page.cursor) if page.cursor else None
    return found(fits), on


async def _known_there(moment: Moment, sync: Sync, person: str) -> Fit:
    """Whether a member is in the group already."""
    met = await alive(moment.read, person)
    mail = mail_as_compared(met.email) if met else ""
    if not mail:
        return fit(sync, "no-mail", "", person)
    held = await moment.read.get(Mails, f"{sync.look}/{page_of(mail, sync.pages)}")
    there = held is not None and mail in held.mails
    return fit(sync, "there" if there else "new", mail, person)
