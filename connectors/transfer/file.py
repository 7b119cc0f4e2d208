"""A whole installation in one file: a JSON object a line, as it is or packed by gzip.

The first line says what it is, the last one how much there has to be of each kind.
"""

import gzip
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import groupby, islice
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
from msgspec import Struct

from connectors.stores.entries import BATCH, STRANGE, AnyEntry, Kept, Place, Refused, Totals
from core.engine.ports import Record

FORMAT = 1
SIZE = 16
PACKED = b"\x1f\x8b"
FOREIGN = "{path} is no file that Coterie has exported"
ALTERED = (
    "{path} is not as it was written: {wrong}. It was cut or altered on the way, and nothing of it"
    " counts. Take the original, or export once more"
)
NEWER = "{path} was written by a newer Coterie ({what}). Update this one, and import it then"


class Head(Struct, frozen=True, kw_only=True, tag_field="is", tag="coterie"):
    """The first line. `copy` names what is in it, `made` says when it was begun."""

    format: int
    copy: str
    made: datetime


class End(Struct, frozen=True, kw_only=True, tag_field="is", tag="end"):
    """The last line: how much there has to be, and the digest of all lines before it."""

    totals: Totals
    lines: str


Line = Head | End | AnyEntry
_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)
decode = _decoder.decode


class FileSource:
    """Everything in a file, if it is as it was written and of these kinds of records."""

    def __init__(self, path: Path, records: Sequence[type[Record]]) -> None:
        self._path = path
        self._schemas = {kind.kind: kind.schema for kind in records}
        self._totals: Totals = {}

    async def entries(self, after: Place | None = None) -> AsyncIterator[Sequence[AnyEntry]]:
        """Everything after this place. Raises Refused for what Coterie did not write so."""
        for batch in batches(self._entries(after)):
            yield batch

    async def confirm(self, totals: Totals) -> None:
        """Raises Refused if that is not what there has to be."""
        if totals != self._totals:
            raise self._altered("what is in it is not what its last line says")

    def _entries(self, after: Place | None) -> Iterator[AnyEntry]:
        lines = read(self._path)
        self._begins(next(lines, None))
        for line in lines:
            if isinstance(line, End):
                self._totals = line.totals
                break
            if isinstance(line, Head):
                raise self._altered("it begins twice")
            self._know(line)
            if after is None:
                yield line
            elif line.place == after:
                after = None
        else:
            raise self._altered("its end is missing")
        if next(lines, None):
            raise self._altered("it goes on after its end")

    def _begins(self, line: Line | None) -> None:
        if not isinstance(line, Head):
            raise Refused(FOREIGN.format(path=self._path))
        if line.format > FORMAT:
            raise Refused(NEWER.format(path=self._path, what=f"format {line.format}"))

    def _know(self, entry: AnyEntry) -> None:
        if not isinstance(entry, Kept):
            return
        schema = self._schemas.get(entry.kind)
        if schema is None:
            raise Refused(STRANGE.format(where=self._path, kinds=entry.kind))
        if entry.schema > schema:
            what = f"schema {entry.schema} of {entry.kind}, and this one knows {schema}"
            raise Refused(NEWER.format(path=self._path, what=what))

    def _altered(self, wrong: str) -> Refused:
        return Refused(ALTERED.format(path=self._path, wrong=wrong))


def read(path: Path) -> Iterator[Line]:
    """The lines of a file, packed or not. Raises Refused where one cannot be read."""
    with path.open("rb") as file:
        packed = file.read(len(PACKED)) == PACKED
        file.seek(0)
        lines = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
        number, digest = 0, blake2b(digest_size=SIZE)
        try:
            for line in lines:
                number += 1
                yield _line(line, digest)
        except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
            if number == 1:
                raise Refused(FOREIGN.format(path=path)) from wrong
            raise Refused(ALTERED.format(path=path, wrong=f"line {number}, {wrong}")) from wrong
        except (EOFError, gzip.BadGzipFile, zlib.error) as wrong:
            raise Refused(ALTERED.format(path=path, wrong=f"{wrong}")) from wrong


def _line(line: bytes, before: "blake2b") -> Line:
    found = decode(line)
    if isinstance(found, End) and found.lines != before.hexdigest():
        raise msgspec.DecodeError("the lines before it are not those that were written")
    before.update(line)
    return found


def batches(entries: Iterator[AnyEntry]) -> Iterator[Sequence[AnyEntry]]:
    """The same, some of one section at a time."""
    for _, some in groupby(entries, lambda entry: entry.place[0]):
        while batch := list(islice(some, BATCH)):
            yield batch
