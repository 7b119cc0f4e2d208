"""Safe from the first day: what others wrote can be flagged, and somebody decides."""

from collections.abc import Awaitable, Callable
from functools import wraps

from core.cohorts.access import Handler, Ruled, for_anyone, for_members
from core.cohorts.model import Cohort
from core.engine.ports import Changes, Event, Moment
from core.moderation import handing, handlers, personal, posts
from core.moderation.appeals import handlers as appeals
from core.moderation.appeals import posts as appeal_posts
from core.moderation.model import Case, Flag, Kinds
from core.people.model import Person
from core.slices import Action, Slice

Deciding = Callable[[Kinds, Event, Moment, Person, Cohort], Awaitable[Changes]]


def moderation(kinds: Kinds) -> Slice:
    """The slice, over all that members write."""
    return Slice(
        actions={
            "moderation.flag": Action(_about(kinds, handlers.flag, for_members)),
            "moderation.keep": Action(_about(kinds, handlers.keep, for_anyone), at=Case),
            "moderation.hide": Action(_about(kinds, handlers.hide, for_anyone), at=Case),
            "moderation.warn": Action(_about(kinds, handlers.warn, for_anyone), at=Case),
            "moderation.appeal": Action(_about(kinds, appeals.appeal, for_anyone)),
            "moderation.uphold": Action(_about(kinds, appeals.uphold, for_anyone), at=Case),
            "moderation.grant": Action(_about(kinds, appeals.grant, for_anyone), at=Case),
            "moderation.flagged": Action(handlers.flagged),
            "moderation.look": Action(handlers.look),
        },
        timers={"moderation.over": handlers.over, "moderation.handed": handing.handed},
        follows={Cohort: handing.follow},
        views={"case": posts.case_view, "appeal": appeal_posts.appeal_view},
        records=(Case, Flag),
        examples={**posts.EXAMPLES, **appeal_posts.EXAMPLES},
        exports={"flags": personal.exported},
        erasers=(personal.forget,),
        mergers=(personal.merged,),
        mine=(handlers.corner,),
    )


def _about(kinds: Kinds, do: Deciding, rule: Callable[[Ruled], Handler]) -> Handler:
    @wraps(do)
    async def bound(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
        return await do(kinds, event, moment, me, cohort)

    return rule(bound)
