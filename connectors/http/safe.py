"""Reads what strangers link to, and is not led astray by it.

Every connection is checked where it is made, by the very address that it goes to: no literal, name,
second look-up or redirect gets around that. Nothing of ours goes along, and little comes back: a
few redirects, a few seconds, half a megabyte however it is packed.
"""

import asyncio
import socket
import ssl
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from connectors.http.safe_body import PACKED, PLAIN, Body, letters
from connectors.http.safe_where import NotFetched, Rule

SIZE = 512 * 1024
SECONDS = 5.0
HOPS = 3
MOVED = frozenset({301, 302, 303, 307, 308})
FINE = frozenset({200, 203})
AT_ONCE, AT_ONE = 64, 8
LOOKUPS = 8
AGENT = "Mozilla/5.0 (compatible; Coterie; link preview)"
HEADERS = {"User-Agent": AGENT, "Accept-Encoding": "gzip, deflate"}
HTML = frozenset({"text/html", "application/xhtml+xml"})
# A RuntimeError is what uvloop raises when the other side hangs up at the wrong moment.
FAILURES = (aiohttp.ClientError, OSError, ValueError, RuntimeError, zlib.error)
JSON = frozenset({"application/json", "application/json+oembed", "text/json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What was there; `url` is where it was in the end. Not `whole`: there was more of it."""

    url: str
    data: bytes
    charset: str | None = None
    whole: bool = True

    @property
    def text(self) -> str:
        """It, as text."""
        return letters(self.data, self.charset)


class Private(OSError):
    """A connection that must not be made; the same words each time, or they get lost on the way."""

    def __init__(self) -> None:
        super().__init__("not a public address")


class Names(AbstractResolver):
    """Looks names up in threads of its own: a stranger’s slow name keeps nobody else waiting."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(LOOKUPS, "names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Its addresses, as the system knows them. Raises OSError."""
        ask = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM)
        known = await asyncio.get_running_loop().run_in_executor(self._pool, ask)
        return [
            ResolveResult(
                hostname=host, host=str(where[0]), port=port, family=kind, proto=proto, flags=0
            )
            for kind, _, proto, _, where in known
        ]

    async def close(self) -> None:
        """Waits for nobody."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Safe:
    """Fetches strangers’ links; to be closed in the end.

    `counts` tells how many connections were made and how many refused, and why nothing was read.
    """

    def __init__(
        self,
        rule: Rule | None = None,
        *,
        names: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
        most: int = SIZE,
    ) -> None:
        self.rule = rule or Rule()
        self.counts: Counter[str] = Counter()
        self._seconds, self._most = seconds, most
        self._names, self._tls = names or Names(), tls
        self._opened: aiohttp.ClientSession | None = None

    async def fetch(self, url: str, kinds: frozenset[str]) -> Fetched:
        """What is there, if it is of one of these kinds. Raises NotFetched, and nothing else."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._followed(self.rule.admitted(url), kinds)
        except NotFetched as error:
            self.counts[error.why] += 1
            raise
        except FAILURES as error:
            told = _told(error)
            self.counts[told.why] += 1
            raise told from None  # the error may quote what the other side said

    async def close(self) -> None:
        """Hangs up."""
        if self._opened is not None:
            await self._opened.close()
        await self._names.close()

    @property
    def _session(self) -> aiohttp.ClientSession:
        """The client, from the first link on."""
        if self._opened is None:
            connector = aiohttp.TCPConnector(
                socket_factory=self._socket,
                resolver=self._names,
                ssl=self._tls or True,
                use_dns_cache=False,
                limit=AT_ONCE,
                limit_per_host=AT_ONE,
            )
            self._opened = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(),
                headers=HEADERS,
                auto_decompress=False,
                trust_env=False,
            )
        return self._opened

    def _socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """The one place through which every connection goes."""
        family, kind, proto, _, where = info
        if not self.rule.reaches(str(where[0])):
            self.counts["refused"] += 1
            raise Private
        self.counts["connected"] += 1
        return socket.socket(family, kind, proto)

    async def _followed(self, url: URL, kinds: frozenset[str]) -> Fetched:
        accept = {"Accept": ", ".join(sorted(kinds, reverse=True))}
        for _ in range(HOPS + 1):
            async with self._session.get(url, headers=accept, allow_redirects=False) as response:
                if response.status not in MOVED:
                    return await self._read(response, kinds)
                url = self._next(url, response.headers.get("Location", ""))
        raise NotFetched("moved")

    def _next(self, url: URL, location: str) -> URL:
        """Where a redirect leads, judged as if it had been asked for."""
        try:
            found = self.rule.admitted(str(url.join(URL(location))))
        except (NotFetched, ValueError) as error:
            private = isinstance(error, NotFetched) and error.why == "private"
            raise NotFetched("private" if private else "moved") from None
        if url.scheme == "https" and found.scheme != "https":
            raise NotFetched("unsafe")
        return found

    async def _read(self, response: aiohttp.ClientResponse, kinds: frozenset[str]) -> Fetched:
        if response.status not in FINE:
            raise NotFetched("status", response.status)
        if response.content_type not in kinds:
            raise NotFetched("kind")
        coding = response.headers.get("Content-Encoding", "").strip().lower()
        if coding not in PLAIN | PACKED:
            raise NotFetched("broken")
        body = Body(coding, self._most)
        async for chunk in response.content.iter_any():
            if not body.take(chunk):
                response.close()
                break
        return Fetched(
            url=str(response.url),
            data=bytes(body.data),
            charset=response.charset,
            whole=body.whole,
        )


def _told(error: Exception) -> NotFetched:
    """What became of it, without what the other side said."""
    if isinstance(error, TimeoutError):
        return NotFetched("slow")
    if isinstance(error, (aiohttp.InvalidURL, UnicodeError)):
        return NotFetched("address")
    if isinstance(error, aiohttp.ClientConnectorError) and not isinstance(
        error, aiohttp.ClientSSLError
    ):
        return _unconnected(error.os_error)
    return NotFetched("broken")


def _unconnected(cause: OSError) -> NotFetched:
    if isinstance(cause, Private):
        return NotFetched("private")
    later = isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN
    return NotFetched("slow" if later else "nowhere")
