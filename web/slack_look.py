"""Blocks as Slack draws them, from the very JSON that Slack would get."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from web import drawing

Native = Mapping[str, Any]

_MARKS = re.compile(
    r"<(?P<url>https?://[^|<>]+)\|(?P<label>[^<>]+)>|<@(?P<user>[A-Z0-9]+)>"
    r"|(?<![\w*])\*(?=\S)(?P<bold>[^*\n]+)(?<=\S)\*(?![\w*])"
    r"|(?<![\w_])_(?=\S)(?P<italic>[^_\n]+)(?<=\S)_(?![\w_])"
    r"|(?P<entity>&(?:amp|lt|gt);)"
)
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
QUOTED = "> "


def message(native: Native) -> Markup:
    """The message; what this drawing does not know is named, not left out."""
    return drawing.tag("div", Markup().join(map(_block, native.get("blocks", []))), "sl")


def mrkdwn(text: str) -> Markup:
    """Slack's own marks: strong, slanted, links, calls and quotes."""
    groups = groupby(text.split("\n"), key=lambda one: one.startswith(QUOTED))
    return Markup().join(_lines(list(lines), quoted=quoted) for quoted, lines in groups)


def _lines(lines: Sequence[str], *, quoted: bool) -> Markup:
    told = (_inline(one.removeprefix(QUOTED) if quoted else one) for one in lines)
    words = Markup("<br>").join(told)
    return drawing.tag("blockquote", words, "sl-quote") if quoted else drawing.tag("p", words)


def _inline(text: str) -> Markup:
    return drawing.inline(text, _MARKS, _marked)


def _marked(found: re.Match[str]) -> Markup:
    kind = "url" if found["url"] else str(found.lastgroup)
    match kind:
        case "url":
            return drawing.link(_plain(found["url"]), _inline(found["label"]))
        case "user":
            return drawing.tag("span", f"@{found['user']}", "sl-mention")
        case "bold":
            return drawing.tag("strong", _inline(found["bold"]))
        case "italic":
            return drawing.tag("em", _inline(found["italic"]))
        case _:
            return Markup.escape(_ENTITIES[found["entity"]])


def _plain(words: str) -> str:
    return re.sub(r"&(?:amp|lt|gt);", lambda found: _ENTITIES[found[0]], words)


def _block(block: Native) -> Markup:
    return BLOCKS.get(str(block.get("type")), _unknown)(block)


def _header(block: Native) -> Markup:
    drawn = Markup('<div class="sl-header" role="heading" aria-level="3">{}</div>')
    return drawn.format(block["text"]["text"])


def _section(block: Native) -> Markup:
    if "text" in block:
        return drawing.tag("div", mrkdwn(block["text"]["text"]), "sl-section")
    fields = (drawing.tag("div", mrkdwn(field["text"])) for field in block["fields"])
    return drawing.tag("div", Markup().join(fields), "sl-fields")


def _context(block: Native) -> Markup:
    told = (mrkdwn(element["text"]) for element in block["elements"])
    return drawing.tag("div", Markup().join(told), "sl-context")


def _divider(block: Native) -> Markup:
    return Markup('<hr class="sl-divider">')


def _image(block: Native) -> Markup:
    return drawing.picture("sl-image", str(block["image_url"]), str(block["alt_text"]))


def _actions(block: Native) -> Markup:
    return drawing.tag("div", Markup().join(map(_button, block["elements"])), "sl-actions")


def _button(button: Native) -> Markup:
    words = str(button["text"]["text"])
    if "url" in button:
        return drawing.link(str(button["url"]), words, "sl-button")
    look = f"sl-button sl-{button.get('style', 'plain')}"
    return drawing.button(look, str(button["value"]), words)


def _unknown(block: Native) -> Markup:
    kind = block.get("type", "something")
    return Markup('<p class="sl-unknown">Slack draws {} here.</p>').format(kind)


BLOCKS: Mapping[str, Callable[[Native], Markup]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": _divider,
    "image": _image,
    "actions": _actions,
}
