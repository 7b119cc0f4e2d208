"""Is it alive, is it ready, how is it doing: for whoever watches over the service.

All three are for operators: they name no person, but nobody else has to see them. Keep them behind
the proxy.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

PLAIN = "text/plain; version=0.0.4; charset=utf-8"
FRESH = 1.0  # seconds: however many ask, the store is asked once


Lines = Callable[[], list[str]]


@dataclass(slots=True, kw_only=True)
class Health:
    """What is asked.

    Only a new start helps against what `stopped`. Without what `missing` tells, nothing can be
    served now. `troubles` are those of one platform, and the others go on. All are in words.
    """

    stopped: Lines
    missing: Callable[[], Awaitable[list[str]]]
    troubles: Lines
    metrics: Callable[[], Awaitable[bytes]]
    leaving: bool = False
    _asking: asyncio.Task[list[str]] | None = None
    _asked: float = field(default=-FRESH)

    async def live(self, request: web.Request) -> web.Response:
        """503 when nothing but a new start helps."""
        stopped = self.stopped()
        return _told(stopped or ["alive"], ok=not stopped)

    async def ready(self, request: web.Request) -> web.Response:
        """503 while nothing can be served, and why."""
        lacks = ["stopping"] if self.leaving else self.stopped() or await self._missing()
        return _told([*(lacks or ["ready"]), *self.troubles()], ok=not lacks)

    async def measured(self, request: web.Request) -> web.Response:
        """The figures, for Prometheus."""
        return web.Response(body=await self.metrics(), headers={"Content-Type": PLAIN})

    async def _missing(self) -> list[str]:
        """As it was a moment ago, when somebody else asks too."""
        now = time.monotonic()
        if self._asking is None or (self._asking.done() and now - self._asked >= FRESH):
            self._asking, self._asked = asyncio.create_task(self._look()), now
        return await asyncio.shield(self._asking)

    async def _look(self) -> list[str]:
        return await self.missing()


def add(app: web.Application, health: Health) -> None:
    """Adds /live, /ready and /metrics."""
    app.router.add_get("/live", health.live)
    app.router.add_get("/ready", health.ready)
    app.router.add_get("/metrics", health.measured)


def _told(lines: list[str], *, ok: bool) -> web.Response:
    return web.Response(text="\n".join(lines) + "\n", status=200 if ok else 503)
