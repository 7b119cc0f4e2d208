"""What whoever sends a course reads of its due date, its path and who joins later."""

from collections.abc import Sequence

from core.courses.assigning.enrolling import STATES, provider_of
from core.courses.assigning.model import Enrolment, board
from core.courses.model import Course, Send
from core.engine.ports import Moment
from core.message import Day, Phrase, say, verbatim

FEW = 5
SHORT = 40
COUNTS = {
    "enrolled": say("courses.assigning.enrolled", "Enrolled there: {n}."),
    "unknown": say("courses.assigning.unknown", "Not known there: {n}."),
    "unable": say("courses.assigning.unable", "Could not be enrolled: {n}."),
}
NEXT = say("courses.assigning.next", "The next opens when the last is done.")


async def lines(moment: Moment, send: Send) -> tuple[Phrase, ...]:
    """One line for each of these that there is."""
    found: list[Phrase] = []
    if send.due:
        found.append(say("courses.assigning.due", "To be done by {day}.", day=Day(send.due)))
    if send.assigned and send.cohort:
        found.append(say("courses.assigning.all", "Whoever joins the cohort later gets it too."))
    if len(send.courses) > 1:
        found += (_path(send), *titles(send.courses))
    return (*found, *await _enrolment(moment, send))


def _path(send: Send) -> Phrase:
    days = int(send.pace) if send.pace.isdecimal() else 0
    opens = (
        say("courses.assigning.every", "The next opens every {n} days.", n=days) if days else NEXT
    )
    return say(
        "courses.assigning.path", "A path of {n} links. {opens}", n=len(send.courses), opens=opens
    )


def titles(courses: Sequence[Course]) -> tuple[Phrase, ...]:
    """The first of them in their order, and how many more there are."""
    shown = tuple(verbatim(_short(course.title)) for course in courses[:FEW])
    rest = len(courses) - FEW
    return (*shown, say("courses.assigning.more", "… and {n} more.", n=rest)) if rest > 0 else shown


def _short(title: str) -> str:
    return title if len(title) <= SHORT else f"{title[: SHORT - 1].rstrip()}…"


async def _enrolment(moment: Moment, send: Send) -> tuple[Phrase, ...]:
    """What the provider made of it, in one line: how many, how many not, what is in the way."""
    found = await moment.read.get(Enrolment, send.id)
    if found is None:
        return ()
    name = provider_of(send.courses[0])
    if found.able == "no":
        return (_unable(found, name),)
    counts = await _counts(moment, send)
    if found.down:
        counts += (
            say(
                "courses.assigning.down",
                "{name} doesn’t answer just now; it is asked again.",
                name=name,
            ),
        )
    whole = say("courses.assigning.at", "Enrolment at {name}.", name=name)
    for part in counts:
        whole = say("courses.assigning.and", "{one} {other}", one=whole, other=part)
    return (whole,)


async def _counts(moment: Moment, send: Send) -> tuple[Phrase, ...]:
    found: list[Phrase] = []
    for state in STATES:
        sums = [
            await moment.read.tally(board(state), f"{send.id}/{step}")
            for step in range(len(send.courses))
        ]
        if sum(sums) > 0:
            words = COUNTS[state]
            found.append(Phrase(words.key, words.words, {"n": sum(sums)}))
    return tuple(found)


def _unable(found: Enrolment, name: str) -> Phrase:
    if found.why == "off":
        return say(
            "courses.assigning.off",
            "{name} takes no enrolments from here: people open it with their own sign-in.",
            name=name,
        )
    return say(
        "courses.assigning.failed",
        "Nobody could be enrolled at {name}: no answer, or a no. The link works all the same.",
        name=name,
    )
