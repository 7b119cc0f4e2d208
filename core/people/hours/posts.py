"""What we say about when and how often we write."""

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from core.message import (
    Buttons,
    ChoiceField,
    DateField,
    Facts,
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
    When,
    say,
    verbatim,
)
from core.people.hours.model import BUDGETS, LANGUAGES
from core.people.model import From, Person
from core.people.posts import ASKED, CHANGE, PAUSE, PRIVACY, RESUME, SETTINGS, listed

DAYS = (
    say("people.mon", "Mon"),
    say("people.tue", "Tue"),
    say("people.wed", "Wed"),
    say("people.thu", "Thu"),
    say("people.fri", "Fri"),
    say("people.sat", "Sat"),
    say("people.sun", "Sun"),
)
SOURCES: Mapping[From, tuple[str, str]] = {
    "": ("people.from.nobody", "{value}"),
    "org": ("people.from.org", "{value}, as in your organisation"),
    "cohort": ("people.from.cohort", "{value}, as in your cohort"),
    "directory": ("people.from.directory", "{value}, from the directory"),
    "platform": ("people.from.platform", "{value}, as on your device"),
    "own": ("people.from.own", "{value}, your choice"),
}
UNCLEAR = {
    "days": say("people.unclear.days", "Please choose at least one day."),
    "zone": say("people.unclear.zone", "I can’t find that place. Try the nearest large city."),
    "country": say("people.unclear.country", "Two letters, please, like DE or US."),
    "until": say("people.unclear.until", "Please choose a day within the next year."),
}


def switch(person: Person) -> Press:
    """The button that begins or ends a pause."""
    return PAUSE if listens(person) else RESUME


def listens(person: Person) -> bool:
    """Whether somebody wants to hear from us unasked."""
    return not person.stopped and person.paused_until is None


def quiet(person: Person) -> tuple[Text, ...]:
    """Until when we write nothing, if so."""
    return () if listens(person) else (Text(_quiet(person)),)


def settings(person: Person, slot: str = "") -> Post:
    """When and how this person wants to be written to."""
    rows = (
        (say("people.hours", "Hours"), _hours(person)),
        (say("people.days", "Days"), listed([DAYS[day] for day in person.days])),
        (say("people.zone", "Time zone"), sourced(person.zone, person.zone_from)),
        (say("people.language", "Language"), _language(person)),
        (say("people.holidays", "Public holidays"), _holidays(person)),
        (say("people.budget", "Messages unasked"), _budget(person.budget)),
    )
    return Post(
        summary=say("people.settings.summary", "When and how I write to you"),
        purpose=ASKED,
        slot=slot,
        blocks=(
            Heading(say("people.settings.title", "When and how I write to you")),
            Facts(rows),
            *quiet(person),
            Buttons((CHANGE, switch(person), PRIVACY)),
        ),
    )


def pause(person: Person, slot: str = "") -> Post:
    """Whether we write unasked, and how to change it."""
    return _ask_pause(slot) if listens(person) else _quiet_post(person, slot)


def silence(person: Person, unanswered: int, slot: str = "") -> Post:
    """After three messages without an answer: the question, and then what was answered."""
    if not listens(person):
        return _quiet_post(person, slot)
    return _ask_how(slot) if unanswered else _go_on(slot)


def stays() -> Phrase:
    """Said when somebody wants us to go on."""
    return say("people.stays", "Good to know. I go on as before.")


def quiet_now(person: Person) -> Phrase:
    """Said when a pause begins."""
    return _quiet(person)


def back() -> Phrase:
    """Said when a pause ends."""
    return say("people.back", "Welcome back. I write to you again, within your hours.")


def saved() -> Phrase:
    """Said when settings are changed."""
    return say("people.saved", "Saved. It counts from now on.")


# --- forms --------------------------------------------------------------------------------------


def settings_form(person: Person) -> Form:
    """All that somebody can choose for themselves."""
    return Form(
        title=say("people.settings.form", "When and how I write to you"),
        action="people.change",
        submit=say("people.save", "Save"),
        fields=(*_times(person), *_habits(person), _often(person)),
    )


def _times(person: Person) -> tuple[Field, ...]:
    """At which hours, on which days."""
    return (
        _choice("start", say("people.start", "From"), _clock(range(24)), str(person.start)),
        _choice("end", say("people.end", "To"), _clock(range(25)), str(person.end)),
        ChoiceField(
            name="days",
            label=say("people.days", "Days"),
            options=tuple(Option(str(n), day) for n, day in enumerate(DAYS)),
            several=True,
            value=",".join(map(str, person.days)),
        ),
    )


def _habits(person: Person) -> tuple[Field, ...]:
    """Where they live and what they speak, as far as they said so themselves."""
    own_locale = person.locale if person.locale_from == "own" else ""
    return (
        TextField(
            name="zone",
            label=say("people.zone.field", "Time zone: a large city near you"),
            hint=say("people.as_device", "Empty: as on your device"),
            required=False,
            limit=60,
            value=person.zone if person.zone_from == "own" else "",
        ),
        _choice("locale", say("people.language", "Language"), _languages(), own_locale),
        TextField(
            name="country",
            label=say("people.country.field", "Public holidays of which country?"),
            hint=say("people.country.hint", "Two letters, like DE; empty for none"),
            required=False,
            limit=2,
            value=person.country,
        ),
    )


def _often(person: Person) -> Field:
    """How many messages."""
    options = tuple(Option(str(n), _budget(n)) for n in BUDGETS)
    label = say("people.budget.field", "How many messages unasked?")
    return _choice("budget", label, options, str(person.budget))


def filled_in(person: Person, values: Mapping[str, str], wrong: Collection[str]) -> Form:
    """The form of settings with what somebody chose, and what is wrong with it."""
    form = settings_form(person)
    fields = tuple(replace(field, value=values.get(field.name, "")[:100]) for field in form.fields)
    return replace(form, fields=fields, errors=unclear(wrong))


def pause_form(value: str = "", wrong: Collection[str] = ()) -> Form:
    """Asks until which day."""
    return Form(
        title=say("people.pause.form", "Until which day?"),
        action="people.pause_until",
        submit=say("people.pause.button", "Pause"),
        fields=(
            DateField(name="until", label=say("people.until", "I write again from"), value=value),
        ),
        errors=unclear(wrong),
    )


def unclear(names: Collection[str]) -> Mapping[str, Phrase]:
    """What is wrong, by field."""
    other = say("people.unclear", "Please choose one of these.")
    return {name: UNCLEAR.get(name, other) for name in names}


# --- parts --------------------------------------------------------------------------------------


def sourced(value: str, source: From) -> Phrase:
    """A value with where we have it from."""
    key, words = SOURCES[source]
    return say(key, words, value=value) if value else say("people.unknown", "not known")


def _ask_pause(slot: str) -> Post:
    return Post(
        summary=say("people.pause.summary", "A break from my messages"),
        purpose=ASKED,
        slot=slot,
        blocks=(
            Heading(say("people.pause.title", "Time for a break?")),
            Text(
                say(
                    "people.pause.text",
                    "You keep your place everywhere, and I still answer when you write.",
                )
            ),
            Text(_but()),
            Buttons((_weeks(1), _weeks(2), _by_day())),
        ),
    )


def _quiet_post(person: Person, slot: str) -> Post:
    return Post(
        summary=say("people.quiet.summary", "I’m quiet for now"),
        purpose=ASKED,
        slot=slot,
        blocks=(Text(_quiet(person)), Text(_but()), Buttons((RESUME, _by_day()))),
    )


def _ask_how(slot: str) -> Post:
    return Post(
        summary=say("people.silence.summary", "How shall I go on?"),
        purpose=say("people.silence.why", "I’d rather ask than fill your chat."),
        slot=slot,
        blocks=(
            Heading(say("people.silence.title", "How shall I go on?")),
            Text(
                say(
                    "people.silence.text",
                    "Weeks get full, and that’s fine. Until you choose or write, I stay quiet."
                    " You keep your place in every cohort.",
                )
            ),
            Buttons(
                (
                    Press(say("people.stay.button", "Go on as before"), "people.stay"),
                    Press(say("people.later.button", "In two weeks"), "people.later"),
                    Press(say("people.stop.button", "Don’t write unasked"), "people.stop"),
                )
            ),
        ),
    )


def _go_on(slot: str) -> Post:
    return Post(
        summary=say("people.silence.on.summary", "I go on as before"),
        purpose=say("people.silence.on.why", "You told me how to go on."),
        slot=slot,
        blocks=(Text(stays()), Buttons((SETTINGS, PAUSE))),
    )


def _weeks(weeks: int) -> Press:
    label = say("people.pause.week", "One week")
    if weeks > 1:
        label = say("people.pause.weeks", "{n} weeks", n=weeks)
    return Press(label, "people.pause", {"weeks": str(weeks)})


def _by_day() -> OpenForm:
    return OpenForm(say("people.pause.day", "Until a day…"), "people.pause_until")


def _but() -> Phrase:
    return say("people.quiet.but", "Only what can’t wait, like a cancelled workshop, reaches you.")


def _quiet(person: Person) -> Phrase:
    if person.stopped or person.paused_until is None:
        return say("people.quiet.stopped", "I write nothing unasked until you want it again.")
    at = When(person.paused_until)
    return say("people.quiet.until", "I write nothing unasked until {when}.", when=at)


def _hours(person: Person) -> Phrase:
    return say("people.hours.value", "{start}:00 to {end}:00", start=person.start, end=person.end)


def _language(person: Person) -> Phrase:
    return sourced(LANGUAGES.get(person.locale, person.locale), person.locale_from)


def _holidays(person: Person) -> Phrase:
    return verbatim(person.country) if person.country else say("people.none", "none")


def _budget(most: int) -> Phrase:
    return say("people.budget.value", "at most {n} a week", n=most)


def _choice(name: str, label: Phrase, options: tuple[Option, ...], value: str) -> ChoiceField:
    return ChoiceField(name=name, label=label, options=options, value=value)


def _clock(hours: range) -> tuple[Option, ...]:
    return tuple(Option(str(n), say("people.clock", "{hour}:00", hour=n)) for n in hours)


def _languages() -> tuple[Option, ...]:
    named = (Option(code, verbatim(name)) for code, name in LANGUAGES.items())
    return (Option("", say("people.device", "As on my device")), *named)
