"""One HTTP/1.1 answer, as its bytes come. What is not plainly one is Broken; nothing is guessed."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

HEAD = 32 * 1024
LINE = 256
LARGEST = 4 * 1024 * 1024
EARLY = 8  # so many 1xx before the answer, and no more
EMPTY = frozenset({204, 304})
OK, SWITCHED = HTTPStatus.OK, HTTPStatus.SWITCHING_PROTOCOLS

STATUS = re.compile(r"HTTP/1\.([01]) ([1-5][0-9]{2})( .*)?")
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
LENGTH = re.compile(r"[0-9]{1,12}")
SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(;.*)?", re.DOTALL)


class Broken(ValueError):
    """No answer that HTTP/1.1 knows."""


class Answer(NamedTuple):
    """What came back; names of headers are written Like-This."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Reading:
    """Takes in one answer. `keep`: when it is whole, the connection is good for another one."""

    __slots__ = ("_body", "_buffer", "_chunked", "_early", "_headers", "_length", "_status", "keep")

    def __init__(self) -> None:
        self.keep = False
        self._buffer, self._body = bytearray(), bytearray()
        self._status, self._headers = 0, dict[str, str]()
        self._early = 0
        self._chunked, self._length = False, -1

    def feed(self, data: bytes) -> Answer | None:
        """The answer, once it is whole. Raises Broken."""
        self._buffer += data
        while not self._status:
            if not self._read_head():
                return None
        if self._chunked:
            return self._answer() if self._read_chunks() else None
        self._read_body()
        return self._answer() if len(self._body) == self._length else None

    def end(self) -> Answer:
        """The answer, when nothing more comes: one without a length ends so. Raises Broken."""
        if not self._status or self._chunked or self._length >= 0:
            raise Broken("it ended in the middle")
        return self._answer()

    def _answer(self) -> Answer:
        self.keep = self.keep and not self._buffer
        return Answer(self._status, self._headers, bytes(self._body))

    def _read_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n", 0, HEAD)
        if end < 0:
            if len(self._buffer) >= HEAD:
                raise Broken("its head has no end")
            return False
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        found = STATUS.fullmatch(first)
        if found is None:
            raise Broken(f"it begins with {first[:40]!r}")
        status = int(found[2])
        if status < OK:
            return self._wait_on(status)
        self._status, self._headers = status, _headers(lines)
        self._frame(newest=found[1] == "1")
        return True

    def _wait_on(self, status: int) -> bool:
        """A 1xx comes before the answer."""
        self._early += 1
        if status == SWITCHED or self._early > EARLY:
            raise Broken("it says what nobody asked for")
        return True

    def _frame(self, *, newest: bool) -> None:
        """How long the body is, and whether the connection stays."""
        coding = self._headers.get("Transfer-Encoding")
        length = self._headers.get("Content-Length")
        if self._status in EMPTY:
            self._length = 0
        elif coding is not None:
            if length is not None or coding.lower() != "chunked":
                raise Broken(f"its body is {coding[:40]!r}")
            self._chunked = True
        elif length is not None:
            if not LENGTH.fullmatch(length) or int(length) > LARGEST:
                raise Broken(f"its length is {length[:40]!r}")
            self._length = int(length)
        closes = "close" in self._headers.get("Connection", "").lower()
        self.keep = newest and not closes and (self._chunked or self._length >= 0)

    def _read_body(self) -> None:
        most = self._length - len(self._body) if self._length >= 0 else len(self._buffer)
        self._body += self._buffer[:most]
        del self._buffer[:most]
        if len(self._body) > LARGEST:
            raise Broken("it is too long")

    def _read_chunks(self) -> bool:
        """Whether the last chunk has come."""
        while (end := self._buffer.find(b"\r\n", 0, LINE)) >= 0:
            found = SIZE.fullmatch(bytes(self._buffer[:end]))
            size = int(found[1], 16) if found else LARGEST + 1
            if len(self._body) + size > LARGEST:
                raise Broken("it has a chunk of no sane size")
            if not size:
                return self._read_trailers(end)
            begin, after = end + 2, end + 2 + size
            if len(self._buffer) < after + 2:
                return False
            if self._buffer[after : after + 2] != b"\r\n":
                raise Broken("it has a chunk without an end")
            self._body += self._buffer[begin:after]
            del self._buffer[: after + 2]
        if len(self._buffer) >= LINE:
            raise Broken("it has a chunk without a size")
        return False

    def _read_trailers(self, last: int) -> bool:
        end = self._buffer.find(b"\r\n\r\n", last, last + HEAD)
        if end < 0 and len(self._buffer) >= last + HEAD:
            raise Broken("its trailers have no end")
        if end >= 0:
            del self._buffer[: end + 4]
        return end >= 0


def _headers(lines: list[str]) -> dict[str, str]:
    """By name; what is said twice about the body has to be the same."""
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not NAME.fullmatch(name):
            raise Broken(f"its head has {line[:40]!r}")
        name, value = name.title(), value.strip(" \t")
        if name in {"Content-Length", "Transfer-Encoding"} and found.get(name, value) != value:
            raise Broken(f"it says two things of its {name}")
        found[name] = value
    return found
