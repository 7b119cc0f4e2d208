"""The card that opens when a workshop ends, its form, and who is asked privately."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from core.cohorts.model import awake, belongs, subject
from core.cohorts.posts import at_home
from core.cohorts.words import SAMPLED, called, name_of
from core.cohorts.workshops.model import Workshop
from core.cohorts.workshops.posts import EXAMPLE, RECORDING, args_of, catch_up, found
from core.cohorts.workshops.thread.model import (
    BOARD,
    LATEST,
    TEXT,
    Leftover,
    leftover_id,
)
from core.engine.ports import Moment, Viewer
from core.message import (
    Anchor,
    Block,
    Button,
    Buttons,
    Form,
    Heading,
    Link,
    OpenForm,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    TextField,
    ToggleField,
    say,
    verbatim,
)

PURPOSE = say("workshops.after.purpose", "So that no question gets lost.")
CLIP = 240
PAGE = 8
FADES = timedelta(days=7)

Told = Sequence[tuple[Leftover, str]]


async def after_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The questions that are left, gathered."""
    workshop, cohort = await found(moment, subject(slot))
    if workshop is None or cohort is None or workshop.state != "held":
        return None
    if viewer.person and not await belongs(moment.read, cohort, viewer.person):
        return None
    left = await moment.read.tally(BOARD, workshop.id)
    page = await moment.read.find(Leftover, workshop=workshop.id, state="shown", limit=LATEST)
    told = await named(moment, page.items[:LATEST])
    return at_home(after(workshop, told, left), cohort, viewer)


async def named(moment: Moment, left: Sequence[Leftover]) -> Told:
    """Questions with the names of who asks them."""
    return [(one, await name_of(moment, one.person)) for one in left]


def after(workshop: Workshop, told: Told, left: int) -> Post:
    """One card for all of them."""
    buttons: list[Button] = [_leave(workshop)]
    if left > 0:
        everything = say("workshops.after.all", "See all questions")
        buttons.append(Press(everything, "workshops.questions", args_of(workshop)))
    if workshop.recording:
        buttons += (Link(RECORDING, workshop.recording), replace(catch_up(workshop), style="plain"))
    return Post(
        slot=f"workshop-after/{workshop.id}",
        summary=say("workshops.after.summary", "What a workshop left open"),
        purpose=PURPOSE,
        blocks=(
            Heading(verbatim(workshop.title)),
            Text(_text(left)),
            *(_quote(one, name, CLIP) for one, name in told),
            Buttons(tuple(buttons)),
        ),
    )


def _text(left: int) -> Phrase:
    if left <= 0:
        return say(
            "workshops.after.text",
            "You were there: which question is left? Write it as a reply, or press the button. "
            "Half a sentence will do.",
        )
    return say("workshops.after.count", "Which question is left for you? So far: {n}.", n=left)


def _leave(workshop: Workshop) -> OpenForm:
    label = say("workshops.after.leave", "Leave a question")
    return OpenForm(label, "workshops.leave", args_of(workshop), "primary")


def _quote(one: Leftover, name: str, limit: int) -> Quote:
    text = one.text if len(one.text) <= limit else one.text[: limit - 1].rstrip() + "…"
    return Quote(text, say("workshops.after.by", "{name}", name=called(name)))


def everything(workshop: Workshop, told: Told, after: str) -> Post:
    """A page of questions, for one reader."""
    more: tuple[Block, ...] = ()
    if after:
        label = say("workshops.after.more", "More questions")
        args = {**args_of(workshop), "after": after}
        more = (Buttons((Press(label, "workshops.questions", args),)),)
    return Post(
        summary=say("workshops.after.all.summary", "Questions from a workshop"),
        purpose=say("workshops.after.all.why", "You asked to see all questions."),
        blocks=(
            Heading(verbatim(workshop.title)),
            *(_quote(one, name, TEXT) for one, name in told),
            *more,
        ),
    )


# --- privately ------------------------------------------------------------------------------------


async def left_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """To somebody who was there and would not see the card; nothing once they have written."""
    workshop, cohort = await found(moment, subject(slot))
    if workshop is None or cohort is None or workshop.state != "held":
        return None
    if not awake(cohort, moment.now) or not await belongs(moment.read, cohort, viewer.person):
        return None
    if await moment.read.get(Leftover, leftover_id(workshop.id, viewer.person)):
        return None
    return asking(workshop)


def asking(workshop: Workshop) -> Post:
    """Once, half an hour after the end."""
    return Post(
        slot=f"workshop-left/{workshop.id}",
        summary=say("workshops.left.summary", "A question about your workshop"),
        purpose=PURPOSE,
        blocks=(
            Heading(verbatim(workshop.title)),
            Text(
                say(
                    "workshops.left.text",
                    "You were there. Which question is left? It goes on the card that your "
                    "cohort sees. If there is none, that’s fine.",
                )
            ),
            Buttons((_leave(workshop),)),
        ),
    )


# --- the form -------------------------------------------------------------------------------------


def form(
    workshop: Workshop, left: str = "", takes: str = "", *, catching: bool = False, wrong: str = ""
) -> Form:
    """The same questions for those who were there and for those who catch up."""
    return Form(
        title=CATCH if catching else say("workshops.leave.title", "What is left open"),
        action="workshops.catch_up" if catching else "workshops.leave",
        args=args_of(workshop),
        intro=_watch(workshop) if catching else None,
        fields=(
            TextField(
                name="left",
                label=say("workshops.leave.left", "Which question is left? The cohort sees it"),
                required=False,
                lines=True,
                limit=TEXT,
                value=left,
            ),
            TextField(
                name="takes",
                label=say("workshops.leave.takes", "What do you take along? Only you see it"),
                required=False,
                lines=True,
                limit=TEXT,
                value=takes,
            ),
            *((ToggleField(name="back", label=BACK_LABEL),) if left and not wrong else ()),
        ),
        submit=say("workshops.leave.submit", "Keep it"),
        errors={wrong: WRONG} if wrong else {},
    )


def _watch(workshop: Workshop) -> Phrase:
    """Where the recording is, first."""
    return say(
        "workshops.catch.intro",
        "First {recording}. Then a line or two: it counts as having been there.",
        recording=Anchor(say("workshops.catch.recording", "the recording"), workshop.recording),
    )


CATCH = say("workshops.catch.title", "Catch up")
BACK_LABEL = say("workshops.leave.back", "Take my question back")
WRONG = say("workshops.leave.wrong", "One of the two, please, at most 500 characters.")
KEPT = say("workshops.leave.kept", "Thank you. Your question is on the card.")
NOTED = say("workshops.leave.noted", "Kept, and only you can see it.")
BACK = say("workshops.leave.taken", "Taken back. It is off the card.")
CAUGHT_UP = say("workshops.caught-up", "You’ve caught up, and it counts just the same.")
NOT_HELD = say("workshops.leave.early", "The session is not over yet. The thread opens then.")
NO_RECORDING = say("workshops.catch.none", "There is no recording so far. I’ll offer it then.")
GONE_PAGE = say("workshops.after.gone", "I can’t find that page. Open it from the card again.")

_HELD = replace(EXAMPLE, state="held", recording="https://video.example.org/7")
_LEFT = Leftover(
    id="sample-talk/bo",
    workshop="sample-talk",
    cohort="sample",
    person="bo",
    text="What do I do when the next shift is late and nobody is there to hand over to?",
    at=SAMPLED,
    rank="1",
)
_TOLD = ((_LEFT, "Bo Sample"),)

EXAMPLES: dict[str, Post | Form] = {
    "workshops.after": after(replace(_HELD, recording=""), (), 0),
    "workshops.after.questions": after(_HELD, _TOLD, 7),
    "workshops.questions": everything(_HELD, _TOLD, "cursor"),
    "workshops.left": asking(_HELD),
    "workshops.leave": form(_HELD, "What if nobody is there?"),
    "workshops.catch-up": form(_HELD, catching=True),
}
