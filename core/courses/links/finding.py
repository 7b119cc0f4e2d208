"""Courses that somebody looks for by writing words to us: the answer comes to them alone."""

from msgspec import DecodeError

from core.cohorts.access import refused
from core.courses.links import posts
from core.courses.links.handlers import alone
from core.courses.links.model import pasted_in
from core.courses.links.queries import WORDS
from core.courses.model import Course, courses_in, may_send
from core.engine.ports import Ask, Changes, Deliver, Done, Event, Job, Moment, ToPerson
from core.people.model import Person, alive

SHOWN = 4
CARRIED = 400  # the longest address that any platform lets a button carry


async def find(event: Event, moment: Moment, me: Person) -> Changes:
    """Asks the catalogues; without words, for what is new."""
    if me.guest:
        return refused(posts.GUESTS)
    words = " ".join(event.text.split())[:WORDS]
    account = event.by.account if event.by else ""
    question = {"platform": "catalogues", "words": words, "person": me.id, "account": account}
    work = Ask("search", question, "courses.found")
    job = Job(key=f"find/{event.id}", work=work, weight="answer")
    answers_soon = event.source == "message" and alone(event)
    return Changes(jobs=(job,), reply=None if answers_soon else Done(posts.LOOKING))


async def found(event: Event, moment: Moment) -> Changes:
    """What the catalogues say; whoever leads a cohort may go on to send it."""
    me = await alive(moment.read, event.args.get("person", ""))
    if me is None:
        return Changes()
    try:
        courses = courses_in(event.values.get("courses", ""))
    except DecodeError:
        courses = ()
    offered = [one for one in courses if pasted_in(one.url).urls == (one.url,)][:SHOWN]
    sends = await may_send(moment, me, None)
    post = posts.found(offered, _sendable(offered) if sends else (), event.error)
    target = ToPerson(me.id, event.args.get("account", ""))
    key = f"found/{moment.id('found')[:20]}"
    return Changes(jobs=(Job(key=key, work=Deliver(target, post), weight="answer"),))


def _sendable(courses: list[Course]) -> tuple[str, ...]:
    """The addresses that fit into a button."""
    return tuple(one.url for one in courses if len(one.url) <= CARRIED)
