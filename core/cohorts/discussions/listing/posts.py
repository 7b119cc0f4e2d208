"""The list of discussions, and what of it stands on other cards."""

from collections.abc import Sequence

from core.cohorts.discussions.model import Discussion, question_of
from core.cohorts.discussions.posts import SUMMED, about, clipped
from core.cohorts.model import Cohort
from core.cohorts.words import ASKED, SAMPLE
from core.message import (
    Bullets,
    Button,
    Buttons,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Text,
    When,
    say,
)

PAGE = 5
GIST = 100

Counted = Sequence[tuple[Discussion, int]]


def listed(cohort: Cohort, found: Counted, *, words: str = "", after: str = "") -> Post:
    """Each with its count, the newest first; or those that fit some words."""
    args = {"cohort": cohort.id, **({"words": words} if words else {})}
    on = Press(
        say("discussions.list.more", "Older ones"), "discussions.list", {**args, "after": after}
    )
    read = tuple(
        Press(say("discussions.list.read", "Read {n}", n=n), "discussions.look", about(it))
        for n, (it, _) in enumerate(found, 1)
    )
    lines = tuple(_line(it, given) for it, given in found)
    return Post(
        summary=say("discussions.list.summary", "Discussions in your cohort"),
        purpose=ASKED,
        blocks=(
            Heading(_title(words)),
            *((Bullets(lines, numbered=True),) if lines else (Text(_none(words)),)),
            Buttons((*read, *((on,) if after else ())))
            if read or after
            else Buttons((start(cohort),)),
            *((Buttons((start(cohort),)),) if read else ()),
        ),
    )


def start(cohort: Cohort) -> OpenForm:
    """Begins another one."""
    label = say("discussions.start", "Start a discussion")
    return OpenForm(label, "discussions.start", {"cohort": cohort.id})


def all_of(cohort: Cohort) -> Button:
    """Leads to the list."""
    return Press(say("discussions.list", "Discussions"), "discussions.list", {"cohort": cohort.id})


def _title(words: str) -> Phrase:
    if words:
        return say("discussions.list.found", "Discussions about “{about}”", about=words)
    return say("discussions.list", "Discussions")


def _none(words: str) -> Phrase:
    if words:
        return say("discussions.list.nothing", "None of the latest says that. Try another word.")
    return say("discussions.list.none", "There is none yet. Anyone who joined may start one.")


def _line(it: Discussion, given: int) -> Phrase:
    asked = question_of(it)
    if it.state == "closed":
        gist = clipped(" ".join(it.summary.split()), GIST)
        return say(
            "discussions.list.closed", "{question} Closed: {gist}", question=asked, gist=gist
        )
    return say("discussions.list.open", "{question} Answers: {n}", question=asked, n=given)


def waiting(it: Discussion) -> Phrase:
    """A line for the facilitator about a question that nobody has answered."""
    return say(
        "discussions.waiting",
        "Unanswered since {day}: {question}",
        day=When(it.opened),
        question=question_of(it),
    )


def running(n: int) -> Phrase:
    """A line for a member."""
    return say("discussions.running", "Open discussions: {n}.", n=n)


EXAMPLES: dict[str, Post] = {
    "discussions.list": listed(SAMPLE, ((SUMMED, 7),), after="cursor"),
    "discussions.list.found": listed(SAMPLE, ((SUMMED, 7),), words="handover"),
    "discussions.list.nothing": listed(SAMPLE, (), words="rota"),
    "discussions.list.none": listed(SAMPLE, ()),
}
