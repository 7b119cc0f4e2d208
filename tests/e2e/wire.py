"""The wire between the Playground and the service: passes everything on and remembers it."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import aiohttp
import orjson
from aiohttp import web

Json = dict[str, Any]
T = TypeVar("T")
CARD = "application/vnd.microsoft.card.adaptive"
PATIENCE, LAST = 15, 6
KEPT = {"Content-Type"}


@dataclass(frozen=True)
class Call:
    """One request and its answer."""

    method: str
    path: str
    body: Any
    status: int
    answer: Any


@dataclass
class Message:
    """What the service posted, in all its versions. `thread` is the channel with its root."""

    place: str
    thread: str
    id: str
    versions: list[Json] = field(default_factory=list)

    @property
    def card(self) -> Json:
        """Its card as it stands now."""
        found: Json = self.versions[-1]["attachments"][0]["content"]
        return found

    @property
    def words(self) -> str:
        """All that can be read on it now."""
        return "\n".join(spoken(self.versions[-1]))


@dataclass(eq=False)
class Wire:
    """Stands at both ends: the Playground thinks it is the bot, the bot that it is Teams."""

    bot: str = ""
    playground: str = ""
    heard: list[Call] = field(default_factory=list)
    said: list[Call] = field(default_factory=list)
    seen: list[Json] = field(default_factory=list)
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/api/messages", self._hear)
        app.router.add_route("*", "/_connector/{rest:.*}", self._say)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    @property
    def address(self) -> str:
        """Where both sides find it."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def until(self, look: Callable[[], T | None]) -> T:
        """What `look` finds, as soon as it finds something."""
        found: list[T] = []

        def there() -> bool:
            seen = look()
            found[:] = [] if not seen else [seen]
            return bool(found)

        try:
            async with self._news, asyncio.timeout(PATIENCE):
                await self._news.wait_for(there)
        except TimeoutError:
            raise AssertionError(f"This never came; instead:\n{self._latest()}") from None
        return found[0]

    def _latest(self) -> str:
        """What was said last, for whoever wonders."""
        last = [*self.messages.values()][-LAST:]
        calls = [f"{call.path} {call.status} {call.answer}" for call in self.heard[-LAST:]]
        return "\n\n".join([*(f"{m.place} x{len(m.versions)}\n{m.words}" for m in last), *calls])

    def answer_to(self, activity: str) -> Call | None:
        """What the service answered to an activity, if it has."""
        return next((c for c in self.heard if c.body and c.body.get("id") == activity), None)

    async def show(self, event: Json) -> None:
        """The Playground's page was told this."""
        async with self._news:
            self.seen.append(event)
            self._news.notify_all()

    async def _hear(self, request: web.Request) -> web.Response:
        return await self._pass(request, self.bot, self.heard)

    async def _say(self, request: web.Request) -> web.Response:
        return await self._pass(request, self.playground, self.said)

    async def _pass(self, request: web.Request, to: str, log: list[Call]) -> web.Response:
        body = await request.read()
        headers = {k: v for k, v in request.headers.items() if k in KEPT}
        async with self._session.request(
            request.method, to + request.path_qs, data=body, headers=headers
        ) as got:
            answer = await got.read()
        call = Call(request.method, request.path, _json(body), got.status, _json(answer))
        async with self._news:
            log.append(call)
            if log is self.said:
                self._posted(call)
            self._news.notify_all()
        kind = got.content_type or "application/json"
        return web.Response(body=answer, status=got.status, content_type=kind)

    def _posted(self, call: Call) -> None:
        if call.status not in {200, 201} or call.method not in {"POST", "PUT"}:
            return
        parts = call.path.removeprefix("/_connector/").split("/")
        body, answer = call.body, call.answer
        if call.method == "POST" and parts == ["v3", "conversations"]:
            if "activity" not in body:
                return
            place, id, body = answer["id"], answer["activityId"], body["activity"]
        else:
            place, id = parts[2], answer["id"]
        base = place.partition(";")[0]
        found = self.messages.setdefault((base, id), Message(base, place, id))
        found.versions.append(body)


def spoken(of: Any) -> Iterator[str]:
    """The words of a card or message, and the labels of its buttons."""
    if isinstance(of, list):
        for one in of:
            yield from spoken(one)
    if isinstance(of, dict):
        for name, value in of.items():
            if isinstance(value, str) and name in {"text", "title", "value", "label", "summary"}:
                yield value
            else:
                yield from spoken(value)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        return None
