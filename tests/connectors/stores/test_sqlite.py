"""What only the SQLite store promises: one owner, no loss, clear errors, databases that age."""

import asyncio
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import pytest

from connectors.stores.schema import COTERIE, MIGRATIONS, migrate
from connectors.stores.sqlite import SqliteStore
from core.engine.errors import Conflict, StoreError, Undeclared
from core.engine.ports import Address, Record, Tally
from tests.contracts.notes import A_MINUTE, MONDAY, Note, save, what

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "coterie.db"


async def start(what: str, path: Path) -> Process:
    script = str(Path(__file__).with_name("killed.py"))
    env = {"PYTHONPATH": str(ROOT)}
    return await asyncio.create_subprocess_exec(
        sys.executable, script, what, str(path), stdout=PIPE, env=env
    )


async def lines(process: Process, count: int) -> list[str]:
    assert process.stdout is not None
    return [(await process.stdout.readline()).decode().strip() for _ in range(count)]


async def killed(process: Process) -> list[str]:
    """Kills, without warning; answers what it had still said."""
    process.kill()
    rest, _ = await process.communicate()
    return rest.decode().split("\n")[:-1]


async def test_what_was_acknowledged_survives_kill_9(path: Path) -> None:
    acknowledged: list[str] = []
    for run, count in (("a", 1), ("b", 40), ("c", 200)):
        process = await start(run, path)
        acknowledged += await lines(process, count)
        acknowledged += await killed(process)
    async with SqliteStore(path) as store:
        seen = await store.seen("main", acknowledged)
        read = store.reader("main")
        total = await read.tally("events", "all")
        assert set(seen) == set(acknowledged)
        assert len(await all_of(store, Address)) == total >= len(acknowledged) >= 241
        assert len({due.job.key for due in await store.due(MONDAY, limit=10_000)}) == total


async def all_of(store: SqliteStore, kind: type[Record]) -> list[Record]:
    page = await store.reader("main").find(kind)
    found = list(page.items)
    while page.cursor:
        page = await store.reader("main").find(kind, after=page.cursor)
        found += page.items
    return found


async def test_a_database_has_one_owner_until_that_dies(path: Path) -> None:
    process = await start("a", path)
    await lines(process, 1)
    with pytest.raises(StoreError, match="another Coterie is running on this database"):
        await SqliteStore(path).open()
    await killed(process)
    async with SqliteStore(path):
        with pytest.raises(StoreError, match="another Coterie"):
            await SqliteStore(path).open()
    async with SqliteStore(path) as store:
        assert (await store.reader("main").find(Address)).items != ()


async def test_a_full_disk_is_an_error_and_nothing_is_half_there(path: Path) -> None:
    process = await start("fill", path)
    said, _ = await process.communicate()
    error, result = said.decode().strip().split("\n")
    kept, total, *seen = result.split()
    assert error.startswith("the database says: ")
    assert int(kept) > 2
    assert int(total) == int(kept) + 1
    assert seen == [f"big-{int(kept) - 1}"]


async def test_a_locked_database_is_an_error_and_then_works_again(path: Path) -> None:
    async with SqliteStore(path, records=(Note,), patience=0.05) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked"):
                await save(store, Note(id="n1"))
            other.execute("ROLLBACK")
        await save(store, Note(id="n1"))
        assert await store.reader("main").get(Note, "n1") == Note(id="n1", version=1)


async def test_a_closed_store_says_so(path: Path) -> None:
    store = await SqliteStore(path).open()
    waiting = asyncio.gather(*(save(store, Address(id=f"fake:t:{n}")) for n in range(50)))
    await asyncio.sleep(0)
    await store.close()
    await waiting
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.commit([what("e1")])
    with pytest.raises(StoreError, match="closed"):
        await store.reader("main").get(Address, "a")
    with pytest.raises(StoreError, match="closed"):
        await store.claimed()
    async with SqliteStore(path) as store:
        assert len(await all_of(store, Address)) == 50


async def test_an_answer_nobody_waits_for_is_no_error(path: Path) -> None:
    async with SqliteStore(path) as store:
        task = asyncio.ensure_future(store.commit([what("e1")]))
        await asyncio.sleep(0)
        task.cancel()
        await store.commit([what("e2")])
        assert set(await store.seen("main", ["e1", "e2"])) == {"e1", "e2"}


async def test_numbers_that_no_database_holds_are_refused(path: Path) -> None:
    async with SqliteStore(path) as store:
        with pytest.raises(OverflowError):
            await store.commit([what("e1", tallies=(Tally(board="b", subject="s", by=2**63),))])
        assert await store.seen("main", ["e1"]) == {}


def shopping_list(path: Path) -> None:
    path.write_text("tea, cake, a very long rope, and whatever else there is; " * 99)


def shopping_app(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE shopping (item TEXT)")


@pytest.mark.parametrize(
    ("make", "why"),
    [(shopping_list, "not a database"), (shopping_app, "belongs to another program")],
)
def test_a_file_that_is_not_ours_is_left_alone(
    make: Callable[[Path], None], why: str, tmp_path: Path
) -> None:
    path = tmp_path / "shopping"
    make(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=why):
        asyncio.run(SqliteStore(path).open())
    assert path.read_bytes() == before


async def test_a_database_of_a_newer_coterie_is_left_alone(path: Path) -> None:
    async with SqliteStore(path):
        pass
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer Coterie"):
        await SqliteStore(path).open()


def test_a_migration_that_fails_is_taken_up_again(tmp_path: Path) -> None:
    steps = [*MIGRATIONS, ("CREATE TABLE extra (x)", "CREATE INDEX broken ON nothing (x)")]
    mended = [*MIGRATIONS, ("CREATE TABLE extra (x)",), ("ALTER TABLE extra ADD COLUMN y",)]
    with closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as db:
        with pytest.raises(sqlite3.OperationalError):
            migrate(db, steps)
        db.rollback()
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert db.execute("PRAGMA application_id").fetchone() == (COTERIE,)
        migrate(db, mended)
        migrate(db, mended)
        assert db.execute("SELECT x, y FROM extra").fetchall() == []


class Renamed(Record, frozen=True, kw_only=True):
    """Note, as a later release declares it."""

    kind: ClassVar[str] = "note"
    indexes: ClassVar[tuple[str, ...]] = ("author", "text")
    order: ClassVar[str] = "text"
    schema: ClassVar[int] = 3

    author: str | None = None
    text: str = ""
    times: int = 0


def counted(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "times": body.get("times", 0) + 1}


def shouted(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "text": body["text"].upper()}


async def some_notes(path: Path) -> None:
    async with SqliteStore(path, records=(Note,)) as store:
        await save(
            store, *(Note(id=f"n{n:04}", author="ada", text=f"t{n:04}") for n in range(1200))
        )


async def test_records_follow_their_declaration(path: Path) -> None:
    await some_notes(path)
    upgrades = {"note": (counted, shouted)}
    for _ in range(2):
        async with SqliteStore(path, records=(Renamed,), upgrades=upgrades) as store:
            read = store.reader("main")
            page = await read.find(Renamed, author="ada", limit=2)
            assert [(note.text, note.times) for note in page.items] == [("T0000", 1), ("T0001", 1)]
            assert (await read.find(Renamed, text="T0700")).items[0].id == "n0700"
            with pytest.raises(Undeclared):
                await read.find(Renamed, topic="tea")
    with pytest.raises(StoreError, match="note was written by a newer Coterie"):
        await SqliteStore(path, records=(Note,)).open()


async def test_an_upgrade_that_stops_half_way_goes_on_where_it_was(path: Path) -> None:
    await some_notes(path)

    def fails(body: dict[str, Any]) -> dict[str, Any]:
        assert body["id"] != "n0700"
        return counted(body)

    with pytest.raises(AssertionError):
        await SqliteStore(path, records=(Renamed,), upgrades={"note": (fails, shouted)}).open()
    upgrades = {"note": (counted, shouted)}
    async with SqliteStore(path, records=(Renamed,), upgrades=upgrades) as store:
        assert {note.times for note in await all_of(store, Renamed)} == {1}  # type: ignore[attr-defined]


async def test_a_body_that_fits_no_declaration_is_named(path: Path) -> None:
    await some_notes(path)

    def broken(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "text": 7}

    with pytest.raises(StoreError, match="a stored note is not what it should be"):
        await SqliteStore(path, records=(Renamed,), upgrades={"note": (broken,)}).open()


async def test_a_board_may_become_ranked_and_cease_to_be(path: Path) -> None:
    tallies = tuple(Tally(board="points/c1", subject=name) for name in ("ada", "bo"))
    for ranked in ((), ("points",), ("points/c1",), ("other",), ("points",)):
        async with SqliteStore(path, ranked=ranked) as store:
            await store.commit([what(tallies=tallies)])
    async with SqliteStore(path, ranked=("points",)) as store:
        assert list(await store.reader("main").top("points/c1", 9)) == [("ada", 5), ("bo", 5)]


@pytest.mark.parametrize("kind", ["", "two words", 'a"b', "Name"])
def test_a_kind_has_to_be_a_name(kind: str, tmp_path: Path) -> None:
    nameless = type("Nameless", (Record,), {"kind": kind}, frozen=True, kw_only=True)
    with pytest.raises(ValueError, match="no name for a table"):
        SqliteStore(tmp_path / "db", records=(nameless,))


def test_two_records_cannot_share_a_kind(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the same kind"):
        SqliteStore(tmp_path / "db", records=(Note, Renamed))


async def test_a_field_that_no_index_takes_is_an_error(path: Path) -> None:
    class Listed(Record, frozen=True, kw_only=True):
        kind: ClassVar[str] = "listed"
        indexes: ClassVar[tuple[str, ...]] = ("names",)

        names: tuple[str, ...] = ()

    async with SqliteStore(path, records=(Listed,)) as store:
        with pytest.raises(TypeError, match=r"listed\.names"):
            await save(store, Listed(id="l1"))


async def test_a_conflict_among_many_commits_undoes_only_itself(path: Path) -> None:
    async with SqliteStore(path, records=(Note,)) as store:
        await save(store, Note(id="n1", at=MONDAY))
        ours = [save(store, Note(id="n1", version=1, at=MONDAY + n * A_MINUTE)) for n in range(20)]
        results = await asyncio.gather(*ours, return_exceptions=True)
        assert [type(result) for result in results] == [type(None)] + [Conflict] * 19
        assert await store.reader("main").get(Note, "n1") == Note(id="n1", version=2, at=MONDAY)
