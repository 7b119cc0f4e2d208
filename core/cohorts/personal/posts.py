"""One line for each cohort, in the answer to `status`."""

from core.cohorts.model import Cohort
from core.cohorts.posts import dates
from core.message import Italic, Phrase, say


def line(cohort: Cohort, step: Phrase) -> Phrase:
    """Which cohort, when, and what comes next."""
    return say(
        "personal.line",
        "{name}, {dates}. {step}",
        name=Italic(cohort.name),
        dates=dates(cohort),
        step=step,
    )


def led(cohort: Cohort) -> Phrase:
    """A cohort that the person leads."""
    return say(
        "personal.led", "You lead {name}. Write cohorts for your desk.", name=Italic(cohort.name)
    )
