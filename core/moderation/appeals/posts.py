"""Asking for a second look, and what came of it."""

from collections.abc import Mapping

from msgspec.structs import replace

from core.cohorts.model import Cohort, subject
from core.cohorts.words import SAMPLE, at, name_of
from core.engine.ports import Moment, Viewer
from core.message import (
    Buttons,
    Form,
    Heading,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    TextField,
    say,
    verbatim,
)
from core.moderation.model import WORDS, Case
from core.moderation.posts import JUDGED, MODERATOR, NAMELESS, YOU, written_by


def appeal_form(case: Case, *, missing: bool = False) -> Form:
    """What should be seen differently."""
    return Form(
        title=say("moderation.appeal.title", "A second look"),
        intro=say(
            "moderation.appeal.intro", "Somebody else who runs the cohort decides, and only once."
        ),
        action="moderation.appeal",
        args={"cohort": case.cohort, "case": case.id},
        submit=say("moderation.appeal.send", "Ask"),
        fields=(
            TextField(
                name="plea",
                label=say("moderation.plea", "What should they know?"),
                lines=True,
                limit=WORDS,
            ),
        ),
        errors={"plea": say("moderation.plea.missing", "A sentence is enough.")} if missing else {},
    )


async def appeal_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The appeal, to whoever looks a second time."""
    case = await moment.read.get(Case, subject(slot))
    if case is None or not case.appeal or viewer.person != case.second:
        return None
    cohort = await moment.read.get(Cohort, case.cohort)
    if cohort is None:
        return None
    by = NAMELESS if case.nameless else written_by(await name_of(moment, case.author))
    return replace(appeal_card(cohort, case, by), slot=slot)


def appeal_card(cohort: Cohort, case: Case, by: Phrase) -> Post:
    """What was written, why it was decided so, and what its author says to that."""
    args = at(case, cohort=case.cohort)
    moves = (
        Press(say("moderation.grant", "Take the decision back"), "moderation.grant", args),
        Press(say("moderation.uphold", "It stands"), "moderation.uphold", args),
    )
    over = say("moderation.appeal.over", "It is decided, and the author knows.")
    return Post(
        slot=f"appeal/{case.id}",
        summary=say("moderation.appeal.summary", "Somebody asks for a second look"),
        purpose=say("moderation.appeal.purpose", "Because you run this cohort with the moderator."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Quote(case.text, by),
            Quote(case.reason, MODERATOR),
            Quote(case.plea, by),
            Buttons(moves) if case.appeal == "open" else Text(over),
        ),
    )


def answered(cohort: Cohort, case: Case) -> Post:
    """What came of a second look."""
    text = (
        say("moderation.granted", "We looked again, and you are right. It is taken back.")
        if case.appeal == "granted"
        else say("moderation.upheld", "We looked again, and it stands as it was decided.")
    )
    return Post(
        summary=say("moderation.answered.summary", "About your second look"),
        purpose=say("moderation.answered.purpose", "You asked for it."),
        blocks=(Heading(verbatim(cohort.name)), Text(text), Quote(case.text, YOU)),
    )


NO_APPEAL = say(
    "moderation.no-appeal", "A second look can be asked for once, within two weeks, by its author."
)
APPEALED = say("moderation.appealed", "Asked. You’ll hear what comes of it.")
UPHELD = say("moderation.done.upheld", "It stands. The author hears so.")
GRANTED = say("moderation.done.granted", "It is taken back. The author hears so.")

EXAMPLES: Mapping[str, Post | Form] = {
    "moderation.appeal.form": appeal_form(JUDGED),
    "moderation.appeal": appeal_card(
        SAMPLE,
        replace(JUDGED, appeal="open", plea="I meant my own notes."),
        written_by("Cem Sample"),
    ),
    "moderation.granted": answered(SAMPLE, replace(JUDGED, appeal="granted")),
}
