"""Posts and chats as Workplace drew them, from the very words and JSON that it would get."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from web import drawing

Native = Mapping[str, Any]
Answer = tuple[str, str]  # what it says, and what it carries

_LINK = r"\[(?P<label>[^\[\]]+)\]\((?P<url>https?://[^\s()]+)\)|(?P<bare>https?://[^\s()<>]+)"
_POST = re.compile(
    _LINK + r"|@\[(?P<user>\d+)\]"
    r"|(?<!\*)\*\*(?=\S)(?P<bold>[^*\n]+)(?<=\S)\*\*"
    r"|(?<!\*)\*(?=\S)(?P<italic>[^*\n]+)(?<=\S)\*"
)
_CHAT = re.compile(
    _LINK + r"|(?<![\w*])\*(?=\S)(?P<bold>[^*\n]+)(?<=\S)\*(?![\w*])"
    r"|(?<![\w_])_(?=\S)(?P<italic>[^_\n]+)(?<=\S)_(?![\w_])"
)
_KIND = re.compile(r"(?P<head>#{1,2}) |(?P<item>\* )|(?P<number>\d+)\. |(?P<quote>> )")


def post(native: Native, answers: Sequence[Answer] = ()) -> Markup:
    """The post in its group, and under it the numbers that somebody may reply with."""
    drawn = drawing.tag("div", markdown(str(native["message"])), "wp-post")
    return drawing.tag("div", drawn + _comments(answers), "wp")


def chat(messages: Iterable[Native]) -> Markup:
    """The messages of a chat, one under another."""
    return drawing.tag("div", Markup().join(map(_message, messages)), "wp wp-chat")


def markdown(text: str) -> Markup:
    """The Markdown of posts: titles, lists, quotes, strong, slanted, links and calls."""
    groups = groupby(text.split("\n"), key=_kind)
    return Markup().join(_lines(kind, list(lines)) for kind, lines in groups if kind != "")


def _kind(one: str) -> str:
    found = _KIND.match(one)
    if found is None:
        return "words" if one.strip() else ""
    return str(found.lastgroup) + (found["head"] or "")


def _lines(kind: str, lines: Sequence[str]) -> Markup:
    told = [_inline(_KIND.sub("", one, count=1) if kind != "words" else one) for one in lines]
    match kind:
        case "item":
            return drawing.tag("ul", Markup().join(drawing.tag("li", one) for one in told))
        case "number":
            return _numbered(lines, told)
        case "quote":
            return drawing.tag("blockquote", Markup("<br>").join(told), "wp-quote")
        case "words":
            return drawing.tag("p", Markup("<br>").join(told))
        case _:
            return Markup().join(_heading(kind.removeprefix("head"), one) for one in told)


def _heading(marks: str, words: Markup) -> Markup:
    drawn = Markup('<div class="wp-heading-{}" role="heading" aria-level="{}">{}</div>')
    return drawn.format(len(marks), len(marks) + 2, words)


def _numbered(lines: Sequence[str], told: Sequence[Markup]) -> Markup:
    first = lines[0].partition(".")[0]
    rows = Markup().join(drawing.tag("li", one) for one in told)
    return Markup('<ol start="{}">{}</ol>').format(first, rows)


def _inline(text: str, marks: re.Pattern[str] = _POST) -> Markup:
    return drawing.inline(text, marks, _marked)


def _marked(found: re.Match[str]) -> Markup:
    kinds = found.groupdict()
    if url := kinds["url"] or kinds["bare"]:
        return drawing.link(url, kinds["label"] or url)
    if user := kinds.get("user"):
        return drawing.tag("span", f"@{user}", "wp-mention")
    if bold := kinds["bold"]:
        return drawing.tag("strong", _inline(bold, found.re))
    return drawing.tag("em", _inline(str(kinds["italic"]), found.re))


def _comments(answers: Sequence[Answer]) -> Markup:
    if not answers:
        return Markup()
    numbers = Markup().join(
        drawing.button("wp-number", carried, str(n), f"Reply {n}: {words}")
        for n, (words, carried) in enumerate(answers, 1)
    )
    drawn = Markup('<div class="wp-comments"><span>Reply with</span>{}</div>')
    return drawn.format(numbers)


# --- chat -------------------------------------------------------------------------------------


def _message(message: Native) -> Markup:
    if "attachment" in message:
        return _template(message["attachment"]["payload"])
    replies = (
        drawing.button("wp-reply", str(reply["payload"]), str(reply["title"]))
        for reply in message.get("quick_replies", ())
    )
    row = Markup().join(replies)
    said = drawing.tag("div", _said(str(message["text"])), "wp-bubble")
    return said + (drawing.tag("div", row, "wp-replies") if row else "")


def _said(text: str) -> Markup:
    paragraphs = (
        drawing.tag("p", Markup("<br>").join(_inline(one, _CHAT) for one in part.split("\n")))
        for part in text.split("\n\n")
    )
    return Markup().join(paragraphs)


def _template(payload: Native) -> Markup:
    if payload["template_type"] == "generic":
        return Markup().join(map(_element, payload["elements"]))
    said = drawing.tag("div", _said(str(payload["text"])), "wp-words")
    buttons = Markup().join(map(_button, payload["buttons"]))
    return drawing.tag("div", said + buttons, "wp-bubble wp-template")


def _element(element: Native) -> Markup:
    """The picture's words stand under it, so they are not said twice."""
    shown = drawing.picture("wp-image", str(element["image_url"]), "")
    words = drawing.tag("b", str(element["title"])) + drawing.tag("span", str(element["subtitle"]))
    return drawing.tag("div", shown + drawing.tag("div", words, "wp-titles"), "wp-element")


def _button(button: Native) -> Markup:
    words = str(button["title"])
    if button["type"] == "web_url":
        return drawing.link(str(button["url"]), words, "wp-button")
    return drawing.button("wp-button", str(button["payload"]), words)
