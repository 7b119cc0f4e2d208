"""The pieces of a page that speak of it: its title, its metas, and the data in its scripts.

They are picked out from left to right, each letter once. A whole parser builds the whole tree, and
half a megabyte of `<div>` keeps even the fastest busy for half a minute.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from itertools import islice

STARTS, METAS, SCRIPTS, ATTRIBUTES = 20_000, 1000, 20, 30
VALUE = 4000
TAG = 16 * 1024

START = re.compile(
    r"<(?=[!bhimstx])(?:(?P<note>!--)"
    r"|(?P<closed>script|style|title|textarea|svg|template|iframe|xmp)(?=[\s/>])"
    r"|(?P<open>meta|base|html|input)(?=[\s/>]))",
    re.IGNORECASE,
)
REST = re.compile(r"""(?:=\s*+(?:"[^"]*+"|'[^']*+')|[^>])*+>""")
ATTRIBUTE = re.compile(
    r"""(?<=[\s"'/])([^\s"'<>/=]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))"""
)
END = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "svg", "template", "iframe", "xmp")
}

Attributes = Mapping[str, str]


@dataclass(slots=True)
class Pieces:
    """What was found; `locked`: it asks for a password."""

    title: str = ""
    metas: list[Attributes] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    base: str = ""
    language: str = ""
    locked: bool = False


def pieces(page: str) -> Pieces:
    """All that there are, in a time that the length of the page bounds."""
    found = Pieces()
    for name, attributes, inner in islice(_elements(page), STARTS):
        _sort_in(found, name, attributes, inner)
    return found


def _sort_in(found: Pieces, name: str, attributes: Attributes, inner: str) -> None:
    match name:
        case "meta" if len(found.metas) < METAS:
            found.metas.append(attributes)
        case "title":
            found.title = found.title or unescape(inner[:VALUE])
        case "script" if "ld+json" in attributes.get("type", "") and len(found.scripts) < SCRIPTS:
            found.scripts.append(inner)
        case "base":
            found.base = found.base or attributes.get("href", "")
        case "html":
            found.language = found.language or attributes.get("lang", "")
        case "input" if attributes.get("type", "").lower() == "password":
            found.locked = True
        case _:
            pass


def _elements(page: str) -> Iterator[tuple[str, Attributes, str]]:
    """Names, attributes and what is inside of those that matter; the rest is passed over.

    What never ends reaches to the end of the page, as in a browser.
    """
    at = 0
    while (start := START.search(page, at)) is not None:
        if start["note"]:
            at = page.find("-->", start.end()) + len("-->")
            if at < len("-->"):
                return
            continue
        tag = REST.match(page, start.end())
        if tag is None:
            return
        name, at, inner = start[0][1:].lower(), tag.end(), ""
        if start["closed"]:
            end = END[name].search(page, at)
            inner, at = page[at : end.start() if end else None], end.end() if end else len(page)
        yield name, _attributes(tag[0][:TAG]), inner


def _attributes(tag: str) -> Attributes:
    """The first of each name, as browsers take it."""
    found: dict[str, str] = {}
    for one in islice(ATTRIBUTE.finditer(tag), ATTRIBUTES):
        value = one[2] or one[3] or one[4] or ""
        found.setdefault(one[1].lower(), unescape(value[:VALUE]))
    return found
