"""POST /slack/events, /slack/interactivity and /slack/commands: who is it, and what happened."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web
from msgspec.structs import replace

from cards import blocks
from core.engine.courier import whole
from core.engine.errors import DeliveryError, Overloaded, Rejected
from core.engine.ports import Event, Preview, Reply, Takes, Viewer
from slack.answers import NOT_HERE, Answers, reading
from slack.config import SlackConfig
from slack.interaction import (
    Asked,
    command_of,
    commanded,
    form_of,
    interacted,
    payload_of,
)
from slack.parse import Parsed, Reader, Shared
from slack.scene import Team
from slack.signature import verified
from slack.wire import LARGEST, Command, Envelope, Malformed, decode
from slack.workspace import Workspace

log = logging.getLogger("coterie.slack")

Json = dict[str, Any]
Wall = Callable[[], float]
SOON = {"Retry-After": "5"}
ALONE = ("D",)
LOOK_SECONDS, UNFURL_SECONDS = 1.5, 1.2


class Refused(Exception):
    """Whoever this is may not speak to us; `reason` is one of a few words, for counting."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status, self.reason = status, reason


class TooLarge(Exception):
    """More bytes than anything that Slack sends."""


def routes(
    config: SlackConfig, intake: Takes, workspace: Workspace, wall: Wall, counts: Counter[str]
) -> list[web.RouteDef]:
    """Where Slack finds us. `counts` gets the kinds of what came and the reasons of refusals."""
    door = Door(config, workspace, wall, counts)
    answers = Answers(config, workspace.client, counts)
    heard = Heard(config, intake, workspace, counts)
    done = Interactions(config, intake, workspace, answers, counts)
    return [
        web.post("/slack/events", door.guarded(heard.receive)),
        web.post("/slack/interactivity", door.guarded(done.interacted)),
        web.post("/slack/commands", door.guarded(done.commanded)),
    ]


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in what Slack signed, and turns whatever goes wrong into an answer."""

    config: SlackConfig
    workspace: Workspace
    wall: Wall
    counts: Counter[str]

    def guarded(
        self, take: Callable[[bytes], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """2xx only once what happened is committed; never 5xx because of what was sent."""

        async def receive(request: web.Request) -> web.Response:
            try:
                return await take(await self._body(request))
            except Refused as refused:
                self.counts[f"refused.{refused.reason}"] += 1
                headers = SOON if refused.status == 503 else None  # noqa: PLR2004 - we are not ready
                return web.Response(status=refused.status, headers=headers)
            except Malformed as wrong:
                self.counts["malformed"] += 1
                return _json({"error": str(wrong)}, 400)
            except TooLarge:
                self.counts["too_large"] += 1
                return _json({"error": f"more than {LARGEST} bytes"}, 413)
            except Overloaded as busy:
                self.counts["overloaded"] += 1
                return web.Response(status=503, headers={"Retry-After": str(busy.after)})

        return receive

    async def _body(self, request: web.Request) -> bytes:
        """The bytes of a request that Slack signed a moment ago."""
        if (request.content_length or 0) > LARGEST:
            raise TooLarge
        try:
            body = await whole(request.content, LARGEST)
        except Rejected:
            raise TooLarge from None
        except (web.RequestPayloadError, ConnectionError) as error:
            raise Malformed(str(error)) from None
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        secret = self.config.signing_secret
        if not verified(secret, stamp, signature, body, self.wall()):
            raise Refused(401, "signature")
        if "X-Slack-Retry-Num" in request.headers:
            self.counts["retried"] += 1
        return body


def admitted(workspace: Workspace, *teams: str | None) -> Team:
    """Our workspace, if it is among theirs. Raises Refused."""
    known = workspace.team
    if known is None:
        raise Refused(503, "starting")
    if known.id not in teams:
        raise Refused(403, "team")
    return known


class Heard:
    """Takes events in."""

    def __init__(
        self, config: SlackConfig, intake: Takes, workspace: Workspace, counts: Counter[str]
    ) -> None:
        self._org, self._intake = config.org, intake
        self._workspace, self._counts = workspace, counts

    async def receive(self, body: bytes) -> web.Response:
        """An event, or the question whether we are there."""
        told = decode(body, Envelope)
        if told.type == "url_verification":
            return web.Response(text=told.challenge or "")
        meant = {one.team_id for one in told.authorizations or ()}
        team = admitted(self._workspace, told.team_id, *meant)
        if told.type != "event_callback":
            limited = told.type == "app_rate_limited"
            self._counts["rate_limited" if limited else "unknown"] += 1
            return web.Response()
        reader = Reader(org=self._org, team=team, name_of=self._workspace.people.name_of)
        parsed = reader.parse(told.event)
        self._counts[parsed.kind] += 1
        await self._happened(parsed, team)
        return web.Response()

    async def _happened(self, parsed: Parsed, team: Team) -> None:
        if parsed.lost:
            self._workspace.forget()
        if parsed.fresh:
            await self._changed(parsed, team)
        if parsed.shared:
            await self._unfurled(parsed.shared, team)
        for event in parsed.events:
            self._workspace.heard(event)
            known = await self._workspace.people.introduced(event, team)
            if known is None:
                self._counts["of_a_program"] += 1
                continue
            named = parsed.joined and known.name == "place.added"
            await self._intake.submit(await self._workspace.titled(known) if named else known)

    async def _changed(self, parsed: Parsed, team: Team) -> None:
        """Somebody is not who they were: whoever knows them hears of it."""
        fresh = parsed.fresh and self._workspace.people.learn(parsed.fresh, team)
        if fresh:
            event = Event(
                id=f"slack/{team.id}/person/{fresh.account}/{parsed.at}",
                org=self._org,
                source="place",
                name="people.changed",
                people=(fresh,),
            )
            await self._intake.submit(event)

    async def _unfurled(self, shared: Shared, team: Team) -> None:
        """Cards for the links that somebody pasted, where there is anything to tell of them.

        What is not there in time is left: Slack asks again for the next who pastes it.
        """
        looks = (self._previewed(asked, team) for asked in shared.queries.values())
        drawn = zip(shared.queries, await asyncio.gather(*looks), strict=True)
        found = {url: card for url, card in drawn if card}
        if not found:
            return
        try:
            async with asyncio.timeout(UNFURL_SECONDS):
                await self._workspace.client.tell("chat.unfurl", {**shared.where, "unfurls": found})
        except (DeliveryError, TimeoutError) as error:
            self._counts["links.not_unfurled"] += 1
            log.info("a link got no card: %s", getattr(error, "why", "no time"))

    async def _previewed(self, asked: Event, team: Team) -> Json | None:
        """The card beside one link."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                event = await self._workspace.people.introduced(asked, team)
                reply = await self._intake.query(event) if event else None
        except TimeoutError:
            self._counts["links.too_slow"] += 1
            return None
        return blocks.unfurl(reply.post, reading(event)) if isinstance(reply, Preview) else None


class Interactions:
    """Takes buttons, forms, shortcuts and commands in, and answers them."""

    def __init__(
        self,
        config: SlackConfig,
        intake: Takes,
        workspace: Workspace,
        answers: Answers,
        counts: Counter[str],
    ) -> None:
        self._org, self._intake, self._workspace = config.org, intake, workspace
        self._answers, self._counts = answers, counts

    async def interacted(self, body: bytes) -> web.Response:
        """A button, a form or a shortcut."""
        told = payload_of(body)
        team = admitted(self._workspace, told.team.id if told.team else None)
        asked = interacted(told, self._org, team, self._workspace.people.name_of)
        if asked is None:
            self._counts["interaction.other"] += 1
            return _json({"options": []}) if told.type == "block_suggestion" else web.Response()
        return await self._answered(asked, team)

    async def commanded(self, body: bytes) -> web.Response:
        """A typed command."""
        fields = form_of(body)
        if fields.get("ssl_check") == "1":
            return web.Response()
        told = command_of(fields)
        team = admitted(self._workspace, told.team_id)
        here = await self._looked(told, team)
        if not (here or told.channel_id.startswith(ALONE)):
            self._counts["command.not_here"] += 1
            return _json(_without(blocks.said(NOT_HERE, await self._eyes(told, team))))
        names = self._workspace.people.name_of
        asked = commanded(told, self._org, team, names, alone=not here)
        return await self._answered(asked, team)

    async def _looked(self, told: Command, team: Team) -> bool:
        """Whether we are where it was typed; who typed it is looked up meanwhile."""
        here, _ = await asyncio.gather(
            self._workspace.there(told.channel_id, told.user_id), self._eyes(told, team)
        )
        return here

    async def _eyes(self, told: Command, team: Team) -> Viewer:
        """How whoever typed likes to read."""
        people = self._workspace.people
        asked = commanded(told, self._org, team, people.name_of, alone=True)
        return reading(asked.event and await people.introduced(asked.event, team))

    async def _answered(self, asked: Asked, team: Team) -> web.Response:
        self._counts[asked.kind] += 1
        reply: Reply | None = None
        if asked.event:
            known = await self._workspace.people.introduced(asked.event, team)
            if known is None:
                self._counts["of_a_program"] += 1
                return web.Response()
            asked = replace(asked, event=known)
            reply = await self._intake.submit(known)
        told = await self._answers.told(asked, reply)
        return web.Response() if told is None else _json(told)


def _without(told: Json) -> Json:
    return {name: it for name, it in told.items() if name != "replace_original"}


def _json(value: Json, status: int = 200) -> web.Response:
    return web.Response(
        body=orjson.dumps(value), status=status, content_type="application/json", charset="utf-8"
    )
