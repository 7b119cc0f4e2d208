"""Which challenge a button means, and whether it is this person's: ids never grant anything."""

from collections.abc import Awaitable, Callable
from functools import wraps

from core.challenges import posts
from core.challenges.model import Challenge
from core.cohorts.access import Ruled, refused
from core.cohorts.model import Cohort, belongs
from core.engine.ports import Changes, Event, Moment
from core.message import say
from core.people.model import Person

About = Callable[[Event, Moment, Person, Cohort, Challenge], Awaitable[Changes]]

JOIN_FIRST = say("cohorts.join-first", "That is for people who joined. Press Join first.")
NOT_YOURS = say("challenges.not-yours", "Only whoever asked can do that.")


def known(do: About) -> Ruled:
    """The challenge that a button names, if it is one of this cohort."""

    @wraps(do)
    async def checked(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        found = await moment.read.get(Challenge, event.args.get("challenge", ""))
        if found is None or found.cohort != cohort.id or _hidden(found, me):
            return refused(posts.GONE)
        return await do(event, moment, me, cohort, found)

    return checked


def _hidden(one: Challenge, me: Person) -> bool:
    """Only its owner can still reach what a moderator has hidden: to change or take it back."""
    return one.state == "hidden" and one.owner != me.id


def seen(do: About) -> Ruled:
    """The same, for those who belong to the cohort, also when it is over."""

    @wraps(do)
    async def checked(
        event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
    ) -> Changes:
        if not await belongs(moment.read, cohort, me.id):
            return refused(JOIN_FIRST)
        return await do(event, moment, me, cohort, one)

    return known(checked)


def owned(do: About) -> Ruled:
    """The same, for whoever named it, also when they have left."""

    @wraps(do)
    async def checked(
        event: Event, moment: Moment, me: Person, cohort: Cohort, one: Challenge
    ) -> Changes:
        if one.owner != me.id:
            return refused(NOT_YOURS)
        return await do(event, moment, me, cohort, one)

    return known(checked)


async def whole(moment: Moment, id: str) -> tuple[Challenge | None, Cohort | None]:
    """A challenge and its cohort, for a view or a timer."""
    one = await moment.read.get(Challenge, id)
    return one, await moment.read.get(Cohort, one.cohort) if one else None
