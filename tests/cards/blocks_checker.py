"""A strict judge of Block Kit, beside the models of Slack's own library.

`message(payload)` and `view(payload)` name every fault with its path: blocks and properties that
are unknown, texts that are empty or too long, ids used twice, options that are chosen and not
offered, marks that Slack would not understand, and messages that are too big.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Node = Mapping[str, Any]

PLAIN = {"type", "text", "emoji"}
MRKDWN = {"type", "text", "verbatim"}
BLOCKS = {
    "header": {"type", "text"},
    "section": {"type", "text", "fields"},
    "context": {"type", "elements"},
    "divider": {"type"},
    "image": {"type", "image_url", "alt_text"},
    "actions": {"type", "elements"},
    "input": {"type", "block_id", "label", "hint", "optional", "element"},
}
ELEMENTS = {
    "button": {"type", "text", "action_id", "value", "url", "style"},
    "plain_text_input": {"type", "action_id", "multiline", "max_length", "initial_value"},
    "datepicker": {"type", "action_id", "initial_date"},
    "users_select": {"type", "action_id"},
    "multi_users_select": {"type", "action_id"},
    "radio_buttons": {"type", "action_id", "options", "initial_option"},
    "checkboxes": {"type", "action_id", "options", "initial_options"},
    "static_select": {"type", "action_id", "options", "initial_option", "placeholder"},
    "multi_static_select": {"type", "action_id", "options", "initial_options", "placeholder"},
}
LENGTHS = {"header": 150, "section": 3000, "button": 75, "option": 75, "context": 2000}
MARKED = re.compile(r"<(?:@[A-Z0-9]+|https?://[^\s<>|]+\|[^<>|]*)>")
ENTITY = re.compile(r"&(?:amp|lt|gt);")
HIDDEN = " \t\n\u00a0\u200b\u200c\u200d\u2060\ufeff"


def message(payload: Node, *, most: int = 50, size: int = 10_000) -> list[str]:
    """All that is wrong with a message; nothing is best."""
    blocks = payload["blocks"]
    found = list(_blocks(blocks, most))
    if not str(payload.get("text", "")).strip(HIDDEN) or len(payload["text"]) > 4000:
        found.append("$.text: nothing for notifications, or too much")
    if len(orjson.dumps(blocks).decode()) > size:
        found.append(f"$: more than {size} characters")
    return found + [f"$.text: {fault}" for fault in marks(payload.get("text", ""))]


def view(payload: Node) -> list[str]:
    """The same for a modal or a home tab."""
    found = list(_blocks(payload["blocks"], 100))
    for name in ("title", "submit", "close"):
        if name in payload:
            found += [f"$.{name}: {fault}" for fault in text(payload[name], 24)]
    if payload["type"] == "modal" and "title" not in payload:
        found.append("$: a modal without a title")
    inputs = any(block["type"] == "input" for block in payload["blocks"])
    if inputs != ("submit" in payload):
        found.append("$: inputs without a way to send them, or the other way round")
    if len(payload.get("private_metadata", "")) > 3000:
        found.append("$: carries too much")
    if len(orjson.dumps(payload)) > 250_000:
        found.append("$: too big")
    return found + list(_refused(View(**payload)))


def _blocks(blocks: list[Node], most: int) -> Iterator[str]:
    if not 0 < len(blocks) <= most:
        yield f"$: {len(blocks)} blocks"
    for at, block in enumerate(blocks):
        yield from (f"$[{at}] {block['type']}: {fault}" for fault in _block(block))
        parsed = Block.parse(dict(block))
        yield from [f"$[{at}]: unknown to slack_sdk"] if parsed is None else _refused(parsed)
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"block_id {id!r} used {n} times" for id, n in ids.items() if n > 1)


def _refused(model: Block | View) -> Iterator[str]:
    try:
        model.validate_json()
    except SlackObjectFormationError as error:
        yield f"slack_sdk: {error}"


def _block(block: Node) -> Iterator[str]:
    kind = block["type"]
    yield from _unknown(block, BLOCKS.get(kind))
    match kind:
        case "header":
            yield from text(block["text"], LENGTHS["header"], "plain_text")
        case "section":
            yield from _section(block)
        case "context":
            for element in block["elements"]:
                yield from text(element, LENGTHS["context"], "mrkdwn")
        case "image":
            yield from _image(block)
        case "actions":
            yield from _actions(block["elements"])
        case "input":
            yield from _input(block)
        case _:
            return


def _section(block: Node) -> Iterator[str]:
    fields = block.get("fields", [])
    if ("text" in block) == bool(fields) or len(fields) > 10:
        yield "neither words nor fields, both, or too many"
    if "text" in block:
        yield from text(block["text"], LENGTHS["section"], "mrkdwn")
    for field in fields:
        yield from text(field, 2000, "mrkdwn")


def _image(block: Node) -> Iterator[str]:
    yield from _address(block["image_url"])
    if not 0 < len(block["alt_text"]) <= 2000:
        yield "a picture without words"


def _address(url: str) -> Iterator[str]:
    if not url.startswith(("https://", "http://")) or len(url) > 3000:
        yield f"an address that is none: {url!r}"


def _actions(elements: list[Node]) -> Iterator[str]:
    if not 0 < len(elements) <= 25:
        yield f"{len(elements)} buttons"
    ids = [element["action_id"] for element in elements]
    if len(set(ids)) < len(ids) or any(not 0 < len(id) <= 255 for id in ids):
        yield "action ids that are the same, empty or too long"
    for element in elements:
        yield from _unknown(element, ELEMENTS["button"])
        yield from text(element["text"], LENGTHS["button"], "plain_text")
        if ("url" in element) == ("value" in element) or len(element.get("value", "")) > 2000:
            yield "does nothing, too much, or two things"
        if element.get("style", "primary") not in {"primary", "danger"}:
            yield "a style that is none"
        yield from _address(element.get("url", "https://"))


def _input(block: Node) -> Iterator[str]:
    element = block["element"]
    yield from _unknown(element, ELEMENTS.get(element["type"]))
    yield from text(block["label"], 2000, "plain_text")
    if "hint" in block:
        yield from text(block["hint"], 2000, "plain_text")
    if not 0 < len(block["block_id"]) <= 255 or element["action_id"] != block["block_id"]:
        yield "an input without an id of its own"
    most = element.get("max_length", 3000)
    if not 0 < most <= 3000 or len(element.get("initial_value", "")) > most:
        yield "words that do not fit"
    if "options" in element:
        yield from _options(element)


def _options(element: Node) -> Iterator[str]:
    offered = element["options"]
    most = 10 if element["type"] in {"radio_buttons", "checkboxes"} else 100
    if not 0 < len(offered) <= most:
        yield f"{len(offered)} options"
    for option in offered:
        yield from text(option["text"], LENGTHS["option"], "plain_text")
        if not 0 < len(option["value"]) <= 150:
            yield "an option whose value is empty or too long"
    if len({option["value"] for option in offered}) < len(offered):
        yield "two options that mean the same"
    first = element.get("initial_options", [element.get("initial_option", offered[0])])
    if not first or any(option not in offered for option in first):
        yield "chosen what is not offered"


def text(node: Node, most: int, kind: str = "plain_text") -> Iterator[str]:
    """What is wrong with a text object."""
    yield from _unknown(node, PLAIN if kind == "plain_text" else MRKDWN)
    if node["type"] != kind:
        yield f"{node['type']} where {kind} is due"
    if not node["text"].strip(HIDDEN) or len(node["text"]) > most:
        yield f"says nothing, or {len(node['text'])} of {most} characters"
    if kind == "mrkdwn":
        yield from marks(node["text"])
        if node.get("verbatim") is not True:
            yield "Slack may make links and calls of it"


def marks(words: str) -> Iterator[str]:
    """What Slack would not read as we meant it."""
    left = MARKED.sub("", words)
    quoted = re.sub(r"^> ", "", left, flags=re.MULTILINE)
    if "<" in quoted or ">" in quoted:
        yield f"an angle that is no mark of ours: {words[:80]!r}"
    if "&" in ENTITY.sub("", left) and "&" in ENTITY.sub("", MARKED.sub("", words)):
        yield f"an entity that is none: {words[:80]!r}"


def _unknown(node: Node, known: set[str] | None) -> Iterator[str]:
    if known is None:
        yield f"unknown type {node['type']!r}"
    else:
        yield from (f"{node['type']} has no {name!r}" for name in sorted(set(node) - known))
