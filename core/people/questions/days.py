"""A calendar day, however people write it: 2026-03-03, 3 March, 3.3., tomorrow, Friday."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError

LONGEST = 40
ENGLISH = Locale("en", "GB")
NEAR: Mapping[str, int] = {
    "today": 0,
    "heute": 0,
    "tomorrow": 1,
    "morgen": 1,
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
    "übermorgen": 2,
}
_LEAD = re.compile(r"(?:on|by|from|until|the|am|ab|bis|den|der|dem)\s+")
_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
_FIGURES = re.compile(r"(\d\d?)\s?([./-])\s?(\d\d?)(?:\s?\2\s?(\d{4}|\d\d)?)?")
_DAY_FIRST = re.compile(r"(\d\d?)(?:\.|st|nd|rd|th)?(?: of)? ?([^\W\d_]+)\.?,? ?(\d{4}|\d\d)?")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.? ?(\d\d?)(?:\.|st|nd|rd|th)?,? ?(\d{4})?")


def day_in(text: str, locale: str, today: date) -> date | None:
    """The day that somebody means; without a year, the next one that comes."""
    typed = " ".join(text[: LONGEST + 1].casefold().split()).rstrip("!")
    if len(typed) > LONGEST:
        return None
    if typed in NEAR:
        return today + timedelta(days=NEAR[typed])
    while lead := _LEAD.match(typed):
        typed = typed[lead.end() :]
    try:
        return _written(typed, tongue(locale), today) or _weekday(typed, tongue(locale), today)
    except (ValueError, OverflowError):
        return None


@lru_cache(64)
def tongue(locale: str) -> Locale:
    """How a language writes days; plain English as most of the world writes it."""
    try:
        found = Locale.parse(locale.replace("-", "_"))
    except (ValueError, UnknownLocaleError, TypeError):
        return ENGLISH
    return ENGLISH if str(found) == "en" else found


def _written(typed: str, locale: Locale, today: date) -> date | None:
    if found := _ISO.fullmatch(typed):
        return date(*map(int, found.groups()))
    if found := _FIGURES.fullmatch(typed):
        first, sign, second, year = found.groups()
        turned = sign != "." and _month_leads(locale)
        day, month = (second, first) if turned else (first, second)
        return _coming(int(day), int(month), year, today)
    if found := _DAY_FIRST.fullmatch(typed):
        day, name, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(typed):
        name, day, year = found.groups()
    else:
        return None
    month = _names(locale, "months").get(name)
    return _coming(int(day), month, year, today) if month else None


def _coming(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) < len("2026") else 0), month, day)
    years = range(today.year, today.year + 9)  # the 29th of February may be a while away
    days = (date(y, month, day) for y in years if _exists(y, month, day))
    found = next((on for on in days if on >= today), None)
    if found is None:
        raise ValueError(day, month)
    return found


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _weekday(typed: str, locale: Locale, today: date) -> date | None:
    """The next day of that name, never today."""
    wanted = _names(locale, "days").get(typed.rstrip("."))
    return (
        None if wanted is None else today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    )


def _month_leads(locale: Locale) -> bool:
    pattern = locale.date_formats["short"].pattern
    return bool(pattern.find("M") < pattern.find("d"))


@lru_cache(128)
def _names(locale: Locale, what: str) -> Mapping[str, int]:
    """Names of months or weekdays, in English and in a language."""
    found: dict[str, int] = {}
    for language in (ENGLISH, locale):
        for width in ("abbreviated", "wide"):
            for context in ("format", "stand-alone"):
                names = getattr(language, what)[context][width]
                found |= {name.casefold().rstrip("."): n for n, name in names.items()}
    return found
