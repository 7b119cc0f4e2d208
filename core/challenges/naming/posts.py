"""Asking for a challenge, and the forms in which it is named and changed."""

from collections.abc import Mapping

from core.challenges.model import LINK, SITUATION, TRIED, WISH, Challenge, Problem
from core.challenges.posts import sample
from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE
from core.message import (
    Buttons,
    ChoiceField,
    DateField,
    Field,
    Form,
    Heading,
    OpenForm,
    Option,
    Phrase,
    Post,
    Press,
    Text,
    TextField,
    ToggleField,
    say,
)

Problems = Mapping[str, Problem]

PROBLEMS: Mapping[Problem, Phrase] = {
    "situation": say(
        "challenges.problem.situation", "Please write something, at most 800 characters."
    ),
    "tried": say("challenges.problem.tried", "At most 600 characters, please."),
    "wish": say("challenges.problem.wish", "At most 400 characters, please."),
    "needed": say("challenges.problem.needed", "A day from today on, within a year."),
    "link": say("challenges.problem.link", "An address begins with https:// and has no spaces."),
}
WHO = (
    Option("named", say("challenges.who.named", "With my name")),
    Option("nameless", say("challenges.who.nameless", "Without my name, anywhere")),
)

NOTED = say("challenges.me.note", "Your note is private. The group could help with it.")


def asking(cohort: Cohort, slot: str, *, unasked: bool = True, noted: bool = False) -> Post:
    """Asks what somebody works on; `unasked` says why it came, `noted` that they have a note."""
    because = say("challenges.ask.purpose", "So that this cohort helps with something real.")
    asked = say("challenges.ask.asked", "You asked; here nobody sees who names what.")
    return Post(
        slot=slot,
        summary=say("challenges.ask.summary", "A question about your own work"),
        purpose=because if unasked else asked,
        blocks=(
            Heading(say("challenges.ask.title", "What are you working on that isn’t going well?")),
            *((Text(NOTED),) if noted else ()),
            Text(
                say(
                    "challenges.ask.text",
                    "What happens, what you’ve tried, what you wish. Real beats tidy. Up to three "
                    "people in {name} are asked to help. Nothing goes into a training without "
                    "your yes.",
                    name=cohort.name,
                )
            ),
            Buttons(asking_buttons(cohort)),
        ),
    )


def asking_buttons(cohort: Cohort) -> tuple[OpenForm | Press, ...]:
    """With the name, without it, or not now."""
    args = {"cohort": cohort.id}
    named, nameless = {**args, "who": "named"}, {**args, "who": "nameless"}
    return (
        OpenForm(say("challenges.name", "Name my challenge"), "challenges.name", named, "primary"),
        OpenForm(say("challenges.name.less", "Ask without my name"), "challenges.name", nameless),
        Press(say("challenges.later", "Later"), "challenges.later", args),
    )


def offering(cohort: Cohort) -> Post:
    """To whoever asks for feedback in the open: the form, where nobody looks on."""
    return Post(
        summary=say("challenges.offer.summary", "Ask for feedback on an example of yours"),
        purpose=say("challenges.ask.asked", "You asked; here nobody sees who names what."),
        blocks=(
            Text(
                say(
                    "challenges.offer.text",
                    "A text or a link: colleagues say what works and what they would try.",
                )
            ),
            Buttons((example_button(cohort),)),
        ),
    )


def example_button(cohort: Cohort) -> OpenForm:
    """Opens the form for an example."""
    label = say("challenges.example.title", "Ask for feedback")
    return OpenForm(label, "challenges.example", {"cohort": cohort.id}, "primary")


# --- forms --------------------------------------------------------------------------------------


def name_form(
    cohort: Cohort, args: Mapping[str, str], values: Mapping[str, str], wrong: Problems
) -> Form:
    """A new challenge."""
    return Form(
        title=say("challenges.form.title", "Name a challenge"),
        action="challenges.name",
        args={"cohort": cohort.id, **args},
        intro=LEAVE_OUT,
        fields=_problem_fields(values),
        submit=say("challenges.form.submit", "Ask for ideas"),
        errors=_errors(wrong),
    )


def example_form(
    cohort: Cohort, args: Mapping[str, str], values: Mapping[str, str], wrong: Problems
) -> Form:
    """An example of one's work, to hear what works and what to try."""
    return Form(
        title=say("challenges.example.title", "Ask for feedback"),
        action="challenges.example",
        args={"cohort": cohort.id, **args},
        intro=LEAVE_OUT,
        fields=_example_fields(values),
        submit=say("challenges.example.submit", "Ask for feedback"),
        errors=_errors(wrong),
    )


def change_form(one: Challenge, values: Mapping[str, str], wrong: Problems) -> Form:
    """What stands, to be changed or taken back."""
    fields = _example_fields if one.about == "example" else _problem_fields
    back = ToggleField(
        name="back",
        label=say("challenges.form.back", "Take it back, with all that was said to it"),
    )
    return Form(
        title=say("challenges.change.title", "Change it"),
        action="challenges.change",
        args={"cohort": one.cohort, "challenge": one.id},
        intro=LEAVE_OUT,
        fields=(*fields(values), back),
        submit=say("challenges.change.submit", "Save"),
        errors=_errors(wrong),
    )


LEAVE_OUT = say(
    "challenges.form.intro",
    "Please leave out customers’ and colleagues’ names. In a small group people may guess who "
    "wrote.",
)


def _problem_fields(values: Mapping[str, str]) -> tuple[Field, ...]:
    return (
        TextField(
            name="situation",
            label=say("challenges.form.situation", "What happens?"),
            lines=True,
            limit=SITUATION,
            value=values.get("situation", ""),
        ),
        TextField(
            name="tried",
            label=say("challenges.form.tried", "What have you tried?"),
            required=False,
            lines=True,
            limit=TRIED,
            value=values.get("tried", ""),
        ),
        _wish(say("challenges.form.wish", "What do you wish?"), values),
        _needed(values),
        _who(values),
    )


def _example_fields(values: Mapping[str, str]) -> tuple[Field, ...]:
    return (
        TextField(
            name="situation",
            label=say("challenges.example.situation", "What is it, or the text itself"),
            lines=True,
            limit=SITUATION,
            value=values.get("situation", ""),
        ),
        TextField(
            name="link",
            label=say("challenges.example.link", "Where it can be seen, if it is elsewhere"),
            hint=say("challenges.example.link.hint", "A link that this cohort may open."),
            required=False,
            limit=LINK,
            value=values.get("link", ""),
        ),
        _wish(say("challenges.example.wish", "What would you like to hear about?"), values),
        _needed(values),
        _who(values),
    )


def _wish(label: Phrase, values: Mapping[str, str]) -> TextField:
    return TextField(
        name="wish",
        label=label,
        required=False,
        lines=True,
        limit=WISH,
        value=values.get("wish", ""),
    )


def _needed(values: Mapping[str, str]) -> DateField:
    return DateField(
        name="needed",
        label=say("challenges.form.needed", "Needed by"),
        required=False,
        value=values.get("needed", ""),
    )


def _who(values: Mapping[str, str]) -> ChoiceField:
    known = values.get("who") in {option.value for option in WHO}
    return ChoiceField(
        name="who",
        label=say("challenges.form.who", "How shall I show it?"),
        options=WHO,
        value=values["who"] if known else "named",
    )


def _errors(wrong: Problems) -> Mapping[str, Phrase]:
    return {name: PROBLEMS[problem] for name, problem in wrong.items()}


NAMED = say("challenges.named", "It is on the wall. I’m asking up to three people to help.")
NAMED_LATER = say("challenges.named.later", "It is on the wall. I’ll ask people to help soon.")
TWICE = say("challenges.twice", "That one is named already. Write challenges to see it.")
MANY = say("challenges.many", "Five of yours are open. Close one or take one back first.")
CHANGED = say("challenges.changed", "Changed, on the card as well.")
BACK = say("challenges.back", "Taken back, with all that was said to it.")
LATER = say("challenges.later.done", "I’ll ask once more in two days.")

EXAMPLES: dict[str, Post | Form] = {
    "challenges.ask": asking(SAMPLE, "challenge-ask/sample/step"),
    "challenges.ask.noted": asking(SAMPLE, "challenge-ask/sample/step", noted=True),
    "challenges.offer": offering(SAMPLE),
    "challenges.form": name_form(SAMPLE, {"draft": "1"}, {"who": "nameless"}, {}),
    "challenges.form.again": name_form(SAMPLE, {"draft": "1"}, {}, {"situation": "situation"}),
    "challenges.example": example_form(SAMPLE, {"draft": "1"}, {}, {}),
    "challenges.change": change_form(sample(), {"situation": "Notes get lost."}, {}),
}
