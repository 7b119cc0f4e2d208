"""The facts of a send to whoever answers for it: how many, by course and by place; never who."""

from collections.abc import Sequence

from core.cohorts.access import privately, refused
from core.cohorts.model import Cohort, Space
from core.cohorts.words import ASKED
from core.courses.after.model import WORKED, told
from core.courses.learning import posts
from core.courses.learning.figures import FEW, LABELS, TOO_FEW, count, hidden, reached
from core.courses.learning.model import PLACED, places
from core.courses.model import Send, answers_for
from core.engine.ports import Changes, Event, Moment
from core.message import Block, Facts, Heading, Phrase, Post, Text, say, verbatim
from core.people.model import Person

Rows = tuple[tuple[Phrase, Phrase], ...]
COURSES = 8


async def people(event: Event, moment: Moment, me: Person) -> Changes:
    """How many, in private, to who sent it or runs the cohort."""
    send = await moment.read.get(Send, event.args.get("send", ""))
    cohort = await moment.read.get(Cohort, send.cohort) if send else None
    if send is None:
        return refused(posts.GONE)
    if not answers_for(send, cohort, me.id):
        return refused(NOT_YOURS)
    of = await reached(moment, send)
    hides = await hidden(moment, send)
    rows = [await _row(moment, send, n, hides) for n in range(len(send.courses))[:COURSES]]
    where, worked = await _places(moment, send), await told(moment.read, send.id)
    return privately(event, me, facts(send, of, rows, where, worked))


async def _row(moment: Moment, send: Send, n: int, hides: frozenset[str]) -> tuple[Phrase, Phrase]:
    found = [
        TOO_FEW if board in hides else verbatim(str(await count(moment, send, board, n)))
        for board in LABELS
    ]
    return (
        verbatim(send.courses[n].title),
        say(
            "courses.people.row",
            "opened: {opened}; say they are done: {declared}; confirmed: {confirmed}",
            opened=found[0],
            declared=found[1],
            confirmed=found[2],
        ),
    )


async def _places(moment: Moment, send: Send) -> Rows:
    """Openings by place; none of them, where one place has so few that it would tell of people."""
    where = places(send)
    sums = [await moment.read.tally(PLACED, f"{send.id}/{n}") for n in range(len(where))]
    if not where[1:] or any(n < FEW for n in sums):
        return ()
    spaces = [await moment.read.get(Space, place) for place in where]
    titles = [space.title if space else "" for space in spaces]
    return tuple(
        (verbatim(title or str(number)), say("courses.people.place", "opened: {n}", n=n))
        for number, (title, n) in enumerate(zip(titles, sums, strict=True), 1)
    )


def facts(
    send: Send,
    of: int,
    rows: Sequence[tuple[Phrase, Phrase]],
    where: Rows = (),
    worked: Rows = (),
) -> Post:
    """The three columns for each course, where it was opened, and whether it helped."""
    many = say("courses.people.of", "Sent to {n} people.", n=of)
    everyone = say("courses.people.open", "In the open, for everyone there.")
    helped: tuple[Block, ...] = (Text(WORKED), Facts(worked)) if worked else ()
    return Post(
        summary=say("courses.people.summary", "How far people have come"),
        purpose=ASKED,
        blocks=(
            Heading(say("courses.people.title", "How far people have come")),
            Text(everyone if send.open else many),
            Facts((*rows, *where)),
            *helped,
            Text(
                say(
                    "courses.people.how",
                    "Three figures that are never mixed: what our page saw, what people say, what "
                    "the provider says. Who opened it is told to nobody.",
                ),
                subtle=True,
            ),
        ),
    )


NOT_YOURS = say(
    "courses.people.not-yours", "Only whoever sent it or runs its cohort sees the figures."
)

_ROW = say(
    "courses.people.row",
    "opened: {opened}; say they are done: {declared}; confirmed: {confirmed}",
    opened=verbatim("19"),
    declared=verbatim("14"),
    confirmed=verbatim("12"),
)
EXAMPLES = {
    "courses.learning.people": facts(
        posts.SEND,
        24,
        ((verbatim(posts.COURSE.title), _ROW),),
        (),
        (
            (say("courses.worked.yes", "It worked"), verbatim("6")),
            (say("courses.worked.a-bit", "A bit"), verbatim("3")),
        ),
    )
}
