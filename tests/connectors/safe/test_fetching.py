"""Reading a stranger's page: what it takes in, and what it does not."""

import asyncio
import socket
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp.abc import ResolveResult
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.http.safe import AGENT, HOPS, HTML, JSON, SIZE, Fetched, Names, Safe
from connectors.http.safe_where import NotFetched, Rule
from tests.bench.world import certificate
from tests.fakes.websites import LOOPBACK, Everything, FakeWebsites, Site, Trick, packed

PAGE = "<title>Better handovers</title>"


async def why(safe: Safe, url: str, kinds: frozenset[str] = HTML) -> str:
    with pytest.raises(NotFetched) as told:
        await safe.fetch(url, kinds)
    return told.value.why


async def test_a_page_is_read(web: FakeWebsites, safe: Safe) -> None:
    web["/course"] = PAGE
    read = await safe.fetch(web.at("/course"), HTML)
    assert read == Fetched(url=web.at("/course"), data=PAGE.encode(), charset="utf-8")


async def test_nothing_of_ours_goes_along(
    web: FakeWebsites, safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    web["/one"] = Site(PAGE, headers={"Set-Cookie": "who=ada; Path=/"})
    web["/two"] = PAGE
    for path in ("/one", "/two"):
        await safe.fetch(web.at(path), HTML)
    sent = web.asked[-1].headers
    assert set(sent) == {"Host", "User-Agent", "Accept", "Accept-Encoding"}
    assert sent["User-Agent"] == AGENT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw"])
async def test_a_page_may_come_packed(web: FakeWebsites, safe: Safe, coding: str) -> None:
    web["/course"] = packed(PAGE * 100, coding)
    assert (await safe.fetch(web.at("/course"), HTML)).text == PAGE * 100


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress", "x" * 100])
async def test_no_other_packing_is_opened(web: FakeWebsites, safe: Safe, coding: str) -> None:
    web["/course"] = Site(PAGE, headers={"Content-Encoding": coding})
    assert await why(safe, web.at("/course")) == "broken"


async def test_what_is_packed_badly_is_not_read(web: FakeWebsites, safe: Safe) -> None:
    web["/course"] = Site(b"\x1f\x8b" + b"no gzip" * 9, headers={"Content-Encoding": "gzip"})
    assert await why(safe, web.at("/course")) == "broken"


@pytest.mark.parametrize("trick", ["endless", "bomb"])
async def test_a_body_without_end_is_read_to_the_limit_only(
    web: FakeWebsites, safe: Safe, trick: Trick
) -> None:
    web["/course"] = Site(PAGE, trick=trick)
    read = await safe.fetch(web.at("/course"), HTML)
    assert read.text.startswith(PAGE)
    assert (len(read.data), read.whole) == (SIZE, False)
    assert web.sent[trick] < 20 * SIZE


@pytest.mark.parametrize("status", [302, 404])
async def test_what_comes_with_a_redirect_or_an_error_is_not_read(
    web: FakeWebsites, safe: Safe, status: int
) -> None:
    web["/course"] = Site(trick="endless", status=status, headers={"Location": "/other"})
    web["/other"] = PAGE
    if status == 302:
        assert (await safe.fetch(web.at("/course"), HTML)).text == PAGE
    else:
        assert await why(safe, web.at("/course")) == "status"
    assert web.sent["endless"] < 20 * SIZE


async def test_packing_that_holds_nothing_ends_as_well(web: FakeWebsites, safe: Safe) -> None:
    web["/course"] = Site(trick="idle_bomb")
    read = await safe.fetch(web.at("/course"), HTML)
    assert (read.data, read.whole) == (b"", False)


@pytest.mark.parametrize("trick", ["hangs", "drips"])
async def test_it_takes_no_longer_than_it_may(web: FakeWebsites, trick: Trick) -> None:
    web["/course"] = Site(PAGE * 100, trick=trick)
    safe, loop = Safe(web.rule, seconds=0.3), asyncio.get_running_loop()
    began = loop.time()
    assert await why(safe, web.at("/course")) == "slow"
    assert loop.time() - began < 3
    await safe.close()


async def test_the_time_is_for_all_redirects_together(web: FakeWebsites) -> None:
    web.latency = 0.2
    for step in range(HOPS):
        web.moves(f"/{step}", f"/{step + 1}")
    web[f"/{HOPS}"] = PAGE
    safe = Safe(web.rule, seconds=0.5)
    assert await why(safe, web.at("/0")) == "slow"
    await safe.close()


async def test_three_redirects_are_followed_and_no_more(web: FakeWebsites, safe: Safe) -> None:
    for step in range(5):
        web.moves(f"/{step}", f"/{step + 1}", (301, 302, 303, 307, 308)[step])
    web["/5"] = PAGE
    assert (await safe.fetch(web.at("/2"), HTML)).url == web.at("/5")
    assert await why(safe, web.at("/1")) == "moved"


async def test_a_redirect_to_itself_ends(web: FakeWebsites, safe: Safe) -> None:
    web.moves("/round", "/round")
    assert await why(safe, web.at("/round")) == "moved"
    assert len(web.asked) == HOPS + 1


@pytest.mark.parametrize(
    "to",
    ["ftp://files.example/x", "javascript:alert(1)", "file:///etc/passwd", "http://", "//"],
)
async def test_a_redirect_off_the_web_leads_nowhere(web: FakeWebsites, safe: Safe, to: str) -> None:
    web.moves("/course", to)
    assert await why(safe, web.at("/course")) == "moved"


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "text/plain", None, "nonsense"])
async def test_only_pages_are_read_as_pages(
    web: FakeWebsites, safe: Safe, kind: str | None
) -> None:
    web["/course"] = Site(PAGE, kind=kind or "application/octet-stream")
    assert await why(safe, web.at("/course")) == "kind"


async def test_a_page_is_no_json(web: FakeWebsites, safe: Safe) -> None:
    web["/course"] = PAGE
    assert await why(safe, web.at("/course"), JSON) == "kind"


@pytest.mark.parametrize("status", [204, 206, 304, 400, 401, 403, 404, 410, 429, 500, 503])
async def test_its_status_is_told_and_not_what_it_says(
    web: FakeWebsites, safe: Safe, status: int
) -> None:
    web["/course"] = Site("Traceback: secret" if status > 399 else "", status=status)
    with pytest.raises(NotFetched) as told:
        await safe.fetch(web.at("/course"), HTML)
    assert (told.value.status, str(told.value)) == (status, f"status {status}")


async def test_a_page_that_is_cut_off_is_not_read(web: FakeWebsites, safe: Safe) -> None:
    web["/course"] = Site(PAGE, trick="cut")
    assert await why(safe, web.at("/course")) == "broken"


async def test_a_host_that_nobody_knows(web: FakeWebsites, safe: Safe) -> None:
    web.names.known["nobody.example"] = []
    assert await why(safe, web.at("/", "nobody.example")) == "nowhere"


class Unsure(Everything):
    """Nobody can say just now where anything is."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")


async def test_a_name_that_nobody_can_look_up_just_now_is_no_name_of_nobody(
    web: FakeWebsites,
) -> None:
    safe = Safe(web.rule, names=Unsure())
    assert await why(safe, web.at("/", "learn.example")) == "slow"
    await safe.close()


async def test_names_are_looked_up_as_the_system_does() -> None:
    names = Names()
    found = await names.resolve("localhost", 80)
    await names.close()
    assert {one["host"] for one in found} & {"127.0.0.1", "::1"}


async def test_a_door_where_nobody_is(safe: Safe) -> None:
    unheard = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = unheard.sockets[0].getsockname()[1]
    unheard.close()
    await unheard.wait_closed()
    other = Safe(Rule(ports=frozenset({port}), opened=LOOPBACK))
    assert await why(other, f"http://127.0.0.1:{port}/") == "nowhere"
    await other.close()


@asynccontextmanager
async def secure(folder: Path, *, trusted: bool) -> AsyncIterator[tuple[FakeWebsites, Safe]]:
    server, proof = certificate(folder)
    client = ssl.create_default_context(cafile=proof) if trusted else None
    async with FakeWebsites(tls=server) as web:
        safe = Safe(web.rule, tls=client)
        yield web, safe
        await safe.close()


async def test_over_tls_it_is_sure_whom_it_reads(tmp_path: Path) -> None:
    async with secure(tmp_path, trusted=True) as (web, safe):
        web["/course"] = PAGE
        assert (await safe.fetch(web.at("/course"), HTML)).text == PAGE
    async with secure(tmp_path, trusted=False) as (web, safe):
        assert await why(safe, web.at("/course")) == "broken"
        assert web.asked == []


async def test_what_began_secure_is_not_read_in_the_open(tmp_path: Path, web: FakeWebsites) -> None:
    web["/course"] = PAGE
    async with secure(tmp_path, trusted=True) as (secret, safe):
        ports = frozenset({secret.port, web.port})
        safe.rule = Rule(ports=ports, opened=LOOPBACK)
        secret.moves("/course", web.at("/course"))
        assert await why(safe, secret.at("/course")) == "unsafe"
    assert web.asked == []


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "status": (b"HTTP/1.1 200 ", b"a" * 8000),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 1000),
    "one header": (b"HTTP/1.1 200 OK\r\nX: ", b"a" * 8000),
    "hints": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 100),
    "size": (CHUNKED, b"0" * 8000),
    "extension": (CHUNKED + b"1;", b"a" * 8000),
    "trailers": (CHUNKED + b"0\r\n", b"X-A: b\r\n" * 1000),
    "chunks": (CHUNKED, b"1\r\na\r\n" * 1000),
}


@pytest.mark.parametrize("name", ENDLESS)
async def test_an_answer_that_never_begins_or_ends_takes_neither_time_nor_memory(
    name: str,
) -> None:
    first, again = ENDLESS[name]

    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(first)
        while not writer.is_closing():
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(0)

    async with serving(answering) as (safe, url):
        loop = asyncio.get_running_loop()
        began = loop.time()
        tracemalloc.start()
        with suppress(NotFetched):
            await safe.fetch(url, HTML)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 16 * SIZE
    assert loop.time() - began < 5  # the clock of a machine that does other things as well


@asynccontextmanager
async def serving(
    answering: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[tuple[Safe, str]]:
    talks: list[asyncio.Task[None]] = []

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await answering(reader, writer)
        writer.transport.abort()

    def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.create_task(talking(reader, writer)))

    server = await asyncio.start_server(came, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    safe = Safe(Rule(ports=frozenset({port}), opened=LOOPBACK), seconds=0.5)
    try:
        yield safe, f"http://127.0.0.1:{port}/"
    finally:
        await safe.close()
        server.close()
        await asyncio.gather(*talks)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answer=st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda status, name, value, body: (
                b"HTTP/1.1 %d OK\r\nContent-Type: text/html\r\n%s: %s\r\n\r\n%s"
                % (status, name, value, body)
            ),
            st.sampled_from([200, 301, 302, 404, 101, 999]),
            st.sampled_from(
                [b"Location", b"Content-Encoding", b"Content-Length", b"Transfer-Encoding", b"X"]
            ),
            st.binary(max_size=60),
            st.binary(max_size=60),
        ),
    )
)
async def test_whatever_a_server_answers_nothing_else_comes_out(answer: bytes) -> None:
    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with serving(answering) as (safe, url):
        with suppress(NotFetched):
            assert len((await safe.fetch(url, HTML)).text) < SIZE
