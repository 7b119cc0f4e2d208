"""What is said beside the calendar: what was missed, what was left out, what latecomers do."""

from collections.abc import Sequence

from core.cohorts.model import Cohort
from core.message import (
    Block,
    Button,
    Buttons,
    Facts,
    Heading,
    Post,
    Press,
    Text,
    say,
    verbatim,
)
from core.programmes.anchors.model import title_of
from core.programmes.model import Laid, Plan
from core.programmes.posts import when


def missed(plan: Plan, out: Sequence[Laid]) -> Post:
    """To whoever facilitates: what did not happen, and why."""
    rows = tuple((title_of(one), when(one.at)) for one in out[:8])
    return Post(
        slot=f"programme-missed/{plan.id}",
        summary=say("programmes.missed.summary", "Some steps of your programme did not happen"),
        purpose=say("programmes.missed.why", "So that you can decide whether they still matter."),
        blocks=(
            Text(
                say(
                    "programmes.missed.text",
                    "Their time passed more than two days ago, while the cohort was paused, "
                    "something was missing or I was away. Nobody gets them all at once.",
                )
            ),
            Facts(rows),
            Buttons((look_button(plan),)),
        ),
    )


def look_button(plan: Plan) -> Press:
    """Opens the programme."""
    return Press(say("programmes.look", "The programme"), "programmes.look", {"cohort": plan.id})


def unknown(plan: Plan, one: Laid) -> Post:
    """To whoever facilitates: a step that this installation cannot do."""
    return Post(
        summary=say("programmes.unknown.summary", "A step of your programme was left out"),
        purpose=say("programmes.unknown.why", "Because you facilitate this cohort."),
        blocks=(
            Text(
                say(
                    "programmes.unknown.text",
                    "{title} was left out: I do not know how to do {kind} as it is written. The "
                    "other steps go on.",
                    title=title_of(one),
                    kind=one.step.kind,
                )
            ),
            Buttons((look_button(plan),)),
        ),
    )


def catching_up(cohort: Cohort, buttons: Sequence[Button]) -> Post:
    """Three things for who came later, instead of all that was before."""
    text = (
        say("programmes.late.text", "These are enough to be part of it. The rest you may skip.")
        if buttons
        else say("programmes.late.done", "You have caught up. Nothing is left to do.")
    )
    return Post(
        slot=f"programme-late/{cohort.id}",
        summary=say("programmes.late.summary", "What is enough to catch up"),
        purpose=say("programmes.late.why", "You joined after the beginning."),
        blocks=(Heading(verbatim(cohort.name)), Text(text), *_in_a_row(buttons)),
    )


def _in_a_row(buttons: Sequence[Button]) -> tuple[Block, ...]:
    return (Buttons(tuple(buttons)),) if buttons else ()
