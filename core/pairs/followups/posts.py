"""What is asked some days after: what is left of it, and whether it is used."""

from collections.abc import Mapping

from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE, SAMPLED
from core.message import (
    Block,
    Buttons,
    Form,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    TextField,
    say,
    verbatim,
)
from core.pairs.commitments.model import Commitment
from core.pairs.commitments.posts import SAMPLE_ONE, words
from core.pairs.followups.model import RECALL, TEXT, LookBack, Use

SAID: Mapping[Use, Phrase] = {
    "yes": say("followups.yes", "I use it"),
    "a_bit": say("followups.a-bit", "A bit"),
    "not_yet": say("followups.not-yet", "Not yet"),
}
WRITE = say("followups.write", "Write it")
STOP = say("followups.stop", "Stop asking")


def asking(
    cohort: Cohort, slot: str, about: Phrase | None, day: int, one: Commitment | None
) -> Post:
    """What a day asks, to one person."""
    topic = about or verbatim(cohort.name)
    return recall(topic, _args(slot), slot) if day <= RECALL else use(topic, slot, day, one)


def _args(slot: str) -> Mapping[str, str]:
    _, cohort, step, day = slot.split("/")
    return {"cohort": cohort, "step": step, "day": day}


def recall(topic: Phrase, args: Mapping[str, str], slot: str) -> Post:
    """An open question: to say it from memory is what makes it stay."""
    return Post(
        slot=slot,
        summary=say("followups.recall.summary", "One question, from memory"),
        purpose=say("followups.recall.purpose", "What you recall once stays longer."),
        blocks=(
            Heading(say("followups.recall.title", "Without looking it up")),
            Text(
                say(
                    "followups.recall.text",
                    "What is the one thing that you remember from {topic}? A few words do. Only "
                    "you see them.",
                    topic=topic,
                )
            ),
            Buttons(
                (
                    OpenForm(
                        say("followups.write", "Write it"), "followups.recall", args, "primary"
                    ),
                    Press(STOP, "followups.stop", args),
                )
            ),
        ),
    )


def use(topic: Phrase, slot: str, day: int, one: Commitment | None) -> Post:
    """Whether it has arrived at work, and what was promised."""
    promise: tuple[Block, ...] = ()
    if one is not None:
        told = say("followups.promised", "You had promised: {promise}", promise=words(one))
        promise = (Text(told, subtle=True),)
    return Post(
        slot=slot,
        summary=say("followups.summary", "Do you use it at work?"),
        purpose=say("followups.purpose", "A look back, so that it does not just fade."),
        blocks=(
            Heading(say("followups.title", "Do you use it at work?")),
            Text(
                say(
                    "followups.text",
                    "{n} days ago: {topic}. Every answer is useful. Only numbers are told, from "
                    "five people on.",
                    n=day,
                    topic=topic,
                )
            ),
            *promise,
            Buttons(
                (
                    Press(SAID["yes"], "followups.answer", _said(slot, "yes"), "primary"),
                    Press(SAID["not_yet"], "followups.answer", _said(slot, "not_yet")),
                    Press(STOP, "followups.stop", _args(slot)),
                    Press(SAID["a_bit"], "followups.answer", _said(slot, "a_bit")),
                )
            ),
        ),
    )


def _said(slot: str, use: Use) -> Mapping[str, str]:
    return {**_args(slot), "use": use}


def result(found: LookBack) -> Post:
    """In the place of the question: what was said."""
    args = {"cohort": found.cohort, "step": found.step, "day": str(found.day)}
    said: tuple[Block, ...] = (Quote(found.text, say("followups.you", "you")),)
    change = OpenForm(say("followups.change", "Change it"), "followups.recall", args)
    return Post(
        summary=say("followups.result.summary", "What you said"),
        purpose=say("followups.result.purpose", "You answered."),
        blocks=(
            *(said if found.text else (Text(_answered(found.use)),)),
            *((Buttons((change,)),) if found.text else ()),
        ),
    )


def _answered(use: Use) -> Phrase:
    return say("followups.said", "You said: {said}.", said=SAID[use])


def stopped() -> Post:
    """In the place of the question, to who would rather not."""
    return Post(
        summary=say("followups.stopped.summary", "No more looking back"),
        purpose=say("followups.result.purpose", "You answered."),
        blocks=(Text(STOPPED),),
    )


def recall_form(args: Mapping[str, str], typed: str, *, wrong: bool = False) -> Form:
    """Where it is written down."""
    problem = say("followups.problem", "Please write a few words, at most 600 characters.")
    return Form(
        title=say("followups.form.title", "From memory"),
        action="followups.recall",
        args=args,
        fields=(
            TextField(
                name="text",
                label=say("followups.form.text", "What do you remember? Only you see it."),
                lines=True,
                limit=TEXT,
                value=typed,
            ),
        ),
        submit=say("followups.form.submit", "Keep it"),
        errors={"text": problem} if wrong else {},
    )


STOPPED = say("followups.stopped", "I won’t ask you to look back on this any more.")
NOTED = say("followups.noted", "Noted. Thank you.")
KEPT = say("followups.kept", "Kept, and only you can see it.")
GONE = say("followups.gone", "I can’t find that question any more.")
OFF = say("followups.off", "This cohort does not take place, so nothing has changed.")
JOIN_FIRST = say("followups.join-first", "That is for people who joined.")

_ARGS = {"cohort": "sample", "step": "end", "day": "2"}
_SAID = LookBack(
    id="sample/end/7/ada",
    cohort="sample",
    person="ada",
    step="end",
    day=7,
    use="a_bit",
    at=SAMPLED,
)
_KEPT = LookBack(
    id="sample/end/2/ada",
    cohort="sample",
    person="ada",
    step="end",
    day=2,
    text="Say what happened before saying what I think of it.",
    at=SAMPLED,
)
_TOPIC = verbatim("Feedback that lands")

EXAMPLES: dict[str, Post | Form] = {
    "followups.recall": asking(SAMPLE, "followup/sample/end/2", _TOPIC, 2, None),
    "followups.use": asking(SAMPLE, "followup/sample/end/21", _TOPIC, 21, SAMPLE_ONE),
    "followups.result": result(_SAID),
    "followups.result.recall": result(_KEPT),
    "followups.stopped": stopped(),
    "followups.form": recall_form(_ARGS, ""),
}
