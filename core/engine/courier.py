"""Requests to a service: who brings the small ones, what doubt means, how an answer is read."""

import math
from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Protocol, TypeVar

from core.engine.errors import Rejected, RetryLater, Uncertain

WAIT_AT_MOST = 3600.0

T = TypeVar("T")


class Courier(Protocol):
    """Brings a small request to a service, once."""

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers, body. Raises RetryLater if it has not left, Uncertain if it may have."""


class Stream(Protocol):
    """The body of a request or an answer, as it comes."""

    total_bytes: int

    def is_eof(self) -> bool:
        """Whether all of it is here."""

    def read_nowait(self) -> bytes:
        """All that is here."""

    def iter_any(self) -> AsyncIterator[bytes]:
        """Piece by piece."""


async def carried(sending: Awaitable[T], once: bool) -> T:
    """What the courier brings back; where a repeat does no harm, doubt is no reason to stop."""
    try:
        return await sending
    except Uncertain as error:
        if once:
            raise
        raise RetryLater(why=error.why) from error


async def whole(body: Stream, most: int) -> bytes:
    """All of it. Raises Rejected for more than `most` bytes."""
    if body.is_eof() and body.total_bytes <= most:
        return body.read_nowait()
    found = bytearray()
    async for chunk in body.iter_any():
        if len(found) + len(chunk) > most:
            raise Rejected("it is too long")
        found += chunk
    return bytes(found)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How long Retry-After asks us to wait, when it says so in seconds; an hour at most."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return None if math.isnan(seconds) else min(max(seconds, 0.0), WAIT_AT_MOST)
