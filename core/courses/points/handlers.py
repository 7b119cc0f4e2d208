"""Somebody asks for the points that a provider keeps for them; nobody else ever sees them."""

import msgspec

from core.cohorts.access import refused
from core.courses.model import points_in
from core.courses.points import posts
from core.engine.ports import Ask, Changes, Deliver, Done, Event, Job, Moment, ToPerson
from core.message import Post
from core.people.model import Person


async def ask(event: Event, moment: Moment, me: Person) -> Changes:
    """Asks the providers; the card comes once they have answered."""
    if not me.email:
        return refused(posts.NO_ADDRESS)
    question = {"platform": "catalogues", "email": me.email, "person": me.id}
    work = Ask("points", question, "courses.points_told")
    job = Job(key=f"courses/points/{moment.id('points')}", work=work, weight="answer")
    return Changes(jobs=(job,), reply=Done(posts.ASKING))


async def told(event: Event, moment: Moment) -> Changes:
    """What they say, privately to who asked."""
    target = ToPerson(event.args.get("person", ""))
    job = Job(key=event.id, work=Deliver(target, _post(event)), weight="answer")
    return Changes(jobs=(job,))


def _post(event: Event) -> Post:
    if event.error:
        return posts.nothing(posts.NOBODY_KEEPS if event.error == "off" else posts.NO_ANSWER)
    try:
        found = points_in(event.values.get("points", ""))
    except msgspec.DecodeError:
        return posts.nothing(posts.NO_ANSWER)
    return posts.card(found) if found else posts.nothing(posts.UNKNOWN)
