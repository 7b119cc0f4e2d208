"""`make crash`: kills the service at random points, and counts what is lost or there twice.

First one process on SQLite, then a web and two workers on MongoDB. It takes ten minutes at most.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.crash.drive import Found, Plan, drive
from tests.crash.mongod import mongod
from tests.crash.telling import told

SHARE = 0.8
"""Of the kills, those on SQLite: three processes that miss one another take longer."""


def main() -> int:
    """Prints the account; 1 when it does not add up."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--people", type=int, default=2000, help="on SQLite; on MongoDB a third")
    parser.add_argument("--minutes", type=float, default=6.0, help="after that nobody is killed")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    alone = round(asked.kills * SHARE)
    seconds = asked.minutes * 60
    plans = {
        "SQLite": Plan(kills=alone, people=asked.people, seconds=seconds * 0.65, seed=asked.seed),
        "MongoDB": Plan(
            kills=asked.kills - alone,
            people=asked.people // 3,
            seconds=seconds * 0.35,
            seed=asked.seed,
            longest=3.0,
        ),
    }
    runs: dict[str, tuple[Plan, Found]] = {}
    for name, plan in plans.items():
        runs[name] = (plan, run(name, plan))
        print(f"{name}: {len(runs[name][1].kills)} kills", flush=True)
    report = told(runs)
    print(*report.lines, sep="\n")
    return bool(report.missed)


def run(name: str, plan: Plan) -> Found:
    """One of them, in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as data:
        if name == "SQLite":
            return asyncio.run(drive(plan, Path(folder)))
        with mongod(Path(data)) as uri:
            return asyncio.run(drive(plan, Path(folder), uri))


if __name__ == "__main__":
    sys.exit(main())
