"""However much there is, a copy takes no more room than a small one."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.connectors.transfer.killing import copies

MANY = 100_000
A_LITTLE = 30  # MB


GROW = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO jobs
    (org, key, lane, weight, due, seq, state, why, tries, finished, lined, body, next)
SELECT
    'grown', key || i, lane || i, weight, due, seq, state, why, tries, finished, lined, body, next
FROM n, jobs WHERE org = 'main' AND key = 'main/second'"""


def grown(path: Path) -> None:
    """The same with many more jobs."""
    with closing(sqlite3.connect(path)) as db:
        db.execute(GROW, (MANY,))
        db.commit()


def peak(said: str) -> int:
    """Megabytes, of a copy in which everything has come."""
    assert "Everything has come" in said
    (megabytes,) = re.findall(r"^peak (\d+) MB$", said, re.MULTILINE)
    return int(megabytes)


async def test_a_hundred_thousand_take_as_little_memory_as_a_hundred(
    old: Path, new: Path, tmp_path: Path
) -> None:
    _, said = await copies(old, tmp_path / "small.jsonl.gz")
    small = peak(said)
    grown(old)
    for source, target in ((old, tmp_path / "all.jsonl.gz"), (tmp_path / "all.jsonl.gz", new)):
        _, said = await copies(source, target, dies_after=100)
        assert peak(said) < small + A_LITTLE
        assert "jobs                   100,042       100,042" in said
        assert "  jobs: 100,000" in said
