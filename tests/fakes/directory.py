"""Graph's groups with teeth: it checks tokens and permissions, and asks for its own headers.

async with FakeDirectory() as fake:
    group = fake.group("Night nurses", *people(250))
"""

import asyncio
import re
import uuid
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

Json = dict[str, Any]
SCOPE = "https://graph.microsoft.com/.default"
TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
MOST = 999
GROUPS, USERS = "GroupMember.Read.All", "User.Read.All"
CAST = "/transitiveMembers/microsoft.graph.user"


def people(many: int, kind: str = "Member", *, enabled: bool = True, said: str = "p") -> list[Json]:
    """So many users as Graph keeps them."""
    return [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{said}{n}")),
            "displayName": f"Person {said}{n}",
            "mail": f"{said}{n}@example.org",
            "jobTitle": "Nurse",
            "userType": kind,
            "accountEnabled": enabled,
            "preferredLanguage": None,
        }
        for n in range(many)
    ]


@dataclass
class Token:
    """Tokens of the app, as a source that the product is given."""

    now: str = "token-1"
    forgotten: int = 0

    async def get(self, scope: str) -> str:
        assert scope == SCOPE
        return self.now

    def forget(self, scope: str) -> None:
        self.forgotten += 1
        self.now = f"token-{self.forgotten + 1}"


@dataclass
class Answer:
    """What the next request gets instead of an answer."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False


class FakeDirectory:
    """The directory of one tenant. `granted`: what an admin has allowed the app."""

    def __init__(self) -> None:
        self.granted = {GROUPS, USERS}
        self.good = "token-1"
        self.groups: dict[str, tuple[str, list[Json]]] = {}
        self.next: deque[Answer] = deque()
        self.asked: list[str] = []
        self.leads_to = ""
        self.again = False
        self.address = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/v1.0/groups", self._guarded)
        app.router.add_get("/v1.0/groups/{id}" + CAST, self._guarded)
        app.router.add_get("/v1.0/groups/{id}" + CAST + "/$count", self._guarded)
        self.closing = asyncio.Event()
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        await self._runner.cleanup()

    def group(self, name: str, members: list[Json]) -> str:
        """A group with all who are in it, however deep."""
        id = str(uuid.uuid5(uuid.NAMESPACE_OID, name))
        self.groups[id] = (name, members)
        return id

    async def _guarded(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        if self.next:
            return await self._instead(self.next.popleft())
        id = request.match_info.get("id", "")
        refused = self._refused(request, id)
        if refused:
            return refused
        if not id:
            return self._search(request)
        if request.path.endswith("/$count"):
            return web.Response(body=b"\xef\xbb\xbf" + str(len(self.groups[id][1])).encode())
        return self._members(request, id)

    def _refused(self, request: web.Request, id: str) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {self.good}":
            return _wrong(401, "InvalidAuthenticationToken")
        if GROUPS not in self.granted:
            return _wrong(403, "Authorization_RequestDenied")
        if id and id not in self.groups:
            return _wrong(404, "Request_ResourceNotFound")
        if id and request.headers.get("ConsistencyLevel") != "eventual":
            return _wrong(400, "Request_UnsupportedQuery")
        return None

    async def _instead(self, answer: Answer) -> web.Response:
        if answer.hang:
            await self.closing.wait()
        return web.Response(text=answer.body, status=answer.status, headers=answer.headers)

    def _search(self, request: web.Request) -> web.Response:
        words = ""
        if search := request.query.get("$search"):
            read = re.fullmatch(r'"displayName:([^"\\]*)"', search)
            if read is None or request.headers.get("ConsistencyLevel") != "eventual":
                return _wrong(400, "Request_BadRequest")
            words = read[1].lower()
        found = [
            {"id": id, "displayName": name}
            for id, (name, _) in self.groups.items()
            if words in name.lower()
        ]
        return web.json_response({"value": found[: int(request.query.get("$top", "100"))]})

    def _members(self, request: web.Request, id: str) -> web.Response:
        top = int(request.query.get("$top", "100"))
        if not 0 < top <= MOST or request.query.get("$count") != "true":
            return _wrong(400, "Request_UnsupportedQuery")
        start = int(request.query.get("$skiptoken", "0"))
        fields = request.query["$select"].split(",")
        page: Json = {
            "value": [self._told(one, fields) for one in self.groups[id][1][start : start + top]]
        }
        if start + top < len(self.groups[id][1]):
            token = start if self.again and start else start + top
            at = self.leads_to or f"{self.address}{request.path}"
            query = f"$select={','.join(fields)}&$top={top}&$count=true&$skiptoken={token}"
            page["@odata.nextLink"] = f"{at}?{query}"
        return web.json_response(page)

    def _told(self, user: Json, fields: list[str]) -> Json:
        """Without the right to read users, only their ids are told."""
        readable = fields if USERS in self.granted else ["id"]
        return {"@odata.type": "#microsoft.graph.user"} | {
            name: user[name] if name in readable else None for name in fields
        }


def _wrong(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": "no"}}, status=status)
