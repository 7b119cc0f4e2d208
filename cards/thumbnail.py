"""Posts as they stand in a list of what was found: a title, a line or two, a small picture."""

from collections.abc import Iterator
from typing import Any

from cards import limits
from cards.limits import clip
from cards.words import MISSING, line, reader, web
from core.engine.ports import Viewer
from core.message import Image, Post, Text

Json = dict[str, Any]

CONTENT_TYPE = "application/vnd.microsoft.card.thumbnail"
TEXT = 160
SIGNS = str.maketrans("<>", "\u2039\u203a")  # the words of such a card are read as HTML


def thumbnail(post: Post, viewer: Viewer) -> Json:
    """The Post in brief, with nothing to press: who chooses it gets all of it."""
    who = reader(post, viewer)
    title = clip(line(post.summary, who), limits.SUMMARY) or MISSING
    content: Json = {"title": title.translate(SIGNS), "text": _about(post, who).translate(SIGNS)}
    pictures = [url for block in post.blocks if (url := _picture(block))]
    if pictures:
        content["images"] = [{"url": pictures[0], "alt": title.translate(SIGNS)}]
    return {"contentType": CONTENT_TYPE, "content": content}


def _about(post: Post, viewer: Viewer) -> str:
    return clip(" · ".join(_lines(post, viewer)), TEXT)


def _lines(post: Post, viewer: Viewer) -> Iterator[str]:
    if post.purpose is not None:
        yield line(post.purpose, viewer)
    for block in post.blocks:
        if isinstance(block, Text):
            yield line(block.text, viewer)


def _picture(block: object) -> str:
    """Its address, as far as it is one that Teams shows."""
    url = web(block.url) if isinstance(block, Image) else ""
    return url if url.startswith("https://") else ""
