"""One request to a provider of courses: bounded in every way, and only NoCourse comes out."""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiolimiter import AsyncLimiter

from connectors.catalogues.port import NoCourse
from connectors.http.provider import Bounds, Key, Provider, each
from connectors.http.session import client_session

SECRET = "fictional-key"
Row = dict[str, int]


class Server:
    """Answers what it is told to, and counts."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 200, dict[str, str](), b'{"n": 1}'
        self.asked: list[web.Request] = []
        self.sent: list[bytes] = []
        self.at_once = self.most = 0
        self.slow, self.url = 0.0, ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        self.sent.append(await request.read())
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(self.slow)
        self.at_once -= 1
        return web.Response(status=self.status, headers=self.headers, body=self.body)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with client_session() as opened:
        yield opened


def provider(
    server: Server, session: aiohttp.ClientSession, bounds: Bounds | None = None, **more: Any
) -> Provider:
    key = Key({"X-Key": SECRET})
    return Provider("example", server.url, session, more.get("key", key), bounds=bounds)


async def refused(asking: Provider, **how: Any) -> NoCourse:
    with pytest.raises(NoCourse) as caught:
        await asking.get("/users/ada@example.com", Row, **how)
    return caught.value


async def test_an_answer_is_read_as_its_type(
    server: Server, session: aiohttp.ClientSession
) -> None:
    assert await provider(server, session).get("/n", Row, [("a[]", "1"), ("a[]", "é&=")]) == {
        "n": 1
    }
    (asked,) = server.asked
    assert asked.query.getall("a[]") == ["1", "é&="]
    assert asked.headers["X-Key"] == SECRET
    assert "Cookie" not in asked.headers


async def test_what_is_sent_is_json_or_a_form(
    server: Server, session: aiohttp.ClientSession
) -> None:
    asking = provider(server, session)
    await asking.send("POST", "/a", json={"x": "é"})
    await asking.send("POST", "/b", form={"x": "é &"})
    kinds = [asked.content_type for asked in server.asked]
    assert kinds == ["application/json", "application/x-www-form-urlencoded"]
    assert server.sent == ['{"x":"é"}'.encode(), b"x=%C3%A9+%26"]


@pytest.mark.parametrize(
    ("said", "trouble", "after"),
    [
        ((301, {"Location": "https://elsewhere.example/"}), "unreadable", None),
        ((400, {}), "unreadable", None),
        ((401, {}), "refused", None),
        ((402, {}), "refused", None),
        ((403, {}), "refused", None),
        ((404, {}), "gone", None),
        ((410, {}), "gone", None),
        ((422, {}), "unreadable", None),
        ((429, {"Retry-After": "30"}), "busy", 30.0),
        ((429, {"Retry-After": "999999"}), "busy", 3600.0),
        ((429, {"Retry-After": "-1"}), "busy", 0.0),
        ((429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), "busy", 5.0),
        ((429, {"Retry-After": "nan"}), "busy", 5.0),
        ((429, {}), "busy", 5.0),
        ((500, {}), "busy", None),
        ((503, {"Retry-After": "9"}), "busy", 9.0),
        ((504, {}), "slow", None),
    ],
)
async def test_a_status_is_named_by_what_people_are_told(
    server: Server,
    session: aiohttp.ClientSession,
    said: tuple[int, dict[str, str]],
    trouble: str,
    after: float | None,
) -> None:
    server.status, server.headers = said
    error = await refused(provider(server, session))
    assert (error.trouble, error.after) == (trouble, after)
    assert len(server.asked) == 1


async def test_an_error_names_nobody_and_no_secret(
    server: Server, session: aiohttp.ClientSession
) -> None:
    server.status, server.body = 500, f"your key is {SECRET}".encode()
    error = await refused(provider(server, session), params=[("email", "ada@example.com")])
    assert str(error) == "busy: example GET /users: 500"
    assert error.__cause__ is None
    assert SECRET not in repr(Key({"X-Key": SECRET}))


async def test_an_error_that_is_wanted_is_an_answer(
    server: Server, session: aiohttp.ClientSession
) -> None:
    server.status, server.body = 409, b'{"n": 7}'
    asking = provider(server, session)
    answer = await asking.send("POST", "/n", json={}, fine={409})
    assert asking.read(answer, Row) == {"n": 7}


async def test_no_more_at_once_than_agreed(server: Server, session: aiohttp.ClientSession) -> None:
    server.slow = 0.02
    asking = provider(server, session, Bounds(at_once=2))
    await asyncio.gather(*(asking.get("/n", Row) for _ in range(6)))
    assert server.most == 2


async def test_no_faster_than_agreed(server: Server, session: aiohttp.ClientSession) -> None:
    asking = provider(server, session, Bounds(rates=(AsyncLimiter(2, 0.2),)))
    began = time.monotonic()
    await asyncio.gather(*(asking.get("/n", Row) for _ in range(5)))
    assert time.monotonic() - began > 0.25


async def test_who_waits_in_vain_comes_back_one_after_the_other(
    server: Server, session: aiohttp.ClientSession
) -> None:
    asking = provider(server, session, Bounds(rates=(AsyncLimiter(1, 60),), queue=0.1))
    await asking.get("/n", Row)
    waits = [asyncio.create_task(refused(asking)) for _ in range(3)]
    errors = [await wait for wait in waits]
    apart = [error.after or 0.0 for error in errors]
    assert {error.trouble for error in errors} == {"busy"}
    assert all(50 < later - sooner < 70 for sooner, later in pairwise(apart))
    assert len(server.asked) == 1


async def test_patience_is_for_all_who_ask(server: Server, session: aiohttp.ClientSession) -> None:
    server.status, server.headers = 429, {"Retry-After": "0.2"}
    asking = provider(server, session)
    await refused(asking)
    server.status = 200
    assert (await refused(asking)).trouble == "busy"
    await asyncio.sleep(0.21)
    assert await asking.get("/n", Row) == {"n": 1}
    assert len(server.asked) == 2


async def test_letters_that_nobody_can_write_are_no_error_of_ours(
    server: Server, session: aiohttp.ClientSession
) -> None:
    asking = provider(server, session)
    with pytest.raises(NoCourse):
        await asking.send("POST", "/n", json={"q": "\ud800"})
    with pytest.raises(NoCourse):
        await asking.send("POST", "/n", form={"q": "\ud800"})
    odd = provider(server, session, key=Key({"X-Key": "two\r\nlines: x"}))
    assert (await refused(odd)).trouble == "unreadable"
    assert server.asked == []


async def test_nobody_there_is_slow(session: aiohttp.ClientSession) -> None:
    asking = Provider("example", "http://127.0.0.1:1", session, Key({}))
    assert (await refused(asking)).trouble == "slow"


async def test_nobody_is_asked_after_the_end(
    server: Server, session: aiohttp.ClientSession
) -> None:
    await session.close()
    assert (await refused(provider(server, session))).trouble == "slow"


async def test_a_row_of_another_kind_loses_no_other() -> None:
    rows = [msgspec.Raw(raw) for raw in (b'{"n": 1}', b"7", b'{"n": "x"}', b"[" * 99_999)]
    assert each(rows, Row) == [{"n": 1}]
