"""Who brings a small request to a service, and what doubt about it means."""

from collections.abc import Awaitable, Mapping
from typing import Protocol, TypeVar

from core.engine.errors import RetryLater, Uncertain

T = TypeVar("T")


class Courier(Protocol):
    """Brings a small request to a service, once."""

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers, body. Raises RetryLater if it has not left, Uncertain if it may have."""


async def carried(sending: Awaitable[T], once: bool) -> T:
    """What the courier brings back; where a repeat does no harm, doubt is no reason to stop."""
    try:
        return await sending
    except Uncertain as error:
        if once:
            raise
        raise RetryLater(why=error.why) from error
