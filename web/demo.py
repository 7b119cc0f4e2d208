"""Where links to the demo courses lead: what a course is, and a button that finishes it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qs

from aiohttp import web

from core.courses.model import Course
from web import guard
from web.pages import page
from web.sandbox.model import PLAYERS
from web.sandbox.wall import Wall

KINDS = {"video": "Video", "audio": "To listen to", "article": "To read", "course": "Course"}
Finish = Callable[[str, str, datetime], None]


def add(app: web.Application, *, wall: Wall, courses: Mapping[str, Course], finish: Finish) -> None:
    """Serves `/demo` and the page of each course."""
    school = School(wall, courses, finish)
    app.router.add_get("/demo", school.list)
    app.router.add_get("/demo/{id}", school.show)
    app.router.add_post("/demo/{id}", guard.local(school.finish))


class School:
    """Knows its courses, and asks who somebody is: there is no login for the fictional."""

    def __init__(self, wall: Wall, courses: Mapping[str, Course], finish: Finish) -> None:
        self._wall, self._courses, self._finish = wall, courses, finish

    async def list(self, request: web.Request) -> web.Response:
        """All that are offered."""
        offered = [course for course in self._courses.values() if not course.retired]
        return page("demo.html", courses=offered, kinds=KINDS)

    async def show(self, request: web.Request) -> web.Response:
        """One of them, or that it is not there any more."""
        return self._page(request)

    async def finish(self, request: web.Request) -> web.Response:
        """Somebody has come to the end of it."""
        who = _who(await guard.body(request))
        course = self._courses.get(request.match_info["id"])
        stage = await self._wall.stage()
        if course is None or course.retired or stage is None or who not in PLAYERS:
            return self._page(request, missing=True)
        self._finish(course.id, PLAYERS[who].mail(stage.tenant), self._wall.clock.now())
        return self._page(request, who=who)

    def _page(self, request: web.Request, *, who: str = "", missing: bool = False) -> web.Response:
        course = self._courses.get(request.match_info["id"])
        if course is None or course.retired:
            return page("demo_course.html", status=404, course=None)
        return page(
            "demo_course.html",
            status=400 if missing else 200,
            course=course,
            kind=KINDS.get(course.kind, ""),
            people=PLAYERS.values(),
            finished=PLAYERS[who].name if who else "",
            missing=missing,
        )


def _who(sent: bytes) -> str:
    """The key of whoever the form names, "" for nobody."""
    fields = parse_qs(sent.decode("utf-8", "replace"))
    return fields.get("who", [""])[0]
