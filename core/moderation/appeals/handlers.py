"""Asking for a second look, and deciding about it."""

from msgspec.structs import replace

from core.cohorts.access import opened_form, redrawn, refused
from core.cohorts.model import Cohort, lines
from core.engine.ports import Changes, Done, Event, Invalid, Moment, ToPerson, show
from core.moderation.appeals import posts
from core.moderation.handlers import tell
from core.moderation.model import WORDS, Case, Kinds, may_appeal
from core.moderation.posts import NOT_YOURS
from core.people.model import Person


async def appeal(kinds: Kinds, event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The author asks for one; somebody else decides, where there is somebody else."""
    case = await moment.read.get(Case, event.args.get("case", ""))
    if case is None or case.cohort != cohort.id or not may_appeal(case, me.id, moment.now):
        return refused(posts.NO_APPEAL)
    plea = lines(event.values.get("plea", ""), WORDS)
    if event.source != "form":
        return Changes(reply=opened_form(posts.appeal_form(case)))
    if not plea:
        return Changes(reply=Invalid(posts.appeal_form(case, missing=True)))
    new = replace(case, appeal="open", plea=plea)
    told = show(ToPerson(case.second), f"appeal/{case.id}")
    return Changes(saves=(new,), jobs=(told,), reply=Done(posts.APPEALED))


async def uphold(kinds: Kinds, event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The decision stands."""
    case = await _appealed(event, moment, me, cohort)
    if case is None:
        return refused(NOT_YOURS)
    new = replace(case, appeal="upheld")
    told = tell(new, case.author, posts.answered(cohort, new), "essential")
    return redrawn(Changes(saves=(new,), jobs=(told,)), posts.UPHELD)


async def grant(kinds: Kinds, event: Event, moment: Moment, me: Person, cohort: Cohort) -> Changes:
    """The decision is taken back; what was hidden is seen again."""
    case = await _appealed(event, moment, me, cohort)
    if case is None:
        return refused(NOT_YOURS)
    new = replace(case, appeal="granted")
    told = tell(new, case.author, posts.answered(cohort, new), "essential")
    changes = Changes(saves=(new,), jobs=(told,))
    if case.state == "hidden" and case.about in kinds:
        changes += await kinds[case.about].hide(moment, case.said, False)
    return redrawn(changes, posts.GRANTED)


async def _appealed(event: Event, moment: Moment, me: Person, cohort: Cohort) -> Case | None:
    case = await moment.read.get(Case, event.args.get("id", ""))
    ours = case is not None and case.cohort == cohort.id and case.second == me.id
    return case if ours and case and case.appeal == "open" else None
