"""What one source says of a link; any of it may be missing."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin

import msgspec
from msgspec import Struct

from connectors.catalogues.telling import line, picture, plain
from connectors.http.safe_where import NotFetched, Rule
from core.courses.model import LINK, SUMMARY, TITLE

NAME = 60
DEPTH, SEVERAL = 4, 10
LONGEST = 2000  # so much of a text is looked at: an HTML parser is slow on what is odd and long
TAGGED = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(?:[-_](?P<region>[A-Za-z]{2}|\d{3}))?(?:[-_.@].*)?"
)
STRICT = Rule()


class Says(Struct, frozen=True, kw_only=True):
    """Title and all; "" and 0 where it says nothing."""

    title: str = ""
    summary: str = ""
    image: str = ""
    minutes: int = 0
    provider: str = ""
    language: str = ""
    kind: str = ""

    def then(self, other: "Says") -> "Says":
        """What this says, and where it says nothing, the other."""
        ours = {name: told for name, told in msgspec.structs.asdict(self).items() if told}
        return msgspec.structs.replace(other, **ours)


def text(value: object) -> str:
    """What may be shown of a value, if it is text, or the first text of several."""
    told = next((one for one in _values(value, "name", "@value") if isinstance(one, str)), "")
    return told[:LONGEST].encode("utf-8", "replace").decode()


def title(value: object, *, marked: bool = False) -> str:
    """What it is called; `marked` if that may be HTML."""
    return plain(text(value), TITLE) if marked else line(text(value), TITLE)


def name(value: object) -> str:
    """Whoever offers it."""
    told = text(value)
    return "" if "://" in told else line(told, NAME)


def summary(value: object, *, marked: bool = False) -> str:
    """What it is about, as plain text."""
    return plain(text(value), SUMMARY) if marked else line(text(value), SUMMARY)


def image(value: object, base: str) -> str:
    """The address of its picture, if chats may fetch it: over https, and from anywhere."""
    told = (_picture(one, base) for one in _values(value, "url", "contentUrl"))
    return next((found for found in told if found), "")


def language(value: object) -> str:
    """As BCP 47 has it, and as pages mostly do not: de, de-DE."""
    if isinstance(value, Mapping):
        value = value.get("alternateName") or value.get("@value") or value.get("name")
    found = TAGGED.fullmatch(text(value).strip()[:LONGEST])
    if found is None:
        return ""
    region = found["region"]
    return found["language"].lower() + (f"-{region.upper()}" if region else "")


def _values(value: object, *keys: str) -> Iterator[object]:
    """What is in lists, and in things under one of these names; but not any deeper than is sane."""
    level = [value]
    for _ in range(DEPTH):
        things = [one for one in level if isinstance(one, Mapping)]
        lists = [one for one in level if isinstance(one, list)]
        yield from (one for one in level if one and not isinstance(one, (Mapping, list)))
        level = [one for some in lists for one in some[:SEVERAL]]
        level += [thing[key] for thing in things for key in keys if key in thing]


def _picture(value: object, base: str) -> str:
    if not isinstance(value, str) or not value or len(value) > LINK:
        return ""
    try:
        whole = picture(urljoin(base, text(value).strip()))
        return str(STRICT.admitted(whole)) if whole else ""
    except (NotFetched, ValueError):
        return ""
