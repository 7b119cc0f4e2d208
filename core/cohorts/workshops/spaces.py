"""A cohort lives in one more place: what is planned stands there as well."""

from core.cohorts.model import Cohort, timer
from core.cohorts.workshops.model import upcoming
from core.engine.ports import Changes, Event, Moment, Record, ToPlace, show


async def follow(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """A place more than before."""
    if not (isinstance(was, Cohort) and isinstance(now, Cohort)):
        return Changes()
    new = [place for place in now.spaces if place not in was.spaces]
    if not new or not await upcoming(moment.read, now.id, 1):
        return Changes()
    args = {"cohort": now.id, "rev": str(now.version)}
    return Changes(
        jobs=tuple(timer("workshops.settle", event.org, None, **args, place=it) for it in new)
    )


async def settle(event: Event, moment: Moment) -> Changes:
    """The cards of what is planned, in the order in which it takes place."""
    cohort, place = await moment.read.get(Cohort, event.args["cohort"]), event.args["place"]
    if cohort is None or place not in cohort.spaces or cohort.stage == "cancelled":
        return Changes()
    found = await upcoming(moment.read, cohort.id)
    return Changes(jobs=tuple(show(ToPlace(place), f"workshop/{one.id}") for one in found))
