"""Kinds of steps that stand in for all slices: they do nothing, and count as the heaviest would."""

from collections.abc import Callable, Mapping, Sequence

from core.engine.ports import Changes, Event, Moment
from core.programmes.model import Kind, Options, at_once

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "agreement": ("days",),
    "introductions": ("days", "theme"),
    "working_on": (),
    "icebreaker": ("theme",),
    "discussion": ("question", "purpose"),
    "circles": ("size",),
    "workshop": ("title", "mode", "minutes"),
    "challenges": ("days",),
    "helpers": (),
    "roleplay": ("script",),
    "commitments": ("about",),
    "pairs": ("size",),
    "coffee": ("size",),
    "checkins": ("weeks", "weekday"),
    "followups": ("about", "days"),
    "closing": (),
    "message": ("purpose", "text"),
}
IN_THE_OPEN = ("message", "discussion", "icebreaker")


async def nothing(event: Event, moment: Moment) -> Changes:
    return Changes()


def on_days(options: Options) -> Sequence[int]:
    return [int(day) for day in options.get("days", "0").split(",")]


def weekly(options: Options) -> Sequence[int]:
    return [7 * week for week in range(int(options["weeks"]))]


def twice(options: Options) -> Sequence[int]:
    """Whom they meet, and later whether they did."""
    return (0, 10)


def around(options: Options) -> Sequence[int]:
    """Whether they come, the day before, and what was left."""
    opens = int(options["opens"])
    return (0, opens - 1, opens)


SPREAD: Mapping[str, Callable[[Options], Sequence[int]]] = {
    "followups": on_days,
    "agreement": on_days,
    "coffee": twice,
    "workshop": around,
    "checkins": weekly,
}


def kind(name: str) -> Kind:
    count = 0 if name in IN_THE_OPEN else 1
    return Kind(
        run=nothing,
        options=dict.fromkeys(OPTIONS[name], bool),
        active=count,
        silent=count,
        days=SPREAD.get(name, at_once),
    )


KINDS: Mapping[str, Kind] = {name: kind(name) for name in OPTIONS}
