"""The part of Graph that puts an app into somebody's Teams, where an admin has allowed it."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from tests.fakes.activities import Human

Answer = Callable[[web.Request], Awaitable[web.Response]]
CATALOGUE = "catalogue-1"


class Installs:
    """`allowed`: an admin has said yes. `listed`: the organisation's catalogue has the app."""

    def __init__(self, app_id: str, found: Callable[[str], tuple[Human, Any] | None]) -> None:
        self.allowed, self.listed, self.busy = False, True, 0
        self.asked: list[str] = []
        self._external, self._found = app_id, found
        self.there: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        """At Graph's own addresses."""
        at = "/graph/v1.0"
        return [
            web.get(f"{at}/appCatalogs/teamsApps", self._guarded(self._listed)),
            web.post(f"{at}/users/{{id}}/teamwork/installedApps", self._guarded(self._install)),
        ]

    def _guarded(self, do: Answer) -> Answer:
        async def handler(request: web.Request) -> web.Response:
            self.asked.append(request.path)
            if self.busy:
                self.busy -= 1
                return web.json_response({}, status=429, headers={"Retry-After": "7"})
            return await do(request) if self.allowed else _wrong(403, "Forbidden")

        return handler

    async def _listed(self, request: web.Request) -> web.Response:
        wanted = f"externalId eq '{self._external}'"
        shown = self.listed and request.query["$filter"] == wanted
        return web.json_response({"value": [{"id": CATALOGUE}] if shown else []})

    async def _install(self, request: web.Request) -> web.Response:
        bound = orjson.loads(await request.read())["teamsApp@odata.bind"]
        if not bound.endswith(f"/appCatalogs/teamsApps/{CATALOGUE}"):
            return _wrong(400, "BadRequest")
        user = request.match_info["id"]
        found = self._found(user)
        if found is None:
            return _wrong(404, "NotFound")
        if user in self.there:
            return _wrong(409, "Conflict")
        self.there.add(user)
        found[1].installed = True
        return web.json_response({}, status=201)


def _wrong(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": "no"}}, status=status)
