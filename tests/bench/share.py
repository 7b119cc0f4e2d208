"""A course link to a hundred thousand people: counted, begun, and sent at the rate allowed."""

import json
import tempfile
from pathlib import Path

from tests.bench.bots.sharing import PEOPLE, RATE, SECONDS
from tests.bench.host import Bot, python
from tests.bench.report import Report


async def run() -> Report:
    """Shares once, in a process of its own."""
    report = Report(f"A course link to {PEOPLE:,} people")
    with tempfile.TemporaryDirectory() as folder:
        result, database = Path(folder) / "share.json", Path(folder) / "share.db"
        command = python("tests.bench.bots.sharing", database, result)
        with Bot(command, {}, log=Path(folder) / "share.log") as bot:
            if await bot.over():
                raise RuntimeError(bot.tail())
        told: dict[str, float] = json.loads(result.read_text())
    report.say(f"All are counted with their reasons in {told['counted']:.1f} s;")
    report.say(f"a platform allows {RATE:,.0f} a second, watched for {SECONDS:.0f} s.")
    report.target("the first card, from when it leaves", told["first"], 2, "s")
    report.target("the rate that is allowed", told["rate"] / RATE, 0.97, "of it", least=True)
    report.target("memory on top, while counting and sending", told["grown"], 40, "MB")
    report.say(f"Others on the loop come {told['late']:.0f} ms late meanwhile, p99.")
    return report
