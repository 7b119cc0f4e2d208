"""The form that plans a workshop, completes a draft, or changes what is planned."""

from collections.abc import Mapping

from core.cohorts.model import Cohort
from core.cohorts.workshops.model import (
    LINK,
    MODES,
    PLACE,
    PURPOSE,
    TITLE,
    Mode,
    Problem,
    Workshop,
    local,
)
from core.message import (
    ChoiceField,
    DateField,
    Field,
    Form,
    Option,
    Phrase,
    Post,
    TextField,
    say,
    verbatim,
)

PROBLEMS: Mapping[Problem, Phrase] = {
    "title": say("workshops.problem.title", "A title has 1 to 80 characters."),
    "purpose": say("workshops.problem.purpose", "One sentence, at most 200 characters."),
    "day": say("workshops.problem.day", "This is not a day on the calendar."),
    "time": say("workshops.problem.time", "Write a time of day like 14:00."),
    "gap": say(
        "workshops.problem.gap", "The clocks change then: that hour does not exist on that day."
    ),
    "past": say("workshops.problem.past", "That has already passed. Choose a time ahead."),
    "last": say("workshops.problem.last", "The cohort ends before that day."),
    "minutes": say("workshops.problem.minutes", "From 10 minutes to 12 hours, in minutes."),
    "place": say("workshops.problem.place", "Where do people go? At most 120 characters."),
    "link": say(
        "workshops.problem.link", "Where do people click? An address that begins with https://"
    ),
    "capacity": say("workshops.problem.capacity", "A number up to 10000; empty for no limit."),
    "reason": say("workshops.problem.reason", "A sentence is enough, but people deserve one."),
    "same": say("workshops.problem.same", "That is when it takes place already."),
}
MODE: Mapping[Mode, Phrase] = {
    "room": say("workshops.mode.room", "In a room"),
    "online": say("workshops.mode.online", "Online"),
    "both": say("workshops.mode.both", "Both: each person chooses"),
}


def values_of(workshop: Workshop, cohort: Cohort) -> dict[str, str]:
    """What a form about it begins with."""
    at = local(workshop, cohort)
    return {
        "title": workshop.title,
        "purpose": workshop.purpose,
        "day": at.date().isoformat(),
        "time": f"{at:%H:%M}",
        "minutes": str(workshop.minutes),
        "mode": workshop.mode,
        "place": workshop.place,
        "link": workshop.link,
        "capacity": str(workshop.capacity or ""),
    }


def plan_form(
    values: Mapping[str, str],
    *,
    action: str,
    args: Mapping[str, str],
    zone: str,
    errors: Mapping[str, Problem] | None = None,
) -> Form:
    """All there is to say about a workshop; one that is planned keeps its time and its kind."""
    new = action != "workshops.change"
    when = (*time_fields(values, zone), _mode(values)) if new else ()
    return Form(
        title=_title(new),
        action=action,
        args=args,
        intro=INTRO if new else CHANGE,
        fields=(*_words(values), *when, *_where(values)),
        submit=say("workshops.form.plan", "Plan it") if new else SAVE,
        errors=wrong(errors),
    )


def wrong(errors: Mapping[str, Problem] | None) -> Mapping[str, Phrase]:
    """What is not in order, in words."""
    return {name: PROBLEMS[problem] for name, problem in (errors or {}).items()}


def _title(new: bool) -> Phrase:
    if new:
        return say("workshops.form.new", "Plan a workshop")
    return say("workshops.form.change", "Change the workshop")


def _words(values: Mapping[str, str]) -> tuple[Field, ...]:
    return (
        TextField(
            name="title",
            label=say("workshops.field.title", "Title"),
            hint=say("workshops.field.title.hint", "A handover in three lines"),
            limit=TITLE,
            value=values.get("title", ""),
        ),
        TextField(
            name="purpose",
            label=say("workshops.field.purpose", "What do people get out of it? Shown first"),
            limit=PURPOSE,
            value=values.get("purpose", ""),
        ),
    )


def time_fields(values: Mapping[str, str], zone: str) -> tuple[Field, ...]:
    """The day, and the time by the clocks of the cohort."""
    at = say("workshops.field.time", "Begins at, by the clocks of {zone}", zone=zone)
    return (
        DateField(name="day", label=say("workshops.field.day", "Day"), value=values.get("day", "")),
        TextField(
            name="time", label=at, hint=verbatim("14:00"), limit=10, value=values.get("time", "")
        ),
    )


def _mode(values: Mapping[str, str]) -> Field:
    options = tuple(Option(mode, MODE[mode]) for mode in MODES)
    label = say("workshops.field.mode", "In a room, online or both?")
    return ChoiceField(
        name="mode", label=label, options=options, value=values.get("mode") or "both"
    )


def _where(values: Mapping[str, str]) -> tuple[Field, ...]:
    return (
        TextField(
            name="minutes",
            label=say("workshops.field.minutes", "Minutes"),
            hint=verbatim("90"),
            limit=5,
            value=values.get("minutes", ""),
        ),
        TextField(
            name="place",
            label=say("workshops.field.place", "The room, if there is one"),
            required=False,
            limit=PLACE,
            value=values.get("place", ""),
        ),
        TextField(
            name="link",
            label=say("workshops.field.link", "The link, if it is online"),
            hint=verbatim("https://"),
            required=False,
            limit=LINK,
            value=values.get("link", ""),
        ),
        TextField(
            name="capacity",
            label=say("workshops.field.capacity", "Seats, if they are limited"),
            hint=say("workshops.field.capacity.hint", "12. Further people wait for a free one"),
            required=False,
            limit=6,
            value=values.get("capacity", ""),
        ),
    )


SAVE = say("workshops.form.save", "Save")
INTRO = say(
    "workshops.form.intro", "People are asked as soon as you plan it. You can move it later."
)
CHANGE = say("workshops.form.change.intro", "For another time, choose Move on your desk.")

_VALUES = {
    "title": "A handover in three lines",
    "purpose": "Try a handover that nobody has to ask back about",
    "day": "2027-03-09",
    "time": "14:00",
    "minutes": "90",
    "mode": "both",
    "place": "Room 2.14",
    "capacity": "12",
}
_WRONG: Mapping[str, Problem] = {"day": "past", "link": "link"}

EXAMPLES: dict[str, Post | Form] = {
    "workshops.plan": plan_form(
        {"purpose": "Fewer surprises at shift change", "minutes": "90"},
        action="workshops.plan",
        args={"cohort": "sample", "draft": "1"},
        zone="Europe/Berlin",
    ),
    "workshops.plan.again": plan_form(
        _VALUES,
        action="workshops.complete",
        args={"workshop": "sample-talk"},
        zone="Europe/Berlin",
        errors=_WRONG,
    ),
    "workshops.change": plan_form(
        _VALUES,
        action="workshops.change",
        args={"workshop": "sample-talk"},
        zone="Europe/Berlin",
    ),
}
