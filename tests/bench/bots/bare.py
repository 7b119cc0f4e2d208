"""The practical limit: aiohttp and orjson, one card out for each message in, nothing else.

    python -m tests.bench.bots.bare PORT CARDS

CARDS is a JSON file of [words, payload] pairs: what to answer to which words.
"""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import orjson
from aiohttp import web


async def main(port: int, answers: Mapping[str, object]) -> None:
    connector = aiohttp.TCPConnector(limit=0, limit_per_host=100)
    headers = {"Content-Type": "application/json", "Authorization": "Bearer bench"}
    async with aiohttp.ClientSession(connector=connector) as session:

        async def message(request: web.Request) -> web.Response:
            activity = orjson.loads(await request.read())
            place = activity["conversation"]["id"]
            url = f"{activity['serviceUrl']}v3/conversations/{place}/activities"
            body = orjson.dumps(answers[activity.get("text") or "press"])
            async with session.post(url, data=body, headers=headers) as answer:
                await answer.read()
            return web.Response()

        async def ready(_: web.Request) -> web.Response:
            return web.Response()

        app = web.Application()
        app.router.add_post("/api/messages", message)
        app.router.add_get("/ready", ready)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, backlog=4096).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), dict(orjson.loads(Path(sys.argv[2]).read_bytes()))))
