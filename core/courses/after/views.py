"""What others read of a course, and the question whether it worked, as they stand when sent."""

from msgspec.structs import replace

from core.cohorts.model import Cohort, belongs
from core.cohorts.words import name_of
from core.courses.after import posts
from core.courses.after.model import LATEST, SHARED, Reflection, Worked, reflection_id
from core.courses.learning.model import home_of
from core.courses.model import Learning, Send
from core.engine.ports import Moment, Viewer
from core.message import Post
from core.people.model import alive


async def reflected_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """What one person wrote, to the cohort or to a partner; nothing once it is taken back."""
    one = await moment.read.get(Reflection, slot.partition("/")[2])
    if one is None or one.hidden:
        return None
    name = await name_of(moment, one.person)
    if not viewer.person:
        return posts.below(one, name) if one.shown == "yes" else None
    partners = [await alive(moment.read, id) for id in one.told]
    send = await moment.read.get(Send, one.send)
    if send is None or viewer.person not in [it.id for it in partners if it]:
        return None
    return posts.to_partner(one, name, send.courses[0].title)


async def together_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """What a cohort took from a course."""
    send = await moment.read.get(Send, slot.partition("/")[2])
    cohort = await moment.read.get(Cohort, home_of(send)) if send else None
    if send is None or cohort is None:
        return None
    if viewer.person and not await belongs(moment.read, cohort, viewer.person):
        return None
    n = await moment.read.tally(SHARED, send.id)
    post = posts.together(send.id, send.courses[0].title, slot, n, await latest(moment, send))
    return post if viewer.person else replace(post, zone=cohort.zone)


async def latest(moment: Moment, send: Send) -> posts.Told:
    """The last few that everyone in the cohort may read."""
    rows = await moment.read.find(Reflection, send=send.id, shown="yes", limit=LATEST)
    return [(one, await name_of(moment, one.person)) for one in rows.items]


async def worked_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question, or what they have said; nothing to who has not finished it."""
    id = slot.partition("/")[2]
    send = await moment.read.get(Send, id)
    mine = reflection_id(id, viewer.person)
    learning = await moment.read.get(Learning, mine)
    said = await moment.read.get(Worked, mine)
    if send is None or learning is None:
        return None
    title = send.courses[0].title
    if said is not None:
        return posts.result(said, title, slot)
    return posts.asking(send.id, title, slot) if learning.done else None
