"""A course link as a step of a programme: whoever lays the programme has read it, so it goes out.

A template of an organisation names the `link`, with its `purpose` and its `question`; those that
come along know no link and have no such step. It is read first. A link that leads nowhere stays a
draft with whoever facilitates, and so does one that they change in the minute before it leaves.
"""

from collections.abc import Callable

from msgspec.structs import replace

from core.cohorts.introductions.model import newest_first
from core.cohorts.model import Cohort, timer
from core.courses.assigning.model import local, offered, one_id
from core.courses.audience.gathering import gather
from core.courses.model import PURPOSE, QUESTION, Audience, Learning, Send, bare
from core.courses.sending.halting import halted, hindered
from core.courses.sending.links import links_in
from core.courses.sending.timing import UNDO
from core.courses.sending.watching import desk
from core.engine.ports import Ask, Changes, Delivery, Event, Job, Moment, named
from core.message import Button, Press, say
from core.people.model import of, rhythm
from core.programmes.model import Kind, worded

ROUND = 1
LOST = ("nowhere", "private", "gone")


async def run(event: Event, moment: Moment) -> Changes:
    """A send by whoever facilitates, to all members; its link is read before anybody gets it."""
    args = event.args
    cohort = await moment.read.get(Cohort, args["cohort"])
    url = next(iter(links_in(args["link"])), "")
    id = named(f"step/{args['cohort']}/{args['step']}/{args['at']}")[:20]
    if cohort is None or not url or await moment.read.get(Send, id):
        return Changes()
    lead = await of(moment.read, cohort.facilitator)
    course, locale = bare(url), lead.locale if lead else ""
    new = Send(
        id=id,
        by=cohort.facilitator,
        made=moment.now,
        rank=newest_first(moment.now),
        courses=(course,),
        course=course.key,
        state="reading",
        cohort=cohort.id,
        purpose=moment.words(worded(args, "purpose"), locale)[:PURPOSE],
        question=moment.words(worded(args, "question"), locale)[:QUESTION],
        audience=Audience(kind="cohort", ids=(cohort.id,), name=cohort.name),
        reading=(0,),
        step=args["step"],
    )
    question = {"platform": "catalogues", "url": url, "send": id, "n": "0"}
    ask = Job(key=f"resolve/{id}/0", work=Ask("resolve", question, "courses.read"))
    return Changes(saves=(new,), jobs=(ask,))


def onward(org: str, was: Send | None, now: Send) -> tuple[Job, ...]:
    """What a programme sends goes on by itself: once it was read, and once all were counted."""
    came = (was.state if was else "", now.state)
    if not now.step or came not in (("reading", "draft"), ("counting", "ready")):
        return ()
    args = {"send": now.id, "from": now.state, "round": str(now.round)}
    return (timer("courses.lay", org, None, **args),)


async def lay(event: Event, moment: Moment) -> Changes:
    """Counts whom it reaches; then lets it leave in a minute, in which it can be undone."""
    it = await moment.read.get(Send, event.args["send"])
    asked = (event.args["from"], event.args["round"])
    if it is None or not it.step or (it.state, str(it.round)) != asked:
        return Changes()
    if it.state == "draft":
        return _counted(event.org, it)
    if it.round != ROUND:
        return Changes()
    why = await hindered(moment, it)
    if why:
        return halted(replace(it, step=""), why)
    goes = moment.now + UNDO
    begins = timer("courses.begin", event.org, goes, send=it.id, goes=goes.isoformat())
    new = replace(it, state="waiting", goes=goes)
    return Changes(saves=(new,), jobs=(begins, desk(new)))


def _counted(org: str, it: Send) -> Changes:
    if it.trouble in LOST:
        return Changes(saves=(replace(it, step=""),), jobs=(desk(it),))
    new = replace(it, state="counting", round=ROUND)
    return Changes(saves=(new,), jobs=(gather(new, org), desk(new)))


async def late(moment: Moment, cohort: str, person: str) -> Button | None:
    """The newest of them, for somebody who came after it and has not got it."""
    group = await moment.read.get(Cohort, cohort)
    them = await of(moment.read, person)
    if group is None or them is None:
        return None
    today = local(moment.now, rhythm(them))
    for send in (await moment.read.find(Send, cohort=cohort, state="sent")).items:
        if send.step and offered(send, today) and not await _has(moment, send, person):
            return Press(LATE, "courses.bring", {"send": send.id})
    return None


LATE = say("courses.assigning.late", "Get the course link")


async def _has(moment: Moment, send: Send, person: str) -> bool:
    id = one_id(send.id, person)
    return bool(await moment.read.get(Delivery, id) or await moment.read.get(Learning, id))


def _link(text: str) -> bool:
    return links_in(text) == (text.strip(),)


def _at_most(limit: int) -> Callable[[str], bool]:
    return lambda words: 1 <= len(words.strip()) <= limit


KIND = Kind(
    run=run,
    options={"link": _link, "purpose": _at_most(PURPOSE), "question": _at_most(QUESTION)},
    active=1,
    silent=1,
    late=late,
)
