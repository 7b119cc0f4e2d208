"""Which cards tell of a promise, and so are drawn anew when it changes."""

from core.cohorts.model import Cohort, refreshed
from core.engine.ports import Job, ToPerson, show
from core.pairs.commitments.model import Commitment, counts


def cards_of(cohort: Cohort, new: Commitment | None, was: Commitment | None) -> tuple[Job, ...]:
    """The group's card and that of who leads, where the change can be seen."""
    shown = any(one is not None and one.shown for one in (new, was))
    group = refreshed(cohort, f"promises/{cohort.id}") if shown else ()
    desk = (show(ToPerson(cohort.facilitator), f"desk/{cohort.id}"),) if counts(new, was) else ()
    return (*group, *desk)
