"""The least that a press can cost over HTTP: aiohttp reads it and answers a sentence.

    python -m tests.bench.bots.answering PORT

On the loop that the service runs on. Nothing is checked, decided or stored.
"""

import sys

import orjson
from aiohttp import web

from connectors.loop import quick_loop

TOLD = {
    "statusCode": 200,
    "type": "application/vnd.microsoft.activity.message",
    "value": "You are in. Look in our chat: there I say what comes next.",
}


async def pressed(request: web.Request) -> web.Response:
    orjson.loads(await request.read())
    return web.Response(body=orjson.dumps(TOLD), content_type="application/json")


async def ready(_: web.Request) -> web.Response:
    return web.Response()


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post("/api/messages", pressed)
    app.router.add_get("/ready", ready)
    web.run_app(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        access_log=None,
        print=None,
        backlog=4096,
        loop=quick_loop(),
    )
