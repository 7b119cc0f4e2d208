"""What each resident is like: how often they answer, and what becomes of them."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct


class Fate(Struct, frozen=True, kw_only=True):
    """What somebody does on a day of the story, whatever they are asked."""

    after: timedelta
    action: str
    args: Mapping[str, str] = {}


class Temper(Struct, frozen=True, kw_only=True):
    """How likely somebody answers in private, and joins in where everybody reads."""

    about: str
    answers: float
    joins_in: float = 0.0
    learns: bool = True
    fates: tuple[Fate, ...] = ()


def on_day(days: int, hours: int, action: str, **args: str) -> Fate:
    """So many days after the first Monday, at an hour of the clock there."""
    return Fate(after=timedelta(days=days, hours=hours), action=action, args=args)


TEMPERS: Mapping[str, Temper] = {
    "robin": Temper(about="Leads, and does what the cards ask", answers=1.0, learns=False),
    "sunny": Temper(
        about="Keeps things fair, answers most", answers=0.9, joins_in=0.6, learns=False
    ),
    "sky": Temper(about="Answers nearly everything", answers=0.97, joins_in=0.9),
    "coral": Temper(about="Answers nearly everything", answers=0.95, joins_in=0.8),
    "heath": Temper(about="Answers often, helps others", answers=0.85, joins_in=0.7),
    "ivy": Temper(about="Answers often", answers=0.85, joins_in=0.6),
    "dale": Temper(about="Answers often, an hour behind", answers=0.8, joins_in=0.5),
    "fern": Temper(
        about="Answers often, pauses in week 4",
        answers=0.8,
        joins_in=0.6,
        fates=(on_day(21, 8, "people.pause_until", weeks="1"),),
    ),
    "clay": Temper(
        about="Answers, then leaves in week 6",
        answers=0.9,
        joins_in=0.5,
        fates=(on_day(36, 10, "members.left"),),
    ),
    "jasper": Temper(about="Answers now and then", answers=0.4, joins_in=0.2),
    "forest": Temper(about="Is hardly ever there", answers=0.2, joins_in=0.05),
    "misty": Temper(about="Joins, and never opens it again", answers=0.0),
}
