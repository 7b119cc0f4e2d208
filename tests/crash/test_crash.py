"""kill -9 at random points: nothing that was answered is lost, and nobody is written to twice."""

from pathlib import Path

import pytest

from tests.crash.drive import Found, Plan, drive
from tests.crash.mongod import mongod
from tests.crash.telling import told

ONE = Plan(kills=30, people=220, seconds=30.0, seed=7, longest=0.7, early=False)
THREE = Plan(kills=6, people=50, seconds=15.0, seed=7, longest=2.0, early=False)
LEAST = 4


def sound(name: str, plan: Plan, found: Found) -> None:
    """All of it adds up; a slow machine is killed less often in the time there is."""
    report = told({name: (plan, found)})
    assert set(report.missed) <= {f"kills on {name}"}, "\n".join(report.lines)
    assert len(found.kills) >= LEAST


async def test_a_killed_service_loses_nothing_that_it_answered(tmp_path: Path) -> None:
    sound("SQLite", ONE, await drive(ONE, tmp_path))


async def test_when_one_of_three_processes_is_killed_the_others_take_over_and_lose_nothing(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with mongod(tmp_path_factory.mktemp("mongod")) as uri:
        sound("MongoDB", THREE, await drive(THREE, tmp_path, uri))
