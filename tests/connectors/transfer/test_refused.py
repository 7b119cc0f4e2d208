"""What cannot be copied is refused in words that say what to do, and nothing is lost by it."""

import resource
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest

from connectors.stores.archive import SqliteSource
from connectors.stores.beside import BesideStore
from connectors.stores.sqlite import SqliteStore
from core.engine.errors import StoreError
from core.engine.ports import Changes
from tests.connectors.transfer.house import Desk, commit, job, opened
from tests.contracts.notes import KINDS, Note


class NewNote(Note, frozen=True, kw_only=True):
    """What became of a Note later."""

    kind: ClassVar[str] = "note"
    schema: ClassVar[int] = 2

    words: str = ""


def newer(body: dict[str, object]) -> dict[str, object]:
    return {"words": body.pop("text", ""), **body}


def sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


async def test_kinds_that_this_version_does_not_know_are_not_left_behind(
    desk: Desk, old: Path, new: Path
) -> None:
    assert await desk.copies(old, new, records=KINDS[:1]) == 2
    assert "does not know: badge (16)." in desk.words
    assert "Nothing was copied" in desk.words


async def test_a_kind_of_which_there_is_nothing_may_be_unknown(
    desk: Desk, old: Path, new: Path
) -> None:
    sql(old, 'DELETE FROM "r_badge"')
    assert await desk.copies(old, new, records=KINDS[:1]) == 0


async def test_a_file_with_unknown_kinds_is_refused(
    desk: Desk, old: Path, new: Path, tmp_path: Path
) -> None:
    await desk.copies(old, tmp_path / "all.jsonl")
    assert await desk.copies(tmp_path / "all.jsonl", new, records=KINDS[:1]) == 2
    assert "does not know: badge" in desk.words


async def test_a_file_of_a_newer_version_is_refused(
    desk: Desk, old: Path, new: Path, tmp_path: Path
) -> None:
    file = tmp_path / "all.jsonl"
    await desk.copies(old, file)
    file.write_bytes(file.read_bytes().replace(b'"schema":1', b'"schema":3'))
    assert await desk.copies(file, new) == 2
    assert "newer Coterie (schema 3 of" in desk.words


async def test_a_format_of_a_newer_version_is_refused(
    desk: Desk, old: Path, new: Path, tmp_path: Path
) -> None:
    file = tmp_path / "all.jsonl"
    await desk.copies(old, file)
    file.write_bytes(file.read_bytes().replace(b'"format":1', b'"format":2', 1))
    assert await desk.copies(file, new) == 2
    assert "newer Coterie (format 2)" in desk.words


async def test_what_an_older_version_wrote_is_brought_up_to_date_at_the_next_start(
    desk: Desk, old: Path, new: Path, tmp_path: Path
) -> None:
    await desk.copies(old, tmp_path / "all.jsonl")
    kinds = (NewNote, KINDS[1])
    assert await desk.copies(tmp_path / "all.jsonl", new, records=kinds) == 0
    async with SqliteStore(new, records=kinds, upgrades={"note": (newer,)}) as store:
        found = await store.reader("main").find(NewNote, topic="two words")
        assert [note.words for note in found.items] == ["two words"]


async def test_a_database_of_another_program_is_left_alone(
    desk: Desk, old: Path, new: Path
) -> None:
    new.parent.mkdir()
    sql(new, "CREATE TABLE theirs (it TEXT)")
    assert await desk.copies(old, new) == 2
    assert await desk.copies(new, old.with_name("all.jsonl")) == 2
    assert "new.db: this database belongs to another program" in desk.words


async def test_a_full_disk_is_told_and_it_goes_on_when_there_is_room(
    desk: Desk, crowded: Path
) -> None:
    """A limit on the size of files stands for a disk that is full."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)

    class Fills(list[str]):
        def append(self, said: str) -> None:
            super().append(said)
            if said == "Copying …":
                resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, unlimited[1]))

    desk.said = Fills()
    try:
        assert await desk.copies(crowded, crowded.with_name("all.jsonl")) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert "It cannot go on" in desk.words
    desk.said = []
    assert await desk.copies(crowded, crowded.with_name("all.jsonl")) == 0
    assert "Going on where it was …" in desk.said


async def test_a_database_in_use_is_neither_copied_nor_copied_into(
    desk: Desk, old: Path, new: Path
) -> None:
    async with opened(old):
        assert await desk.copies(old, new) == 2
        assert "another Coterie is running" in desk.words
        assert "Stop it, and run the same command again" in desk.words
    async with opened(new):
        assert await desk.copies(old, new) == 2
        assert "another Coterie is running" in desk.words


async def test_what_holds_something_already_is_left_alone(desk: Desk, old: Path, new: Path) -> None:
    async with opened(new) as store:
        await commit(store, "main", "", Changes(jobs=(job("mine"),)))
    assert await desk.copies(old, new) == 2
    assert "holds something already" in desk.words
    async with opened(new) as store:
        assert [it.job.key for it in await store.jobs("main")] == ["mine"]
        assert (await store.reader("main").find(Note)).items == ()


async def test_a_file_that_is_there_is_left_alone(desk: Desk, old: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    file.write_text("my notes")
    assert await desk.copies(old, file) == 2
    assert file.read_text() == "my notes"


@pytest.mark.parametrize("name", ["new.db", "all.jsonl", "all.jsonl.gz"])
async def test_copying_once_more_what_has_come_changes_nothing(
    name: str, desk: Desk, old: Path, tmp_path: Path
) -> None:
    assert await desk.copies(old, tmp_path / name) == 0
    before = (tmp_path / name).read_bytes()
    assert await desk.copies(old, tmp_path / name) == 0
    assert "Everything has come" in desk.words
    assert name == "new.db" or (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("none.db new.db", "there is no such file"),
        ("none.jsonl new.db", "there is no such file"),
        ("old.db old.db", "both are the same place"),
        ("postgres://me:hush@somewhere new.db", "that is no kind of database that Coterie knows"),
        ("old.db postgres://somewhere", "that is no kind of database that Coterie knows"),
    ],
)
async def test_where_it_cannot_go_it_says_so(
    way: str, said: str, desk: Desk, old: Path, tmp_path: Path
) -> None:
    named = [name if "://" in name else tmp_path / name for name in way.split()]
    assert await desk.copies(*named) == 2
    assert said in desk.words
    assert "hush" not in desk.words
    assert not (tmp_path / "none.db").exists()


async def test_a_difference_is_told_and_nothing_starts_on_it(
    desk: Desk, old: Path, new: Path
) -> None:
    async with opened(new):
        pass
    sql(
        new,
        "CREATE TRIGGER thief AFTER INSERT ON jobs WHEN new.key = 'main/second' BEGIN"
        " DELETE FROM jobs WHERE key = 'main/second'; END",
    )
    assert await desk.copies(old, new) == 1
    assert ["jobs", "42", "41", "DIFFERS"] in [line.split() for line in desk.said]
    assert "Not everything has come as it was: jobs." in desk.words
    with pytest.raises(StoreError, match="a copy into this database is not complete"):
        await opened(new).open()


async def test_what_differs_only_in_a_word_is_told(desk: Desk, old: Path, new: Path) -> None:
    async with opened(new):
        pass
    sql(
        new,
        "CREATE TRIGGER forger AFTER INSERT ON tallies WHEN new.subject = 'plain' BEGIN"
        " UPDATE tallies SET value = 7 WHERE subject = 'plain'; END",
    )
    assert await desk.copies(old, new) == 1
    assert ["tallies", "32", "32", "DIFFERS"] in [line.split() for line in desk.said]


async def test_no_command_works_beside_half_a_copy(desk: Desk, old: Path, new: Path) -> None:
    await test_a_difference_is_told_and_nothing_starts_on_it(desk, old, new)
    with pytest.raises(StoreError, match="is not complete"):
        await BesideStore(new, records=KINDS).open()
    assert await desk.copies(new, new.with_name("further.db")) == 2
    assert "is not complete" in desk.words


async def test_a_command_beside_the_service_cannot_write_while_it_is_copied(old: Path) -> None:
    """It would be written into the old one after its part was read."""
    async with BesideStore(old, records=KINDS, patience=0.1) as beside:
        async with SqliteSource(old, records=KINDS):
            with pytest.raises(StoreError, match="locked"):
                await commit(beside, "main", "meanwhile")
        await commit(beside, "main", "afterwards")
