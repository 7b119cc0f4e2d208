"""What Graph takes and what it does not: forms, sizes, Markdown as documented."""

import re
from collections.abc import Iterator
from typing import Any

from tests.fakes.graph_world import Json, Wrong

POST, COMMENT, CHAT, TEMPLATE = 60_000, 8_000, 2_000, 640
TITLE, PAYLOAD, ELEMENT = 20, 1000, 80
REPLIES, BUTTONS, ELEMENTS = 11, 3, 10
TABLE = re.compile(r"^\s*\|.*\|\s*$", re.MULTILINE)
PICTURE = re.compile(r"!\[[^\]]*\]\(")
DEEP = re.compile(r"^#{3,} ", re.MULTILINE)
MENTION = re.compile(r"@\[(\d+)\]")
FEED = frozenset({"message", "link", "formatting", "attachment_id", "attachment_url"})
BELOW = frozenset({"message", "attachment_id", "attachment_url"})
TYPES = frozenset({"RESPONSE", "UPDATE"})


def post(form: Json, *, edit: bool = False) -> None:
    """A post in a group. Raises Wrong."""
    _known(form, FEED - {"attachment_id", "attachment_url"} if edit else FEED)
    if not (form.get("message") or form.get("link")):
        raise Wrong(100, "A post needs a message or a link")
    if form.get("formatting", "PLAINTEXT") not in {"MARKDOWN", "PLAINTEXT"}:
        raise Wrong(100, "formatting must be one of MARKDOWN, PLAINTEXT")
    _long(form.get("message", ""), POST)
    if form.get("formatting") == "MARKDOWN":
        markdown(form["message"])
    _url(form.get("attachment_url") or form.get("link") or "https://")


def comment(form: Json) -> None:
    """A comment. Raises Wrong."""
    _known(form, BELOW)
    if not form.get("message"):
        raise Wrong(100, "A comment needs a message")
    _long(form["message"], COMMENT)
    _url(form.get("attachment_url", "https://"))


def markdown(text: str) -> None:
    """Only what is documented. Raises Wrong."""
    for wrong in (TABLE, PICTURE, DEEP):
        if wrong.search(text):
            raise Wrong(100, f"Markdown that Workplace does not know: {wrong.pattern}")


def mentions(text: str) -> list[str]:
    """Whom a text calls."""
    return MENTION.findall(text)


def chat(told: Any) -> None:
    """What is written to /me/messages. Raises Wrong."""
    if not isinstance(told, dict):
        raise Wrong(100, "The parameter recipient is required")
    recipient, message = told.get("recipient"), told.get("message")
    if not isinstance(recipient, dict) or len(recipient) != 1:
        raise Wrong(100, "A recipient is one of id, ids, thread_key")
    if told.get("messaging_type") not in TYPES:
        raise Wrong(100, "messaging_type must be one of RESPONSE, UPDATE")
    if not isinstance(message, dict) or ("text" in message) == ("attachment" in message):
        raise Wrong(100, "A message is a text or an attachment")
    _long(message.get("text", "x") or "", CHAT)
    if message.get("text") == "":
        raise Wrong(100, "Message cannot be empty")
    _replies(message.get("quick_replies", []))
    if "attachment" in message:
        _attachment(message["attachment"])


def _replies(replies: list[Json]) -> None:
    if len(replies) > REPLIES:
        raise Wrong(100, "Too many quick replies")
    for one in replies:
        fine = one.get("content_type") == "text" and 0 < units(one.get("title", "")) <= TITLE
        if not fine or len(one.get("payload", "")) > PAYLOAD:
            raise Wrong(100, "A quick reply is too long, or no text")


def _attachment(attached: Json) -> None:
    payload = attached.get("payload", {})
    if attached.get("type") in {"image", "video", "audio", "file"}:
        _url(payload.get("url", ""))
        return
    if attached.get("type") != "template":
        raise Wrong(100, "An attachment of an unknown type")
    match payload.get("template_type"):
        case "button":
            _long(payload.get("text", ""), TEMPLATE)
            _buttons(payload.get("buttons", []), least=1)
        case "generic":
            elements = payload.get("elements", [])
            if not 1 <= len(elements) <= ELEMENTS:
                raise Wrong(100, "A generic template has one to ten elements")
            for element in elements:
                _element(element)
        case _:
            raise Wrong(100, "An unknown template")


def _element(element: Json) -> None:
    if not 0 < units(element.get("title", "")) <= ELEMENT:
        raise Wrong(100, "An element needs a short title")
    _long(element.get("subtitle", ""), ELEMENT)
    _url(element.get("image_url", "https://"))
    _buttons(element.get("buttons", []), least=0)


def _buttons(buttons: list[Json], *, least: int) -> None:
    if not least <= len(buttons) <= BUTTONS:
        raise Wrong(100, "A template has one to three buttons")
    for one in buttons:
        if not 0 < units(one.get("title", "")) <= TITLE:
            raise Wrong(100, "The title of a button is too long")
        if one.get("type") == "postback":
            _long(one["payload"], PAYLOAD)
        elif one.get("type") == "web_url":
            _url(one.get("url", ""))
        else:
            raise Wrong(100, "A button of an unknown type")


def _known(form: Json, known: frozenset[str]) -> None:
    odd = sorted(set(form) - known - {"appsecret_proof", "appsecret_time"})
    if odd:
        raise Wrong(100, f"Parameters that are not known here: {odd}")


def _long(text: str, most: int) -> None:
    if units(text) > most:
        raise Wrong(100, f"Longer than {most} characters")


def units(text: str) -> int:
    """The length of a text as Meta counts: in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _url(url: str) -> None:
    if not url.startswith(("https://", "http://")):
        raise Wrong(100, f"That is no address: {url}")


def buttons(message: Json) -> Iterator[Json]:
    """What can be pressed in a chat message, with its title and payload."""
    yield from message.get("quick_replies", ())
    payload = message.get("attachment", {}).get("payload", {})
    for one in (payload, *payload.get("elements", ())):
        yield from one.get("buttons", ())


def words(message: Json) -> str:
    """What can be read in a chat message."""
    payload = message.get("attachment", {}).get("payload", {})
    found = [message.get("text", ""), payload.get("text", "")]
    found += [one.get(key, "") for one in payload.get("elements", ()) for key in ("title",)]
    return "\n".join(filter(None, found))
