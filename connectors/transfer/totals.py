"""How much there is of each kind, and a digest of it, in whatever order it comes.

The digest is the sum of the hashes of all entries, each as JSON with sorted keys: it shows what
was lost, doubled or changed on the way.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from hashlib import blake2b

import msgspec

from connectors.stores.entries import AnyEntry, Total, Totals, Used

SIZE = 16
ROUND = 1 << (8 * SIZE)


class Sums:
    """Adds up entries as they come."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[int, int]] = {}

    def add(self, entries: Iterable[AnyEntry]) -> None:
        """Takes some more."""
        for entry in entries:
            section = entry.place[0]
            count, digest = self._sums.get(section, (0, 0))
            self._sums[section] = (count + 1, (digest + _hash(entry)) % ROUND)

    def count(self, section: str) -> int:
        """How many there are of a kind so far."""
        return self._sums.get(section, (0, 0))[0]

    def totals(self) -> Totals:
        """All that came."""
        return {
            section: Total(count, f"{digest:0{2 * SIZE}x}")
            for section, (count, digest) in sorted(self._sums.items())
        }


def _hash(entry: AnyEntry) -> int:
    plain = msgspec.json.decode(msgspec.json.encode(entry))
    if isinstance(entry, Used):
        del plain["at"]  # which not every store keeps to the microsecond
    canonical = msgspec.json.encode(plain, order="sorted")
    return int.from_bytes(blake2b(canonical, digest_size=SIZE).digest(), "big")


def name_of(totals: Totals) -> str:
    """A name for exactly this content."""
    return blake2b(msgspec.json.encode(totals, order="sorted"), digest_size=SIZE).hexdigest()


async def totalled(
    batches: AsyncIterator[Sequence[AnyEntry]], tell: Callable[[str, int], None]
) -> Totals:
    """The totals of everything; `tell` hears how many of which kind there are so far."""
    sums = Sums()
    async for batch in batches:
        sums.add(batch)
        section = batch[-1].place[0]
        tell(section, sums.count(section))
    return sums.totals()
