"""The file that says which e-mail address replaces which: two columns, old and new."""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

LARGEST = 8 * 1024 * 1024
LONGEST = 254
MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
SHOWN = 60


class Unreadable(Exception):
    """The file cannot be used; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emails:
    """What the file says, and which of its lines say nothing."""

    new: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: Sequence[str] = ()

    def strangers(self, known: Collection[str]) -> list[str]:
        """The lines about nobody who is in the cohort."""
        return [
            f"line {number}: nobody in this cohort has {old}"
            for old, number in self.lines.items()
            if old not in known
        ]


def load(path: Path) -> Emails:
    """The file; raises Unreadable."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise Unreadable(f"{path} is larger than {LARGEST // 1024**2} MB: is it the right file?")
    return parse(data)


def parse(data: bytes) -> Emails:
    """What the file says; raises Unreadable for what is no text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data[: error.start].count(b"\n") + 1
        raise Unreadable(f"line {number} is not UTF-8: save the file as CSV UTF-8") from error
    new: dict[str, str] = {}
    lines: dict[str, int] = {}
    taken: dict[str, int] = {}
    problems: list[str] = []
    for number, row in _rows(text, problems):
        problem = _problem(row, new, lines, taken)
        if problem:
            problems.append(f"line {number}: {problem}")
            continue
        old, other = _mail(row[0]), _mail(row[1])
        new[old], lines[old], taken[other] = other, number, number
    return Emails(new=new, lines=lines, problems=problems)


def _rows(text: str, problems: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines with something on them, without a header."""
    file = StringIO(text, newline="")
    reader = csv.reader(file, delimiter=_separator(text), skipinitialspace=True)
    first = True
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells and not (first and not any("@" in cell for cell in cells)):
                yield reader.line_num, cells
            first = first and not cells
    except csv.Error as error:
        problems.append(f"line {reader.line_num}: {error}; the rest was not read")


def _separator(text: str) -> str:
    start = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=start.count)


def _problem(
    row: Sequence[str],
    new: Mapping[str, str],
    lines: Mapping[str, int],
    taken: Mapping[str, int],
) -> str:
    if len(row) != len(("old", "new")):
        return f"two columns are needed, old and new, not {len(row)}"
    bad = next((cell for cell in row if not _is_mail(cell)), None)
    if bad is not None:
        return f"{_shown(bad)!r} is no e-mail address"
    old, other = _mail(row[0]), _mail(row[1])
    if old in new:
        return f"{old} stands on line {lines[old]} already"
    return f"{other} is somebody's on line {taken[other]} already" if other in taken else ""


def _is_mail(cell: str) -> bool:
    return len(cell) <= LONGEST and cell.isprintable() and MAIL.fullmatch(cell) is not None


def _mail(cell: str) -> str:
    return cell.lower()


def _shown(cell: str) -> str:
    return cell if len(cell) <= SHOWN else f"{cell[:SHOWN]}…"
