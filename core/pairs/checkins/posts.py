"""How did it go? The question, the one reminder, what was said, and what the two of you want."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.words import SAMPLED
from core.message import (
    Block,
    Button,
    Buttons,
    ChoiceField,
    Form,
    Heading,
    OpenForm,
    Option,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    TextField,
    say,
)
from core.pairs.checkins.model import LINE, OPEN_FOR, SAID, CheckIn
from core.pairs.commitments.model import Commitment, Said
from core.pairs.commitments.posts import (
    SAMPLE_ONE,
    args_of,
    change_button,
    make_button,
    names,
    words,
)

STILL = 3
HOURS = (8, 10, 12, 14, 16, 18)
DAYS = tuple(str(n) for n in range(7))
TIMES = tuple(map(str, HOURS))

ANSWERS: Mapping[Said, Phrase] = {
    "kept": say("checkins.kept", "Kept"),
    "partly": say("checkins.partly", "Partly"),
    "not_yet": say("checkins.not-yet", "Not yet"),
    "useless": say("checkins.useless", "No longer useful"),
}
WEEKDAYS = (
    say("checkins.monday", "Monday"),
    say("checkins.tuesday", "Tuesday"),
    say("checkins.wednesday", "Wednesday"),
    say("checkins.thursday", "Thursday"),
    say("checkins.friday", "Friday"),
    say("checkins.saturday", "Saturday"),
    say("checkins.sunday", "Sunday"),
)


class Asked(Struct, frozen=True, kw_only=True):
    """A check-in as its owner reads it; `readers` are the names of who will see the answer."""

    one: Commitment
    n: int
    final: bool = False
    readers: tuple[str, ...] = ()


# --- asking -------------------------------------------------------------------------------------


def question(asked: Asked, slot: str) -> Post:
    """Once a week, in the person’s own words."""
    return Post(
        slot=slot,
        summary=say("checkins.summary", "How did it go this week?"),
        purpose=PURPOSE,
        blocks=(
            Heading(_title(asked)),
            Text(
                say(
                    "checkins.text",
                    "You wrote: “{promise}” Every answer is useful. {seen}",
                    promise=words(asked.one),
                    seen=_seen(asked.readers),
                )
            ),
            Buttons(tuple(_press(asked, said) for said in SAID)),
        ),
    )


def _title(asked: Asked) -> Phrase:
    if asked.final:
        return say("checkins.title.final", "Its day has come: how did it go?")
    if asked.n == STILL:
        return say("checkins.title.still", "How did it go, and is it still useful?")
    return say("checkins.title", "How did it go?")


def _seen(readers: Sequence[str]) -> Phrase:
    if not readers:
        return say("checkins.seen.me", "Only you see it.")
    return say("checkins.seen", "{names} will see it.", names=names(readers))


def _press(asked: Asked, said: Said) -> Press:
    args = {**args_of(asked.one), "n": str(asked.n), "answer": said}
    return Press(ANSWERS[said], "checkins.answer", args, "primary" if said == "kept" else "plain")


def reminder(asked: Asked, slot: str) -> Post:
    """A day later, once."""
    args = args_of(asked.one)
    return Post(
        slot=slot,
        summary=say("checkins.last.summary", "If you’d still like to say how it went"),
        purpose=PURPOSE,
        blocks=(
            Heading(say("checkins.last.title", "No answer yet, and that’s fine")),
            Text(_once(asked)),
            Buttons(
                (
                    *(_press(asked, said) for said in SAID[:3]),
                    OpenForm(say("checkins.another-day", "Another day"), "checkins.day", args),
                    Press(say("checkins.pause", "Pause"), "people.pause"),
                    Press(STOP, "checkins.stop", args),
                )
            ),
        ),
    )


def _once(asked: Asked) -> Phrase:
    if not asked.readers:
        return say(
            "checkins.last.me",
            "Weeks get full. You wrote: “{promise}” How did it go? This is the only reminder.",
            promise=words(asked.one),
        )
    return say(
        "checkins.last.text",
        "Weeks get full. You wrote: “{promise}” If you’d still like to tell {names} how it went, "
        "here it is. This is the only reminder.",
        promise=words(asked.one),
        names=names(asked.readers),
    )


# --- answered -----------------------------------------------------------------------------------


def result(one: Commitment, found: CheckIn, readers: Sequence[str], *, over: bool = False) -> Post:
    """In the place of the question: what was said."""
    line: tuple[Block, ...] = (Quote(found.line, YOU),) if found.line else ()
    moves = (*(() if over else (_more(one, found),)), *_next(one, found))
    return Post(
        summary=say("checkins.result.summary", "What you said"),
        purpose=say("checkins.result.purpose", "You answered."),
        blocks=(
            Text(words(one), subtle=True),
            Text(_said(one, found, readers)),
            *line,
            *((Buttons(moves),) if moves else ()),
        ),
    )


def _said(one: Commitment, found: CheckIn, readers: Sequence[str]) -> Phrase:
    said: Phrase = ANSWERS[found.answer]
    if one.ended == found.n:
        return say("checkins.said.closed", "You said: {said}. It is closed now.", said=said)
    if readers:
        return say(
            "checkins.said.told",
            "You said: {said}. {names} can see it.",
            said=said,
            names=names(readers),
        )
    return say("checkins.said", "You said: {said}.", said=said)


def _more(one: Commitment, found: CheckIn) -> OpenForm:
    args = {**args_of(one), "n": str(found.n)}
    return OpenForm(say("checkins.more", "Add a line"), "checkins.line", args)


def _next(one: Commitment, found: CheckIn) -> tuple[Button, ...]:
    if one.state == "closed":
        return (make_button({"cohort": one.cohort}),)
    if found.answer == "kept":
        return ()
    return (change_button(one),)


def line_form(one: Commitment, found: CheckIn, *, wrong: bool = False, typed: str = "") -> Form:
    """A line to go with the answer, or another answer."""
    problem = say("checkins.problem.line", "That is long: at most 300 characters.")
    return Form(
        title=say("checkins.form.title", "How did it go?"),
        action="checkins.line",
        args={**args_of(one), "n": str(found.n)},
        intro=words(one),
        fields=(
            ChoiceField(
                name="answer",
                label=say("checkins.form.answer", "In a word"),
                options=tuple(Option(said, ANSWERS[said]) for said in SAID),
                value=found.answer,
            ),
            TextField(
                name="line",
                label=LINES[found.answer],
                required=False,
                lines=True,
                limit=LINE,
                value=typed or found.line,
            ),
        ),
        submit=say("checkins.form.submit", "Say it"),
        errors={"line": problem} if wrong else {},
    )


LINES: Mapping[Said, Phrase] = {
    "": say("checkins.line", "And a line, if you like"),
    "kept": say("checkins.line.kept", "What helped?"),
    "partly": say("checkins.line.partly", "What went well, and what got in the way?"),
    "not_yet": say("checkins.line.not-yet", "What got in the way?"),
    "useless": say("checkins.line.useless", "What would be more useful?"),
}


# --- when it has gone quiet -----------------------------------------------------------------------


def quiet(one: Commitment, slot: str, pair: str = "") -> Post:
    """To who promised it, after two check-ins in a row without an answer."""
    args = args_of(one)
    change: tuple[Button, ...] = ()
    if pair:
        change = (partner_button(one, pair),)
    return Post(
        slot=slot,
        summary=say("checkins.quiet.summary", "What would help with your promise?"),
        purpose=say("checkins.quiet.purpose", "Two check-ins went by, so I have stopped asking."),
        blocks=(
            Heading(say("checkins.quiet.title", "What would help?")),
            Text(
                say(
                    "checkins.quiet.text",
                    "You wrote: “{promise}” Two check-ins had no answer, and that’s fine. I only "
                    "ask again if you say so.",
                    promise=words(one),
                )
            ),
            Buttons(
                (
                    Press(GO_ON, "checkins.go_on", args, "primary"),
                    change_button(one),
                    *change,
                    Press(STOP, "checkins.stop", args),
                )
            ),
        ),
    )


def partner_button(one: Commitment, pair: str) -> Press:
    """Parts the pair, without saying who wished it."""
    label = say("checkins.change-partner", "Change partner")
    return Press(label, "pairs.no_match", {"cohort": one.cohort, "pair": pair})


def day_form(one: Commitment, *, wrong: bool = False) -> Form:
    """On which day, at what time."""
    return Form(
        title=say("checkins.day.title", "Ask me another day"),
        action="checkins.day",
        args=args_of(one),
        intro=say("checkins.day.intro", "From the next time on, where you are."),
        fields=(
            ChoiceField(
                name="weekday",
                label=say("checkins.day.weekday", "Which day suits you?"),
                options=tuple(Option(str(n), day) for n, day in enumerate(WEEKDAYS)),
                value=str(one.weekday),
            ),
            ChoiceField(
                name="hour",
                label=say("checkins.day.hour", "At what time?"),
                options=tuple(
                    Option(str(h), say("checkins.day.at", "{hour}:00", hour=h)) for h in HOURS
                ),
                value=str(one.hour),
            ),
        ),
        submit=say("checkins.day.submit", "Ask me then"),
        errors={"weekday": UNOFFERED} if wrong else {},
    )


# --- for all ------------------------------------------------------------------------------------


def kept_line(n: int, slot: str) -> Post:
    """Once a week in the space; never of fewer than five people."""
    return Post(
        slot=slot,
        summary=say("checkins.week.summary", "This week’s promises"),
        purpose=say("checkins.week.purpose", "So that you all see what comes of it."),
        blocks=(Text(say("checkins.week", "This week {n} promises were kept.", n=n)),)
        if n > 1
        else (Text(say("checkins.week.one", "This week one promise was kept.")),),
    )


# --- sentences ----------------------------------------------------------------------------------

PURPOSE = say("checkins.purpose", "Because you promised it to yourself.")
YOU = say("checkins.you", "you")
STOP = say("checkins.stop", "Stop asking")
GO_ON = say("checkins.go-on", "Go on")
NOTED = say("checkins.noted", "Noted. Thank you.")
AGAIN = say("checkins.again", "That is what I have already.")
TOO_LATE = say(
    "checkins.too-late", "This check-in has closed after a week. You can say how it goes any time."
)
GONE = say("checkins.gone", "I can’t find that check-in any more.")
UNCLEAR = say("checkins.unclear", "I don’t know that answer. Please press one of the buttons.")
STOPPED = say("checkins.stopped", "I won’t ask about this one any more. It stays yours.")
WENT_ON = say("checkins.went-on", "Good. I’ll ask again next time.")
ALL_DONE = say("checkins.all-done", "Its day is too near to ask again. Tell me any time.")
UNOFFERED = say("checkins.day.unoffered", "Please choose a day and a time from these.")
DAY_SET = say("checkins.day-set", "I’ll ask you then.")

SAMPLE_CHECKIN = CheckIn(
    id="sample-promise/1",
    commitment="sample-promise",
    cohort="sample",
    person="ada",
    n=1,
    at=SAMPLED,
    closes=SAMPLED + OPEN_FOR,
    answer="partly",
    line="Two of three shifts. The third ended in a fire drill.",
)
_ASKED = Asked(one=SAMPLE_ONE, n=1, readers=("Bo Sample",))
_ALONE = Asked(one=SAMPLE_ONE, n=3)
_FINAL = Asked(one=SAMPLE_ONE, n=4, final=True)
_SLOT = "checkin/sample-promise/1"

EXAMPLES: dict[str, Post | Form] = {
    "checkins.question": question(_ASKED, _SLOT),
    "checkins.question.alone": question(_ALONE, _SLOT),
    "checkins.question.final": question(_FINAL, _SLOT),
    "checkins.reminder": reminder(_ASKED, "checkin-last/sample-promise/1"),
    "checkins.reminder.alone": reminder(_ALONE, "checkin-last/sample-promise/1"),
    "checkins.result": result(SAMPLE_ONE, SAMPLE_CHECKIN, ("Bo Sample",)),
    "checkins.result.closed": result(
        replace(SAMPLE_ONE, state="closed", outcome="kept", ended=1),
        replace(SAMPLE_CHECKIN, answer="kept", line=""),
        (),
    ),
    "checkins.form": line_form(SAMPLE_ONE, SAMPLE_CHECKIN),
    "checkins.quiet": quiet(SAMPLE_ONE, "checkin-quiet/sample-promise/2", "sample-pair"),
    "checkins.day": day_form(SAMPLE_ONE),
    "checkins.week": kept_line(14, "kept-week/sample/2027-03-05"),
}
