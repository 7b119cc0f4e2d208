"""The store as it will be when the events before this one are committed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import cast

from msgspec.structs import replace

from core.engine.ports import PAGE, Changes, Page, R, Reader, Record, Tally

Records = Mapping[type[Record], Mapping[str, Record | None]]


@dataclass(frozen=True, slots=True)
class Laid:
    """What one overlay adds, told so that it holds before and after the store has it."""

    records: Records = field(default_factory=dict)
    sums: Mapping[tuple[str, str], int] = field(default_factory=dict)
    once: frozenset[str] = frozenset()


NOTHING = Laid()


class Overlay:
    """A Reader over another one, with changes that are not committed yet laid on top.

    `under` is what is on its way into the store meanwhile.
    """

    def __init__(self, base: Reader, under: Laid = NOTHING) -> None:
        self._base, self._under = base, under
        self._records: dict[tuple[type[Record], str], Record | None] = {
            (kind, id): record
            for kind, some in under.records.items()
            for id, record in some.items()
        }
        self._pages: dict[tuple[object, ...], object] = {}
        self._changed: dict[type[Record], set[str]] = {}
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
        page = await self._found(kind, after, limit, equals)
        ids = self._changed.get(kind, set()) | self._under.records.get(kind, {}).keys()
        if not ids:
            return page
        changed = {id: self._records[kind, id] for id in ids}
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

    async def _found(
        self, kind: type[R], after: str, limit: int, equals: Mapping[str, str]
    ) -> Page[R]:
        """What the store found when it was first asked: a crowd asks the same again and again."""
        key = (kind, after, limit, *equals.items())
        if key not in self._pages:
            self._pages[key] = await self._base.find(kind, after=after, limit=limit, **equals)
        return cast("Page[R]", self._pages[key])

    async def tally(self, board: str, subject: str) -> int:
        """The sum of a counter."""
        key = (board, subject)
        under = self._under.sums.get(key)
        below = await self._base.tally(board, subject) if under is None else under
        return below + self._tallies.get(key, 0)

    async def counted(self, once: str) -> bool:
        """Whether a tally with this `once` has counted."""
        mine = once in self._once or once in self._under.once
        return mine or await self._base.counted(once)

    async def top(self, board: str, n: int) -> Sequence[tuple[str, int]]:
        """The highest subjects of a ranked board."""
        changed = {s for b, s in (*self._tallies, *self._under.sums) if b == board}
        rows = dict(await self._base.top(board, n + len(changed)))
        for subject in changed:
            rows[subject] = await self.tally(board, subject)
        return sorted(rows.items(), key=lambda row: (-row[1], row[0]))[:n]

    async def lay(self, changes: Changes) -> Changes:
        """Lays changes on top; answers them without the tallies that have counted before."""
        for record in changes.saves:
            self._put(record, replace(record, version=record.version + 1))
        for record in changes.deletes:
            self._put(record, None)
        if not changes.tallies:
            return changes
        tallies = [tally for tally in changes.tallies if await self._count(tally)]
        return replace(changes, tallies=tuple(tallies))

    async def laid(self) -> Laid:
        """What was laid on top, without what is under it: that is stored by now."""
        records = {
            kind: {id: self._records[kind, id] for id in ids} for kind, ids in self._changed.items()
        }
        sums = {key: await self._base.tally(*key) + by for key, by in self._tallies.items()}
        return Laid(records, sums, frozenset(self._once))

    def _put(self, old: Record, new: Record | None) -> None:
        kind, id = type(old), old.id
        self._records[kind, id] = new
        self._changed.setdefault(kind, set()).add(id)

    async def _count(self, tally: Tally) -> bool:
        if tally.once:
            if await self.counted(tally.once):
                return False
            self._once.add(tally.once)
        key = (tally.board, tally.subject)
        self._tallies[key] = self._tallies.get(key, 0) + tally.by
        return True


def _fits(record: Record, equals: dict[str, str]) -> bool:
    return all(_text(getattr(record, name)) == value for name, value in equals.items())


def _text(value: object) -> str:
    """How a declared field is looked up."""
    return str(value).lower() if isinstance(value, bool) else str(value or "")
