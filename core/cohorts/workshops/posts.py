"""The workshop as everyone sees it, a person’s own card of it, and the list of what is planned."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.model import Cohort, belongs, leads, subject
from core.cohorts.posts import at_home
from core.cohorts.words import ASKED, SAMPLE, SAMPLED
from core.cohorts.workshops.model import Workshop, open_to, rank_of, running
from core.cohorts.workshops.signup.model import Choice, Signup, board, offered, signup_id
from core.engine.ports import Moment, Viewer
from core.message import (
    Block,
    Button,
    Buttons,
    Facts,
    Form,
    Heading,
    Link,
    OpenForm,
    Phrase,
    Post,
    Press,
    Text,
    When,
    say,
    verbatim,
)

Rows = tuple[tuple[Phrase, Phrase], ...]

LABELS: Mapping[Choice, Phrase] = {
    "room": say("workshops.coming", "I’m coming"),
    "online": say("workshops.online", "I join online"),
    "no": say("workshops.cannot", "I can’t"),
}
STANDS: Mapping[Choice, Phrase] = {
    "": say("workshops.stands.open", "no answer yet"),
    "room": say("workshops.stands.room", "you’re coming"),
    "online": say("workshops.stands.online", "you join online"),
    "waiting": say("workshops.stands.waiting", "you’re on the waiting list"),
    "no": say("workshops.stands.no", "you can’t come"),
}


class Counts(Struct, frozen=True, kw_only=True):
    """How many chose what."""

    room: int = 0
    online: int = 0
    waiting: int = 0
    no: int = 0


async def counted(moment: Moment, workshop: Workshop) -> Counts:
    """The counts as they are now."""
    choices: tuple[Choice, ...] = ("room", "online", "waiting", "no")
    sums = [max(await moment.read.tally(board(it), workshop.id), 0) for it in choices]
    return Counts(room=sums[0], online=sums[1], waiting=sums[2], no=sums[3])


def args_of(workshop: Workshop) -> Mapping[str, str]:
    """What a button about a workshop carries: its cohort follows from it."""
    return {"workshop": workshop.id}


DROP = say("workshops.draft.drop", "Not this time")


def calendar_of(workshop: Workshop) -> str:
    """The page of ours that gives its calendar entry."""
    return f"/m/{workshop.id}.ics"


# --- the shared card ----------------------------------------------------------------------------


async def workshop_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """What, why, when and where; how many come."""
    workshop, cohort = await found(moment, subject(slot))
    if workshop is None or cohort is None or workshop.state == "draft":
        return None
    if viewer.person and not await belongs(moment.read, cohort, viewer.person):
        return None
    now = await counted(moment, workshop)
    on = running(workshop, moment.now)
    return at_home(card(workshop, now, calendar_of(workshop), on=on), cohort, viewer)


async def found(moment: Moment, id: str) -> tuple[Workshop | None, Cohort | None]:
    """A workshop and its cohort."""
    workshop = await moment.read.get(Workshop, id)
    return workshop, await moment.read.get(Cohort, workshop.cohort) if workshop else None


def card(workshop: Workshop, now: Counts, calendar: str, *, on: bool = False) -> Post:
    """One card for everybody."""
    if workshop.state == "cancelled":
        return _past(workshop, say("workshops.card.off", "This workshop does not take place."))
    if workshop.state == "held":
        return _past(workshop, say("workshops.card.held", "This workshop has taken place."))
    return Post(
        slot=f"workshop/{workshop.id}",
        summary=say("workshops.summary", "A workshop to sign up for"),
        purpose=verbatim(workshop.purpose),
        blocks=(
            Heading(verbatim(workshop.title)),
            Facts((*about(workshop), *_counts(workshop, now))),
            Buttons((*choices(workshop), *ways(workshop, calendar, on=on))),
        ),
    )


def _past(workshop: Workshop, text: Phrase) -> Post:
    rest: list[Block] = []
    if workshop.state == "held" and workshop.recording:
        rest.append(Buttons((Link(RECORDING, workshop.recording), catch_up(workshop))))
    return Post(
        slot=f"workshop/{workshop.id}",
        summary=say("workshops.summary.past", "A workshop"),
        purpose=verbatim(workshop.purpose),
        blocks=(Heading(verbatim(workshop.title)), Text(text), *rest),
    )


def about(workshop: Workshop) -> Rows:
    """When and where."""
    lasts = say(
        "workshops.when.lasts",
        "{when}, {n} minutes",
        when=When(workshop.starts),
        n=workshop.minutes,
    )
    rows = [(WHEN, lasts)]
    if workshop.mode != "online":
        rows.append((WHERE, verbatim(workshop.place)))
    if workshop.mode != "room":
        also = say("workshops.where.online", "online; the link comes with the reminder")
        label = WHERE if workshop.mode == "online" else say("workshops.where.or", "Or")
        rows.append((label, also))
    return tuple(rows)


def _counts(workshop: Workshop, now: Counts) -> Rows:
    rows: list[tuple[Phrase, Phrase]] = []
    for label, count, limited in _seats(workshop, now):
        told = verbatim(str(count))
        if limited and workshop.capacity:
            told = say("workshops.of", "{n} of {of} seats", n=count, of=workshop.capacity)
        rows.append((label, told))
    if now.waiting:
        label = say("workshops.count.waiting", "Waiting for a seat")
        rows.append((label, verbatim(str(now.waiting))))
    return tuple(rows)


def _seats(workshop: Workshop, now: Counts) -> Sequence[tuple[Phrase, int, bool]]:
    """What is counted, and whether there is a limit to it."""
    room = say("workshops.count.room", "Coming")
    online = say("workshops.count.online", "Online")
    if workshop.mode == "online":
        return ((online, now.online, True),)
    if workshop.mode == "room":
        return ((room, now.room, True),)
    return ((room, now.room, True), (online, now.online, False))


def choices(workshop: Workshop, mine: Choice = "") -> tuple[Button, ...]:
    """What a person can still choose."""
    offers = [choice for choice in offered(workshop) if choice != mine]
    return tuple(
        Press(
            LABELS[choice],
            "workshops.sign",
            {**args_of(workshop), "choice": choice},
            "plain" if mine or n else "primary",
        )
        for n, choice in enumerate(offers)
    )


def ways(workshop: Workshop, calendar: str, *, on: bool) -> tuple[Button, ...]:
    """Into the calendar, into the session, and being there."""
    keep = Link(say("workshops.calendar", "Add to calendar"), calendar)
    if not on:
        return (keep,)
    here = OpenForm(say("workshops.here", "I’m here"), "workshops.here", args_of(workshop))
    if workshop.mode == "room":
        return (here, keep)
    return (here, Link(JOIN, workshop.link), keep)


def catch_up(workshop: Workshop) -> OpenForm:
    """For who was not there."""
    label = say("workshops.catch-up", "Catch up")
    return OpenForm(label, "workshops.catch_up", args_of(workshop), "primary")


# --- a person's own card --------------------------------------------------------------------------


async def mine_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """Where one person stands to a workshop, and what they can do."""
    workshop, cohort = await found(moment, subject(slot))
    if workshop is None or cohort is None or workshop.state == "draft":
        return None
    if not viewer.person or not await belongs(moment.read, cohort, viewer.person):
        return None
    signup = await moment.read.get(Signup, signup_id(workshop.id, viewer.person))
    if not open_to(workshop, moment.now):
        return replace(card(workshop, Counts(), ""), slot=slot)
    on = running(workshop, moment.now)
    return replace(own(workshop, signup, calendar_of(workshop), on=on), slot=slot)


def own(workshop: Workshop, signup: Signup | None, calendar: str, *, on: bool = False) -> Post:
    """The same card for one person: what they said, and what else they could say."""
    choice: Choice = signup.choice if signup else ""
    return Post(
        slot=f"workshop-mine/{workshop.id}",
        summary=say("workshops.summary", "A workshop to sign up for"),
        purpose=verbatim(workshop.purpose),
        blocks=(
            Heading(verbatim(workshop.title)),
            Facts((*about(workshop), (YOU, STANDS[choice]))),
            Buttons((*choices(workshop, choice), *ways(workshop, calendar, on=on))),
        ),
    )


# --- what is planned ------------------------------------------------------------------------------


def listed(cohort: Cohort, workshops: Sequence[Workshop], person: str) -> Post:
    """What is planned, each a button away; who leads can plan another."""
    text = say("workshops.list.text", "What is planned in {name}:", name=cohort.name)
    none = say("workshops.list.none", "Nothing is planned in {name} so far.", name=cohort.name)
    opened = tuple(
        Press(verbatim(one.title), "workshops.open", args_of(one)) for one in workshops[:5]
    )
    plan = (plan_button(cohort),) if leads(cohort, person) else ()
    rows = tuple((verbatim(one.title), _when(one)) for one in workshops)
    return Post(
        summary=say("workshops.list.summary", "The workshops of a cohort"),
        purpose=ASKED,
        blocks=(
            Text(text if workshops else none),
            *((Facts(rows),) if rows else ()),
            *((Buttons((*opened, *plan)),) if opened or plan else ()),
        ),
    )


def _when(workshop: Workshop) -> Phrase:
    return say("workshops.when.short", "{when}", when=When(workshop.starts))


def plan_button(cohort: Cohort) -> OpenForm:
    """Begins it."""
    label = say("workshops.plan", "Plan a workshop")
    return OpenForm(label, "workshops.plan", {"cohort": cohort.id})


WHEN = say("workshops.when", "When")
WHERE = say("workshops.where", "Where")
YOU = say("workshops.you", "You")
JOIN = say("workshops.join", "Open the session")
RECORDING = say("workshops.recording", "Watch the recording")

PLANNED = say("workshops.planned", "It is planned, and people are being asked.")
CHANGED = say("workshops.changed", "Changed. The cards are being brought up to date.")
TWICE = say("workshops.twice", "That workshop is planned already. Write workshop to see it.")
NO_DRAFT = say("workshops.no-draft", "That one is no draft any more, so nothing has changed.")
NOT_OPEN = say("workshops.not-open", "It is over or does not take place: nothing has changed.")
DROPPED = say(
    "workshops.dropped", "Put away, and nobody was told. The other steps of the programme go on."
)

EXAMPLE = Workshop(
    id="sample-talk",
    version=1,
    cohort="sample",
    title="A handover in three lines",
    purpose="Try a handover that nobody has to ask back about",
    starts=SAMPLED + timedelta(days=8, hours=4),
    minutes=90,
    mode="both",
    place="Room 2.14",
    link="https://meet.example.org/handover",
    capacity=12,
    state="planned",
    code="7KQ4M",
    rank=rank_of(SAMPLED),
)
CALENDAR = "https://coterie.example.org/m/sample.ics"
_MINE = Signup(
    id="sample-talk/ada",
    workshop="sample-talk",
    cohort="sample",
    person="ada",
    choice="waiting",
    at=SAMPLED,
    rank="1",
)
_NOW = Counts(room=12, online=5, waiting=2)
_HELD = replace(EXAMPLE, state="held", recording="https://video.example.org/7")

EXAMPLES: dict[str, Post | Form] = {
    "workshops.card": card(EXAMPLE, Counts(), CALENDAR),
    "workshops.card.full": card(EXAMPLE, _NOW, CALENDAR, on=True),
    "workshops.card.held": card(_HELD, _NOW, CALENDAR),
    "workshops.card.off": card(replace(EXAMPLE, state="cancelled"), _NOW, CALENDAR),
    "workshops.mine": own(EXAMPLE, _MINE, CALENDAR),
    "workshops.list": listed(SAMPLE, (EXAMPLE,), "ada"),
}
