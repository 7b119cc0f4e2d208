"""The learner’s card and the one for all to see, as they stand when they are sent."""

import re

from msgspec.structs import replace

from core.cohorts.access import closed, joined
from core.cohorts.model import Cohort
from core.cohorts.words import name_of
from core.courses.after.model import Reflection, reflection_id
from core.courses.after.moves import moves
from core.courses.after.posts import quotes
from core.courses.after.views import latest
from core.courses.learning import posts
from core.courses.learning.figures import count
from core.courses.learning.model import OUT, home_of, known
from core.courses.learning.policy import unwatched
from core.courses.model import DECLARED, OPENED, Learning, Send, may_see
from core.engine.ports import Moment, Viewer
from core.message import Button, Post
from core.people.model import alive

PLACE = re.compile(r"at([0-9]{1,3})")


async def card_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The course of a send; nothing once it was taken back, or to whom it was not sent."""
    _, id, copy = [*slot.split("/"), "", ""][:3]
    send = await moment.read.get(Send, id)
    if send is None or send.state == "taken":
        return None
    if not viewer.person:
        return await _shared(moment, send, copy)
    begun = await moment.read.get(Learning, f"{id}/{viewer.person}")
    out = send.state in OUT and (begun or await may_see(moment, send, viewer.person))
    if not out and viewer.person != send.by:
        return None
    if PLACE.fullmatch(copy):
        return await _shared(moment, send, copy)
    return await _theirs(moment, send, viewer.person, slot)


async def _theirs(moment: Moment, send: Send, person: str, slot: str) -> Post:
    learning = await known(moment.read, send, person)
    seen = posts.Seen(
        now=moment.now,
        person=person,
        by=await name_of(moment, send.by),
        learning=learning,
        nameless=await unwatched(moment.read),
        moves=await _moves(moment, send, person) if learning.done else (),
    )
    return posts.card(send, seen, slot)


async def _moves(moment: Moment, send: Send, person: str) -> tuple[Button, ...]:
    """A promise is made where the course was for a cohort that takes place, by who joined it."""
    cohort = await moment.read.get(Cohort, home_of(send))
    me = await alive(moment.read, person)
    said = await moment.read.get(Reflection, reflection_id(send.id, person))
    theirs = cohort and me and not closed(cohort, moment) and await joined(moment, cohort, me)
    return moves(send.id, cohort=cohort.id if cohort and theirs else "", reflected=said is not None)


async def _shared(moment: Moment, send: Send, copy: str) -> Post | None:
    if not send.open or send.state not in OUT:
        return None
    seen = posts.Board(
        now=moment.now,
        by=await name_of(moment, send.by),
        place=number_of(copy),
        opened=await count(moment, send, OPENED),
        done=await count(moment, send, DECLARED, len(send.courses) - 1),
        said=quotes(await latest(moment, send)),
    )
    post = posts.shared(send, seen)
    cohort = await moment.read.get(Cohort, home_of(send))
    return replace(post, zone=cohort.zone) if cohort else post


def number_of(copy: str) -> int:
    """The number of the place that a slot ends with, 0 where it says none."""
    found = PLACE.fullmatch(copy)
    return int(found[1]) if found else 0
