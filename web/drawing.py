"""What the looks of a card share: links, buttons, and words in which some signs are marks."""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

SAFE = re.compile(r"https?://", re.IGNORECASE)


def inline(text: str, marks: re.Pattern[str], draw: Callable[[re.Match[str]], Markup]) -> Markup:
    """The words, each mark in them drawn and all else escaped."""
    pieces, at = [], 0
    for found in marks.finditer(text):
        pieces += [escape(text[at : found.start()]), draw(found)]
        at = found.end()
    return Markup().join([*pieces, escape(text[at:])])


def tag(name: str, words: Markup | str, look: str = "") -> Markup:
    """An element around words."""
    styled = Markup(' class="{}"').format(look) if look else ""
    return Markup("<{0}{1}>{2}</{0}>").format(name, styled, words)


def link(url: str, words: Markup | str, look: str = "") -> Markup:
    """A link that opens beside the page, or its words where the address is none."""
    if not SAFE.match(url):
        return escape(words)
    styled = Markup(' class="{}"').format(look) if look else ""
    drawn = Markup('<a{} href="{}" rel="noopener" target="_blank">{}</a>')
    return drawn.format(styled, url, words)


def button(look: str, carried: str, words: str, label: str = "") -> Markup:
    """A button that works in the sandbox; `label` is what is read aloud."""
    told = Markup(' aria-label="{}"').format(label) if label else ""
    drawn = Markup('<button type="button" class="{}" name="coterie" value="{}"{}>{}</button>')
    return drawn.format(look, carried, told, words)


def picture(look: str, url: str, alt: str) -> Markup:
    """A picture, or its words where the address is none."""
    if not SAFE.match(url):
        return escape(alt)
    return Markup('<img class="{}" src="{}" alt="{}" loading="lazy">').format(look, url, alt)
