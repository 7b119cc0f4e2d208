"""From the start of the process to the first 200 of /ready, and the memory of an idle service."""

import tempfile
from pathlib import Path

from tests.bench.bots import launch
from tests.bench.outside import Outside
from tests.bench.report import Report, middle

ROUNDS = 5


async def run() -> Report:
    """Starts it on a new database and on one that is there already."""
    report = Report("Start and rest")
    seconds: dict[str, list[float]] = {"new": [], "known": []}
    memory: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with Outside(Path(folder)) as outside:
            for number in range(ROUNDS):
                for times in seconds.values():
                    database = Path(folder) / f"start-{number}.db"
                    with launch.ours(outside, database, limits=True) as bot:
                        times.append(await bot.ready("/ready"))
                        await bot.quiet()
                        memory.append(bot.rss)
    report.say(f"{ROUNDS} starts of app.py serve with Teams, each on a new database and once more")
    report.target("start, new database", middle(seconds["new"]), 1.5, "s")
    report.target("start, known database", middle(seconds["known"]), 1.5, "s")
    report.target("memory at rest", middle(memory), 90, "MB")
    return report
