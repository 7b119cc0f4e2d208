"""Three counts of an audience, with reasons, in words."""

from collections.abc import Mapping, Sequence

from core.courses.audience.model import Count
from core.message import Phrase, say

HELD: Mapping[str, Phrase] = {
    "hours": say("courses.audience.held.hours", "outside their hours"),
    "holiday": say("courses.audience.held.holiday", "on a holiday"),
    "paused": say("courses.audience.held.paused", "taking a break"),
    "budget": say("courses.audience.held.budget", "week is full"),
}
CANNOT: Mapping[str, Phrase] = {
    "no way": say("courses.audience.cannot.no-way", "no account"),
    "not_installed": say("courses.audience.cannot.not-installed", "Coterie isn’t installed"),
    "blocked": say("courses.audience.cannot.blocked", "blocked me"),
    "stopped": say("courses.audience.cannot.stopped", "asked for no messages"),
    "silent": say("courses.audience.cannot.silent", "no answer to three messages"),
    "unknown": say("courses.audience.cannot.unknown", "unknown address"),
    "guest": say("courses.audience.cannot.guest", "guests"),
    "gone": say("courses.audience.cannot.gone", "no longer here"),
}


def rows(count: Count) -> tuple[tuple[Phrase, Phrase], ...]:
    """Who will get it, who gets it later, who cannot, each with why."""
    will = say("courses.audience.will", "Get it at once")
    held = say("courses.audience.held", "Get it later")
    cannot = say("courses.audience.cannot", "Can’t be reached")
    return (
        (will, say("courses.audience.n", "{n}", n=count.will)),
        *(((held, _why(count.later, count.held, HELD)),) if count.later else ()),
        *(((cannot, _why(count.out, count.cannot, CANNOT)),) if count.out else ()),
    )


def _why(n: int, by: Mapping[str, int], words: Mapping[str, Phrase]) -> Phrase:
    return because(n, [(words[why], m) for why, m in sorted(by.items()) if why in words])


def because(n: int, reasons: Sequence[tuple[Phrase, int]]) -> Phrase:
    """How many, and in brackets why; of several reasons, how many for each."""
    if not reasons:
        return say("courses.audience.n", "{n}", n=n)
    whole = reasons[0][0]
    if len(reasons) > 1:
        whole = listed([_each(why, m) for why, m in reasons])
    return say("courses.audience.because", "{n} ({why})", n=n, why=whole)


def _each(why: Phrase, n: int) -> Phrase:
    return say("courses.audience.each", "{why}: {n}", why=why, n=n)


def listed(parts: Sequence[Phrase]) -> Phrase:
    """Several, with commas between."""
    whole = parts[0]
    for part in parts[1:]:
        whole = say("courses.audience.and", "{first}, {then}", first=whole, then=part)
    return whole
