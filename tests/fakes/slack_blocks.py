"""What Slack takes as blocks and views, in our own words: lengths, counts, what must be there."""

from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = dict[str, Any]

TOTAL = 13_200
MOST = {"message": 50, "modal": 100, "home": 100}
INPUTS = ("modal", "home")
TEXTS = {"header": 150, "section": 3000, "button": 75, "option": 75, "label": 2000, "hint": 2000}


def wrong_message(payload: Json) -> str:
    """Slack's word for what is wrong with a message, "" when nothing is."""
    blocks = payload.get("blocks")
    if not blocks and not payload.get("text"):
        return "no_text"
    if len(str(payload.get("text", ""))) > 40_000:
        return "msg_too_long"
    if blocks is not None and not isinstance(blocks, list):
        return "invalid_blocks_format"
    if sum(map(len, words(blocks or []))) > TOTAL:
        return "msg_blocks_too_long"
    return "invalid_blocks" if list(_wrong(blocks or [], "message")) else ""


def wrong_view(view: Json) -> str:
    """Slack's word for what is wrong with a view, "" when nothing is."""
    return "invalid_arguments" if list(faults_of(view)) else ""


def faults_of(view: Json) -> Iterator[str]:
    """All that is wrong with a view."""
    kind = view.get("type", "")
    if kind not in INPUTS:
        yield f"type {kind}"
        return
    blocks = view.get("blocks") or []
    if not blocks:
        yield "no blocks"
    yield from _wrong(blocks, kind)
    yield from _modal(view, blocks) if kind == "modal" else ()
    if len(view.get("private_metadata", "")) > 3000:
        yield "private_metadata"
    if len(view.get("callback_id", "")) > 255:
        yield "callback_id"
    try:
        View(**view).to_dict()
    except Exception as error:  # noqa: BLE001 - the SDK's models have errors of many kinds
        yield str(error)


def _modal(view: Json, blocks: list[Json]) -> Iterator[str]:
    for name in ("title", "submit", "close"):
        told = view.get(name)
        if told is None and name != "title":
            continue
        if not told or told.get("type") != "plain_text" or not 0 < len(told["text"]) <= 24:
            yield name
    if any(block["type"] == "input" for block in blocks) and not view.get("submit"):
        yield "inputs without submit"


def _wrong(blocks: list[Json], surface: str) -> Iterator[str]:
    if len(blocks) > MOST[surface]:
        yield f"{len(blocks)} blocks"
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(ids) != len(set(ids)):
        yield "the same block_id twice"
    for block in blocks:
        kind = block.get("type", "")
        if kind == "input" and surface == "message":
            yield "an input in a message"
        if kind not in CHECKS:
            yield f"unknown block {kind}"
            continue
        yield from CHECKS[kind](block)
        yield from _by_the_sdk(block)


def _by_the_sdk(block: Json) -> Iterator[str]:
    try:
        read = Block.parse(block)
        if read is None:
            yield f"the SDK does not know {block['type']}"
        else:
            read.to_dict()
    except Exception as error:  # noqa: BLE001 - the SDK's models have errors of many kinds
        yield str(error)


def _text(told: Any, most: int, *, plain: bool = False) -> Iterator[str]:
    if not isinstance(told, dict) or not isinstance(told.get("text"), str):
        yield "no text"
    elif not 0 < len(told["text"]) <= most or not told["text"].strip():
        yield f"{len(told['text'])} characters, at most {most}"
    elif plain and told.get("type") != "plain_text":
        yield "not plain_text"
    elif told.get("type") not in {"plain_text", "mrkdwn"}:
        yield f"text of type {told.get('type')}"


def _header(block: Json) -> Iterator[str]:
    yield from _text(block.get("text"), TEXTS["header"], plain=True)


def _section(block: Json) -> Iterator[str]:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        yield "a section without words"
    if block.get("text") is not None:
        yield from _text(block["text"], TEXTS["section"])
    if fields is not None and not 0 < len(fields) <= 10:
        yield f"{len(fields)} fields"
    for one in fields or ():
        yield from _text(one, 2000)


def _context(block: Json) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 0 < len(elements) <= 10:
        yield f"{len(elements)} elements of a context"
    for one in elements:
        yield from _text(one, 2000) if one.get("type") != "image" else ()


def _image(block: Json) -> Iterator[str]:
    url, alt = block.get("image_url", ""), block.get("alt_text", "")
    if not url.startswith(("http://", "https://")) or len(url) > 3000:
        yield "image_url"
    if not 0 < len(alt) <= 2000:
        yield "alt_text"


def _actions(block: Json) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 0 < len(elements) <= 25:
        yield f"{len(elements)} elements of actions"
    ids = [one.get("action_id") for one in elements]
    if len(ids) != len(set(ids)):
        yield "the same action_id twice"
    for one in elements:
        yield from _button(one) if one.get("type") == "button" else ()


def _button(one: Json) -> Iterator[str]:
    yield from _text(one.get("text"), TEXTS["button"], plain=True)
    if len(one.get("value", "")) > 2000 or len(one.get("action_id", "")) > 255:
        yield "value or action_id"
    if one.get("style", "primary") not in {"primary", "danger"} or one.get("value") == "":
        yield "style or value"
    if len(one.get("url", "")) > 3000:
        yield "url"


def _input(block: Json) -> Iterator[str]:
    yield from _text(block.get("label"), TEXTS["label"], plain=True)
    if "hint" in block:
        yield from _text(block["hint"], TEXTS["hint"], plain=True)
    element = block.get("element") or {}
    options = element.get("options")
    if options is not None:
        few = element["type"] in {"radio_buttons", "checkboxes"}
        if not 0 < len(options) <= (10 if few else 100):
            yield f"{len(options)} options"
        for one in options:
            yield from _option(one)
        chosen = element.get("initial_options", [element.get("initial_option")])
        if any(one is not None and one not in options for one in chosen):
            yield "an initial option that is none of the options"
    if len(element.get("initial_value", "")) > element.get("max_length", 3000):
        yield "initial_value"


def _option(one: Json) -> Iterator[str]:
    yield from _text(one.get("text"), TEXTS["option"])
    if not 0 < len(one.get("value", "")) <= 150:
        yield "the value of an option"


def _nothing(block: Json) -> Iterator[str]:
    yield from ()


CHECKS = {
    "actions": _actions,
    "context": _context,
    "divider": _nothing,
    "header": _header,
    "image": _image,
    "input": _input,
    "section": _section,
}


def words(value: Any) -> Iterator[str]:
    """All that can be read in blocks."""
    if isinstance(value, list):
        for one in value:
            yield from words(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name in {"text", "alt_text"} and isinstance(one, str):
                yield one
            elif name not in {"value", "action_id", "block_id", "private_metadata"}:
                yield from words(one)
