"""What may stand in each field of a template and of its steps."""

import re
from collections.abc import Callable, Mapping

from core.cohorts.model import line
from core.programmes.model import START
from core.programmes.templates.model import one_of

ID = re.compile(r"[a-z][a-z0-9-]{0,29}")
TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
AUDIENCES = ("members", "facilitator")
GATES = ("agreement", "members", "pairs")
FIRST, LAST = 7 * 60, 20 * 60
FAR = 366
AHEAD = 60
TITLE, ABOUT = 60, 160


class Wrong(ValueError):
    """What stands there cannot be meant: `said`, and what to write instead."""

    def __init__(self, said: str, instead: str) -> None:
        """Keeps both sentences."""
        super().__init__(said)
        self.said, self.instead = said, instead


def id_of(words: str) -> str:
    """A short name that others refer to."""
    if not ID.fullmatch(words):
        raise Wrong(f"“{words[:40]}” is no id.", "Write small letters, like first-question.")
    if words == START:
        raise Wrong("start is the first day of every programme.", "Write another id.")
    return words


def time_of(words: str) -> str:
    """A time of day at which people can be written to."""
    found = TIME.fullmatch(words.strip())
    if found is None:
        raise Wrong(f"There is no time “{words[:20]}”.", 'Write a time like "10:00".')
    minutes = int(found[1]) * 60 + int(found[2])
    if not FIRST <= minutes <= LAST:
        raise Wrong(f"{words} is outside working hours.", "Write a time from 07:00 to 20:00.")
    return f"{int(found[1]):02}:{found[2]}"


def day_of(words: str) -> int:
    """So many days after, or with a minus before."""
    return _number(words, range(-AHEAD, FAR + 1), "days after the other step")


def stage_of(words: str) -> int:
    """One of the three stages."""
    return _number(words, range(1, 4), "a stage")


def ahead_of(words: str) -> int:
    """So many days before it takes place."""
    return _number(words, range(AHEAD + 1), "days before it takes place")


def weekday_of(words: str) -> int:
    """A day of the week; a template has no dates of its own."""
    name = words.strip().casefold()
    if name not in WEEKDAYS:
        raise Wrong(f"“{words[:20]}” is no weekday.", one_of(name, WEEKDAYS))
    return WEEKDAYS.index(name)


def audience_of(words: str) -> str:
    """For whom it is."""
    return _known(words, AUDIENCES, "nobody whom a step can be for")


def gate_of(words: str) -> str:
    """What has to be there before it begins."""
    return _known(words, GATES, "nothing that a step can wait for")


def truth_of(words: str) -> bool:
    """Yes or no."""
    said = {"true": True, "yes": True, "false": False, "no": False}.get(words.casefold())
    if said is None:
        raise Wrong(f"“{words[:20]}” is neither yes nor no.", "Write true or false.")
    return said


def title_of(words: str) -> str:
    """A line of words that everyone reads."""
    return _line(words, TITLE)


def about_of(words: str) -> str:
    """A sentence that everyone reads."""
    return _line(words, ABOUT)


def text_of(words: str) -> str:
    """Whatever is checked later, when all are known."""
    return words.strip()


TOP: Mapping[str, Callable[[str], object]] = {"name": title_of, "about": about_of}
STEP: Mapping[str, Callable[[str], object]] = {
    "id": id_of,
    "kind": text_of,
    "stage": stage_of,
    "title": title_of,
    "after": text_of,
    "days": day_of,
    "on": weekday_of,
    "at": time_of,
    "opens": ahead_of,
    "audience": audience_of,
    "gate": gate_of,
    "catch_up": truth_of,
}
NEEDED = ("id", "kind", "stage", "title")


def _number(words: str, allowed: range, what: str) -> int:
    digits = words.strip().removeprefix("-")
    sound = digits.isascii() and digits.isdigit() and len(digits) <= len("366")
    number = int(words) if sound else None
    if number is None or number not in allowed:
        instead = f"Write a whole number from {allowed[0]} to {allowed[-1]}."
        raise Wrong(f"“{words[:20]}” cannot be {what}.", instead)
    return number


def _known(words: str, names: tuple[str, ...], what: str) -> str:
    if words not in names:
        raise Wrong(f"“{words[:40]}” is {what}.", one_of(words, names))
    return words


def _line(words: str, limit: int) -> str:
    found = line(words, limit + 1)
    if not 0 < len(found) <= limit:
        raise Wrong(f"This has {len(words)} characters.", f"Write 1 to {limit}.")
    return found
