"""What people read at the end: the round, its form, thanks, the report, the next intake."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from core.cohorts.closing.model import (
    GIVEN,
    TEXT,
    Again,
    Closing,
    Farewell,
    Quoting,
    Thanks,
    farewell_id,
)
from core.cohorts.model import Cohort, awake, belongs, subject
from core.cohorts.words import SAMPLE, called, name_of
from core.engine.ports import Moment, Viewer
from core.message import (
    Bullets,
    Buttons,
    ChoiceField,
    Form,
    Heading,
    OpenForm,
    Option,
    PeopleField,
    Phrase,
    Post,
    Quote,
    Text,
    TextField,
    say,
    verbatim,
)
from core.slices import Corner

ASKS: Mapping[str, Phrase] = {
    "kept": say("closing.kept", "What do you keep?"),
    "changed": say("closing.changed", "What do you do differently now?"),
    "next": say("closing.next", "What comes next for you?"),
}
MAY: Mapping[Quoting, Phrase] = {
    "no": say("closing.quote.no", "No, only for the facilitator"),
    "nameless": say("closing.quote.nameless", "Yes, without my name"),
    "named": say("closing.quote.named", "Yes, with my name"),
}
MORE: Mapping[Again, Phrase] = {
    "yes": say("closing.again.yes", "Yes"),
    "maybe": say("closing.again.maybe", "Perhaps"),
    "no": say("closing.again.no", "No, this was it"),
}

# --- the round ----------------------------------------------------------------------------------


async def closing_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The round in the open: the question, and how many have answered."""
    cohort = await moment.read.get(Cohort, subject(slot))
    closing = await moment.read.get(Closing, subject(slot))
    if cohort is None or closing is None:
        return None
    if viewer.person and not await belongs(moment.read, cohort, viewer.person):
        return None
    given = await moment.read.tally(GIVEN, cohort.id)
    return replace(closing_card(cohort, given, over=closing.state == "closed"), slot=slot)


async def asking_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The same to one member, as long as the round goes on and they have said nothing."""
    cohort = await moment.read.get(Cohort, subject(slot))
    closing = await moment.read.get(Closing, subject(slot))
    if cohort is None or closing is None or closing.state == "closed":
        return None
    if not awake(cohort, moment.now) or not viewer.person:
        return None
    said = await moment.read.get(Farewell, farewell_id(cohort.id, viewer.person))
    return None if said is not None else await closing_view(moment, slot, viewer)


def closing_card(cohort: Cohort, given: int, *, over: bool = False) -> Post:
    """Kept, changed, next; and thanks."""
    args = {"cohort": cohort.id}
    thank = OpenForm(say("closing.thank", "Thank somebody"), "closing.thank", args)
    answer = OpenForm(say("closing.answer", "Look back"), "closing.answer", args, "primary")
    closed = say("closing.over", "The round is closed. Thank you for these weeks.")
    return Post(
        slot=f"closing/{cohort.id}",
        summary=say("closing.summary", "Looking back together"),
        purpose=say(
            "closing.purpose", "So that what you learned here outlives these weeks, for you first."
        ),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(closed) if over else Bullets(tuple(ASKS.values())),
            *(() if over else (Text(ENOUGH),)),
            Text(say("closing.given", "Looked back so far: {n}", n=given), subtle=True),
            Buttons((thank,) if over else (answer, thank)),
        ),
    )


ENOUGH = say("closing.enough", "A sentence each is plenty. What of it is quoted is up to you.")


def answer_form(cohort: Cohort, values: Mapping[str, str], wrong: Sequence[str] = ()) -> Form:
    """Three questions, what may be quoted, and whether to go on."""
    return Form(
        title=say("closing.form", "Looking back"),
        action="closing.answer",
        args={"cohort": cohort.id},
        submit=say("closing.save", "Save"),
        fields=(
            *(
                TextField(
                    name=name,
                    label=label,
                    required=False,
                    lines=True,
                    limit=TEXT,
                    value=values.get(name, ""),
                )
                for name, label in ASKS.items()
            ),
            ChoiceField(
                name="quote",
                label=say("closing.quote", "May this be quoted in the report?"),
                options=tuple(Option(value, label) for value, label in MAY.items()),
                value=values.get("quote", "no"),
            ),
            ChoiceField(
                name="again",
                label=say("closing.again", "Another round?"),
                options=tuple(Option(value, label) for value, label in MORE.items()),
                value=values.get("again", "maybe"),
            ),
        ),
        errors=dict.fromkeys(wrong, WRONG),
    )


WRONG = say("closing.wrong", "Please say at least one thing, in at most 500 characters.")


# --- thanks -------------------------------------------------------------------------------------


def thank_form(cohort: Cohort, people: Sequence[Option], words: str = "", wrong: str = "") -> Form:
    """Whom, and for what."""
    errors = {
        "person": say("closing.thank.whom", "Please choose somebody else of this cohort."),
        "words": say("closing.thank.why", "What for? A sentence is enough."),
    }
    return Form(
        title=say("closing.thank.title", "Thank somebody"),
        intro=say("closing.thank.intro", "They get it privately, with your name."),
        action="closing.thank",
        args={"cohort": cohort.id},
        submit=say("closing.thank.send", "Send"),
        fields=(
            PeopleField(
                name="person", label=say("closing.thank.person", "Whom?"), options=tuple(people)
            ),
            TextField(
                name="words",
                label=say("closing.thank.words", "What for?"),
                lines=True,
                limit=TEXT,
                value=words,
            ),
        ),
        errors={wrong: errors[wrong]} if wrong else {},
    )


async def thanks_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """What somebody thanks them for; nothing once a moderator has hidden it."""
    thanks = await moment.read.get(Thanks, slot.partition("/")[2])
    cohort = await moment.read.get(Cohort, thanks.cohort) if thanks else None
    if thanks is None or thanks.hidden or cohort is None or viewer.person != thanks.to:
        return None
    by = await name_of(moment, thanks.by)
    return replace(thanked(cohort, by, thanks.text), slot=slot)


def thanked(cohort: Cohort, by: str, words: str) -> Post:
    """To the person who is thanked."""
    flag = say("moderation.flag", "Something is not right")
    return Post(
        summary=say("closing.thanks.summary", "Somebody thanks you"),
        purpose=say("closing.thanks.purpose", "At the end of a cohort, people thank each other."),
        blocks=(
            Heading(verbatim(cohort.name)),
            Quote(words, say("closing.by", "{name}", name=called(by))),
            Buttons((OpenForm(flag, "moderation.flag", {"cohort": cohort.id}),)),
        ),
    )


# --- on the cards of others ---------------------------------------------------------------------


async def my_corner(moment: Moment, cohort: Cohort, person: str) -> Corner | None:
    """Looking back, while the round is open."""
    closing = await moment.read.get(Closing, cohort.id)
    if closing is None or closing.state == "closed":
        return None
    label = say("closing.answer", "Look back")
    return Corner(buttons=(OpenForm(label, "closing.answer", {"cohort": cohort.id}),))


# --- sentences ----------------------------------------------------------------------------------

OPENED = say("closing.opened", "The closing round is open for a week.")
OPEN_ALREADY = say("closing.open-already", "The closing round was opened before.")
NOT_YET = say("closing.not-yet", "The closing round has not begun yet.")
KEPT = say("closing.saved", "Thank you. You can change it as long as the cohort goes on.")
THANKED = say("closing.thanked", "It is on its way to them.")
THANKED_BEFORE = say("closing.thanked-before", "You have thanked them already. One counts.")

_PEOPLE = (Option("bo", verbatim("Bo Sample")),)

EXAMPLES: Mapping[str, Post | Form] = {
    "closing.card": closing_card(SAMPLE, 14),
    "closing.card.over": closing_card(SAMPLE, 19, over=True),
    "closing.answer": answer_form(SAMPLE, {}),
    "closing.answer.again": answer_form(SAMPLE, {"kept": "x"}, ["kept"]),
    "closing.thank": thank_form(SAMPLE, _PEOPLE),
    "closing.thank.again": thank_form(SAMPLE, _PEOPLE, "For the notes.", "person"),
    "closing.thanks": thanked(SAMPLE, "Ada Example", "For asking what others only thought."),
}
