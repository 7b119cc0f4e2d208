"""The sender's card as things stand, to whoever answers for it."""

from core.cohorts.model import Cohort
from core.courses.assigning.lines import lines
from core.courses.audience.groups import permitted
from core.courses.audience.model import Count, count_id
from core.courses.learning.figures import rows
from core.courses.model import Send, answers_for
from core.courses.sending.figures import Figures, figures
from core.courses.sending.posts import Desk, card
from core.courses.sending.spreading import AFTER
from core.courses.sending.timing import UNDO
from core.engine.ports import Moment, Viewer
from core.message import Post


async def desk_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The card behind `send/<id>`; a third part only tells one copy from another."""
    it = await moment.read.get(Send, [*slot.split("/"), ""][1])
    if it is None or not viewer.person:
        return None
    if not answers_for(it, await moment.read.get(Cohort, it.cohort), viewer.person):
        return None
    return await drawn(moment, it, viewer.person, slot)


async def drawn(moment: Moment, it: Send, person: str, slot: str) -> Post:
    """The card of a send as it stands, for one of those who answer for it."""
    out = it.state in AFTER
    return card(
        Desk(
            send=it,
            count=await moment.read.get(Count, count_id(it)),
            figures=await figures(moment, it) if out else Figures(by={}),
            learned=await rows(moment, it) if out else (),
            lines=await lines(moment, it),
            soon=it.goes is None or it.goes - moment.now <= UNDO,
            directory=await permitted(moment.read),
            slot=slot,
            mine=person == it.by,
        )
    )
