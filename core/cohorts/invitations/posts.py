"""What is said when people are invited, many at once or by name."""

from collections.abc import Sequence

from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE, calling
from core.message import (
    Buttons,
    Form,
    Option,
    PeopleField,
    Phrase,
    Post,
    Press,
    Text,
    say,
    verbatim,
)


def invite_form(cohort: Cohort, people: Sequence[Option], *, wrong: bool = False) -> Form:
    """Whom to invite by name; the code is for everyone else."""
    problem = say("invitations.form.problem", "Pick at least one person that I can find.")
    return Form(
        title=say("invitations.form.title", "Invite people"),
        action="invitations.ask",
        args={"cohort": cohort.id},
        intro=say(
            "invitations.form.intro",
            "Each gets one invitation, within their hours. Anyone else can write: join {code}",
            code=cohort.code,
        ),
        fields=(
            PeopleField(
                name="people",
                label=say("invitations.form.people", "Whom shall I invite?"),
                options=tuple(people),
                several=True,
            ),
        ),
        submit=say("invitations.form.submit", "Invite them"),
        errors={"people": problem} if wrong else {},
    )


def invited(sent: int, missed: int, known: int) -> Phrase:
    """What became of a list."""
    return say(
        "invitations.sent",
        "Invitations on their way: {sent}. Invited before: {known}. Not found: {missed}.",
        sent=sent,
        known=known,
        missed=missed,
    )


def arrived(cohort: Cohort, facilitator: str) -> Post:
    """One line for all who are new in the place that day."""
    args = {"cohort": cohort.id}
    return Post(
        summary=say("invitations.arrived.summary", "You are invited to a cohort"),
        purpose=verbatim(cohort.purpose),
        blocks=(
            Text(
                say(
                    "invitations.arrived.text",
                    "Welcome to those who are new here. {facilitator} runs {name} in this place, "
                    "and you may join.",
                    facilitator=calling(cohort.facilitator, facilitator),
                    name=cohort.name,
                )
            ),
            Buttons(
                (
                    Press(say("invitations.arrived.join", "Join"), "members.join", args, "primary"),
                    Press(say("invitations.arrived.look", "What is it?"), "members.look", args),
                )
            ),
        ),
    )


def unlisted(cohort: Cohort, why: str) -> Post:
    """To the owner, when the platform does not say who is in a place."""
    return Post(
        summary=say("invitations.unlisted.summary", "I could not see who is in a place"),
        purpose=say("invitations.unlisted.why", "Because you started this cohort."),
        blocks=(
            Text(
                say(
                    "invitations.unlisted.text",
                    "I could not read who is where {name} lives. Nothing is lost: anyone there can "
                    "press Join, and the code {code} works for everyone else.",
                    name=cohort.name,
                    code=cohort.code,
                )
            ),
            *((Text(verbatim(why), subtle=True),) if why else ()),
        ),
    )


EXAMPLES: dict[str, Post | Form] = {
    "invitations.form": invite_form(SAMPLE, (Option("bo", verbatim("Bo Sample")),)),
    "invitations.arrived": arrived(SAMPLE, "Ada Example"),
    "invitations.unlisted": unlisted(SAMPLE, ""),
}
