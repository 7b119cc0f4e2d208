"""What a provider's server can do wrong, whatever was asked: a middleware for the fakes."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache
from typing import Any

import orjson
from aiohttp import web

from tests.contracts.catalogues.side import PATIENCE, Fault

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
JSON = "application/json"
LOGIN = "<!doctype html><html><body><form>Please log in</form></body></html>"
PLAIN: dict[Fault, tuple[int, str, str]] = {
    "token": (401, JSON, '{"message": "invalid token"}'),
    "forbidden": (403, JSON, '{"message": "not allowed"}'),
    "missing": (404, JSON, '{"message": "not found"}'),
    "throttled": (429, JSON, '{"message": "too many"}'),
    "throttled_unsaid": (429, "text/plain", "too many"),
    "broken": (500, "text/html", "<h1>Server error</h1>"),
    "garbage": (200, JSON, "\x00{{{ no, this is none \x7f"),
    "html": (200, "text/html", LOGIN),
    "html_401": (401, "text/html", LOGIN),
    "deep": (200, JSON, "[" * 100_000),
}


class Faults:
    """The fault of now, for requests that `meant` says yes to. `asked` counts all of them.

    "lying" and "repeating" are for the fake itself to show, by what it answers.
    """

    def __init__(self, meant: Callable[[web.Request], bool] = lambda _: True) -> None:
        self.now: Fault | None = None
        self.asked = 0
        self._meant = meant
        self._closing = asyncio.Event()

    @property
    def middleware(self) -> Any:
        """To be given to web.Application."""

        @web.middleware
        async def spoil(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.asked += 1
            fault = self.now if self._meant(request) else None
            if fault in PLAIN:
                status, kind, text = PLAIN[fault]
                headers = {"Retry-After": str(PATIENCE)} if fault == "throttled" else None
                return web.Response(status=status, content_type=kind, text=text, headers=headers)
            if fault == "hangs":
                await self._closing.wait()
            if fault and fault in {"huge", "cut", "bomb"}:
                return await _streamed(request, fault)
            answer = await handler(request)
            return _spoilt(answer) if fault == "wrong_types" else answer

        return spoil

    def close(self) -> None:
        """What hangs may end."""
        self._closing.set()


async def _streamed(request: web.Request, fault: Fault) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": JSON})
    if fault == "bomb":
        answer.headers["Content-Encoding"] = "gzip"
    if fault == "cut":
        answer.content_length = 1000
    with suppress(ConnectionError):
        await answer.prepare(request)
        match fault:
            case "bomb":
                await answer.write(_bomb())
            case "cut":
                await answer.write(b'{"hits": [')
                assert request.transport
                request.transport.close()
            case _:
                while True:
                    await answer.write(b'{"hits": [' + b" " * 65_536)
    return answer


@cache
def _bomb() -> bytes:
    """Little on the wire, and eighty million bytes when unpacked: one piece, over and over."""
    packer, million = zlib.compressobj(wbits=31), b" " * 1_000_000
    first, again = (packer.compress(million) + packer.flush(zlib.Z_FULL_FLUSH) for _ in "12")
    return first + 79 * again


def _spoilt(answer: web.StreamResponse) -> web.Response:
    """The same, in which nothing is what it should be."""
    assert isinstance(answer, web.Response)
    assert isinstance(answer.body, bytes)
    told = orjson.loads(answer.body or b"null")
    wrong = {name: _other(value) for name, value in told.items()} if isinstance(told, dict) else 7
    return web.json_response(wrong, status=answer.status)


def _other(value: Any) -> Any:
    match value:
        case list():
            return {"0": value}
        case dict():
            return [value]
        case str():
            return {"text": value}
        case _:
            return [value, "?"]
