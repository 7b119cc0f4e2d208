"""A discussion as everyone sees it, and how one person reads all of it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from core.cohorts.discussions.model import (
    ANSWERS,
    CLIP,
    LATEST,
    TEXT,
    Contribution,
    Discussion,
    place_of,
    purpose_of,
    question_of,
)
from core.cohorts.model import Cohort, Membership, awake, belongs, membership_id
from core.cohorts.posts import at_home
from core.cohorts.words import SAMPLE, SAMPLED, called, name_of, title_of
from core.engine.ports import Moment, Viewer
from core.message import (
    Block,
    Button,
    Buttons,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    When,
    say,
)

PAGE = 6

Told = Sequence[tuple[Contribution, str]]


# --- the shared card ----------------------------------------------------------------------------


async def card_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question, how many have answered, and what was said last."""
    it = await moment.read.get(Discussion, slot.partition("/")[2])
    cohort = await moment.read.get(Cohort, it.cohort) if it else None
    if it is None or cohort is None or not await _may_see(moment, cohort, viewer):
        return None
    given = await moment.read.tally(ANSWERS, it.id)
    page = await moment.read.find(Contribution, discussion=it.id, shown="yes", limit=LATEST)
    who = await name_of(moment, it.by if it.state == "open" else it.closer)
    post = card(it, who, await named(moment, page.items), given)
    return at_home(post, cohort, viewer)


async def _may_see(moment: Moment, cohort: Cohort, viewer: Viewer) -> bool:
    """A shared place sees what is shown in it; one person, only what they belong to."""
    return not viewer.person or await belongs(moment.read, cohort, viewer.person)


async def named(moment: Moment, answers: Sequence[Contribution]) -> Told:
    """Answers with the names of who gave them."""
    return [(answer, await name_of(moment, answer.person)) for answer in answers]


def card(it: Discussion, who: str, latest: Told, given: int) -> Post:
    """One card for the whole discussion; `who` asked, or summed it up."""
    return Post(
        slot=f"discussion/{it.id}",
        summary=say("discussions.summary", "A discussion in your cohort"),
        purpose=purpose_of(it),
        blocks=(
            Heading(question_of(it)),
            *_standing(it, who, given),
            *(_quote(answer, name, CLIP) for answer, name in latest),
            _buttons(it, given),
        ),
    )


def _standing(it: Discussion, who: str, given: int) -> tuple[Block, ...]:
    if it.hidden:
        return ()
    if it.state == "closed":
        said = say("discussions.closed", "Closed. What came out of it, after {n} answers:", n=given)
        return (Text(said), Quote(it.summary, say("discussions.by", "{name}", name=called(who))))
    if it.name:
        open_to = say("discussions.asks.all", "A question to everyone. Answers: {n}.", n=given)
    else:
        open_to = say("discussions.asks", "{who} asks. Answers: {n}.", who=called(who), n=given)
    return (Text(open_to),)


def _quote(answer: Contribution, name: str, limit: int, where: str = "") -> Quote:
    text = clipped(answer.text, limit)
    if not where:
        return Quote(text, say("discussions.by", "{name}", name=called(name)))
    by = say("discussions.by.from", "{name}, in {where}", name=called(name), where=where)
    return Quote(text, by)


def clipped(text: str, limit: int) -> str:
    """The beginning of a text."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _buttons(it: Discussion, given: int) -> Buttons:
    look = Press(say("discussions.look", "See all answers"), "discussions.look", about(it))
    if it.state == "closed" or it.hidden:
        return Buttons((look,))
    return Buttons((_answer(it), look) if given else (_answer(it),))


def _answer(it: Discussion) -> OpenForm:
    return OpenForm(say("discussions.answer", "Answer"), "discussions.answer", about(it), "primary")


def about(it: Discussion) -> Mapping[str, str]:
    """What a button of the discussion is about."""
    return {"cohort": it.cohort, "discussion": it.id}


async def said_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """One answer below the card; nothing once it is taken back."""
    answer = await moment.read.get(Contribution, slot.partition("/")[2])
    cohort = await moment.read.get(Cohort, answer.cohort) if answer else None
    if answer is None or answer.shown == "no" or cohort is None:
        return None
    if not await _may_see(moment, cohort, viewer):
        return None
    name = await name_of(moment, answer.person)
    return below(answer, name, await title_of(moment, cohort, place_of(answer)))


def below(answer: Contribution, name: str, where: str = "") -> Post:
    """An answer in the thread, with the place where it was written unless that is here."""
    return Post(
        slot=f"said/{answer.id}",
        summary=say("discussions.below", "Somebody has answered in a discussion"),
        blocks=(_quote(answer, name, TEXT, where),),
    )


# --- for one reader -----------------------------------------------------------------------------


def whole(it: Discussion, answers: Told, after: str, more: Sequence[Button]) -> Post:
    """A page of answers, with what this reader may do."""
    args = {**about(it), "after": after}
    on = (Press(say("discussions.more", "More answers"), "discussions.look", args),)
    buttons: tuple[Button, ...] = (*(on if after else ()), *more)
    summed = it.summary and it.state == "closed" and not it.hidden
    told = say("discussions.summed", "What came out of it:")
    return Post(
        summary=say("discussions.whole.summary", "A discussion with all its answers"),
        purpose=say("discussions.whole.why", "You asked to see all of it."),
        blocks=(
            Heading(question_of(it)),
            Text(purpose_of(it), subtle=True),
            *((Text(told), Quote(it.summary, _summary(it))) if summed else ()),
            *(_quote(answer, name, TEXT) for answer, name in answers),
            *((Buttons(buttons),) if buttons else ()),
        ),
    )


def _summary(it: Discussion) -> Phrase:
    if it.closed is None:
        return say("discussions.summed.by", "The summary")
    return say("discussions.summed.on", "The summary of {day}", day=When(it.closed))


def moves(it: Discussion, *, closes: bool, leads: bool, mine: bool) -> tuple[Button, ...]:
    """What one reader may do with it."""
    found: list[Button] = []
    if it.state == "open" and not it.hidden:
        found.append(_answer(it))
    if mine:
        label = say("discussions.mine", "My answers")
        found.append(Press(label, "discussions.mine", about(it)))
    if it.state == "open" and closes:
        label = say("discussions.close", "Sum up and close")
        found.append(OpenForm(label, "discussions.close", about(it)))
    if it.state == "closed" and leads:
        found.append(Press(say("discussions.reopen", "Reopen"), "discussions.reopen", about(it)))
    return tuple(found)


def own(it: Discussion, answers: Sequence[Contribution]) -> Post:
    """What I said in it, the newest first, each with its button."""
    label = [say("discussions.own.change", "Change {n}", n=n + 1) for n in range(len(answers))]
    buttons = tuple(
        OpenForm(label[n], "discussions.answer", {**about(it), "mine": one.id})
        for n, one in enumerate(answers)
    )
    return Post(
        summary=say("discussions.own.summary", "Your answers in a discussion"),
        purpose=say("discussions.own.why", "You asked for your answers."),
        blocks=(
            Heading(question_of(it)),
            *(
                Quote(clipped(one.text, CLIP), say("discussions.own.n", "Your answer {n}", n=n + 1))
                for n, one in enumerate(answers)
            ),
            Buttons(buttons),
        ),
    )


# --- asking one person --------------------------------------------------------------------------


async def asking_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question to a member who would not see it where the cohort meets."""
    it = await moment.read.get(Discussion, slot.partition("/")[2])
    cohort = await moment.read.get(Cohort, it.cohort) if it else None
    if it is None or it.state == "closed" or it.hidden:
        return None
    if cohort is None or not awake(cohort, moment.now):
        return None
    member = await moment.read.get(Membership, membership_id(cohort.id, viewer.person))
    said = await moment.read.find(Contribution, discussion=it.id, person=viewer.person, limit=1)
    if member is None or member.state != "member" or said.items:
        return None
    return asking(cohort, it, await moment.read.tally(ANSWERS, it.id))


def asking(cohort: Cohort, it: Discussion, given: int) -> Post:
    """Privately and once; not answering is fine."""
    text = say(
        "discussions.ask",
        "A question in {name}, for when it suits you. Answers so far: {n}.",
        name=cohort.name,
        n=given,
    )
    look = Press(say("discussions.look", "See all answers"), "discussions.look", about(it))
    return Post(
        slot=f"discussion-ask/{it.id}",
        summary=say("discussions.summary", "A discussion in your cohort"),
        purpose=purpose_of(it),
        blocks=(
            Heading(question_of(it)),
            Text(text),
            Buttons((_answer(it), look) if given else (_answer(it),)),
        ),
    )


# --- sentences ----------------------------------------------------------------------------------

STARTED = say("discussions.started", "Your question is on its way to everyone.")
TWICE = say("discussions.twice", "That discussion is there already. Write discussions to see it.")
GONE = say("discussions.gone", "I can’t find that discussion any more.")
SHARED = say("discussions.shared", "Thank you. It is on the card; you can change it any time.")
CHANGED = say("discussions.changed", "Changed, on the card as well.")
BACK = say("discussions.back", "Taken back. It is off the card.")
NOTHING = say("discussions.nothing", "There is no answer of yours here.")
TOO_LATE = say("discussions.too-late", "This discussion is closed, so nothing has changed.")
CLOSED = say("discussions.closed.done", "Closed. The summary is on the card and can be found.")
REOPENED = say("discussions.reopened", "It goes on. Everyone can answer again.")
OPEN_STILL = say("discussions.open-still", "This discussion is open already.")
NOT_YOURS = say(
    "discussions.not-yours", "Whoever asked, or leads the cohort, sums up and closes it."
)
ENOUGH = say(
    "discussions.enough", "There are many open discussions. Please close one of them first."
)
OFTEN = say("discussions.often", "You have said a lot here. Please change an answer instead.")

_IT = Discussion(
    id="sample",
    version=1,
    cohort="sample",
    by="ada",
    question="What would you put first on a handover note?",
    purpose="learn",
    opened=SAMPLED,
    rank="1",
)
_SAID = Contribution(
    id="one",
    discussion="sample",
    cohort="sample",
    person="bo",
    text="What is still open. The rest stands in the log anyway.",
    at=SAMPLED,
    rank="1",
)
SUMMED = replace(
    _IT,
    state="closed",
    summary="Open things first, then names, then the rest. Three of us try it until Friday.",
    closer="ada",
    closed=SAMPLED + timedelta(days=4),
)
TOLD: Told = ((_SAID, "Bo Sample"),)

EXAMPLES: dict[str, Post] = {
    "discussions.new": card(_IT, "Ada Example", (), 0),
    "discussions.card": card(_IT, "Ada Example", TOLD, 7),
    "discussions.programme": card(
        replace(
            _IT,
            name="programmes.three-stages.first-talk",
            by="",
            question="What gets in the way of good work here, and what have you seen help?",
            purpose="",
            own="So that the workshop is about what really happens.",
        ),
        "",
        (),
        0,
    ),
    "discussions.closed": card(SUMMED, "Ada Example", (), 7),
    "discussions.below": below(_SAID, "Bo Sample"),
    "discussions.whole": whole(_IT, TOLD, "cursor", moves(_IT, closes=True, leads=True, mine=True)),
    "discussions.whole.closed": whole(
        SUMMED, TOLD, "", moves(SUMMED, closes=True, leads=True, mine=False)
    ),
    "discussions.own": own(_IT, (_SAID,)),
    "discussions.ask": asking(SAMPLE, _IT, 3),
}
