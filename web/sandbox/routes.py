"""The sandbox over HTTP: a page, what stands on its screens, and what people do there."""

from contextlib import suppress
from datetime import UTC
from typing import cast

import msgspec
from aiohttp import web

from cards import words
from cards.limits import clip
from core.engine.errors import Overloaded
from core.message import choices
from web import guard
from web.pages import HEADERS, page
from web.sandbox import draw, parse
from web.sandbox.agenda import Agenda, Busy, By, Worker
from web.sandbox.answers import Scene, told
from web.sandbox.coming import coming
from web.sandbox.model import PLAYERS, ROOMS, Stage, sees
from web.sandbox.play import Engine, Play
from web.sandbox.residents.living import Residents
from web.sandbox.residents.opening import Opening
from web.sandbox.residents.routes import Shows
from web.sandbox.residents.show import A_DAY, Show, possible
from web.sandbox.residents.witness import Queue
from web.sandbox.wall import Told, Wall

BREATH = 15.0
LONGEST = 90


def add(
    app: web.Application,
    *,
    engine: Engine,
    worker: Worker,
    queue: Queue,
    wall: Wall,
    a_day: float = A_DAY,
) -> None:
    """Adds the sandbox to an application; `a_day` is how many seconds one takes in the show."""
    play = Play(engine, wall)
    residents = Residents(play)
    agenda = Agenda(residents, queue, worker)
    show = Show(agenda, residents, Opening(play, residents, worker), a_day)
    at = Routes(play, agenda, queue, show)
    shown = Shows(show, residents)
    app.router.add_get("/sandbox", guard.local(at.show))
    reading = {"state": at.state, "clock": at.clock, "events": at.events, "show": shown.progress}
    for path, handler in {**reading, "message/{id}": at.message}.items():
        app.router.add_get(f"/sandbox/{path}", guard.local(handler))
    doing = {"say": at.say, "press": at.press, "invite": at.invite, "clock": at.move}
    showing = {"run": shown.run, "stop": shown.stop, "hand": shown.hand, "lively": shown.lively}
    for path, handler in {**doing, **showing, "reset": at.reset}.items():
        app.router.add_post(f"/sandbox/{path}", guard.local(guard.ours(plainly(handler))))
    app.on_shutdown.append(at.let_go)


def plainly(handler: guard.Handler) -> guard.Handler:
    """Answers what cannot be done with a sentence."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except parse.Malformed as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        except Busy as error:
            raise web.HTTPConflict(text="The clock is moving already.") from error
        except Overloaded as error:
            later = {"Retry-After": str(error.after)}
            raise web.HTTPServiceUnavailable(text="Too much at once.", headers=later) from error

    return guarded


class Routes:
    """What the browser may ask, and what it may do."""

    def __init__(self, play: Play, agenda: Agenda, queue: Queue, show: Show) -> None:
        self._play, self._agenda, self._queue, self._show = play, agenda, queue, show
        self._wall = play.wall

    async def show(self, request: web.Request) -> web.Response:
        """The page; all that moves on it is fetched from below."""
        await self._play.stage()
        return page(
            "sandbox.html", players=list(PLAYERS.values()), looks=draw.NAMES, goals=possible()
        )

    async def state(self, request: web.Request) -> web.Response:
        """Who plays, where, and every message."""
        stage, look = await self._play.stage(), _look(request)
        return _json(
            {
                "generation": stage.tenant,
                "people": [_person(key) for key in PLAYERS],
                "places": [_place(key, stage) for key in ROOMS],
                "messages": [draw.shown(screen, look) for screen in self._wall.all()],
            }
        )

    async def message(self, request: web.Request) -> web.Response:
        """One message."""
        screen = self._wall.get(request.match_info["id"])
        if screen is None:
            raise web.HTTPNotFound(text="This message is not there any more.")
        return _json(draw.shown(screen, _look(request)))

    async def clock(self, request: web.Request) -> web.Response:
        """What time it is here, and what comes next."""
        stage = await self._play.stage()
        now = self._wall.clock.now()
        jobs = await self._queue.jobs(self._wall.org)
        next_ones, more = await coming(jobs, self._wall.reader, stage.tenant, now)
        return _json(
            {
                "now": draw.clock(now),
                "iso": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "next": [
                    {"at": draw.clock(max(one.at, now)), "what": one.what, "whom": one.whom}
                    for one in next_ones
                ],
                "more": more,
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        """What changes, as it does."""
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"retry: 1000\nevent: hello\ndata: {}\n\n")
        with suppress(ConnectionError):
            async for news in self._wall.watch(BREATH):
                await response.write(_line(news))
        return response

    async def say(self, request: web.Request) -> web.Response:
        """Somebody writes."""
        saying = parse.read(await guard.body(request), parse.Saying)
        parse.who(saying.person, saying.place)
        await self._show.taken(saying.person, f"“{clip(saying.text, LONGEST)}”")
        await self._play.say(saying)
        self._show.noticed()
        return _json({})

    async def press(self, request: web.Request) -> web.Response:
        """Somebody presses a button or sends a form."""
        press = parse.read(await guard.body(request), parse.Pressing)
        parse.who(press.person, press.place)
        await self._show.taken(press.person, label_of(press, self._wall))
        reply = await self._play.press(press)
        self._show.noticed()
        stage = await self._play.stage()
        scene = Scene(
            read=self._wall.reader,
            tenant=stage.tenant,
            viewer=await self._play.viewer(PLAYERS[press.person], stage),
            look=_look(request),
            now=self._wall.clock.now(),
            private=ROOMS[press.place].kind == "chat",
        )
        return _json(await told(reply, scene))

    async def invite(self, request: web.Request) -> web.Response:
        """Somebody adds Coterie to a place or takes it out."""
        await self._play.invite(parse.read(await guard.body(request), parse.Inviting))
        return _json({})

    async def move(self, request: web.Request) -> web.Response:
        """Somebody moves the clock."""
        moving = parse.read(await guard.body(request), parse.Moving)
        await self._show.stop()
        there = await self._agenda.move(cast("By", moving.by))
        return _json({"there": there})

    async def reset(self, request: web.Request) -> web.Response:
        """Somebody starts over."""
        await self._show.stop()
        stage = await self._play.start_over()
        return _json({"generation": stage.tenant})

    async def let_go(self, _: web.Application) -> None:
        """The service stops: nobody is kept waiting."""
        await self._show.stop()
        self._wall.let_go()


def label_of(press: parse.Pressing, wall: Wall) -> str:
    """What stands on the button that was pressed; nothing for a form."""
    screen = wall.get(press.message)
    if press.values is not None or screen is None or screen.post is None:
        return ""
    labels = (one.label for one in choices(screen.post) if one.action == press.action)
    label = next(labels, None)
    return words.text(label, screen.viewer) if label else ""


def _json(value: object) -> web.Response:
    body = msgspec.json.encode(value)
    return web.Response(body=body, content_type="application/json", headers=HEADERS)


def _line(news: Told | None) -> bytes:
    """One server-sent event; a comment, to notice who has gone, when there is no news."""
    if news is None:
        return b": still here\n\n"
    return b"event: %s\ndata: %s\n\n" % (news.what.encode(), msgspec.json.encode(news))


def _look(request: web.Request) -> draw.Look:
    asked = request.query.get("look", "browser")
    return next((look for look in draw.LOOKS if look == asked), "browser")


def _person(key: str) -> dict[str, object]:
    player = PLAYERS[key]
    seen = [room.key for room in ROOMS.values() if sees(player, room)]
    return {"key": key, "name": player.name, "part": player.part, "places": seen}


def _place(key: str, stage: Stage) -> dict[str, object]:
    room = ROOMS[key]
    here = room.kind == "chat" or key in stage.installed
    return {"key": key, "title": room.title, "kind": room.kind, "installed": here}
