"""A Udemy Business with teeth: it checks the pair, takes one call at a time, and pages.

async with FakeUdemy() as udemy:
    course = udemy.course("Better handovers")
    udemy.completes("ada@example.com", course)
"""

import asyncio
from base64 import b64encode
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from connectors.catalogues.config import UdemyConfig
from connectors.clock import Clock
from tests.fakes.faults import Faults

Json = dict[str, Any]
CLIENT, SECRET, ACCOUNT = "fictional-udemy-client", "fictional-udemy-secret", "4711"
LARGEST = {"courses": 100, "analytics": 1000}
KNOWN = frozenset(
    {
        "id",
        "title",
        "headline",
        "description",
        "url",
        "estimated_content_length",
        "images",
        "locale",
        "last_update_date",
        "instructors",
        "categories",
    }
)


@dataclass
class Habits:
    """What differs from one Udemy Business to another, and what we want to see."""

    whole: float = 1.0
    dated: bool = True
    days_only: bool = False
    page: int = 1000
    calls: int = 1_000
    after: int = 1


class FakeUdemy:
    """Its REST API for one organisation."""

    def __init__(self) -> None:
        self.courses: dict[int, Json] = {}
        self.activity: dict[tuple[str, int], Json] = {}
        self.habits = Habits()
        self.at_once = 0
        self.most_at_once = 0
        self.pause = 0.0
        self.asked: list[str] = []
        self.now: Callable[[], datetime] = Clock().now
        self.faults = Faults()
        self._times: deque[float] = deque()

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self.faults.middleware])
        base = f"/api-2.0/organizations/{ACCOUNT}"
        app.add_routes(
            [
                web.get(f"{base}/courses/list/", self._guarded(self._courses)),
                web.get(f"{base}/analytics/user-course-activity/", self._guarded(self._activity)),
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
    def config(self) -> UdemyConfig:
        """What Coterie has to be told to speak with it."""
        return UdemyConfig(
            client_id=CLIENT, client_secret=SECRET, account_id=ACCOUNT, url=self.address
        )

    # --- what is there ---------------------------------------------------------------------------

    def course(self, title: str, **more: Any) -> int:
        """A course; links know it by its short name."""
        id = 5_000 + len(self.courses)
        self.courses[id] = {
            "_class": "course",
            "id": id,
            "title": title,
            "headline": f"All about {title[:100]}",
            "url": f"https://team-example.udemy.com/course/{self.slug(id)}/",
            "estimated_content_length": 95,
            "images": {"size_480x270": f"https://images.example/{id}.jpg", "size_48x27": None},
            "locale": {"_class": "locale", "locale": "en_US"},
            "last_update_date": f"2026-02-{1 + id % 28:02d}",
            **more,
        }
        return id

    def slug(self, id: int) -> str:
        """The short name of a course."""
        return f"Course-number-{id}"

    def completes(self, email: str, course: int, at: datetime | None = None) -> None:
        """Somebody has seen all of a course."""
        self.watches(email, course, self.habits.whole, at or self.now(), done=True)

    def watches(
        self, email: str, course: int, ratio: float, at: datetime, *, done: bool = False
    ) -> None:
        """Somebody has seen some of a course."""
        when = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        told = when[:10] if self.habits.days_only else when
        self.activity[email, course] = {
            "user_email": email,
            "user_external_id": None,
            "course_id": course,
            "course_title": self.courses[course]["title"],
            "course_duration": 95.0,
            "completion_ratio": ratio,
            "num_video_consumed_minutes": 90.0,
            "course_completion_date": told if done and self.habits.dated else None,
            "last_activity_date": told,
            "user_is_deactivated": False,
        }

    # --- the API ---------------------------------------------------------------------------------

    def _guarded(self, do: Callable[[web.Request], Json]) -> Any:
        async def handler(request: web.Request) -> web.Response:
            self.asked.append(str(request.rel_url))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                await asyncio.sleep(self.pause)
                return self._answered(request, do)
            finally:
                self.at_once -= 1

        return handler

    def _answered(self, request: web.Request, do: Callable[[web.Request], Json]) -> web.Response:
        now = asyncio.get_running_loop().time()
        while self._times and self._times[0] <= now - 1.0:
            self._times.popleft()
        self._times.append(now)
        if len(self._times) > self.habits.calls:
            after = {"Retry-After": str(self.habits.after)}
            return web.json_response({"detail": "Throttled."}, status=429, headers=after)
        pair = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {pair}":
            return web.json_response({"detail": "Invalid credentials."}, status=401)
        return web.json_response(do(request))

    def _courses(self, request: web.Request) -> Json:
        wanted = request.query.get("fields[course]", "id,title,url").split(",")
        if not KNOWN.issuperset(wanted):
            raise web.HTTPBadRequest(text='{"detail": "unknown field"}')
        rows = [
            {name: value for name, value in course.items() if name in {"_class", *wanted}}
            for course in self.courses.values()
        ]
        return self._page(request, rows, LARGEST["courses"])

    def _activity(self, request: web.Request) -> Json:
        begin = request.query.get("from_date", "")
        rows = [row for row in self.activity.values() if row["last_activity_date"][:10] >= begin]
        return self._page(request, rows, LARGEST["analytics"])

    def _page(self, request: web.Request, rows: list[Json], largest: int) -> Json:
        number = int(request.query.get("page", "1"))
        size = min(int(request.query.get("page_size", "20")), largest, self.habits.page)
        fault = self.faults.now
        begin = 0 if fault == "repeating" else (number - 1) * size
        more = fault in {"lying", "repeating"} or begin + size < len(rows)
        at = f"{self.address}{request.path}?page_size={size}&page="
        return {
            "count": 10**9 if fault == "lying" else len(rows),
            "next": f"{at}{number + 1}" if more else None,
            "previous": f"{at}{number - 1}" if number > 1 else None,
            "results": rows[begin : begin + size],
        }
