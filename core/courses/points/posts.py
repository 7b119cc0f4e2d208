"""The points, the level and the badges that a provider keeps for somebody."""

from collections.abc import Sequence

from core.courses.model import Points
from core.message import Block, Bullets, Facts, Heading, Phrase, Post, Text, say, verbatim

BADGES = 8

ASKING = say("courses.points.asking", "I’m asking. Your points come in a moment.")
NO_ADDRESS = say(
    "courses.points.no-address",
    "I don’t know your e-mail address here, and a provider knows you by nothing else.",
)
NOBODY_KEEPS = say("courses.points.off", "No provider that is connected here keeps points for you.")
NO_ANSWER = say(
    "courses.points.no-answer", "Your provider doesn’t answer right now. Please ask again later."
)
UNKNOWN = say(
    "courses.points.unknown",
    "There is nobody with your e-mail address at your provider yet, so there are no points.",
)


def card(found: Sequence[Points]) -> Post:
    """What each provider keeps."""
    return _post(tuple(block for one in found for block in _one(one)))


def nothing(why: Phrase) -> Post:
    """Why there is nothing to show."""
    return _post((Heading(TITLE), Text(why)))


def _post(blocks: tuple[Block, ...]) -> Post:
    return Post(
        summary=say("courses.points.summary", "Your points"),
        purpose=say("courses.points.purpose", "Because you asked. Only you see this."),
        blocks=blocks,
    )


def _one(one: Points) -> tuple[Block, ...]:
    rows = (
        (say("courses.points.points", "Points"), verbatim(str(one.points))),
        (say("courses.points.level", "Level"), verbatim(str(one.level))),
    )
    return (
        Heading(say("courses.points.at", "Your points at {provider}", provider=one.provider)),
        Facts(rows if one.level else rows[:1]),
        *_badges(one.badges),
    )


def _badges(names: Sequence[str]) -> tuple[Block, ...]:
    if not names:
        return ()
    rest = len(names) - BADGES
    more = (Text(say("courses.points.more", "And {n} more.", n=rest), subtle=True),)
    return (
        Text(say("courses.points.badges", "Your badges:")),
        Bullets(tuple(map(verbatim, names[:BADGES]))),
        *(more if rest > 0 else ()),
    )


TITLE = say("courses.points.title", "Your points")

EXAMPLES: dict[str, Post] = {
    "courses.points.card": card(
        (Points(provider="TalentLMS", points=320, level=4, badges=("First steps", "Night owl")),)
    ),
    "courses.points.unknown": nothing(UNKNOWN),
}
