"""The question that follows the introductions, and what became of it."""

from collections.abc import Mapping, Sequence

from core.cohorts.model import Cohort, Membership, awake, membership_id, subject
from core.cohorts.words import SAMPLE, SAMPLED, called
from core.cohorts.working_on.model import SIGHTS, TEXT, Sight, WorkingOn, working_id
from core.engine.ports import Moment, Viewer
from core.message import (
    Block,
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

Told = Sequence[tuple[WorkingOn, str]]

LABELS: Mapping[Sight, Phrase] = {
    "me": say("working-on.sight.me", "Only me, for now"),
    "nameless": say("working-on.sight.nameless", "The facilitator, without my name"),
    "named": say("working-on.sight.named", "The facilitator, with my name"),
}


async def asking_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question to one member; nothing once they have said something."""
    cohort = await moment.read.get(Cohort, subject(slot))
    if cohort is None or not awake(cohort, moment.now):
        return None
    member = await moment.read.get(Membership, membership_id(cohort.id, viewer.person))
    said = await moment.read.get(WorkingOn, working_id(cohort.id, viewer.person))
    if said is not None or member is None or member.state != "member":
        return None
    return asking(cohort, slot)


def asking(cohort: Cohort, slot: str) -> Post:
    """Once, when the introductions are closed."""
    args = {"cohort": cohort.id}
    return Post(
        slot=slot,
        summary=say("working-on.summary", "A question about your own work"),
        purpose=say("working-on.purpose", "So that this cohort helps with something real."),
        blocks=(
            Heading(say("working-on.title", "What are you working on that isn’t going smoothly?")),
            Text(
                say(
                    "working-on.text",
                    "For {name}: what happens, what have you tried? Real beats tidy. Nobody sees "
                    "it unless you say so.",
                    name=cohort.name,
                )
            ),
            Buttons(
                (
                    OpenForm(
                        say("working-on.name", "Name my challenge"),
                        "working_on.name",
                        args,
                        "primary",
                    ),
                    Press(say("working-on.later", "Later"), "working_on.later", args),
                    Press(say("working-on.not", "Not this time"), "working_on.skip", args),
                )
            ),
        ),
    )


def name_form(cohort: Cohort, text: str, sight: str, *, wrong: bool = False) -> Form:
    """The challenge, and who may see it."""
    problem = say("working-on.problem", "Please write something, at most 800 characters.")
    return Form(
        title=say("working-on.form.title", "A challenge I’m working on"),
        action="working_on.name",
        args={"cohort": cohort.id},
        intro=say(
            "working-on.form.intro",
            "Please leave out the names of customers and colleagues. In a small group people may "
            "guess who wrote.",
        ),
        fields=(
            TextField(
                name="text",
                label=say("working-on.form.text", "What happens, and what have you tried?"),
                lines=True,
                limit=TEXT,
                value=text,
            ),
            ChoiceField(
                name="sight",
                label=say("working-on.form.sight", "Who may see it?"),
                options=tuple(Option(key, LABELS[key]) for key in SIGHTS),
                value=sight or "me",
            ),
        ),
        submit=say("working-on.form.submit", "Keep it"),
        errors={"text": problem} if wrong else {},
    )


def shared(cohort: Cohort, told: Told, after: str) -> Post:
    """What people let the facilitator read."""
    more: tuple[Block, ...] = ()
    if after:
        args = {"cohort": cohort.id, "after": after}
        more = (Buttons((Press(say("working-on.more", "More"), "working_on.list", args),)),)
    return Post(
        summary=say("working-on.shared.summary", "Challenges that people shared with you"),
        purpose=say("working-on.shared.why", "They let you, as the facilitator, read them."),
        blocks=(
            Heading(verbatim(cohort.name)),
            *(Quote(one.text, _by(one, name)) for one, name in told),
            *more,
        ),
    )


def _by(one: WorkingOn, name: str) -> Phrase:
    if one.sight == "nameless":
        return say("working-on.nameless", "somebody in your cohort")
    return say("working-on.by", "{name}", name=called(name))


KEPT_ME = say("working-on.kept", "Kept, and only you can see it.")
KEPT = say("working-on.kept.shared", "Thank you. Whoever facilitates can read it now.")
LATER = say("working-on.later.done", "I’ll ask once more in two days.")
SKIPPED = say("working-on.skipped", "That’s fine. Write status should you want to add one.")
FACILITATOR = say("working-on.facilitator", "Only the facilitator can read these.")
GONE = say("working-on.gone", "I can’t find that page. Open it from your desk again.")

_ONE = WorkingOn(
    id="sample/bo",
    cohort="sample",
    person="bo",
    text="Notes get lost between two shifts. We tried a shared file; nobody opens it.",
    sight="nameless",
    at=SAMPLED,
)

EXAMPLES: dict[str, Post | Form] = {
    "working-on.ask": asking(SAMPLE, "working-on/sample/1"),
    "working-on.form": name_form(SAMPLE, "", ""),
    "working-on.shared": shared(SAMPLE, ((_ONE, "Bo Sample"),), "cursor"),
}
