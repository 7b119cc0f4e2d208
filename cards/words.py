"""Phrases as a reader sees them: in their language, with dates in their zone.

A renderer asks for `runs` and writes each in its own markup, escaping what is a plain string;
`text` is the same without markup. What people wrote stays a plain string all the way.
"""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from babel.numbers import format_decimal

from cards.catalogue import translated
from core.engine.ports import Viewer
from core.message import Anchor, Bold, Day, Form, Italic, Mention, Phrase, Post, Run, Value, When

MISSING = "…"
URL_LIMIT = 1500
GROUPED_FROM = 10_000

_PLACE = re.compile(r"\{(\w+)\}")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_ADDRESS = re.compile(r"(https?://[^\s/?#@\\<>\"'`]+)([/?#]\S*)?", re.IGNORECASE)
_UNSAFE = {ord(c): f"%{ord(c):02X}" for c in "()<>[]{}\"'`\\^|*"}


def reader(shown: Post | Form, viewer: Viewer) -> Viewer:
    """For whom it is written: what stands in a shared place is the same for everyone."""
    if not (shown.locale or shown.zone):
        return viewer
    return Viewer(locale=shown.locale or viewer.locale, zone=shown.zone or viewer.zone)


def runs(phrase: Phrase, viewer: Viewer) -> tuple[Run, ...]:
    """The words of a Phrase, cut where the markup changes; no two plain strings in a row."""
    if not phrase.args:
        words = known(phrase.key, phrase.words, viewer.locale)
        return (words,) if words else ()
    found: list[Run] = []
    _pour(phrase, viewer, found)
    return tuple(found)


def text(phrase: Phrase, viewer: Viewer) -> str:
    """The words of a Phrase, without any markup."""
    return "".join(bare(run) for run in runs(phrase, viewer))


def spoken(phrase: Phrase, locale: str) -> str:
    """The words of a Phrase in a language."""
    return text(phrase, Viewer(locale=locale))


def bare(run: Run) -> str:
    """The words of one run."""
    match run:
        case str():
            return run
        case Mention():
            return run.name
        case _:
            return run.text if isinstance(run.text, str) else run.text.words


def line(phrase: Phrase, viewer: Viewer) -> str:
    """The words of a Phrase on one line, for labels."""
    if not phrase.args:
        return _one_line(phrase.key, phrase.words, viewer.locale)
    return " ".join(text(phrase, viewer).split())


@lru_cache(4096)
def web(url: str) -> str:
    """The address if it is http or https and safe to put anywhere, else nothing."""
    found = _ADDRESS.fullmatch(url.strip())
    if found is None or _UNSEEN.search(url) or len(url.encode()) > URL_LIMIT:
        return ""
    return found[1] + (found[2] or "").translate(_UNSAFE)


def clean(written: str) -> str:
    """What a person wrote, without what cannot be seen and changes what can."""
    return written if written.isprintable() else _UNSEEN.sub("", written)


@lru_cache(8192)
def template(key: str, words: str, locale: str) -> tuple[str, ...]:
    """The words in a language, cut at their places: words, name, words, name, words."""
    found = translated(key, locale) if key else None
    return tuple(_PLACE.split(words if found is None else found))


def known(key: str, words: str, locale: str) -> str:
    """The words of a Phrase without arguments."""
    return MISSING.join(template(key, words, locale)[::2])


@lru_cache(4096)
def _one_line(key: str, words: str, locale: str) -> str:
    return " ".join(known(key, words, locale).split())


def _pour(phrase: Phrase, viewer: Viewer, found: list[Run]) -> None:
    args = phrase.args
    place = False
    for piece in template(phrase.key, phrase.words, viewer.locale):
        if place:
            _fill(args.get(piece, MISSING), viewer, found)
        elif piece:
            _add(piece, found)
        place = not place


def _fill(value: Value, viewer: Viewer, found: list[Run]) -> None:
    match value:
        case str():
            _add(clean(value), found)
        case Phrase():
            _pour(value, viewer, found)
        case Mention():
            found.append(Mention(value.person, clean(value.name).strip() or MISSING, value.account))
        case Bold() | Italic() | Anchor():
            _mark(value, viewer, found)
        case _:
            _add(_figure(value, viewer), found)


def _add(words: str, found: list[Run]) -> None:
    if found and isinstance(last := found[-1], str):
        found[-1] = last + words
    elif words:
        found.append(words)


def _mark(value: Bold | Italic | Anchor, viewer: Viewer, found: list[Run]) -> None:
    inner = value.text
    words = clean(inner) if isinstance(inner, str) else text(inner, viewer)
    if not words.strip():
        _add(words, found)
    elif isinstance(value, Anchor):
        url = web(value.url)
        found.append(Anchor(words, url)) if url else _add(words, found)
    else:
        found.append(type(value)(words))


def _figure(value: int | Day | When, viewer: Viewer) -> str:
    match value:
        case Day(on):
            return day(on, viewer.locale)
        case When(at):
            return moment(at, viewer.locale, viewer.zone, shared=not viewer.person)
        case _:
            return number(value, viewer.locale)


@lru_cache(1024)
def number(value: int, locale: str) -> str:
    """A number, grouped from ten thousand on as the language does it."""
    return str(value) if abs(value) < GROUPED_FROM else format_decimal(value, locale=tongue(locale))


@lru_cache(2048)
def day(on: date, locale: str) -> str:
    """A day: 3 March 2026."""
    return format_date(on, "long", locale=tongue(locale))


@lru_cache(2048)
def moment(at: datetime, locale: str, zone: str, *, shared: bool) -> str:
    """A moment on the reader's clock; in a shared place it says whose clock."""
    there = local(at, timezone(zone))
    language = tongue(locale)
    on = format_skeleton("MMMEd", there, locale=language)
    told = f"{on}, {format_time(there, 'short', locale=language)}"
    return f"{told} ({clock(zone, locale)})" if shared else told


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """The moment in a zone; as it is, where the calendar ends before."""
    known = at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        return known.astimezone(zone)
    except OverflowError:
        return known


def clock(zone: str, locale: str) -> str:
    """What people call a zone: its city, or UTC."""
    there = timezone(zone)
    if "/" not in there.key or there.key.startswith("Etc/"):
        return there.key.removeprefix("Etc/")
    return str(get_timezone_location(there, locale=tongue(locale), return_city=True))


@lru_cache(256)
def tongue(locale: str) -> Locale:
    """How a language writes dates and numbers; plain English as most of the world writes it."""
    try:
        found = Locale.parse(locale.replace("-", "_"))
    except (ValueError, UnknownLocaleError, TypeError):
        return Locale("en", "GB")
    return Locale("en", "GB") if str(found) == "en" else found


@lru_cache(256)
def timezone(zone: str) -> ZoneInfo:
    """The zone, or UTC where the name says nothing."""
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
