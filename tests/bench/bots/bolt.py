"""Slack's own way: an echo on slack-bolt, with nothing stored.

    python bolt.py PORT CARDS API WAY

WAY is `default`, `lazy` (acknowledge first, the rest in a lazy listener) or `session` (default,
with one session for all calls, which few know to give it). CARDS is a JSON file of [words,
payload] pairs.
"""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import (  # type: ignore[import-not-found] # only peers have it
    to_aiohttp_response,
    to_bolt_request,
)
from slack_bolt.async_app import AsyncApp  # type: ignore[import-not-found] # only peers have it
from slack_sdk.web.async_client import AsyncWebClient

SECRET, TOKEN = "bench", "xoxb-bench"
KEPT = ("text", "blocks")


async def bolt(answers: dict[str, Any], client: AsyncWebClient, way: str) -> AsyncApp:
    """One message for each message."""
    app = AsyncApp(name="echo", client=client, signing_secret=SECRET)

    async def heard(event: dict[str, Any], say: Any) -> None:
        await say(**answers[event["text"]])

    async def first(ack: Any) -> None:
        await ack()

    if way == "lazy":
        app.event("message")(ack=first, lazy=[heard])
    else:
        app.event("message")(heard)
    return app


async def build(answers: dict[str, Any], api: str, way: str) -> web.Application:
    session = aiohttp.ClientSession() if way == "session" else None
    client = AsyncWebClient(token=TOKEN, base_url=api, session=session)
    echo = await bolt(answers, client, way)

    async def events(request: web.Request) -> web.Response:
        answered = await echo.async_dispatch(await to_bolt_request(request))
        response: web.Response = await to_aiohttp_response(answered)
        return response

    async def ready(_: web.Request) -> web.Response:
        return web.Response()

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        if session:
            await session.close()

    app = web.Application()
    app.router.add_post("/slack/events", events)
    app.router.add_get("/ready", ready)
    app.cleanup_ctx.append(closing)
    return app


def main(port: int, cards: Path, api: str, way: str) -> None:
    told = dict(json.loads(cards.read_text()))
    answers = {word: {k: card[k] for k in KEPT if k in card} for word, card in told.items()}
    app = build(answers, api, way)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None, backlog=4096)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4])
