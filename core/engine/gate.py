"""May we write to this person now, unasked? Pure: their hours, days off, pause and budget."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

from core.engine.ports import Rhythm

SILENT_AFTER = 3
PATIENCE = 40  # days; a person who only works on holidays has hours all the same
USUAL = Rhythm()


@dataclass(frozen=True, slots=True)
class Go:
    """Write now."""


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: `at` is the next moment that suits them; `why` is one word."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Not at all; `why` is one word."""

    why: str


Verdict = Go | Later | Skip


def gate(rhythm: Rhythm, now: datetime, *, sent_this_week: int, unanswered: int) -> Verdict:
    """What to do with a message that nobody asked for."""
    if rhythm.stopped:
        return Skip("stopped")
    if rhythm.paused_until and rhythm.paused_until > now:
        return Later(opening(rhythm, rhythm.paused_until), "paused")
    if unanswered >= SILENT_AFTER:
        return Skip("silent")
    if sent_this_week >= rhythm.budget:
        return Later(opening(rhythm, next_week(rhythm, now)), "budget")
    at = opening(rhythm, now)
    return Go() if at <= now else Later(at, _why_closed(rhythm, now))


def opening(rhythm: Rhythm, after: datetime) -> datetime:
    """The first moment, not before `after`, that is within the person's own hours."""
    return next(max(start, after) for start, end in _windows(rhythm, after) if end > after)


def next_week(rhythm: Rhythm, now: datetime) -> datetime:
    """When the person's next week begins: Monday, midnight, where they are."""
    zone = zone_of(rhythm.zone)
    today = now.astimezone(zone).date()
    monday = today + timedelta(days=7 - today.weekday())
    return datetime.combine(monday, time(), zone).astimezone(UTC)


def week_of(zone: str, now: datetime) -> str:
    """The week that it is in a time zone, as boards name it: `2026-W47`."""
    year, week, _ = now.astimezone(zone_of(zone)).isocalendar()
    return f"{year}-W{week:02}"


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; UTC for a name that nobody knows."""
    return known_zone(name) or ZoneInfo("UTC")


@lru_cache(maxsize=512)
def known_zone(name: str) -> ZoneInfo | None:
    """The time zone of this name, if there is one."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None


@lru_cache(maxsize=1024)
def holidays_of(country: str, year: int) -> frozenset[date] | None:
    """Public holidays by the two-letter code of a country; None for one that we do not know."""
    import holidays  # noqa: PLC0415 - only where somebody names a country

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return None


def _windows(rhythm: Rhythm, after: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Open hours from the day before `after` on; hours that pass midnight belong to their start."""
    zone = zone_of(rhythm.zone)
    first = after.astimezone(zone).date() - timedelta(days=1)
    start, end = _hours(rhythm)
    for n in count():
        day = first + timedelta(days=n)
        if day.weekday() in _days(rhythm) and (n > PATIENCE or not _holiday(rhythm, day)):
            opens = _at(day, start, zone)
            closes = _at(day, end if end > start else end + 24, zone)
            if closes > opens:  # no: an hour that the clocks left out
                yield opens, closes


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24), zone)
    return midnight.astimezone(UTC)


def _hours(rhythm: Rhythm) -> tuple[int, int]:
    sound = rhythm.start in range(24) and rhythm.end in range(25)
    return (rhythm.start, rhythm.end) if sound else (USUAL.start, USUAL.end)


def _days(rhythm: Rhythm) -> frozenset[int]:
    return frozenset(rhythm.days) & frozenset(range(7)) or frozenset(USUAL.days)


def _holiday(rhythm: Rhythm, day: date) -> bool:
    return bool(rhythm.country) and day in (holidays_of(rhythm.country, day.year) or ())


def _why_closed(rhythm: Rhythm, now: datetime) -> str:
    today = now.astimezone(zone_of(rhythm.zone)).date()
    return "holiday" if _holiday(rhythm, today) and today.weekday() in _days(rhythm) else "hours"
