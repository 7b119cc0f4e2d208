"""What a course may be for and what to ask about it, suggested in the sender's language."""

from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.courses.model import PURPOSE, QUESTION, Course, Send
from core.engine.ports import Moment
from core.message import Phrase, say
from core.people.model import Person

SHORT = 20
WATCHED = frozenset({"video", "webinar", "film"})
READ = frozenset({"article", "document", "book", "page"})


def suggested(moment: Moment, it: Send, cohort: Cohort | None, me: Person) -> Send:
    """The send with a purpose and a question, where nobody has written any."""
    locale = me.locale or "en"
    purpose = cohort.purpose if cohort else moment.words(purpose_of(it), locale)
    question = moment.words(question_of(it.courses[0]), locale)
    return replace(
        it,
        purpose=it.purpose or purpose[:PURPOSE],
        question=it.question or question[:QUESTION],
    )


def purpose_of(it: Send) -> Phrase:
    """What a link may be for, where no cohort says it."""
    minutes = sum(course.minutes for course in it.courses)
    if 0 < minutes <= SHORT:
        return say(
            "courses.sending.purpose.short",
            "{n} minutes that we can talk about afterwards.",
            n=minutes,
        )
    return say("courses.sending.purpose", "So that we can talk about the same thing.")


def question_of(course: Course) -> Phrase:
    """A question that the kind of course allows."""
    kind = course.kind.casefold()
    if kind in WATCHED:
        return say(
            "courses.sending.question.watch",
            "While you watch: what could you try this week?",
        )
    if kind in READ:
        return say(
            "courses.sending.question.read", "While you read: what would you try first, and why?"
        )
    if 0 < course.minutes <= SHORT:
        return say("courses.sending.question.short", "Which part could you use this week, and how?")
    return say(
        "courses.sending.question", "What would you like to do differently once you’ve done it?"
    )
