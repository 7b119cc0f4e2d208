"""What people choose for themselves: pauses, and the fields of their settings form."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from msgspec.structs import replace

from core.engine.gate import holidays_of, zone_of
from core.people.model import Person

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch"}
BUDGETS = (1, 2, 3, 5)
LONGEST_PAUSE = timedelta(days=366)


class Unclear(ValueError):
    """What somebody chose makes no sense; no wish is changed."""


def wished(person: Person, values: Mapping[str, str], now: datetime) -> Person | frozenset[str]:
    """The person with the settings of the form, or the names of the fields that are unclear."""
    unclear = set[str]()
    for name, choose in FIELDS.items():
        if name not in values:
            continue
        try:
            person = choose(person, values[name].strip(), now)
        except Unclear:
            unclear.add(name)
    return frozenset(unclear) or person


def as_of(person: Person, now: datetime) -> Person:
    """The person, without a pause that is over."""
    over = person.paused_until is not None and person.paused_until <= now
    return replace(person, paused_until=None) if over else person


def paused(person: Person, until: datetime | None) -> Person:
    """The person, left in peace until then."""
    return replace(person, paused_until=until, stopped=False)


def resumed(person: Person) -> Person:
    """The person, who wants to hear from us again."""
    return replace(person, paused_until=None, stopped=False)


def weeks_from(person: Person, now: datetime, weeks: int) -> datetime:
    """The beginning of a day where the person is, so many weeks on."""
    return _midnight(person, _today(person, now) + timedelta(weeks=weeks))


def until_day(person: Person, now: datetime, text: str) -> datetime:
    """The beginning of that day where the person is. Raises Unclear unless it is to come soon."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Unclear(text) from None
    today = _today(person, now)
    if not today < day <= today + LONGEST_PAUSE:
        raise Unclear(text)
    return _midnight(person, day)


def find_zone(text: str) -> str | None:
    """The time zone of this name or city, however it is written."""
    return _zones().get(_plain(text))


def _today(person: Person, now: datetime) -> date:
    return now.astimezone(zone_of(person.zone)).date()


def _midnight(person: Person, day: date) -> datetime:
    return datetime.combine(day, time(), zone_of(person.zone)).astimezone(UTC)


def _start(person: Person, value: str, now: datetime) -> Person:
    return replace(person, start=_number(value, range(24)))


def _end(person: Person, value: str, now: datetime) -> Person:
    return replace(person, end=_number(value, range(25)))


def _days(person: Person, value: str, now: datetime) -> Person:
    days = {_number(day, range(7)) for day in value.split(",")[:8]}
    return replace(person, days=tuple(sorted(days)))


def _budget(person: Person, value: str, now: datetime) -> Person:
    return replace(person, budget=_number(value, range(1, max(BUDGETS) + 1)))


def _zone(person: Person, value: str, now: datetime) -> Person:
    if not value:
        return replace(person, zone_from="platform" if person.zone else "")
    zone = find_zone(value)
    if zone is None:
        raise Unclear(value)
    return replace(person, zone=zone, zone_from="own")


def _locale(person: Person, value: str, now: datetime) -> Person:
    if not value:
        return replace(person, locale_from="platform" if person.locale else "")
    if value not in LANGUAGES:
        raise Unclear(value)
    return replace(person, locale=value, locale_from="own")


def _country(person: Person, value: str, now: datetime) -> Person:
    country = value.upper()
    if country and (len(country) != len("DE") or holidays_of(country, now.year) is None):
        raise Unclear(value)
    return replace(person, country=country)


FIELDS: Mapping[str, Callable[[Person, str, datetime], Person]] = {
    "start": _start,
    "end": _end,
    "days": _days,
    "zone": _zone,
    "locale": _locale,
    "country": _country,
    "budget": _budget,
}


def _number(text: str, allowed: range) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len("24") and int(text) in allowed):
        raise Unclear(text)
    return int(text)


@cache
def _zones() -> Mapping[str, str]:
    names = files("tzdata").joinpath("zones").read_text("utf-8").split()
    places = [name for name in names if "/" in name or name == "UTC"]
    cities = {_plain(name.rpartition("/")[2]): name for name in sorted(places, reverse=True)}
    return cities | {_plain(name): name for name in places}


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text[:100])
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return "_".join(bare.casefold().replace("_", " ").split())
