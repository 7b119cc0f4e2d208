"""kill -9 at random moments, while a course link goes out and people press: a little of it.

`make crash` is all of it.
"""

import tempfile
from pathlib import Path

from tests.bench.report import Report
from tests.crash.drive import Plan, drive
from tests.crash.telling import told

PLAN = Plan(kills=20, people=300, seconds=60.0, seed=9)


async def run() -> Report:
    """Kills, restarts, counts."""
    with tempfile.TemporaryDirectory() as folder:
        return told({"SQLite": (PLAN, await drive(PLAN, Path(folder)))})
