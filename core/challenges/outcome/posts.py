"""Choosing what to try, and saying two weeks later whether it worked."""

from collections.abc import Mapping

from core.challenges.model import OUTCOMES, STEP, Challenge
from core.challenges.posts import (
    LINE,
    SAMPLE_IDEA,
    Told,
    aim,
    clipped,
    idea_quotes,
    problem,
    sample,
)
from core.challenges.posts import OUTCOMES as WORDS
from core.challenges.wall.posts import Seen, outcome
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
    verbatim,
)

LABEL = 60


def choose_form(
    challenge: Challenge, ideas: Told, values: Mapping[str, str], wrong: str = ""
) -> Form:
    """Which idea helps most, and what its reader does next."""
    problems = {
        "step": say("challenges.problem.step", "A sentence, at most 200 characters."),
        "best": say("challenges.problem.best", "That idea is not there any more. Choose another."),
    }
    options = tuple(Option(idea.id, _label(idea.text or idea.works, name)) for idea, name in ideas)
    known = values.get("best", "") in {option.value for option in options}
    best = ChoiceField(
        name="best",
        label=say("challenges.form.best", "Which idea helps most?"),
        options=(*options, Option("none", say("challenges.form.own", "Something else"))),
        value=values["best"] if known else "none",
    )
    return Form(
        title=say("challenges.choose", "Choose what I try"),
        action="challenges.choose",
        args=aim(challenge),
        intro=say("challenges.choose.intro", "In two weeks I ask whether it worked."),
        fields=(
            best,
            TextField(
                name="step",
                label=say("challenges.form.step", "What will you do next?"),
                hint=say("challenges.form.step.hint", "Like: a photo of the board, from Monday."),
                limit=STEP,
                value=values.get("step", ""),
            ),
        ),
        submit=say("challenges.choose.submit", "That’s it"),
        errors={wrong: problems[wrong]} if wrong else {},
    )


def _label(text: str, name: str) -> Phrase:
    return verbatim(clipped(f"{name}: {text}" if name else text, LABEL).replace("\n", " "))


# --- did it work? -------------------------------------------------------------------------------


def asking(seen: Seen, slot: str) -> Post:
    """Did it work? Once, and once more for who has not tried yet."""
    one = seen.challenge
    return Post(
        slot=slot,
        summary=say("challenges.worked.summary", "A question about what you tried"),
        purpose=say("challenges.worked.purpose", "A no helps the next person as much as a yes."),
        blocks=(
            Heading(say("challenges.worked.title", "Did it work?")),
            Quote(clipped(one.situation, LINE), say("challenges.worked.you", "what you asked")),
            *_tried(seen),
            Text(say("challenges.worked.where", "Your answer goes under the thread.")),
            Buttons(_answers(one)),
        ),
    )


def _tried(seen: Seen) -> tuple[Block, ...]:
    one = seen.challenge
    step = Text(say("challenges.step", "Next step: {step}", step=one.step)) if one.step else None
    quotes = idea_quotes(*seen.best, LINE) if seen.best else ()
    return (*quotes, *((step,) if step else ()))


def _answers(one: Challenge) -> tuple[Button, ...]:
    args = aim(one)
    told = tuple(
        Press(WORDS[how], "challenges.worked", {**args, "how": how})
        for how in OUTCOMES
        if how != one.outcome
    )
    if one.outcome:
        line = say("challenges.worked.line", "Add a line")
        return (OpenForm(line, "challenges.lesson", args, "primary"), *told)
    yet = say("challenges.outcome.yet", "Haven’t tried yet")
    return (*told, Press(yet, "challenges.worked", {**args, "how": "yet"}))


def answered(seen: Seen, slot: str) -> Post:
    """What its owner has said, and the way to add to it."""
    one = seen.challenge
    return Post(
        slot=slot,
        summary=say("challenges.worked.summary", "A question about what you tried"),
        purpose=say("challenges.worked.purpose", "A no helps the next person as much as a yes."),
        blocks=(
            Quote(clipped(one.situation, LINE), say("challenges.worked.you", "what you asked")),
            *outcome(one),
            Buttons(_answers(one)),
        ),
    )


def lesson_form(challenge: Challenge, text: str = "", *, wrong: bool = False) -> Form:
    """What came of it, in a sentence."""
    problem = say("challenges.problem.step", "A sentence, at most 200 characters.")
    return Form(
        title=say("challenges.lesson.title", "What came of it?"),
        action="challenges.lesson",
        args=aim(challenge),
        intro=say("challenges.lesson.intro", "It stands under the thread, for whoever comes next."),
        fields=(
            TextField(
                name="lesson",
                label=say("challenges.lesson.text", "What would you tell the next person?"),
                lines=True,
                limit=STEP,
                value=text,
            ),
        ),
        submit=say("challenges.lesson.submit", "Add it"),
        errors={"lesson": problem} if wrong else {},
    )


def result(seen: Seen, slot: str) -> Post:
    """Under the thread: whether it worked."""
    one = seen.challenge
    return Post(
        slot=slot,
        summary=say("challenges.result.summary", "How a challenge turned out"),
        purpose=say("challenges.result.purpose", "So that the next one need not ask again."),
        blocks=(*problem(one, seen.asker, LINE)[:1], *_tried(seen), *outcome(one)),
    )


CHOSEN = say("challenges.chosen.done", "Good luck. In two weeks I ask whether it worked.")
NOT_CHOSEN = say("challenges.not-chosen", "Nothing has been chosen yet.")
TOLD = say("challenges.told", "Thank you. It stands under the thread.")
YET = say("challenges.yet", "No hurry. I’ll ask once more in two weeks.")
YET_AGAIN = say("challenges.yet.again", "That’s fine. I won’t ask again; tell me any time.")
CLOSED = say("challenges.closed.done", "Closed. What people wrote stays to be read.")
SETTLED = say("challenges.settled", "This one is settled already.")

_TRYING = Seen(
    challenge=sample(state="trying", best="sample-i", step="From Monday on."),
    best=(SAMPLE_IDEA, "Cem Sample"),
    ideas=4,
)
_TOLD = Seen(
    challenge=sample(state="told", outcome="not", lesson="Nobody looked at it."),
    best=(SAMPLE_IDEA, "Cem Sample"),
)

EXAMPLES: dict[str, Post | Form] = {
    "challenges.choose": choose_form(sample(), ((SAMPLE_IDEA, "Cem Sample"),), {}),
    "challenges.worked": asking(_TRYING, "worked/sample-c/1"),
    "challenges.worked.told": answered(_TOLD, "worked/sample-c/1"),
    "challenges.lesson": lesson_form(sample(), wrong=True),
    "challenges.result": result(_TOLD, "result/sample-c/1"),
}
