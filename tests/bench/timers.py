"""A million timers wait: starting with them, and ringing two hundred a second among them."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.bench.host import Bot, python
from tests.bench.report import Report


async def run() -> Report:
    """Fills a database, opens it again, lets 4,000 timers ring in twenty seconds."""
    report = Report("A million timers")
    with tempfile.TemporaryDirectory() as folder:
        told = await _rung(Path(folder))
    report.say("A timer is a job that lets an event happen; nothing is held in memory for it.")
    report.say(f"Late by {told['p50'] * 1e3:.0f} ms in the middle, {told['cpu']:.0f} us CPU each.")
    report.target("start with a million of them", told["started"], 2, "s")
    report.target("the latest of 4,000 at 200 a second", told["worst"], 2, "s")
    report.target("rung before their time, at most", told["early"], 0, "s")
    report.target("not rung, or twice", told["missing"] + told["twice"], 0, "")
    report.target("memory that ringing them took", told["grew"], 10, "MB")
    return report


async def _rung(folder: Path) -> Mapping[str, float]:
    result = folder / "ringing.json"
    command = python("tests.bench.bots.ringing", folder / "timers.db", result)
    with Bot(command, {}, log=folder / "ringing.log") as bot:
        if await bot.over():
            raise RuntimeError(bot.tail())
    told: Mapping[str, float] = json.loads(result.read_text())
    return told
