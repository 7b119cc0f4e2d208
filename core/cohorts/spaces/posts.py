"""What is said in a channel or chat when we come, come back, or are asked to live there."""

from core.cohorts.model import Cohort
from core.cohorts.posts import start_button
from core.cohorts.words import SAMPLE
from core.message import Buttons, Form, Heading, Post, Press, Text, say, verbatim

NOT_HERE = say(
    "spaces.not-here", "A cohort lives where several people are. Write this in a channel or group."
)
TAKEN = say("spaces.taken", "A cohort lives here already, and a place has room for one.")
FULL = say("spaces.full", "This cohort already lives in ten places. That is the most it can.")
NONE = say("spaces.none", "I can’t find a cohort of yours by that name. Write cohorts to see them.")
ALREADY = say("spaces.already", "It lives here already.")
WITHDRAWN = say("spaces.withdrawn", "That place is no longer on offer. Nothing has changed.")
BOUND = say("spaces.bound", "It lives here now. The welcome is on its way.")
BOUND_TOO = say(
    "spaces.bound.too",
    "It lives here as well now. What is said in one place is shown in all of them.",
)
NOT_AT_HOME = say("spaces.not-at-home", "No cohort lives here, so there is nothing to take away.")
UNBOUND = say(
    "spaces.unbound", "It no longer lives here, and goes on in its other places. Nothing is lost."
)
UNBOUND_LAST = say(
    "spaces.unbound.last",
    "It lives nowhere now; members hear from me in private. Write cohort here where it should go.",
)


def hello() -> Post:
    """The first words in a channel or group chat, once."""
    return Post(
        summary=say("spaces.hello.summary", "Coterie is here to help you learn together"),
        purpose=say("spaces.hello.why", "Somebody has just added me here."),
        blocks=(
            Heading(say("spaces.hello.title", "Hello, I am Coterie.")),
            Text(
                say(
                    "spaces.hello.text",
                    "I help a group to get to know each other, solve something real and keep what "
                    "they promise. I answer when you mention me. Whoever looks after learning here "
                    "can begin: it takes two minutes.",
                )
            ),
            Buttons((start_button(), HELP)),
        ),
    )


HELP = Press(say("spaces.help", "What can you do?"), "people.help")


def back(cohort: Cohort) -> Post:
    """After a removal that did not last, once."""
    return Post(
        summary=say("spaces.back.summary", "Coterie is back here"),
        purpose=say("spaces.back.why", "Somebody has added me again."),
        blocks=(
            Text(
                say(
                    "spaces.back.text",
                    "I’m back, and {name} goes on where it stopped. Nothing was lost.",
                    name=cohort.name,
                )
            ),
        ),
    )


def channel_made(cohort: Cohort) -> Post:
    """To the owner, once the channel is there."""
    return Post(
        summary=say("spaces.made.summary", "The channel for your cohort is there"),
        purpose=say("spaces.made.why", "You asked for a channel."),
        blocks=(
            Text(
                say(
                    "spaces.made.text",
                    "The channel for {name} is there, and the welcome stands in it.",
                    name=cohort.name,
                )
            ),
        ),
    )


def channel_refused(cohort: Cohort, why: str) -> Post:
    """To the owner, when there is no channel; the way out is the place they asked from."""
    label = say("spaces.refused.use", "Use the place I asked from")
    return Post(
        summary=say("spaces.refused.summary", "I could not make the channel"),
        purpose=say("spaces.refused.why", "You asked for a channel."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(
                say(
                    "spaces.refused.text",
                    "I could not make the channel. You can also add me to any channel and write "
                    "there: cohort here {name}. Or we use the place you asked from.",
                    name=cohort.name,
                )
            ),
            *((Text(verbatim(why), subtle=True),) if why else ()),
            Buttons((Press(label, "spaces.offered", {"cohort": cohort.id}, "primary"),)),
        ),
    )


EXAMPLES: dict[str, Post | Form] = {
    "spaces.hello": hello(),
    "spaces.back": back(SAMPLE),
    "spaces.made": channel_made(SAMPLE),
    "spaces.refused": channel_refused(SAMPLE, "A team owner can allow it."),
}
