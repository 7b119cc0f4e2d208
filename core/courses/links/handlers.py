"""A link that somebody gives us, by pasting it, by a menu, or by picking it from what was found."""

from collections.abc import Sequence

from core.cohorts.access import closed, cohorts_of, privately, refused
from core.cohorts.model import Cohort, Space, leads
from core.cohorts.words import name_of
from core.courses.links import posts
from core.courses.links.model import MOST, Pasted, pasted_in
from core.courses.model import may_send
from core.courses.sending.beginning import begun
from core.engine.ports import Changes, Event, Moment
from core.message import Phrase
from core.people.model import Person


async def pasted(event: Event, moment: Moment, me: Person) -> Changes | None:
    """Links in a message to us become a draft; a message without any is somebody else’s."""
    if not (event.mentioned or alone(event)):
        return None
    found = pasted_in(event.text)
    if not found.any:
        return None
    wrong = _wrong(found)
    return refused(wrong) if wrong else await _taken(event, moment, me, found.urls)


async def from_message(event: Event, moment: Moment, me: Person) -> Changes:
    """The first link of a message that somebody chose by its menu."""
    urls = pasted_in(event.text).urls[:1]
    return await _taken(event, moment, me, urls) if urls else refused(posts.NO_LINK)


async def pick(event: Event, moment: Moment, me: Person) -> Changes:
    """A course that was found; where it leads is read anew, whatever the button says."""
    urls = pasted_in(event.args.get("url", "")).urls[:1]
    return await _taken(event, moment, me, urls) if urls else refused(posts.NO_LINK)


def _wrong(found: Pasted) -> Phrase | None:
    """Why nothing can be made of them."""
    if len(found.urls) > MOST:
        return posts.TOO_MANY
    if not found.urls:
        return posts.TOO_LONG if found.long else posts.OURS
    return None


async def _taken(event: Event, moment: Moment, me: Person, urls: Sequence[str]) -> Changes:
    """A draft for whoever leads a cohort; to others, what they can do with their link."""
    here = await _here(event, moment)
    if not await may_send(moment, me, None):
        mine = here or next(iter(await cohorts_of(moment, me.id)), None)
        lead = await name_of(moment, mine.facilitator) if mine else ""
        return privately(event, me, posts.not_yours(mine, lead))
    return await begun(event, moment, me, urls, await _meant(moment, me, here))


async def _here(event: Event, moment: Moment) -> Cohort | None:
    """The cohort of this place, while it takes place."""
    space = await moment.read.get(Space, event.origin.place) if event.origin else None
    cohort = await moment.read.get(Cohort, space.cohort) if space and space.cohort else None
    return cohort if cohort and not closed(cohort, moment) else None


async def _meant(moment: Moment, me: Person, here: Cohort | None) -> Cohort | None:
    """The cohort of this place if they lead it, else the only one that they lead."""
    if here is not None and leads(here, me.id):
        return here
    led = [one for one in await cohorts_of(moment, me.id) if leads(one, me.id)]
    return led[0] if len(led) == 1 else None


def alone(event: Event) -> bool:
    """Whether nobody else reads what is answered."""
    return event.origin is not None and event.origin.private
