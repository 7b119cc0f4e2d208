"""Having an idea, seeing all of them, taking one's own back."""

import uuid

from msgspec.structs import replace

from core.challenges.finding import known, seen
from core.challenges.ideas import posts
from core.challenges.ideas.model import clean, given, removed, spent
from core.challenges.model import IDEA, Challenge, Idea, idea_of
from core.challenges.posts import MOVED_ON, asker_of, named
from core.cohorts.access import for_anyone, for_members, opened_form, privately, redrawn, refused
from core.cohorts.model import Cohort
from core.engine.ports import Card, Changes, Event, Invalid, Moment
from core.people.model import Person


@for_members
@known
async def idea(event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge) -> Changes:
    """Opens the form; then the idea stands on the card."""
    if one.state in ("closed", "hidden"):
        return refused(MOVED_ON)
    if event.source != "form":
        return Changes(reply=opened_form(posts.idea_form(one, {}, moment.id("draft"))))
    draft = event.args.get("draft", "")
    if not _fits(one, event):
        return Changes(reply=Invalid(posts.idea_form(one, event.values, draft, wrong=True)))
    return await _shared(event, moment, me, cohort, one)


async def _shared(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    draft = event.args.get("draft", "")
    if await spent(moment, one, me.id):
        return refused(posts.ENOUGH)
    new = idea_of(one, me.id, idea_id(one, me, draft or moment.id("idea")), moment.now)
    if await moment.read.get(Idea, new.id):
        return refused(posts.SHARED)
    works = clean(event.values.get("works", "")) if one.about == "example" else ""
    new = replace(new, text=clean(event.values.get("text", "")), works=works)
    return redrawn(await given(moment, cohort, one, new), posts.SHARED)


def idea_id(one: Challenge, me: Person, draft: str) -> str:
    """The same however often a form is handed in."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"idea/{one.id}/{me.id}/{draft}").hex


def _fits(one: Challenge, event: Event) -> bool:
    fields = ("works", "text") if one.about == "example" else ("text",)
    written = [event.values.get(field, "") for field in fields]
    return all(len(text.strip()) <= IDEA for text in written) and any(map(clean, written))


@for_anyone
@seen
async def everyone(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    """All ideas, page by page, to one reader."""
    after = event.args.get("after", "")
    try:
        page = await moment.read.find(Idea, stands=one.id, after=after, limit=posts.PAGE)
    except ValueError:
        return refused(posts.NO_PAGE)
    if not page.items:
        return refused(posts.NONE_YET)
    told = await named(moment, page.items)
    card = posts.everyone(one, await asker_of(moment, one), told, me.id, page.cursor)
    here = after and event.origin is not None and event.origin.private
    return Changes(reply=Card(card)) if here else privately(event, me, card)


@for_anyone
@known
async def unsay(
    event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
) -> Changes:
    """Takes one's own idea back, whenever that is."""
    was = await moment.read.get(Idea, event.args.get("idea", ""))
    if was is None or was.person != me.id or was.challenge != one.id:
        return refused(posts.NOTHING)
    return redrawn(await removed(moment, cohort, was), posts.TAKEN_BACK)
