"""Coming into a place, leaving it, coming back; and which cohort lives there."""

import re
from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from core.cohorts import posts as cohorts
from core.cohorts.access import closed, for_leads, refused, run_by, taken
from core.cohorts.agreement.model import Agreement
from core.cohorts.model import (
    SPACES,
    Cohort,
    Space,
    detached,
    leads,
    line,
    refreshed,
    rest_of,
    timer,
)
from core.cohorts.spaces import posts
from core.cohorts.spaces.model import bind, found, reason, removed, shown_in, unbound
from core.engine.ports import (
    Changes,
    Choices,
    Deliver,
    Done,
    Event,
    Job,
    Moment,
    Record,
    Say,
    ToPerson,
    ToPlace,
    show,
)
from core.message import Post
from core.people.model import Person

# --- what happens to places ---------------------------------------------------------------------


async def came(event: Event, moment: Moment) -> Changes:
    """Greets once where several people are; goes on where it lived before."""
    if event.origin is None or event.origin.private:
        return Changes()
    known = await moment.read.get(Space, event.origin.place)
    if known is not None and known.state == "attached":
        return Changes()
    cohort = await moment.read.get(Cohort, known.cohort) if known else None
    if known and cohort and not closed(cohort, moment):
        if known.id not in cohort.spaces and len(cohort.spaces) >= SPACES:
            return Changes(saves=(replace(known, state="attached", cohort="", since=moment.now),))
        _, bound = bind(cohort, known, moment.now)
        cards = await shown_in(moment.read, cohort, known.id)
        back = _once("back", known.id, posts.back(cohort), known.turn)
        return bound + Changes(jobs=(*cards, back))
    turn = known.turn if known else 0
    new = known or found(event.origin, moment.now)
    new = replace(new, state="attached", cohort="", since=moment.now)
    return Changes(saves=(new,), jobs=(_once("hello", new.id, posts.hello(), turn),))


async def went(event: Event, moment: Moment) -> Changes:
    """Lets go of a place; what was written there is kept for thirty days."""
    if event.origin is None or event.origin.private:
        return Changes()
    space = await moment.read.get(Space, event.origin.place)
    if space is None or space.state == "detached":
        return Changes()
    new, job = removed(space, event.org, moment.now)
    cohort = await moment.read.get(Cohort, space.cohort) if space.cohort else None
    if cohort is None:
        return Changes(saves=(new,), jobs=(job,))
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return Changes(saves=(new, detached(cohort, space.id)), jobs=(job, desk))


async def renamed(event: Event, moment: Moment) -> Changes:
    """Keeps the name of a place."""
    if event.origin is None:
        return Changes()
    space = await moment.read.get(Space, event.origin.place)
    if space is None or space.title == event.origin.title:
        return Changes()
    return Changes(saves=(replace(space, title=event.origin.title),))


async def overheard(event: Event, moment: Moment) -> Changes:
    """The first time we are told what does not mention us, the agreement says so."""
    if event.origin is None or event.origin.private:
        return Changes()
    if event.mentioned and not event.origin.overheard:
        return Changes()
    space = await moment.read.get(Space, event.origin.place)
    if space is None or space.overheard:
        return Changes()
    agreement = await moment.read.get(Agreement, space.cohort)
    cohort = await moment.read.get(Cohort, space.cohort) if agreement else None
    jobs = refreshed(cohort, f"agreement/{cohort.id}") if cohort else ()
    return Changes(saves=(replace(space, overheard=True),), jobs=jobs)


async def forget(event: Event, moment: Moment) -> Changes:
    """A month after we were removed: forgets the place, and a cohort that lives nowhere else."""
    space = await moment.read.get(Space, event.args["place"])
    if space is None or space.state == "attached" or str(space.turn) != event.args["turn"]:
        return Changes()
    numbered = (await moment.read.find(Choices, place=space.id)).items
    if numbered:  # a page at a time
        page = str(int(event.args.get("page", "0")) + 1)
        on = timer("cohorts.forget", event.org, None, **{**event.args, "page": page})
        return Changes(deletes=numbered, jobs=(on,))
    gone = Changes(deletes=(space,))
    cohort = await moment.read.get(Cohort, space.cohort) if space.cohort else None
    if cohort is None or cohort.spaces:
        return gone
    return gone + Changes(jobs=(timer("cohorts.wipe", event.org, None, cohort=cohort.id),))


def wiping(records: Sequence[type[Record]]) -> Callable[[Event, Moment], Awaitable[Changes]]:
    """The timer that forgets a cohort: all that names it, and what goes by its id."""
    named = [kind for kind in records if "cohort" in kind.indexes and kind is not Space]
    alike = [kind for kind in records if kind not in (*named, Space, Cohort)]

    async def wipe(event: Event, moment: Moment) -> Changes:
        id, page = event.args["cohort"], int(event.args.get("page", "0"))
        cohort = await moment.read.get(Cohort, id)
        if cohort is None or cohort.spaces:
            return Changes()
        for kind in named:
            rows = (await moment.read.find(kind, cohort=id)).items
            if rows:
                on = timer("cohorts.wipe", event.org, None, cohort=id, page=str(page + 1))
                return Changes(deletes=rows, jobs=(on,))
        found = [await moment.read.get(kind, id) for kind in alike]
        return Changes(deletes=(cohort, *(one for one in found if one is not None)))

    return wipe


# --- where a cohort lives -----------------------------------------------------------------------


async def here(event: Event, moment: Moment, me: Person) -> Changes:
    """`cohort here <name>`: this place becomes a home of the cohort."""
    if event.origin is None or event.origin.private:
        return refused(posts.NOT_HERE)
    space = await moment.read.get(Space, event.origin.place)
    candidates = await _candidates(event, moment, me)
    if not candidates:
        return refused(posts.NONE)
    if len(candidates) > 1:
        return Changes(reply=Say(cohorts.which(candidates, event.name, {})))
    new = space or found(event.origin, moment.now)
    return await _bound(moment, candidates[0], new)


async def _candidates(event: Event, moment: Moment, me: Person) -> tuple[Cohort, ...]:
    mine = [
        c for c in await run_by(moment.read, me.id) if leads(c, me.id) and not closed(c, moment)
    ]
    if "cohort" in event.args:
        return tuple(c for c in mine if c.id == event.args["cohort"])
    name = _plain(line(rest_of(event, "cohort here"), 100))
    same = tuple(c for c in mine if _plain(c.name) == name)
    like = tuple(c for c in mine if name and _plain(c.name).startswith(name))
    homeless = tuple(c for c in mine if not c.spaces)
    return same or like or (() if name else homeless or tuple(mine))


def _plain(name: str) -> str:
    """A name without what a typed word loses: case, and signs at the ends of words."""
    return " ".join(re.sub(r"^\W+|\W+$", "", word) for word in name.casefold().split())


@for_leads
async def offered(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Takes the place from which a channel was asked for in vain."""
    space = await moment.read.get(Space, cohort.offered) if cohort.offered else None
    if not cohort.offered or (space and space.state == "detached"):
        return refused(posts.WITHDRAWN)
    new = space or Space(id=cohort.offered, since=moment.now)
    return await _bound(moment, cohort, new)


async def _bound(moment: Moment, cohort: Cohort, space: Space) -> Changes:
    if space.cohort == cohort.id and space.id in cohort.spaces:
        return refused(posts.ALREADY)
    if await taken(moment, space):
        return refused(posts.TAKEN)
    if len(cohort.spaces) >= SPACES:
        return refused(posts.FULL)
    _, changes = bind(cohort, space, moment.now)
    cards = await shown_in(moment.read, cohort, space.id)
    note = posts.BOUND_TOO if cohort.spaces else posts.BOUND
    return changes + Changes(jobs=cards, reply=Done(note))


@for_leads
async def away(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """`cohort away`: this place is no home of the cohort any more; others stay."""
    place = event.origin.place if event.origin else ""
    space = await moment.read.get(Space, place) if place in cohort.spaces else None
    if space is None:
        return refused(posts.NOT_AT_HOME)
    _, changes = unbound(cohort, space, moment.now)
    note = posts.UNBOUND if len(cohort.spaces) > 1 else posts.UNBOUND_LAST
    return changes + Changes(reply=Done(note))


async def channel_made(event: Event, moment: Moment) -> Changes:
    """The channel that was asked for is there, or it is not and the owner hears of it."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None or closed(cohort, moment):
        return Changes()
    place = event.values.get("place", "")
    if event.error or not place:
        return Changes(
            jobs=(_tell(cohort, "refused", posts.channel_refused(cohort, reason(event.error))),)
        )
    space = await moment.read.get(Space, place)
    new = space or Space(id=place, since=moment.now, title=cohort.name)
    if place in cohort.spaces or await taken(moment, new):
        return Changes()
    if len(cohort.spaces) >= SPACES:
        return Changes(jobs=(_tell(cohort, "full", posts.channel_refused(cohort, "")),))
    _, bound = bind(cohort, new, moment.now)
    cards = await shown_in(moment.read, cohort, place)
    made = _tell(cohort, "made", posts.channel_made(cohort))
    return bound + Changes(jobs=(*cards, made))


def _tell(cohort: Cohort, what: str, post: Post) -> Job:
    work = Deliver(ToPerson(cohort.owner), post)
    return Job(key=f"channel/{cohort.id}/{what}", work=work)


def _once(what: str, place: str, post: Post, turn: int) -> Job:
    return Job(key=f"{what}/{place}/{turn}", work=Deliver(ToPlace(place), post))
