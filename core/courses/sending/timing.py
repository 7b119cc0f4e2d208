"""When a link goes out and when it is due, by the sender's clocks; and about how long it takes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from core.cohorts.model import day
from core.engine.gate import zone_of

MORNING = 9
YEAR = timedelta(days=366)
A_SECOND = 20
UNDO = timedelta(seconds=60)


def local(at: datetime, zone: str) -> datetime:
    """The same moment by the clocks of a zone."""
    return at.astimezone(zone_of(zone))


def starts_in(values: Mapping[str, str], zone: str) -> datetime | None:
    """When it goes out, None where that is at once. Raises ValueError for no time."""
    text, hour = values.get("day", "").strip(), values.get("hour", "").strip()
    if not text and not hour:
        return None
    on = day(text)
    if on is None:
        raise ValueError(text)
    at = time(int(hour[:2]) if hour else MORNING)
    return datetime.combine(on, at, zone_of(zone)).astimezone(UTC)


def wrong_times(values: Mapping[str, str], zone: str, now: datetime) -> tuple[str, ...]:
    """The fields about time that are not in order."""
    wrong: list[str] = []
    starts = None
    try:
        starts = starts_in(values, zone)
    except (ValueError, OverflowError):
        wrong.append("day")
    if starts is not None and not now < starts < now + YEAR:
        wrong.append("day")
        starts = None
    due = values.get("due", "").strip()
    if due and not _fits(day(due), local(starts or now, zone).date()):
        wrong.append("due")
    return tuple(wrong)


def _fits(due: date | None, first: date) -> bool:
    return due is not None and first <= due <= first + 2 * YEAR


def minutes_for(people: int) -> int:
    """About how many minutes it takes to reach so many; platforms allow some a second."""
    return -(-people // (A_SECOND * 60))
