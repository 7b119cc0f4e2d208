"""What an organisation has agreed with its works council: nobody's opening is ever kept."""

from datetime import datetime
from typing import ClassVar

from msgspec.structs import replace

from core.cohorts.model import timer
from core.courses.model import Learning, Step
from core.engine.ports import PAGE, Changes, Event, Moment, Reader, Record

ORG = "org"


class Policy(Record, frozen=True, kw_only=True):
    """What holds for the whole organisation; there is one, `org`."""

    kind: ClassVar[str] = "policy"
    versioned: ClassVar[bool] = False

    works_council: bool = False


async def unwatched(read: Reader) -> bool:
    """Whether openings are only counted, never kept for a person."""
    found = await read.get(Policy, ORG)
    return found is not None and found.works_council


async def told(event: Event, moment: Moment) -> Changes:
    """The setting, as the service started with it; what was kept of people before it goes."""
    was = await moment.read.get(Policy, ORG) or Policy(id=ORG)
    new = replace(was, works_council=event.args.get("works_council") == "true")
    if new == was:
        return Changes()
    walk = (timer("courses.unname", event.org, None, at=moment.now.isoformat(), cursor=""),)
    return Changes(saves=(new,), jobs=walk if new.works_council else ())


async def unname(event: Event, moment: Moment) -> Changes:
    """The next people whose openings are forgotten; how many there were stays."""
    if not await unwatched(moment.read):
        return Changes()
    page = await moment.read.find(Learning, after=event.args.get("cursor", ""), limit=PAGE)
    watched = [one for one in page.items if any(it.opened for it in one.steps)]
    left = [_unnamed(one) for one in watched]
    on = timer(event.name, event.org, None, **{**event.args, "cursor": page.cursor})
    return Changes(
        saves=tuple(one for one in left if any(it != Step() for it in one.steps)),
        deletes=tuple(one for one in left if all(it == Step() for it in one.steps)),
        jobs=(on,) if page.cursor else (),
    )


def _unnamed(one: Learning) -> Learning:
    """What else they did; whoever has done nothing else has nothing, as before they came."""
    return replace(one, steps=tuple(replace(step, opened=None) for step in one.steps))


def setting(org: str, now: datetime, *, works_council: bool) -> Event:
    """What the service tells itself at its start."""
    return Event(
        id=f"policy/{now.isoformat()}",
        org=org,
        source="timer",
        name="courses.policy",
        args={"works_council": "true" if works_council else "false"},
    )
