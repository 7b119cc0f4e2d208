"""The kind of step that only says something: in the space, to whom it does not reach in private."""

from datetime import timedelta

from core.cohorts.model import Cohort, afar, members
from core.engine.ports import (
    Changes,
    Deliver,
    Event,
    Job,
    Moment,
    Target,
    ToPerson,
    ToPlace,
)
from core.message import Heading, Phrase, Post, Text
from core.programmes.model import Kind, Laid, programme_of, worded
from core.programmes.progress import found

PURPOSE, TEXT = 140, 400
FADES = timedelta(days=6)  # past the longest of weekends


async def tell(event: Event, moment: Moment) -> Changes:
    """Brings the words of the template to those whom they are for."""
    plan = await programme_of(moment.read, event.args["cohort"])
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    one = found(plan, event.args["step"]) if plan else None
    if plan is None or cohort is None or one is None:
        return Changes()
    said = message(event, one)
    about = f"programme-says/{plan.draft}/{one.step.id}/{one.turn}"
    if one.step.audience == "facilitator":
        return Changes(jobs=(_job(about, ToPerson(cohort.facilitator), said, moment),))
    page, on = await members(event, moment)
    far = tuple(
        _job(about, ToPerson(m.person), said, moment) for m in page.items if afar(cohort, m)
    )
    here = () if "cursor" in event.args else cohort.spaces
    return Changes(jobs=(*(_job(about, ToPlace(p), said, moment) for p in here), *far, *on))


def message(event: Event, one: Laid) -> Post:
    """What the template says, its purpose first."""
    return Post(
        summary=Phrase(one.name, one.step.title),
        purpose=worded(event.args, "purpose"),
        blocks=(Heading(Phrase(one.name, one.step.title)), Text(worded(event.args, "text"))),
    )


def _job(about: str, target: Target, said: Post, moment: Moment) -> Job:
    person = isinstance(target, ToPerson)
    where = target.person if isinstance(target, ToPerson) else target.place
    return Job(
        key=f"{about}/{where}",
        work=Deliver(target, said),
        weight="nudge" if person else "person",
        until=moment.now + FADES,
    )


MESSAGE = Kind(
    run=tell,
    options={
        "purpose": lambda words: 0 < len(words) <= PURPOSE,
        "text": lambda words: 0 < len(words) <= TEXT,
    },
)
