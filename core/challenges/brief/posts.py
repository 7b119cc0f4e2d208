"""The owner's leave, and the page that a trainer gets."""

from collections.abc import Sequence

from core.challenges.model import Challenge, Leave
from core.challenges.posts import (
    LINE,
    OUTCOMES,
    aim,
    clipped,
    sample,
)
from core.challenges.wall.posts import Seen
from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE, called
from core.message import (
    Block,
    Button,
    Buttons,
    Heading,
    Phrase,
    Post,
    Press,
    Quote,
    Text,
    say,
    verbatim,
)

PAGE = 5
ON_A_PAGE = 8
LONG = 400


def asking(challenge: Challenge, facilitator: str, slot: str) -> Post:
    """Asks whether it may be used in the training, and tells what was said."""
    return Post(
        slot=slot,
        summary=say("challenges.leave.summary", "May your challenge go into the training?"),
        purpose=say("challenges.leave.purpose", "Because it is yours to say."),
        blocks=(
            Text(
                say(
                    "challenges.leave.text",
                    "{name} would like to work on this in the training. The trainer gets the "
                    "words below on a page.",
                    name=called(facilitator),
                )
            ),
            Quote(clipped(challenge.situation, LINE), say("challenges.yours", "what you asked")),
            *_where_it_stands(challenge),
            Buttons(_answers(challenge)),
        ),
    )


def _where_it_stands(challenge: Challenge) -> tuple[Block, ...]:
    return (Text(SAID[challenge.leave]),) if challenge.leave in SAID else ()


SAID: dict[Leave, Phrase] = {
    "named": say("challenges.leave.named", "You said yes, with your name."),
    "nameless": say("challenges.leave.nameless", "You said yes, without your name."),
    "no": say("challenges.leave.no", "You said no, and that’s fine."),
}


def _answers(challenge: Challenge) -> tuple[Button, ...]:
    """One who asked without a name is never offered to give it here."""
    args = aim(challenge)
    named = Press(
        say("challenges.leave.with", "Yes, with my name"),
        "challenges.leave",
        {**args, "leave": "named"},
    )
    nameless = Press(
        say("challenges.leave.without", "Yes, without my name"),
        "challenges.leave",
        {**args, "leave": "nameless"},
    )
    no = Press(say("challenges.leave.not", "No"), "challenges.leave", {**args, "leave": "no"})
    return (*(() if challenge.nameless else (named,)), nameless, no)


# --- the facilitator ------------------------------------------------------------------------------


def material(cohort: Cohort, page: Sequence[Seen], after: str) -> Post:
    """Which challenges there are, to ask their owners for leave."""
    moves: list[Button] = [
        Press(say("challenges.take", "Ask for {n}", n=n), "challenges.take", aim(seen.challenge))
        for n, seen in enumerate(page, 1)
        if not seen.challenge.leave
    ]
    args = {"cohort": cohort.id}
    if after:
        more = say("challenges.more", "More")
        moves.append(Press(more, "challenges.material", {**args, "after": after}))
    none = (Text(say("challenges.list.none", "Nothing here so far.")),) if not page else ()
    back = Press(say("challenges.brief", "Brief for the trainer"), "challenges.brief", args)
    return Post(
        summary=say("challenges.material.summary", "Challenges for your training"),
        purpose=say("challenges.material.why", "Their owners say whether they may be used."),
        blocks=(
            Heading(say("challenges.material.title", "For the training")),
            *none,
            *(_with_leave(seen, n) for n, seen in enumerate(page, 1)),
            *((Buttons(tuple(moves)),) if moves else ()),
            Buttons((back,)),
        ),
    )


def _with_leave(seen: Seen, n: int) -> Quote:
    one = seen.challenge
    by = say("challenges.material.line", "{n}. {leave}", n=n, leave=LEAVES[one.leave])
    return Quote(clipped(one.situation, LINE), by)


LEAVES: dict[Leave, Phrase] = {
    "": say("challenges.leave.open", "not asked"),
    "asked": say("challenges.leave.waiting", "asked, no answer yet"),
    "named": say("challenges.leave.yes-named", "yes, with the name"),
    "nameless": say("challenges.leave.yes", "yes, without a name"),
    "no": say("challenges.leave.said-no", "no"),
}


def brief(cohort: Cohort, page: Sequence[Seen], members: int) -> Post:
    """One page for the trainer: real challenges, whose owners said yes."""
    args = {"cohort": cohort.id}
    ask = Press(say("challenges.material", "Ask for more"), "challenges.material", args)
    none = Text(say("challenges.brief.none", "Nobody has given leave yet. Ask for it below."))
    intro = Text(
        say(
            "challenges.brief.text",
            "Real challenges of this group of {n}, used with their owners’ leave. Please keep "
            "them inside the training.",
            n=members,
        )
    )
    return Post(
        summary=say("challenges.brief.summary", "A brief for your trainer"),
        purpose=say(
            "challenges.brief.purpose", "To pass on, so that the training is about real work."
        ),
        blocks=(
            Heading(verbatim(cohort.name)),
            intro if page else none,
            *(block for n, seen in enumerate(page, 1) for block in _brief(seen, n)),
            Buttons((ask,)),
        ),
    )


def _brief(seen: Seen, n: int) -> tuple[Quote, ...]:
    """A challenge in full, without a name unless its owner gave it for this."""
    one = seen.challenge
    named = one.leave == "named" and not one.nameless
    who: Phrase = (
        say("challenges.brief.by", "{n}. {name}", n=n, name=called(seen.asker))
        if named
        else say("challenges.brief.nameless", "{n}. somebody in this group", n=n)
    )
    texts = [(one.situation, who)]
    if one.tried:
        texts.append((one.tried, say("challenges.tried", "Tried so far")))
    if one.wish:
        texts.append((one.wish, say("challenges.wish", "Wished for")))
    if seen.best:
        texts.append(
            (
                seen.best[0].text or seen.best[0].works,
                say("challenges.brief.best", "What helps most so far"),
            )
        )
    if one.outcome:
        texts.append((one.lesson or "…", OUTCOMES[one.outcome]))
    return tuple(Quote(clipped(text, LONG), by) for text, by in texts)


ASKED = say("challenges.leave.asked", "I’m asking whoever it belongs to. The brief will tell.")
ALREADY = say("challenges.leave.already", "That one has been asked for already.")
THANKS = say("challenges.leave.done", "Thank you. You can change it here at any time.")

_YES = Seen(challenge=sample(leave="nameless"), ideas=4)

EXAMPLES: dict[str, Post] = {
    "challenges.leave": asking(sample(), "Ada Example", "leave/sample-c"),
    "challenges.leave.named": asking(
        sample(nameless=False, leave="named"), "Ada Example", "leave/sample-c"
    ),
    "challenges.material": material(SAMPLE, (_YES, Seen(challenge=sample())), "cursor"),
    "challenges.brief": brief(SAMPLE, (_YES,), 23),
    "challenges.brief.none": brief(SAMPLE, (), 23),
}
