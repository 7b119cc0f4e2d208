"""The page between a card and a course: it counts, by a second request of its own, and goes on.

Whoever only looks (scanners of links, previews) counts nothing. The address lets nobody in
anywhere and shows nothing about anybody.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from msgspec import Struct
from yarl import URL

from core.courses.learning.model import gone, known
from core.courses.learning.policy import unwatched
from core.courses.model import Course, Send, host_of
from core.engine.errors import Overloaded
from core.engine.ports import Event, Reader, Takes
from web.guard import body
from web.links import Signer
from web.pages import HEADERS, page

LONGEST = 300
PLACE = re.compile(r"at([0-9]{1,3})")
FORM = "application/x-www-form-urlencoded"
# Browsers check where a form leads after its redirect as well, and a course is anywhere.
LEAVING = HEADERS["Content-Security-Policy"].replace(
    "form-action 'self'", "form-action 'self' https: http:"
)


class Way(Struct, frozen=True, kw_only=True):
    """What an address leads to: `steps` are the courses of the send that may be opened now.

    `person` is "" on the card of a place, and where nobody is watched.
    """

    path: str
    send: Send
    steps: tuple[int, ...]
    person: str = ""
    place: str = ""


def add(
    app: web.Application,
    *,
    engine: Takes,
    reader: Reader,
    signer: Signer,
    org: str,
    now: Callable[[], datetime],
) -> None:
    """Serves `/l/{token}`."""
    doorway = Doorway(engine, reader, signer, org, now)
    app.router.add_get("/l/{token}", doorway.show)
    app.router.add_post("/l/{token}", doorway.go)


class Doorway:
    """Shows where an address leads, then lets people through, each counted once."""

    def __init__(
        self, engine: Takes, reader: Reader, signer: Signer, org: str, now: Callable[[], datetime]
    ) -> None:
        self._engine, self._reader, self._signer = engine, reader, signer
        self._org, self._now = org, now

    async def show(self, request: web.Request) -> web.Response:
        """Where it leads, with a button; the page presses it itself where it can."""
        way = await self._way(request)
        if way is None:
            return page("gone.html", status=404)
        doors = self._doors(way)
        if not doors:
            return _nothing(way)
        return _leaving(
            page(
                "course.html",
                state="open",
                doors=[_door(n, course) for n, course in doors],
                visit=self._visit(way.path),
                kept=not way.person,
            )
        )

    async def go(self, request: web.Request) -> web.Response:
        """Counts, and leads to the course; whether it could be counted is no learner’s trouble."""
        way = await self._way(request)
        if way is None:
            return page("gone.html", status=404)
        told = await _told(request)
        visit = self._visited(way.path, told.get("visit", ""))
        doors = {str(n): (n, course) for n, course in self._doors(way)}
        if not doors:
            return _nothing(way)
        if visit is None or told.get("step") not in doors:
            return page("gone.html", status=400)
        n, course = doors[told["step"]]
        with suppress(Overloaded):
            await self._engine.submit(self._event(way, n, visit))
        return web.Response(status=303, headers={**HEADERS, "Location": _address(course.url)})

    async def _way(self, request: web.Request) -> Way | None:
        """What an address leads to, if we have made it and it is still there."""
        asked = f"/l/{request.match_info['token']}"
        path = self._signer.path(asked) if len(asked) <= LONGEST else None
        id, _, who = (path or "").removeprefix("/l/").rpartition("-")
        send = await self._reader.get(Send, id) if id else None
        if path is None or send is None:
            return None
        place = PLACE.fullmatch(who)
        if place:
            steps = tuple(range(len(send.courses)))
            return Way(path=path, send=send, steps=steps, place=place[1])
        at = min((await known(self._reader, send, who)).at, len(send.courses) - 1)
        person = "" if await unwatched(self._reader) else who
        return Way(path=path, send=send, steps=(at,), person=person)

    def _doors(self, way: Way) -> Sequence[tuple[int, Course]]:
        """The courses that are there, by their number in the send."""
        if way.send.state == "taken":
            return ()
        courses = [(n, way.send.courses[n]) for n in way.steps]
        now = self._now()
        return [(n, it) for n, it in courses if _leads(it.url) and not gone(it, now)]

    def _event(self, way: Way, n: int, visit: str) -> Event:
        """Its id names a person only where it may be kept who came."""
        who = {"person": way.person} if way.person else {"visit": visit}
        return Event(
            id=f"open/{way.send.id}/{n}/{way.person or visit}",
            org=self._org,
            source="message",
            name="course.opened",
            args={"send": way.send.id, "step": str(n), "at": way.place, **who},
        )

    def _visit(self, path: str) -> str:
        """A name for one look at the page, that only we can give."""
        return self._signer.signed(f"{path}/{secrets.token_hex(16)}").rpartition("/")[2]

    def _visited(self, path: str, visit: str) -> str | None:
        known = self._signer.path(f"{path}/{visit}") if len(visit) <= LONGEST else None
        return known.rpartition("/")[2] if known else None


async def _told(request: web.Request) -> dict[str, str]:
    """What our own page sends; nothing from a page of somebody else."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if site != "same-origin" or request.content_type != FORM:
        return {}
    fields = parse_qs((await body(request)).decode("ascii", "replace"))
    return {name: values[0] for name, values in fields.items()}


def _door(n: int, course: Course) -> dict[str, object]:
    host = host_of(course.url)
    return {"step": n, "title": course.title, "host": host, "to": _address(course.url)}


def _nothing(way: Way) -> web.Response:
    state = "taken" if way.send.state == "taken" else "lost"
    title = way.send.courses[way.steps[0]].title
    return page("course.html", status=410, state=state, doors=[{"title": title}])


def _leaving(response: web.Response) -> web.Response:
    response.headers["Content-Security-Policy"] = LEAVING
    return response


def _leads(url: str) -> bool:
    """Whether it is the address of a web page, fit for a header."""
    try:
        parts = urlsplit(url)
        sound = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = url.isprintable() and " " not in url
    return sound and plain and parts.scheme in ("http", "https") and bool(parts.hostname)


def _address(url: str) -> str:
    """As it is, unless it has letters that no header takes."""
    return url if url.isascii() else str(URL(url))
