"""What came of a cohort, and the form for the next intake."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from core.cohorts.closing.model import FEWEST, GIVEN, QUOTES, Closing, Farewell, board
from core.cohorts.forms import PROBLEMS
from core.cohorts.model import Cohort, Problem, leads, subject
from core.cohorts.model import board as standing
from core.cohorts.words import ASKED, SAMPLE, SAMPLED, called, name_of
from core.engine.ports import Moment, Reader, Viewer
from core.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    DateField,
    Form,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    TextField,
    say,
    verbatim,
)
from core.slices import Corner, Reporter


async def report_view(
    reporters: Sequence[Reporter], moment: Moment, slot: str, viewer: Viewer
) -> Post | None:
    """What came of it, to those who led it: figures, and quotes that were allowed."""
    cohort = await moment.read.get(Cohort, subject(slot))
    if cohort is None or not leads(cohort, viewer.person):
        return None
    lines = [line for tell in reporters for line in await tell(moment, cohort)]
    quotes = await _quotes(moment.read, cohort)
    named = [(one, await name_of(moment, one.person)) for one in quotes]
    joined = await moment.read.tally(standing("member"), cohort.id)
    again = await _again(moment.read, cohort)
    return replace(report(cohort, joined, lines, named, again), slot=slot)


async def _again(read: Reader, cohort: Cohort) -> int | None:
    """How many would go on, unless so few answered that it would name them."""
    given = await read.tally(GIVEN, cohort.id)
    return await read.tally(board("yes"), cohort.id) if given >= FEWEST else None


async def _quotes(read: Reader, cohort: Cohort) -> Sequence[Farewell]:
    found: list[Farewell] = []
    for quoting in ("named", "nameless"):
        page = await read.find(Farewell, cohort=cohort.id, quote=quoting, limit=QUOTES)
        found += page.items
    return found[:QUOTES]


def report(
    cohort: Cohort,
    joined: int,
    lines: Sequence[Phrase],
    quotes: Sequence[tuple[Farewell, str]],
    again: int | None,
) -> Post:
    """What came of it, in figures and in words."""
    total = say("closing.report.joined", "{n} people took part to the end.", n=joined)
    more = (
        ()
        if again is None
        else (say("closing.report.again", "{n} would join another round.", n=again),)
    )
    shown = tuple(_quote(one, name) for one, name in quotes)
    told: tuple[Block, ...] = (Text(QUOTED, subtle=True),) if shown else ()
    return Post(
        slot=f"closing-report/{cohort.id}",
        summary=say("closing.report.summary", "What came of your cohort"),
        purpose=say("closing.report.purpose", "Because you led this cohort."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Bullets((total, *lines, *more)),
            *shown,
            *told,
            Buttons((again_button(cohort),)),
        ),
    )


QUOTED = say("closing.report.quoted", "Quoted is only who said yes to it.")


def _quote(one: Farewell, name: str) -> Quote:
    text = one.changed or one.kept or one.next
    if one.quote == "named":
        return Quote(text, say("closing.by", "{name}", name=called(name)))
    return Quote(text, say("closing.somebody", "somebody who took part"))


def again_button(cohort: Cohort) -> OpenForm:
    """Starts the next intake."""
    label = say("closing.next-intake", "Plan the next round")
    return OpenForm(label, "closing.again", {"cohort": cohort.id}, "primary")


def again_form(
    cohort: Cohort,
    draft: str,
    values: Mapping[str, str] | None = None,
    wrong: Mapping[str, Problem] | None = None,
) -> Form:
    """Its name and dates; all else is as it was."""
    given = values or {"name": cohort.name}
    return Form(
        title=say("closing.again.title", "The next round"),
        intro=say(
            "closing.again.intro",
            "Purpose, facilitator, moderator and zone stay; the agreement becomes a draft for the "
            "new group. Its people are invited anew.",
        ),
        action="closing.again",
        args={"cohort": cohort.id, "draft": draft},
        submit=say("closing.again.start", "Start it"),
        fields=(
            TextField(
                name="name",
                label=say("cohorts.field.name", "Name"),
                limit=60,
                value=given.get("name", ""),
            ),
            DateField(
                name="first",
                label=say("cohorts.field.first", "First day"),
                value=given.get("first", ""),
            ),
            DateField(
                name="last",
                label=say("cohorts.field.last", "Last day"),
                value=given.get("last", ""),
            ),
        ),
        errors={name: PROBLEMS[problem] for name, problem in (wrong or {}).items()},
    )


def started_again(cohort: Cohort) -> Post:
    """What to do with it now."""
    args = {"cohort": cohort.id}
    return Post(
        summary=say("closing.started.summary", "The next round is set up"),
        purpose=ASKED,
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(
                say(
                    "closing.started",
                    "It is set up. Next: a programme, a place for it (write there: cohort here "
                    "{name}), and its people.",
                    name=cohort.name,
                )
            ),
            Buttons(
                (
                    OpenForm(
                        say("closing.programme", "Choose a programme"),
                        "programmes.choose",
                        args,
                        "primary",
                    ),
                    Press(say("closing.desk", "Its desk"), "cohorts.desk", args),
                )
            ),
        ),
    )


# --- on the desk --------------------------------------------------------------------------------


async def desk_corner(moment: Moment, cohort: Cohort) -> Corner | None:
    """Opening the round, then how it goes and what came of it."""
    closing = await moment.read.get(Closing, cohort.id)
    args = {"cohort": cohort.id}
    if closing is None:
        label = say("closing.open", "Closing round")
        return Corner(buttons=(Press(label, "closing.open", args),))
    given = await moment.read.tally(GIVEN, cohort.id)
    line = say("closing.desk.given", "Closing round: {n} have looked back.", n=given)
    moves: tuple[Button, ...] = (
        Press(say("closing.report", "What came of it"), "closing.report", args),
        again_button(cohort),
    )
    return Corner((line,), moves)


STARTED_ALREADY = say("closing.started-already", "The next round was set up before.")

_SAID = Farewell(
    id="sample/cem",
    cohort="sample",
    person="cem",
    changed="I write three lines before I leave, and nobody has called me at night since.",
    quote="named",
    at=SAMPLED,
)

EXAMPLES: Mapping[str, Post | Form] = {
    "closing.report": report(
        SAMPLE,
        24,
        (),
        [(_SAID, "Cem Sample"), (replace(_SAID, quote="nameless"), "")],
        8,
    ),
    "closing.again": again_form(SAMPLE, "1"),
    "closing.again.wrong": again_form(SAMPLE, "1", {"name": "x"}, {"name": "name"}),
    "closing.started": started_again(SAMPLE),
}
