"""What is filled in to start a discussion, to answer in it, and to close it."""

from collections.abc import Mapping

from core.cohorts.discussions.model import (
    OFFERED,
    PURPOSE,
    QUESTION,
    SUMMARY,
    TEXT,
    Discussion,
    question_of,
)
from core.cohorts.discussions.posts import SUMMED, about
from core.cohorts.model import line
from core.cohorts.words import SAMPLE
from core.message import (
    ChoiceField,
    Field,
    Form,
    Option,
    Phrase,
    TextField,
    ToggleField,
    say,
)

WRONG: Mapping[str, Phrase] = {
    "question": say(
        "discussions.wrong.question", "Please ask something, in at most {n} signs.", n=QUESTION
    ),
    "own": say(
        "discussions.wrong.own", "Please say what it is for, in at most {n} signs.", n=PURPOSE
    ),
    "purpose": say("discussions.wrong.purpose", "Please choose what it is for."),
    "text": say("discussions.wrong.text", "Please write something, in at most {n} signs.", n=TEXT),
    "summary": say(
        "discussions.wrong.summary", "Please sum it up, in at most {n} signs.", n=SUMMARY
    ),
}


def problems(values: Mapping[str, str], *, leads: bool) -> dict[str, Phrase]:
    """What is not in order, by field."""
    found = {}
    if not 1 <= len(line(values.get("question", ""), QUESTION + 1)) <= QUESTION:
        found["question"] = WRONG["question"]
    if leads and not 1 <= len(line(values.get("own", ""), PURPOSE + 1)) <= PURPOSE:
        found["own"] = WRONG["own"]
    if not leads and values.get("purpose", "") not in OFFERED:
        found["purpose"] = WRONG["purpose"]
    return found


def start_form(
    args: Mapping[str, str],
    values: Mapping[str, str],
    *,
    leads: bool,
    errors: Mapping[str, Phrase] | None = None,
) -> Form:
    """The question, and what it is for: one tap for members, in their own words for leads."""
    return Form(
        title=say("discussions.start", "Start a discussion"),
        action="discussions.start",
        args=args,
        intro=say(
            "discussions.start.intro",
            "What, how and why bring more answers than yes and no. All members see it.",
        ),
        fields=(
            TextField(
                name="question",
                label=say("discussions.start.question", "Your question"),
                limit=QUESTION,
                value=values.get("question", ""),
            ),
            _purpose(values, leads=leads),
        ),
        submit=say("discussions.start.submit", "Ask everyone"),
        errors=errors or {},
    )


def _purpose(values: Mapping[str, str], *, leads: bool) -> Field:
    label = say("discussions.start.purpose", "What is it for?")
    if leads:
        return TextField(
            name="own",
            label=label,
            hint=say("discussions.start.own", "Like: So that Friday’s handover is shorter."),
            limit=PURPOSE,
            value=values.get("own", ""),
        )
    options = tuple(Option(key, words) for key, words in OFFERED.items())
    value = values.get("purpose", "")
    return ChoiceField(
        name="purpose", label=label, options=options, value=value if value in OFFERED else "learn"
    )


def answer_form(
    it: Discussion, text: str = "", *, mine: str = "", problem: Phrase | None = None
) -> Form:
    """A new answer, or `mine` as it stands."""
    back = ToggleField(name="back", label=say("discussions.form.back", "Take this answer back"))
    return Form(
        title=say("discussions.form.title", "Your answer"),
        action="discussions.answer",
        args={**about(it), **({"mine": mine} if mine else {})},
        intro=question_of(it),
        fields=(
            TextField(
                name="text",
                label=say("discussions.form.text", "Your answer, for everyone in the cohort"),
                lines=True,
                limit=TEXT,
                value=text,
            ),
            *((back,) if mine else ()),
        ),
        submit=say("discussions.form.submit", "Share it"),
        errors={"text": problem} if problem else {},
    )


def close_form(it: Discussion, text: str = "", *, problem: Phrase | None = None) -> Form:
    """A discussion closes with what came out of it."""
    return Form(
        title=say("discussions.close", "Sum up and close"),
        action="discussions.close",
        args=about(it),
        intro=question_of(it),
        fields=(
            TextField(
                name="summary",
                label=say("discussions.close.summary", "What came out of it?"),
                hint=say(
                    "discussions.close.hint", "What you agree on, what stays open, who tries what."
                ),
                lines=True,
                limit=SUMMARY,
                value=text or it.summary,
            ),
        ),
        submit=say("discussions.close.submit", "Close with this"),
        errors={"summary": problem} if problem else {},
    )


_ARGS = {"cohort": SAMPLE.id, "draft": "1"}

EXAMPLES: dict[str, Form] = {
    "discussions.start": start_form(_ARGS, {}, leads=False),
    "discussions.start.leads": start_form(
        _ARGS, {"question": "x"}, leads=True, errors={"own": WRONG["own"]}
    ),
    "discussions.answer": answer_form(SUMMED),
    "discussions.answer.mine": answer_form(SUMMED, "What is still open.", mine="one"),
    "discussions.close": close_form(SUMMED, problem=WRONG["summary"]),
}
