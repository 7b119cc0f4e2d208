"""On which days a promise is asked about, and when that is where somebody lives. Pure."""

from datetime import UTC, date, datetime, time, timedelta

from core.engine.gate import opening, zone_of
from core.engine.ports import Rhythm

THURSDAY, TEN = 3, 10
NEAR = 3
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def following(after: date, weekday: int, until: date) -> date | None:
    """The next day to ask after this one: once a week, and last on the promise's own day.

    So close to the last one, no other is asked.
    """
    if after >= until:
        return None
    day = after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)
    return day if (until - day).days >= NEAR else until


def first(made: date, begins: date | None, weekday: int, until: date) -> date | None:
    """The first day to ask: a promise is given two days, and nothing is asked before `begins`."""
    if until <= made:
        return None
    after = max(made + DAY, (begins or made) - DAY)
    return following(min(after, until - DAY), weekday, until)


def instant(day: date, hour: int, rhythm: Rhythm) -> datetime:
    """That hour of that day where they are, or else when they are next at work."""
    there = datetime.combine(day, time(hour), zone_of(rhythm.zone)).astimezone(UTC)
    return opening(rhythm, there)


def today(now: datetime, zone: str) -> date:
    """The day that it is there."""
    return now.astimezone(zone_of(zone)).date()


def friday(now: datetime, zone: str) -> datetime:
    """When the week that this belongs to is added up: Friday at four."""
    there = now.astimezone(zone_of(zone))
    day = there.date() + timedelta(days=(4 - there.weekday()) % 7)
    at = datetime.combine(day, time(16), zone_of(zone))
    if at <= there:
        at = datetime.combine(day + WEEK, time(16), zone_of(zone))
    return at.astimezone(UTC)
