"""HTTP/1.1 on asyncio protocols: as little as a load generator needs to stay out of the way."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Handler = Callable[["Request"], bytes]
LENGTH = b"content-length:"
CHUNKED = b"transfer-encoding: chunked"


@dataclass(slots=True)
class Request:
    """What came in."""

    method: str
    path: str
    body: bytes


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


def answer(body: bytes, status: str = "200 OK") -> bytes:
    """A whole HTTP answer that holds JSON."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def post(path: str, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    """A whole HTTP request that brings JSON."""
    lines = (f"{name}: {value}" for name, value in (headers or {}).items())
    head = "\r\n".join(
        (
            f"POST {path} HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *lines,
        )
    )
    return head.encode() + b"\r\n\r\n" + body


def get(path: str) -> bytes:
    """A whole HTTP request that asks for something."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


class _Frames(asyncio.Protocol):
    """Cuts what arrives into heads and bodies."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            body, rest = _body(head, self._buffer[end + 4 :])
            if body is None:
                return
            self._buffer = rest
            self.arrived(head, body)

    def arrived(self, head: bytes, body: bytes) -> None:
        raise NotImplementedError


def _body(head: bytes, rest: bytes) -> tuple[bytes | None, bytes]:
    """The body and what follows it; None while it is not all here."""
    lower = head.lower()
    at = lower.find(LENGTH)
    if at >= 0:
        length = int(lower[at + len(LENGTH) :].split(b"\r\n", 1)[0])
        return (rest[:length], rest[length:]) if len(rest) >= length else (None, rest)
    if CHUNKED in lower:
        return _chunks(rest)
    return b"", rest


def _chunks(rest: bytes) -> tuple[bytes | None, bytes]:
    parts = []
    while (at := rest.find(b"\r\n")) >= 0:
        size = int(rest[:at].split(b";")[0], 16)
        if len(rest) < at + size + 4:
            return None, rest
        parts.append(rest[at + 2 : at + 2 + size])
        rest = rest[at + size + 4 :]
        if not size:
            return b"".join(parts), rest
    return None, rest


class _Serving(_Frames):
    def __init__(self, handle: Handler) -> None:
        super().__init__()
        self._handle = handle

    def arrived(self, head: bytes, body: bytes) -> None:
        method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
        if self.transport:
            self.transport.write(self._handle(Request(method, path, body)))


async def serve(handle: Handler, tls: ssl.SSLContext | None = None) -> tuple[asyncio.Server, int]:
    """A server on a free port of this machine."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Serving(handle), "127.0.0.1", 0, ssl=tls, backlog=4096
    )
    return server, server.sockets[0].getsockname()[1]


class Client(_Frames):
    """One connection: one request at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: asyncio.Future[Answer] | None = None

    @classmethod
    async def connect(cls, port: int) -> "Client":
        """Raises OSError when nobody listens."""
        loop = asyncio.get_running_loop()
        _, client = await loop.create_connection(cls, "127.0.0.1", port)
        return client

    def send(self, request: bytes) -> "asyncio.Future[Answer]":
        """The answer to come; a ConnectionError when the other side is gone."""
        self._waiting = asyncio.get_running_loop().create_future()
        if self.transport is None or self.transport.is_closing():
            self._waiting.set_exception(ConnectionResetError())
        else:
            self.transport.write(request)
        return self._waiting

    def close(self) -> None:
        if self.transport:
            self.transport.abort()

    def arrived(self, head: bytes, body: bytes) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(Answer(int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError())
