"""POST /api/messages: who is it, what happened, and the answer once it is committed."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from cards import adaptive
from cards.plain import plain
from cards.words import text
from core.engine.courier import whole
from core.engine.errors import Overloaded, Rejected
from core.engine.ports import (
    Card,
    Done,
    Event,
    Invalid,
    Open,
    Preview,
    Reply,
    Results,
    Say,
    Takes,
    Viewer,
)
from core.message import Buttons, OpenForm, Phrase, Post, Text, say
from teams import compose
from teams.activity import LARGEST, Malformed, TooLarge, decode
from teams.cloud import TeamsConfig
from teams.door import Door, Refused
from teams.parse import Parsed, parse

log = logging.getLogger("coterie.teams")

Json = dict[str, Any]
LATE = say("teams.late", "This button is from an earlier time and does nothing any more.")
THANKS = say("teams.thanks", "Thank you.")
CARD = "application/vnd.microsoft.card.adaptive"
NOTHING_NEW: Json = {
    "statusCode": 400,
    "type": "application/vnd.microsoft.error",
    "value": {"code": "NotFound", "message": "There is nothing newer to show."},
}
MESSAGE = "application/vnd.microsoft.activity.message"


def routes(
    config: TeamsConfig, intake: Takes, door: Door, counts: Counter[str]
) -> list[web.RouteDef]:
    """Where Teams finds us. `counts` gets the kinds of what came and the reasons of refusals."""
    return [web.post("/api/messages", Messages(config, intake, door, counts).receive)]


class Messages:
    """Takes activities in."""

    def __init__(
        self, config: TeamsConfig, intake: Takes, door: Door, counts: Counter[str]
    ) -> None:
        self._org, self._intake, self._door, self._counts = config.org, intake, door, counts

    async def receive(self, request: web.Request) -> web.Response:
        """2xx only once what happened is committed; never 5xx because of what was sent."""
        try:
            return await self._answered(await self._read(request))
        except Refused as refused:
            self._counts[f"refused.{refused.reason}"] += 1
            return web.Response(status=refused.status, headers={"Retry-After": "5"})
        except Malformed as wrong:
            self._counts["malformed"] += 1
            return _json({"error": str(wrong)}, 400)
        except TooLarge:
            self._counts["too_large"] += 1
            return _json({"error": f"more than {LARGEST} bytes"}, 413)
        except Overloaded as busy:
            self._counts["overloaded"] += 1
            return web.Response(status=503, headers={"Retry-After": str(busy.after)})

    async def _read(self, request: web.Request) -> Parsed:
        """Glance, read, decode, admit, parse: what is cheap to refuse is refused first."""
        self._door.glance(request.headers, request.remote or "")
        body = await _body(request)
        activity = decode(body)
        await self._door.admit(request.headers, activity)
        parsed = parse(activity, self._org, body)
        self._counts[parsed.kind] += 1
        return parsed

    async def _answered(self, parsed: Parsed) -> web.Response:
        events = parsed.events
        if parsed.answers == "nothing":
            if len(events) == 1:
                await self._intake.submit(events[0])
            elif events:
                await self._intake.submit_all(events)
            return web.Response()
        if parsed.answers == "empty":
            return _json({})
        ask = self._intake.query if parsed.looks else self._intake.submit
        event = events[0] if events else None
        reply = await ask(event) if event else Done(LATE)
        if reply is None and parsed.looks and parsed.answers == "card":
            return _json(NOTHING_NEW)
        return _json(ANSWERS[parsed.answers](event, reply, _viewer(event)))


# --- what goes into the answer ----------------------------------------------------------------


def in_card(event: Event | None, reply: Reply | None, viewer: Viewer) -> Json:
    """The answer to a button of a card: the card as it is now, or a sentence."""
    match reply:
        case Card(post, note):
            return _shown(adaptive.card(post, viewer, note))
        case Say(post):
            return _told(text(post.summary, viewer))
        case Preview(post):
            return _shown(adaptive.card(post, viewer))
        case Open(form, again) if event:
            button = again or OpenForm(form.title, event.name, event.args, "primary")
            return _shown(adaptive.card(_with_button(form.title, form.intro, button), viewer))
        case _:
            return _told(_sentence(reply, viewer))


def _sentence(reply: Reply | None, viewer: Viewer) -> str:
    match reply:
        case Invalid(form):
            return " ".join(text(error, viewer) for error in form.errors.values())
        case Done(phrase):
            return text(phrase, viewer)
        case _:
            return text(THANKS, viewer)


def in_task(event: Event | None, reply: Reply | None, viewer: Viewer) -> Json:
    """The answer to a dialog: the form, a sentence, or nothing, which closes it."""
    match reply:
        case Open(form) | Invalid(form):
            return adaptive.task(form, viewer)
        case Done(phrase):
            return _task(text(phrase, viewer))
        case Card(_, note) if note:
            return _task(text(note, viewer))
        case Preview(post):
            return _task(plain(post, viewer))
        case Card() | Say() | Results() | None:
            return {}


ANSWERS: Mapping[str, Callable[[Event | None, Reply | None, Viewer], Json]] = {
    "card": in_card,
    "task": in_task,
    "found": compose.found,
    "unfurled": compose.unfurled,
}


def _shown(card: Json) -> Json:
    return {"statusCode": 200, "type": CARD, "value": card}


def _told(words: str) -> Json:
    return {"statusCode": 200, "type": MESSAGE, "value": words}


def _task(words: str) -> Json:
    return {"task": {"type": "message", "value": words}}


def _with_button(title: Phrase, intro: Phrase | None, button: OpenForm) -> Post:
    return Post(summary=title, blocks=(Text(intro or title), Buttons((button,))))


def _viewer(event: Event | None) -> Viewer:
    """Whoever acted, as their client says they like to read."""
    by = event.by if event else None
    return Viewer(locale=by.locale or "en", zone=by.zone or "UTC") if by else Viewer()


# --- the wire ---------------------------------------------------------------------------------


async def _body(request: web.Request) -> bytes:
    """The bytes of the request. Raises TooLarge before there are too many."""
    if (request.content_length or 0) > LARGEST:
        raise TooLarge
    try:
        return await whole(request.content, LARGEST)
    except Rejected:
        raise TooLarge from None
    except (web.RequestPayloadError, ConnectionError) as error:
        raise Malformed(str(error)) from None


def _json(value: Json, status: int = 200) -> web.Response:
    return web.Response(
        body=orjson.dumps(value), status=status, content_type="application/json", charset="utf-8"
    )
