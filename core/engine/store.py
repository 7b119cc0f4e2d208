"""What keeps everything: read by whoever decides, written by the engine alone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.engine.events import Event
from core.engine.queue import Commit, Due, Lease, Outcome
from core.engine.records import Page, R

PAGE = 200


class Reader(Protocol):
    """What may be looked up, in one organisation. At most 200 rows at a time, and no counting."""

    async def get(self, kind: type[R], id: str) -> R | None:
        """The record, or None."""

    async def find(
        self, kind: type[R], *, after: str = "", limit: int = PAGE, **equals: str
    ) -> Page[R]:
        """Records whose declared fields equal these, in the declared order.

        Raises Undeclared for a field that is not in `indexes`.
        """

    async def tally(self, board: str, subject: str) -> int:
        """The sum of a counter, 0 when nothing was added."""

    async def counted(self, once: str) -> bool:
        """Whether a tally with this `once` has counted."""

    async def top(self, board: str, n: int) -> Sequence[tuple[str, int]]:
        """The highest subjects of a ranked board; raises Undeclared for another."""


class Store(Protocol):
    """Commits Changes atomically, once per event id, and hands out due jobs."""

    def reader(self, org: str) -> Reader:
        """Reads committed state of one organisation."""

    async def seen(self, org: str, ids: Sequence[str]) -> Mapping[str, bytes]:
        """The stored replies of those ids that were handled before (b"" for none)."""

    async def many(self, org: str, kind: type[R], ids: Sequence[str]) -> Mapping[str, R]:
        """Those of these records that are there, by id: one look instead of many."""

    async def commit(self, batch: Sequence[Commit]) -> frozenset[tuple[str, str]]:
        """All of it or nothing; answers the (org, key) of jobs that were really born claimed.

        Raises Conflict naming the events whose records had changed.
        """

    async def lease(self, drained: Collection[int] = ()) -> Lease:
        """Renews what this process serves, gives up what is drained, takes what nobody serves.

        Jobs are handed out, claimed and born claimed in those partitions alone.
        """

    async def due(self, now: datetime, *, limit: int, busy: Collection[str] = ()) -> list[Due]:
        """Open jobs whose time has come, by weight, then due, then seq, leaving out busy lanes.

        At most a few of one lane, so that a long lane never hides the others.
        """

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next open job comes up, if any does."""

    async def mark(self, keys: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Claims planned jobs by (org, key); answers which could be claimed."""

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Records what became of claimed jobs, with their records and tallies."""

    async def claimed(self) -> list[Due]:
        """Jobs that are claimed: after a crash, those that may or may not have left."""

    async def job(self, org: str, key: str) -> Due | None:
        """One job, whatever its state."""

    async def jobs(self, org: str, *, lane: str = "", limit: int = PAGE) -> list[Due]:
        """Jobs of an organisation or lane that are still open, by due; for `why` and the clock."""

    async def poison(self, org: str, event: Event, why: str, at: datetime) -> None:
        """Keeps an event that no handler can take, with its reason."""

    async def forget(self, before: datetime) -> int:
        """Deletes event ids and finished jobs older than this; answers how many."""

    async def close(self) -> None:
        """Finishes what is being written and lets go."""
