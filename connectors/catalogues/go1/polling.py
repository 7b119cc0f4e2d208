"""Completions since the last time: each is told once, and none is lost however the pages shift.

Pages are not counted from the first: each is asked for from the last moment of the one before it,
so that a row that changes its place meanwhile takes no other along. What is told once may show up
late, so the next walk begins a while before the newest, and leaves out what was told already.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2s
from typing import Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from connectors.catalogues.go1.client import STEP
from connectors.catalogues.go1.wire import Enrolment
from connectors.catalogues.telling import instant

OVERLAP = timedelta(minutes=5)
DEEPEST = 9_900
REMEMBERED = 1_000
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class Pages(Protocol):
    """Where completions are read."""

    async def completed(self, since: datetime, offset: int) -> tuple[int, list[Enrolment]]:
        """How many came of those completed since then, and those of them that can be read."""


class Mark(Struct, frozen=True, omit_defaults=True):
    """How far a walk has come: `skip` rows of those since the second `at`.

    The walk goes back to `since` for what shows up late. `told` are the newest completions that
    were told, by the second in which they changed.
    """

    since: datetime
    at: datetime
    skip: int = 0
    told: Mapping[str, int] = {}

    @property
    def text(self) -> str:
        """It, as whoever asks keeps it."""
        return msgspec.json.encode(self).decode()


def begun(now: datetime) -> Mark:
    """From now on, whatever the difference between two clocks."""
    at = (now - OVERLAP).replace(microsecond=0)
    return Mark(at, at)


def marked(text: str, now: datetime) -> Mark:
    """What was kept; what is none begins anew."""
    try:
        mark = msgspec.json.decode(text, type=Mark)
        return replace(mark, since=mark.since.astimezone(UTC), at=mark.at.astimezone(UTC))
    except (ValueError, OverflowError):
        return begun(now)


class Walk:
    """One walk over what was completed; `found` is new, `ended` that nothing more is there."""

    def __init__(self, pages: Pages, mark: Mark, now: datetime) -> None:
        self._pages, self._now = pages, now
        self.mark, self.ended = mark, False
        self.found: list[Enrolment] = []
        self._seen: set[str] = set()

    async def step(self) -> list[Enrolment]:
        """The new ones of the next page. Raises NoCourse."""
        count, rows = await self._pages.completed(self.mark.at, self.mark.skip)
        names = {name_of(row): row for row in rows}
        fresh = [row for name, row in names.items() if name not in self.mark.told]
        self.ended = count < STEP or (names.keys() <= self._seen)
        self._seen |= names.keys()
        self.found += fresh
        self._move(rows, count)
        return fresh

    def _move(self, rows: Sequence[Enrolment], count: int) -> None:
        """To the last moment of this page, which is never later than now."""
        times = [min(changed(row) or BEGINNING, self._now).replace(microsecond=0) for row in rows]
        at, skip = self.mark.at, self.mark.skip + count
        if times and times == sorted(times) and times[-1] > at:
            at = times[-1]
            skip = times.count(at)
        if skip > DEEPEST:  # no provider pages further
            at, skip = at + timedelta(seconds=1), 0
        new = {name_of(row): int(time.timestamp()) for row, time in zip(rows, times, strict=True)}
        told = _newest({**self.mark.told, **new})
        self.mark = replace(self.mark, at=at, skip=skip, told=told)
        if self.ended and len(told) < REMEMBERED:
            self.mark = self._back(told)

    def _back(self, told: Mapping[str, int]) -> Mark:
        """To a while before the newest, and never before where we were."""
        newest = datetime.fromtimestamp(max(told.values(), default=0), UTC)
        since = max(self.mark.since, newest - OVERLAP)
        return replace(self.mark, since=since, at=since, skip=0)


def name_of(row: Enrolment) -> str:
    """An enrolment in few letters."""
    return blake2s(str(row.id).encode("utf-8", "replace"), digest_size=6).hexdigest()


def changed(row: Enrolment) -> datetime | None:
    """When it changed last."""
    return instant(row.updated_time) or instant(row.end_date)


def _newest(told: Mapping[str, int]) -> dict[str, int]:
    """Those that a next walk could meet again."""
    oldest = max(told.values(), default=0) - OVERLAP.total_seconds()
    kept = sorted((item for item in told.items() if item[1] >= oldest), key=lambda item: item[1])
    return dict(kept[-REMEMBERED:])
