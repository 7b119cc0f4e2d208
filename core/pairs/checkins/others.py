"""What a partner reads and says: how it went, a high five, a question and its answer."""

from core.cohorts.words import SAMPLED, called
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
)
from core.pairs.checkins.model import LINE, CheckIn, Cheer
from core.pairs.checkins.posts import ANSWERS, GO_ON, SAMPLE_CHECKIN, STOP, partner_button
from core.pairs.commitments.model import Commitment
from core.pairs.commitments.posts import SAMPLE_ONE, args_of, change_button, words
from core.pairs.commitments.shared import ask_button

FIVE = say("commitments.five", "High five")
PURPOSE = say("commitments.partner.purpose", "Because you are partners.")
LONG = say("checkins.problem.question", "Please write something, at most 300 characters.")


def said(one: Commitment, found: CheckIn, name: str, slot: str) -> Post:
    """How it went, to a partner, with the ways to answer."""
    args = {**args_of(one), "n": str(found.n)}
    reads = found.line and not found.hidden
    line: tuple[Block, ...] = (Quote(found.line, _by(name)),) if reads else ()
    return Post(
        slot=slot,
        summary=say("checkins.told.summary", "How it went for your partner"),
        purpose=PURPOSE,
        blocks=(
            Heading(
                say(
                    "checkins.told",
                    "{name} says: {said}",
                    name=called(name),
                    said=ANSWERS[found.answer],
                )
            ),
            Text(words(one)),
            *line,
            Buttons((Press(FIVE, "checkins.five", args, "primary"), ask_button(args))),
        ),
    )


def _by(name: str) -> Phrase:
    return say("checkins.by", "{name}", name=called(name))


def asked(one: Commitment, cheer: Cheer, name: str, slot: str) -> Post:
    """To who promised it: a partner’s question."""
    args = {**args_of(one), "n": str(cheer.n), "from": cheer.person}
    label = say("checkins.reply", "Answer")
    return Post(
        slot=slot,
        summary=say("checkins.question.summary", "A question from your partner"),
        purpose=PURPOSE,
        blocks=(
            Heading(say("checkins.asks", "{name} asks", name=called(name))),
            Text(words(one), subtle=True),
            Quote(cheer.question, _by(name)),
            Buttons((OpenForm(label, "checkins.reply", args, "primary"),)),
        ),
    )


def cheered(one: Commitment, cheer: Cheer, name: str, slot: str) -> Post:
    """To who promised it: a high five, or the wish to go on."""
    five = say("checkins.cheer.five", "{name} gives you a high five", name=called(name))
    onwards = say("checkins.cheer.onwards", "{name} would like to go on", name=called(name))
    moves = (
        Press(GO_ON, "checkins.go_on", args_of(one), "primary"),
        change_button(one),
        Press(STOP, "checkins.stop", args_of(one)),
    )
    return Post(
        slot=slot,
        summary=say("checkins.cheer.summary", "Something from your partner"),
        purpose=PURPOSE,
        blocks=(
            Heading(onwards if cheer.onwards else five),
            Text(words(one), subtle=True),
            *((Buttons(moves),) if cheer.onwards else ()),
        ),
    )


def replied(one: Commitment, cheer: Cheer, name: str, slot: str) -> Post:
    """The answer, to the partner who asked."""
    return Post(
        slot=slot,
        summary=say("checkins.replied.summary", "An answer from your partner"),
        purpose=say("checkins.replied.purpose", "You asked a question."),
        blocks=(
            Heading(say("checkins.replied", "{name} answers", name=called(name))),
            Text(words(one), subtle=True),
            Quote(cheer.question, say("checkins.you", "you")),
            Quote(cheer.answer, _by(name)),
        ),
    )


def quiet_partner(one: Commitment, name: str, slot: str, pair: str) -> Post:
    """To a partner, after two check-ins in a row without an answer."""
    args = {**args_of(one), "n": str(one.asked)}
    return Post(
        slot=slot,
        summary=say("checkins.quiet.partner.summary", "What would help the two of you?"),
        purpose=PURPOSE,
        blocks=(
            Heading(say("checkins.quiet.partner.title", "What would help the two of you?")),
            Text(
                say(
                    "checkins.quiet.partner.text",
                    "Two check-ins with {name} went by without an answer. Weeks get full, and "
                    "that’s fine. I’ve asked {name} the same.",
                    name=called(name),
                )
            ),
            Buttons(
                (
                    Press(GO_ON, "checkins.onwards", args, "primary"),
                    OpenForm(say("checkins.write", "Write a line"), "checkins.question", args),
                    partner_button(one, pair),
                )
            ),
        ),
    )


def question_form(one: Commitment, n: int, typed: str = "", *, wrong: bool = False) -> Form:
    """A partner’s question."""
    return Form(
        title=say("checkins.question.title", "A question for your partner"),
        action="checkins.question",
        args={**args_of(one), "n": str(n)},
        intro=words(one),
        fields=(
            TextField(
                name="text",
                label=say("checkins.question.label", "What would you like to know, or say?"),
                hint=say("checkins.question.hint", "What would make it easier next week?"),
                lines=True,
                limit=LINE,
                value=typed,
            ),
        ),
        submit=say("checkins.question.submit", "Send it"),
        errors={"text": LONG} if wrong else {},
    )


def reply_form(one: Commitment, cheer: Cheer, typed: str = "", *, wrong: bool = False) -> Form:
    """The answer to it."""
    return Form(
        title=say("checkins.reply.title", "Your answer"),
        action="checkins.reply",
        args={**args_of(one), "n": str(cheer.n), "from": cheer.person},
        intro=say("checkins.reply.intro", "“{question}”", question=cheer.question),
        fields=(
            TextField(
                name="text",
                label=say("checkins.reply.label", "Only your partner reads it"),
                lines=True,
                limit=LINE,
                value=typed or cheer.answer,
            ),
        ),
        submit=say("checkins.question.submit", "Send it"),
        errors={"text": LONG} if wrong else {},
    )


NOT_FOR_YOU = say("checkins.not-for-you", "This is between partners, and you are not one of them.")
OWN = say("checkins.own", "This is your own promise.")
FIVED = say("checkins.fived", "Passed on.")
FIVED_ALREADY = say("checkins.fived.already", "You have given this one a high five already.")
ASKED = say("checkins.asked", "Your question is on its way.")
REPLIED = say("checkins.replied.done", "Your answer is on its way.")
ONWARDS = say("checkins.onwards", "I’ve told your partner that you’d like to go on.")
READS_NO_MORE = say(
    "checkins.reads-no-more",
    "Whoever asked can no longer read this promise, so I have sent nothing.",
)
NO_QUESTION = say("checkins.no-question", "That question is no longer here.")

_CHEER = Cheer(
    id="sample-promise/1/bo",
    commitment="sample-promise",
    cohort="sample",
    n=1,
    person="bo",
    owner="ada",
    five=True,
    at=SAMPLED,
)
_QUESTION = Cheer(
    id="sample-promise/1/bo",
    commitment="sample-promise",
    cohort="sample",
    n=1,
    person="bo",
    owner="ada",
    question="What would make the third shift easier?",
    answer="Ten minutes before the bell.",
    at=SAMPLED,
)
_ONWARDS = Cheer(
    id="sample-promise/2/bo",
    commitment="sample-promise",
    cohort="sample",
    n=2,
    person="bo",
    owner="ada",
    onwards=True,
    at=SAMPLED,
)

EXAMPLES: dict[str, Post | Form] = {
    "checkins.told": said(
        SAMPLE_ONE, SAMPLE_CHECKIN, "Ada Example", "checkin-told/sample-promise/1"
    ),
    "checkins.cheer": cheered(SAMPLE_ONE, _CHEER, "Bo Sample", "cheer/sample-promise/1/bo"),
    "checkins.asks": asked(SAMPLE_ONE, _QUESTION, "Bo Sample", "cheer-ask/sample-promise/1/bo"),
    "checkins.cheer.onwards": cheered(
        SAMPLE_ONE, _ONWARDS, "Bo Sample", "cheer/sample-promise/2/bo"
    ),
    "checkins.replied": replied(
        SAMPLE_ONE, _QUESTION, "Ada Example", "cheer-back/sample-promise/1/bo"
    ),
    "checkins.quiet.partner": quiet_partner(
        SAMPLE_ONE, "Ada Example", "checkin-quiet/sample-promise/2", "sample-pair"
    ),
    "checkins.question.form": question_form(SAMPLE_ONE, 1),
    "checkins.reply.form": reply_form(SAMPLE_ONE, _QUESTION),
}
