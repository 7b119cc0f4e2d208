"""The store as it will be when the events before this one are committed."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import cast

import msgspec

from core.engine.ports import PAGE, Changes, Page, R, Reader, Record, Tally


class Overlay:
    """A Reader over another one, with changes that are not committed yet laid on top."""

    def __init__(self, base: Reader) -> None:
        self._base = base
        self._records: dict[tuple[type[Record], str], Record | None] = {}
        self._changed: set[tuple[type[Record], str]] = set()
        self._tallies: dict[tuple[str, str], int] = {}
        self._once: set[str] = set()

    async def get(self, kind: type[R], id: str) -> R | None:
        """The record, or None."""
        key = (kind, id)
        if key not in self._records:
            self._records[key] = await self._base.get(kind, id)
        return cast("R | None", self._records[key])

    def foresee(self, kind: type[R], ids: Iterable[str], found: Mapping[str, R]) -> None:
        """Takes over what was fetched in advance; what was not found is not there."""
        for id in ids:
            self._records.setdefault((kind, id), found.get(id))

    async def find(
        self, kind: type[R], *, after: str = "", limit: int = PAGE, **equals: str
    ) -> Page[R]:
        """What the store finds, with changed records in the place where they belong now."""
        page = await self._base.find(kind, after=after, limit=limit, **equals)
        changed = {key: self._records[k, key] for k, key in self._changed if k is kind}
        if not changed:
            return page
        kept = [r for r in page.items if r.id not in changed]
        fresh = [cast("R", r) for r in changed.values() if r is not None and _fits(r, equals)]
        rank = attrgetter(kind.order, "id")
        if page.cursor:
            last = rank(page.items[-1])
            fresh = [r for r in fresh if rank(r) <= last]
        if after and page.items:
            first = rank(page.items[0])
            fresh = [r for r in fresh if rank(r) >= first]
        return Page(tuple(sorted([*kept, *fresh], key=rank)), page.cursor)

    async def tally(self, board: str, subject: str) -> int:
        """The sum of a counter."""
        return await self._base.tally(board, subject) + self._tallies.get((board, subject), 0)

    async def counted(self, once: str) -> bool:
        """Whether a tally with this `once` has counted."""
        return once in self._once or await self._base.counted(once)

    async def top(self, board: str, n: int) -> Sequence[tuple[str, int]]:
        """The highest subjects of a ranked board."""
        changed = {s: by for (b, s), by in self._tallies.items() if b == board}
        rows = dict(await self._base.top(board, n + len(changed)))
        for subject in changed:
            rows[subject] = await self.tally(board, subject)
        return sorted(rows.items(), key=lambda row: (-row[1], row[0]))[:n]

    async def lay(self, changes: Changes) -> Changes:
        """Lays changes on top; answers them without the tallies that have counted before."""
        for record in changes.saves:
            self._put(type(record), record.id, _next(record))
        for record in changes.deletes:
            self._put(type(record), record.id, None)
        tallies = [tally for tally in changes.tallies if await self._count(tally)]
        return msgspec.structs.replace(changes, tallies=tuple(tallies))

    def _put(self, kind: type[Record], id: str, record: Record | None) -> None:
        self._records[kind, id] = record
        self._changed.add((kind, id))

    async def _count(self, tally: Tally) -> bool:
        if tally.once:
            if await self.counted(tally.once):
                return False
            self._once.add(tally.once)
        key = (tally.board, tally.subject)
        self._tallies[key] = self._tallies.get(key, 0) + tally.by
        return True


def _next(record: Record) -> Record:
    return msgspec.structs.replace(record, version=record.version + 1)


def _fits(record: Record, equals: dict[str, str]) -> bool:
    return all(_text(getattr(record, name)) == value for name, value in equals.items())


def _text(value: object) -> str:
    """How a declared field is looked up."""
    return str(value).lower() if isinstance(value, bool) else str(value or "")
