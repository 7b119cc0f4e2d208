"""The show over HTTP: how far it is, what happened, and running and stopping it."""

from datetime import timedelta
from typing import cast

import msgspec
from aiohttp import web
from msgspec.structs import replace

from web import guard
from web.pages import HEADERS
from web.sandbox import draw, parse
from web.sandbox.model import PLAYERS, Screen, key_of
from web.sandbox.residents.choose import gone
from web.sandbox.residents.living import Residents, received
from web.sandbox.residents.model import Goal, Line, Tale
from web.sandbox.residents.show import Show
from web.sandbox.residents.tempers import TEMPERS

SHOWN = 1
Told = dict[str, object]


class Shows:
    """What the browser may ask of the residents."""

    def __init__(self, show: Show, residents: Residents) -> None:
        self._show, self._residents = show, residents

    async def progress(self, request: web.Request) -> web.Response:
        """How far the story is and how everybody is; `all=1`: all that happened, newest first."""
        tale = await self._residents.tale()
        if tale is None:
            return _json({"state": "none"})
        lines = await self._residents.lines()
        shown = lines if request.query.get("all") else lines[-SHOWN:]
        return _json(self._told(tale) | {"lines": [_line(line) for line in reversed(shown)]})

    async def run(self, request: web.Request) -> web.Response:
        """The weeks go by."""
        running = parse.read(await guard.body(request), parse.Running)
        if unknown := set(running.mine) - set(TEMPERS):
            raise parse.Malformed(f"Nobody here is called {min(unknown)}.")
        await self._show.run(cast("Goal", running.goal), running.mine)
        return await self.progress(request)

    async def stop(self, request: web.Request) -> web.Response:
        """They stop."""
        await self._show.stop()
        return await self.progress(request)

    async def hand(self, request: web.Request) -> web.Response:
        """Somebody is played by hand, or no longer."""
        handing = parse.read(await guard.body(request), parse.Handing)
        await self._residents.hand(handing.person, mine=handing.mine)
        return await self.progress(request)

    async def lively(self, request: web.Request) -> web.Response:
        """The others live on with the clock, or stand still."""
        living = parse.read(await guard.body(request), parse.Living)
        tale = await self._residents.tale()
        if tale is not None:
            await self._residents.keep(replace(tale, lively=living.on))
        return await self.progress(request)

    def _told(self, tale: Tale) -> Told:
        now = self._residents.wall.clock.now()
        got = received(self._residents.wall.all())
        quiet = _quiet(self._residents.wall.all(), tale)
        past = max(timedelta(0), now - tale.first)
        state = "running" if self._show.running else tale.state
        return {
            "state": "stopped" if state == "running" and not self._show.running else state,
            "goal": tale.goal,
            "week": tale.week(now),
            "weeks": tale.weeks,
            "done": min(1.0, past / (tale.end - tale.first)),
            "messages": sum(got.values()),
            "acts": sum(tale.acts.values()),
            "lively": tale.lively,
            "people": [_person(key, tale, got.get(key, 0), quiet) for key in TEMPERS],
        }


def _person(key: str, tale: Tale, got: int, quiet: frozenset[str]) -> Told:
    how = TEMPERS[key].about
    if key in quiet:
        how = "Three messages had no answer: Coterie asked how to go on, and is quiet"
    if gone(key) in tale.done:
        how = "Has left the cohort"
    return {
        "key": key,
        "name": PLAYERS[key].name,
        "how": how,
        "got": got,
        "did": tale.acts.get(key, 0),
        "mine": key in tale.hands,
    }


def _quiet(screens: list[Screen], tale: Tale) -> frozenset[str]:
    """Who was asked how to go on, and has not answered that either."""
    asked = {
        key_of(screen.place).removeprefix("chat-"): screen.at
        for screen in screens
        if screen.post and screen.post.slot.startswith("silent/") and not screen.edits
    }
    return frozenset(key for key, at in asked.items() if tale.latest.get(key, at) <= at)


def _line(line: Line) -> Told:
    name = PLAYERS[line.who].name.split()[0] if line.who in PLAYERS else ""
    return {"at": draw.clock(line.at), "sort": line.sort, "who": name, "words": line.words}


def _json(value: object) -> web.Response:
    body = msgspec.json.encode(value)
    return web.Response(body=body, content_type="application/json", headers=HEADERS)
