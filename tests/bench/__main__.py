"""The figures of this machine: `python -m tests.bench`, with names of sections for some of them.

Everything stays on this machine's loopback, and ends with the bench.
"""

import argparse
import asyncio
import importlib
import json
import platform
import resource
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.host import TICK
from tests.bench.report import Report
from tests.bench.world import now

SECTIONS = (
    "turn",
    "mongo",
    "chats",
    "start",
    "storm",
    "kill",
    "claim",
    "timers",
    "fanout",
    "rate",
    "batch",
    "match",
    "share",
    "search",
    "weeks",
    "links",
    "growth",
)
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Prints each section when it is done; 1 when a figure is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="section")
    wanted = parser.parse_args().sections or SECTIONS
    began, busy = time.perf_counter(), others()
    reports = [measure(name) for name in wanted]
    seconds = time.perf_counter() - began
    share = max(0.0, others() - busy) / seconds
    keep(reports, share)
    missed = [f"{report.title}: {name}" for report in reports for name in report.missed]
    print(f"\n{seconds:.0f} s; missed: {'; '.join(missed) or 'nothing'}")
    print(f"Others kept {share:.2f} cores of this machine busy; above 0.1 take it with salt.")
    return bool(missed)


def measure(name: str) -> Report:
    """Runs one section by itself."""
    began = time.perf_counter()
    report: Report = asyncio.run(importlib.import_module(f"tests.bench.{name}").run())
    title = f"{report.title} ({time.perf_counter() - began:.0f} s)"
    print(f"\n{title}\n{'=' * len(title)}", *report.lines, sep="\n", flush=True)
    return report


def others() -> float:
    """Seconds of CPU that were used on this machine by anyone but us."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _, _, *rest = (int(field) for field in fields)
    ours = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    used = sum(one.ru_utime + one.ru_stime for one in ours)
    return (user + nice + system + sum(rest[:3])) * TICK - used


def keep(reports: Sequence[Report], share: float) -> None:
    """Writes the figures where the next run can be compared with them."""
    RESULTS.mkdir(exist_ok=True)
    at = now()
    where = {
        "at": at.isoformat(),
        "python": platform.python_version(),
        "cpu": _cpu(),
        "others": share,
    }
    told = {report.title: report.figures for report in reports}
    path = RESULTS / f"{at:%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps({**where, "sections": told}, indent=1) + "\n")


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.machine()


if __name__ == "__main__":
    raise SystemExit(main())
