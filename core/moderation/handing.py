"""Who decides when somebody who ran the cohort no longer does, or is no longer there."""

from msgspec.structs import replace

from core.cohorts.model import Cohort, timer
from core.engine.ports import Changes, Event, Moment, Record, ToPerson, show
from core.moderation import posts
from core.moderation.model import Case, judges, pending
from core.people.model import alive

ROLES = ("moderator", "facilitator", "owner")
PAGE = 50


async def absent(moment: Moment, cohort: Cohort) -> tuple[str, ...]:
    """Those who run the cohort on paper, and are no longer there."""
    run = dict.fromkeys(getattr(cohort, role) for role in ROLES)
    return tuple([person for person in run if await alive(moment.read, person) is None])


async def follow(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """Others run the cohort: what waits for a decision is theirs."""
    if not isinstance(was, Cohort) or not isinstance(now, Cohort):
        return Changes()
    if all(getattr(was, role) == getattr(now, role) for role in ROLES):
        return Changes()
    args = {"cohort": now.id, "rev": str(now.version)}
    return Changes(jobs=(timer("moderation.handed", event.org, None, **args),))


async def handed(event: Event, moment: Moment) -> Changes:
    """Hands over what waits for somebody who does not run the cohort any more."""
    cohort = await moment.read.get(Cohort, event.args["cohort"])
    if cohort is None:
        return Changes()
    after = event.args.get("cursor", "")
    page = await moment.read.find(Case, cohort=cohort.id, after=after, limit=PAGE)
    gone = await absent(moment, cohort)
    changes = Changes()
    for case in page.items:
        if pending(case):
            changes += given(cohort, case, *gone)
    if not page.cursor:
        return changes
    args = {**event.args, "cursor": page.cursor}
    return changes + Changes(jobs=(timer(event.name, event.org, None, **args),))


def given(cohort: Cohort, case: Case, *gone: str) -> Changes:
    """The case with those who run the cohort now; who still does keeps what they have."""
    judge, second = judges(cohort, case.author, *gone)
    here = {getattr(cohort, role) for role in ROLES} - set(gone)
    judge = case.judge if case.judge in here else judge
    second = case.second if case.second in here else second
    if judge == second:
        judge, second = judges(cohort, case.author, *gone)
    if (judge, second) == (case.judge, case.second):
        return Changes()
    new = replace(case, judge=judge, second=second)
    slot = f"appeal/{case.id}" if case.appeal == "open" else posts.slot_of(case)
    person = second if case.appeal == "open" else judge
    return Changes(saves=(new,), jobs=(show(ToPerson(person), slot),))
