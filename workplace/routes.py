"""GET and POST /workplace/webhook: is it Meta, what happened, and 200 once it is committed."""

import asyncio
import hashlib
import logging
from collections import Counter

import orjson
from aiohttp import web

from cards.plain import plain, summary
from core.engine.courier import whole
from core.engine.errors import Overloaded, Rejected
from core.engine.ports import Actor, Event, Origin, Preview, Takes, Viewer
from workplace.config import WorkplaceConfig
from workplace.parse import parse
from workplace.payload import (
    LARGEST,
    Change,
    Delivery,
    Malformed,
    TooLarge,
    Value,
    decode,
    items,
    word,
)
from workplace.scene import chat, name
from workplace.signature import challenged, claims, signed
from workplace.standing import Known, Standing

log = logging.getLogger("coterie.workplace")

SOON = 5
LINKS = 20
REMEMBERED = 6 * 86400.0  # event ids are kept for seven days; Meta tells again for 36 hours


class Stranger(Exception):
    """Whoever sent this does not know the app's secret."""


def routes(
    config: WorkplaceConfig, intake: Takes, standing: Standing, counts: Counter[str]
) -> list[web.RouteDef]:
    """Where Workplace finds us. `counts` gets the kinds of what came and the refusals."""
    hook = Webhook(config, intake, standing, counts)
    return [
        web.get("/workplace/webhook", hook.verify, allow_head=False),
        web.post("/workplace/webhook", hook.receive),
    ]


class Webhook:
    """Takes deliveries in."""

    def __init__(
        self, config: WorkplaceConfig, intake: Takes, standing: Standing, counts: Counter[str]
    ) -> None:
        self._config, self._intake, self._standing = config, intake, standing
        self._counts = counts

    async def verify(self, request: web.Request) -> web.Response:
        """Meta asks whether this address is ours, once for every topic."""
        challenge = challenged(request.query, self._config.verify_token)
        if challenge is None:
            self._counts["refused.verification"] += 1
            return web.Response(status=403)
        return web.Response(text=challenge, content_type="text/plain")

    async def receive(self, request: web.Request) -> web.Response:
        """2xx only once what happened is committed; never 5xx because of what was sent."""
        try:
            delivery = decode(await self._body(request))
            return await self._answered(delivery, self._who())
        except Stranger:
            self._counts["refused.signature"] += 1
            return web.Response(status=401)
        except Malformed as wrong:
            self._counts["malformed"] += 1
            return web.json_response({"error": str(wrong)}, status=400)
        except TooLarge:
            self._counts["too_large"] += 1
            return web.json_response({"error": f"more than {LARGEST} bytes"}, status=413)
        except Overloaded as busy:
            self._counts["overloaded"] += 1
            return web.Response(status=503, headers={"Retry-After": str(busy.after)})

    async def _body(self, request: web.Request) -> bytes:
        """The bytes, which Meta has signed. Raises Stranger before it reads what nobody signed."""
        sha1 = self._config.allow_sha1
        if not claims(request.headers, sha1=sha1):
            raise Stranger
        body = await read_body(request)
        if not signed(request.headers, body, self._config.app_secret, sha1=sha1):
            raise Stranger
        return body

    def _who(self) -> Known:
        """Who we are; without that nobody can tell our own words from those of others."""
        if self._standing.known is None:
            raise Overloaded(SOON)
        return self._standing.known

    async def _answered(self, delivery: Delivery, who: Known) -> web.Response:
        if delivery.object == "link":
            return await self._previewed(delivery, who)
        since = self._standing.wall() - REMEMBERED
        events = parse(delivery, self._config.org, who, self._counts, since)
        if len(events) == 1:
            await self._intake.submit(events[0])
        elif events:
            await self._intake.submit_all(events)
        return web.Response()

    async def _previewed(self, delivery: Delivery, who: Known) -> web.Response:
        """The answer is the preview, for this viewer and at once; where there is none it is empty.

        Any handler of the query `link.preview` that answers with a Preview is shown.
        """
        asked = [event for item in items(delivery) if (event := self._link(item.what, who))]
        self._counts["link.preview"] += len(asked)
        replies = await asyncio.gather(*map(self._intake.query, asked[:LINKS]))
        found = [
            preview(event, reply)
            for event, reply in zip(asked, replies, strict=False)
            if isinstance(reply, Preview)
        ]
        return web.Response(body=orjson.dumps({"data": found}), content_type="application/json")

    def _link(self, what: object, who: Known) -> Event | None:
        """Somebody sees a link; who that is decides what they may see."""
        if not isinstance(what, Change) or what.field != "preview":
            self._counts["broken" if what is None else "unknown_topic"] += 1
            return None
        value: Value = what.value
        if value.community and word(value.community.id) not in ("", who.community):
            self._counts["other_community"] += 1
            return None
        user, link = word(value.user.id) if value.user else "", value.link or ""
        if not user or not link:
            self._counts["broken"] += 1
            return None
        return seen(self._config.org, who.community, user, link)


def seen(org: str, community: str, user: str, link: str) -> Event:
    """A link before somebody's eyes, as a question to the product."""
    digest = hashlib.sha256(link.encode("utf-8", "replace")).hexdigest()[:16]
    return Event(
        id=f"workplace/{community}/link/{user}/{digest}",
        org=org,
        source="message",
        name="link.preview",
        by=Actor(account=name(community, user)),
        origin=Origin(place=chat(community, user).id, private=True),
        inline=True,
        args={"url": link},
    )


def preview(event: Event, reply: Preview) -> dict[str, str]:
    """A card for a link, as Workplace shows it."""
    viewer = Viewer()
    return {
        "link": event.args["url"],
        "title": summary(reply.post, viewer),
        "description": plain(reply.post, viewer),
        "privacy": "organization",
    }


async def read_body(request: web.Request) -> bytes:
    """The bytes of a delivery, which may be larger than other requests. Raises TooLarge."""
    if (request.content_length or 0) > LARGEST:
        raise TooLarge
    try:
        return await whole(request.content, LARGEST)
    except Rejected:
        raise TooLarge from None
    except (web.RequestPayloadError, ConnectionError) as error:
        raise Malformed(str(error)) from None
