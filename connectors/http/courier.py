"""Small requests over connections that stay open: the way of a card to its chat.

One request at a time on a connection, and never a second try: what surely has not left is
RetryLater, what may have arrived is Uncertain. Redirects, cookies, proxies and compressed answers
are left to aiohttp, which everything else goes through.
"""

import asyncio
import re
import socket
import ssl
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, cast
from urllib.parse import urlsplit

import aiohappyeyeballs

from connectors.http.answer import Answer, Broken, Reading
from core.engine.errors import Rejected, RetryLater, Uncertain

KEPT = 15.0  # seconds that a connection may rest: services close theirs after a minute or more
NEXT_ADDRESS = 0.25
REMEMBERED = 256
PLAIN = re.compile(r"[!-~]+")
ADDRESS = re.compile(r"([A-Za-z]+://[^/?#]+)([^#]*)")
PORTS = {"http": 80, "https": 443}
OURS: dict[str, str] = {"Accept": "*/*", "User-Agent": "Coterie"}
LINES = 4  # of a head besides its other headers: the first, Host, Content-Length, an empty one


class Where(NamedTuple):
    """Whom to connect to."""

    host: str
    port: int
    tls: bool


class Line(asyncio.Protocol):
    """One connection: at most one request on its way."""

    def __init__(self) -> None:
        self.since = 0.0
        self._transport: asyncio.Transport | None = None
        self._reading: Reading | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._good = True

    @property
    def good(self) -> bool:
        """Whether another request may go out here."""
        return self._good and self._transport is not None and not self._transport.is_closing()

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        """Sends it; the answer, or an OSError or Broken."""
        self._good, self._reading = False, Reading()
        self._answer = asyncio.get_running_loop().create_future()
        if self._transport is not None:
            self._transport.write(request)
        return self._answer

    def fail(self, error: Exception) -> None:
        """Ends the connection, and with it whatever is on its way."""
        self._good, self._reading = False, None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.close()

    def late(self, seconds: float) -> None:
        """Nobody waits any longer."""
        self.fail(TimeoutError(f"no answer in {seconds:g} s"))

    def close(self) -> None:
        """Hangs up."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = cast("asyncio.Transport", transport)  # not so by class in uvloop

    def data_received(self, data: bytes) -> None:
        """Called by the loop. What nobody asked for makes the connection unfit for more."""
        if self._reading is None:
            return self.close()
        try:
            answer = self._reading.feed(data)
        except Broken as error:
            return self.fail(error)
        return self._told(answer, good=self._reading.keep) if answer else None

    def eof_received(self) -> None:
        """Called by the loop."""
        if self._reading is None:
            return self.close()
        try:
            return self._told(self._reading.end(), good=False)
        except Broken as error:
            return self.fail(error)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop."""
        self.fail(exc or ConnectionResetError("it hung up"))

    def _told(self, answer: Answer, *, good: bool) -> None:
        self._good, self._reading = good, None
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)


class Courier:
    """Sends requests and waits for their answers: `patience` for a connection, then `seconds`."""

    def __init__(
        self, tls: ssl.SSLContext | None = None, *, patience: float = 5.0, seconds: float = 10.0
    ) -> None:
        self._tls, self._patience, self._seconds = tls, patience, seconds
        self._resting: defaultdict[Where, deque[Line]] = defaultdict(deque)

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer, whatever it says. Raises RetryLater, Uncertain, or Rejected for nonsense."""
        where, host, target = _parted(url)
        request = _request(f"{method} {target} HTTP/1.1\r\nHost: {host}", headers, body)
        line = self._rested(where) or await self._connected(where)
        timer = asyncio.get_running_loop().call_later(self._seconds, line.late, self._seconds)
        try:
            return await line.ask(request)
        except (OSError, Broken) as error:
            raise Uncertain(f"no answer from {where.host}: {error!r}") from error
        finally:
            timer.cancel()
            self._rest(where, line)

    def close(self) -> None:
        """Hangs up everywhere; what is on its way may still end."""
        for lines in self._resting.values():
            while lines:
                lines.pop().close()

    def _rested(self, where: Where) -> Line | None:
        """The connection that was used last, if it is still good."""
        lines, oldest = self._resting[where], time.monotonic() - KEPT
        while lines:
            line = lines.pop()
            if line.good and line.since > oldest:
                return line
            line.close()
        return None

    def _rest(self, where: Where, line: Line) -> None:
        if not line.good:
            return line.close()
        lines, line.since = self._resting[where], time.monotonic()
        while lines and lines[0].since < line.since - KEPT:
            lines.popleft().close()
        return lines.append(line)

    async def _connected(self, where: Where) -> Line:
        try:
            async with asyncio.timeout(self._patience):
                return await self._connect(where)
        except (OSError, ValueError) as error:
            raise RetryLater(why=f"no connection to {where.host}: {error}") from error

    async def _connect(self, where: Where) -> Line:
        if where.tls and self._tls is None:
            self._tls = ssl.create_default_context()
        loop = asyncio.get_running_loop()
        known = await loop.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
        sock = await aiohappyeyeballs.start_connection(known, happy_eyeballs_delay=NEXT_ADDRESS)
        try:
            tls, name = (self._tls, where.host) if where.tls else (None, None)
            _, line = await loop.create_connection(Line, sock=sock, ssl=tls, server_hostname=name)
        except BaseException:
            sock.close()
            raise
        return line


def _parted(url: str) -> tuple[Where, str, str]:
    """Whom to connect to, the host and the path as the request names them. Raises Rejected."""
    found = ADDRESS.match(url)
    if found is None:
        raise Rejected(f"no address: {url[:80]!r}")
    base, target = found.groups()
    if target and not PLAIN.fullmatch(target):
        raise Rejected("an address with strange letters")
    return *_address(base), target if target[:1] == "/" else f"/{target}"


@lru_cache(REMEMBERED)
def _address(base: str) -> tuple[Where, str]:
    """Whom to connect to, and how the request names them. Raises Rejected."""
    try:
        parts = urlsplit(base)
        where = Where(
            parts.hostname or "", parts.port or PORTS[parts.scheme], parts.scheme == "https"
        )
    except (KeyError, ValueError):
        raise Rejected(f"no address: {base[:80]!r}") from None
    if not where.host or "@" in parts.netloc or not PLAIN.fullmatch(base):
        raise Rejected(f"no address: {base[:80]!r}")
    return where, parts.netloc


def _request(first: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """All of it in one piece. Raises Rejected for what would not be one plain head."""
    fields = {**OURS, **headers}
    more = "".join([f"{name}: {value}\r\n" for name, value in fields.items()])
    head = f"{first}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    if head.count("\n") != LINES + len(fields) or not head.isascii():
        raise Rejected("a header has more than one line, or strange letters")
    return head.encode() + body
