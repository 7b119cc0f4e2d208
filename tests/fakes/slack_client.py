"""What people do in Slack, told to the app as Slack tells it: signed, and again when in doubt."""

import hmac
import json
import time
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson

from tests.fakes.slack_world import BOT, TEAM, Channel, Human, Json, Message, Window, number, stamp

RETRIES = 3
FORM = "application/x-www-form-urlencoded"


@dataclass
class Delivered:
    """What the app answered."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


def signed(secret: str, body: bytes, at: float) -> dict[str, str]:
    """The headers of a request that Slack signed at this time."""
    when = str(int(at))
    digest = hmac.digest(secret.encode(), b"v0:" + when.encode() + b":" + body, "sha256").hex()
    return {"X-Slack-Request-Timestamp": when, "X-Slack-Signature": f"v0={digest}"}


def enveloped(event: Json, team: str = TEAM) -> Json:
    """The outside of an event."""
    return {
        "type": "event_callback",
        "team_id": team,
        "api_app_id": "A0COTERIE",
        "event": event,
        "event_id": f"Ev0{number()}",
        "event_time": 1772442000,
        "authorizations": [{"team_id": team, "user_id": BOT, "is_bot": True}],
    }


def message(human: Human, place: Channel, text: str, **more: Any) -> Json:
    """Somebody writes."""
    kinds = {"D": "im", "C": "channel", "G": "group"}
    return {
        "type": "message",
        "user": human.id,
        "channel": place.id,
        "channel_type": kinds[place.id[0]],
        "text": text,
        "ts": stamp(),
        "event_ts": stamp(),
        "team": TEAM,
        "client_msg_id": number(),
        **more,
    }


class Client:
    """Speaks for Slack to the app at `bot`."""

    session: aiohttp.ClientSession

    def __init__(self, bot: str, secret: str) -> None:
        self.bot, self.secret = bot, secret
        self.owners: dict[str, Human] = {}

    @abstractmethod
    def trigger(self) -> str:
        """What lets a form open, once and soon."""

    @abstractmethod
    def way(self) -> str:
        """A response_url."""

    # --- the wire ---

    async def post(self, path: str, body: bytes, kind: str, **headers: str) -> Delivered:
        """Sends any bytes to the app, signed unless other headers are given."""
        now = time.time()  # noqa: TID251 - signatures are of the real world
        sent = {"Content-Type": kind} | signed(self.secret, body, now) | headers
        async with self.session.post(self.bot + path, data=BytesIO(body), headers=sent) as answer:
            return Delivered(answer.status, await answer.read(), dict(answer.headers))

    async def deliver(self, event: Json, *, team: str = TEAM, **headers: str) -> Delivered:
        """Tells the app of an event."""
        return await self.told(enveloped(event, team), **headers)

    async def told(self, envelope: Json, **headers: str) -> Delivered:
        """Sends an envelope, as it is."""
        body = json.dumps(envelope).encode()
        return await self.post("/slack/events", body, "application/json", **headers)

    async def persist(self, event: Json) -> list[Delivered]:
        """Tells of an event until the app has taken it, four times at most."""
        envelope = enveloped(event)
        answers = [await self.told(envelope)]
        for number_ in range(1, RETRIES + 1):
            if answers[-1].status < 300:
                break
            again = {"X-Slack-Retry-Num": str(number_), "X-Slack-Retry-Reason": "http_error"}
            answers.append(await self.told(envelope, **again))
        return answers

    async def interact(self, payload: Json) -> Delivered:
        """Tells the app what somebody did."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self.post("/slack/interactivity", body, FORM)

    # --- what people do ---

    async def says(self, human: Human, place: Channel, text: str, **more: Any) -> Delivered:
        """Somebody writes; a mention is told twice."""
        told = message(human, place, text, **more)
        answers = [await self.deliver(told)]
        if f"<@{BOT}>" in text and not place.private:
            mention = {name: it for name, it in told.items() if name != "channel_type"}
            answers.append(await self.deliver(mention | {"type": "app_mention"}))
        return max(answers, key=lambda one: one.status)

    async def presses(self, human: Human, stands: Message, label: str) -> Delivered:
        """Somebody presses a button."""
        return await self.interact(self.press(human, stands, stands.button(label)))

    def press(self, human: Human, stands: Message, button: Json) -> Json:
        """A press on a button of a message."""
        box = {"type": "message", "message_ts": stands.ts, "channel_id": stands.channel}
        threaded = {"thread_ts": stands.thread} if stands.thread else {}
        return {
            **self.acting("block_actions", human),
            "container": {**box, **threaded, "is_ephemeral": False},
            "channel": {"id": stands.channel, "name": "handovers"},
            "message": {"user": BOT, "ts": stands.ts, "bot_id": "B0BOT", "text": "…"},
            "response_url": self.way(),
            "actions": [{**button, "block_id": number(), "action_ts": stamp()}],
        }

    def acting(self, kind: str, human: Human) -> Json:
        """What all interactions tell."""
        trigger = self.trigger()
        self.owners[trigger] = human
        name = human.name.lower().replace(" ", ".")
        return {
            "type": kind,
            "team": {"id": TEAM, "domain": "coterie-test"},
            "user": {"id": human.id, "username": name, "name": name, "team_id": human.team},
            "api_app_id": "A0COTERIE",
            "trigger_id": trigger,
        }

    async def submits(self, human: Human, window: Window, values: Mapping[str, str]) -> Delivered:
        """Somebody sends a form off, with these values in place of what stands there."""
        return await self.interact(self.submission(human, window, values))

    def submission(self, human: Human, window: Window, values: Mapping[str, str]) -> Json:
        """A form with all that stands in it."""
        inputs = [block for block in window.view["blocks"] if block["type"] == "input"]
        state = {
            block["block_id"]: {
                block["element"]["action_id"]: entered(
                    block["element"], values.get(block["block_id"])
                )
            }
            for block in inputs
        }
        view = {
            "id": window.id,
            "type": "modal",
            "hash": f"1772442000.{number()}",
            "callback_id": window.view.get("callback_id", ""),
            "private_metadata": window.view.get("private_metadata", ""),
            "state": {"values": state},
        }
        return {**self.acting("view_submission", human), "view": view, "response_urls": []}

    async def commands(self, human: Human, place: Channel, text: str, **more: str) -> Delivered:
        """Somebody types /coterie and words."""
        acting = self.acting("command", human)
        fields = {
            "team_id": TEAM,
            "command": "/coterie",
            "text": text,
            "user_id": human.id,
            "user_name": acting["user"]["name"],
            "channel_id": place.id,
            "channel_name": place.name or "directmessage",
            "trigger_id": acting["trigger_id"],
            "response_url": self.way(),
            "api_app_id": "A0COTERIE",
            **more,
        }
        return await self.post("/slack/commands", urlencode(fields).encode(), FORM)

    async def opens_home(self, human: Human, chat: Channel, tab: str = "home") -> Delivered:
        """Somebody looks at the app."""
        told = {"type": "app_home_opened", "user": human.id, "channel": chat.id, "tab": tab}
        return await self.deliver({**told, "event_ts": stamp()})

    async def shortcut(self, human: Human, callback: str) -> Delivered:
        """Somebody uses a shortcut."""
        acting = self.acting("shortcut", human)
        return await self.interact({**acting, "callback_id": callback, "action_ts": stamp()})


def chosen(slack: Client, human: Human, place: Channel, wrote: Json, callback: str) -> Json:
    """A shortcut in the menu of a message."""
    return {
        **slack.acting("message_action", human),
        "callback_id": callback,
        "action_ts": stamp(),
        "message_ts": wrote["ts"],
        "channel": {"id": place.id, "name": place.name or "directmessage"},
        "message": {"type": "message", "client_msg_id": number(), **wrote},
        "response_url": slack.way(),
    }


def entered(element: Json, value: str | None) -> Json:
    """One field as Slack tells of it: what was typed or chosen, else what stood there."""
    kind = element["type"]
    options = {one["value"]: one for one in element.get("options", ())}
    found: Json = {"type": kind}
    match kind:
        case "plain_text_input":
            found["value"] = element.get("initial_value") if value is None else value or None
        case "datepicker":
            found["selected_date"] = element.get("initial_date") if value is None else value or None
        case "static_select" | "radio_buttons":
            chosen = element.get("initial_option") if value is None else options.get(value)
            found["selected_option"] = chosen
        case "multi_static_select" | "checkboxes":
            names = value.split(",") if value else []
            some = [options[name] for name in names if name in options]
            found["selected_options"] = (
                element.get("initial_options", []) if value is None else some
            )
        case "users_select":
            found["selected_user"] = value or None
        case "multi_users_select":
            found["selected_users"] = value.split(",") if value else []
        case _:
            pass
    return found
