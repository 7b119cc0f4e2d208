"""The words when a pair changes: kind to both sides, and without whys."""

from collections.abc import Sequence

from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE, called
from core.message import (
    Button,
    Buttons,
    Form,
    Heading,
    OpenForm,
    Option,
    PeopleField,
    Phrase,
    Post,
    Press,
    Text,
    say,
    verbatim,
)
from core.pairs.model import Standing
from core.pairs.words import LEFT, names


def choices(cohort: Cohort, standing: Standing, slot: str, *, away: bool = False) -> Post:
    """A trio, somebody new, or alone: all three are fine."""
    args = {"cohort": cohort.id}
    new: Button = Press(say("pairs.new", "Somebody new"), "pairs.new", args, "primary")
    buttons = (
        *((Press(say("pairs.wait", "Wait for them"), "pairs.wait", args),) if away else ()),
        *(() if standing.waiting else (new,)),
        Press(say("pairs.trio", "Join two others"), "pairs.trio", args),
        *(
            ()
            if standing.alone
            else (Press(say("pairs.alone", "Go on alone"), "pairs.alone", args),)
        ),
    )
    return Post(
        slot=slot,
        summary=say("pairs.choices.summary", "How would you like to go on?"),
        purpose=say("pairs.card.purpose", "Because you take part in {name}.", name=cohort.name),
        blocks=(
            Heading(say("pairs.choices.title", "How would you like to go on?")),
            Text(_stands(standing, away=away)),
            Buttons(buttons),
        ),
    )


def _stands(standing: Standing, *, away: bool) -> Phrase:
    if away:
        return say(
            "pairs.choices.away",
            "Your partner won’t be here for a while. You can wait, or go on another way. Both are "
            "fine, and what you promised stays yours.",
        )
    if standing.waiting:
        return say(
            "pairs.choices.waiting",
            "You’re first in line for somebody new. I’ll write as soon as there is one.",
        )
    if standing.alone:
        return say("pairs.choices.alone", "You go on alone, which is fine. You can change that.")
    return _without(standing)


def _without(standing: Standing) -> Phrase:
    if standing.left in LEFT:
        return say(
            "pairs.choices.left",
            "In the last round you were left out: {why}.",
            why=LEFT[standing.left],
        )
    if standing.turn:
        return say(
            "pairs.choices.changed",
            "Your pair has changed; that happens, and it’s nobody’s fault. What you promised stays "
            "yours.",
        )
    return say("pairs.choices.none", "You have no partner here yet.")


def parted(cohort: Cohort, id: str, gone: str, left: Sequence[str], state: str) -> Post:
    """To the facilitator: somebody has no partner now. Without content, and without a why."""
    args = {"parting": id, "cohort": cohort.id}
    buttons: dict[str, tuple[Button, ...]] = {
        "waiting": (
            Press(say("pairs.parted.hold", "I’ll tell them myself"), "pairs.hold", args),
            Press(say("pairs.parted.tell", "Tell them now"), "pairs.tell", args),
        ),
        "held": (Press(say("pairs.parted.told", "I’ve told them"), "pairs.tell", args, "primary"),),
    }
    row = buttons.get(state, ())
    return Post(
        slot=f"parted/{id}",
        summary=say("pairs.parted.summary", "Somebody has no partner now"),
        purpose=say("pairs.parted.why", "Because you facilitate {name}.", name=cohort.name),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(
                say(
                    "pairs.parted.text",
                    "{gone} is no longer there for {left}.",
                    gone=called(gone),
                    left=names(left),
                )
            ),
            Text(_next(state)),
            *((Buttons(row),) if row else ()),
        ),
    )


def _next(state: str) -> Phrase:
    if state == "held":
        return say(
            "pairs.parted.held", "I say nothing until you have. Then I ask how they want to go on."
        )
    if state == "told":
        return say("pairs.parted.done", "They’ve been asked how they would like to go on.")
    return say(
        "pairs.parted.soon",
        "In four hours I ask how they want to go on: somebody new, a trio, or alone. A word from a "
        "person may be kinder.",
    )


def apart_form(cohort: Cohort, people: Sequence[Option], *, two: bool, wrong: bool = False) -> Form:
    """Whom I would rather not be put together with; or, for who leads, which two."""
    label = say("pairs.apart.whom", "Who?")
    both = say("pairs.apart.both", "Which two?")
    problem = TWO if two else ONE
    return Form(
        title=say("pairs.apart.title", "Not together, please"),
        action="pairs.apart_two" if two else "pairs.apart",
        args={"cohort": cohort.id},
        intro=say("pairs.apart.intro", "Nobody else hears of this, and nobody is asked why."),
        fields=(
            PeopleField(
                name="people", label=both if two else label, options=tuple(people), several=True
            ),
        ),
        submit=say("pairs.apart.keep", "Keep it"),
        errors={"people": problem} if wrong else {},
    )


def apart_list(cohort: Cohort, kept: Sequence[tuple[str, str]]) -> Post:
    """Whom I keep apart from; each can be taken off."""
    rows = tuple(
        Press(
            say("pairs.apart.off", "Allow {name} again", name=called(name)),
            "pairs.allow",
            {"cohort": cohort.id, "apart": id},
        )
        for id, name in kept
    )
    add = OpenForm(say("pairs.apart.add", "Add somebody"), "pairs.apart", {"cohort": cohort.id})
    return Post(
        summary=say("pairs.apart.summary", "Your own list"),
        purpose=say("pairs.apart.why", "You asked. Nobody else sees this."),
        blocks=(
            Heading(say("pairs.apart.title", "Not together, please")),
            Text(
                say("pairs.apart.some", "You aren’t put together with them, whoever draws.")
                if rows
                else say("pairs.apart.none", "There is nobody on your list.")
            ),
            Buttons((add, *rows)),
        ),
    )


CHANGED = say("pairs.changed", "Noted, and nobody hears why. How would you like to go on?")
OFF = say("pairs.off", "Noted, and nobody hears why. The coffee is off.")
LET_GO = say("pairs.let-go", "Noted. I look for somebody, or ask you how to go on.")
WAITS = say("pairs.waits", "You’re first in line. I’ll write as soon as there is somebody.")
WAITED = say("pairs.waited", "Good. Your pair stays as it is.")
FOUND = say("pairs.found", "There is somebody: the card comes to you both.")
NO_TRIO = say("pairs.no-trio", "There are no two to join just now. Somebody new, or alone?")
TRIO = say("pairs.trio.done", "You’re three now. The card comes to you all.")
ALONE = say("pairs.alone.done", "That’s a good way too. Write partner should you change your mind.")
HELD = say("pairs.held", "I’ll wait. Press the button once you have told them.")
TOLD = say("pairs.told", "They’re asked how they want to go on.")
HAS_ONE = say("pairs.has-one", "You have a partner already.")
LEADS = say("pairs.leads", "Only whoever facilitates can do that.")
GONE = say("pairs.parted.gone", "That is settled already, so nothing was changed.")
TWO = say("pairs.apart.two", "Please choose exactly two people of this cohort.")
ONE = say("pairs.apart.one", "Please choose at least one other person of this cohort.")
APART = say("pairs.apart.kept", "Kept, and only between us.")
ALLOWED = say("pairs.allowed", "Taken off your list.")

_NOBODY = Standing(id="sample/ada", cohort="sample", person="ada", turn=1)
_WAITS = Standing(id="sample/ada", cohort="sample", person="ada", turn=1, waiting="yes")

EXAMPLES: dict[str, Post | Form] = {
    "pairs.choices": choices(SAMPLE, _NOBODY, "pairless/sample/1"),
    "pairs.choices.away": choices(SAMPLE, _NOBODY, "pairless/sample/1", away=True),
    "pairs.choices.waiting": choices(SAMPLE, _WAITS, "pairless/sample/1"),
    "pairs.parted": parted(SAMPLE, "sample", "Bo Sample", ["Ada Sample"], "waiting"),
    "pairs.parted.held": parted(SAMPLE, "sample", "Bo Sample", ["Ada Sample"], "held"),
    "pairs.apart": apart_list(SAMPLE, (("x", "Cem Sample"),)),
    "pairs.apart.form": apart_form(SAMPLE, (Option("cem", verbatim("Cem Sample")),), two=False),
}
