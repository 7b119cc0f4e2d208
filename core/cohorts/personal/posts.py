"""What is said about each cohort in the answer to `status`, and at home."""

from collections.abc import Sequence

from core.cohorts.members.posts import Mine, mine, next_step
from core.cohorts.model import Cohort
from core.cohorts.words import dates
from core.message import (
    Block,
    Bold,
    Button,
    Buttons,
    Italic,
    Link,
    Phrase,
    Press,
    Text,
    say,
    verbatim,
)

STEPS = 2


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


def way(cohort: Cohort, *, leads: bool) -> Button:
    """To one of several cohorts: the desk of who leads it, where others stand."""
    action = "cohorts.desk" if leads else "members.mine"
    return Press(verbatim(cohort.name), action, {"cohort": cohort.id})


def section(me: Mine) -> Sequence[Block]:
    """A cohort at home: where I stand, the next step first."""
    look = Press(say("personal.open", "Where I stand"), "members.mine", {"cohort": me.cohort.id})
    return (_title(me.cohort), Text(next_step(me)), Buttons((*_steps(me), look)))


def leading(cohort: Cohort) -> Sequence[Block]:
    """A cohort at the home of who leads it."""
    desk = Press(say("personal.desk", "My desk"), "cohorts.desk", {"cohort": cohort.id})
    text = say("personal.leading", "You lead it.")
    return (_title(cohort), Text(text), Buttons((desk,)))


def _title(cohort: Cohort) -> Text:
    name = Bold(cohort.name)
    return Text(say("personal.title", "{name}, {dates}", name=name, dates=dates(cohort)))


def _steps(me: Mine) -> Sequence[Button]:
    """The buttons of their card, the one that comes next first."""
    found = [b for block in mine(me).blocks if isinstance(block, Buttons) for b in block.buttons]
    first = sorted(found, key=lambda b: isinstance(b, Link) or b.style != "primary")
    return first[:STEPS]
