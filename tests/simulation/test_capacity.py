"""The record on capacity says what the simulated day gives; a million people are not too many."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.engine.ports import PARTITIONS
from tests.simulation.capacity import Morning, Site, morning

ROOT = Path(__file__).parent.parent.parent
(RECORD,) = (ROOT / "deploy" / "decisions").glob("0021-*.md")
ROW = re.compile(r"^\| ([\d,]+) \|" + r" ([\d,.]+) \|" * 7 + "$", re.MULTILINE)
ROWS = [[float(cell.replace(",", "")) for cell in row] for row in ROW.findall(RECORD.read_text())]


def site(row: Sequence[float]) -> Site:
    people, allowed, serving, workers = row[:4]
    return Site(people=int(people), allowed=allowed, serving=int(serving), workers=int(workers))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]:,.0f} people, {row[1]:,.0f}/s")
def test_the_record_says_what_the_day_gives(row: Sequence[float]) -> None:
    told = morning(site(row))
    nudge, answer, serving, working = row[4:]
    assert told.left == pytest.approx(0, abs=1e-3)
    assert told.nudge / 60 == pytest.approx(nudge, rel=0.1)
    assert told.answer == pytest.approx(answer, abs=5)
    assert told.serving * 100 == pytest.approx(serving, rel=0.1, abs=1)
    assert told.working * 100 == pytest.approx(working, rel=0.1, abs=1)


def test_the_record_shows_all_sizes() -> None:
    assert [row[0] for row in ROWS] == [10_000, 100_000, 1_000_000, 1_000_000, 10_000_000]


@pytest.fixture(scope="module")
def million() -> Morning:
    return morning(Site(people=1_000_000, allowed=500, workers=2))


def test_two_workers_keep_a_million_people_within_a_quarter_of_an_hour(million: Morning) -> None:
    assert million.nudge <= 15 * 60
    assert million.left < 1


def test_nobody_waits_for_an_answer_longer_than_a_dead_worker_takes_to_be_noticed(
    million: Morning,
) -> None:
    assert million.answer <= Site(people=1, allowed=1).taken_over


def test_cores_have_room_left_for_a_million_people(million: Morning) -> None:
    assert million.serving <= 0.5
    assert million.working <= 0.5


def test_more_workers_do_not_help_where_the_platform_allows_no_more() -> None:
    few = morning(Site(people=100_000, allowed=50, workers=2))
    many = morning(Site(people=100_000, allowed=50, workers=16))
    assert many.nudge == pytest.approx(few.nudge, rel=0.1)


def test_too_few_cores_are_seen() -> None:
    slow = morning(Site(people=1_000_000, allowed=5_000, workers=1, turn=0.01))
    assert slow.serving > 0.75
    assert slow.working == pytest.approx(0.85, abs=0.01)
    assert slow.nudge > 5 * 60


def test_a_worker_alone_makes_as_many_requests_as_the_record_says() -> None:
    each = Site(people=1, allowed=1).each
    assert f"makes {round(each, -1):.0f} a second" in RECORD.read_text()
    assert f": {each / PARTITIONS:.0f} for each of {PARTITIONS} partitions" in RECORD.read_text()
    assert f"takes {1 / Site(people=1, allowed=1).turn:.0f} turns" in RECORD.read_text()
