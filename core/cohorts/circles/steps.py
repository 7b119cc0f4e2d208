"""Circles as a step of a programme: drawn by itself, started by whoever facilitates."""

from core.cohorts.circles.drawing import drawn_anew
from core.cohorts.circles.model import LARGE, SIZES, USUAL, Arrangement, circle_of
from core.cohorts.model import board
from core.engine.ports import Changes, Event, Moment
from core.message import Button, Press, say
from core.programmes.model import Kind, Options


async def run(event: Event, moment: Moment) -> Changes:
    """A proposal for the facilitator, where a cohort is large and has no circles yet."""
    cohort = event.args["cohort"]
    if await moment.read.get(Arrangement, cohort):
        return Changes()
    if await moment.read.tally(board("member"), cohort) < LARGE:
        return Changes()
    size = int(event.args.get("size") or USUAL)
    return drawn_anew(event, Arrangement(id=cohort, cohort=cohort, size=size))


async def late(moment: Moment, cohort: str, person: str) -> Button | None:
    """Who comes late finds their circle."""
    if not await circle_of(moment.read, cohort, person):
        return None
    return Press(say("circles.mine", "My circle"), "circles.mine", {"cohort": cohort})


def _weeks(options: Options) -> tuple[int, ...]:
    """The card of the circle, and a host’s question in each of the next weeks."""
    return (0, 7, 14, 21, 28)


STEPS = {
    "circles": Kind(
        run=run,
        options={"size": lambda size: size == "" or size in map(str, SIZES)},
        active=1,
        silent=1,
        days=_weeks,
        late=late,
    )
}
