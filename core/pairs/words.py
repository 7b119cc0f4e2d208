"""What a pair is called, and what speaks for it, in one sentence."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from core.cohorts.words import called
from core.engine.gate import zone_of
from core.message import Phrase, say
from core.pairs.matching.people import Reasons, Why

DAY = 24
NAMES = (
    say("pairs.names.one", "{a}"),
    say("pairs.names.two", "{a} and {b}"),
    say("pairs.names.three", "{a}, {b} and {c}"),
    say("pairs.names.four", "{a}, {b}, {c} and {d}"),
    say("pairs.names.five", "{a}, {b}, {c}, {d} and {e}"),
)
BECAUSE = (
    say("pairs.because.one", "{a}."),
    say("pairs.because.two", "{a}, and {b}."),
    say("pairs.because.three", "{a}, {b}, and {c}."),
)
NEW = say("pairs.because.new", "not together before")
LEFT: dict[str, Phrase] = {
    "paused": say("pairs.left.paused", "paused just now"),
    "stopped": say("pairs.left.stopped", "not available just now"),
    "quiet": say("pairs.left.quiet", "has not answered lately"),
    "alone": say("pairs.left.alone", "chose to go on alone"),
    "skipped": say("pairs.left.skipped", "sits this round out"),
    "busy": say("pairs.left.busy", "has a partner already"),
    "only": say("pairs.left.only", "nobody else was free"),
    "rules": say("pairs.left.rules", "nobody fitted within the rules this time"),
}


def names(people: Sequence[str]) -> Phrase:
    """All of them, by name."""
    shown = [called(name) for name in people[: len(NAMES)]]
    return replace(NAMES[len(shown) - 1], args=dict(zip("abcde", shown, strict=False)))


def because(reasons: Reasons, zone: str, now: datetime) -> Phrase:
    """What speaks for a group, in one sentence; the hours are those of the reader."""
    said: list[Phrase] = []
    if reasons.words:
        alike = ", ".join(reasons.words)
        said.append(say("pairs.because.words", "both wrote about {what}", what=alike))
    if reasons.teams:
        said.append(say("pairs.because.teams", "different teams"))
    hours = together(reasons.hours, zone, now)
    if hours:
        first, last = hours
        told = say("pairs.because.hours", "{first} to {last} suits all", first=first, last=last)
        said.append(told)
    if reasons.again:
        said.append(say("pairs.because.again", "last together {n} rounds ago", n=reasons.again))
    told_all = (said or [NEW])[: len(BECAUSE)]
    return replace(BECAUSE[len(told_all) - 1], args=dict(zip("abc", told_all, strict=False)))


def together(hours: int, zone: str, now: datetime) -> tuple[str, str] | None:
    """From when to when all are at work, on the reader's clock: the longest stretch."""
    if hours < 0 or not hours:
        return None
    shift = now.astimezone(zone_of(zone)).utcoffset() or timedelta()
    by = int(shift.total_seconds() // 3600)
    free = [bool(hours >> (hour - by) % DAY & 1) for hour in range(DAY)]
    best, start = (0, 0), 0
    for hour in range(DAY + 1):
        if hour == DAY or not free[hour]:
            best = max(best, (hour - start, -start))
            start = hour + 1
    length, first = best[0], -best[1]
    return f"{first:02}:00", f"{first + length:02}:00"


def why_left(why: Why) -> Phrase:
    """Why somebody is left out: never who wished it."""
    return LEFT[why]
