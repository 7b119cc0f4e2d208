"""Which step of a path is open to somebody, and when the next one is. Pure rules."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from core.courses.model import Course, Learning, Send, Step

PACE = 60
PACES = ("done", "1", "2", "3", "7", "14")
EDITED = ("draft", "counting", "ready")


def days_of(pace: str) -> int:
    """After how many days the next opens; 0: when the last is done."""
    sound = pace.isascii() and pace.isdigit() and len(pace) <= len(str(PACE))
    return min(int(pace), PACE) if sound else 0


def is_pace(pace: str) -> bool:
    """Whether somebody may say so."""
    return pace == "done" or 0 < days_of(pace) <= PACE


def opened(was: Learning) -> int:
    """The furthest step that was opened: the first is from the beginning."""
    return max((n for n, step in enumerate(was.steps) if n == 0 or step.since), default=0)


def to_open(send: Send, was: Learning, begun: date, today: date) -> int:
    """The furthest step that may be open by now."""
    last = len(was.steps) - 1
    days = days_of(send.pace)
    if days:
        return max(opened(was), min((today - begun).days // days, last))
    undone = (n for n, step in enumerate(was.steps) if not step.done)
    return max(opened(was), min(next(undone, last), last))


def next_day(send: Send, was: Learning, begun: date) -> date | None:
    """The day on which the next of a path by date opens; None after the last."""
    days, n = days_of(send.pace), opened(was)
    if not days or n >= len(was.steps) - 1:
        return None
    return begun + timedelta(days=days * (n + 1))


def advanced(was: Learning, furthest: int, now: datetime) -> Learning:
    """Everything up to there is open; what is looked at is the furthest that is not done.

    Once that one is done, it is what was left out before it.
    """
    steps = tuple(
        replace(step, since=now) if 0 < n <= furthest and not step.since else step
        for n, step in enumerate(was.steps)
    )
    return replace(was, steps=steps, at=_at(steps, furthest))


def _at(steps: Sequence[Step], furthest: int) -> int:
    if not steps[furthest].done:
        return furthest
    return next((n for n in range(furthest) if not steps[n].done), furthest)


# --- its order, as long as it is a draft ----------------------------------------------------------


def ordered(courses: Sequence[Course], which: int, where: int | None) -> tuple[Course, ...]:
    """One of them in another place; None: it is left out."""
    rest = [course for n, course in enumerate(courses) if n != which]
    if where is not None:
        rest.insert(where, courses[which])
    return tuple(rest)


def with_courses(send: Send, courses: tuple[Course, ...]) -> Send:
    """The send with these; what it is looked up by follows."""
    return replace(send, courses=courses, course=courses[0].key)
