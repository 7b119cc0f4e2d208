"""A workshop as a step of a programme: a draft that whoever facilitates completes."""

from datetime import datetime

from msgspec.structs import replace

from core.cohorts.model import Cohort, subject
from core.cohorts.workshops.model import (
    LONGEST,
    MODES,
    SHORTEST,
    TITLE,
    Workshop,
    mode_of,
    number,
    open_to,
    pages,
    rank_of,
    workshop_id,
)
from core.cohorts.workshops.posts import DROP, EXAMPLE, WHEN, args_of, catch_up, found
from core.cohorts.workshops.signup.model import Signup, signup_id, telling
from core.engine.gate import opening
from core.engine.ports import Changes, Event, Moment, Viewer
from core.message import (
    Button,
    Buttons,
    Facts,
    Form,
    Heading,
    OpenForm,
    Post,
    Press,
    Text,
    When,
    say,
    verbatim,
)
from core.people.model import of, rhythm
from core.programmes.model import Kind, Options, worded

USUAL = 90


async def run(event: Event, moment: Moment) -> Changes:
    """Drafts the workshop and asks whoever facilitates to complete it."""
    args = event.args
    cohort = await moment.read.get(Cohort, args["cohort"])
    starts = datetime.fromisoformat(args["at"])
    if cohort is None or starts <= moment.now:
        return Changes()
    id = workshop_id(cohort.id, f"{args['step']}/{args['at']}")
    if await moment.read.get(Workshop, id):
        return Changes()
    lead = await of(moment.read, cohort.facilitator)
    title = moment.words(worded(args, "title"), lead.locale if lead else "")
    draft = Workshop(
        id=id,
        cohort=cohort.id,
        title=title[:TITLE],
        purpose=cohort.purpose,
        starts=starts,
        minutes=number(args.get("minutes", ""), SHORTEST, LONGEST) or USUAL,
        mode=mode_of(args.get("mode", "")),
        step=args["step"],
        rank=rank_of(starts),
    )
    asks = telling(cohort.facilitator, f"workshop-draft/{id}", "person", starts)
    due = opening(rhythm(lead), moment.now) if lead else moment.now
    asks = replace(asks, due=min(due, starts))
    return Changes(saves=(draft,), jobs=(pages(cohort, draft)[0], asks))


async def late(moment: Moment, cohort: str, person: str) -> Button | None:
    """For who joins late: the sign-up of the next one, else the last one’s recording."""
    ahead = await moment.read.find(Workshop, cohort=cohort, state="planned", limit=1)
    for one in ahead.items:
        if open_to(one, moment.now):
            label = say("workshops.late", "The workshop: are you coming?")
            return Press(label, "workshops.open", args_of(one))
    for one in reversed((await moment.read.find(Workshop, cohort=cohort, state="held")).items):
        signup = await moment.read.get(Signup, signup_id(one.id, person))
        if one.recording and not (signup and signup.how):
            return catch_up(one)
    return None


def around(options: Options) -> tuple[int, ...]:
    """Whether they come, the day before, and what was left."""
    opens = int(options.get("opens") or 0)
    return (0, max(opens - 1, 0), opens)


async def draft_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """To whoever facilitates, until it is planned or put away."""
    workshop, cohort = await found(moment, subject(slot))
    if workshop is None or cohort is None or workshop.state != "draft":
        return None
    return drafted(workshop) if viewer.person == cohort.facilitator else None


def drafted(workshop: Workshop) -> Post:
    """What is missing, and the way to leave it out."""
    args = args_of(workshop)
    when = say("workshops.when.short", "{when}", when=When(workshop.starts))
    return Post(
        slot=f"workshop-draft/{workshop.id}",
        summary=say("workshops.draft.summary", "A workshop for you to complete"),
        purpose=say("workshops.draft.why", "Your programme has a workshop here."),
        blocks=(
            Heading(verbatim(workshop.title)),
            Text(
                say(
                    "workshops.draft.text",
                    "Nobody is asked before you say where it takes place. Move it if the day "
                    "does not suit.",
                )
            ),
            Facts(((WHEN, when),)),
            Buttons(
                (
                    OpenForm(
                        say("workshops.draft.complete", "Complete it"),
                        "workshops.complete",
                        args,
                        "primary",
                    ),
                    Press(DROP, "workshops.drop", args),
                )
            ),
        ),
    )


KIND = Kind(
    run=run,
    options={
        "title": lambda text: 0 < len(text) <= TITLE,
        "minutes": lambda text: not text or number(text, SHORTEST, LONGEST) is not None,
        "mode": lambda text: not text or text in MODES,
    },
    active=1,
    silent=1,
    days=around,
    late=late,
)

EXAMPLES: dict[str, Post | Form] = {"workshops.draft": drafted(EXAMPLE)}
