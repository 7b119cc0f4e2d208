"""kill -9 at any moment: what was answered is there, and nothing is there twice unmarked."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

from connectors.stores.sqlite import SqliteStore
from tests.engine.crashing import BOARD, CHAT
from tests.engine.machine import Count

ROOT = Path(__file__).parent.parent.parent
EVENTS, KILLS = 300, 3


def life(folder: Path, answers: int) -> set[str]:
    """One process; it is killed after so many answers. Says which events it answered."""
    command = [sys.executable, "-m", "tests.engine.crashing", str(folder), str(EVENTS)]
    answered: set[str] = set()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - it is our own
        assert process.stdout is not None
        for line in process.stdout:
            answered.add(line.strip())
            if len(answered) == answers:
                process.kill()
    return answered


async def unsure(store: SqliteStore, id: str) -> bool:
    """A message that two kills interrupted is not sent a third time: it is told as unconfirmed."""
    due = await store.job("main", id)
    return due is not None and due.state == "unconfirmed"


async def test_a_killed_process_loses_nothing_that_it_answered(tmp_path: Path) -> None:
    dice = Random(7)
    answered = [life(tmp_path, dice.randint(20, EVENTS - 20)) for _ in range(KILLS)]

    whole = life(tmp_path, EVENTS + 1)

    shown = (tmp_path / CHAT).read_text().splitlines()
    once = Counter(line for line in shown if not line.endswith("(again)"))
    missing = whole - {line.removesuffix(" (again)") for line in shown}
    assert all(answered)
    assert len(whole) == EVENTS
    assert set(once.values()) == {1}
    async with SqliteStore(tmp_path / "test.db", records=(Count,)) as store:
        read = store.reader("main")
        assert await read.tally(BOARD, "all") == EVENTS
        assert all([await read.get(Count, id) for id in whole])
        assert all([await unsure(store, id) for id in missing])
