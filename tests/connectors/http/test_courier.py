"""The courier against services that do everything wrong: never sent twice, never left hanging."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.http.courier import Courier
from core.engine.errors import Rejected, RetryLater, Uncertain
from tests.bench.world import certificate

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
JSON = {"Content-Type": "application/json"}


@dataclass
class Service:
    """Answers the n-th request with the n-th of these, piece by piece; then it may hang up."""

    pieces: list[tuple[bytes, ...]]
    hangs_up: bool = False
    port: int = 0
    heard: list[bytes] = field(default_factory=list)
    lines: list["Connection"] = field(default_factory=list)

    @property
    def connections(self) -> int:
        return len(self.lines)


class Connection(asyncio.Protocol):
    """One caller of a service."""

    def __init__(self, service: Service) -> None:
        self.service, self.buffer = service, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.service.lines.append(self)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0]) if end else 0
        if end and len(rest) >= length:
            self.service.heard.append(self.buffer)
            self.buffer = b""
            self.say(list(self.service.pieces[len(self.service.heard) - 1]))

    def say(self, pieces: list[bytes]) -> None:
        if pieces:
            self.transport.write(pieces.pop(0))
            asyncio.get_running_loop().call_soon(self.say, pieces)
        elif self.service.hangs_up:
            self.transport.close()


@asynccontextmanager
async def listening(
    *answers: tuple[bytes, ...] | bytes, hangs_up: bool = False, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Service]:
    pieces = [answer if isinstance(answer, tuple) else (answer,) for answer in answers]
    service, loop = Service(pieces, hangs_up), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(service), "127.0.0.1", 0, ssl=tls)
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.close()
        for line in service.lines:
            line.transport.abort()
        await asyncio.sleep(0)


@pytest.fixture
async def courier() -> AsyncIterator[Courier]:
    made = Courier(patience=1.0, seconds=0.3)
    yield made
    made.close()


async def ask(courier: Courier, service: Service, body: bytes = b"{}") -> tuple[int, bytes]:
    url = f"http://127.0.0.1:{service.port}/v3/a%3A1"
    status, _, answer = await courier.send("POST", url, JSON, body)
    return status, answer


async def test_what_is_sent_is_what_arrives_on_one_connection(courier: Courier) -> None:
    async with listening(OK, OK) as service:
        assert await ask(courier, service, b'{"a": 1}') == (200, b"ok")
        assert await ask(courier, service) == (200, b"ok")
        assert service.connections == 1
        first = service.heard[0]
        assert first.startswith(b"POST /v3/a%3A1 HTTP/1.1\r\nHost: 127.0.0.1:")
        assert b"\r\nContent-Type: application/json\r\n" in first
        assert first.endswith(b'\r\n\r\n{"a": 1}')


WHOLE: list[tuple[str, tuple[bytes, ...], bytes]] = [
    ("byte by byte", tuple(bytes([one]) for one in OK), b"ok"),
    ("nothing", (b"HTTP/1.1 204 No Content\r\n\r\n",), b""),
    ("empty", (b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",), b""),
    ("wait, then", (b"HTTP/1.1 100 Continue\r\n\r\n", OK), b"ok"),
    (
        "chunks",
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            *(b"2;why=not\r\no", b"k\r\n0\r", b"\nDate: x\r\n\r\n"),
        ),
        b"ok",
    ),
]


@pytest.mark.parametrize(("pieces", "body"), [it[1:] for it in WHOLE], ids=[it[0] for it in WHOLE])
async def test_an_answer_may_come_in_any_shape_and_pieces(
    courier: Courier, pieces: tuple[bytes, ...], body: bytes
) -> None:
    async with listening(pieces, pieces) as service:
        assert (await ask(courier, service))[1] == body
        assert (await ask(courier, service))[1] == body
        assert service.connections == 1


CLOSING = {
    "says close": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
    "old": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "says more than that": OK + b"HTTP/1.1 200 OK\r\n",
}


@pytest.mark.parametrize("answer", CLOSING.values(), ids=CLOSING)
async def test_a_connection_that_is_not_clean_is_not_used_again(
    courier: Courier, answer: bytes
) -> None:
    async with listening(answer, OK) as service:
        assert await ask(courier, service) == (200, b"ok")
        assert await ask(courier, service) == (200, b"ok")
        assert service.connections == 2


async def test_an_answer_without_a_length_ends_with_the_connection(courier: Courier) -> None:
    async with listening(b"HTTP/1.1 200 OK\r\n\r\nok", hangs_up=True) as service:
        assert await ask(courier, service) == (200, b"ok")


async def test_a_service_that_hangs_up_between_requests_is_called_anew(courier: Courier) -> None:
    async with listening(OK, OK, hangs_up=True) as service:
        assert await ask(courier, service) == (200, b"ok")
        for _ in range(10):
            await asyncio.sleep(0)  # the news that it hung up is on its way
        assert await ask(courier, service) == (200, b"ok")
        assert (service.connections, len(service.heard)) == (2, 2)


BROKEN = {
    "no words": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok",
    "no last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
}
HOSTILE = {
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "another protocol": b"HTTP/1.1 101 Switching\r\n\r\n",
    "waits for ever": b"HTTP/1.1 102 Processing\r\n\r\n" * 20,
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
    "two framings": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok",
    "negative": b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
    "huge": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nok",
    "strange coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\nok",
    "folded": b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 2\r\n\r\nok",
    "no colon": b"HTTP/1.1 200 OK\r\nwhat\r\n\r\nok",
    "endless head": b"HTTP/1.1 200 OK\r\nA: " + b"a" * 70_000,
    "endless size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 600,
    "no size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "huge chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
    "unended chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokno\r\n",
    "endless": b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 5_000_000,
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
async def test_half_an_answer_is_doubt_and_nothing_is_sent_again(
    courier: Courier, answer: bytes
) -> None:
    async with listening(answer, hangs_up=True) as service:
        with pytest.raises(Uncertain):
            await ask(courier, service)
        assert len(service.heard) == 1


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
async def test_what_is_no_answer_is_doubt_and_ends_the_connection(
    courier: Courier, answer: bytes
) -> None:
    async with listening(answer, OK) as service:
        with pytest.raises(Uncertain, match="no answer from"):
            await ask(courier, service)
        assert len(service.heard) == 1
        assert await ask(courier, service) == (200, b"ok")
        assert service.connections == 2


async def test_a_service_that_never_answers_is_given_up(courier: Courier) -> None:
    async with listening(b"", OK) as service:
        with pytest.raises(Uncertain, match="no answer in"):
            await ask(courier, service)
        assert await ask(courier, service) == (200, b"ok")
        assert (service.connections, len(service.heard)) == (2, 2)


async def test_who_stops_waiting_leaves_no_answer_to_the_next_one(courier: Courier) -> None:
    async with listening(b"HTTP/1.1 200 OK\r\n", OK) as service:
        first = asyncio.create_task(ask(courier, service))
        while not service.heard:  # noqa: ASYNC110 - the service rings nobody
            await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await ask(courier, service) == (200, b"ok")
        assert service.connections == 2


async def test_a_closed_door_is_no_doubt(courier: Courier) -> None:
    async with listening() as service:
        port = service.port
    for url in (f"http://127.0.0.1:{port}/", "http://nowhere.invalid/", f"http://{'a' * 70}/"):
        with pytest.raises(RetryLater, match="no connection"):
            await courier.send("POST", url, JSON, b"")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/v3",
        "ftp://a/",
        "http://",
        "http://a:b/",
        "http://me@a/",
        "http://a/ b",
        "http://a/\r\nX: y",
    ],
)
async def test_nonsense_is_never_sent(courier: Courier, url: str) -> None:
    with pytest.raises(Rejected):
        await courier.send("POST", url, JSON, b"")


async def test_a_header_cannot_end_the_head(courier: Courier) -> None:
    async with listening(OK) as service:
        url = f"http://127.0.0.1:{service.port}/"
        for value in ("Bearer a\r\nX: y", "a\n\nb", "å"):
            with pytest.raises(Rejected):
                await courier.send("POST", url, {"Authorization": value}, b"")
        assert not service.heard


async def test_over_tls_only_whom_we_trust(courier: Courier, tmp_path: Path) -> None:
    theirs, trusted = certificate(tmp_path)
    async with listening(OK, OK, tls=theirs) as service:
        url = f"https://localhost:{service.port}/v3"
        with pytest.raises(RetryLater, match="certificate"):
            await courier.send("POST", url, JSON, b"{}")
        ours = Courier(ssl.create_default_context(cafile=trusted))
        for _ in range(2):
            assert (await ours.send("POST", url, JSON, b"{}"))[2] == b"ok"
        ours.close()
        assert len(service.heard) == 2


async def test_many_at_once_never_share_a_connection(courier: Courier) -> None:
    async with listening(*([OK] * 20)) as service:
        answers = await asyncio.gather(*(ask(courier, service) for _ in range(20)))
        assert answers == [(200, b"ok")] * 20
        assert service.connections == 20
