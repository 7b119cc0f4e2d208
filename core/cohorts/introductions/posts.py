"""The round as everyone sees it, its form, and what one person is asked."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from core.cohorts.introductions.model import (
    ANSWER,
    CLIP,
    LATEST,
    Introduction,
    Round,
    answer_id,
    answer_slot,
    board,
    place_of,
    question_of,
)
from core.cohorts.model import Cohort, Membership, awake, belongs, membership_id
from core.cohorts.posts import at_home
from core.cohorts.words import SAMPLE, SAMPLED, at, called, name_of, title_of
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
    verbatim,
)

PAGE = 8

Told = Sequence[tuple[Introduction, str]]


def question(round: Round) -> Phrase:
    """What the round asks."""
    asked = question_of(round)
    if asked is None:
        return verbatim(round.own)
    return say(f"introductions.question.{asked.key}", asked.words)


def purpose(round: Round) -> Phrase:
    """What the round is good for."""
    if round.style == "icebreaker":
        return say(
            "introductions.icebreaker.purpose", "So that we’re more than names to each other."
        )
    return say("introductions.purpose", "So that we know whom to ask.")


def _summary(round: Round) -> Phrase:
    if round.style == "icebreaker":
        return say("introductions.icebreaker.summary", "An ice-breaker for your cohort")
    return say("introductions.summary", "A question to get to know each other")


# --- the shared card ----------------------------------------------------------------------------


async def round_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question, how many have answered, and the latest answers."""
    round = await moment.read.get(Round, slot.partition("/")[2])
    cohort = await moment.read.get(Cohort, round.cohort) if round else None
    if round is None or cohort is None or not await _may_see(moment, cohort, viewer):
        return None
    given = await moment.read.tally(board("given"), round.id)
    page = await moment.read.find(Introduction, round=round.id, said="given", limit=LATEST)
    post = card(round, await named(moment, page.items[:LATEST]), given)
    return at_home(post, cohort, viewer)


async def _may_see(moment: Moment, cohort: Cohort, viewer: Viewer) -> bool:
    """A shared place sees what is shown in it; one person, only what they belong to."""
    return not viewer.person or await belongs(moment.read, cohort, viewer.person)


async def named(moment: Moment, answers: Sequence[Introduction]) -> Told:
    """Answers with the names of who gave them."""
    return [(answer, await name_of(moment, answer.person)) for answer in answers]


def card(round: Round, latest: Told, given: int) -> Post:
    """One card for the whole round."""
    more: tuple[Block, ...] = ()
    if given > len(latest):
        words = say("introductions.latest", "The latest answers:")
        more = (Text(words, subtle=True),)
    return Post(
        slot=f"intro/{round.id}",
        summary=_summary(round),
        purpose=purpose(round),
        blocks=(
            Heading(question(round)),
            Text(_invitation(round, given)),
            *more,
            *(_quote(answer, name, CLIP) for answer, name in latest),
            *_buttons(round, given),
        ),
    )


def _invitation(round: Round, given: int) -> Phrase:
    if round.state == "closed":
        return say(
            "introductions.closed", "This round is closed. People who answered: {n}.", n=given
        )
    if not given:
        return say(
            "introductions.first", "Two sentences are plenty. Open until {day}.", day=_day(round)
        )
    return say(
        "introductions.so-far",
        "Two sentences are plenty. People who have answered: {n}. Open until {day}.",
        n=given,
        day=_day(round),
    )


def _day(round: Round) -> When:
    return When(round.closes)


def _quote(answer: Introduction, name: str, limit: int, where: str = "") -> Quote:
    text = answer.text
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    if not where:
        return Quote(text, say("introductions.by", "{name}", name=called(name)))
    by = say("introductions.by.from", "{name}, in {where}", name=called(name), where=where)
    return Quote(text, by)


def _buttons(round: Round, given: int) -> tuple[Block, ...]:
    args = about(round)
    buttons: list[Button] = []
    if round.state == "open":
        answer = say("introductions.answer", "Answer")
        buttons.append(OpenForm(answer, "introductions.answer", args, "primary"))
        if not round.locked:
            other = say("introductions.another", "Another question")
            buttons.append(Press(other, "introductions.swap", at(round, **args)))
        skip = say("introductions.skip", "Skip")
        buttons.append(Press(skip, "introductions.skip", args))
    if given:
        everyone = say("introductions.all", "See all answers")
        buttons.append(Press(everyone, "introductions.all", args))
    return (Buttons(tuple(buttons)),) if buttons else ()


def about(round: Round) -> Mapping[str, str]:
    """What a button of the round is about."""
    return {"cohort": round.cohort, "round": round.id}


async def answer_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """One answer below the card, under its person’s name; nothing once it is taken back."""
    id, _, rank = slot.partition("/")[2].rpartition("/")
    answer = await moment.read.get(Introduction, id)
    if answer is None or answer.said != "given" or answer.rank != rank:
        return None
    cohort = await moment.read.get(Cohort, answer.cohort)
    if cohort is None or not await _may_see(moment, cohort, viewer):
        return None
    name = await name_of(moment, answer.person)
    return below(answer, name, await title_of(moment, cohort, place_of(answer)))


def below(answer: Introduction, name: str, where: str = "") -> Post:
    """An answer in the thread, with the place where it was written unless that is here."""
    return Post(
        slot=answer_slot(answer),
        summary=say("introductions.below", "Somebody has answered a question of your cohort"),
        blocks=(_quote(answer, name, ANSWER, where),),
    )


def everyone(round: Round, answers: Told, after: str) -> Post:
    """A page of answers, for one reader."""
    more: tuple[Block, ...] = ()
    if after:
        label = say("introductions.next", "More answers")
        more = (Buttons((Press(label, "introductions.all", {**about(round), "after": after}),)),)
    return Post(
        summary=say("introductions.all.summary", "Answers from your cohort"),
        purpose=say("introductions.all.why", "You asked to see all answers."),
        blocks=(
            Heading(question(round)),
            *(_quote(answer, name, ANSWER) for answer, name in answers),
            *more,
        ),
    )


# --- asking one person --------------------------------------------------------------------------


async def asking_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The question to one member who has said nothing; nothing once they have."""
    why, _, id = slot.partition("/")
    round = await moment.read.get(Round, id)
    if round is None or round.state == "closed":
        return None
    cohort = await moment.read.get(Cohort, round.cohort)
    if cohort is None or not awake(cohort, moment.now):
        return None
    if not await waits(moment, round, viewer.person):
        return None
    given = await moment.read.tally(board("given"), round.id)
    return asking(cohort, round, given, slot, last=why == "intro-nudge")


async def waits(moment: Moment, round: Round, person: str) -> bool:
    """Whether a member has neither answered nor skipped."""
    member = await moment.read.get(Membership, membership_id(round.cohort, person))
    said = await moment.read.get(Introduction, answer_id(round.id, person))
    return said is None and member is not None and member.state == "member"


def asking(cohort: Cohort, round: Round, given: int, slot: str, *, last: bool) -> Post:
    """Privately, to somebody who does not see the space or has been silent."""
    args = about(round)
    once = say(
        "introductions.ask.last",
        "In {name}, people who have answered: {n}. If you’d like to, here it is. This is the only "
        "reminder.",
        name=cohort.name,
        n=given,
    )
    first = say("introductions.ask", "A question in {name}. Two sentences do.", name=cohort.name)
    return Post(
        slot=slot,
        summary=_summary(round),
        purpose=purpose(round),
        blocks=(
            Heading(question(round)),
            Text(once if last else first),
            Buttons(
                (
                    OpenForm(
                        say("introductions.answer", "Answer"),
                        "introductions.answer",
                        args,
                        "primary",
                    ),
                    Press(say("introductions.skip", "Skip"), "introductions.skip", args),
                )
            ),
        ),
    )


# --- sentences ----------------------------------------------------------------------------------

ASKED = say("introductions.asked", "The question is on its way to everyone.")
OPEN_ALREADY = say("introductions.open-already", "A round is open already. Close it first.")
GONE = say("introductions.gone", "I can’t find that question any more.")
CLOSED = say("introductions.closed.done", "The round is closed. Everyone is asked what is next.")
ICE_CLOSED = say("introductions.icebreaker.closed", "The round is closed. The answers stay.")
TOO_LATE = say("introductions.too-late", "This round is closed, so nothing has changed.")
SWAPPED = say("introductions.swapped", "Here is another one.")
LOCKED = say("introductions.locked", "Somebody has answered, so the question stays.")
SHARED = say("introductions.shared", "Thank you. It is on the card; you can change it any time.")
HIDDEN = say("introductions.hidden", "Kept. The moderator hid your answer, so only you see it.")
CHANGED = say("introductions.changed", "Changed, on the card as well.")
BACK = say("introductions.back", "Taken back. It is off the card.")
NOTHING = say("introductions.nothing", "There is no answer of yours here.")
SKIPPED = say("introductions.skipped", "Skipped. Should you change your mind, press Answer.")
ANSWERED = say("introductions.answered", "You have answered. Press Answer to change it.")

_ROUND = Round(
    id="sample-1",
    version=1,
    cohort="sample",
    number=1,
    question="hard-way",
    opened=SAMPLED,
    closes=SAMPLED + timedelta(days=5),
    rank="1",
)
_ICEBREAKER = replace(
    _ROUND, id="sample-2", number=2, question="monday-song", theme="light", style="icebreaker"
)
_ANSWER = Introduction(
    id="sample-1/ada",
    round="sample-1",
    cohort="sample",
    person="ada",
    said="given",
    text="Never hand over by heart. Three written lines have saved me more than one night.",
    at=SAMPLED,
    rank="1",
)
_TOLD = ((_ANSWER, "Ada Example"),)

EXAMPLES: dict[str, Post] = {
    "introductions.new": card(_ROUND, (), 0),
    "introductions.card": card(replace(_ROUND, locked=True), _TOLD, 15),
    "introductions.closed": card(replace(_ROUND, locked=True, state="closed"), _TOLD, 15),
    "introductions.below": below(_ANSWER, "Ada Example"),
    "introductions.below-elsewhere": below(_ANSWER, "Ada Example", "Nights (Slack)"),
    "introductions.all": everyone(_ROUND, _TOLD, "cursor"),
    "introductions.ask": asking(SAMPLE, _ROUND, 0, "intro-ask/sample-1", last=False),
    "introductions.nudge": asking(SAMPLE, _ROUND, 15, "intro-nudge/sample-1", last=True),
    "introductions.icebreaker": card(_ICEBREAKER, (), 0),
    "introductions.icebreaker.ask": asking(
        SAMPLE, _ICEBREAKER, 3, "intro-ask/sample-2", last=False
    ),
}
