"""How a cohort and a place find each other."""

from datetime import datetime

from msgspec.structs import replace

from core.cohorts.agreement.model import Agreement
from core.cohorts.discussions.model import Discussion
from core.cohorts.introductions.model import Round
from core.cohorts.model import KEPT, Cohort, Space, attached, detached, line, timer
from core.engine.ports import Ask, Changes, Job, Origin, Reader, ToPerson, ToPlace, show

TALKS = 5


def found(origin: Origin, now: datetime) -> Space:
    """A place that nobody has told us about yet."""
    return Space(
        id=origin.place,
        since=now,
        title=origin.title,
        team=origin.team,
        overheard=origin.overheard,
    )


def bind(cohort: Cohort, space: Space, now: datetime) -> tuple[Cohort, Changes]:
    """The cohort lives in this place from now on: welcome it, and ask who is there."""
    new = replace(space, cohort=cohort.id, state="attached", since=now, turn=space.turn + 1)
    cohort = attached(cohort, new.id)
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    jobs = (show(ToPlace(new.id), f"welcome/{cohort.id}"), desk, roster(new))
    return cohort, Changes(saves=(cohort, new), jobs=jobs)


async def shown_in(read: Reader, cohort: Cohort, place: str) -> tuple[Job, ...]:
    """The cards that stand in the other places and are missing in a new one."""
    slots: list[str] = []
    if await read.get(Agreement, cohort.id):
        slots.append(f"agreement/{cohort.id}")
    rounds = (await read.find(Round, cohort=cohort.id, limit=1)).items
    slots += [f"intro/{round.id}" for round in rounds if round.state == "open"]
    open_ones = await read.find(Discussion, cohort=cohort.id, state="open", limit=TALKS)
    slots += [f"discussion/{it.id}" for it in open_ones.items]
    return tuple(show(ToPlace(place), slot) for slot in slots)


def unbound(cohort: Cohort, space: Space, now: datetime) -> tuple[Cohort, Changes]:
    """The cohort no longer lives in this place; what people wrote there stays."""
    new = replace(space, cohort="", since=now, turn=space.turn + 1)
    cohort = detached(cohort, space.id)
    desk = show(ToPerson(cohort.facilitator), f"desk/{cohort.id}")
    return cohort, Changes(saves=(cohort, new), jobs=(desk,))


def removed(space: Space, org: str, now: datetime) -> tuple[Space, Job]:
    """The place without us; what it holds is forgotten in a month unless we come back."""
    new = replace(space, state="detached", since=now, turn=space.turn + 1)
    args = {"place": new.id, "turn": str(new.turn)}
    return new, timer("cohorts.forget", org, now + KEPT, **args)


def roster(space: Space, *, cursor: str = "", page: int = 0) -> Job:
    """Asks for one page of who is in a place."""
    question = {
        "place": space.id,
        "cursor": cursor,
        "cohort": space.cohort,
        "turn": str(space.turn),
        "page": str(page),
    }
    key = f"roster/{space.id}/{space.turn}/{page}"
    return Job(key=key, work=Ask(port="members", question=question, then="cohorts.listed"))


def reason(error: str) -> str:
    """What a platform said in a sentence; "" for what only a log understands."""
    return line(error, 300) if error.endswith(".") else ""
