"""A TalentLMS with teeth: it checks keys and versions, counts calls, and pages as its own does.

async with FakeTalentLms() as talent:
    course = talent.course("Better handovers")
    ada = talent.user("ada@example.com")
    talent.completes(ada, course)

Shapes are those of the published OpenAPI of v2 where it has any, and of clients of v1; what neither
says (how a second enrolment is refused, say) can be set.
"""

import asyncio
from base64 import b64encode
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import orjson
from aiohttp import web

from connectors.catalogues.config import TalentLmsConfig
from connectors.clock import Clock
from tests.fakes.faults import LOGIN, Faults

Json = dict[str, Any]
KEY = "fictional-talent-key"
LARGEST = 100
CALLS, SECONDS = 200, 5.0
LATEST = 200
LISTS = ("users", "courses", "groups")


class Wrong(Exception):
    """What TalentLMS answers instead."""

    def __init__(self, status: int, words: str, **headers: str) -> None:
        super().__init__(words)
        self.status, self.headers = status, headers
        kind = "api_error" if status >= 500 else "invalid_request_error"
        self.told = {"error": {"type": kind, "message": words}}


@dataclass
class Habits:
    """What differs from one TalentLMS to another."""

    off: bool = False
    quota: int = 2_000
    twice: int = 422
    never: int = 0
    dates: str = "%d/%m/%Y, %H:%M:%S"
    mails: bool = True
    filters: bool = True
    points: bool = True


class World:
    """What is in a TalentLMS."""

    def __init__(self) -> None:
        self.courses: dict[int, Json] = {}
        self.users: dict[int, Json] = {}
        self.groups: dict[int, Json] = {}
        self.enrolments: list[tuple[int, int]] = []
        self.memberships: list[tuple[int, int]] = []
        self.group_courses: list[tuple[int, int]] = []
        self.timeline: list[Json] = []
        self.earned: dict[int, Json] = {}
        self.habits = Habits()
        self.now: Callable[[], datetime] = Clock().now

    def course(self, name: str, status: str = "active", **more: Any) -> int:
        """A course."""
        id = 100 + len(self.courses)
        made = f"2026-01-{1 + id % 28:02d}T09:00:00+00:00"
        self.courses[id] = {
            "id": id,
            "code": None,
            "name": name,
            "description": {"html": f"<p>All about <b>{name}</b>.</p>", "text": ""},
            "status": status,
            "cover_image": f"https://images.example/{id}.png",
            "creation_date": made,
            "last_updated_on": made,
            "expires_at": None,
            **more,
        }
        return id

    def user(self, email: str, status: str = "active") -> int:
        """Somebody."""
        id = 1 + len(self.users)
        self.users[id] = {"id": id, "login": f"u{id}", "name": "Ada", "email": email}
        self.users[id] |= {"status": status, "type": "Learner-Type"}
        return id

    def group(self, name: str, key: str = "", *, users: Any = (), courses: Any = ()) -> int:
        """A group, with people and courses."""
        id = 1 + len(self.groups)
        self.groups[id] = {"id": id, "name": name, "description": None, "key": key or None}
        self.memberships += [(id, user) for user in users]
        self.group_courses += [(id, course) for course in courses]
        return id

    def completes(self, user: int, course: int, at: datetime | None = None) -> None:
        """Somebody finishes a course; the newest is told first."""
        when, mail = at or self.now(), self.users[user]["email"]
        happened = {
            "at": when,
            "action": "course_completion",
            "message": f"completed {self.courses[course]['name']}",
            "user_id": str(user),
            "user_username": f"u{user}",
            "user_fullname": "Ada Example",
            "object_id": str(course),
            "object_name": self.courses[course]["name"],
        }
        if self.habits.mails:
            happened["user_email"] = mail
        self.timeline.append(happened)

    def there(self, what: str, id: object) -> Json:
        """One of them. Raises Wrong."""
        known: dict[int, Json] = getattr(self, what) if what in LISTS else {}
        found = known.get(int(str(id))) if str(id).isdecimal() else None
        if found is None:
            raise Wrong(404, "The requested resource does not exist")
        return found


class FakeTalentLms(World):
    """Both of its APIs, at one address."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.faults = Faults()
        self._times: deque[float] = deque()

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self.faults.middleware])
        app.add_routes(
            [
                web.get("/api/v1/gettimeline/{how}", self._guarded(self._timeline, old=True)),
                web.get("/api/v1/ratelimit", self._guarded(self._ratelimit, old=True)),
                web.get("/api/v2/users/{id}/{what}", self._guarded(self._belongings)),
                web.get("/api/v2/groups/{id}/courses", self._guarded(self._courses_of)),
                web.get("/api/v2/{what}", self._guarded(self._list)),
                web.get("/api/v2/{what}/{id}", self._guarded(self._one)),
                web.post("/api/v2/enrollments", self._guarded(self._enrol)),
                web.post("/api/v2/group-memberships", self._guarded(self._join)),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
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
        self.faults.close()
        await self._runner.cleanup()

    @property
    def config(self) -> TalentLmsConfig:
        """What Coterie has to be told to speak with it."""
        return TalentLmsConfig(api_key=KEY, url=self.address)

    def _guarded(self, do: Callable[[web.Request], Any], *, old: bool = False) -> Any:
        async def handler(request: web.Request) -> web.Response:
            try:
                self._admit(request, old=old)
                told = await do(request)
            except Wrong as wrong:
                return web.json_response(wrong.told, status=wrong.status, headers=wrong.headers)
            left = {"X-RateLimit-Limit": str(self.habits.quota), "X-RateLimit-Remaining": "9"}
            if told is None:
                return web.Response(status=204, headers=left)
            return web.json_response(told, headers=left)

        return handler

    def _admit(self, request: web.Request, *, old: bool) -> None:
        now = asyncio.get_running_loop().time()
        while self._times and self._times[0] <= now - SECONDS:
            self._times.popleft()
        self._times.append(now)
        self.calls += 1
        if len(self._times) > CALLS:
            raise Wrong(429, "Too many requests")
        if self.calls > self.habits.quota:
            raise Wrong(429, "API limit reached", **{"X-RateLimit-Remaining": "0"})
        basic = "Basic " + b64encode(f"{KEY}:".encode()).decode()
        key = ("Authorization", basic) if old else ("X-API-Key", KEY)
        if request.headers.get(key[0]) != key[1]:
            raise web.HTTPUnauthorized(text=LOGIN, content_type="text/html")
        if self.habits.off:
            raise Wrong(403, "API is not enabled")
        if not old and len(request.headers.get("X-API-Version", "")) != len("2025-07-01"):
            raise Wrong(400, "X-API-Version is required")

    async def _list(self, request: web.Request) -> Json:
        what = request.match_info["what"]
        if what not in LISTS:
            raise Wrong(404, "Not found")
        rows = list(getattr(self, what).values())
        if what == "users" and self.habits.filters:
            mail = request.query.get("filter[email][eq]")
            group = request.query.get("filter[group_id][eq]")
            there = {user for one, user in self.memberships if str(one) == group}
            rows = [row for row in rows if mail is None or row["email"].lower() == mail]
            rows = [row for row in rows if group is None or row["id"] in there]
        return paged(self, request, rows)

    async def _one(self, request: web.Request) -> Json:
        what = request.match_info["what"]
        return {"_data": self.there(what, request.match_info["id"])}

    async def _belongings(self, request: web.Request) -> Json:
        what, user = request.match_info["what"], self.there("users", request.match_info["id"])
        if what == "gamification":
            if not self.habits.points:
                raise Wrong(404, "Gamification is not enabled")
            nothing = {"points": 0, "level": 1, "badges": []}
            return {"_data": self.earned.get(user["id"], nothing)}
        if what == "courses":
            rows = [self.courses[course] for course, one in self.enrolments if one == user["id"]]
        else:
            rows = [self.groups[group] for group, one in self.memberships if one == user["id"]]
        return {"_data": {what: [{"id": row["id"], "name": row["name"]} for row in rows]}}

    async def _courses_of(self, request: web.Request) -> Json:
        group = self.there("groups", request.match_info["id"])
        rows = [self.courses[one] for at, one in self.group_courses if at == group["id"]]
        named = [{"id": row["id"], "name": row["name"], "code": None} for row in rows]
        return paged(self, request, named)

    async def _enrol(self, request: web.Request) -> Json:
        asked = await self._asked(request, "course_id", "user_id")
        self.there("courses", asked[0])
        self.there("users", asked[1])
        if self.habits.never:
            raise Wrong(self.habits.never, "The course has no room")
        if asked in self.enrolments:
            raise Wrong(self.habits.twice, "The user is already enrolled")
        self.enrolments.append(asked)
        return {"_data": {"course_id": asked[0], "user_id": asked[1]}}

    async def _join(self, request: web.Request) -> None:
        asked = await self._asked(request, "group_id", "user_id")
        self.there("groups", asked[0])
        self.there("users", asked[1])
        if asked in self.memberships:
            raise Wrong(self.habits.twice, "The user is already a member")
        self.memberships.append(asked)

    async def _timeline(self, request: web.Request) -> list[Json]:
        if request.match_info["how"] != "event_type:course_completion":
            raise Wrong(400, "event_type is required")
        newest = sorted(self.timeline, key=lambda row: row["at"], reverse=True)[:LATEST]
        named = [{name: value for name, value in row.items() if name != "at"} for row in newest]
        stamps = [row["at"].strftime(self.habits.dates) for row in newest]
        return [row | {"timestamp": at} for row, at in zip(named, stamps, strict=True)]

    async def _ratelimit(self, request: web.Request) -> Json:
        self.calls -= 1
        left = max(0, self.habits.quota - self.calls)
        return {"limit": str(self.habits.quota), "remaining": str(left), "reset": "1772442000"}

    async def _asked(self, request: web.Request, *names: str) -> tuple[int, int]:
        asked = orjson.loads(await request.read())
        found = [asked.get(name) for name in names]
        if not all(isinstance(value, int) for value in found):
            raise Wrong(400, "An integer is required")
        return found[0], found[1]


def paged(fake: FakeTalentLms, request: web.Request, rows: list[Json]) -> Json:
    """One page of them, as v2 tells it."""
    number = int(request.query.get("page[number]", "1"))
    size = int(request.query.get("page[size]", "25"))
    if size > LARGEST:
        raise Wrong(400, "page[size] is too large")
    fault = fake.faults.now
    begin = 0 if fault == "repeating" else (number - 1) * size
    total = 10**9 if fault == "lying" else len(rows)
    more = fault in {"lying", "repeating"} or begin + size < len(rows)
    at = f"{fake.address}{request.path}?page[size]={size}&page[number]="
    return {
        "_data": rows[begin : begin + size],
        "_links": {"self": f"{at}{number}", "next": f"{at}{number + 1}" if more else None},
        "_meta": {"pagination": {"page": number, "page_size": size, "total_items": total}},
    }
