"""The form that starts a cohort, and the same that changes it."""

from collections.abc import Mapping, Sequence

from core.cohorts.model import Problem
from core.message import (
    ChoiceField,
    DateField,
    Form,
    Option,
    PeopleField,
    Phrase,
    TextField,
    ToggleField,
    say,
)

PROBLEMS: Mapping[Problem, Phrase] = {
    "name": say("cohorts.problem.name", "A name has 3 to 60 characters."),
    "purpose": say("cohorts.problem.purpose", "One sentence, at most 200 characters."),
    "date": say("cohorts.problem.date", "This is not a day on the calendar."),
    "order": say("cohorts.problem.order", "The last day comes after the first day."),
    "past": say("cohorts.problem.past", "This day has already passed."),
    "far": say("cohorts.problem.far", "That is too far away: at most two years."),
    "zone": say("cohorts.problem.zone", "I do not know this zone. Write it like Europe/Berlin."),
    "person": say("cohorts.problem.person", "I do not know this person here. Please pick again."),
}


def cohort_form(
    values: Mapping[str, str],
    people: Sequence[Option],
    *,
    args: Mapping[str, str],
    places: Sequence[Option] = (),
    errors: Mapping[str, Problem] | None = None,
) -> Form:
    """Starts a cohort; without `places`, changes one."""
    new = bool(places)
    return Form(
        title=_title(new),
        action="cohorts.create" if new else "cohorts.change",
        args=args,
        intro=say("cohorts.form.intro", "Two minutes. You can change all of it later."),
        fields=(*_about(values), *_who(values, people), *_where(values, places)),
        submit=say("cohorts.form.start", "Start it") if new else say("cohorts.form.save", "Save"),
        errors={name: PROBLEMS[problem] for name, problem in (errors or {}).items()},
    )


def _title(new: bool) -> Phrase:
    if new:
        return say("cohorts.form.new", "Start a cohort")
    return say("cohorts.form.change", "Change the cohort")


def _about(values: Mapping[str, str]) -> tuple[TextField | DateField, ...]:
    return (
        TextField(
            name="name",
            label=say("cohorts.field.name", "Name"),
            hint=say("cohorts.field.name.hint", "Better handovers"),
            limit=60,
            value=values.get("name", ""),
        ),
        TextField(
            name="purpose",
            label=say("cohorts.field.purpose", "What do people get out of it?"),
            hint=say("cohorts.field.purpose.hint", "Fewer surprises at shift change"),
            limit=200,
            value=values.get("purpose", ""),
        ),
        DateField(
            name="first",
            label=say("cohorts.field.first", "First day"),
            value=values.get("first", ""),
        ),
        DateField(
            name="last", label=say("cohorts.field.last", "Last day"), value=values.get("last", "")
        ),
        TextField(
            name="zone",
            label=say("cohorts.field.zone", "Time zone"),
            hint=say("cohorts.field.zone.hint", "Europe/Berlin"),
            limit=60,
            value=values.get("zone", ""),
        ),
    )


def _who(values: Mapping[str, str], people: Sequence[Option]) -> tuple[PeopleField, ...]:
    return (
        PeopleField(
            name="facilitator",
            label=say("cohorts.field.facilitator", "Facilitator: keeps things moving"),
            options=tuple(people),
            value=values.get("facilitator", ""),
        ),
        PeopleField(
            name="moderator",
            label=say("cohorts.field.moderator", "Moderator: keeps things fair"),
            options=tuple(people),
            value=values.get("moderator", ""),
        ),
    )


def _where(
    values: Mapping[str, str], places: Sequence[Option]
) -> tuple[ChoiceField | ToggleField, ...]:
    guests = ToggleField(
        name="guests",
        label=say("cohorts.field.guests", "Guests of the organisation may join"),
        value=values.get("guests", "true") != "false",
    )
    if not places:
        return (guests,)
    label = say("cohorts.field.where", "Where does it live?")
    where = values.get("where") or places[0].value
    return (guests, ChoiceField(name="where", label=label, options=tuple(places), value=where))


PLACES: Mapping[str, Option] = {
    "here": Option("here", say("cohorts.where.here", "In this conversation")),
    "channel": Option("channel", say("cohorts.where.channel", "In a channel made for it")),
    "later": Option("later", say("cohorts.where.later", "I’ll choose a place later")),
}
