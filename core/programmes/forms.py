"""What is asked before a programme is laid out, looked at or changed."""

from collections.abc import Mapping, Sequence
from datetime import date

from core.cohorts.model import Cohort
from core.message import (
    ChoiceField,
    DateField,
    Form,
    Option,
    PeopleField,
    Phrase,
    TextField,
    say,
    verbatim,
)
from core.programmes.anchors.model import title_of
from core.programmes.model import Laid, Plan
from core.programmes.posts import STATES, args_at
from core.programmes.templates.shipped import name_of, shipped

WEEK: Sequence[Phrase] = (
    say("programmes.day.0", "Monday"),
    say("programmes.day.1", "Tuesday"),
    say("programmes.day.2", "Wednesday"),
    say("programmes.day.3", "Thursday"),
    say("programmes.day.4", "Friday"),
    say("programmes.day.5", "Saturday"),
    say("programmes.day.6", "Sunday"),
)
DOINGS: Mapping[str, Phrase] = {
    "move": say("programmes.do.move", "At another time"),
    "now": say("programmes.do.now", "Now"),
    "skip": say("programmes.do.skip", "Leave it out"),
    "again": say("programmes.do.again", "Once more, as well"),
}
ERRORS: Mapping[str, Phrase] = {
    "template": say("programmes.wrong.template", "Please choose one of these."),
    "first": say("programmes.wrong.first", "Choose a day from tomorrow on, within two years."),
    "days": say("programmes.wrong.days", "Choose at least one day."),
    "country": say("programmes.wrong.country", "Write two letters, like DE, or leave it empty."),
    "step": say("programmes.wrong.step", "Please choose one of these steps."),
    "do": say("programmes.wrong.do", "Please choose one of these."),
    "begun": say(
        "programmes.wrong.begun",
        "It has begun. Choose once more; a workshop is moved on its own card.",
    ),
    "day": say("programmes.wrong.day", "Choose a day to come on which people work here."),
    "time": say("programmes.wrong.time", "Write a time from 07:00 to 20:00, like 10:00."),
    "person": say("programmes.wrong.person", "Please choose a member of this cohort."),
}


def choose_form(cohort: Cohort, values: Mapping[str, str], wrong: Sequence[str] = ()) -> Form:
    """Which template, from when on, and on which days nothing happens."""
    return Form(
        title=say("programmes.choose.title", "Choose a programme"),
        action="programmes.choose",
        args={"cohort": cohort.id},
        intro=say("programmes.choose.intro", "You see all of it before anybody else does."),
        fields=(
            ChoiceField(
                name="template",
                label=say("programmes.field.template", "Programme"),
                options=tuple(
                    Option(made.id, name_of(made.id, made.name)) for made in shipped().values()
                ),
                value=values.get("template") or next(iter(shipped())),
            ),
            DateField(
                name="first",
                label=say("programmes.field.first", "It begins on"),
                value=values.get("first", ""),
            ),
            ChoiceField(
                name="days",
                label=say("programmes.field.days", "Days on which people work"),
                options=tuple(Option(str(n), name) for n, name in enumerate(WEEK)),
                several=True,
                value=values.get("days", "0,1,2,3,4"),
            ),
            TextField(
                name="country",
                label=say("programmes.field.country", "Country, for public holidays"),
                hint=verbatim("DE"),
                required=False,
                limit=2,
                value=values.get("country", ""),
            ),
        ),
        submit=say("programmes.choose.submit", "Lay it out"),
        errors={name: ERRORS[name] for name in wrong},
    )


def as_form(cohort: Cohort, people: Sequence[Option], *, wrong: bool = False) -> Form:
    """Through whose eyes."""
    return Form(
        title=say("programmes.as.title", "As somebody sees it"),
        action="programmes.see_as",
        args={"cohort": cohort.id},
        intro=say(
            "programmes.as.intro",
            "Their days and times, as far as their working hours tell. Nothing else of theirs.",
        ),
        fields=(
            PeopleField(
                name="person",
                label=say("programmes.field.person", "A member"),
                options=tuple(people),
            ),
        ),
        submit=say("programmes.as.submit", "Look"),
        errors={"person": ERRORS["person"]} if wrong else {},
    )


def _option(one: Laid) -> Option:
    words = say("programmes.option", "{title}: {state}", title=title_of(one), state=_state(one))
    return Option(one.step.id, words)


def change_form(plan: Plan, values: Mapping[str, str], wrong: Sequence[str] = ()) -> Form:
    """Which step, and what becomes of it."""
    return Form(
        title=say("programmes.change.title", "Change a step"),
        action="programmes.change",
        args=args_at(plan),
        intro=say("programmes.change.intro", "Day and time matter for another time or once more."),
        fields=(
            ChoiceField(
                name="step",
                label=say("programmes.field.step", "Step"),
                options=tuple(map(_option, plan.steps)),
                value=values.get("step", ""),
            ),
            ChoiceField(
                name="do",
                label=say("programmes.field.do", "What shall happen?"),
                options=tuple(Option(key, words) for key, words in DOINGS.items()),
                value=values.get("do") or "move",
            ),
            DateField(
                name="day",
                label=say("programmes.field.day", "Day"),
                required=False,
                value=values.get("day", ""),
            ),
            TextField(
                name="time",
                label=say("programmes.field.time", "Time, where the cohort is"),
                required=False,
                limit=5,
                value=values.get("time", "10:00"),
            ),
        ),
        submit=say("programmes.change.submit", "Change it"),
        errors={"do" if name == "begun" else name: ERRORS[name] for name in wrong},
    )


def _state(one: Laid) -> Phrase:
    return STATES[one.state]


def examples(cohort: Cohort, plan: Plan) -> dict[str, Form]:
    """Every form of this file."""
    people = (Option("ada", verbatim("Ada Example")),)
    return {
        "programmes.choose": choose_form(cohort, {"first": date(2026, 3, 9).isoformat()}),
        "programmes.choose.wrong": choose_form(cohort, {}, ("first", "country")),
        "programmes.see-as": as_form(cohort, people),
        "programmes.change": change_form(plan, {}),
        "programmes.change.wrong": change_form(plan, {}, ("day", "time")),
    }
