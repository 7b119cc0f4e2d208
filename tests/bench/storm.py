"""Two thousand people press Join on one card at once, at the pace that Teams really allows.

Counted is what the engine has committed; answered is what came back over HTTP. What HTTP costs by
itself is told beside it: the same requests to a bare handler in the same run.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.bots import launch
from tests.bench.cohort import Cohort
from tests.bench.host import CORES, Bot, python
from tests.bench.outside import Outside
from tests.bench.report import Report, middle
from tests.bench.wire import Answer, Client
from tests.bench.world import Who

PEOPLE = 2000
RIGHT_WITHIN = 30.0


ROUNDS = 5


@dataclass
class Flood:
    """What became of all requests, sent at once, each on a connection of its own."""

    seconds: float
    cpu: float
    good: int


async def run() -> Report:
    """The engine alone, a bare handler, and the service: each takes two thousand presses."""
    report = Report(f"{PEOPLE:,} people press one card at once")
    with tempfile.TemporaryDirectory() as folder:
        async with Outside(Path(folder)) as outside:
            await _engine(report, outside)
            with launch.ours(outside, Path(folder) / "storm.db", limits=True) as bot:
                await bot.ready("/ready")
                cohort = Cohort(outside)
                await cohort.begin(bot.port)
                await bot.quiet()
                await _storm(report, cohort, bot)
    return report


async def _engine(report: Report, outside: Outside) -> None:
    """Handed over in one process, without HTTP: answered means committed, synchronous=FULL."""
    rounds = [await _crowd(outside, number) for number in range(ROUNDS)]
    told = {name: middle([one[name] for one in rounds]) for name in rounds[0]}
    report.say(f"The engine alone, {PEOPLE:,} events handed over at once, committed in batches;")
    report.say(f"median of {ROUNDS} runs, each on a new database and with all {len(CORES)} cores:")
    report.say("one batch is written while the next is decided. CPU of a press:")
    for what in ("join", "agree"):
        each = told[f"{what} cpu"] / PEOPLE * 1e6
        took = ", ".join(f"{one[f'{what} seconds']:.2f}" for one in rounds)
        report.say(f"  {what:5} {each:4.0f} us; committed within, s: {took}")
    report.target("strangers who join, counted", told["join seconds"], 0.5, "s")
    report.target("members who agree, counted", told["agree seconds"], 0.5, "s")
    missing = sum(abs(PEOPLE - one[who]) for one in rounds for who in ("members", "agreed"))
    report.target("miscounted by the engine", missing, 0, "people")
    report.say()


async def _crowd(outside: Outside, number: int) -> Mapping[str, float]:
    result = outside.folder / f"crowd{number}.json"
    command = python("tests.bench.bots.crowd", outside.folder / f"crowd{number}.db", result)
    with Bot(command, {}, log=outside.folder / "crowd.log", cores=CORES) as bot:
        if await bot.over():
            raise RuntimeError(bot.tail())
    told: Mapping[str, float] = json.loads(result.read_text())
    return told


async def _storm(report: Report, cohort: Cohort, bot: Bot) -> None:
    least = await _least(cohort)
    clients = [await Client.connect(bot.port) for _ in range(PEOPLE)]
    edits = len(cohort.seen)
    presses = [cohort.press(Who(number)) for number in range(PEOPLE)]
    began = time.perf_counter()
    flood = await _flood(bot, clients, presses)
    again = [client.send(cohort.press(Who(n))) for n, client in enumerate(clients)]
    await asyncio.gather(*again, return_exceptions=True)
    right = await _right(cohort, began)
    for client in clients:
        client.close()
    made = [f"{at - began:.1f} s: {joined}" for at, _, joined in cohort.seen[edits:]]
    report.say("Over HTTP, to the service. They were never seen before; each press is a signed")
    report.say("request of its own on an open connection. Right after, all of them press once")
    report.say("more. The card, as it changed:")
    report.say("  " + ", ".join(made))
    report.say(f"Answered 200: {flood.good}; CPU for the first {PEOPLE:,}: {flood.cpu:.2f} s")
    report.say("The same requests to a bare aiohttp handler, which only reads them and answers a")
    report.say(
        f"sentence: {least.seconds:.2f} s, CPU {least.cpu:.2f} s: HTTP by itself, and no less."
    )
    report.target("all answered", flood.seconds, 0.5, "s")
    report.target("counted", float(cohort.joined), PEOPLE, "people", least=True)
    report.target("counted twice", float(max(0, cohort.joined - PEOPLE)), 0, "people")
    report.target("card right after", right, 10.0, "s")
    report.target("edits of the card", float(len(made)), 10, "")


async def _flood(bot: Bot, clients: Sequence[Client], presses: Sequence[bytes]) -> Flood:
    began, cpu = time.perf_counter(), bot.cpu
    flying = [client.send(press) for client, press in zip(clients, presses, strict=True)]
    answers = await asyncio.gather(*flying, return_exceptions=True)
    seconds = time.perf_counter() - began
    good = sum(isinstance(answer, Answer) and answer.status == 200 for answer in answers)
    return Flood(seconds, bot.cpu - cpu, good)


async def _least(cohort: Cohort) -> Flood:
    """What reading and answering costs by itself."""
    presses = [cohort.press(Who(number)) for number in range(PEOPLE)]
    with launch.answering(cohort.outside) as bot:
        await bot.ready("/ready")
        clients = [await Client.connect(bot.port) for _ in range(PEOPLE)]
        flood = await _flood(bot, clients, presses)
        for client in clients:
            client.close()
    return flood


async def _right(cohort: Cohort, began: float) -> float:
    """Seconds until the card said how many there are."""
    try:
        await cohort.until(lambda: cohort.joined >= PEOPLE, RIGHT_WITHIN)
    except TimeoutError:
        return float("inf")
    return cohort.seen[-1][0] - began
