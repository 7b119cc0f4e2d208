"""What leaves for Workplace: posts and comments in groups, messages in chats."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace as changed

from cards import workplace as draw
from cards.words import web
from core.engine.errors import Gone, Unreachable
from core.engine.ports import Address, Capabilities, Payload, Sent, Viewer
from core.message import Image, Post, Video
from workplace.client import Client, form, json, path, read, readable
from workplace.errors import Duplicate
from workplace.marker import marked, marker
from workplace.payload import Id, word
from workplace.scene import CHAT, THREAD, name, private
from workplace.scene import thread as in_thread
from workplace.standing import Standing

WINDOWS: tuple[tuple[int, float], ...] = ((5, 1.0), (100, 60.0))
RATE, CEILING = 10.0, 50.0  # 200 calls an hour for every user of the app
EDITABLE = frozenset({"message", "formatting"})
REMEMBERED = 1000
BACK = 900  # seconds of a feed in which a post without an answer is looked for
FEED = 100

Json = dict[str, Any]
T = TypeVar("T")
Begun = tuple[list[Json], Address, tuple[Address, ...]]
"""What has left of a Post, and the chat that was made for it."""


class Made(Struct, frozen=True):
    """What was made, or changed."""

    id: Id = ""
    message_id: str = ""
    thread_id: Id = ""


class Row(Struct, frozen=True):
    """A post or comment as it stands."""

    id: Id = ""
    message: str = ""


class WorkplacePlatform:
    """Workplace as the engine sees it."""

    name = "workplace"
    windows = WINDOWS
    rate = RATE
    ceiling = CEILING

    def __init__(self, client: Client, standing: Standing) -> None:
        self._client, self._standing = client, standing
        self._threads: OrderedDict[str, str] = OrderedDict()
        self._begun: OrderedDict[str, Begun] = OrderedDict()

    def render(self, post: Post, viewer: Viewer) -> Payload:
        """The Post and its reader: it is drawn when it leaves, as the surface there takes it."""
        return {"post": post, "viewer": viewer}

    def capabilities(self, address: Address) -> Capabilities:
        """Groups hear all and have no buttons; a chat has buttons and never changes a message."""
        match kind(address):
            case "group":
                return Capabilities(hears="all", edits=True, threads=True, buttons=False)
            case "thread":
                return Capabilities(hears="mentions", edits=False, threads=False, buttons=True)
            case _:
                return Capabilities(hears="all", edits=False, threads=False, buttons=True)

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        """Posts, comments, edits or writes in a chat. Raises DeliveryError."""
        self._ours(address)
        if kind(address) != "group":
            return await self._chat(address, _in_chat(payload), key)
        group = address.ref["conversation"]
        if replace:
            return await self._edit(group, payload, replace)
        drawn = _in_group(payload, comment=bool(thread))
        fields = drawn | {"message": marked(drawn["message"], key)}
        _remember(self._threads, key, thread)
        where = path(thread, "comments") if thread else path(group, "feed")
        try:
            made = await self._client.post(where, Made, fields)
        except Duplicate:
            return Sent(ref=await self.find(address, key) or "")
        return Sent(ref=word(made.id))

    async def withdraw(self, address: Address, ref: str) -> None:
        """Takes a post away; in a chat nothing can be taken away."""
        if kind(address) != "group" or not ref:
            return
        try:
            await self._client.call("DELETE", path(ref))
        except Gone:
            return

    async def find(self, address: Address, key: str) -> str | None:
        """The post or comment that carries this key; chats cannot be looked through."""
        if kind(address) != "group":
            return None
        thread = self._threads.get(key, "")
        if thread:
            fields = {"order": "reverse_chronological", "limit": str(FEED)}
            rows = await self._client.page(path(thread, "comments"), fields="id,message", **fields)
        else:
            since = str(int(self._client.wall()) - BACK)
            feed = path(address.ref["conversation"], "feed")
            rows = await self._client.page(feed, fields="id,message", since=since, limit=str(FEED))
        sign = marker(key)
        found = (one for one in readable(rows.data, Row) if sign in one.message)
        return next((word(one.id) for one in found), None)

    async def reach(self, account: str, hint: Address | None) -> Address:
        """The private chat with an account; writing to it is enough to make it."""
        return private(account)

    async def _edit(self, group: str, payload: Payload, ref: str) -> Sent:
        drawn = _in_group(payload, comment=not ref.startswith(f"{group}_"))
        kept = {field: text for field, text in drawn.items() if field in EDITABLE}
        try:
            await self._client.call("POST", path(ref), body=form(kept))
        except Duplicate:
            return Sent(ref=ref)
        return Sent(ref=ref)

    async def _chat(self, address: Address, messages: list[Json], key: str) -> Sent:
        """One message after another; a second try goes on where the first one stopped."""
        step = f"{address.id} {key}"
        begun, address, learned = self._begun.pop(step, ([], address, ()))
        done, ref = len(begun) if begun == messages[: len(begun)] else 0, ""
        for at in range(done, len(messages)):
            _remember(self._begun, step, (messages[:at], address, learned))
            made = await self._said(address, messages[at], key)
            ref = made.message_id
            if word(made.thread_id) and "thread" not in address.ref and "with" in address.ref:
                address, learned = _begun(address, word(made.thread_id))
        self._begun.pop(step, None)
        return Sent(ref=ref, learned=learned)

    async def _said(self, address: Address, message: Json, key: str) -> Made:
        told = {
            "recipient": recipient(address),
            "messaging_type": "RESPONSE" if key.startswith("answer/") else "UPDATE",
            "message": message,
        }
        answer = await self._client.call("POST", "me/messages", body=json(told), once=True)
        return read(answer, Made)

    def _ours(self, address: Address) -> None:
        known = self._standing.known
        if known and address.tenant != known.community:
            raise Unreachable("that is another Workplace community")


def kind(address: Address) -> str:
    """What an address leads to; an account that we have not written to yet is a chat."""
    told = address.ref.get("type", "")
    if told:
        return told
    return "thread" if address.id.split(":", 2)[2].startswith(THREAD) else "chat"


def recipient(address: Address) -> Json:
    """Whom the Send API is to write to. Several people by name are a new chat every time."""
    ref = address.ref
    if "thread" in ref:
        return {"thread_key": ref["thread"]}
    if "with" in ref:
        return {"ids": ref["with"].split(",")}
    return {"id": ref.get("user") or address.id.split(":", 2)[2].removeprefix(CHAT)}


def together(community: str, users: Sequence[str]) -> Address:
    """A chat with several people that does not exist yet: the first message makes it."""
    those = ",".join(sorted(users))
    ref = {"type": "thread", "conversation": "", "with": those}
    return Address(id=name(community, f"with-{those.replace(',', '-')}"), ref=ref)


def _begun(address: Address, key: str) -> tuple[Address, tuple[Address, ...]]:
    """The chat under its key: from now on, and where somebody answers in it."""
    there = in_thread(address.tenant, key)
    return (again := changed(address, ref={**address.ref, **there.ref})), (again, there)


def _remember(kept: OrderedDict[str, T], key: str, value: T) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)


def _in_group(payload: Payload, *, comment: bool) -> Json:
    post, viewer = _drawn(payload)
    if comment:
        return {**draw.comment(post, viewer), **_pictured(post)}
    return {**draw.group_post(post, viewer), **_attached(post)}


def _in_chat(payload: Payload) -> list[Json]:
    return draw.chat(*_drawn(payload))


def _drawn(payload: Payload) -> tuple[Post, Viewer]:
    post, viewer = payload["post"], payload["viewer"]
    if not (isinstance(post, Post) and isinstance(viewer, Viewer)):
        raise TypeError("no payload of ours")
    return post, viewer


def _attached(post: Post) -> Json:
    """The one picture or film that a post takes: a picture is shown, a film is a link."""
    picture = _pictured(post)
    films = (web(block.url) for block in post.blocks if isinstance(block, Video))
    film = next(filter(None, films), "")
    return picture or ({"link": film} if film else {})


def _pictured(post: Post) -> Json:
    pictures = (web(block.url) for block in post.blocks if isinstance(block, Image))
    picture = next(filter(None, pictures), "")
    return {"attachment_url": picture} if picture else {}
