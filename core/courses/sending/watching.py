"""The sender's card is kept true while messages are still on their way."""

from datetime import datetime, timedelta

from core.cohorts.model import timer
from core.courses.model import WAITING, Send, desk_slot
from core.engine.ports import Changes, Event, Job, Moment, ToPerson, show

LOOKS = (2, 5, 15, 60, 300, 1800)
HOURS, QUARTERS = 72, 44  # a weekend hour by hour, then four times a day


def desk(it: Send) -> Job:
    """The sender's card, as things stand."""
    return show(ToPerson(it.by), desk_slot(it.id), weight="answer")


def watch(org: str, it: Send, now: datetime, look: int = 0, waits: int = 0) -> tuple[Job, ...]:
    """Looks again soon, then when an hour has begun, as people’s own hours do; for two weeks."""
    if look >= len(LOOKS) + HOURS + QUARTERS:
        return ()
    due = now + timedelta(seconds=LOOKS[look]) if look < len(LOOKS) else _hour_after(now, look)
    args = {"send": it.id, "look": str(look), "since": f"{now:%d%H%M%S}", "waits": str(waits)}
    return (timer("courses.watch", org, due, **args),)


def _hour_after(now: datetime, look: int) -> datetime:
    hours = 1 if look < len(LOOKS) + HOURS else 6
    return now.replace(minute=0, second=LOOKS[0], microsecond=0) + timedelta(hours=hours)


async def look(event: Event, moment: Moment) -> Changes:
    """Redraws the card; as long as somebody has yet to get it, once more later.

    Once some of those who waited long have got it, it looks soon again.
    """
    it = await moment.read.get(Send, event.args.get("send", ""))
    if it is None:
        return Changes()
    n = int(event.args["look"]) + 1
    waits = sum([await moment.read.tally(f"delivery.{state}", it.id) for state in WAITING])
    if n > len(LOOKS) and waits < int(event.args.get("waits", "0")):
        n = 0
    on = watch(event.org, it, moment.now, n, waits) if waits else ()
    return Changes(jobs=(desk(it), *on))
