"""Meta: tells the bot what happened, signed, in batches, twice, out of order, for 36 hours."""

import hashlib
import hmac
import itertools
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Any

import aiohttp
import orjson

from tests.fakes.graph_world import (
    BOT_NAME,
    COMMUNITY,
    PAGE,
    Group,
    Human,
    Json,
    Standing,
    World,
    number,
)

MOST = 1000
PATIENCE = 36 * 3600.0
WAITS = (0.0, 60.0, 300.0, 1800.0, 7200.0, 14400.0, 28800.0, 43200.0, 86400.0)
TIME = "2026-03-02T09:00:00+0000"


@dataclass(frozen=True)
class Happening:
    """One thing that happened, as one topic tells it."""

    topic: str
    entry: str
    field: str
    value: Json


@dataclass
class Answer:
    """What the bot answered to a delivery."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Meta:
    """The pusher. `hook` is where the bot is; its clock is virtual."""

    def __init__(self, secret: str, world: World) -> None:
        self.hook, self.secret, self._world = "", secret, world
        self.elapsed = 0.0
        self._stamps: Iterator[int] = itertools.count(1_772_442_000_000)

    async def start(self) -> None:
        """Opens what it pushes with."""
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        """Closes it."""
        await self._session.close()

    # --- what happens ---

    def post(
        self, by: Human, group: Group, text: str, *, mention: bool = False, **more: Any
    ) -> list[Happening]:
        """A post; where it mentions the bot it is told twice."""
        return self._written(
            by, group, text, {"post_id": f"{group.id}_{number()}"}, mention=mention, more=more
        )

    def comment(
        self, by: Human, group: Group, post: str, text: str, *, mention: bool = False, **more: Any
    ) -> list[Happening]:
        """A comment below a post, or below a comment with `parent_id`."""
        below = {"post_id": post, "comment_id": number(), "parent_id": post}
        return self._written(by, group, text, below, mention=mention, more=more)

    def member(self, who: Human | None, group: Group, verb: str = "add") -> list[Happening]:
        """Somebody, or the bot itself, comes or goes."""
        user = who.told() if who else {"id": PAGE, "name": BOT_NAME}
        value = self._value({"user": user, "verb": verb, "created_time": TIME})
        return [Happening("group", group.id, "membership", value)]

    def message(self, by: Human, text: str, *, thread: str = "", **more: Any) -> list[Happening]:
        """Words in a chat."""
        return self._chat(by, {"message": {"mid": f"m_{number()}", "text": text, **more}}, thread)

    def pressed(self, by: Human, button: Json, *, thread: str = "") -> list[Happening]:
        """A button of a template, or a quick reply."""
        if "content_type" in button:
            reply = {"payload": button["payload"]}
            return self.message(by, button["title"], thread=thread, quick_reply=reply)
        told = {"title": button["title"], "payload": button["payload"]}
        return self._chat(by, {"postback": told}, thread)

    def link(self, by: Human, url: str) -> list[Happening]:
        """Somebody sees a link."""
        value = self._value({"user": {"id": by.id}, "link": url})
        return [Happening("link", "", "preview", value)]

    def _written(
        self, by: Human, group: Group, text: str, ids: Json, *, mention: bool, more: Json
    ) -> list[Happening]:
        item = "comment" if "comment_id" in ids else "post"
        id, above = ids[f"{item}_id"], str(more.get("parent_id", ids.get("parent_id", "")))
        self._world.posts[id] = Standing(id, group.id, text, above, by.id)
        value = {"from": by.told(), "verb": "add", "created_time": TIME, "type": "status"}
        value = self._value(value | ids | {"message": text, "target_type": "group"} | more)
        told = [Happening("group", group.id, f"{item}s", value)]
        if mention:
            value = value | {"item": item, "message": f"{BOT_NAME} {text}"}
            tag = {"id": PAGE, "type": "page", "name": BOT_NAME, "offset": 0, "length": 7}
            told[0].value["message"] = value["message"]
            told.append(Happening("page", PAGE, "mention", value | {"message_tags": [tag]}))
        return told

    def _chat(self, by: Human, told: Json, thread: str) -> list[Happening]:
        more: Json = {"thread": {"id": thread}} if thread else {}
        sender = {"id": by.id, "community": {"id": COMMUNITY}}
        value = {"sender": sender, "recipient": {"id": PAGE}, "timestamp": next(self._stamps)}
        return [Happening("page", PAGE, "messaging", value | told | more)]

    def _value(self, value: Json) -> Json:
        return {"community": {"id": COMMUNITY}} | value

    # --- how it is told ---

    async def push(
        self, happenings: Sequence[Happening], *, batch: int = MOST, times: int = 1, seed: int = -1
    ) -> list[Answer]:
        """Tells all of it, `times` times, reordered when there is a seed."""
        told = [one for _ in range(times) for one in happenings]
        if seed >= 0:
            Random(seed).shuffle(told)
        return [await self.deliver(body) for body in deliveries(told, batch)]

    async def deliver(self, body: bytes, **headers: str) -> Answer:
        """One delivery, once, signed as Meta signs it unless other headers are given."""
        signed = headers or {"X-Hub-Signature-256": self.signature(body)}
        sent = {"Content-Type": "application/json"} | signed
        async with self._session.post(self.hook, data=BytesIO(body), headers=sent) as answer:
            return Answer(answer.status, await answer.read(), dict(answer.headers))

    async def insist(
        self, body: bytes, between: Callable[[int], Awaitable[None]] | None = None
    ) -> list[int]:
        """Until it is taken, ever more seldom, for 36 hours of virtual time."""
        statuses: list[int] = []
        begin = self.elapsed
        for attempt, wait in enumerate(WAITS):
            self.elapsed += wait
            if self.elapsed - begin > PATIENCE:
                break
            if between:
                await between(attempt)
            statuses.append((await self.deliver(body)).status)
            if statuses[-1] < 300:
                break
        return statuses

    async def verify(self, **query: str) -> Answer:
        """Asks whether the address is the bot's."""
        async with self._session.get(self.hook, params=query) as answer:
            return Answer(answer.status, await answer.read(), dict(answer.headers))

    def signature(self, body: bytes, how: str = "sha256") -> str:
        """As the headers have it."""
        made = hmac.new(self.secret.encode(), body, getattr(hashlib, how))
        return f"{how}={made.hexdigest()}"


def deliveries(
    happenings: Iterable[Happening], batch: int = MOST, at: float = 0.0
) -> Iterator[bytes]:
    """Bodies of at most so many things, one topic each, with neighbours in one entry."""
    for topic, some in itertools.groupby(happenings, lambda one: one.topic):
        rows = list(some)
        for start in range(0, len(rows), batch):
            yield delivery(topic, rows[start : start + batch], at)


def delivery(topic: str, rows: Sequence[Happening], at: float = 0.0) -> bytes:
    """One body, sent now or at another time."""
    at = at or time.time()  # noqa: TID251 - deliveries are of the real world
    entries = []
    for (entry, chat), some in itertools.groupby(
        rows, lambda one: (one.entry, one.field == "messaging")
    ):
        told: Json = {"id": entry, "time": int(at)}
        if chat:
            told["messaging"] = [one.value for one in some]
        else:
            told["changes"] = [{"field": one.field, "value": one.value} for one in some]
        entries.append(told)
    return orjson.dumps({"object": topic, "entry": entries})
