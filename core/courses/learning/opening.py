"""What our own page saw: that a course was opened."""

import re

from core.courses.learning.model import (
    OUT,
    PLACED,
    figures,
    known,
    marked,
    moved,
    step_in,
    takes_part,
)
from core.courses.learning.policy import unwatched
from core.courses.model import OPENED, Send
from core.engine.ports import Changes, Event, Moment, Tally

VISIT = re.compile(r"[0-9a-f]{32}")
PLACE = re.compile(r"[0-9]{1,3}")


async def opened(event: Event, moment: Moment) -> Changes:
    """Counts a person once; whoever came without a name, once for each visit.

    Where nobody is watched, a name that came along all the same is left lying.
    """
    send = await moment.read.get(Send, event.args.get("send", ""))
    n = step_in(event.args.get("step", ""), send) if send else None
    if send is None or n is None or send.state not in OUT:
        return Changes()
    nameless = await unwatched(moment.read)
    person = event.args.get("person", "")
    if person and not nameless:
        return await _by(moment, send, person, n)
    return await _visited(event, moment, send, n) if nameless or send.open else Changes()


async def _by(moment: Moment, send: Send, person: str, n: int) -> Changes:
    if not await takes_part(moment, send, person):
        return Changes()
    was = await known(moment.read, send, person)
    new = marked(was, n, "opened", moment.now)
    return moved(send, new, was)


async def _visited(event: Event, moment: Moment, send: Send, n: int) -> Changes:
    visit, place = event.args.get("visit", ""), event.args.get("at", "")
    once = f"opened/{send.id}/{n}/{visit}"
    if not VISIT.fullmatch(visit) or await moment.read.counted(once):
        return Changes()
    tallies: tuple[Tally, ...] = (Tally(board=OPENED, subject=f"{send.id}/{n}", once=once),)
    if PLACE.fullmatch(place):
        where = Tally(board=PLACED, subject=f"{send.id}/{place}", once=f"{once}/{place}")
        tallies = (*tallies, where)
    return Changes(tallies=tallies, jobs=figures(send))
