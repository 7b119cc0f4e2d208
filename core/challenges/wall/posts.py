"""The card of a challenge, the wall, the list of all, and what a search finds."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from core.challenges.cards import card_slot, own_slot
from core.challenges.helping.posts import idea_label
from core.challenges.likeness.model import both_say
from core.challenges.model import Challenge, Idea, text_of
from core.challenges.naming.posts import asking_buttons, example_button
from core.challenges.posts import (
    LINE,
    OUTCOMES,
    SAMPLE_IDEA,
    Told,
    aim,
    asker,
    clipped,
    counted,
    idea_quotes,
    opening,
    problem,
    sample,
)
from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE
from core.message import (
    Block,
    Button,
    Buttons,
    Form,
    Heading,
    Italic,
    OpenForm,
    Phrase,
    Post,
    Press,
    Quote,
    Style,
    Text,
    say,
)

PAGE = 5


class Seen(Struct, frozen=True, kw_only=True):
    """A challenge with all that a card tells of it. `asker` is "" where there is no name."""

    challenge: Challenge
    asker: str = ""
    ideas: int = 0
    too: int = 0
    newest: Told = ()
    best: tuple[Idea, str] | None = None
    like: tuple[tuple[Challenge, str], ...] = ()


# --- its card -----------------------------------------------------------------------------------


def card(seen: Seen) -> Post:
    """One card for a challenge and all ideas, the newest few in words."""
    one = seen.challenge
    return Post(
        slot=card_slot(one.id),
        summary=SUMMARY,
        purpose=say("challenges.card.purpose", "So that somebody who knows this can help."),
        blocks=(
            Heading(_title(one)),
            *problem(one, seen.asker),
            *_became(seen),
            Text(counted(seen.ideas, seen.too)),
            *_newest(seen),
            Buttons(_buttons(seen)),
        ),
    )


def _title(one: Challenge) -> Phrase:
    if one.about == "example":
        return say("challenges.help.example", "What works, what would you try?")
    return say("challenges.help.title", "What would you try?")


def _became(seen: Seen) -> tuple[Block, ...]:
    """The best answer, the next step, and whether it worked."""
    one, blocks = seen.challenge, list[Block]()
    if seen.best:
        idea, name = seen.best
        blocks.append(Text(say("challenges.best", "Helps most:")))
        blocks += idea_quotes(idea, name)
    for past in one.past:
        words = say(
            "challenges.past",
            "Tried before: {step} {outcome}.",
            step=past.step,
            outcome=OUTCOMES[past.outcome],
        )
        blocks.append(Text(words, subtle=True))
    if one.step:
        blocks.append(Text(say("challenges.step", "Next step: {step}", step=one.step)))
    if one.outcome:
        blocks += outcome(one)
    if one.state == "closed":
        blocks.append(Text(say("challenges.closed", "Closed by whoever asked. Thank you all.")))
    return tuple(blocks)


def outcome(one: Challenge) -> tuple[Block, ...]:
    """Whether it worked, and what there is to say about it."""
    told = say("challenges.outcome", "Did it work? {outcome}.", outcome=OUTCOMES[one.outcome])
    lesson = say("challenges.lesson", "what came of it")
    return (Text(told), *((Quote(one.lesson, lesson),) if one.lesson else ()))


def _newest(seen: Seen) -> tuple[Block, ...]:
    best = seen.best[0].id if seen.best else ""
    fresh = [(idea, name) for idea, name in seen.newest if idea.id != best]
    head: list[Block] = []
    if fresh and seen.ideas > len(fresh):
        head.append(Text(say("challenges.newest", "The newest:"), subtle=True))
    for idea, name in fresh:
        head += idea_quotes(idea, name)
    return tuple(head)


def _buttons(seen: Seen) -> tuple[Button, ...]:
    one, args = seen.challenge, aim(seen.challenge)
    buttons: list[Button] = []
    if one.state != "closed":
        buttons.append(OpenForm(idea_label(one), "challenges.idea", args, "primary"))
        if one.about == "problem":
            too = say("challenges.too", "I know this too")
            buttons.append(Press(too, "challenges.too", args))
    if seen.ideas > 0:
        buttons.append(Press(say("challenges.all", "See all ideas"), "challenges.ideas", args))
    return (*buttons, _look(one), *opening(one))


def _look(one: Challenge) -> Press:
    return Press(say("challenges.look", "See all of it"), "challenges.look", aim(one))


def look(seen: Seen) -> Post:
    """All of it, uncut, for one reader."""
    one = seen.challenge
    shown = card(seen)
    whole = problem(one, seen.asker, 1000)
    brief = (*problem(one, seen.asker), Buttons(_buttons(seen)))
    rest = [block for block in shown.blocks[1:] if block not in brief]
    args = {"cohort": one.cohort, "what": f"challenges|{one.id}"}
    flag = OpenForm(say("moderation.flag", "Something is not right"), "moderation.flag", args)
    moves = [button for button in _buttons(seen) if button != _look(one)]
    return replace(
        shown,
        slot="",
        purpose=say("challenges.look.why", "You asked to see this one."),
        blocks=(shown.blocks[0], *whole, *rest, Buttons((*moves, flag))),
    )


# --- the card of its owner ------------------------------------------------------------------------


def mine(seen: Seen) -> Post:
    """How it stands with one’s own challenge, and the next moves."""
    one = seen.challenge
    return Post(
        slot=own_slot(one.id),
        summary=say("challenges.mine.summary", "How it stands with your challenge"),
        purpose=say("challenges.mine.purpose", "You asked for ideas."),
        blocks=(
            Heading(say("challenges.mine.title", "What you asked for")),
            Quote(clipped(one.situation, LINE), _shown_as(one)),
            *_became(seen),
            Text(counted(seen.ideas, seen.too)),
            *_newest(seen),
            *_likes(seen),
            Buttons(_moves(seen)),
        ),
    )


def _shown_as(one: Challenge) -> Phrase:
    if one.nameless:
        return say("challenges.mine.nameless", "shown without your name")
    return say("challenges.mine.named", "shown with your name")


def _likes(seen: Seen) -> tuple[Block, ...]:
    """Others that are alike, and which words say so."""
    return tuple(Text(_likeness(seen.challenge, one, name)) for one, name in seen.like)


def _likeness(one: Challenge, other: Challenge, name: str) -> Phrase:
    who = asker(other, name)
    words = both_say(one.stems, other.stems, (text_of(one), text_of(other)))
    if len(words) > 1:
        return say(
            "challenges.like.two",
            "Alike: what {who} asked. Both say {first} and {second}.",
            who=who,
            first=Italic(words[0]),
            second=Italic(words[1]),
        )
    first = Italic(words[0] if words else "")
    return say(
        "challenges.like", "Alike: what {who} asked. Both say {first}.", who=who, first=first
    )


def _moves(seen: Seen) -> tuple[Button, ...]:
    one, args = seen.challenge, aim(seen.challenge)
    moves: list[Button] = []
    if one.state == "trying":
        label = say("challenges.tell", "Say whether it worked")
        moves.append(Press(label, "challenges.tell", args, "primary"))
    if one.state != "closed" and one.about == "problem":
        label = say("challenges.choose", "Choose what I try")
        ready = one.state == "open" and seen.ideas > 0
        style: Style = "primary" if ready else "plain"
        moves.append(OpenForm(label, "challenges.choose", args, style))
    if seen.ideas > 0:
        moves.append(Press(say("challenges.all", "See all ideas"), "challenges.ideas", args))
    moves.append(OpenForm(say("challenges.change.title", "Change it"), "challenges.change", args))
    if one.state == "open":
        close = say("challenges.close", "I have what I need")
        moves.append(Press(close, "challenges.close", args))
    first = [other for other, _ in seen.like][:1]
    alike = say("challenges.like.open", "Look at the one alike")
    return (*moves, *(Press(alike, "challenges.look", aim(other)) for other in first))


# --- the wall -----------------------------------------------------------------------------------


def wall(cohort: Cohort, newest: Sequence[Seen], open: int) -> Post:
    """What a cohort works on: the newest few, and how many there are."""
    args = {"cohort": cohort.id}
    every = Press(say("challenges.see-all", "See all"), "challenges.list", args)
    first, *rest = asking_buttons(cohort)[:2]
    return Post(
        slot=f"wall/{cohort.id}",
        summary=say("challenges.wall.summary", "What this cohort works on"),
        purpose=say("challenges.wall.purpose", "Real work, and colleagues who know it."),
        blocks=(
            Heading(say("challenges.wall.title", "What we work on")),
            Text(_so_many(open)),
            *(line(seen) for seen in newest),
            Buttons((first, *rest, example_button(cohort), every)),
        ),
    )


def _so_many(open: int) -> Phrase:
    if open < 1:
        return say("challenges.wall.none", "Nothing open now. What isn’t going well with you?")
    return say("challenges.wall.open", "Open now: {n}.", n=open)


def line(seen: Seen, number: int = 0) -> Quote:
    """A challenge in brief, with a number where a button names it."""
    one = seen.challenge
    by = _standing(seen, NO_NAME if one.nameless else asker(one, seen.asker))
    if number:
        by = say("challenges.line.n", "{n}. {line}", n=number, line=by)
    return Quote(clipped(one.situation, LINE), by)


def _standing(seen: Seen, who: Phrase) -> Phrase:
    ideas = max(seen.ideas, 0)
    if seen.challenge.outcome:
        return say(
            "challenges.line.outcome",
            "{who}; did it work? {outcome}",
            who=who,
            outcome=OUTCOMES[seen.challenge.outcome],
        )
    if seen.too > 0:
        return say(
            "challenges.line.too",
            "{who}; ideas: {n}; know it: {too}",
            who=who,
            n=ideas,
            too=seen.too,
        )
    return say("challenges.line", "{who}; ideas: {n}", who=who, n=ideas)


NO_NAME = say("challenges.line.nameless", "without a name")
SUMMARY = say("challenges.card.summary", "A challenge in your cohort")
TOO = say("challenges.too.noted", "Noted: you know this too. Press again to take it back.")
NOT_TOO = say("challenges.too.back", "Taken back.")
YOURS = say("challenges.too.yours", "It’s yours, so I have counted you already.")

SEEN = Seen(challenge=sample(), ideas=12, too=3, newest=((SAMPLE_IDEA, "Cem Sample"),))
SEEN_CHOSEN = Seen(
    challenge=sample(
        state="told", step="I hang up a camera.", best="sample-i", outcome="bit", nameless=False
    ),
    asker="Bo Sample",
    ideas=1,
    best=(SAMPLE_IDEA, "Cem Sample"),
)
_ALIKE = sample(id="sample-d", situation="Notes between shifts are lost.", owner="dee")

EXAMPLES: dict[str, Post | Form] = {
    "challenges.card": card(SEEN),
    "challenges.card.told": card(SEEN_CHOSEN),
    "challenges.card.example": card(
        Seen(challenge=sample("example", link="https://example.org/note"))
    ),
    "challenges.look": look(SEEN),
    "challenges.mine": mine(replace(SEEN, like=((_ALIKE, ""),))),
    "challenges.wall": wall(SAMPLE, (SEEN, SEEN_CHOSEN), 7),
    "challenges.wall.none": wall(SAMPLE, (), 0),
}
