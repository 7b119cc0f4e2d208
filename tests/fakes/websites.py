"""The web, on loopback: sites of many shapes, and some that mean no good.

async with FakeWebsites() as web:
    web["/course"] = Site(course("Better handovers", minutes=12))
    url = web.at("/course")
"""

import asyncio
import gzip
import ssl
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from types import TracebackType
from typing import Literal, Self

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from connectors.http.safe_where import Rule
from tests.fakes.oembed import FakeOembed

Trick = Literal["", "hangs", "drips", "endless", "bomb", "idle_bomb", "cut"]
HTML = "text/html; charset=utf-8"
LOOPBACK = (ip_network("127.0.0.1/32"), ip_network("::1/128"))
BLOCK = 64 * 1024
GIGABYTE = 1024**3
EMPTY = b"\0\0\0\xff\xff"  # a block of deflate with nothing in it


@dataclass
class Site:
    """What one address answers."""

    body: str | bytes = ""
    status: int = 200
    kind: str | None = HTML
    trick: Trick = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Asked:
    """A request, as it came."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]


class Everything(AbstractResolver):
    """Names that all lead here, unless it is told otherwise; `asked` is what was looked up."""

    def __init__(self, **known: str) -> None:
        self.known: dict[str, list[str]] = {name: [at] for name, at in known.items()}
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        self.asked.append(host)
        addresses = self.known.get(host, ["127.0.0.1"])
        if not addresses:
            raise OSError(-2, "Name or service not known")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=10 if ":" in address else 2,
                proto=6,
                flags=0,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        pass


class FakeWebsites:
    """Every host there is, at one port. `latency`: seconds before each answer."""

    def __init__(self, *, latency: float = 0.0, tls: ssl.SSLContext | None = None) -> None:
        self.sites: dict[str, Site] = {}
        self.asked: list[Asked] = []
        self.sent: Counter[str] = Counter()
        self.latency, self.tls, self.port = latency, tls, 0
        self.names = Everything()
        self.oembed = FakeOembed()
        self.trouble: Site | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._closing = asyncio.Event()
        self._runner = web.AppRunner(app, shutdown_timeout=1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.tls).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    def __setitem__(self, path: str, site: Site | str) -> None:
        self.sites[path] = site if isinstance(site, Site) else Site(site)

    @property
    def rule(self) -> Rule:
        """Lets a client come here, and nowhere else that it could not go anyway."""
        return Rule(ports=frozenset({80, 443, self.port}), opened=LOOPBACK)

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of something on one of our hosts."""
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def moves(self, path: str, to: str, status: int = 302) -> None:
        """Sends whoever asks to another place."""
        self.sites[path] = Site(status=status, headers={"Location": to})

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path = request.raw_path
        self.asked.append(Asked(request.method, request.host, path, dict(request.headers)))
        await self._wait(self.latency)
        if self.trouble is not None:
            return await self._answer(request, self.trouble)
        if request.path.startswith("/oembed/"):
            return self.oembed.answer(request)
        site = self.sites.get(path) or self.sites.get(request.path) or Site("Gone.", status=404)
        return await self._answer(request, site)

    async def _answer(self, request: web.Request, site: Site) -> web.StreamResponse:
        if site.trick:
            return await self._tricked(request, site)
        answer = web.Response(body=site.data, status=site.status, headers=site.headers)
        if site.kind is not None:
            answer.headers["Content-Type"] = site.kind
        return answer

    async def _tricked(self, request: web.Request, site: Site) -> web.StreamResponse:
        if site.trick == "hangs":
            await self._wait(60)
        answer = web.StreamResponse(status=site.status, headers=dict(site.headers))
        answer.headers["Content-Type"] = site.kind or HTML
        if "bomb" in site.trick:
            answer.headers["Content-Encoding"] = "gzip"
        if site.trick == "cut":
            answer.content_length = len(site.data) + 1000
        await answer.prepare(request)
        try:
            async for piece in self._pieces(site):
                self.sent[site.trick] += len(piece)
                await answer.write(piece)
        except (ConnectionError, aiohttp.ClientError):
            return answer
        if site.trick == "cut" and request.transport is not None:
            request.transport.close()
        return answer

    async def _pieces(self, site: Site) -> AsyncIterator[bytes]:
        first, again = {
            "endless": (site.data, b"<p>and on it goes</p>" * 3000),
            "idle_bomb": (gzip.compress(b"")[:10], EMPTY * 2000),
        }.get(site.trick, (b"", b""))
        if again:
            yield first
            while not self._closing.is_set():
                yield again
                await asyncio.sleep(0)
        elif site.trick == "drips":
            for letter in site.data:
                await self._wait(0.05)
                yield bytes([letter])
        else:
            for piece in _bomb(site.data) if site.trick == "bomb" else (site.data,):
                yield piece

    async def _wait(self, seconds: float) -> None:
        if seconds:
            try:
                await asyncio.wait_for(self._closing.wait(), seconds)
            except TimeoutError:
                return


def _bomb(begins: bytes, size: int = GIGABYTE // 16) -> list[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b"\0" * BLOCK
    pieces = [packer.compress(begins), packer.flush(zlib.Z_FULL_FLUSH)]
    block = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    return [*pieces, block, *([again * 16] * (size // BLOCK // 16))]


def packed(text: str, coding: str) -> Site:
    """A page that comes compressed."""
    data = text.encode()
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    made = {
        "gzip": gzip.compress(data),
        "deflate": zlib.compress(data),
        "raw": raw.compress(data) + raw.flush(),
    }
    said = "deflate" if coding == "raw" else coding
    return Site(made.get(coding, data), headers={"Content-Encoding": said})
