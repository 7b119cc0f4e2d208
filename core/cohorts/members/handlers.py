"""Joining and leaving. A member is only who pressed Join."""

from core.cohorts.access import (
    Drawn,
    Handler,
    closed,
    copy,
    for_anyone,
    joined,
    opened_form,
    privately,
    redrawn,
    refused,
)
from core.cohorts.members import posts
from core.cohorts.members.model import left_by, shared_cards
from core.cohorts.model import (
    Cohort,
    Membership,
    Tries,
    asked,
    code_in,
    membership_id,
    moved,
    noticed,
    rest_of,
    sight,
    spent,
    tried,
)
from core.cohorts.posts import too_late
from core.engine.ports import Changes, Done, Event, Moment, ToPerson, Viewer, show
from core.message import Phrase
from core.people.model import Person

# --- joining ------------------------------------------------------------------------------------


@for_anyone
async def join(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Makes a member of whoever is invited, or is where the cohort lives."""
    was = await _membership(moment, cohort, me)
    why = _why_not(event, moment, me, cohort, was)
    if why is not None:
        return refused(why)
    new, tallies = moved(was or asked(cohort.id, me.id, "team", moment.now), "member", moment.now)
    new = noticed(new, _sights(event, cohort))
    jobs = await shared_cards(moment, cohort)
    changes = Changes(saves=(new,), tallies=tallies, jobs=jobs)
    if event.origin is not None and event.origin.private and event.origin.slot:
        return redrawn(changes, posts.IN)
    card = show(ToPerson(me.id), f"me/{cohort.id}/{new.turn}")
    return changes + Changes(jobs=(card,), reply=Done(posts.IN_AND_TOLD))


def _sights(event: Event, cohort: Cohort) -> tuple[str, ...]:
    """Where they press is where they are, if the cohort lives there."""
    if event.origin is None or event.by is None or event.origin.place not in cohort.spaces:
        return ()
    return (sight(event.origin.place, event.by.account),)


def _why_not(
    event: Event, moment: Moment, me: Person, cohort: Cohort, was: Membership | None
) -> Phrase | None:
    if closed(cohort, moment):
        return too_late(cohort)
    if was is not None and was.state == "member":
        return posts.ALREADY
    if not invited(event, cohort, was):
        return posts.NOT_INVITED
    return posts.NO_GUESTS if me.guest and not cohort.guests else None


def invited(event: Event, cohort: Cohort, was: Membership | None) -> bool:
    """Whether the invitation reaches this person: by name, by code, or by where they are."""
    lives_here = event.origin is not None and event.origin.place in cohort.spaces
    return lives_here or (was is not None and was.state != "removed")


@for_anyone
async def decline(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Not now: an answer too."""
    was = await _membership(moment, cohort, me)
    if was is not None and was.state == "member":
        return refused(posts.STILL_IN)
    if closed(cohort, moment) or (was is not None and was.state == "declined"):
        return refused(posts.NOT_NOW)
    if not invited(event, cohort, was):
        return refused(posts.NOT_INVITED)
    new, tallies = moved(was or asked(cohort.id, me.id, "team", moment.now), "declined", moment.now)
    changes = Changes(saves=(new,), tallies=tallies)
    return redrawn(changes, posts.NOT_NOW)


async def code(event: Event, moment: Moment, me: Person) -> Changes:
    """`join <code>`: an invitation, and the welcome to read before joining."""
    typed = code_in(event.values.get("code") or rest_of(event, "join"))
    if not typed and event.source == "press":
        return Changes(reply=opened_form(posts.code_form()))
    if not typed:
        return refused(posts.NO_CODE)
    tries = await moment.read.get(Tries, me.id)
    if spent(tries, moment.now):
        return refused(posts.WAIT)
    found = (await moment.read.find(Cohort, code=typed, limit=1)).items
    if not found:
        wrong = tried(tries or Tries(id=me.id), moment.now)
        return Changes(saves=(wrong,), reply=Done(posts.WRONG_CODE))
    return await _let_in(event, moment, me, found[0])


async def _let_in(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    was = await _membership(moment, cohort, me)
    why = _why_not(event, moment, me, cohort, was or asked(cohort.id, me.id, "code", moment.now))
    if why is not None and not (was and was.state == "removed" and why is posts.NOT_INVITED):
        return refused(why)
    slot = copy("welcome", cohort, moment)
    card = await posts.welcome_view(moment, slot, Viewer(person=me.id))
    shown = privately(event, me, card) if card else refused(posts.NOT_INVITED)
    if was is not None and was.state == "invited":
        return shown
    new, tallies = moved(was or asked(cohort.id, me.id, "code", moment.now), "invited", moment.now)
    return shown + Changes(saves=(new,), tallies=tallies)


# --- looking ------------------------------------------------------------------------------------


@for_anyone
async def look(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The welcome, for one person."""
    if not invited(event, cohort, await _membership(moment, cohort, me)):
        return refused(posts.NOT_INVITED)
    slot = copy("welcome", cohort, moment)
    card = await posts.welcome_view(moment, slot, Viewer(person=me.id))
    return privately(event, me, card) if card else refused(posts.NOT_INVITED)


def mine(draw: Drawn, kind: str = "me") -> Handler:
    """The handler that shows this card."""

    @for_anyone
    async def shown(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        """Where I stand in a cohort, and what comes next; or what else I can do."""
        if not invited(event, cohort, await _membership(moment, cohort, me)):
            return refused(posts.NOT_INVITED)
        card = await draw(moment, copy(kind, cohort, moment), Viewer(person=me.id))
        return privately(event, me, card) if card else refused(posts.NOT_INVITED)

    return shown


# --- leaving ------------------------------------------------------------------------------------


@for_anyone
async def leave(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Asks once more."""
    if not await joined(moment, cohort, me):
        return refused(posts.NOT_IN)
    return privately(event, me, posts.leaving(cohort, copy("me", cohort, moment)))


@for_anyone
async def left(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Gone, without a reason asked."""
    was = await _membership(moment, cohort, me)
    if was is None or was.state != "member":
        return refused(posts.NOT_IN)
    changes = await left_by(moment, cohort, was, "left")
    return redrawn(changes, posts.LEFT)


@for_anyone
async def stay(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """Changed their mind: nothing happens."""
    return redrawn(Changes(), posts.STAYED)


async def _membership(moment: Moment, cohort: Cohort, person: Person) -> Membership | None:
    return await moment.read.get(Membership, membership_id(cohort.id, person.id))
