"""Whether the store answers, and how much of its work is left to do: cheap enough to ask often."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from core.engine.errors import StoreError

PATIENCE = 2.0
EVER = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY = (("", ""),)
MOST = 10_000


class Queue(Protocol):
    """The store, as far as it is watched."""

    async def mark(self, keys: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Claims planned jobs by (org, key); answers which could be claimed."""

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next open job comes up, if any does."""


@runtime_checkable
class Counts(Protocol):
    """A store that can count its open jobs without looking at all of them."""

    async def census(self, now: datetime, most: int) -> Mapping[str, int]:
        """How many are due, come later, and are claimed, none counted beyond `most`."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Seconds that the oldest due job is late, and the open jobs, none counted beyond MOST."""

    lag: float
    open: Mapping[str, int] = field(default_factory=dict)


async def backlog(store: Queue, now: datetime, patience: float = PATIENCE) -> Backlog | None:
    """What is left to do; None when the store does not say so in time."""
    try:
        async with asyncio.timeout(patience):
            first = await store.next_due(EVER)
            late = max(0.0, (now - first).total_seconds()) if first else 0.0
            if not isinstance(store, Counts):
                return Backlog(late)
            return Backlog(late, await store.census(now, MOST))
    except (StoreError, TimeoutError):
        return None


async def trouble(store: Queue, patience: float = PATIENCE) -> str:
    """Why nothing can be written now, "" when it can: a transaction that changes nothing."""
    try:
        async with asyncio.timeout(patience):
            await store.mark(NOBODY)
    except StoreError as error:
        return f"the store takes nothing: {error}"
    except TimeoutError:
        return f"the store has not answered for {patience:g} s"
    return ""
