"""Course links on the card of whoever facilitates a cohort."""

from core.cohorts.model import Cohort
from core.courses.model import Send
from core.engine.ports import Moment
from core.message import OpenForm, Phrase, Press, say
from core.slices import Corner

LATEST = 10
MOVING = frozenset({"waiting", "going", "stopped"})


async def on_the_desk(moment: Moment, cohort: Cohort) -> Corner:
    """What is on its way to the cohort, and the way to send something."""
    rows = (await moment.read.find(Send, cohort=cohort.id, limit=LATEST)).items
    moving = [it for it in rows if it.state in MOVING]
    new = OpenForm(
        say("courses.sending.send", "Send a course link"), "courses.send", {"cohort": cohort.id}
    )
    look = Press(say("courses.sending.list.title", "Your course links"), "courses.list")
    return Corner(tuple(map(_line, moving[:1])), (new, *((look,) if rows else ())))


def _line(it: Send) -> Phrase:
    title = it.courses[0].title
    if it.state == "stopped":
        return say("courses.sending.desk.stopped", "Stopped half-way: {title}.", title=title)
    return say("courses.sending.desk", "On its way: {title}.", title=title)
