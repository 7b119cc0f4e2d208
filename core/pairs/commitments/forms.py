"""The form of a promise: when, then, until when, and for whose eyes."""

from collections.abc import Mapping

from core.message import (
    ChoiceField,
    DateField,
    Form,
    Option,
    Phrase,
    TextField,
    say,
)
from core.pairs.commitments.model import HINDER, SIGHTS, THEN, WHEN, Problem, Sight

SIGHT: Mapping[Sight, Phrase] = {
    "me": say("commitments.sight.me", "only me"),
    "pair": say("commitments.sight.pair", "my partner"),
    "group": say("commitments.sight.group", "the group"),
}
PROBLEMS: Mapping[Problem, Phrase] = {
    "when": say("commitments.problem.when", "Please name a situation, at most 160 characters."),
    "then": say("commitments.problem.then", "Please name one thing to do, at most 200 characters."),
    "hinder": say("commitments.problem.hinder", "That is long: at most 200 characters."),
    "until": say("commitments.problem.until", "This is not a day on the calendar."),
    "past": say("commitments.problem.past", "Please choose a day from tomorrow on."),
    "far": say("commitments.problem.far", "That is too far away: at most a year."),
}


def promise_form(
    action: str,
    values: Mapping[str, str],
    *,
    args: Mapping[str, str],
    errors: Mapping[str, Problem] | None = None,
) -> Form:
    """Makes a promise, or changes one."""
    return Form(
        title=say("commitments.form.title", "One small thing to try"),
        action=action,
        args=args,
        intro=say(
            "commitments.form.intro",
            "When this happens, then I will do that. Small and soon works best. Numbers without "
            "names are told from five people on.",
        ),
        fields=(*_plan(values), *_frame(values)),
        submit=say("commitments.form.submit", "Promise it"),
        errors={name: PROBLEMS[problem] for name, problem in (errors or {}).items()},
    )


def _plan(values: Mapping[str, str]) -> tuple[TextField, ...]:
    return (
        TextField(
            name="when",
            label=say("commitments.form.when", "When …"),
            hint=say("commitments.form.when.hint", "a shift ends late"),
            limit=WHEN,
            value=values.get("when", ""),
        ),
        TextField(
            name="then",
            label=say("commitments.form.then", "… then I will"),
            hint=say("commitments.form.then.hint", "write three lines before I leave"),
            limit=THEN,
            value=values.get("then", ""),
        ),
    )


def _frame(values: Mapping[str, str]) -> tuple[DateField | ChoiceField | TextField, ...]:
    return (
        DateField(
            name="until",
            label=say("commitments.form.until", "Until when?"),
            value=values.get("until", ""),
        ),
        ChoiceField(
            name="sight",
            label=say("commitments.form.sight", "Who may see it?"),
            options=tuple(Option(key, SIGHT[key]) for key in SIGHTS),
            value=values.get("sight") or "pair",
        ),
        TextField(
            name="hinder",
            label=say("commitments.form.hinder", "What may get in the way? (optional)"),
            required=False,
            limit=HINDER,
            value=values.get("hinder", ""),
        ),
    )
