"""What is filled in for circles: how large, an answer, a host’s question."""

from collections.abc import Mapping

from core.cohorts.circles.model import QUESTION, SIZES, TEXT, USUAL, Circle, proposed, question_of
from core.cohorts.circles.posts import about
from core.cohorts.circles.split import Reasons
from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE
from core.message import ChoiceField, Form, Option, Phrase, TextField, say

WRONG_TEXT = say("circles.wrong.text", "Please write something, at most 400 characters.")
WRONG_QUESTION = say("circles.wrong.question", "Please ask something, in at most 200 characters.")


def draw_form(cohort: Cohort) -> Form:
    """About how many in each."""
    options = tuple(Option(str(n), say("circles.about", "About {n}", n=n)) for n in SIZES)
    return Form(
        title=say("circles.draw", "Make circles"),
        action="circles.draw",
        args={"cohort": cohort.id},
        intro=say(
            "circles.draw.intro",
            "Small groups of different teams and near time zones, nobody with their manager. You "
            "see a proposal first.",
        ),
        fields=(
            ChoiceField(
                name="size",
                label=say("circles.draw.size", "How many in each?"),
                options=options,
                value=str(USUAL),
            ),
        ),
        submit=say("circles.draw.submit", "Show me"),
    )


def say_form(circle: Circle, text: str, *, wrong: bool = False) -> Form:
    """An answer for the circle."""
    return Form(
        title=say("circles.say.title", "Answer your circle"),
        action="circles.say",
        args=about(circle),
        intro=question_of(circle),
        fields=(
            TextField(
                name="text",
                label=say("circles.say.text", "Your answer, for your circle only"),
                lines=True,
                limit=TEXT,
                value=text,
            ),
        ),
        submit=say("circles.say.submit", "Share it"),
        errors={"text": WRONG_TEXT} if wrong else {},
    )


def ask_form(
    circle: Circle, question: str, *, problem: Phrase | None = None, warned: bool = False
) -> Form:
    """The question of this week’s host."""
    args: Mapping[str, str] = {**about(circle), **({"warned": "yes"} if warned else {})}
    return Form(
        title=say("circles.ask", "Ask a question"),
        action="circles.ask",
        args=args,
        fields=(
            TextField(
                name="question",
                label=say("circles.ask.question", "One question for your circle"),
                hint=say("circles.ask.hint", "Take this one, or write your own."),
                limit=QUESTION,
                value=question,
            ),
        ),
        submit=say("circles.ask.submit", "Ask them"),
        errors={"question": problem} if problem else {},
    )


_CIRCLE = proposed("sample", 1, 3, ("ada", "bo"), Reasons())

EXAMPLES: dict[str, Form] = {
    "circles.draw": draw_form(SAMPLE),
    "circles.say": say_form(_CIRCLE, "", wrong=True),
    "circles.ask": ask_form(_CIRCLE, "What helps you?", problem=WRONG_QUESTION),
}
