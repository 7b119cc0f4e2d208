"""Two thousand people press Join on one card at once, at the pace that Teams really allows."""

import asyncio
import tempfile
import time
from pathlib import Path

from tests.bench.bots import launch
from tests.bench.cohort import Cohort
from tests.bench.host import Bot
from tests.bench.outside import Outside
from tests.bench.report import Report
from tests.bench.wire import Client
from tests.bench.world import Who

PEOPLE = 2000
RIGHT_WITHIN = 30.0


async def run() -> Report:
    """Two storms: of people never seen before, and all of them once more, again as a new press."""
    report = Report(f"{PEOPLE:,} people press one card at once")
    with tempfile.TemporaryDirectory() as folder:
        async with Outside(Path(folder)) as outside:
            with launch.ours(outside, Path(folder) / "storm.db", limits=True) as bot:
                await bot.ready("/ready")
                cohort = Cohort(outside)
                await cohort.begin(bot.port)
                await bot.quiet()
                await _storm(report, cohort, bot)
    return report


async def _storm(report: Report, cohort: Cohort, bot: Bot) -> None:
    clients = [await Client.connect(bot.port) for _ in range(PEOPLE)]
    edits, cpu = len(cohort.seen), bot.cpu
    presses = [cohort.press(Who(number)) for number in range(PEOPLE)]
    began = time.perf_counter()
    flying = [client.send(press) for client, press in zip(clients, presses, strict=True)]
    answers = await asyncio.gather(*flying, return_exceptions=True)
    landed = time.perf_counter() - began
    good = sum(not isinstance(a, BaseException) and a.status == 200 for a in answers)
    used = bot.cpu - cpu
    again = [client.send(cohort.press(Who(n))) for n, client in enumerate(clients)]
    await asyncio.gather(*again, return_exceptions=True)
    right = await _right(cohort, began)
    for client in clients:
        client.close()
    made = [f"{at - began:.1f} s: {joined}" for at, _, joined in cohort.seen[edits:]]
    report.say("They were never seen before; each press is a request of its own on an open")
    report.say("connection. Right after, all of them press once more. The card, as it changed:")
    report.say("  " + ", ".join(made))
    report.say(f"Answered 200: {good}; CPU for the first {PEOPLE:,}: {used:.2f} s")
    report.target("all answered", landed, 0.5, "s")
    report.target("counted", float(cohort.joined), PEOPLE, "people", least=True)
    report.target("counted twice", float(max(0, cohort.joined - PEOPLE)), 0, "people")
    report.target("card right after", right, 10.0, "s")
    report.target("edits of the card", float(len(made)), 10, "")


async def _right(cohort: Cohort, began: float) -> float:
    """Seconds until the card said how many there are."""
    try:
        await cohort.until(lambda: cohort.joined >= PEOPLE, RIGHT_WITHIN)
    except TimeoutError:
        return float("inf")
    return cohort.seen[-1][0] - began
