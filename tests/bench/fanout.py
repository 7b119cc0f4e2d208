"""One card to ten thousand chats where no rate limits: durably, beside a bare sender."""

import json
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from tests.bench.host import Bot, python
from tests.bench.outside import Outside
from tests.bench.report import Report, middle

ROUNDS = 3


async def run() -> Report:
    """Both senders, in turn."""
    report = Report("One card to ten thousand chats")
    rates: dict[str, list[float]] = defaultdict(list)
    cpu: dict[str, list[float]] = defaultdict(list)
    arrived = 0.0
    with tempfile.TemporaryDirectory() as folder:
        async with Outside(Path(folder)) as outside:
            for number in range(ROUNDS):
                for what in ("bare", "durable"):
                    told = await _fan(what, outside, number)
                    rates[what].append(told["sends"] / told["seconds"])
                    cpu[what].append(told["cpu"] / told["sends"] * 1e6)
                    arrived += told["sends"]
            missing = arrived - outside.cards
    report.say("bare: aiohttp and orjson, 32 in flight. durable: planned before, then claimed,")
    report.say("drawn, sent and settled by the engine, synchronous=FULL.")
    for what, found in rates.items():
        used = middle(cpu[what])
        report.say(f"{what:8} {middle(found):6,.0f} sends/s, {used:4.0f} us CPU each")
    ratios = [mine / its for mine, its in zip(cpu["durable"], cpu["bare"], strict=True)]
    report.target("durable sends", middle(rates["durable"]), 3500, "a second", least=True)
    report.target("CPU of a durable send", middle(ratios), 1.3, "x bare")
    report.target("cards that did not come", abs(missing), 0, "")
    return report


async def _fan(what: str, outside: Outside, number: int) -> Mapping[str, float]:
    folder = outside.folder
    result, database = folder / f"{what}{number}.json", folder / f"{what}{number}.db"
    command = python("tests.bench.bots.fan", what, database, result, outside.service(tls=False))
    with Bot(command, {}, log=folder / "fan.log") as bot:
        if await bot.over():
            raise RuntimeError(bot.tail())
    told: Mapping[str, float] = json.loads(result.read_text())
    return told
