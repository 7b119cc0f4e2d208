"""Who meets whom: how long a draw takes, who meets again, and how near to the best it comes."""

import json
import random
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from core.pairs.matching.draw import draw
from core.pairs.matching.people import Candidate, Draw, Rules
from tests.bench.bots.launch import BENCH, PEERS, install_peers
from tests.bench.report import Report, middle

SIZES = (20, 100, 200, 800, 1_000, 10_000, 100_000)
ROUNDS, YEAR = 12, 52
TIMES = 3
ZONES, TEAMS, OFTEN = 6, 12, 0.8


async def run() -> Report:
    """Draws after twelve rounds, beside others on the same people; and then a year of rounds."""
    report = Report("Who meets whom")
    report.say(f"{ZONES} zones, {TEAMS} teams, {ROUNDS} rounds behind them; seconds are of CPU")
    peers = install_peers()
    rows: list[tuple[object, ...]] = []
    for size in SIZES:
        told = _measured(size)
        found = _beside(told) if peers else {"ours": {"seconds": told.seconds}}
        for name, one in found.items():
            again, share = one.get("repeats", 0), one.get("share", 0.0)
            row = (f"{one['seconds']:.3f}", f"{again:,}", f"{100 * share:.2f}")
            rows.append((f"{size:,}", name, *row))
        _targets(report, size, found["ours"])
    report.table(("people", "by", "seconds", "meet again", "% of the best"), rows)
    for size in (100, 1_000, 10_000):
        report.target(f"again in {YEAR} rounds of {size:,}", _year(size), 0, "pairs")
    return report


def _targets(report: Report, size: int, ours: Mapping[str, float]) -> None:
    most = {100: 0.05, 800: 1.0, 100_000: 0.5}.get(size)
    if most is not None:
        report.target(f"a draw of {size:,}", ours["seconds"], most, "s")
    if "share" in ours and (size <= 800 or size >= 10_000):
        least = 99.9 if size >= 10_000 else 99.5
        report.target(f"of the best, {size:,}", 100 * ours["share"], least, "%", least=True)
        report.target(f"meet again, {size:,}", ours["repeats"], 0, "pairs")


@dataclass(frozen=True)
class Told:
    """What the others are told, and what came out of ours."""

    zone: list[int]
    team: list[int]
    past: list[tuple[int, int]]
    ours: list[tuple[int, int]]
    seconds: float


def _measured(size: int) -> Told:
    people, zone, team = _crowd(size)
    past: list[bytes] = []
    met: list[tuple[int, int]] = []
    for round in range(ROUNDS):
        drawn = draw(people, Rules(past=past), f"round {round}")
        past.append(drawn.keys)
        met += _numbers(drawn)
    seconds: list[float] = []
    pairs: list[tuple[int, int]] = []
    for turn in range(TIMES):
        began = time.process_time()
        drawn = draw(people, Rules(past=past), f"turn {turn}")
        seconds.append(time.process_time() - began)
        pairs = _numbers(drawn)
    return Told(zone, team, met, pairs, middle(seconds))


def _crowd(size: int) -> tuple[list[Candidate], list[int], list[int]]:
    """Two zones are mostly one team each, so that the best is not plain to see."""
    dice = random.Random(size)
    zone = [dice.randrange(ZONES) for _ in range(size)]
    team = [at if at < 2 and dice.random() < OFTEN else dice.randrange(TEAMS) for at in zone]
    people = [
        Candidate(id=f"{n:032x}", team=f"t{t}", hours=0xFF << (4 + 2 * z))
        for n, (z, t) in enumerate(zip(zone, team, strict=True))
    ]
    return people, zone, team


def _numbers(drawn: Draw) -> list[tuple[int, int]]:
    return [(int(one, 16), int(other, 16)) for one, other in (g.people for g in drawn.groups)]


def _beside(told: Told) -> dict[str, dict[str, float]]:
    command = (PEERS / "bin" / "python", BENCH / "bots" / "matching.py")
    asked = json.dumps(asdict(told)).encode()
    done = subprocess.run(command, input=asked, capture_output=True, check=True)
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found


def _year(size: int) -> int:
    """How many pairs met before, in a year of weekly rounds."""
    people, _, _ = _crowd(size)
    past: list[bytes] = []
    again = 0
    for round in range(YEAR):
        drawn = draw(people, Rules(past=past), f"week {round}")
        past.append(drawn.keys)
        again += sum(group.again > 0 for group in drawn.groups)
    return again
