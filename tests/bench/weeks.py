"""Eight weeks of five hundred people, to whom the tests make the same promises as to sixty."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.report import Report
from tests.simulation import test_eight_weeks as promises
from tests.simulation.chronicle import Chronicle, lived

PEOPLE = 500


async def run() -> Report:
    """Lives through them once, in a thread of its own."""
    report = Report("Eight weeks of five hundred people")
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        told = await asyncio.to_thread(lived, Path(folder), PEOPLE)
    seconds = time.process_time() - began
    report.say(f"{len(told.letters):,} messages, {sum(told.pressed.values()):,} presses and forms,")
    report.say(f"{told.refused:,} sends refused in outages; {seconds:.0f} s of CPU.")
    broken = list(_broken(told))
    for name in broken:
        report.say(f"broken: {name}")
    report.target("promises broken", len(broken), 0, "")
    return report


def _broken(told: Chronicle) -> Iterator[str]:
    for name, promise in vars(promises).items():
        if name.startswith("test_"):
            try:
                promise(told)
            except AssertionError as error:
                yield f"{name}: {str(error)[:300]}"
