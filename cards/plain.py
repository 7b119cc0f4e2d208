"""Only words: for lock screens, toasts, previews and whoever reads no cards."""

from collections.abc import Iterator
from typing import assert_never

from cards import limits
from cards.limits import clip
from cards.words import line, reader, text, web
from core.engine.ports import Viewer
from core.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    Facts,
    Heading,
    Image,
    Link,
    Post,
    Progress,
    Quote,
    Ranking,
    Text,
    Video,
)


def summary(post: Post, viewer: Viewer) -> str:
    """What a lock screen shows: one line of at most 80 characters."""
    return clip(line(post.summary, reader(post, viewer)), limits.SUMMARY)


def plain(post: Post, viewer: Viewer) -> str:
    """The whole Post without any markup, a paragraph per block."""
    who = reader(post, viewer)
    purpose = [text(post.purpose, who)] if post.purpose else []
    blocks = ("\n".join(_lines(block, who)) for block in post.blocks)
    return "\n\n".join(filter(None, (*purpose, *blocks)))


def _lines(block: Block, viewer: Viewer) -> Iterator[str]:
    match block:
        case Heading(words) | Text(words):
            yield text(words, viewer)
        case Facts(rows):
            yield from (f"{line(name, viewer)}: {line(value, viewer)}" for name, value in rows)
        case Bullets(items, numbered):
            for n, item in enumerate(items, 1):
                yield f"{f'{n}.' if numbered else '-'} {line(item, viewer)}"
        case Image(_, alt):
            yield line(alt, viewer)
        case Video(url, title):
            yield f"{line(title, viewer)} {web(url)}".strip()
        case _:
            yield from _figures(block, viewer)


def _figures(block: Progress | Ranking | Quote | Buttons, viewer: Viewer) -> Iterator[str]:
    match block:
        case Progress(label, done, of):
            yield f"{line(label, viewer)}: {done}/{of}"
        case Ranking(rows):
            yield from (f"{line(name, viewer)}: {number}" for name, number in rows)
        case Quote(words, by):
            yield f"„{words}“ {line(by, viewer)}"
        case Buttons(buttons):
            yield " ".join(_button(button, viewer) for button in buttons)
        case _:
            assert_never(block)


def _button(button: Button, viewer: Viewer) -> str:
    url = web(button.url) if isinstance(button, Link) else ""
    return f"[{line(button.label, viewer)}]{url and f' {url}'}"
