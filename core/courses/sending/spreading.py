"""Cards that are out are brought up to date where they stand, page by page."""

from collections.abc import Sequence

from core.cohorts.model import timer
from core.courses.model import ROLL, Send, card_slot, shared_slot
from core.engine.ports import Changes, Delivery, Event, Job, Moment, Show, ToPerson, ToPlace, show

AFTER = frozenset({"going", "sent", "stopped"})


def spread(org: str, it: Send) -> tuple[Job, ...]:
    """Brings all cards of a send up to date, those of many people walk by walk."""
    if it.open:
        return tuple(show(ToPlace(place), slot) for place, slot in shared(it))
    args = {"send": it.id, "edition": str(it.edition), "cursor": ""}
    return (timer("courses.spread", org, None, **args),)


def shared(it: Send) -> Sequence[tuple[str, str]]:
    """Where it stands for all to see, each place with its slot."""
    places = it.audience.ids if it.open and it.audience else ()
    return tuple((place, shared_slot(it.id, n)) for n, place in enumerate(places))


async def spreading(event: Event, moment: Moment) -> Changes:
    """The next cards that are out; who is yet to get it gets it as it is now."""
    it = await moment.read.get(Send, event.args.get("send", ""))
    if it is None or str(it.edition) != event.args.get("edition") or it.state == "taken":
        return Changes()
    page = await moment.read.find(
        Delivery, campaign=it.id, after=event.args.get("cursor", ""), limit=ROLL
    )
    slot = card_slot(it.id)
    there = [one for one in page.items if stands(one)]
    jobs = tuple(again(one.person, slot) for one in there)
    return Changes(jobs=(*jobs, *on_from(event, page.cursor)))


def stands(one: Delivery) -> bool:
    """Whether it stands in somebody’s chat.

    What was never confirmed cannot be changed: it would come a second time.
    """
    return bool(one.person) and one.state == "sent"


def again(person: str, slot: str) -> Job:
    """An edit is no message: it asks for nobody's attention."""
    return Job(
        key=f"show/{person}/{slot}",
        work=Show(ToPerson(person), slot),
        weight="essential",
        plan="replace",
    )


def on_from(event: Event, cursor: str) -> tuple[Job, ...]:
    """The rest of a walk, if there is one."""
    args = {**event.args, "cursor": cursor}
    return (timer(event.name, event.org, None, **args),) if cursor else ()
