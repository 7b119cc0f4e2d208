"""Which cohort is meant, and what this person may do in it.

Ids in a button name things and never grant anything: authority comes from who presses.
"""

from collections.abc import Awaitable, Callable
from functools import wraps

from core.cohorts import posts
from core.cohorts.model import Cohort, Membership, Space, leads, membership_id, over
from core.cohorts.words import name_of
from core.engine.ports import (
    Changes,
    Deliver,
    Done,
    Event,
    Job,
    Moment,
    Open,
    Reader,
    Say,
    ToPerson,
    Viewer,
)
from core.message import Form, OpenForm, Option, Phrase, Post, verbatim
from core.people.model import Person

Handler = Callable[[Event, Moment, Person], Awaitable[Changes]]
Ruled = Callable[[Event, Moment, Person, Cohort], Awaitable[Changes]]
Drawn = Callable[[Moment, str, Viewer], Awaitable[Post | None]]
MANY = 20
COLLEAGUES = 100


def for_anyone(do: Ruled) -> Handler:
    """Whoever may know of the cohort, even when it is over."""

    @wraps(do)
    async def checked(event: Event, moment: Moment, me: Person) -> Changes:
        found = await meant(event, moment, me)
        if len(found) == 1:
            return await do(event, moment, me, found[0])
        if found:
            return privately(event, me, posts.which(found, event.name, event.args))
        if "cohort" in event.args:
            return refused(posts.GONE)
        return privately(event, me, posts.none_yet())

    return checked


def for_members(do: Ruled) -> Handler:
    """Whoever has joined, while the cohort takes place."""

    @wraps(do)
    async def checked(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        if closed(cohort, moment):
            return refused(posts.too_late(cohort))
        if not await joined(moment, cohort, me):
            return refused(posts.JOIN_FIRST)
        return await do(event, moment, me, cohort)

    return for_anyone(checked)


def for_leads(do: Ruled) -> Handler:
    """Its owner and its facilitator, while the cohort takes place."""

    @wraps(do)
    async def checked(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        if not leads(cohort, me.id):
            return refused(posts.LEADS_ONLY)
        if closed(cohort, moment):
            return refused(posts.too_late(cohort))
        return await do(event, moment, me, cohort)

    return for_anyone(checked)


async def meant(event: Event, moment: Moment, me: Person) -> tuple[Cohort, ...]:
    """The cohort that a button names, else that of this place, else all of this person's."""
    if "cohort" in event.args:
        return _known(await moment.read.get(Cohort, event.args["cohort"]))
    if event.origin is not None:
        space = await moment.read.get(Space, event.origin.place)
        if space is not None and space.cohort:
            return _known(await moment.read.get(Cohort, space.cohort))
    return await cohorts_of(moment, me.id)


async def cohorts_of(moment: Moment, person: str) -> tuple[Cohort, ...]:
    """Those a person is invited to, has joined or runs, as long as they take place."""
    found = {cohort.id: cohort for cohort in await run_by(moment.read, person)}
    for membership in await current(moment.read, person):
        cohort = await moment.read.get(Cohort, membership.cohort)
        if cohort is not None:
            found.setdefault(cohort.id, cohort)
    return tuple(cohort for cohort in found.values() if not closed(cohort, moment))


async def current(read: Reader, person: str) -> list[Membership]:
    """Where somebody is a member, and then where they are invited."""
    rows = (await read.find(Membership, person=person)).items
    return [row for state in ("member", "invited") for row in rows if row.state == state]


async def run_by(read: Reader, person: str) -> tuple[Cohort, ...]:
    """Those a person owns, facilitates or moderates."""
    owned = await read.find(Cohort, owner=person, limit=MANY)
    led = await read.find(Cohort, facilitator=person, limit=MANY)
    kept = await read.find(Cohort, moderator=person, limit=MANY)
    return tuple({c.id: c for c in (*owned.items, *led.items, *kept.items)}.values())


async def joined(moment: Moment, cohort: Cohort, person: Person) -> bool:
    """Whether somebody is a member."""
    found = await moment.read.get(Membership, membership_id(cohort.id, person.id))
    return found is not None and found.state == "member"


async def colleagues(moment: Moment, cohort: Cohort, me: Person) -> tuple[Option, ...]:
    """Who else is in a cohort, to choose from."""
    page = await moment.read.find(Membership, cohort=cohort.id, state="member", limit=COLLEAGUES)
    ids = dict.fromkeys((cohort.facilitator, *(m.person for m in page.items)))
    names = [(id, await name_of(moment, id)) for id in ids if id != me.id]
    return tuple(Option(id, verbatim(name)) for id, name in names if name)


async def taken(moment: Moment, space: Space | None) -> bool:
    """Whether a cohort that takes place lives there."""
    other = await moment.read.get(Cohort, space.cohort) if space and space.cohort else None
    return other is not None and not closed(other, moment)


def closed(cohort: Cohort, moment: Moment) -> bool:
    """Cancelled or over."""
    return cohort.stage == "cancelled" or over(cohort, moment.now)


def refused(why: Phrase) -> Changes:
    """A sentence, and nothing changed."""
    return Changes(reply=Done(why))


def opened_form(form: Form) -> Open:
    """Opens a form; the action of a form, pressed, opens it again."""
    return Open(form, OpenForm(form.title, form.action, form.args, "primary"))


def redrawn(changes: Changes, note: Phrase) -> Changes:
    """The changes, a sentence, and the private card that was pressed as it stands after them.

    In the open it is only the sentence: shared cards are redrawn by their jobs.
    """
    return changes + Changes(reply=Done(note, redraws=True))


def copy(kind: str, cohort: Cohort, moment: Moment) -> str:
    """The slot of a card that somebody asked for: a new message, not an old one edited."""
    return f"{kind}/{cohort.id}/{moment.id('copy')[:8]}"


def privately(event: Event, me: Person, post: Post) -> Changes:
    """The answer where only this person reads it."""
    if event.origin is not None and event.origin.private:
        return Changes(reply=Say(post))
    job = Job(key=f"private/{event.id}", work=Deliver(ToPerson(me.id), post), weight="answer")
    return Changes(jobs=(job,), reply=Done(posts.PRIVATELY))


def _known(cohort: Cohort | None) -> tuple[Cohort, ...]:
    return () if cohort is None else (cohort,)
