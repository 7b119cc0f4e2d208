"""The question for a challenge of one's own as a step of a programme."""

from core.cohorts.model import timer
from core.cohorts.working_on.model import PROGRAMME, WorkingOn, working_id
from core.engine.ports import Changes, Event, Moment
from core.message import Button, OpenForm, say
from core.programmes.model import Kind


async def begin(event: Event, moment: Moment) -> Changes:
    """Asks every member; the end of the introductions then leaves it to the programme."""
    args = {"cohort": event.args["cohort"], "round": PROGRAMME}
    return Changes(jobs=(timer("working_on.ask", event.org, None, **args),))


async def late(moment: Moment, cohort: str, person: str) -> Button | None:
    """Who has not answered can name one at any time."""
    said = await moment.read.get(WorkingOn, working_id(cohort, person))
    label = say("working-on.name", "Name my challenge")
    return None if said else OpenForm(label, "working_on.name", {"cohort": cohort})


STEP = Kind(run=begin, active=1, silent=1, late=late)
