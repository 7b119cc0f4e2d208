"""One full turn on the wire of MongoDB: what it costs our own process, beside a bare echo."""

import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import orjson

from tests.bench.bots import launch
from tests.bench.host import CORES, Bot, free_port
from tests.bench.load import Load
from tests.bench.outside import Outside
from tests.bench.report import Report, middle
from tests.bench.turn import PEOPLE, WORDS, Cell, one, say

FLYING = (16, 64)
ROUNDS = 5
SECONDS = 3.0
LIMIT = 4.0
WAIT = 30.0
WHAT = """\
The same turns as in "One turn", with everything kept on the wire of MongoDB: reads, one transaction
a batch of events, one for what became of the jobs. What answers there is SecantusDB, on the core of
the load. It is not MongoDB and much slower, so nothing is said here about turns in a second; what
is measured is the CPU of our own process, driver included, in ratio to the echo. At 16 in flight a
batch holds at most 16 events: a faster database makes smaller batches, and those cost more."""


async def run() -> Report:
    """Ours and the echo, interleaved."""
    report = Report("One turn on MongoDB's wire")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = stack.enter_context(_server(Path(folder)))
        await _listens(server)
        async with Outside(Path(folder)) as outside:
            where = f"mongodb://127.0.0.1:{server.port}/bench?directConnection=true"
            ours = stack.enter_context(launch.ours(outside, where))
            await ours.ready("/ready")
            load = Load(outside, ours.port, tls=False, people=PEOPLE, signed=True)
            await load.run(say, flying=64, turns=PEOPLE)
            cards = Path(folder) / "cards.json"
            cards.write_bytes(orjson.dumps([await _card(load, word) for word in WORDS]))
            bare = stack.enter_context(launch.bare(outside, cards))
            await bare.ready("/ready")
            echo = Load(outside, bare.port, tls=False, people=PEOPLE, signed=True)
            cells = await _rounds({"bare": (bare, echo), "ours": (ours, load)})
            report.say(WHAT)
            report.say()
            _tell(report, cells)
            report.say(f"Memory now, MB: ours {ours.rss:.0f}, bare {bare.rss:.0f}")
    return report


async def _card(load: Load, word: str) -> tuple[str, object]:
    """What Coterie answers to one kind of message."""
    await load.run(partial(one, word), flying=1, turns=1)
    return word or "press", orjson.loads(load.heard)


def _server(folder: Path) -> Bot:
    port = free_port()
    own = [str(Path(sys.executable).with_name("secantusd-py")), "--log-level", "WARNING"]
    where = ["--port", str(port), "--storage-path", str(folder / "mongo")]
    return Bot([*own, *where], {}, port, folder / "mongo.log", cores=CORES[-1:])


async def _listens(server: Bot) -> None:
    until = time.perf_counter() + WAIT
    while time.perf_counter() < until and server.running:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            return writer.close()
    raise RuntimeError(f"no database: {server.tail()}")


Bots = dict[str, tuple[Bot, Load]]
Cells = dict[tuple[str, int], Cell]


async def _rounds(bots: Bots) -> Cells:
    cells: Cells = {(name, flying): Cell() for flying in FLYING for name in bots}
    for _ in range(ROUNDS):
        for (name, flying), cell in cells.items():
            bot, load = bots[name]
            before = await bot.quiet()
            measured = await load.run(say, flying=flying, seconds=SECONDS)
            cell.add(await bot.quiet() - before, measured)
    return cells


def _tell(report: Report, cells: Cells) -> None:
    head = ("bot", "in flight", "CPU us", "turns/s", "p99 ms", "turns", "failed")
    rows = [
        (
            name,
            flying,
            f"{middle(cell.cpu):.0f}",
            f"{middle(cell.rate):.0f}",
            f"{middle(cell.p99):.0f}",
            cell.turns,
            cell.failed,
        )
        for (name, flying), cell in cells.items()
    ]
    report.table(head, rows)
    report.figures["rows"] = [dict(zip(head, row, strict=True)) for row in rows]
    report.say()
    for flying in FLYING:
        pairs = zip(cells["ours", flying].cpu, cells["bare", flying].cpu, strict=True)
        ratio = middle([mine / its for mine, its in pairs])
        report.target(f"CPU at {flying} on MongoDB's wire", ratio, LIMIT, "x bare")
