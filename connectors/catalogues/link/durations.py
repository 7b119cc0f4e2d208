"""How long something takes, in minutes, from the ways in which pages say it."""

import math
import re

MOST = 10_000  # what takes longer is a calendar’s length, not somebody’s time
LONGEST = 60

# Weeks, months and bare days say how long a course is on offer; only with hours is a day one.
ISO = re.compile(
    r"P(?:0Y)?(?:0M)?(?:(?P<d>\d{1,3})D)?"
    r"T(?:(?P<h>\d{1,5}(?:[.,]\d+)?)H)?(?:(?P<m>\d{1,6}(?:[.,]\d+)?)M)?(?:(?P<s>\d{1,8}(?:[.,]\d+)?)S)?",
    re.IGNORECASE,
)
WORDS = re.compile(
    r"(?:(?:ca\.?|approx\.?|about|~)\s*)?"
    r"(?:(?P<h>\d{1,4}(?:[.,]\d+)?)\s*(?:h|hrs?\.?|hours?|std\.?|stunden?))?(?:\s+(?:and|und)\s+|[\s,]*)"
    r"(?:(?P<m>\d{1,5})\s*(?:m|mins?\.?|minutes?|minuten?))?(?:\s+read)?",
    re.IGNORECASE,
)
CLOCK = re.compile(r"(?:(?P<h>\d{1,3}):)?(?P<m>[0-5]?\d):(?P<s>[0-5]\d)")


def from_iso(text: str) -> int:
    """ISO 8601, as PT1H30M; 0 for anything else."""
    return _minutes(ISO.fullmatch(text.strip()[:LONGEST]))


def from_words(text: str) -> int:
    """As people write it: 1 h 30 min, 12:34, 5 minutes; 0 for anything else."""
    text = text.strip()[:LONGEST]
    return _minutes(WORDS.fullmatch(text)) or _minutes(CLOCK.fullmatch(text))


def from_seconds(told: str | float) -> int:
    """So many seconds; at least a minute, if it is anything at all."""
    try:
        return _whole(float(told) / 60)
    except (ValueError, OverflowError):
        return 0


def _minutes(found: re.Match[str] | None) -> int:
    if found is None:
        return 0
    told = {
        name: float((text or "0").replace(",", ".")) for name, text in found.groupdict().items()
    }
    hours = 24 * told.get("d", 0) + told.get("h", 0)
    return _whole(60 * hours + told.get("m", 0) + told.get("s", 0) / 60)


def _whole(minutes: float) -> int:
    if not (math.isfinite(minutes) and 0 < minutes <= MOST):
        return 0
    return max(1, math.floor(minutes + 0.5))
