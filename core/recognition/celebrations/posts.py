"""What people read and write when something went well."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE, SAMPLED, called, calling
from core.engine.ports import named
from core.message import (
    Block,
    Buttons,
    Form,
    Heading,
    OpenForm,
    Option,
    PeopleField,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    TextField,
    say,
    verbatim,
)
from core.recognition.celebrations.model import (
    HELPED,
    TEXT,
    Celebration,
    Words,
    celebrated,
    slot_of,
)


class Told(Struct, frozen=True, kw_only=True):
    """A celebration with the names of its people, and its high fives."""

    one: Celebration
    by: str
    to: str = ""
    fives: int = 0


# --- telling it -----------------------------------------------------------------------------------


def celebrate_button(cohort: Cohort) -> OpenForm:
    """Opens the form."""
    return OpenForm(CELEBRATE, "celebrations.make", {"cohort": cohort.id})


def celebrate_form(
    cohort: Cohort, people: Sequence[Option], given: Mapping[str, str], wrong: str = ""
) -> Form:
    """What went well, for whom, and what helped."""
    return Form(
        title=CELEBRATE,
        intro=say("celebrations.intro", "It is told wherever {name} meets.", name=cohort.name),
        action="celebrations.make",
        args={"cohort": cohort.id, "draft": given.get("draft", "")},
        submit=say("celebrations.submit", "Tell it"),
        fields=(
            TextField(
                name="text",
                label=say("celebrations.text", "What went well?"),
                hint=say("celebrations.hint", "Small things count."),
                lines=True,
                limit=TEXT,
                value=given.get("text", ""),
            ),
            TextField(
                name="helped",
                label=say("celebrations.helped.label", "What helped? Others can try it"),
                required=False,
                lines=True,
                limit=HELPED,
                value=given.get("helped", ""),
            ),
            PeopleField(
                name="person",
                label=say("celebrations.person", "Whose is it? Nobody chosen: yours"),
                options=tuple(people),
                required=False,
                value=given.get("person", ""),
            ),
        ),
        errors={wrong: PROBLEMS[wrong]} if wrong else {},
    )


def told(one: Celebration) -> Post:
    """To who told it: that it is out, and the way back."""
    take = Press(TAKE, "celebrations.take", {"cohort": one.cohort, "id": one.id})
    return Post(
        summary=TOLD,
        purpose=say("celebrations.told.purpose", "Because you celebrate something."),
        blocks=(Text(TOLD), Quote(one.text, YOU), Buttons((take,))),
    )


# --- where the cohort meets -----------------------------------------------------------------------


def card(cohort: Cohort, it: Told) -> Post:
    """For all to see."""
    one = it.one
    for_whom: tuple[Block, ...] = ()
    if it.to:
        yours = say("celebrations.yours", "{name}, this one is yours.", name=calling(one.to, it.to))
        for_whom = (Text(yours),)
    args = {"cohort": cohort.id, "id": one.id}
    return Post(
        slot=slot_of(one),
        summary=say("celebrations.summary", "Something to celebrate"),
        purpose=PURPOSE,
        blocks=(
            Heading(_title(it)),
            *for_whom,
            *_words(it),
            *_fives(it),
            Buttons((Press(FIVE, "celebrations.five", args, "primary"), celebrate_button(cohort))),
        ),
    )


def _title(it: Told) -> Phrase:
    if it.to:
        return say(
            "celebrations.title.to", "{by} celebrates {to}", by=called(it.by), to=called(it.to)
        )
    return say("celebrations.title", "{by} has something to celebrate", by=called(it.by))


def _words(it: Told) -> tuple[Block, ...]:
    said = Quote(it.one.text, say("celebrations.by", "{name}", name=called(it.by)))
    if not it.one.helped:
        return (said,)
    return (said, Text(say("celebrations.helped", "What helped: {text}", text=it.one.helped)))


def _fives(it: Told) -> tuple[Block, ...]:
    if not it.fives:
        return ()
    many = say("celebrations.fives", "High fives so far: {n}", n=it.fives)
    return (Text(many, subtle=True),)


def latest(cohort: Cohort, found: Sequence[Told], slot: str) -> Post:
    """The latest of a cohort."""
    none = Text(say("celebrations.none", "Nothing yet. Yours could be the first."))
    blocks = [block for it in found for block in (Text(_title(it)), *_words(it), *_fives(it))]
    return Post(
        slot=slot,
        summary=say("celebrations.latest.summary", "What went well"),
        purpose=say("celebrations.latest.purpose", "Because you asked."),
        blocks=(
            Heading(say("celebrations.latest", "What went well in {name}", name=cohort.name)),
            *(blocks or (none,)),
            Buttons((celebrate_button(cohort),)),
        ),
    )


# --- sentences ------------------------------------------------------------------------------------

CELEBRATE = say("celebrations.make", "Celebrate something")
PURPOSE = say(
    "celebrations.purpose", "What goes well is easily missed, and others can learn from it."
)
FIVE = say("commitments.five", "High five")
TAKE = say("celebrations.take", "Take it back")
YOU = say("celebrations.you", "you")
TOLD = say("celebrations.told", "Told. Everyone in the cohort can see it.")
TAKEN = say("celebrations.taken", "Taken back. It is gone everywhere.")
FIVED = say("celebrations.fived", "Passed on.")
AGAIN = say("celebrations.again", "You have given this one a high five already.")
OWN = say("celebrations.own", "This one is yours. The others give the high fives.")
GONE = say("celebrations.gone", "That one is no longer here.")
NOT_HERE = say("celebrations.not-here", "Only who belongs to the cohort sees what went well in it.")
NOWHERE = say("celebrations.nowhere", "The cohort meets nowhere yet, so nobody would see it.")
PAUSED = say("celebrations.paused", "The cohort takes a break. Tell it when it goes on.")
PLENTY = say("celebrations.plenty", "Three in one day is plenty. I’m glad to hear more tomorrow.")
PROBLEMS: Mapping[str, Phrase] = {
    "text": say("celebrations.problem.text", "Please say it in 1 to 300 characters."),
    "helped": say("celebrations.problem.helped", "That is long: at most 300 characters."),
    "person": say("celebrations.problem.person", "Please choose somebody of this cohort."),
}

_NIGHT = Words(
    to="bo",
    text="The first night without a call about the handover.",
    helped="Reading it out loud to each other.",
)
_ONE = celebrated(SAMPLE.id, "ada", "1", _NIGHT, SAMPLED)
_OWN = celebrated(
    SAMPLE.id, "ada", "2", Words(text="I asked, and listened to the answer."), SAMPLED
)
_SLOT = f"celebrations/sample/{named('copy')[:8]}"

EXAMPLES: dict[str, Post | Form] = {
    "celebrations.card": card(SAMPLE, Told(one=_ONE, by="Ada Example", to="Bo Sample", fives=3)),
    "celebrations.card.own": card(SAMPLE, Told(one=_OWN, by="Ada Example")),
    "celebrations.told": told(_ONE),
    "celebrations.form": celebrate_form(SAMPLE, (Option("bo", verbatim("Bo Sample")),), {}),
    "celebrations.latest": latest(
        SAMPLE,
        (Told(one=_ONE, by="Ada Example", to="Bo Sample", fives=3), Told(one=_OWN, by="")),
        _SLOT,
    ),
    "celebrations.latest.none": latest(SAMPLE, (), _SLOT),
}
