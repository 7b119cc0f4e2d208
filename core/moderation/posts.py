"""What is said about something that was flagged: to who flagged it, who decides, who wrote it."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from core.cohorts.model import Cohort, subject
from core.cohorts.words import ASKED, SAMPLE, SAMPLED, at, called, name_of
from core.engine.ports import Moment, Viewer
from core.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    ChoiceField,
    Field,
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
    verbatim,
)
from core.moderation.model import CHAT, WORDS, Case, Flag, Said, State

CLIP = 60
SHOWN = 10
NAMELESS = say("challenges.nameless", "somebody in this cohort")

# --- flagging -----------------------------------------------------------------------------------


def flag_button(cohort: Cohort, what: str = "") -> OpenForm:
    """The button that every list of what people wrote can carry."""
    args = {"cohort": cohort.id} | ({"what": what} if what else {})
    return OpenForm(say("moderation.flag", "Something is not right"), "moderation.flag", args)


def flag_form(
    cohort: Cohort,
    promises: Sequence[str],
    told: Sequence[tuple[str, Said, str]] = (),
    *,
    case: str = "",
    chosen: str = "",
) -> Form:
    """What it is about, which promise it breaks, and what else there is to say."""
    args = {"cohort": cohort.id} | ({"case": case} if case else {})
    return Form(
        title=say("moderation.flag.title", "Tell the moderator"),
        intro=say(
            "moderation.flag.intro",
            "The moderator looks at it. Nobody else learns that it was you, and you hear what "
            "came of it.",
        ),
        action="moderation.flag",
        args=args,
        submit=say("moderation.flag.send", "Send"),
        fields=(
            *(() if case else (_what(told, chosen),)),
            _broken(promises),
            TextField(
                name="words",
                label=say("moderation.flag.words", "In your words"),
                hint=say("moderation.flag.hint", "What happened, and what would help?"),
                required=False,
                lines=True,
                limit=WORDS,
            ),
        ),
    )


def _broken(promises: Sequence[str]) -> Field:
    options = tuple(Option(str(n), verbatim(promise)) for n, promise in enumerate(promises))
    return ChoiceField(
        name="line",
        label=say("moderation.flag.line", "What we promised each other"),
        options=(*options, Option("other", say("moderation.other", "Something else"))),
        value="" if options else "other",
        required=False,
    )


def _what(told: Sequence[tuple[str, Said, str]], chosen: str) -> Field:
    return ChoiceField(
        name="what",
        label=say("moderation.flag.what", "What is it about?"),
        options=tuple(Option(id, _told(what, name)) for id, what, name in told),
        value=chosen,
    )


def _told(what: Said, name: str) -> Phrase:
    who = NAMELESS if what.nameless else called(name)
    clipped = what.text if len(what.text) <= CLIP else f"{what.text[:CLIP]}…"
    return say("moderation.said", "{name}: {text}", name=who, text=clipped)


def unexplained(form: Form) -> Form:
    """The form again, because nobody can act on it without a reason."""
    why = say("moderation.flag.why", "Please choose a promise, or say it in your words.")
    return replace(form, errors={"words": why})


# --- deciding -----------------------------------------------------------------------------------


async def case_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The case, to whoever decides about it."""
    case = await moment.read.get(Case, subject(slot))
    if case is None or case.state == "heard" or viewer.person != case.judge:
        return None
    cohort = await moment.read.get(Cohort, case.cohort)
    if cohort is None:
        return None
    found = (await moment.read.find(Flag, case=case.id)).items
    flags = [flag for flag in found if flag.turn == case.turn][:SHOWN]
    name = await name_of(moment, case.author)
    return replace(case_card(cohort, case, flags, name), slot=slot)


def slot_of(case: Case) -> str:
    """The card of a case: a new one each time that it comes up anew."""
    return f"case/{case.id}/{case.turn}" if case.turn else f"case/{case.id}"


def case_card(cohort: Cohort, case: Case, flags: Sequence[Flag], author: str) -> Post:
    """What was written, why it was flagged, and what can be done."""
    why = tuple(map(verbatim, dict.fromkeys(text for flag in flags for text in _reasons(flag))))
    return Post(
        slot=f"case/{case.id}",
        summary=say("moderation.case.summary", "Somebody asks you to look at something"),
        purpose=say("moderation.case.purpose", "Because you keep this cohort fair."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Quote(case.text, NAMELESS if case.nameless else written_by(author)),
            Text(_flagged(len(flags))),
            *((Bullets(why),) if why else ()),
            *_moves(case),
        ),
    )


def written_by(name: str) -> Phrase:
    """Who wrote it."""
    return say("moderation.by", "{name}", name=called(name))


def _reasons(flag: Flag) -> tuple[str, ...]:
    return tuple(text for text in (flag.line, flag.words) if text)


def _flagged(flags: int) -> Phrase:
    if flags == 1:
        return say("moderation.case.one", "One person flagged it:")
    return say("moderation.case.several", "{n} people flagged it:", n=flags)


def _moves(case: Case) -> tuple[Block, ...]:
    if case.state != "open":
        return (Text(SETTLED[case.state]),)
    args = at(case, cohort=case.cohort)
    chat = (Text(CANNOT, subtle=True),) if case.about == CHAT else ()
    return (
        *chat,
        Buttons(
            (
                Press(say("moderation.keep", "Leave it as it is"), "moderation.keep", args),
                OpenForm(_hide_label(case), "moderation.hide", args, "danger"),
                OpenForm(say("moderation.warn", "Talk to its author"), "moderation.warn", args),
            )
        ),
    )


def _hide_label(case: Case) -> Phrase:
    if case.about == CHAT:
        return say("moderation.remove", "It has to go")
    return say("moderation.hide", "Hide it")


CANNOT = say(
    "moderation.cannot",
    "It stands in the chat itself, where I can’t remove it. Its author can, and whoever owns the "
    "channel or group.",
)
SETTLED: Mapping[State, Phrase] = {
    "kept": say("moderation.settled.kept", "You left it as it is. Who flagged it knows."),
    "hidden": say("moderation.settled.hidden", "You took it away. Both sides know."),
    "warned": say("moderation.settled.warned", "You wrote to its author. Both sides know."),
}


def reason_form(case: Case, state: State, *, missing: bool = False) -> Form:
    """What its author will read."""
    hides = state == "hidden"
    title = (
        say("moderation.hide.title", "Take it away")
        if hides
        else say("moderation.warn.title", "Talk to its author")
    )
    return Form(
        title=title,
        intro=say(
            "moderation.reason.intro",
            "Its author reads this and can ask for a second look. Who flagged it is not named.",
        ),
        action="moderation.hide" if hides else "moderation.warn",
        args=at(case, cohort=case.cohort),
        submit=say("moderation.reason.send", "Send"),
        fields=(
            TextField(
                name="reason",
                label=say("moderation.reason", "Why, in a sentence or two"),
                lines=True,
                limit=WORDS,
            ),
        ),
        errors={"reason": REASON} if missing else {},
    )


REASON = say("moderation.reason.missing", "Its author should read why.")

YOU = say("moderation.you", "You")
MODERATOR = say("moderation.moderator", "The moderator")

# --- telling both sides -------------------------------------------------------------------------


def to_author(cohort: Cohort, case: Case) -> Post:
    """What became of what somebody wrote, why, and what they can do."""
    again = OpenForm(
        say("moderation.appeal", "Ask for a second look"),
        "moderation.appeal",
        {"cohort": cohort.id, "case": case.id},
    )
    return Post(
        summary=say("moderation.author.summary", "About something that you wrote"),
        purpose=say("moderation.author.purpose", "So that you hear it from us, and privately."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(_became(case)),
            Quote(case.text, YOU),
            Quote(case.reason, MODERATOR),
            Buttons((again,)),
        ),
    )


def _became(case: Case) -> Phrase:
    if case.state == "warned":
        return say("moderation.became.warned", "It stays where it is. Please read this about it:")
    if case.about == CHAT:
        return say("moderation.became.remove", "Please take this message away:")
    return say("moderation.became.hidden", "This is no longer shown to others:")


def outcome(cohort: Cohort, case: Case) -> Post:
    """What came of it, to who flagged it."""
    return Post(
        summary=say("moderation.outcome.summary", "About what you flagged"),
        purpose=say("moderation.outcome.purpose", "You asked us to look at something."),
        blocks=(Heading(verbatim(cohort.name)), Text(OUTCOMES[case.state])),
    )


OUTCOMES: Mapping[State, Phrase] = {
    "kept": say(
        "moderation.outcome.kept",
        "The moderator looked at it and left it as it is. Thank you for saying so all the same.",
    ),
    "hidden": say("moderation.outcome.hidden", "The moderator took it away. Thank you."),
    "warned": say(
        "moderation.outcome.warned", "The moderator has talked to its author. Thank you."
    ),
}

# --- looking ------------------------------------------------------------------------------------


def waiting(cohort: Cohort, cases: Sequence[Case]) -> Post:
    """What waits for a decision."""
    shown = cases[: SHOWN // 2]
    quotes: list[Block] = [Quote(case.text, say("moderation.open", "waits")) for case in shown]
    looks: list[Button] = [
        Press(say("moderation.look", "Look at {n}", n=n), "moderation.look", _about(case))
        for n, case in enumerate(shown, 1)
    ]
    none = Text(say("moderation.none", "Nothing waits for you. That is how it should be."))
    return Post(
        summary=say("moderation.waiting.summary", "What was flagged"),
        purpose=ASKED,
        blocks=(
            Heading(verbatim(cohort.name)),
            *([*quotes, Buttons(tuple(looks))] if shown else [none]),
        ),
    )


def _about(case: Case) -> Mapping[str, str]:
    return {"cohort": case.cohort, "case": case.id}


# --- sentences ----------------------------------------------------------------------------------

THANKS = say(
    "moderation.thanks", "Thank you. The moderator looks at it, and you hear what came of it."
)
LOOKED = say(
    "moderation.looked", "Thank you. It was looked at before; your reason is kept with it."
)
ALREADY = say("moderation.already", "You have flagged this already. The moderator knows.")
OWN = say("moderation.own", "You wrote that yourself: you can change it or take it back.")
NOTHING = say("moderation.nothing", "There is nothing here that others wrote.")
GONE = say("moderation.gone", "That is not there any more.")
NOT_YOURS = say("moderation.not-yours", "Only whoever decides about this can do that.")
KEPT = say("moderation.done.kept", "It stays. Who flagged it hears so.")
HIDDEN = say("moderation.done.hidden", "It is hidden. Both sides hear of it.")
WARNED = say("moderation.done.warned", "Its author hears of it.")
REMOVE_IT = say(
    "moderation.done.asked", "Its author is asked. The owner of the channel can remove it, too."
)
CASE = Case(
    id="case",
    version=1,
    cohort="sample",
    about="introduction",
    said="one",
    author="cem",
    text="Anyone who needs three lines for a handover should look for another job.",
    judge="bo",
    second="ada",
    at=SAMPLED,
)
_FLAGS = (
    Flag(id="1", case="case", by="dee", line="We talk about work, not about people.", at=SAMPLED),
    Flag(id="2", case="case", by="eve", words="It hurts those who are new.", at=SAMPLED),
)
JUDGED = replace(CASE, state="hidden", reason="It judges people, which we promised not to do.")
_PROMISES = ("We talk about work, not about people.", "Every question is welcome.")
_SAID = Said(id="one", cohort="sample", author="cem", text=CASE.text, at=SAMPLED)

EXAMPLES: Mapping[str, Post | Form] = {
    "moderation.flag": flag_form(SAMPLE, _PROMISES, [("introductions|one", _SAID, "Cem Sample")]),
    "moderation.flag.again": unexplained(flag_form(SAMPLE, (), case="case")),
    "moderation.case": case_card(SAMPLE, CASE, _FLAGS, "Cem Sample"),
    "moderation.case.chat": case_card(SAMPLE, replace(CASE, about=CHAT), _FLAGS[:1], "Cem Sample"),
    "moderation.case.hidden": case_card(SAMPLE, JUDGED, _FLAGS, "Cem Sample"),
    "moderation.hide": reason_form(CASE, "hidden"),
    "moderation.warn": reason_form(CASE, "warned", missing=True),
    "moderation.author": to_author(SAMPLE, JUDGED),
    "moderation.outcome": outcome(SAMPLE, JUDGED),
    "moderation.waiting": waiting(SAMPLE, (CASE,)),
    "moderation.waiting.none": waiting(SAMPLE, ()),
}
