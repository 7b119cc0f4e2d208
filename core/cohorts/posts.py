"""What is said about a cohort as a whole: its form, its lists, its end; and how to say no."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from core.cohorts.forms import PLACES, cohort_form
from core.cohorts.model import Cohort, Problem, leads
from core.cohorts.words import ASKED, SAMPLE, called, dates
from core.engine.ports import Viewer
from core.message import (
    Block,
    Buttons,
    Facts,
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

SAME = say(
    "cohorts.same",
    "One person is facilitator and moderator. It works better with two: one moves things on, one "
    "keeps them fair.",
)


# --- after the form -----------------------------------------------------------------------------


def created(cohort: Cohort, where: str) -> Post:
    """To whoever started it."""
    rest: tuple[Block, ...] = ()
    if cohort.facilitator == cohort.moderator:
        rest = (Text(SAME, subtle=True),)
    return Post(
        summary=say("cohorts.created.summary", "Your cohort is set up"),
        purpose=ASKED,
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(next_place(cohort, where)),
            Facts(((say("cohorts.code", "Join code"), verbatim(cohort.code)),)),
            *rest,
        ),
    )


def started(cohort: Cohort, where: str) -> Phrase:
    """The same in the open, in a sentence or two."""
    first = next_place(cohort, where)
    if cohort.facilitator != cohort.moderator:
        return first
    return say("cohorts.started.both", "{first} {second}", first=first, second=SAME)


def next_place(cohort: Cohort, where: str) -> Phrase:
    """What happens now that it is set up."""
    if where == "here":
        return say(
            "cohorts.created.here", "It is set up, and the welcome is on its way into this place."
        )
    if where == "channel":
        return say(
            "cohorts.created.channel", "It is set up. I’m making its channel and tell you when."
        )
    return say(
        "cohorts.created.later",
        "It is set up, without a place so far. Add me to a channel or group chat and write there: "
        "cohort here {name}. Until then, people can join with the code.",
        name=cohort.name,
    )


def moderating(cohort: Cohort, owner: str) -> Post:
    """To the moderator, once."""
    return Post(
        summary=say("cohorts.moderating.summary", "You are the moderator of a cohort"),
        purpose=say(
            "cohorts.moderating.purpose", "Because {owner} named you.", owner=called(owner)
        ),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(
                say(
                    "cohorts.moderating.text",
                    "You keep this group fair: people turn to you when something is not right. "
                    "Nothing to do today. If it does not suit you, ask {owner} to name somebody "
                    "else.",
                    owner=called(owner),
                )
            ),
        ),
    )


# --- cancelling ---------------------------------------------------------------------------------


def cancel_form(cohort: Cohort, *, missing: bool = False) -> Form:
    """Asks for the reason that everyone is told."""
    problem = say("cohorts.cancel.missing", "A sentence is enough, but people deserve one.")
    return Form(
        title=say("cohorts.cancel.title", "Cancel the cohort"),
        action="cohorts.cancel",
        args={"cohort": cohort.id},
        intro=say(
            "cohorts.cancel.intro",
            "Everyone who was invited or joined is told once. This cannot be taken back.",
        ),
        fields=(
            TextField(
                name="reason",
                label=say("cohorts.cancel.reason", "What shall I tell them?"),
                lines=True,
                limit=300,
            ),
        ),
        submit=say("cohorts.cancel.submit", "Cancel and tell everyone"),
        errors={"reason": problem} if missing else {},
    )


def cancelled(cohort: Cohort, by: str) -> Post:
    """To everyone, once."""
    return Post(
        summary=say("cohorts.cancelled.summary", "A cohort does not take place"),
        purpose=say("cohorts.cancelled.purpose", "Because you are invited or have joined."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(
                say(
                    "cohorts.cancelled.text",
                    "This cohort does not take place. There is nothing you need to do, and I will "
                    "not write about it again.",
                )
            ),
            Quote(cohort.reason, say("cohorts.cancelled.by", "{by}", by=called(by))),
        ),
    )


# --- lists --------------------------------------------------------------------------------------


def listed(cohorts: Sequence[Cohort], person: str) -> Post:
    """All cohorts of a person, each a button away."""
    return Post(
        summary=say("cohorts.list.summary", "Your cohorts"),
        purpose=ASKED,
        blocks=(
            Heading(say("cohorts.list.title", "Your cohorts")),
            Facts(tuple((verbatim(c.name), dates(c)) for c in cohorts[:20])),
            Buttons(tuple(_open(c, person) for c in cohorts[:6])),
        ),
    )


def _open(cohort: Cohort, person: str) -> Press:
    action = "cohorts.desk" if leads(cohort, person) else "members.mine"
    return Press(verbatim(cohort.name), action, {"cohort": cohort.id})


def which(cohorts: Sequence[Cohort], action: str, args: Mapping[str, str]) -> Post:
    """Asks which cohort is meant."""
    return Post(
        summary=say("cohorts.which.summary", "Which cohort do you mean?"),
        purpose=ASKED,
        blocks=(
            Text(say("cohorts.which.text", "You are in several cohorts. Which one do you mean?")),
            Buttons(
                tuple(
                    Press(verbatim(c.name), action, {**args, "cohort": c.id}) for c in cohorts[:6]
                )
            ),
        ),
    )


def none_yet() -> Post:
    """To somebody who is in no cohort."""
    return Post(
        summary=say("cohorts.none.summary", "You are in no cohort yet"),
        purpose=ASKED,
        blocks=(
            Text(
                say(
                    "cohorts.none.text",
                    "You are in no cohort yet. Write join and a code to get into one, or start "
                    "your own.",
                )
            ),
            Buttons((start_button(), CODE)),
        ),
    )


def start_button() -> OpenForm:
    """Begins it all."""
    return OpenForm(say("cohorts.start", "Start a cohort"), "cohorts.create", {}, "primary")


CODE = OpenForm(say("cohorts.code-button", "I have a code"), "members.code")
LIST = Press(say("cohorts.list.button", "My cohorts"), "cohorts.mine")


def at_home(post: Post, cohort: Cohort, viewer: Viewer) -> Post:
    """A card that several people see tells times as they are where the cohort takes place."""
    return post if viewer.person else replace(post, zone=cohort.zone)


# --- sentences ----------------------------------------------------------------------------------

GONE = say("cohorts.gone", "I can’t find that cohort. Write cohorts to see yours.")
LEADS_ONLY = say("cohorts.leads-only", "Only those who lead this cohort can do that.")
JOIN_FIRST = say("cohorts.join-first", "That is for people who joined. Press Join first.")
OVER = say("cohorts.over", "This cohort is over, so nothing has changed.")
OFF = say("cohorts.off", "This cohort does not take place, so nothing has changed.")
PRIVATELY = say("cohorts.privately", "I’ve sent it to you privately.")
SAVED = say("cohorts.saved", "Saved. The cards are being brought up to date.")
TWICE = say("cohorts.twice", "That cohort is already set up. Write cohorts to see it.")
PAUSED = say("cohorts.paused", "Paused. Nobody is reminded until you go on.")
RESUMED = say("cohorts.resumed", "It goes on.")
CANCELLED = say("cohorts.cancelled", "Cancelled. Everyone is being told.")


def too_late(cohort: Cohort) -> Phrase:
    """Why a press on a cohort that is no longer open does nothing."""
    return OFF if cohort.stage == "cancelled" else OVER


_PEOPLE = (Option("ada", verbatim("Ada Example")), Option("bo", verbatim("Bo Sample")))
_WRONG: Mapping[str, Problem] = {"name": "name", "last": "order"}

EXAMPLES: dict[str, Post | Form] = {
    "cohorts.form": cohort_form(
        {"zone": "Europe/Berlin"}, _PEOPLE, args={"draft": "1"}, places=tuple(PLACES.values())
    ),
    "cohorts.form.again": cohort_form(
        {"name": "B", "last": "2027-02-01"}, _PEOPLE, args={"cohort": "sample"}, errors=_WRONG
    ),
    "cohorts.created": created(SAMPLE, "later"),
    "cohorts.moderating": moderating(SAMPLE, "Ada Example"),
    "cohorts.cancel": cancel_form(SAMPLE),
    "cohorts.cancelled": cancelled(SAMPLE, "Ada Example"),
    "cohorts.list": listed((SAMPLE,), "ada"),
    "cohorts.which": which((SAMPLE,), "members.leave", {}),
    "cohorts.none": none_yet(),
}
