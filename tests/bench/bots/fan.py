"""Sends one card to many chats: durably through the engine, or as bare requests.

python -m tests.bench.bots.fan durable|bare DATABASE RESULT SERVICE
"""

import asyncio
import json
import sys
import time
from datetime import datetime
from pathlib import Path

import aiohttp
import orjson

from connectors.http.courier import Courier
from connectors.loop import quick_loop
from connectors.stores.sqlite import SqliteStore
from core.engine.intake import Intake
from core.engine.ports import Deliver, Job, Platform, ToPlace, Viewer
from core.engine.worker import Worker
from core.message import Heading, Post, Text, say
from core.product import PRODUCT
from teams.client import Client
from teams.cloud import TeamsConfig
from teams.send import TeamsPlatform
from tests.bench.bots.backlog import address, place, save
from tests.bench.world import now

SENDS, CHUNK, FLYING = 10_000, 1_000, 32
PLENTY = 1e9


class Tokens:
    """One that is good."""

    async def get(self, scope: str) -> str:
        return "bench"

    def forget(self, scope: str) -> None:
        """It stays good."""


class Clock:
    """The time of the machine."""

    def now(self) -> datetime:
        return now()


def card() -> Post:
    """A course for everybody, say."""
    title = say("bench.course", "A course for all of us")
    text = say("bench.text", "It takes {n} minutes, and it is about handing over well.", n=20)
    return Post(summary=title, blocks=(Heading(title), Text(text)), purpose=text)


def teams(session: aiohttp.ClientSession) -> TeamsPlatform:
    """Teams, as if it allowed everything."""
    platform = TeamsPlatform(TeamsConfig(), Client(Tokens(), session, courier=Courier()))
    platform.rate = platform.ceiling = PLENTY
    platform.windows = ((SENDS, 1.0),)
    return platform


async def durable(platform: Platform, database: Path, service: str) -> dict[str, float]:
    """Each is planned, claimed, drawn, sent and settled."""
    clock = Clock()
    async with SqliteStore(database, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
        work = card()
        for start in range(0, SENDS, CHUNK):
            numbers = range(start, start + CHUNK)
            jobs = [Job(key=f"fan/{n}", work=Deliver(ToPlace(place(n)), work)) for n in numbers]
            await save(store, saves=[address(n, service) for n in numbers], jobs=jobs)
        intake = Intake(store, PRODUCT, clock)
        worker = Worker(
            store, PRODUCT, clock, intake=intake, platforms={"teams": platform}, asks={}
        )
        began, cpu = time.perf_counter(), time.process_time()
        task = asyncio.create_task(worker.run())
        while worker.counts["sent"] < SENDS:  # noqa: ASYNC110 - nobody rings when all is done
            await asyncio.sleep(0.002)
        told = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return told


async def bare(
    session: aiohttp.ClientSession, platform: Platform, service: str
) -> dict[str, float]:
    """The same requests, and nothing else."""
    payload = platform.render(card(), Viewer())
    headers = {"Content-Type": "application/json", "Authorization": "Bearer bench"}
    numbers = iter(range(SENDS))

    async def send() -> None:
        for number in numbers:
            url = f"{service}v3/conversations/a:chat-{number}/activities"
            async with session.post(url, data=orjson.dumps(payload), headers=headers) as answer:
                await answer.read()

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(send() for _ in range(FLYING)))
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}


async def main(what: str, database: Path, service: str) -> dict[str, float]:
    connector = aiohttp.TCPConnector(limit=0, limit_per_host=100)
    async with aiohttp.ClientSession(connector=connector) as session:
        platform = teams(session)
        return await (
            durable(platform, database, service)
            if what == "durable"
            else bare(session, platform, service)
        )


if __name__ == "__main__":
    loop = (sys.argv[1] == "durable" and quick_loop()) or asyncio.new_event_loop()
    figures = loop.run_until_complete(main(sys.argv[1], Path(sys.argv[2]), sys.argv[4]))
    Path(sys.argv[3]).write_text(json.dumps({**figures, "sends": SENDS}))
