"""What stands in Slack as people see it: messages with their marks, and forms."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import orjson

from tests.contracts.side import Asked, Json, Stands
from tests.fakes.slack_blocks import words
from tests.fakes.slack_world import TEAM, Message, Window

CALLS = re.compile(r"<([@!#][^>|]*)(?:\|[^>]*)?>")
LINKS = re.compile(r"<(https?:[^>|]*)(?:\|[^>]*)?>")


def escaped(text: str) -> str:
    """As Slack sends what somebody typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fields(body: bytes) -> bytes:
    """A JSON object as a form; anything else as it is."""
    try:
        told = orjson.loads(body)
    except ValueError:
        return body
    if not isinstance(told, dict):
        return body
    return urlencode({name: str(value) for name, value in told.items()}, errors="replace").encode()


def marked(value: Any) -> Iterator[str]:
    """All texts in which marks mean something; what lock screens show is one of them."""
    if isinstance(value, list):
        for one in value:
            yield from marked(one)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for one in value.values():
            yield from marked(one)


def stands(one: Message) -> Stands:
    """A message as Slack shows it."""
    texts = [one.payload.get("text", ""), *marked(one.blocks)]
    called = {name for text in texts for name in CALLS.findall(text)}
    return Stands(
        ref=one.ts,
        words="\n".join(words(one.payload)),
        thread=one.thread,
        labels=tuple(button["text"]["text"] for button in one.buttons()),
        mentions=frozenset(account(name) for name in called if not name.startswith("!date^")),
        links=frozenset(link for text in texts for link in LINKS.findall(text)),
    )


def account(name: str) -> str:
    """Whoever is called, by the name that Coterie has for them."""
    return f"slack:{TEAM}:{name[1:]}" if name.startswith("@") else name


def inputs(view: Json) -> list[Json]:
    return [block for block in view["blocks"] if block["type"] == "input"]


def block_of(window: Window, name: str) -> str:
    """The block in which a field is asked."""
    found = (b["block_id"] for b in inputs(window.view) if name in (b["block_id"], field_of(b)))
    return next(found, name)


def field_of(block: Json) -> str:
    """The name of the field that a block asks for."""
    name: str = block["element"]["action_id"]
    return name


def asked(window: Window) -> Asked:
    """A modal that is open."""
    view = window.view
    values = {field_of(b): stood(b["element"]) for b in inputs(view)}
    return Asked(values=values, words="\n".join(words(view)), native=window)


def stood(element: Json) -> str:
    """What is filled in before anybody types or chooses."""
    options = element.get("initial_options") or [element.get("initial_option") or {}]
    chosen = ",".join(option.get("value", "") for option in options)
    return str(element.get("initial_value") or element.get("initial_date") or chosen)


def corrected(told: Json, payload: Json | None, window: Window | None) -> Asked | None:
    """A modal that stays open: Slack keeps what was typed, and shows what is wrong with it."""
    if told.get("response_action") != "errors" or window is None or payload is None:
        return None
    state = payload["view"]["state"]["values"]
    values = {
        name: str(entered.get("value") or "")
        for block in state.values()
        for name, entered in block.items()
    }
    wrong = "\n".join(told["errors"].values())
    return Asked(values=values, words=wrong, native=window)
