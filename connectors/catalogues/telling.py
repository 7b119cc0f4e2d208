"""What providers say of a course, whatever they say, made fit for a card: nothing here raises."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from core.courses.model import LINK

LONGEST = 4_000  # so much of a text is looked at: what is odd and long keeps a parser busy
UNFIT = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
DEAD = ["script", "style", "template", "noscript", "iframe", "head"]
MANY = 10**9
DAY = 24 * 60
EARLIEST, LATEST = 946_684_800.0, 4_102_444_800.0  # the years 2000 and 2100

Number = int | float | str | None


def line(text: str | None, most: int) -> str:
    """One line of plain text, cut between words where it is too long."""
    whole = " ".join(UNFIT.sub(" ", (text or "")[:LONGEST]).split())
    if len(whole) <= most:
        return whole
    cut = whole[: most - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def plain(html: str | None, most: int) -> str:
    """What people would read of some HTML, as one line."""
    if not html or ("<" not in html and "&" not in html):
        return line(html, most)
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - once it is needed

    tree = LexborHTMLParser(html[:LONGEST].encode("utf-8", "replace"))
    tree.strip_tags(DEAD, recursive=True)
    return line(tree.text(separator=" "), most)


def picture(url: str | None) -> str:
    """The address of a picture, if chats may fetch it."""
    return url if url and len(url) <= LINK and _secure(url) else ""


def minutes(told: Number) -> int:
    """A length in minutes; 0 for nonsense and for what takes longer than a hundred days."""
    try:
        found = round(float(told or 0))
    except (ValueError, OverflowError):
        return 0
    return found if 0 < found <= 100 * DAY else 0


def count(told: Number) -> int:
    """A number of things; 0 for nonsense."""
    try:
        found = round(float(told or 0))
    except (ValueError, OverflowError):
        return 0
    return found if 0 < found <= MANY else 0


def instant(told: Number) -> datetime | None:
    """A moment as ISO 8601 or in seconds since 1970, within this century."""
    try:
        found = _instant(told)
    except (ValueError, OverflowError):
        return None
    return found if found and EARLIEST <= found.timestamp() <= LATEST else None


def _instant(told: Number) -> datetime | None:
    if isinstance(told, int | float):
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=told)
    if not told:
        return None
    if told.isdecimal() and len(told) > len("20260101"):
        return _instant(int(told))
    found = datetime.fromisoformat(told)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _secure(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and not UNFIT.search(url)
    except ValueError:
        return False
