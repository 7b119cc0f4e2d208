"""Ten members or a million, ten jobs that wait or a million: what each thing costs then."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.bots.growing import AT_ONCE, CROWD, ROUNDS, SIZES
from tests.bench.host import Bot, python
from tests.bench.report import Report, middle

Rounds = Mapping[str, Sequence[float]]
KINDS = ("turn", "send", "tick")
LARGE = SIZES.index(100_000)


WHAT = f"""\
Each size is a database of its own: that many members of one cohort, that many timers that wait, and
one more cohort for every ten. A turn is one of leave, status, join and agree, a send one message, a
tick one timer that rings; each with all that follows, until it is settled. CPU of the process, on
SQLite; median of {ROUNDS} rounds, all sizes in each; beside it the ratio to the smallest one.
"""


async def run() -> Report:
    """Fills six databases, measures in turn, then lets ten thousand press one card."""
    report = Report("From ten to a million")
    with tempfile.TemporaryDirectory() as folder:
        found = json.loads(await _told("costs", Path(folder)))
        pressed: Mapping[str, float] = json.loads(await _told("presses", Path(folder)))
    costs: list[Rounds] = found["costs"]
    report.say(WHAT)
    _table(report, costs)
    report.say(f"Filled in {found['filled']:.0f} s.")
    report.say()
    for kind in KINDS:
        ratio = _ratio(costs, LARGE, kind)
        report.target(f"a {kind} among 100,000", ratio, 1.2, "x one among 10")
    _presses(report, pressed)
    return report


async def _told(what: str, folder: Path) -> bytes:
    """What the process has found, as JSON."""
    result, log = folder / f"{what}.json", folder / "growing.log"
    with Bot(python("tests.bench.bots.growing", what, folder, result), {}, log=log) as bot:
        if await bot.over():
            raise RuntimeError(bot.tail())
    return result.read_bytes()


def _table(report: Report, costs: Sequence[Rounds]) -> None:
    head = ("members, jobs", *(word for kind in KINDS for word in (f"{kind} us", "x")))
    rows = []
    for at, size in enumerate(SIZES):
        cells = [
            (f"{middle(costs[at][kind]):.0f}", f"{_ratio(costs, at, kind):.2f}") for kind in KINDS
        ]
        rows.append((f"{size:,}", *(cell for pair in cells for cell in pair)))
    report.table(head, rows)
    report.figures["rows"] = [list(row) for row in rows]


def _ratio(costs: Sequence[Rounds], at: int, kind: str) -> float:
    """The median of the ratios of the rounds."""
    pairs = zip(costs[at][kind], costs[0][kind], strict=True)
    return middle([mine / its for mine, its in pairs])


def _presses(report: Report, told: Mapping[str, float]) -> None:
    report.say(f"{CROWD:,} people press one card to join and once more to agree, each press comes")
    report.say(f"twice, {2 * AT_ONCE:,} at a time:")
    report.target("the slower of both", told["seconds"], 60, "s")
    lost = max(0, CROWD - told["members"]) + max(0, CROWD - told["agreed"])
    twice = max(0, told["members"] - CROWD) + max(0, told["agreed"] - CROWD)
    report.target("presses lost", lost, 0, "")
    report.target("presses counted twice", twice, 0, "")
