"""Links in what somebody wrote."""

import re
from urllib.parse import urlsplit

from core.courses.model import LINK

LOOKS = re.compile(r"https?://[^\s<>\"'|\\^`{}]+", re.IGNORECASE)
TRAILING = ".,;:!?)]}’”»"
TEXT = 50_000


def links_in(text: str) -> tuple[str, ...]:
    """The addresses of web pages in a text, each once, in their order."""
    found = (_end(url) for url in LOOKS.findall(text[:TEXT]))
    return tuple(dict.fromkeys(url for url in found if is_link(url)))


def is_link(url: str) -> bool:
    """Whether this is the address of a web page, and not too long to be kept."""
    try:
        parts = urlsplit(url)
        sound = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return sound and bool(parts.hostname) and len(url) <= LINK


def _end(url: str) -> str:
    """Without what belongs to the sentence around it; a bracket that it opens stays."""
    while url and url[-1] in TRAILING:
        if url[-1] == ")" and url.count("(") >= url.count(")"):
            break
        url = url[:-1]
    return url
