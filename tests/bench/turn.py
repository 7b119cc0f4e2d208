"""One full turn: a signed message in, committed, a card out, settled; beside a bare echo."""

import tempfile
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import orjson

from tests.bench.bots import launch
from tests.bench.host import Bot
from tests.bench.load import Load, Measured
from tests.bench.outside import Outside
from tests.bench.report import Report, middle
from tests.bench.world import Speech, Who

PEOPLE = 1000
ROUNDS, STOCK_ROUNDS = 5, 3
SECONDS = 1.5
FLYING = (1, 16, 64)
WORDS = ("status", "", "help", "resume")
LIMITS = {1: 4.0, 16: 2.4, 64: 2.4}
P99 = {16: 60.0, 64: 100.0}
WHAT = """\
A turn is a message to Coterie in one of 1,000 private chats and the card that answers it: `status`,
a press on "pause for a week", `help` and `resume` in turn; press and resume save the person. All of
it counts until it is settled: the token (checked once, then remembered), reading who speaks, the
commit of event and job with synchronous=FULL, drawing and sending, the commit of what became of it.
CPU is that of the whole process, per turn, in ratio to an echo of the same cards on aiohttp and
orjson that stores nothing; a turn takes until both its answer and its card are there. The echo runs
on asyncio, Coterie as it is served: on uvloop where that is installed."""


def say(speech: Speech, who: Who, turn: int) -> bytes:
    """The messages of the mix, one after another."""
    return one(WORDS[turn % len(WORDS)], speech, who, turn)


def one(word: str, speech: Speech, who: Who, turn: int) -> bytes:
    """A message of one kind."""
    if word:
        return speech.private(who, word)
    return speech.pressed(who, "people.pause", {"weeks": "1"})


@dataclass
class Cell:
    """One bot under one load, over all rounds."""

    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    failed: int = 0
    turns: int = 0

    def add(self, cpu: float, measured: Measured) -> None:
        self.turns += measured.turns
        self.failed += measured.failed
        self.cpu.append(cpu / measured.turns * 1e6)
        self.rate.append(measured.turns / measured.seconds)
        self.p50.append(measured.percentile(0.5))
        self.p99.append(measured.percentile(0.99))


Key = tuple[str, bool, int]


class Bench:
    """All bots, each with its load, plain and over TLS."""

    def __init__(self, outside: Outside) -> None:
        self.cells: dict[Key, Cell] = defaultdict(Cell)
        self.bots: dict[str, Bot] = {}
        self._outside = outside
        self._loads: dict[tuple[str, bool], Load] = {}

    async def add(self, name: str, bot: Bot, *, signed: bool, warm: int) -> None:
        """Waits for a bot and lets it see each chat once."""
        await bot.ready("/ready")
        self.bots[name] = bot
        for tls in (False, True):
            load = Load(self._outside, bot.port, tls=tls, people=PEOPLE, signed=signed)
            self._loads[name, tls] = load
            await load.run(say, flying=16, turns=warm)
        await bot.quiet()

    async def cards(self, name: str) -> list[tuple[str, object]]:
        """What a bot answers to each kind of message."""
        seen: list[tuple[str, object]] = []
        for word in WORDS:
            load = self._loads[name, False]
            await load.run(partial(one, word), flying=1, turns=1)
            seen.append((word or "press", orjson.loads(load.heard)))
        return seen

    async def measure(self, name: str, flying: int, *, tls: bool) -> None:
        bot = self.bots[name]
        before = await bot.quiet()
        measured = await self._loads[name, tls].run(say, flying=flying, seconds=SECONDS)
        self.cells[name, tls, flying].add(await bot.quiet() - before, measured)


async def run() -> Report:
    """All bots, interleaved."""
    report = Report("One turn")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        async with Outside(Path(folder)) as outside:
            bench = Bench(outside)
            ours = stack.enter_context(launch.ours(outside, Path(folder) / "turn.db"))
            await bench.add("ours", ours, signed=True, warm=PEOPLE)
            cards = Path(folder) / "cards.json"
            cards.write_bytes(orjson.dumps(await bench.cards("ours")))
            bare = stack.enter_context(launch.bare(outside, cards))
            await bench.add("bare", bare, signed=True, warm=PEOPLE)
            stock = launch.install_peers()
            for signed in (False, True) if stock else ():
                peer = stack.enter_context(launch.stock(outside, cards, signed=signed))
                name = "stock, signed" if signed else "stock, anyone"
                await bench.add(name, peer, signed=signed, warm=20)
            await _rounds(bench)
            _tell(report, bench)
    return report


async def _rounds(bench: Bench) -> None:
    for number in range(ROUNDS):
        for tls in (False, True):
            for flying in FLYING:
                for name in ("bare", "ours"):
                    await bench.measure(name, flying, tls=tls)
            for name in bench.bots:
                if name.startswith("stock") and number < STOCK_ROUNDS:
                    await bench.measure(name, 16, tls=tls)


def _tell(report: Report, bench: Bench) -> None:
    report.say(WHAT)
    report.say()
    rows = [_row(bench, key) for key in sorted(bench.cells, key=_order)]
    head = (
        "bot",
        "in flight",
        "x bare",
        "CPU us",
        "turns/s",
        "p50 ms",
        "p99 ms",
        "turns",
        "failed",
    )
    report.table(head, rows)
    report.figures["rows"] = [dict(zip(head, row, strict=True)) for row in rows]
    report.say(
        "bare: aiohttp and orjson, nothing stored. stock: botbuilder's CloudAdapter, nothing"
    )
    report.say(
        "stored; signed: it checks tokens, and its own are given to it (the SDK fetches two a"
    )
    report.say(
        "turn). Memory now, MB: " + ", ".join(f"{n} {b.rss:.0f}" for n, b in bench.bots.items())
    )
    report.say()
    for tls in (False, True):
        how = "over TLS" if tls else "plain"
        for flying in FLYING:
            ratio = _ratio(bench, ("ours", tls, flying))
            report.target(f"CPU at {flying}, {how}", ratio, LIMITS[flying], "x bare")
        for flying, limit in P99.items():
            cell = bench.cells["ours", tls, flying]
            report.target(f"p99 at {flying}, {how}", middle(cell.p99), limit, "ms")


def _ratio(bench: Bench, key: Key) -> float:
    """The median of the ratios of the rounds."""
    bare = bench.cells["bare", key[1], key[2]]
    pairs = zip(bench.cells[key].cpu, bare.cpu, strict=False)
    return middle([mine / its for mine, its in pairs])


def _order(key: Key) -> tuple[bool, int, str]:
    return key[1], key[2], key[0]


def _row(bench: Bench, key: Key) -> tuple[object, ...]:
    name, tls, flying = key
    cell = bench.cells[key]
    return (
        f"{name}{', TLS' if tls else ''}",
        flying,
        f"{_ratio(bench, key):.2f}",
        f"{middle(cell.cpu):.0f}",
        f"{middle(cell.rate):.0f}",
        f"{middle(cell.p50):.1f}",
        f"{middle(cell.p99):.1f}",
        cell.turns,
        cell.failed,
    )
