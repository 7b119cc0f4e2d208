"""What goes when a challenge goes, or a whole cohort: a page at a time."""

from collections.abc import Sequence

from core.challenges.cards import away, card_slot
from core.challenges.model import Challenge, Help, Helper, Idea, Too
from core.cohorts.model import Cohort, timer
from core.engine.ports import Changes, Event, Job, Moment, Record, ToPerson, ToPlace, show

PAGE = 50
NEWEST = 5


async def challenge_went(
    was: Record | None, now: Record | None, event: Event, moment: Moment
) -> Changes:
    """A challenge was taken back or erased: what was said to it goes as well."""
    if now is not None or not isinstance(was, Challenge):
        return Changes()
    args = {"challenge": was.id, "page": "0"}
    return Changes(jobs=(timer("challenges.clear", event.org, None, **args),))


async def help_went(
    was: Record | None, now: Record | None, event: Event, moment: Moment
) -> Changes:
    """Somebody who was asked is no more: somebody else is asked."""
    open = isinstance(was, Help) and was.state in ("asked", "accepted")
    if now is not None or not open or not isinstance(was, Help):
        return Changes()
    args = {"cohort": was.cohort, "challenge": was.challenge, "after": f"gone/{was.person}"}
    return Changes(jobs=(timer("challenges.helpers", event.org, None, **args),))


async def cohort_changed(
    was: Record | None, now: Record | None, event: Event, moment: Moment
) -> Changes:
    """A cohort is forgotten, and what it worked on; one in a new place shows it there."""
    if not isinstance(was, Cohort):
        return Changes()
    if isinstance(now, Cohort):
        new = [place for place in now.spaces if place not in was.spaces]
        return await _shown(moment, now, new) if new else Changes()
    args = {"cohort": was.id, "page": "0"}
    return Changes(jobs=(timer("challenges.wipe", event.org, None, **args),))


async def _shown(moment: Moment, cohort: Cohort, places: Sequence[str]) -> Changes:
    """The wall and the newest open ones; older ones are found from there."""
    open = await moment.read.find(Challenge, cohort=cohort.id, state="open", limit=NEWEST)
    slots = [card_slot(one.id) for one in open.items[:NEWEST]]
    if slots:
        slots.append(f"wall/{cohort.id}")
    return Changes(jobs=tuple(show(ToPlace(place), slot) for place in places for slot in slots))


async def clear(event: Event, moment: Moment) -> Changes:
    """Ideas, who knew it, who was asked, and what they read of it."""
    id = event.args["challenge"]
    if await moment.read.get(Challenge, id):
        return Changes()
    gone: list[Record] = []
    jobs: list[Job] = []
    for idea in (await moment.read.find(Idea, challenge=id, limit=PAGE)).items:
        gone.append(idea)
        jobs.append(away(ToPerson(idea.person), f"chosen/{id}"))
    for help in (await moment.read.find(Help, challenge=id, limit=PAGE)).items:
        gone.append(help)
        jobs.append(away(ToPerson(help.person), f"help/{id}"))
    gone += (await moment.read.find(Too, challenge=id, limit=PAGE)).items
    return Changes(deletes=tuple(gone), jobs=tuple(jobs)) + (_on(event) if gone else Changes())


async def wipe(event: Event, moment: Moment) -> Changes:
    """All challenges of a cohort that is gone, and its rota."""
    cohort = event.args["cohort"]
    if await moment.read.get(Cohort, cohort):
        return Changes()
    ones = (await moment.read.find(Challenge, cohort=cohort, limit=PAGE)).items
    places = (await moment.read.find(Helper, cohort=cohort, limit=PAGE)).items
    gone = Changes(deletes=(*ones, *places))
    return gone + (_on(event) if gone else Changes())


def _on(event: Event) -> Changes:
    page = str(int(event.args["page"]) + 1)
    return Changes(jobs=(timer(event.name, event.org, None, **{**event.args, "page": page}),))
