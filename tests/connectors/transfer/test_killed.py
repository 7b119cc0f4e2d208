"""Killed at any point and started again, it goes on where it was, and the result is the same."""

from pathlib import Path

import pytest

from core.engine.errors import StoreError
from core.engine.ports import Changes
from tests.connectors.transfer.house import Desk, commit, job, opened
from tests.connectors.transfer.killing import BATCHES, KILLED, copies


async def file_of(desk: Desk, path: Path, name: str) -> bytes:
    """All that is in a copy, as a file."""
    file = path.with_name(name) if path.suffix == ".db" else path
    assert file == path or await desk.copies(path, file) == 0
    return file.read_bytes()


@pytest.mark.parametrize("name", ["new.db", "new.jsonl", "new.jsonl.gz"])
async def test_each_run_goes_on_where_the_last_was_killed(
    name: str, desk: Desk, crowded: Path, tmp_path: Path
) -> None:
    """Each dies at its fourth batch: if one began from the beginning, none would ever end."""
    target, whole = tmp_path / name, tmp_path / f"whole-{name}"
    assert await desk.copies(crowded, whole) == 0
    for _ in range(3):
        ended, said = await copies(crowded, target, dies_at=BATCHES + 4)
        assert ended == KILLED, said
    ended, said = await copies(crowded, target)
    assert ended == 0, said
    assert await file_of(desk, target, "1.jsonl") == await file_of(desk, whole, "2.jsonl")
    assert "Copying" not in said


@pytest.mark.parametrize("name", ["new.db", "new.jsonl.gz"])
async def test_it_may_be_killed_in_the_middle_of_anything(
    name: str, desk: Desk, crowded: Path, tmp_path: Path
) -> None:
    target, whole = tmp_path / name, tmp_path / f"whole-{name}"
    assert await desk.copies(crowded, whole) == 0
    for number in range(5):
        await copies(crowded, target, dies_after=0.3 + 0.1 * number)
    ended, said = await copies(crowded, target)
    assert ended == 0, said
    assert await file_of(desk, target, "1.jsonl") == await file_of(desk, whole, "2.jsonl")


async def test_nothing_starts_on_half_a_copy(desk: Desk, crowded: Path, new: Path) -> None:
    await copies(crowded, new, dies_at=BATCHES + 4)
    with pytest.raises(StoreError, match="Run the same export or import again"):
        await opened(new).open()
    assert await desk.copies(crowded, new) == 0
    assert "Going on where it was …" in desk.said
    async with opened(new) as store:
        assert await store.job("main", "one of many 1099")


async def test_what_has_changed_meanwhile_does_not_join_what_it_was(
    desk: Desk, crowded: Path, new: Path, tmp_path: Path
) -> None:
    """The old service was started once more between two tries."""
    await copies(crowded, new, dies_at=BATCHES + 4)
    await copies(crowded, tmp_path / "new.jsonl", dies_at=BATCHES + 4)
    async with opened(crowded) as store:
        await commit(store, "main", "in between", Changes(jobs=(job("a new one"),)))
    assert await desk.copies(crowded, new) == 2
    assert "what is copied has changed since" in desk.words
    assert await desk.copies(crowded, tmp_path / "new.jsonl") == 0
    assert "a new one" in (tmp_path / "new.jsonl").read_text()


async def test_a_file_is_taken_in_where_it_was_killed(
    desk: Desk, crowded: Path, new: Path, tmp_path: Path
) -> None:
    file = tmp_path / "all.jsonl.gz"
    assert await desk.copies(crowded, file) == 0
    assert (await copies(file, new, dies_at=BATCHES + 4))[0] == KILLED
    assert await desk.copies(file, new) == 0
    assert "Going on where it was …" in desk.said
    assert await file_of(desk, new, "1.jsonl") == await file_of(desk, crowded, "2.jsonl")
