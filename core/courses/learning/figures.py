"""How many have opened a course, say they are done and are confirmed: three rows, never mixed.

They are figures, and never of so few that a figure would be a name.
"""

from typing import get_args

from core.courses.learning.policy import unwatched
from core.courses.model import CONFIRMED, DECLARED, OPENED, Send
from core.engine.ports import Moment, State
from core.message import Phrase, say

FEW = 5
HAD = ("sent", "unconfirmed", "withdrawn")
LABELS = {
    OPENED: say("courses.figures.opened", "Opened"),
    DECLARED: say("courses.figures.declared", "Say they are done"),
    CONFIRMED: say("courses.figures.confirmed", "Confirmed by the provider"),
}
TOO_FEW = say("courses.figures.few", "told from five people on")


async def rows(moment: Moment, send: Send) -> tuple[tuple[Phrase, Phrase], ...]:
    """For whoever answers for it: each column of how many; of a path, how many reached its end."""
    of = await reached(moment, send)
    hides = await hidden(moment, send)
    return tuple(
        [
            (label, TOO_FEW if board in hides else await _value(moment, send, board, of))
            for board, label in LABELS.items()
        ]
    )


async def reached(moment: Moment, send: Send) -> int:
    """How many people it was meant for, one by one; 0 where it stands in the open."""
    states = [await moment.read.tally(f"delivery.{state}", send.id) for state in get_args(State)]
    return 0 if send.open else sum(states)


async def hidden(moment: Moment, send: Send) -> frozenset[str]:
    """The columns that would tell of a person: openings of fewer than five, or all of them.

    Whoever never had it hides nobody. In the open nobody knows of how many, and who sent it to
    themselves may know.
    """
    only_me = send.audience is not None and send.audience.kind == "me"
    had = [await moment.read.tally(f"delivery.{state}", send.id) for state in HAD]
    if send.open or only_me or sum(had) >= FEW:
        return frozenset()
    return frozenset(LABELS) if await unwatched(moment.read) else frozenset((OPENED,))


async def count(moment: Moment, send: Send, board: str, step: int = 0) -> int:
    """How many people one column has for one step."""
    return await moment.read.tally(board, f"{send.id}/{step}")


async def _value(moment: Moment, send: Send, board: str, of: int) -> Phrase:
    n = await count(moment, send, board)
    if len(send.courses) > 1:
        last = await count(moment, send, board, len(send.courses) - 1)
        return say(
            "courses.figures.path",
            "{n} the first, {last} the last",
            n=n,
            last=last,
        )
    if not of:
        return say("courses.figures.open", "{n}", n=n)
    return say("courses.figures.of", "{n} of {of}", n=min(n, of), of=of)
