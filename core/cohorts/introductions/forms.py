"""What is filled in to open a round, and to answer it."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace

from core.cohorts.introductions.model import ANSWER, OWN, Round, Style, Wish
from core.cohorts.introductions.posts import about, question
from core.cohorts.introductions.questions import MEETING, THEMES
from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE, SAMPLED
from core.message import (
    ChoiceField,
    Form,
    Option,
    Phrase,
    TextField,
    ToggleField,
    say,
)

DAYS = ("3", "5", "7", "10")
USUAL: Mapping[Style, str] = {"introduction": MEETING, "icebreaker": "work"}


DRAWN = say(
    "introductions.open.intro",
    "I draw a question that can be answered in two sentences. Anyone can swap it until "
    "the first answer.",
)


def open_form(
    cohort: Cohort,
    style: Style,
    values: Mapping[str, str] | None = None,
    *,
    problem: Phrase | None = None,
    warned: bool = False,
) -> Form:
    """The facilitator’s: what about, the bank’s question or their own, and for how long."""
    said = values or {}
    return Form(
        title=_title(style),
        action="introductions.open",
        args={"cohort": cohort.id, **({"warned": "yes"} if warned else {})},
        intro=DRAWN,
        fields=(
            ChoiceField(
                name="theme",
                label=say("introductions.open.theme", "What about"),
                options=tuple(Option(theme, words) for theme, words in THEMES.items()),
                value=_one_of(THEMES, said.get("theme", ""), USUAL[style]),
            ),
            TextField(
                name="own",
                label=say("introductions.open.own", "Or ask your own"),
                required=False,
                limit=OWN,
                value=said.get("own", ""),
            ),
            ChoiceField(
                name="days",
                label=say("introductions.open.days", "Open for"),
                options=tuple(_days(n) for n in DAYS),
                value=_one_of(DAYS, said.get("days", ""), "5"),
            ),
        ),
        submit=say("introductions.open.submit", "Ask everyone"),
        errors={"own": problem} if problem else {},
    )


def _title(style: Style) -> Phrase:
    if style == "icebreaker":
        return say("introductions.icebreaker.title", "Start an ice-breaker")
    return say("introductions.open.title", "Start introductions")


def _days(n: str) -> Option:
    return Option(n, say("introductions.days", "{n} days", n=int(n)))


def _one_of(known: Mapping[str, object] | tuple[str, ...], value: str, usual: str) -> str:
    return value if value in known else usual


def wished(values: Mapping[str, str], style: Style, own: str) -> Wish:
    """What the form says, as far as it makes sense."""
    return Wish(
        style=style,
        theme=_one_of(THEMES, values.get("theme", ""), USUAL[style]),
        days=int(_one_of(DAYS, values.get("days", ""), "5")),
        own=own,
    )


def answer_form(round: Round, text: str, *, again: bool = False, wrong: bool = False) -> Form:
    """Where a person answers, or changes what they answered."""
    problem = say("introductions.problem.text", "Please write something, at most 600 characters.")
    back = ToggleField(name="back", label=say("introductions.form.back", "Take my answer back"))
    return Form(
        title=_answering(round.style),
        action="introductions.answer",
        args=about(round),
        intro=question(round),
        fields=(
            TextField(
                name="text",
                label=say("introductions.form.text", "Your answer, for everyone in the cohort"),
                hint=say("introductions.form.hint", "Two sentences are plenty."),
                lines=True,
                limit=ANSWER,
                value=text,
            ),
            *((back,) if again else ()),
        ),
        submit=say("introductions.form.submit", "Share it"),
        errors={"text": problem} if wrong else {},
    )


def _answering(style: Style) -> Phrase:
    if style == "icebreaker":
        return say("introductions.icebreaker.form", "Your answer")
    return say("introductions.form.title", "Introduce yourself")


TOO_LONG = say("introductions.problem.own", "A question has at most 200 characters.")

_ROUND = Round(
    id="sample-1",
    version=1,
    cohort="sample",
    number=1,
    question="hard-way",
    opened=SAMPLED,
    closes=SAMPLED + timedelta(days=5),
    rank="1",
)

EXAMPLES: dict[str, Form] = {
    "introductions.open": open_form(SAMPLE, "introduction"),
    "introductions.form": answer_form(_ROUND, "", again=True),
    "introductions.icebreaker.open": open_form(SAMPLE, "icebreaker"),
    "introductions.icebreaker.form": answer_form(replace(_ROUND, style="icebreaker"), ""),
}
