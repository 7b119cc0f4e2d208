"""What somebody took from a course, as they and others read it; and whether it worked."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from core.cohorts.words import called
from core.courses.after.model import (
    LABELS,
    LINE,
    TEXT,
    Answer,
    Reflection,
    Sight,
    Worked,
    reflected_slot,
)
from core.courses.after.moves import REFLECT
from core.message import (
    Block,
    Buttons,
    ChoiceField,
    Form,
    Heading,
    Italic,
    OpenForm,
    Option,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    TextField,
    ToggleField,
    say,
)

WHO: Mapping[Sight, Phrase] = {
    "me": say("courses.after.sight.me", "Only me"),
    "partner": say("courses.after.sight.partner", "Me and my partner"),
    "cohort": say("courses.after.sight.cohort", "Everyone in the cohort"),
}
Told = Sequence[tuple[Reflection, str]]


# --- a few words ----------------------------------------------------------------------------------


def reflect_form(
    args: Mapping[str, str],
    question: str,
    sights: Sequence[Sight],
    was: tuple[str, str] = ("", "me"),
    errors: Mapping[str, Phrase] | None = None,
) -> Form:
    """One or two sentences, and who may read them; `was` is what they wrote, and for whom."""
    text, sight = was
    there = args.get("there") == "yes"
    back = ToggleField(name="back", label=say("courses.after.back", "Take it back"))
    return Form(
        title=REFLECT,
        action="courses.reflect",
        args=args,
        intro=say("courses.after.intro", "{question}", question=question) if question else None,
        fields=(
            TextField(
                name="text",
                label=say("courses.after.text", "One or two sentences"),
                lines=True,
                limit=TEXT,
                value=text,
            ),
            *_readers(sights, sight),
            *((back,) if there else ()),
        ),
        submit=say("courses.after.submit", "Keep it"),
        errors=errors or {},
    )


def _readers(sights: Sequence[Sight], chosen: str) -> tuple[ChoiceField, ...]:
    """Who may read it, where there is a choice."""
    field = ChoiceField(
        name="sight",
        label=say("courses.after.sight", "Who may read it?"),
        options=tuple(Option(it, WHO[it]) for it in sights),
        value=chosen if chosen in sights else "me",
    )
    return (field,) if len(sights) > 1 else ()


WRONG: Mapping[str, Phrase] = {
    "text": say("courses.after.wrong", "Please write a few words, at most 600 characters."),
    "sight": say("courses.after.wrong.sight", "Please choose who may read it."),
}


def below(one: Reflection, name: str) -> Post:
    """In the thread, to everyone there."""
    return Post(
        slot=reflected_slot(one),
        summary=say("courses.after.below.summary", "Somebody says what they took from a course"),
        purpose=say("courses.after.below.purpose", "Said after a course."),
        blocks=(_quote(one, name),),
    )


def to_partner(one: Reflection, name: str, title: str) -> Post:
    """To a partner, in private."""
    did = say(
        "courses.after.partner",
        "{name} has finished {title}, and lets you read this:",
        name=called(name),
        title=Italic(title),
    )
    return Post(
        slot=reflected_slot(one),
        summary=say("courses.after.partner.summary", "Your partner has finished a course"),
        purpose=say("courses.after.partner.purpose", "Because you are partners."),
        blocks=(Text(did), _quote(one, name)),
    )


def together(send: str, title: str, slot: str, n: int, latest: Told) -> Post:
    """What a cohort took from a course, where it meets."""
    return Post(
        slot=slot,
        summary=say("courses.after.together.summary", "What people took from a course"),
        purpose=say("courses.after.together.purpose", "So that we learn from what others saw."),
        blocks=(
            Heading(say("courses.after.together", "What we took from {title}", title=title)),
            Text(say("courses.after.together.n", "So far: {n}.", n=n)),
            *quotes(latest),
            Buttons((OpenForm(ADD, "courses.reflect", {"send": send}, "primary"),)),
        ),
    )


def quotes(latest: Told) -> tuple[Block, ...]:
    """The last few."""
    return tuple(_quote(one, name) for one, name in latest)


def _quote(one: Reflection, name: str) -> Quote:
    return Quote(one.text, say("courses.after.by", "{name}", name=called(name)))


# --- did it work? ---------------------------------------------------------------------------------


def asking(send: str, title: str, slot: str) -> Post:
    """Two weeks later, once."""
    first, *others = (Press(LABELS[it], "courses.worked", _args(send, it)) for it in LABELS)
    return Post(
        slot=slot,
        summary=say("courses.worked.summary", "One question, two weeks after a course"),
        purpose=say("courses.worked.purpose", "A no helps the next person as much as a yes."),
        blocks=(
            Heading(say("courses.worked.title", "Did it work?")),
            Text(
                say(
                    "courses.worked.text",
                    "Two weeks ago you finished {title}. Has it changed anything at work? Only "
                    "numbers are told, from five people on. I ask only this once.",
                    title=Italic(title),
                )
            ),
            Buttons((first, *others)),
        ),
    )


def _args(send: str, answer: Answer) -> Mapping[str, str]:
    return {"send": send, "answer": answer}


def result(one: Worked, title: str, slot: str) -> Post:
    """In the place of the question: what they said."""
    label = CHANGE if one.text else WRITE
    line = OpenForm(label, "courses.worked", {"send": one.send, "line": "yes"})
    others = (Press(LABELS[it], "courses.worked", _args(one.send, it)) for it in LABELS)
    rest = tuple(press for press in others if press.args["answer"] != one.answer)
    said: tuple[Block, ...] = (Quote(one.text, say("courses.worked.you", "you")),)
    return Post(
        slot=slot,
        summary=say("courses.worked.result.summary", "What you said about a course"),
        purpose=say("courses.worked.result.purpose", "You answered."),
        blocks=(
            Text(
                say(
                    "courses.worked.said",
                    "{title}: {answer}. Thank you. You can still change it.",
                    title=Italic(title),
                    answer=LABELS[one.answer],
                )
            ),
            *(said if one.text else ()),
            Buttons((line, *rest)),
        ),
    )


def line_form(args: Mapping[str, str], text: str = "", *, wrong: bool = False) -> Form:
    """A line about it, for themselves."""
    return Form(
        title=WRITE,
        action="courses.worked",
        args=args,
        fields=(
            TextField(
                name="text",
                label=say("courses.worked.line", "What happened? Only you can read it."),
                lines=True,
                limit=LINE,
                value=text,
            ),
        ),
        submit=say("courses.worked.submit", "Keep it"),
        errors={"text": TOO_LONG} if wrong else {},
    )


# --- sentences ------------------------------------------------------------------------------------

ADD = say("courses.after.add", "Say what you took from it")
WRITE = say("courses.worked.write", "Write a line about it")
CHANGE = say("courses.worked.change", "Change the line")
TOO_LONG = say("courses.worked.wrong", "Please write a few words, at most 300 characters.")
KEPT: Mapping[Sight, Phrase] = {
    "me": say("courses.after.kept.me", "Kept, and only you can read it."),
    "partner": say("courses.after.kept.partner", "Kept. Your partner can read it, too."),
    "cohort": say("courses.after.kept.cohort", "Kept. Everyone in the cohort can read it."),
}
HIDDEN = say(
    "courses.after.hidden", "Kept. It was hidden by a moderator, so nobody else can read it."
)
BACK = say("courses.after.back.done", "Taken back. Nobody can read it any more.")
NOTHING = say("courses.after.nothing", "There is nothing of yours to take back.")
NOTED = say("courses.worked.noted", "Noted. Thank you.")
NOT_DONE = say("courses.worked.not-done", "You haven’t finished that course, so I don’t ask yet.")
ANSWER_FIRST = say("courses.worked.first", "First say whether it worked, please.")


# --- examples -------------------------------------------------------------------------------------

_AT = datetime(2027, 3, 2, 9, tzinfo=UTC)
_TITLE = "Feedback that lands"
_ONE = Reflection(
    id="sample/ada",
    send="sample",
    cohort="sample",
    person="ada",
    text="I talk about what I saw before I say what I make of it.",
    sight="cohort",
    shown="yes",
    at=_AT,
    rank="1",
)
_SAID = Worked(id="sample/ada", send="sample", person="ada", answer="a_bit", at=_AT)
_WROTE = Worked(
    id="sample/ada", send="sample", person="ada", answer="yes", text="Cem thanked me.", at=_AT
)
_QUESTION = "Which sentence could you say this week?"

EXAMPLES: Mapping[str, Post | Form] = {
    "courses.after.form": reflect_form({"send": "sample"}, _QUESTION, ("me", "partner", "cohort")),
    "courses.after.form.again": reflect_form(
        {"send": "sample", "there": "yes"}, _QUESTION, ("me", "cohort"), (_ONE.text, "me"), WRONG
    ),
    "courses.after.below": below(_ONE, "Ada Example"),
    "courses.after.partner": to_partner(_ONE, "Ada Example", _TITLE),
    "courses.after.together": together(
        "sample", _TITLE, "course-said/sample", 4, ((_ONE, "Ada Example"),)
    ),
    "courses.after.asking": asking("sample", _TITLE, "course-worked/sample"),
    "courses.after.result": result(_SAID, _TITLE, "course-worked/sample"),
    "courses.after.result.line": result(_WROTE, _TITLE, "course-worked/sample"),
    "courses.after.line": line_form({"send": "sample", "line": "yes"}),
}
