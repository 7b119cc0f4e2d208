"""A file counts as a whole or not at all."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.connectors.transfer.house import Desk

Lines = list[bytes]


@pytest.fixture
async def lines(desk: Desk, old: Path, tmp_path: Path) -> Lines:
    assert await desk.copies(old, tmp_path / "whole.jsonl") == 0
    return (tmp_path / "whole.jsonl").read_bytes().splitlines(keepends=True)


def without(number: int) -> Callable[[Lines], Lines]:
    return lambda lines: [*lines[:number], *lines[number:][1:]]


def altered(old: bytes, new: bytes) -> Callable[[Lines], Lines]:
    return lambda lines: b"".join(lines).replace(old, new, 1).splitlines(keepends=True)


DAMAGE: dict[str, Callable[[Lines], Lines]] = {
    "cut after the head": lambda lines: lines[:1],
    "cut after a line": lambda lines: lines[:40],
    "cut before its end": lambda lines: lines[:-1],
    "cut within a line": lambda lines: [*lines[:40], lines[40][:30]],
    "a line is missing": without(20),
    "a line is there twice": lambda lines: [*lines[:21], *lines[20:]],
    "a word is another": altered(b'"tries":1', b'"tries":2'),
    "a body is another": altered(b'"colour":"red"', b'"colour":"tea"'),
    "a field is unknown": altered(b'"tries":1', b'"tries":1,"more":1'),
    "a state is unknown": altered(b'"state":"sent"', b'"state":"eaten"'),
    "a number is too large": altered(b'"tries":1', b'"tries":99999999999999999999'),
    "a count is another": altered(b'"note":{"count":16', b'"note":{"count":17'),
    "a time is another": altered(b'"at":1772442000000000', b'"at":1772442000000009'),
    "two lines are turned": lambda lines: [*lines[:20], lines[21], lines[20], *lines[22:]],
    "another file follows": lambda lines: [*lines, *lines],
    "another file within": lambda lines: [*lines[:9], *lines],
    "half a character": altered(b"sent", b"\xff\xfe"),
}


@pytest.mark.parametrize("what", DAMAGE)
async def test_nothing_of_a_damaged_file_counts(
    what: str, lines: Lines, desk: Desk, new: Path, tmp_path: Path
) -> None:
    damaged = DAMAGE[what](lines)
    assert damaged != lines
    (tmp_path / "bad.jsonl").write_bytes(b"".join(damaged))
    assert await desk.copies(tmp_path / "bad.jsonl", new) == 2
    assert "is not as it was written" in desk.words
    (tmp_path / "good.jsonl").write_bytes(b"".join(lines))
    assert await desk.copies(tmp_path / "good.jsonl", new) == 0


@pytest.mark.parametrize("part", [0.2, 0.9, 0.999])
async def test_nothing_of_half_a_packed_file_counts(
    part: float, lines: Lines, desk: Desk, new: Path, tmp_path: Path
) -> None:
    packed = gzip.compress(b"".join(lines))
    (tmp_path / "bad.jsonl.gz").write_bytes(packed[: int(len(packed) * part)])
    assert await desk.copies(tmp_path / "bad.jsonl.gz", new) == 2
    assert "is not as it was written" in desk.words


@pytest.mark.parametrize("content", [b"", b"my notes\n", b"{}\n", b"\xff", b"\x1f\x8b\x00"])
async def test_a_file_of_somebody_else_is_refused(
    content: bytes, desk: Desk, new: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_bytes(content)
    assert await desk.copies(tmp_path / "notes.txt", new) == 2
    assert "notes.txt is no" in desk.words


async def test_nobody_else_may_read_what_was_exported(
    desk: Desk, old: Path, tmp_path: Path
) -> None:
    for name in ("all.jsonl", "all.jsonl.gz"):
        await desk.copies(old, tmp_path / name)
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert written(tmp_path) == {"all.jsonl", "all.jsonl.gz"}


def written(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("all*")}
