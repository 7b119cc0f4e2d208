"""POST /webhooks/go1: somebody has finished a course, says Go1, and we ask whether it is so.

A delivery says next to nothing, and may come late, twice or out of order. So we look at the
enrolment as it stands, within the request: 2xx only once what it says is committed, 503 while Go1
itself is slow, so that it comes again. Polling brings whatever never came.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from connectors.catalogues.config import Go1Config
from connectors.catalogues.go1.catalogue import Go1Catalogue
from connectors.catalogues.go1.client import ID
from connectors.catalogues.go1.signature import verdict
from connectors.catalogues.go1.wire import Hook, Id
from connectors.catalogues.port import NoCourse
from core.courses.model import Progress, packed
from core.engine.errors import Overloaded
from core.engine.ports import Event, Takes

log = logging.getLogger("coterie.catalogues")

PATH = "/webhooks/go1"
SECONDS = 2.0
SOON = 5
REMEMBERED = 10_000
COMPLETED = "enrollment.complete"
NAMES = ("id", "enrollment_id", "enrolment_id")


class Refused(Exception):
    """It is not taken; `reason` is one of a few words, for counting."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status, self.reason = status, reason


def routes(
    config: Go1Config,
    intake: Takes,
    catalogue: Go1Catalogue,
    *,
    org: str,
    wall: Callable[[], float],
    counts: Counter[str],
) -> list[web.RouteDef]:
    """Where Go1 finds us; nowhere without a secret. `counts` gets what came and why not."""
    if not config.webhook_secret:
        return []
    hook = Webhook(config.webhook_secret, intake, catalogue, org, wall, counts)
    return [web.post(PATH, hook.receive)]


@dataclass(slots=True)
class Webhook:
    """Lets in what Go1 signed, and turns whatever goes wrong into an answer without words."""

    secret: str
    intake: Takes
    catalogue: Go1Catalogue
    org: str
    wall: Callable[[], float]
    counts: Counter[str]
    taken: dict[str, None] = field(default_factory=dict)

    async def receive(self, request: web.Request) -> web.Response:
        """2xx only once what happened is committed; never 5xx because of what was sent."""
        try:
            await self._heard(await self._body(request))
        except Refused as refused:
            self.counts[f"refused.{refused.reason}"] += 1
            return web.Response(status=refused.status)
        except NoCourse as error:
            self.counts[f"later.{error.trouble}"] += 1
            log.info("a delivery of Go1 has to come again: %s", error)
            return _later(SOON)
        except TimeoutError:
            self.counts["later.slow"] += 1
            return _later(SOON)
        except Overloaded as busy:
            self.counts["overloaded"] += 1
            return _later(busy.after)
        return web.Response()

    async def _body(self, request: web.Request) -> bytes:
        """The bytes of a request that Go1 signed a moment ago."""
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise Refused(413, "too_large") from None
        except (web.RequestPayloadError, ConnectionError):
            raise Refused(400, "malformed") from None
        header = request.headers.get("go1-signature", "")
        found = verdict(self.secret, header, body, self.wall())
        if found != "good":
            raise Refused(401, found)
        return body

    async def _heard(self, body: bytes) -> None:
        try:
            told = msgspec.json.decode(body, type=Hook)
        except (ValueError, RecursionError):
            raise Refused(400, "malformed") from None
        if str(told.id) in self.taken:
            self.counts["repeated"] += 1
        elif told.event_type != COMPLETED:
            self.counts["other"] += 1
        else:
            await self._completed(_enrolment(told))
            self._remember(str(told.id))

    async def _completed(self, enrolment: str) -> None:
        self.counts[COMPLETED] += 1
        try:
            async with asyncio.timeout(SECONDS):
                found = await self.catalogue.confirmed(enrolment)
        except NoCourse as error:
            if error.trouble != "gone":
                raise
            found = None
        if found is None:
            self.counts["nothing"] += 1
            return
        await self.intake.submit(self._event(enrolment, found))

    def _event(self, enrolment: str, found: Progress) -> Event:
        """The same however often it is told, and by whichever delivery."""
        return Event(
            id=f"go1/{enrolment}/completed/{found.done:%Y-%m-%dT%H:%M:%S}",
            org=self.org,
            source="message",
            name="course.confirmed",
            args={"progress": packed([found])},
        )

    def _remember(self, delivery: str) -> None:
        if len(self.taken) >= REMEMBERED:
            self.taken.pop(next(iter(self.taken)))
        self.taken[delivery] = None


def _enrolment(told: Hook) -> str:
    """Which one is meant. Raises Refused."""
    raw = next((told.data[name] for name in NAMES if name in told.data), msgspec.Raw(b"null"))
    try:
        id = str(msgspec.json.decode(raw, type=Id))
    except (ValueError, RecursionError):
        raise Refused(400, "malformed") from None
    if not ID.fullmatch(id):
        raise Refused(400, "malformed")
    return id


def _later(after: int) -> web.Response:
    return web.Response(status=503, headers={"Retry-After": str(after)})
