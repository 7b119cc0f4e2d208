"""A Graph server of Workplace with teeth, and Meta behind it.

async with FakeGraph() as graph:
    graph.meta.hook = "http://127.0.0.1:3978/workplace/webhook"
    group = graph.world.group(Human("Ada Example"))
    await graph.meta.push(graph.meta.post(ada, group, "help", mention=True))
"""

import asyncio
import hashlib
import hmac
import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
from aiohttp import web

from tests.fakes.graph_feed import Asked
from tests.fakes.graph_meta import Meta
from tests.fakes.graph_nodes import Nodes
from tests.fakes.graph_world import Json, World, Wrong
from workplace.config import WorkplaceConfig

GOOD_FOR = 300
BATCH = 50
VERSIONED = re.compile(r"/v\d+\.\d+/?(.*)")
START = 1_780_000_000.0
HTML = "<html><body>502 Bad Gateway</body></html>"


@dataclass
class Fault:
    """What goes wrong, and with how many of the next requests."""

    status: int = 400
    code: int = 0
    message: str = "said the fake"
    times: int = 1
    accepted: bool = False
    hang: bool = False
    html: bool = False
    slow: float = 0.0
    only: str = ""
    skip: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    more: Json = field(default_factory=dict)

    def response(self) -> web.Response:
        """As Graph, or a proxy before it, answers."""
        if self.html:
            return web.Response(text=HTML, status=self.status, content_type="text/html")
        wrong = Wrong(self.code, self.message, self.status, **self.more)
        return web.json_response(wrong.body, status=self.status, headers=self.headers)


@dataclass(frozen=True)
class Call:
    """A request, as it came."""

    method: str
    path: str
    query: Json
    body: Any
    headers: Json


class FakeGraph:
    """The service, at one address. Its clock is `clock`; `ahead` is how wrong the bot's is."""

    def __init__(self) -> None:
        self.token, self.secret, self.verify = "token-of-the-bot", "secret-of-the-app", "verify-me"
        self.world = World()
        self.clock, self.ahead = START, 0.0
        self.faults: deque[Fault] = deque()
        self.lost: deque[int] = deque()
        self.calls: list[Call] = []
        self.usage, self.usage_step = 0.0, 0.0
        self.revoked = False
        self.closed = self.read_only = False
        self.meta = Meta(self.secret, self.world)
        self.nodes = Nodes(self.world, lambda: self.clock)
        self.address = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self.closing = asyncio.Event()
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        await self.meta.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        await self.meta.stop()
        await self._runner.cleanup()

    def wall(self) -> float:
        """The time as the bot sees it."""
        return self.clock + self.ahead

    def config(self, **more: Any) -> WorkplaceConfig:
        """The settings of an integration that lives here."""
        ours = {
            "access_token": self.token,
            "app_secret": self.secret,
            "verify_token": self.verify,
            "graph_url": self.address,
        }
        return WorkplaceConfig(**(ours | more))

    def fail(self, status: int = 400, code: int = 0, **more: Any) -> None:
        """The next requests of the bot get this answer."""
        self.faults.append(Fault(status, code, **more))

    async def _handle(self, request: web.Request) -> web.Response:
        asked = await self._asked(request)
        fault = self._fault(asked)
        try:
            self._admit(request, asked)
            if fault and not fault.accepted:
                return await self._suffer(fault)
            answer = self._answered(asked)
            if fault:
                return await self._suffer(fault)
        except Wrong as wrong:
            return web.json_response(wrong.body, status=wrong.status, headers=self._used())
        return web.json_response(answer, headers=self._used())

    async def _asked(self, request: web.Request) -> Asked:
        raw, kind = await request.read(), request.content_type
        body: Any = orjson.loads(raw) if kind == "application/json" and raw else None
        form = dict(parse_qsl(raw.decode())) if body is None else {}
        found = VERSIONED.fullmatch(unquote(request.url.raw_path))
        query = dict(request.query)
        path = found[1] if found else ""
        self.calls.append(Call(request.method, path, query, body or form, dict(request.headers)))
        if not found:
            return Asked("NONE", "", {}, None)
        return Asked(request.method, path, query | form, body)

    def _admit(self, request: web.Request, asked: Asked) -> None:
        if self.closed:
            raise Wrong(2500, "Workplace is no longer available", 410)
        if asked.method == "NONE":
            raise Wrong(100, "Name a version")
        if self.revoked or request.headers.get("Authorization") != f"Bearer {self.token}":
            shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
            raise Wrong(190, f"Invalid OAuth access token: {shown}", 401)
        if "Python" in request.headers.get("User-Agent", "Python"):
            raise Wrong(100, "Say who you are in a User-Agent")
        if not proven(asked.fields, self.token, self.secret, self.clock):
            raise Wrong(100, "Invalid appsecret_proof provided in the API argument")
        if self.usage >= 100:
            raise Wrong(4, "Application request limit reached", 403)
        if self.read_only and asked.method != "GET" and asked.path:
            raise Wrong(200, "This Workplace is read-only", 403)

    def _answered(self, asked: Asked) -> Any:
        self.usage += self.usage_step
        if asked.method == "POST" and asked.path == "":
            return self._batch(asked)
        return self.nodes.answer(asked)

    def _batch(self, asked: Asked) -> list[Json | None]:
        items = orjson.loads(asked.fields["batch"])
        if len(items) > BATCH:
            raise Wrong(100, f"Too many requests in a batch: {len(items)}")
        return [self._item(item) for item in items]

    def _item(self, item: Json) -> Json | None:
        if self.lost:
            self.lost[0] -= 1
            if self.lost[0] <= 0:
                self.lost.popleft()
            return None
        if self.read_only and item["method"] != "GET":
            wrong = Wrong(200, "This Workplace is read-only", 403)
            return {"code": 403, "headers": [], "body": orjson.dumps(wrong.body).decode()}
        url = urlsplit(item["relative_url"])
        fields = dict(parse_qsl(url.query)) | dict(parse_qsl(item.get("body", "")))
        try:
            answer = self.nodes.answer(Asked(item["method"], unquote(url.path), fields, None))
        except Wrong as wrong:
            return {"code": wrong.status, "headers": [], "body": orjson.dumps(wrong.body).decode()}
        return {"code": 200, "headers": [], "body": orjson.dumps(answer).decode()}

    def _used(self) -> dict[str, str]:
        used = {"call_count": self.usage, "total_time": 1, "total_cputime": 1}
        return {"X-App-Usage": orjson.dumps(used).decode()}

    def _fault(self, asked: Asked) -> Fault | None:
        fault = self.faults[0] if self.faults else None
        if fault is None or fault.only not in asked.path:
            return None
        if fault.skip:
            fault.skip -= 1
            return None
        fault.times -= 1
        if fault.times <= 0:
            self.faults.popleft()
        return fault

    async def _suffer(self, fault: Fault) -> web.Response:
        if fault.hang:
            await self.closing.wait()
        await asyncio.sleep(fault.slow)
        return fault.response()


def proven(told: Json, token: str, secret: str, clock: float) -> bool:
    """Whether somebody who knows the secret has just sent this."""
    at = str(told.get("appsecret_time", ""))
    right = hmac.new(secret.encode(), f"{token}|{at}".encode(), hashlib.sha256)
    fresh = at.isdecimal() and abs(clock - int(at)) <= GOOD_FOR
    return fresh and hmac.compare_digest(right.hexdigest(), told.get("appsecret_proof", ""))


@contextmanager
def in_a_thread() -> Iterator[FakeGraph]:
    """The fake in a thread of its own, for whoever measures or has another loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, loop).result(30)

    fake = FakeGraph()
    run(fake.__aenter__())
    try:
        yield fake
    finally:
        run(fake.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
