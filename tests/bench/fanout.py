"""One card to ten thousand chats over TLS, where no rate limits: durably, beside a bare sender."""

import json
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from tests.bench.bots import launch
from tests.bench.host import Bot, python
from tests.bench.outside import Outside
from tests.bench.report import Report, middle

ROUNDS = 3
PEERS = {"documented": 200, "shared": 1_000}


async def run() -> Report:
    """Both senders, in turn."""
    report = Report("One card to ten thousand chats, over TLS")
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
            for way, sends in PEERS.items() if launch.install_peers() else ():
                told = await _peer(way, sends, outside)
                rates[way].append(told["sends"] / told["seconds"])
                cpu[way].append(told["cpu"] / told["sends"] * 1e6)
    report.say("bare: aiohttp and orjson, 32 in flight. durable: planned before, then claimed,")
    report.say(
        "drawn, sent and settled by the engine, synchronous=FULL, on the loop that it serves on."
    )
    report.say("documented: botbuilder's continue_conversation, 200 sends. shared: one client of")
    report.say("its connector for all, 1,000 sends. Both without the tokens that they would fetch.")
    for what, found in rates.items():
        used, least = middle(cpu[what]), middle(cpu["bare"])
        speed, ratio = f"{middle(found):6,.0f} sends/s", used / least
        report.say(f"{what:10} {speed}, {used:6,.0f} us CPU each, {ratio:5.1f} x bare")
    ratios = [mine / its for mine, its in zip(cpu["durable"], cpu["bare"], strict=True)]
    report.target("durable sends", middle(rates["durable"]), 3500, "a second", least=True)
    report.target("CPU of a durable send", middle(ratios), 1.3, "x bare")
    report.target("cards that did not come", abs(missing), 0, "")
    return report


async def _peer(way: str, sends: int, outside: Outside) -> Mapping[str, float]:
    result = outside.folder / f"{way}.json"
    with launch.proactive(outside, way, sends, result) as bot:
        if await bot.over():
            raise RuntimeError(bot.tail())
    told: Mapping[str, float] = json.loads(result.read_text())
    return told


async def _fan(what: str, outside: Outside, number: int) -> Mapping[str, float]:
    folder = outside.folder
    result, database = folder / f"{what}{number}.json", folder / f"{what}{number}.db"
    command = python("tests.bench.bots.fan", what, database, result, outside.service(tls=True))
    env = {"SSL_CERT_FILE": str(outside.trusted)}
    with Bot(command, env, log=folder / "fan.log") as bot:
        if await bot.over():
            raise RuntimeError(bot.tail())
    told: Mapping[str, float] = json.loads(result.read_text())
    return told
