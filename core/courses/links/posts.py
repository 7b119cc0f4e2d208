"""What is said about links that are pasted, and how a course looks that somebody comes across."""

from collections.abc import Mapping, Sequence

from core.cohorts.model import Cohort
from core.cohorts.words import ASKED, SAMPLE
from core.courses.model import Course, bare, host_of
from core.message import (
    Block,
    Bold,
    Button,
    Buttons,
    Heading,
    Image,
    Italic,
    Link,
    OpenForm,
    Phrase,
    Post,
    Press,
    Text,
    say,
    verbatim,
)

NAME, SHOWN = 80, 280
HOUR = 60

PASTED = say("courses.links.pasted", "You gave me a link.")
TOO_MANY = say(
    "courses.links.too-many",
    "That’s more links than I take at once. Send me up to five: they become a path, one after"
    " the other.",
)
TOO_LONG = say(
    "courses.links.too-long",
    "That link is longer than I can keep. Is there a shorter one, such as “Copy link” gives?",
)
OURS = say("courses.links.ours", "That link leads to me already. It is meant to be opened.")
NO_LINK = say(
    "courses.links.no-link",
    "There’s no link in that message. Choose one that has a link to a course.",
)
NOTHING = say("courses.links.nothing", "No course has these words. Try fewer, or other ones.")
GUESTS = say("courses.links.guests", "Courses are found here by people of the organisation only.")
SLOW = say(
    "courses.links.slow",
    "The courses take long to answer just now. Please try again in a moment.",
)
OFF = say(
    "courses.links.off",
    "There’s no catalogue to search here yet. Send me the link of a course instead.",
)


FOUND = say("courses.links.found", "Courses that I found")


def preview(course: Course) -> Post:
    """A course that somebody comes across: nothing personal, nothing to press but where it is."""
    title = verbatim(course.title[:NAME])
    link = Link(say("courses.links.open", "Open"), course.url)
    return Post(
        summary=title,
        purpose=_told_by(course),
        blocks=(Heading(verbatim(course.title)), *_about(course), Buttons((link,))),
    )


def _told_by(course: Course) -> Phrase:
    """Whose words they are, and how long it takes."""
    who = course.provider or host_of(course.url)
    if not course.minutes:
        return say("courses.links.by", "From {provider}", provider=who)
    return say(
        "courses.links.by.minutes",
        "From {provider}, {time}",
        provider=who,
        time=lasts(course.minutes),
    )


def lasts(minutes: int) -> Phrase:
    """How long a course takes."""
    hours, left = divmod(minutes, HOUR)
    if not hours:
        return say("courses.links.minutes", "{n} min", n=minutes)
    if not left:
        return say("courses.links.hours", "{n} h", n=hours)
    return say("courses.links.both", "{hours} h {left} min", hours=hours, left=left)


def _about(course: Course) -> tuple[Block, ...]:
    blocks: tuple[Block, ...] = ()
    if course.image:
        blocks += (Image(course.image, say("courses.links.image", "Picture of the course")),)
    if course.summary:
        blocks += (Text(verbatim(course.summary[:SHOWN])),)
    return blocks


LOOKING = say("courses.links.looking", "I’ll write to you what I find.")


def found(courses: Sequence[Course], sendable: Sequence[str], error: str = "") -> Post:
    """What a search found, each to open; those that are sendable with a button that begins it."""
    if not courses:
        none = OFF if error in ("off", "unknown") else SLOW if error else NOTHING
        return Post(summary=FOUND, purpose=ASKED, blocks=(Text(none),))
    rows = (block for course in courses for block in _row(course, course.url in sendable))
    return Post(summary=FOUND, purpose=ASKED, blocks=tuple(rows))


def _row(course: Course, sends: bool) -> tuple[Block, ...]:
    title = say(
        "courses.links.row",
        "{title}. {about}",
        title=Bold(course.title[:NAME]),
        about=_told_by(course),
    )
    link = Link(say("courses.links.open", "Open"), course.url)
    send = Press(say("courses.links.send", "Send it"), "courses.pick", {"url": course.url})
    return (Text(title), Buttons((link, send) if sends else (link,)))


# --- who may not send ----------------------------------------------------------------------------


def not_yours(cohort: Cohort | None, lead: str) -> Post:
    """To somebody who leads nothing: what they can do with a link all the same."""
    if cohort is None:
        return _not_yours(
            say(
                "courses.links.alone",
                "I send links to the people of a cohort, for whoever leads it. Start a cohort of"
                " your own, or join one and share the link there.",
            ),
            (
                OpenForm(say("courses.links.start", "Start a cohort"), "cohorts.create"),
                OpenForm(say("courses.links.code", "I have a code"), "members.code"),
            ),
        )
    discuss = say("courses.links.discuss", "Start a discussion")
    return _not_yours(
        say(
            "courses.links.member",
            "In {cohort}, {lead} sends links to everyone. Share yours in a discussion and say why"
            " it’s worth the time, or ask {lead} to send it.",
            cohort=Italic(cohort.name),
            lead=lead or say("courses.links.lead", "whoever leads it"),
        ),
        (OpenForm(discuss, "discussions.start", {"cohort": cohort.id}),),
    )


def _not_yours(words: Phrase, moves: tuple[Button, ...]) -> Post:
    return Post(
        summary=say("courses.links.thanks", "What you can do with your link"),
        purpose=PASTED,
        blocks=(Text(words), Buttons(moves)),
    )


SAMPLED = Course(
    catalogue="demo",
    id="feedback",
    url="https://learn.example.org/feedback-that-lands",
    title="Feedback that lands",
    summary="How to say what bothers you so that it helps: three sentences, and a question back.",
    image="https://learn.example.org/feedback.png",
    minutes=72,
    provider="Example Learning",
)
EXAMPLES: Mapping[str, Post] = {
    "courses.links.preview": preview(SAMPLED),
    "courses.links.preview.bare": preview(bare(SAMPLED.url)),
    "courses.links.found": found((SAMPLED, bare(SAMPLED.url)), (SAMPLED.url,)),
    "courses.links.found.none": found((), ()),
    "courses.links.member": not_yours(SAMPLE, "Ada Example"),
    "courses.links.alone": not_yours(None, ""),
}
