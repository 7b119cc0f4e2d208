"""Which courses are open for somebody: on their own card of a cohort, and in their status."""

from collections.abc import Sequence

from core.cohorts.access import closed
from core.cohorts.model import Cohort
from core.courses.learning.model import OUT, gone, known
from core.courses.learning.posts import OPEN, page_of
from core.courses.model import Learning, Send
from core.engine.ports import Delivery, Moment, Reader
from core.message import Link, Phrase, say
from core.people.model import Person
from core.slices import Corner

LATEST = 20
LINES = 3
LOOKED = 50


async def mine(moment: Moment, cohort: Cohort, person: str) -> Corner | None:
    """The newest courses of the cohort that they have not done yet, each with its door."""
    if closed(cohort, moment):
        return None
    rows = (await moment.read.find(Send, cohort=cohort.id, limit=LATEST)).items
    lines: list[Phrase] = []
    doors: list[Link] = []
    for send in rows:
        learning = await _open(moment.read, send, person)
        if learning is None or len(lines) == LINES:
            continue
        course = send.courses[min(learning.at, len(send.courses) - 1)]
        if gone(course, moment.now):
            continue
        lines.append(say("courses.mine.line", "Course: {title}.", title=course.title))
        doors.append(Link(OPEN, page_of(send, person)))
    return Corner(tuple(lines), tuple(doors)) if lines else None


async def _open(read: Reader, send: Send, person: str) -> Learning | None:
    """How far they have come with it, if it is theirs to do."""
    if send.state not in OUT:
        return None
    if not send.open and await read.get(Delivery, f"{send.id}/{person}") is None:
        return None
    found = await known(read, send, person)
    return None if found.now.done else found


async def status(read: Reader, me: Person) -> Sequence[Phrase]:
    """How many courses wait for them."""
    n = 0
    for row in (await read.find(Delivery, person=me.id, limit=LOOKED)).items:
        send = await read.get(Send, row.campaign)
        if send is not None and await _open(read, send, me.id):
            n += 1
    return (say("courses.mine.status", "Courses that are open for you: {n}.", n=n),) if n else ()
