"""One full turn in Slack and in Workplace, beside slack-bolt's echo in each way of building it."""

import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

import orjson

from tests.bench.bots import launch
from tests.bench.host import Bot
from tests.bench.platforms import Platforms, Saying, Talk
from tests.bench.report import Report, middle
from tests.bench.turn import Cell

PEOPLE = 1000
ROUNDS = 5
SECONDS = 0.7
FLYING = (1, 16, 64)
WORDS = ("status", "help", "resume", "privacy")
OURS = {"slack": "ours, Slack", "workplace": "ours, Workplace"}
WAYS = {"default": "bolt", "lazy": "bolt, ack and lazy", "session": "bolt, one session"}
PEER = WAYS["default"]
WHAT = """\
A turn is a signed message to Coterie in one of 1,000 private chats and the message that answers it:
`status`, `help`, `resume` and `privacy` in turn. All of it counts until it is settled: the
signature, reading who speaks, the commit of event and job with synchronous=FULL, drawing and
sending, the commit of what became of it. slack-bolt says the same messages (those that we sent to
Slack) and stores nothing. CPU is that of the whole process, per turn; a turn takes until both its
answer and its message are there. Workplace is compared with bolt too: it has no peer."""


class Bench:
    """All bots, each with its load."""

    def __init__(self, outside: Platforms) -> None:
        self.cells: dict[tuple[str, int], Cell] = defaultdict(Cell)
        self.bots: dict[str, Bot] = {}
        self._outside = outside
        self._talks: dict[str, Talk] = {}

    async def add(self, name: str, bot: Bot, platform: str = "slack") -> None:
        """Waits for a bot and lets it see each chat once."""
        await bot.ready("/ready")
        self.bots[name] = bot
        talk = self._talks[name] = Talk(self._outside, bot.port, PEOPLE, platform)
        await talk.run(Saying(talk, WORDS), flying=16, turns=PEOPLE)
        await bot.quiet()

    async def cards(self, name: str) -> list[tuple[str, object]]:
        """What a bot answers to each word."""
        talk, seen = self._talks[name], []
        for word in WORDS:
            await talk.run(talk.says(word), flying=1, turns=1)
            seen.append((word, orjson.loads(talk.heard)))
        return seen

    async def parts(self, name: str) -> float:
        """How many messages it takes to say what is said in a turn."""
        sent, turns = self._outside.cards, len(WORDS) * 10
        await self._talks[name].run(Saying(self._talks[name], WORDS), flying=1, turns=turns)
        await self.bots[name].quiet()
        return (self._outside.cards - sent) / turns

    async def measure(self, name: str, flying: int) -> None:
        bot, talk = self.bots[name], self._talks[name]
        before = await bot.quiet()
        measured = await talk.run(Saying(talk, WORDS), flying=flying, seconds=SECONDS)
        self.cells[name, flying].add(await bot.quiet() - before, measured)


async def run() -> Report:
    """All bots, interleaved."""
    report = Report("One turn in Slack and Workplace")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        async with Platforms(Path(folder)) as outside:
            bench = Bench(outside)
            ours = stack.enter_context(launch.chats(outside, Path(folder) / "chats.db"))
            for platform, name in OURS.items():
                await bench.add(name, ours, platform)
            cards = Path(folder) / "cards.json"
            cards.write_bytes(orjson.dumps(await bench.cards(OURS["slack"])))
            for way, name in WAYS.items() if launch.install_peers() else ():
                peer = stack.enter_context(launch.bolt(outside, cards, way))
                await bench.add(name, peer)
            for _ in range(ROUNDS):
                for flying in FLYING:
                    for name in bench.bots:
                        await bench.measure(name, flying)
            parts = await bench.parts(OURS["workplace"])
            _tell(report, bench)
            report.say(f"What Slack takes in one message are {parts:.2f} in Workplace, on average.")
    return report


def _tell(report: Report, bench: Bench) -> None:
    report.say(WHAT)
    report.say()
    keys = sorted(bench.cells, key=lambda key: (key[1], key[0]))
    head = (
        "bot",
        "in flight",
        "x bolt",
        "CPU us",
        "turns/s",
        "p50 ms",
        "p99 ms",
        "turns",
        "failed",
    )
    rows = [_row(bench, key) for key in keys]
    report.table(head, rows)
    report.figures["rows"] = [dict(zip(head, row, strict=True)) for row in rows]
    report.say("Memory now, MB: " + ", ".join(f"{n} {b.rss:.0f}" for n, b in bench.bots.items()))
    report.say()
    for name in OURS.values():
        for flying in FLYING if PEER in bench.bots else ():
            ratio = _ratio(bench, (name, flying))
            report.target(f"CPU at {flying}, {name}", ratio, 1.0, "x bolt's default")


def _ratio(bench: Bench, key: tuple[str, int]) -> float:
    """The median of the ratios of the rounds."""
    its = bench.cells[PEER, key[1]].cpu
    return middle([a / b for a, b in zip(bench.cells[key].cpu, its, strict=False)])


def _row(bench: Bench, key: tuple[str, int]) -> tuple[object, ...]:
    cell = bench.cells[key]
    return (
        *key,
        f"{_ratio(bench, key):.2f}",
        f"{middle(cell.cpu):.0f}",
        f"{middle(cell.rate):.0f}",
        f"{middle(cell.p50):.1f}",
        f"{middle(cell.p99):.1f}",
        cell.turns,
        cell.failed,
    )
