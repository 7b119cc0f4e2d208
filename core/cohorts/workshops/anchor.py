"""A workshop that is a step of a programme: what depends on it hears of its new time, or none."""

from core.cohorts.workshops.model import Workshop
from core.engine.ports import Job
from core.programmes.model import moved, stopped


def depending(org: str, new: Workshop) -> tuple[Job, ...]:
    """The programme, if it comes from there; a time that comes back is news as well."""
    if not new.step:
        return ()
    once = f"{new.id}.{new.turn}"
    if new.state == "cancelled":
        return (stopped(org, new.cohort, new.step, once),)
    return (moved(org, new.cohort, new.step, new.starts, once),)
