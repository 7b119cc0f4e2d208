"""What leaves for Slack: messages, answers in threads, edits, home tabs."""

import asyncio
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson
from msgspec import Struct
from msgspec.structs import replace as changed

from cards import blocks
from core.engine.errors import Gone, Rejected, RetryLater, Uncertain, Unreachable
from core.engine.ports import Address, Capabilities, Payload, Sent, Viewer
from core.message import Post
from slack.client import WAIT_UNSAID, Client, Revoked, TooLong, read
from slack.turns import Gaps, Turns
from slack.wire import Id, Stamp

WINDOWS: tuple[tuple[int, float], ...] = ((1, 1.0),)
RATE, CEILING = 5.0, 50.0
EVENT_TYPE = "coterie_message"
HOME = "home"
LOOKED_AT = "100"
THREADS = 3
SHORTER = 3000


class Posted(Struct, frozen=True):
    """A message that Slack took."""

    channel: Id = ""
    ts: Stamp = ""


class Chat(Struct, frozen=True):
    """A conversation."""

    id: Id = ""


class Opened(Struct, frozen=True):
    """A private conversation that was made, or was there."""

    channel: Chat = Chat()


class Note(Struct, frozen=True):
    """What we keep with a message, where nobody sees it."""

    event_type: str = ""
    event_payload: Mapping[str, Any] = {}


class Stands(Struct, frozen=True):
    """A message that stands somewhere."""

    ts: Stamp = ""
    reply_count: int = 0
    metadata: Note | None = None


class History(Struct, frozen=True):
    """The newest messages of a conversation or thread."""

    messages: tuple[Stands, ...] = ()


class SlackPlatform:
    """Slack as the engine sees it."""

    name = "slack"
    windows = WINDOWS
    rate = RATE
    ceiling = CEILING

    def __init__(self, client: Client, turns: Turns | None = None) -> None:
        self._client, self._turns, self._gaps = client, turns or Turns(), Gaps()
        self._closed_until = 0.0

    def render(self, post: Post, viewer: Viewer) -> Payload:
        """The Post as a message, or as the home tab."""
        if post.slot.startswith(f"{HOME}/"):
            return blocks.home(post, viewer)
        return blocks.message(post, viewer)

    def capabilities(self, address: Address) -> Capabilities:
        """Everything is heard where we are; a home tab only shows."""
        if HOME in address.ref:
            return Capabilities(hears="nothing")
        return Capabilities(threads=True)

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        """Sends, answers in a thread, or replaces a message. Raises DeliveryError."""
        if HOME in address.ref:
            return await self._publish(address.ref[HOME], payload)
        try:
            return await self._send(address, payload, thread, replace, key)
        except TooLong:
            return await self._send(address, shorter(payload), thread, replace, key)

    async def withdraw(self, address: Address, ref: str) -> None:
        """Takes a message away; one that is gone is left."""
        if ref == HOME:
            return
        try:
            await self._client.tell("chat.delete", {"channel": channel(address), "ts": ref})
        except Gone:
            return

    async def find(self, address: Address, key: str) -> str | None:
        """The message sent under this key, among the newest of a place and of its threads."""
        place = address.ref.get("conversation", "")
        if not place:
            return None
        newest = await self._history("conversations.history", place)
        threads = [one.ts for one in newest if one.reply_count][:THREADS]
        found = _with(newest, key)
        for ts in threads:
            found = found or _with(await self._history("conversations.replies", place, ts), key)
        return found or None

    async def reach(self, account: str, hint: Address | None) -> Address:
        """The private conversation with somebody; making it again gives the same one.

        Only fifty a minute may be made: beyond that Slack makes it when the message is sent.
        """
        known = hint or Address(id=account)
        user = known.ref.get("user") or account.rpartition(":")[2]
        now = asyncio.get_running_loop().time()
        made = user if now < self._closed_until else await self._opened(user, now)
        return changed(known, ref={**known.ref, "user": user, "conversation": made})

    async def _opened(self, user: str, now: float) -> str:
        """The chat with somebody, or who they are while no more may be made."""
        try:
            answer = await self._client.tell("conversations.open", {"users": user})
        except RetryLater as later:
            if "ratelimited" not in later.why:
                raise
            self._closed_until = now + (later.after or WAIT_UNSAID)
            return user
        except Rejected as error:
            raise Unreachable(error.why) from error
        return read(answer, Opened).channel.id or user

    async def _send(
        self, address: Address, payload: Payload, thread: str, old: str, key: str
    ) -> Sent:
        where = channel(address)
        if old:
            return await self._edit(where, payload, old)
        self._spaced(where, address.id)
        body: dict[str, object] = {
            "channel": where,
            **payload,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": hashed(key)}},
        }
        if thread:
            body["thread_ts"] = thread
        posted = read(await self._client.tell("chat.postMessage", body, once=True), Posted)
        if not posted.ts:
            raise Uncertain("Slack took the message and did not say under which time")
        return Sent(ref=posted.ts, learned=_moved(address, posted.channel))

    def _spaced(self, where: str, name: str) -> None:
        """Messages to a person and to their chat with us keep the window of one conversation."""
        if not (self.windows and where.startswith("D")):
            return
        requests, seconds = self.windows[0]
        now = asyncio.get_running_loop().time()
        wait = self._gaps.wait(where, name, seconds / requests, now)
        if wait:
            raise RetryLater(wait, "one message a second")

    async def _edit(self, where: str, payload: Payload, old: str) -> Sent:
        """Only so often a minute: whoever is too early gets a turn."""
        now = asyncio.get_running_loop().time()
        wait = self._turns.wait(f"{where}|{old}", now)
        if wait:
            raise RetryLater(wait, "many messages change at once")
        try:
            await self._client.tell("chat.update", {"channel": where, "ts": old, **payload})
        except Revoked:
            raise
        except RetryLater as later:
            self._turns.close(later.after or 0.0, now)
            raise RetryLater(later.after, later.why) from later
        return Sent(ref=old)

    async def _publish(self, user: str, payload: Payload) -> Sent:
        view = {"type": "home", "blocks": payload["blocks"]}
        await self._client.tell("views.publish", {"user_id": user, "view": view})
        return Sent(ref=HOME)

    async def _history(self, method: str, place: str, ts: str = "") -> tuple[Stands, ...]:
        found = await self._client.ask(
            method, History, channel=place, ts=ts, limit=LOOKED_AT, include_all_metadata="true"
        )
        return found.messages


def channel(address: Address) -> str:
    """Where an address is; a person's id leads to their private chat. Raises Unreachable."""
    where = address.ref.get("conversation") or address.ref.get("user")
    if not where:
        raise Unreachable("no conversation is known")
    return where


def hashed(key: str) -> str:
    """What we keep of a key with its message: nothing that anybody can read."""
    return blake2b(key.encode(), digest_size=16).hexdigest()


def shorter(payload: Payload) -> Payload:
    """The beginning of a message and its buttons, without pictures.

    For when Slack finds it too long, or cannot fetch a picture and so refuses all of it.
    """
    given: Any = payload["blocks"]
    kept: list[object] = []
    room = SHORTER
    for block in given:
        size = len(orjson.dumps(block))
        if block["type"] == "actions" or (size <= room and block["type"] != "image"):
            kept.append(block)
            room -= size
    return {**payload, "blocks": kept}


def _with(messages: tuple[Stands, ...], key: str) -> str:
    mine = hashed(key)
    found = (m.ts for m in messages if m.metadata and m.metadata.event_payload.get("key") == mine)
    return next(found, "")


def _moved(address: Address, where: str) -> tuple[Address, ...]:
    """The conversation that a message to a person went to."""
    known = address.ref.get("conversation", "")
    if not where or known == where or "user" not in address.ref:
        return ()
    return (changed(address, ref={**address.ref, "conversation": where}),)
