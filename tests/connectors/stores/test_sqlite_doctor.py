"""What is wrong with a database in a file is said before it costs anything."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.stores import sqlite_doctor
from connectors.stores.sqlite import SqliteStore
from core.checks import Check
from core.engine.ports import Changes, Commit, Event, Job, Raise

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
EVENT = Event(id="e1", org="main", source="timer", name="bell")


def looked(path: Path) -> Mapping[str, Check]:
    return {check.name: check for check in sqlite_doctor.checks(path, NOW)}


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A database that was used: one job comes up in an hour."""
    path = tmp_path / "coterie.db"
    async with SqliteStore(path) as store:
        await store.lease()
        await plan(store, NOW + timedelta(hours=1))
    return path


async def plan(store: SqliteStore, due: datetime) -> None:
    job = Job(key=f"bell/{due:%H%M}", lane="bell", work=Raise(EVENT), due=due)
    await store.commit([Commit(org="main", event="", at=NOW, changes=Changes(jobs=(job,)))])


def test_a_database_in_use_is_well(path: Path) -> None:
    found = looked(path)
    assert {name: check.said for name, check in found.items() if check.state != "ok"} == {}
    assert set(found) == {"database", "database content", "poison", "queue"}


async def test_looking_disturbs_nobody_who_writes(path: Path) -> None:
    async with SqliteStore(path) as store:
        assert {check.state for check in looked(path).values()} == {"ok"}
        await store.lease()
        await plan(store, NOW + timedelta(hours=2))


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    assert looked(tmp_path / "var" / "coterie.db")["database"].state == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder, and no database either")
    for path in (tmp_path / "file" / "coterie.db", tmp_path / "file", tmp_path):
        assert looked(path)["database"].state == "fail"


def test_a_damaged_database_is_told(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\x55" * (len(whole) - 4096))
    found = looked(path)["database content"]
    assert found.state == "fail"
    assert "last backup" in found.todo


async def test_a_database_of_a_later_version_is_told(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 999")
    assert looked(path)["database content"].state == "fail"


async def test_events_that_nobody_could_handle_are_told(path: Path) -> None:
    async with SqliteStore(path) as store:
        await store.poison("main", EVENT, "a fault", NOW)
    found = looked(path)["poison"]
    assert (found.state, found.said.partition(" ")[0]) == ("warn", "1")


async def test_what_should_have_gone_out_is_told(path: Path) -> None:
    async with SqliteStore(path) as store:
        await store.lease()
        await plan(store, NOW - timedelta(hours=3))
    found = looked(path)["queue"]
    assert (found.state, "2027-03-01 06:00" in found.said) == ("warn", True)


def test_little_room_is_told(path: Path) -> None:
    room = 2 * shutil.disk_usage(path).total
    assert sqlite_doctor.checks(path, NOW, room)[0].state == "warn"
