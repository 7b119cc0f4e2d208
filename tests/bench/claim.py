"""A million jobs wait, many of them in one lane in front: claiming the next hundred."""

import asyncio
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.bench.bots import launch
from tests.bench.host import Bot, python
from tests.bench.outside import Outside
from tests.bench.report import Report

WORKING = 3.0


async def run() -> Report:
    """Fills, claims, and lets the service itself run on such a queue."""
    report = Report("A million jobs in the queue")
    with tempfile.TemporaryDirectory() as folder:
        async with Outside(Path(folder)) as outside:
            database = Path(folder) / "queue.db"
            filled = await _queue("fill", database)
            claimed = await _queue("claim", database)
            with launch.ours(outside, database, limits=True) as bot:
                started = await bot.ready("/ready")
                await asyncio.sleep(WORKING)
                memory = bot.rss
    report.say("A claim is the look for 100 due jobs with the long lane busy, and their mark on")
    report.say(f"disk; it is repeated 300 times. Planned at {filled['filled']:,.0f} jobs/s.")
    report.target("claim p50", claimed["p50"], 20, "ms")
    report.target("claim p99", claimed["p99"], 20, "ms")
    report.target("memory of the service at work on it", memory, 120, "MB")
    report.target("start of the service on it", started, 1.5, "s")
    return report


async def _queue(what: str, database: Path) -> Mapping[str, float]:
    result = database.parent / f"{what}.json"
    log = database.parent / f"{what}.log"
    with Bot(python("tests.bench.bots.backlog", what, database, result), {}, log=log) as bot:
        if await bot.over():
            raise RuntimeError(bot.tail())
    told: Mapping[str, float] = json.loads(result.read_text())
    return told
