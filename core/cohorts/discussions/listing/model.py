"""Which of the discussions somebody means by a few words."""

import re
from collections.abc import Sequence

from core.cohorts.discussions.model import Discussion

WORD = re.compile(r"\w{2,}")
MOST = 8
STEM = 5


def fitting(found: Sequence[Discussion], words: str) -> list[Discussion]:
    """Those in whose question or summary all words stand, then those with most, newest first."""
    wanted = list(dict.fromkeys(WORD.findall(words.casefold())))[:MOST]
    scored = [(_hits(it, wanted), it) for it in found]
    best = sorted(scored, key=lambda one: -one[0])
    least = max(1, (len(wanted) + 1) // 2)
    return [it for hits, it in best if hits >= least]


def _hits(it: Discussion, wanted: Sequence[str]) -> int:
    told = set(WORD.findall(f"{it.question} {it.own} {it.summary}".casefold()))
    return sum(any(_same(word, other) for other in told) for word in wanted)


def _same(wanted: str, told: str) -> bool:
    """The same word, or another form of it: handover, handovers."""
    if len(wanted) < STEM:
        return told == wanted
    return told.startswith(wanted) or (len(told) >= STEM and wanted.startswith(told))
