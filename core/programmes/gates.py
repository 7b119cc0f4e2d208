"""What a step may wait for, whether it is there, and who can bring it about."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from core.cohorts.agreement.model import Agreement
from core.cohorts.model import Cohort, board
from core.engine.ports import Reader
from core.message import Phrase, say
from core.programmes.model import REACHED

ENOUGH = 2


class Gate(NamedTuple):
    """Whether it is open, and what to say as long as it is not."""

    is_open: Callable[[Reader, Cohort], Awaitable[bool]]
    waits: Phrase


async def agreed(read: Reader, cohort: Cohort) -> bool:
    """There is an agreement that people can hold each other to."""
    agreement = await read.get(Agreement, cohort.id)
    return agreement is not None and agreement.number > 0


async def peopled(read: Reader, cohort: Cohort) -> bool:
    """There is somebody to talk to."""
    return await read.tally(board("member"), cohort.id) >= ENOUGH


async def paired(read: Reader, cohort: Cohort) -> bool:
    """There are pairs."""
    return await read.tally(REACHED, f"{cohort.id}/pairs") > 0


GATES: Mapping[str, Gate] = {
    "agreement": Gate(
        agreed,
        say("programmes.gate.agreement", "the agreement. Whoever leads can close the list"),
    ),
    "members": Gate(
        peopled,
        say("programmes.gate.members", "at least two members. Whoever leads can invite people"),
    ),
    "pairs": Gate(
        paired,
        say("programmes.gate.pairs", "pairs. Whoever facilitates can make them"),
    ),
}


async def shut(read: Reader, cohort: Cohort, gate: str) -> bool:
    """Whether a step has to wait. What nobody knows holds nobody up."""
    return gate in GATES and not await GATES[gate].is_open(read, cohort)
