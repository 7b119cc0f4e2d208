"""A Go1 with teeth: it checks tokens, versions and scopes, counts requests, and can go wrong.

async with FakeGo1() as go1:
    course = go1.course("Better handovers")
    ada = go1.account("ada@example.com")
    row = go1.completes(ada, course)
    go1.bot = "http://127.0.0.1:3978"
    answer = await go1.tells(row)
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from connectors.catalogues.config import Go1Config
from tests.fakes import go1_api as api
from tests.fakes.faults import Faults
from tests.fakes.go1_api import Wrong
from tests.fakes.go1_hook import HOOK, Hook
from tests.fakes.go1_world import Json

CLIENT, SECRET = "fictional-client", "fictional-client-secret"
VERSION = "2025-01-01"
SCOPES = frozenset({"lo.read", "enrollment.read", "enrollment.write", "user.read"})
WINDOW, MOST = 1.0, 20

Api = Callable[["FakeGo1", web.Request], Awaitable[Json]]
Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass
class Kept:
    """What happened so far."""

    requests: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    tokens: int = 0


class FakeGo1(Hook):
    """Its API and its login at one address, and the webhook that it calls.

    `careless`: who is asked for somebody gives everybody. `shortened`: lists of people tell this
    instead.
    """

    def __init__(self) -> None:
        super().__init__()
        self.scopes, self.lifetime = SCOPES, 43_200.0
        self.kept = Kept()
        self.careless = False
        self.shortened: Json = {}
        self.faults = Faults(lambda request: not request.path.startswith("/oauth"))
        self.login_faults = Faults(lambda request: request.path.startswith("/oauth"))
        self._good: dict[str, float] = {}
        self._times: deque[float] = deque()

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self.login_faults.middleware, self.faults.middleware])
        app.add_routes(
            [
                web.post("/oauth/token", self._token),
                web.get("/learning-objects", self._guarded(api.search, "lo.read")),
                web.get("/learning-objects/{id}", self._guarded(api.course, "lo.read")),
                web.get("/user-accounts", self._guarded(api.accounts, "user.read")),
                web.get("/user-accounts/{id}", self._guarded(api.account, "user.read")),
                web.get("/enrollments", self._guarded(api.enrolments, "enrollment.read")),
                web.get("/enrollments/{id}", self._guarded(api.enrolment, "enrollment.read")),
                web.post("/enrollments", self._guarded(api.enrol, "enrollment.write")),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.faults.close()
        self.login_faults.close()
        await self.session.close()
        await self._runner.cleanup()

    @property
    def config(self) -> Go1Config:
        """What Coterie has to be told to speak with it."""
        return Go1Config(
            client_id=CLIENT,
            client_secret=SECRET,
            webhook_secret=HOOK,
            url=self.address,
            auth_url=self.address,
            portal_url="https://team-example.mygo1.com",
        )

    def expire(self) -> None:
        """All tokens are void."""
        self._good.clear()

    def _guarded(self, do: Api, scope: str) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            self.kept.requests.append((request.method, request.path, dict(request.query)))
            try:
                self._admit(request, scope)
                told = await do(self, request)
            except Wrong as wrong:
                after = {"Retry-After": "1"} if wrong.status == 429 else None
                return web.json_response(wrong.told, status=wrong.status, headers=after)
            return web.json_response(told, status=201 if request.method == "POST" else 200)

        return handler

    def _admit(self, request: web.Request, scope: str) -> None:
        now = asyncio.get_running_loop().time()
        while self._times and self._times[0] <= now - WINDOW:
            self._times.popleft()
        if len(self._times) >= MOST:
            raise Wrong(429, "rate_limited")
        self._times.append(now)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self._good.get(token, 0.0) <= now:
            raise Wrong(401, "unauthorized")
        if request.headers.get("Api-Version") != VERSION:
            raise Wrong(400, "api_version_missing")
        if scope not in self.scopes:
            raise Wrong(403, "insufficient_scope")

    async def _token(self, request: web.Request) -> web.Response:
        self.kept.tokens += 1
        asked = await request.post()
        wanted = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
        if dict(asked) != wanted:
            return web.json_response({"error": "invalid_client"}, status=401)
        token = f"token-of-the-test-{self.kept.tokens}"
        self._good[token] = asyncio.get_running_loop().time() + self.lifetime
        told = {"access_token": token, "token_type": "bearer", "expires_in": self.lifetime}
        return web.json_response(told)
