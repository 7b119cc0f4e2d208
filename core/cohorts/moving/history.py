"""What was written in the places before, shown in the new one."""

from core.cohorts.introductions.model import Introduction, Round, answer_slot, place_of
from core.cohorts.model import Cohort, timer
from core.engine.ports import Changes, Event, Job, Moment, ToPlace, ToThread, show

ROUNDS = 50


async def history(event: Event, moment: Moment) -> Changes:
    """The rounds of introductions, and then the answers of each, as old as they are."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    place = event.args["place"]
    if cohort is None or place not in cohort.spaces:
        return Changes()
    if "round" in event.args:
        return await _answers(event, moment, place)
    after = event.args.get("cursor", "")
    page = await moment.read.find(Round, cohort=cohort.id, after=after, limit=ROUNDS)
    cards = [show(ToPlace(place), f"intro/{it.id}", due=it.opened) for it in page.items]
    walks = [_walk(event, round=it.id) for it in page.items]
    more = [_walk(event, cursor=page.cursor)] if page.cursor else []
    return Changes(jobs=(*cards, *walks, *more))


async def _answers(event: Event, moment: Moment, place: str) -> Changes:
    """Below the card, the oldest first: their time puts them in order."""
    id = event.args["round"]
    after = event.args.get("cursor", "")
    page = await moment.read.find(Introduction, round=id, said="given", after=after)
    target = ToThread(place, f"intro/{id}")
    below = [
        show(target, answer_slot(it), due=it.at, weight="essential")
        for it in page.items
        if place_of(it) != place
    ]
    more = [_walk(event, cursor=page.cursor)] if page.cursor else []
    return Changes(jobs=(*below, *more))


def _walk(event: Event, **args: str) -> Job:
    return timer(event.name, event.org, None, **{**event.args, **args})
