"""What was written in the places before, shown in the new one."""

from core.cohorts.discussions.model import Contribution, Discussion
from core.cohorts.discussions.model import place_of as written_in
from core.cohorts.introductions.model import Introduction, Round, answer_slot, place_of
from core.cohorts.model import Cohort, timer
from core.engine.ports import Changes, Event, Job, Moment, ToPlace, ToThread, show

ROUNDS = 50


async def history(event: Event, moment: Moment) -> Changes:
    """The rounds of introductions, the discussions, and the answers to each, as old as they are."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    place = event.args["place"]
    if cohort is None or place not in cohort.spaces:
        return Changes()
    if "round" in event.args:
        return await _answers(event, moment, place)
    if "talks" in event.args:
        return await _discussions(event, moment, cohort, place)
    after = event.args.get("cursor", "")
    page = await moment.read.find(Round, cohort=cohort.id, after=after, limit=ROUNDS)
    cards = [show(ToPlace(place), f"intro/{it.id}", due=it.opened) for it in page.items]
    walks = [_walk(event, round=it.id) for it in page.items]
    more = _walk(event, cursor=page.cursor) if page.cursor else _walk(event, talks="all", cursor="")
    return Changes(jobs=(*cards, *walks, more))


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


async def _discussions(event: Event, moment: Moment, cohort: Cohort, place: str) -> Changes:
    """The discussions, each with what was said in it."""
    after = event.args.get("cursor", "")
    if event.args["talks"] != "all":
        return await _said(event, moment, place)
    page = await moment.read.find(Discussion, cohort=cohort.id, after=after, limit=ROUNDS)
    cards = [show(ToPlace(place), f"discussion/{it.id}", due=it.opened) for it in page.items]
    walks = [_walk(event, talks=it.id, cursor="") for it in page.items]
    more = [_walk(event, cursor=page.cursor)] if page.cursor else []
    return Changes(jobs=(*cards, *walks, *more))


async def _said(event: Event, moment: Moment, place: str) -> Changes:
    id = event.args["talks"]
    after = event.args.get("cursor", "")
    page = await moment.read.find(Contribution, discussion=id, shown="yes", after=after)
    target = ToThread(place, f"discussion/{id}")
    below = [
        show(target, f"said/{it.id}", due=it.at, weight="essential")
        for it in page.items
        if written_in(it) != place
    ]
    more = [_walk(event, cursor=page.cursor)] if page.cursor else []
    return Changes(jobs=(*below, *more))


def _walk(event: Event, **args: str) -> Job:
    return timer(event.name, event.org, None, **{**event.args, **args})
