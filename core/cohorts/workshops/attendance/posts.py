"""The code, the form for it, the recording, and the way to catch up."""

from datetime import timedelta

from msgspec.structs import replace

from core.cohorts.model import awake, belongs, leads, subject
from core.cohorts.posts import at_home
from core.cohorts.workshops.model import EARLY, GRACE, LINK, Workshop, ends
from core.cohorts.workshops.posts import EXAMPLE, RECORDING, catch_up, found
from core.cohorts.workshops.signup.model import Signup, signup_id
from core.engine.ports import Moment, Viewer
from core.message import (
    Buttons,
    Form,
    Heading,
    Link,
    Phrase,
    Post,
    Text,
    TextField,
    When,
    say,
    verbatim,
)

FADES = timedelta(days=14)

# --- the code -------------------------------------------------------------------------------------


async def code_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The code, to who leads, until it no longer counts."""
    workshop, cohort = await found(moment, subject(slot))
    if workshop is None or cohort is None or not leads(cohort, viewer.person):
        return None
    if workshop.state not in {"planned", "held"} or moment.now > ends(workshop) + GRACE:
        return None
    return at_home(code(workshop, slot), cohort, viewer)


def code(workshop: Workshop, slot: str) -> Post:
    """To show in the room and on the screen."""
    return Post(
        slot=slot,
        summary=say("workshops.code.summary", "The code of your workshop"),
        purpose=say("workshops.code.why", "Because you lead this cohort."),
        blocks=(
            Heading(verbatim(workshop.code)),
            Text(
                say(
                    "workshops.code.text",
                    "Show it in {title}, in the room and on the screen. People write: here "
                    "{code}. It counts from {begins} to {ends}.",
                    title=workshop.title,
                    code=workshop.code,
                    begins=When(workshop.starts - EARLY),
                    ends=When(ends(workshop) + GRACE),
                )
            ),
        ),
    )


def code_form(workshop: str, *, wrong: bool = False) -> Form:
    """Asks for the code that is shown."""
    return Form(
        title=say("workshops.here.title", "I’m here"),
        action="workshops.here",
        args={"workshop": workshop} if workshop else {},
        fields=(
            TextField(
                name="code",
                label=say("workshops.here.label", "Which code is shown?"),
                hint=verbatim("7KQ4M"),
                limit=20,
            ),
        ),
        submit=say("workshops.here.submit", "I’m here"),
        errors={"code": NO_CODE} if wrong else {},
    )


# --- catching up ----------------------------------------------------------------------------------


async def catch_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The recording, to a member who was not there; nothing once they have caught up."""
    workshop, cohort = await found(moment, subject(slot))
    if workshop is None or cohort is None or not workshop.recording or not viewer.person:
        return None
    if not awake(cohort, moment.now) or not await belongs(moment.read, cohort, viewer.person):
        return None
    signup = await moment.read.get(Signup, signup_id(workshop.id, viewer.person))
    return None if signup is not None and signup.how else catching(workshop, slot)


def catching(workshop: Workshop, slot: str) -> Post:
    """To who was not there."""
    return Post(
        slot=slot,
        summary=say("workshops.catch.summary", "A workshop to catch up with"),
        purpose=verbatim(workshop.purpose),
        blocks=(
            Heading(verbatim(workshop.title)),
            Text(
                say(
                    "workshops.catch.text",
                    "You couldn’t be there. Here is the recording, with the same questions as "
                    "everyone had. It counts just the same, and you can leave it.",
                )
            ),
            Buttons((Link(RECORDING, workshop.recording), catch_up(workshop))),
        ),
    )


def recording_form(workshop: Workshop, link: str = "", *, wrong: bool = False) -> Form:
    """Where the recording is."""
    return Form(
        title=say("workshops.recording.title", "Add the recording"),
        action="workshops.record",
        args={"workshop": workshop.id},
        intro=say(
            "workshops.recording.intro",
            "Those who signed up and were not there are offered to catch up.",
        ),
        fields=(
            TextField(
                name="link",
                label=say("workshops.recording.link", "Its address"),
                hint=verbatim("https://"),
                limit=LINK,
                value=link or workshop.recording,
            ),
        ),
        submit=say("workshops.recording.submit", "Add it"),
        errors={"link": BAD_LINK} if wrong else {},
    )


# --- sentences ------------------------------------------------------------------------------------

BAD_LINK = say("workshops.recording.bad", "This is no address that begins with https://")
NO_CODE = say("workshops.here.no-code", "Write here and the code that is shown, like: here 7KQ4M")
WRONG = say("workshops.here.wrong", "No workshop of yours has that code. Please look again.")
WAIT = say(
    "workshops.here.wait",
    "Those were many wrong codes. Ask whoever facilitates, and try again in an hour.",
)
HERE = say("workshops.here.done", "Good to have you. You’re counted, and only you see that.")
COUNTED = say("workshops.here.counted", "You’re counted already. Enjoy the session.")
LATE = say(
    "workshops.here.late",
    "That session is over. Once there is a recording, catching up counts just the same.",
)
NO_SESSION = say("workshops.here.none", "It does not take place, so there is no code.")
NOT_OVER = say("workshops.recording.early", "A recording can be added once the session is over.")
RECORDED = say("workshops.recorded", "Added. Those who were not there are being told.")


def early(workshop: Workshop) -> Phrase:
    """The right code at the wrong time."""
    return say(
        "workshops.here.early",
        "That code counts from {when} on.",
        when=When(workshop.starts - EARLY),
    )


_HELD = replace(EXAMPLE, state="held", recording="https://video.example.org/7")

EXAMPLES: dict[str, Post | Form] = {
    "workshops.code": code(EXAMPLE, "workshop-code/sample-talk"),
    "workshops.here": code_form("sample-talk"),
    "workshops.catch": catching(_HELD, "workshop-catch/sample-talk"),
    "workshops.recording": recording_form(EXAMPLE),
}
