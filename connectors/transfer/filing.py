"""Writing the file of an export: beside its name, which it gets when it is complete."""

import gzip
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from connectors.stores.entries import AnyEntry, Occupied, Place, Totals
from connectors.transfer.file import FORMAT, SIZE, End, Head, batches, decode, read

PACKS = ".gz"
READABLE = 0o600
THERE = "{path} is there already. Name another file, or remove this one"


class FileTarget:
    """A file that a copy goes into; packed, if its name ends with .gz. Nobody else may read it."""

    _file: BinaryIO

    def __init__(self, path: Path, made: datetime) -> None:
        self._path, self._made = path, made
        self._part = path.with_name(f"{path.name}.part")
        self._opened = ExitStack()
        self._packed = path.with_name(f"{path.name}.packed")

    async def entries(self) -> AsyncIterator[Sequence[AnyEntry]]:
        """What is in it so far."""
        lines = read(self._path if self._path.exists() else self._part)
        for batch in batches(line for line in lines if not isinstance(line, Head | End)):
            yield batch

    async def begin(self, copy: str) -> Place | None:
        """Goes on with what is written of this copy; in place of another one, it begins anew."""
        if self._path.exists():
            self._part.unlink(missing_ok=True)
            raise Occupied(THERE.format(path=self._path))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._opened.enter_context(_own(self._part))
        size, last = _written(self._file, copy)
        self._file.seek(size)
        self._file.truncate()
        if not size:
            self._put(Head(format=FORMAT, copy=copy, made=self._made))
        return last

    async def write(self, entries: Sequence[AnyEntry]) -> None:
        """Takes the next entries."""
        self._put(*entries)

    def _put(self, *lines: Struct) -> None:
        self._file.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        self._file.flush()

    async def finish(self, totals: Totals) -> None:
        """Gives the file its name."""
        self._put(End(totals=totals, lines=_digest(self._part)))
        if self._path.suffix == PACKS:
            _pack(self._part, self._packed)
            self._packed.replace(self._path)
            self._part.unlink()
        else:
            os.fsync(self._file.fileno())
            self._part.replace(self._path)

    def close(self) -> None:
        """Lets go of it."""
        self._opened.close()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=SIZE)).hexdigest()


def _pack(plain: Path, packed: Path) -> None:
    with plain.open("rb") as lines, _own(packed) as file:
        file.truncate()
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as pack:
            shutil.copyfileobj(lines, pack)
        file.flush()
        os.fsync(file.fileno())


def _own(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, READABLE), "r+b")


def _written(file: BinaryIO, copy: str) -> tuple[int, Place | None]:
    """How many bytes are whole lines of this copy, and the place of the last."""
    size, last = 0, None
    for line in file:
        try:
            found = decode(line)
        except msgspec.DecodeError:
            break
        if not line.endswith(b"\n") or isinstance(found, End):
            break
        if isinstance(found, Head):
            if found.copy != copy:
                break
        else:
            last = found.place
        size += len(line)
    return size, last
