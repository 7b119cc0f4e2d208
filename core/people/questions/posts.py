"""How a question of a form is asked in a message, and what is said around it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from msgspec.structs import replace

from core.message import (
    Block,
    Bold,
    Bullets,
    Buttons,
    ChoiceField,
    DateField,
    Day,
    Field,
    Form,
    Italic,
    OpenForm,
    Option,
    PeopleField,
    Phrase,
    Post,
    Press,
    Text,
    TextField,
    ToggleField,
    plain,
    say,
    verbatim,
)
from core.people.posts import listed
from core.people.questions.model import MOST_BUTTONS, Session, optional

LISTED = 20
VALUES = 7
SHORT = 16  # letters that every button shows

YES = say("questions.yes", "Yes")
NO = say("questions.no", "No")
KEEP = say("questions.keep", "Keep it")
SKIP = say("questions.skip", "Skip")
BACK = say("questions.back", "Back")
CANCEL = say("questions.cancel", "Cancel")

NO_DAY = say(
    "questions.no-day",
    "I don’t know which day that is. Write it like 3 March, 2027-03-03 or tomorrow.",
)
YES_OR_NO = say("questions.yes-or-no", "Please write yes or no.")
IN_WORDS = say("questions.in-words", "I need it in words, please.")
NO_OPTION = say("questions.no-option", "That is none of the choices. Please pick one of them.")
NO_NAME = say(
    "questions.no-name",
    "I don’t know anybody by that name. Please write it as it stands above, or an e-mail address.",
)
NOBODY = say(
    "questions.nobody",
    "Nobody I know has that address. I know people once they have written to me or joined.",
)
NEEDED = say("questions.needed", "This one is needed, so I can’t skip it. Cancel is fine, though.")
FIRST = say("questions.first", "This is the first question already.")
CANCELLED = say("questions.cancelled", "Cancelled. Nothing was saved.")
LATE = say("questions.late", "That question is no longer open, so nothing has changed.")
ELSEWHERE = say("questions.elsewhere", "I’ve sent you the questions in our own chat.")


WAYS = say(
    "questions.ways",
    "What you write next is the answer. To do something else, write cancel first.",
)
KEPT = say("questions.kept", "I’ve kept your other answers.")


def helped(title: Phrase) -> Phrase:
    """Somebody asks for help in the middle."""
    return say(
        "questions.help",
        "We’re at {title}, one question at a time. Nothing is saved before the last one."
        " Write back for the question before, or cancel to stop.",
        title=Italic(title),
    )


def a_word(text: str) -> Phrase:
    """It may be an answer, or something else that is wanted."""
    return say(
        "questions.word",
        "Is {word} your answer? Then write it once more. If you want what it does, cancel first.",
        word=Italic(text),
    )


def unclear(label: Phrase) -> Phrase:
    """Nearly one of the choices."""
    return say(
        "questions.unclear", "I’m not sure. Did you mean {choice}? Then write that.", choice=label
    )


def too_long(most: int, length: int) -> Phrase:
    """More than fits."""
    return say(
        "questions.too-long",
        "That is {length} characters, and {most} fit. Please send it a little shorter.",
        length=length,
        most=most,
    )


def put_aside(title: Phrase) -> Phrase:
    """One form begins while another is open."""
    return say("questions.aside", "I’ve put {title} aside; nothing was saved.", title=Italic(title))


def out_of_range(most: int) -> Phrase:
    """A number below a message that has fewer choices."""
    return say("questions.range", "Please write a number from 1 to {most}.", most=most)


def over(form: Form) -> Post:
    """After half an hour without an answer."""
    return Post(
        summary=say("questions.over.summary", "I’ve put some questions away"),
        purpose=say("questions.over.why", "They waited for half an hour."),
        blocks=(
            Text(
                say(
                    "questions.over",
                    "I’ve put {title} away; nothing was saved. Start again whenever it suits you.",
                    title=Italic(form.title),
                )
            ),
            Buttons((OpenForm(form.title, form.action, form.args),)),
        ),
    )


# --- a question -----------------------------------------------------------------------------------


def question(session: Session, figures: bool = False, *, note: Phrase | None = None) -> Post:
    """The open question; `figures` says that its choices are numbers themselves."""
    field = session.field
    return Post(
        summary=session.form.title,
        purpose=_progress(session),
        blocks=(
            *_before(session, note),
            Text(say("questions.label", "{label}", label=Bold(field.label))),
            *_hint(field),
            *_offered(field, figures=figures),
            *_now(session),
            *_how(field),
            *_ways_out(session, note),
            *_choices(session),
            Buttons(_ways(session)),
        ),
    )


def _progress(session: Session) -> Phrase:
    if len(session.left) == 1:
        return say("questions.only", "One question: {title}", title=session.form.title)
    return say(
        "questions.progress",
        "{title}: question {n} of {of}",
        title=session.form.title,
        n=session.at + 1,
        of=len(session.left),
    )


def _before(session: Session, note: Phrase | None) -> tuple[Block, ...]:
    """What is wrong comes first; what it is all about only once."""
    error = session.form.errors.get(session.field.name) if session.wrong else None
    intro = session.form.intro if session.steps == 0 and not session.form.errors else None
    kept = KEPT if error and session.steps == 0 and session.answers else None
    return tuple(Text(words) for words in (note, None if note else error, kept, intro) if words)


def _ways_out(session: Session, note: Phrase | None) -> tuple[Block, ...]:
    """That the next message counts: at the beginning, and where an answer could not be taken."""
    return (Text(WAYS, subtle=True),) if note or session.steps == 0 else ()


def _hint(field: Field) -> tuple[Block, ...]:
    if not isinstance(field, TextField) or field.hint is None:
        return ()
    return (Text(say("questions.hint", "Hint: {hint}", hint=field.hint), subtle=True),)


def _offered(field: Field, *, figures: bool) -> tuple[Block, ...]:
    """The choices in words, where there are no buttons for them or these may be cut."""
    if not isinstance(field, ChoiceField | PeopleField):
        return ()
    if as_buttons(field) and all(len(plain(o.label)) <= SHORT for o in field.options):
        return ()
    labels = tuple(option.label for option in field.options)
    if figures:
        return (Text(listed(labels)),)
    rest = len(labels) - LISTED
    more = (Text(say("questions.more", "and {n} more", n=rest), subtle=True),) if rest > 0 else ()
    return (Bullets(labels[:LISTED], numbered=True), *more) if labels else ()


def _now(session: Session) -> tuple[Block, ...]:
    if not session.keeps or isinstance(session.field, ToggleField):
        return ()
    value = _shown(session.field, session.given)
    return (Text(say("questions.now", "So far: {value}", value=value)),)


def _shown(field: Field, value: str) -> Phrase:
    match field:
        case ChoiceField(options=options) | PeopleField(options=options):
            return _labels(options, value)
        case DateField():
            return _day(value)
        case _:
            return verbatim(value)


def _labels(options: Sequence[Option], value: str) -> Phrase:
    wanted = value.split(",")
    chosen = [option.label for option in options if option.value in wanted][:VALUES]
    return listed(chosen) if chosen else verbatim("…")


def _day(value: str) -> Phrase:
    try:
        return say("questions.day", "{day}", day=Day(date.fromisoformat(value)))
    except ValueError:
        return verbatim(value)


def _how(field: Field) -> tuple[Block, ...]:
    """What can be written, where that is not plain."""
    match field:
        case DateField():
            words = say("questions.how.date", "Write a day, like 3 March or tomorrow.")
        case PeopleField(several=True):
            words = say("questions.how.people", "Numbers, names or e-mail addresses, with commas.")
        case PeopleField():
            words = say("questions.how.person", "A number, a name or an e-mail address.")
        case ChoiceField(several=True):
            words = say("questions.how.several", "Write all that fit, like: 1, 3")
        case ChoiceField() if not as_buttons(field):
            words = say("questions.how.choice", "Write the one that fits.")
        case _:
            return ()
    return (Text(words, subtle=True),)


def as_buttons(field: ChoiceField | PeopleField) -> bool:
    """Whether each choice is a button."""
    return not field.several and 0 < len(field.options) <= MOST_BUTTONS


def _choices(session: Session) -> tuple[Block, ...]:
    field = session.field
    options: tuple[Option, ...] = ()
    if isinstance(field, ToggleField):
        options = (Option("true", YES), Option("false", NO))
    elif isinstance(field, ChoiceField | PeopleField) and as_buttons(field):
        options = field.options
    about = _about(session)
    presses = (Press(o.label, "questions.pick", {**about, "v": o.value}) for o in options)
    return (Buttons(tuple(presses)),) if options else ()


def _ways(session: Session) -> tuple[Press, ...]:
    """Around the question: keep, skip, back, out."""
    about, field = _about(session), session.field
    keeps = session.keeps and not isinstance(field, ToggleField)
    return (
        *((Press(KEEP, "questions.pick", {**about, "do": "keep"}),) if keeps else ()),
        *((Press(SKIP, "questions.pick", {**about, "do": "skip"}),) if optional(field) else ()),
        *((Press(BACK, "questions.pick", {**about, "do": "back"}),) if session.at else ()),
        Press(CANCEL, "questions.pick", {**about, "do": "cancel"}),
    )


def _about(session: Session) -> Mapping[str, str]:
    return {"s": session.asked, "f": session.field.name}


# --- examples -------------------------------------------------------------------------------------

_WHEN = datetime(2027, 3, 1, 9, tzinfo=UTC)
_FORM = Form(
    title=say("example.form", "Start a cohort"),
    action="cohorts.create",
    intro=say("example.intro", "Two minutes. You can change all of it later."),
    submit=say("example.submit", "Start it"),
    fields=(
        TextField(
            name="name",
            label=say("example.name", "Name"),
            hint=say("example.hint", "Better handovers"),
        ),
        ChoiceField(
            name="where",
            label=say("example.where", "Where does it live?"),
            options=(
                Option("here", say("example.here", "In this conversation")),
                Option("later", say("example.later", "I’ll choose a place later")),
            ),
            required=False,
        ),
        PeopleField(
            name="people",
            label=say("example.people", "Who helps?"),
            options=(Option("ada", verbatim("Ada Example")), Option("bo", verbatim("Bo Sample"))),
            several=True,
        ),
        DateField(name="first", label=say("example.first", "First day"), value="2027-03-08"),
        ToggleField(name="guests", label=say("example.guests", "May guests join?")),
    ),
)


def _at(n: int, form: Form = _FORM) -> Session:
    names = tuple(field.name for field in form.fields)
    return Session(
        id="ada", form=form, asked="1", left=names, since=_WHEN, touched=_WHEN, at=n, steps=n
    )


def _again() -> Session:
    form = replace(_FORM, errors={"first": NO_DAY})
    names = tuple(field.name for field in form.fields)
    told = _at(0, form)
    return replace(told, left=("first",), answers=dict.fromkeys(names[:3], "1"))


EXAMPLES: Mapping[str, Post | Form] = {
    "questions.text": question(_at(0), note=put_aside(_FORM.title)),
    "questions.choice": question(_at(1), note=unclear(_FORM.title)),
    "questions.people": question(_at(2)),
    "questions.date": question(_at(3), note=NO_DAY),
    "questions.help": question(_at(1), note=helped(_FORM.title)),
    "questions.again": question(_again()),
    "questions.toggle": question(_at(4), note=YES_OR_NO),
    "questions.over": over(_FORM),
}
