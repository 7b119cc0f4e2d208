"""A judge of what is sent to Workplace: sizes, shapes, and Markdown that only we wrote."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Node = Mapping[str, Any]

HIDDEN = " \t\n\u00a0\u200b\u200c\u200d\u2060\ufeff"
READ = MarkdownIt("commonmark").enable(["strikethrough", "table"])
OURS = {
    *("paragraph", "text", "inline", "softbreak", "strong", "em", "link", "heading"),
    *("bullet_list", "ordered_list", "list_item", "blockquote"),
}


def post(payload: Node) -> list[str]:
    """All that is wrong with a post in a group; nothing is best."""
    found = list(_words(payload["message"], 20_000))
    if set(payload) != {"message", "formatting"} or payload["formatting"] != "MARKDOWN":
        found.append("not a post in Markdown")
    kinds = set(kinds_of(READ.parse(payload["message"]))) - OURS
    return found + [f"Markdown that is not ours: {kind}" for kind in sorted(kinds)]


def comment(payload: Node) -> list[str]:
    """The same for a comment."""
    found = list(_words(payload["message"], 8000))
    return found if set(payload) == {"message"} else [*found, "more than words"]


def chat(messages: Sequence[Node]) -> list[str]:
    """The same for messages of a chat."""
    found = [] if messages else ["nothing is said"]
    for at, message in enumerate(messages):
        found += [f"[{at}] {fault}" for fault in _message(message)]
        if "quick_replies" in message and len(messages) > at + 1:
            found.append("quick replies that the next message takes away")
    return found


def kinds_of(tokens: list[Token]) -> Iterator[str]:
    """What Markdown reads in it."""
    for token in tokens:
        yield token.type.removesuffix("_open").removesuffix("_close")
        yield from kinds_of(token.children or [])


def _message(message: Node) -> Iterator[str]:
    if "attachment" in message:
        yield from _template(message["attachment"])
        return
    yield from _words(message["text"], 2000)
    replies = message.get("quick_replies", [])
    if len(replies) > 11 or set(message) - {"text", "quick_replies"}:
        yield "too many quick replies, or more than words"
    for reply in replies:
        yield from _words(reply["title"], 20)
        yield from _payload(reply["payload"])
        if reply["content_type"] != "text":
            yield "a quick reply that is none"


def _template(attachment: Node) -> Iterator[str]:
    payload = attachment["payload"]
    if payload["template_type"] == "generic":
        for element in payload["elements"]:
            yield from _words(element["title"], 80)
            yield from _words(element["subtitle"], 80)
            yield from _address(element["image_url"])
        return
    yield from _words(payload["text"], 640)
    if not 0 < len(payload["buttons"]) <= 3:
        yield f"{len(payload['buttons'])} buttons"
    for button in payload["buttons"]:
        yield from _words(button["title"], 20)
        if button["type"] == "web_url":
            yield from _address(button["url"])
        else:
            yield from _payload(button["payload"])


def _words(text: str, most: int) -> Iterator[str]:
    long = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if not text.strip(HIDDEN) or long > most:
        yield f"says nothing, or {long} of {most} characters"


def _payload(payload: str) -> Iterator[str]:
    if not 0 < len(payload) <= 1000:
        yield f"carries nothing, or {len(payload)} characters"


def _address(url: str) -> Iterator[str]:
    if not url.startswith(("https://", "http://")):
        yield f"an address that is none: {url!r}"
