"""The agreement as people see it: while it grows, once it is closed, and when it waits."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from core.cohorts.agreement.model import (
    LINE,
    Agreement,
    Closed,
    Consent,
    Line,
    Suggestion,
    board,
    consent_id,
    mark,
    version,
)
from core.cohorts.model import Cohort, Membership, awake, belongs, leads, membership_id, subject
from core.cohorts.model import board as standing
from core.cohorts.posts import at_home
from core.cohorts.words import SAMPLE, SAMPLED, at, called, name_of, overheard, title_of
from core.engine.ports import Moment, Viewer
from core.message import (
    Block,
    Bullets,
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
    Progress,
    Quote,
    Text,
    TextField,
    When,
    say,
    verbatim,
)

DEFAULTS = (
    "What is said here stays here.",
    "We ask before we advise.",
    "Half an idea is welcome.",
    "We answer each other within two days.",
    "Who cannot come says so; nobody asks why.",
)
TITLE = say("agreement.title", "How we work together")
UNHEARD = say("agreement.unheard", "I hear only what mentions me.")
HEARD = say("agreement.heard", "I hear all that is written here.")
PURPOSE = say("agreement.purpose", "So that everyone knows what to expect.")


# --- the card -----------------------------------------------------------------------------------


async def agreement_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The agreement as it stands, the same for everyone who may see it."""
    id = subject(slot)
    cohort, agreement = await moment.read.get(Cohort, id), await moment.read.get(Agreement, id)
    if cohort is None or agreement is None:
        return None
    if viewer.person and not await belongs(moment.read, cohort, viewer.person):
        return None
    post = await _card(moment, cohort, agreement)
    return at_home(replace(post, slot=slot), cohort, viewer)


async def _card(moment: Moment, cohort: Cohort, agreement: Agreement) -> Post:
    heard = await _hearing(moment, cohort)
    if agreement.state == "draft":
        return draft(agreement, await name_of(moment, cohort.facilitator), heard)
    agreed = await moment.read.tally(board("agree"), version(agreement))
    members = await moment.read.tally(standing("member"), cohort.id)
    return closed(agreement, agreed, members, heard)


async def _hearing(moment: Moment, cohort: Cohort) -> Phrase:
    """What we hear where the cohort lives; the card is the same in all its places."""
    places = await overheard(moment, cohort)
    if not places:
        return UNHEARD
    if len(places) == len(cohort.spaces):
        return HEARD
    return say(
        "agreement.heard.some",
        "In {places} I hear all that is written, elsewhere only what mentions me.",
        places=", ".join([await title_of(moment, cohort, place) for place in places]),
    )


def draft(agreement: Agreement, facilitator: str, heard: Phrase) -> Post:
    """While lines are added."""
    return Post(
        slot=f"agreement/{agreement.id}",
        summary=say("agreement.draft.summary", "An agreement is being written"),
        purpose=PURPOSE,
        blocks=(
            Heading(TITLE),
            Text(
                say(
                    "agreement.draft.text",
                    "Suggest lines until {facilitator} closes the list. A promise, no contract.",
                    facilitator=called(facilitator),
                )
            ),
            _lines(agreement.lines),
            Text(heard, subtle=True),
            Buttons((_suggest(agreement),)),
        ),
    )


def closed(agreement: Agreement, agreed: int, members: int, heard: Phrase) -> Post:
    """Once the list is closed: each says what they think of it."""
    return Post(
        slot=f"agreement/{agreement.id}",
        summary=say("agreement.closed.summary", "How a cohort works together"),
        purpose=PURPOSE,
        blocks=(
            Heading(TITLE),
            _lines(agreement.lines),
            Text(
                say(
                    "agreement.closed.text",
                    "Version {n}, {day}. Take your time.",
                    n=agreement.number,
                    day=When(agreement.at),
                ),
                subtle=True,
            ),
            Text(heard, subtle=True),
            _count(agreed, members),
            Buttons(_choices(agreement)),
        ),
    )


def _lines(lines: Sequence[Line]) -> Bullets:
    return Bullets(tuple(verbatim(line.text) for line in lines), numbered=True)


def _count(agreed: int, members: int) -> Block:
    words = say("agreement.count", "{n} of {of} agreed", n=agreed, of=members)
    return Progress(words, agreed, members) if members else Text(words)


def _choices(agreement: Agreement) -> tuple[Button, ...]:
    args = {"cohort": agreement.cohort, "number": str(agreement.number)}
    choices: tuple[Button, ...] = (
        Press(say("agreement.agree", "I’m in"), "agreement.agree", args, "primary"),
        _suggest(agreement),
        Press(say("agreement.not", "Not for me"), "agreement.not_for_me", args),
    )
    if agreement.number == 1:
        return choices
    earlier = say("agreement.earlier", "Earlier versions")
    return (*choices, Press(earlier, "agreement.history", {"cohort": agreement.cohort}))


def _suggest(agreement: Agreement) -> OpenForm:
    label = say("agreement.suggest", "Suggest a change")
    return OpenForm(label, "agreement.suggest", {"cohort": agreement.cohort})


# --- asking those who have not answered ---------------------------------------------------------


async def asking_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The agreement to one member who has not answered this version; nothing once they have."""
    why, id, number = (*slot.split("/", 2), "", "")[:3]
    cohort, agreement = await moment.read.get(Cohort, id), await moment.read.get(Agreement, id)
    if cohort is None or agreement is None or not awake(cohort, moment.now):
        return None
    if agreement.state == "draft" or str(agreement.number) != number:
        return None
    if not await waits(moment, agreement, viewer.person):
        return None
    return reminder(cohort, agreement, slot, last=why == "agreement-remind")


async def waits(moment: Moment, agreement: Agreement, person: str) -> bool:
    """Whether a member has not said anything about the version that stands."""
    member = await moment.read.get(Membership, membership_id(agreement.cohort, person))
    id = consent_id(agreement.cohort, agreement.number, person)
    said = await moment.read.get(Consent, id)
    return said is None and member is not None and member.state == "member"


def reminder(cohort: Cohort, agreement: Agreement, slot: str, *, last: bool) -> Post:
    """To somebody who does not see the space, or the one reminder to somebody silent."""
    question = say("agreement.ask.text", "Would you work like this? No is an answer too.")
    once = say(
        "agreement.reminder.text",
        "Would you work like this? No is an answer too. This is the only reminder.",
    )
    return Post(
        slot=slot,
        summary=say("agreement.reminder.summary", "An agreement you could have a say in"),
        purpose=PURPOSE,
        blocks=(
            Heading(verbatim(cohort.name)),
            _lines(agreement.lines),
            Text(once if last else question),
            Buttons(_choices(agreement)[:3]),
        ),
    )


def ripe(cohort: Cohort) -> Post:
    """To the facilitator, when a draft has stood for three days."""
    label = say("agreement.ripe.desk", "Open my desk")
    return Post(
        summary=say("agreement.ripe.summary", "A draft that could be closed"),
        purpose=say("agreement.ripe.why", "Because you lead this cohort."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(
                say(
                    "agreement.ripe.text",
                    "The draft of the agreement has stood for three days. When it says enough, "
                    "close the list, and everyone can answer.",
                )
            ),
            Buttons((Press(label, "cohorts.desk", {"cohort": cohort.id}, "primary"),)),
        ),
    )


# --- forms --------------------------------------------------------------------------------------


def draft_form(cohort: Cohort, text: str, *, wrong: bool = False) -> Form:
    """The lines it begins with."""
    problem = say("agreement.problem.lines", "Please write at least one line.")
    return Form(
        title=say("agreement.form.title", "A working agreement"),
        action="agreement.draft",
        args={"cohort": cohort.id},
        intro=say(
            "agreement.form.intro",
            "Lines to begin with, one promise each, at most ten. Everyone can then add to them.",
        ),
        fields=(
            TextField(
                name="lines",
                label=say("agreement.form.lines", "One line each"),
                lines=True,
                limit=1500,
                value=text,
            ),
        ),
        submit=say("agreement.form.submit", "Show it to everyone"),
        errors={"lines": problem} if wrong else {},
    )


def suggest_form(agreement: Agreement, values: Mapping[str, str], *, wrong: bool = False) -> Form:
    """A new line, or other words for one."""
    problem = say("agreement.problem.text", "Please write a line, at most 140 characters.")
    new = Option("new", say("agreement.suggest.new", "A new line"))
    lines = (Option(mark(line.text), verbatim(line.text)) for line in agreement.lines)
    return Form(
        title=say("agreement.suggest.title", "Suggest a change"),
        action="agreement.suggest",
        args={"cohort": agreement.cohort},
        fields=(
            ChoiceField(
                name="about",
                label=say("agreement.suggest.about", "What is it about?"),
                options=(new, *lines),
                value=values.get("about", "new"),
            ),
            TextField(
                name="text",
                label=say("agreement.suggest.text", "In your words"),
                limit=LINE,
                value=values.get("text", ""),
            ),
        ),
        submit=say("agreement.suggest.submit", "Suggest it"),
        errors={"text": problem} if wrong else {},
    )


# --- suggestions and history --------------------------------------------------------------------


async def suggestions_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The suggestion that waits, or that there is none, to whoever leads the cohort."""
    cohort = await moment.read.get(Cohort, subject(slot))
    if cohort is None or not leads(cohort, viewer.person):
        return None
    found = await moment.read.find(Suggestion, cohort=cohort.id, state="open", limit=1)
    if not found.items:
        return replace(no_suggestions(cohort.id), slot=slot)
    first = found.items[0]
    return replace(suggested(first, await name_of(moment, first.by)), slot=slot)


def suggested(suggestion: Suggestion, by: str) -> Post:
    """One suggestion, for the facilitator to take or leave."""
    args = at(suggestion, cohort=suggestion.cohort)
    instead = say("agreement.suggested.instead", "In the place of: {line}", line=suggestion.was)
    new = say("agreement.suggested.new", "As a new line.")
    return Post(
        slot=f"suggestions/{suggestion.cohort}",
        summary=say("agreement.suggested.summary", "A change to the agreement is suggested"),
        purpose=say("agreement.suggested.why", "Because you lead this cohort."),
        blocks=(
            Heading(say("agreement.suggested.title", "A suggestion for the agreement")),
            Quote(suggestion.text, say("agreement.suggested.by", "{by}", by=called(by))),
            Text(instead if suggestion.was else new),
            Buttons(
                (
                    Press(say("agreement.take", "Take it"), "agreement.take", args, "primary"),
                    Press(say("agreement.leave", "Leave it"), "agreement.leave", args),
                )
            ),
        ),
    )


def no_suggestions(cohort: str) -> Post:
    """When all are seen."""
    return Post(
        slot=f"suggestions/{cohort}",
        summary=say("agreement.suggested.none.summary", "No suggestions are waiting"),
        purpose=say("agreement.suggested.why", "Because you lead this cohort."),
        blocks=(Text(say("agreement.suggested.none", "No suggestions are waiting.")),),
    )


def history(versions: Sequence[Closed]) -> Post:
    """What it said before, the newest first."""
    blocks: list[Block] = [Heading(say("agreement.history.title", "Earlier versions"))]
    for one in sorted(versions, key=lambda kept: -kept.number)[:5]:
        words = say(
            "agreement.history.version",
            "Version {n}, closed on {day}",
            n=one.number,
            day=When(one.at),
        )
        blocks += [Text(words), _lines(one.lines)]
    return Post(
        summary=say("agreement.history.summary", "Earlier versions of an agreement"),
        purpose=PURPOSE,
        blocks=tuple(blocks),
    )


# --- sentences ----------------------------------------------------------------------------------

NONE = say("agreement.none", "There is no agreement yet. Whoever leads the cohort opens it.")
SHOWN = say("agreement.shown", "The draft is on its way to everyone.")
ADDED = say("agreement.added", "Your line is on the list.")
PASSED_ON = say("agreement.passed-on", "Thank you. Whoever leads the cohort decides about it.")
THERE = say("agreement.there", "That line is on the list already.")
ENOUGH = say("agreement.enough", "Five of your suggestions still wait. Please let those be seen.")
CLOSED = say("agreement.closed", "Closed. Everyone can now say what they think of it.")
CLOSED_BEFORE = say("agreement.closed-before", "The list is closed already. Nothing has changed.")
STILL_OPEN = say("agreement.still-open", "The list is still open, so there is nothing to answer.")
NEWER = say("agreement.newer", "There is a newer version by now. This is it; please look again.")
THANKS = say("agreement.thanks", "Thank you. You can change your answer any time.")
NOT_FOR_ME = say(
    "agreement.noted",
    "Thank you for saying so. You stay, and whoever leads hears a number, not your name.",
)
SAME = say("agreement.same", "That is what you said before. It counts once.")
TAKEN = say("agreement.taken", "Taken. The list is a draft again until you close it.")
SEEN = say("agreement.seen", "That suggestion has been dealt with.")

_LINES = tuple(Line(text) for text in DEFAULTS)
_SAMPLE = Agreement(id="sample", version=1, cohort="sample", lines=_LINES, at=SAMPLED)
_CLOSED = Agreement(
    id="sample", version=2, cohort="sample", lines=_LINES, at=SAMPLED, state="closed", number=1
)
_SUGGESTION = Suggestion(
    id="1", version=1, cohort="sample", by="bo", text="We begin on time.", at=SAMPLED
)

EXAMPLES: dict[str, Post | Form] = {
    "agreement.draft": draft(_SAMPLE, "Ada Example", UNHEARD),
    "agreement.closed": closed(_CLOSED, 14, 23, HEARD),
    "agreement.reminder": reminder(SAMPLE, _CLOSED, "agreement-remind/sample/1", last=True),
    "agreement.ripe": ripe(SAMPLE),
    "agreement.form": draft_form(SAMPLE, "\n".join(DEFAULTS)),
    "agreement.suggest": suggest_form(_SAMPLE, {}),
    "agreement.suggested": suggested(_SUGGESTION, "Bo Sample"),
    "agreement.suggested.none": no_suggestions("sample"),
    "agreement.history": history(
        (Closed(id="1", cohort="sample", number=1, lines=_LINES, at=SAMPLED, by="ada"),)
    ),
}
