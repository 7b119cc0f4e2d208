"""Listing the discussions of a cohort, finding one by its words, and what other cards say of it."""

from msgspec.structs import replace

from core.cohorts.access import closed, for_anyone, privately, refused
from core.cohorts.discussions.listing import posts
from core.cohorts.discussions.listing.model import fitting
from core.cohorts.discussions.model import ANSWERS, OPENED, WAITS, Discussion
from core.cohorts.discussions.posts import GONE
from core.cohorts.model import Cohort, belongs, line
from core.cohorts.posts import JOIN_FIRST
from core.engine.ports import Card, Changes, Event, Moment
from core.message import Button
from core.people.model import Person
from core.slices import Corner

LOOKED_AT = 200
WORDS = 60
FEW = 2


async def listed(event: Event, moment: Moment, me: Person) -> Changes:
    """`discussions`, or `discussions <words>` to find one again."""
    words = line(event.args.get("words") or event.text, WORDS)
    return await _listed(replace(event, args={**event.args, "words": words}), moment, me)


@for_anyone
async def _listed(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    if not await belongs(moment.read, cohort, me.id):
        return refused(JOIN_FIRST)
    after, words = event.args.get("after", ""), event.args["words"]
    limit = LOOKED_AT if words else posts.PAGE
    try:
        page = await moment.read.find(Discussion, cohort=cohort.id, after=after, limit=limit)
    except ValueError:
        return refused(GONE)
    found = fitting(page.items, words)[: posts.PAGE] if words else page.items
    told = [(it, await moment.read.tally(ANSWERS, it.id)) for it in found]
    card = posts.listed(cohort, told, words=words, after=page.cursor)
    here = after and event.origin is not None and event.origin.private
    return Changes(reply=Card(card)) if here else privately(event, me, card)


async def on_the_desk(moment: Moment, cohort: Cohort) -> Corner | None:
    """Questions that have waited for a day, and the way to all of them."""
    if closed(cohort, moment):
        return None
    found = await moment.read.find(
        Discussion, cohort=cohort.id, state="open", heard="no", limit=posts.PAGE
    )
    waiting = [it for it in found.items if moment.now - it.opened >= WAITS]
    buttons: tuple[Button, ...] = (posts.start(cohort),)
    if await moment.read.tally(OPENED, cohort.id) > 0:
        buttons = (posts.start(cohort), posts.all_of(cohort))
    return Corner(tuple(posts.waiting(it) for it in waiting[:FEW]), buttons)


async def on_my_card(moment: Moment, cohort: Cohort, person: str) -> Corner | None:
    """How many are open, and the way there."""
    if closed(cohort, moment):
        return None
    n = await moment.read.tally(OPENED, cohort.id)
    return Corner((posts.running(n),) if n > 0 else (), (posts.all_of(cohort),))
