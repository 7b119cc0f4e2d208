"""One copy, from beginning to end: all is read, written, read again there, and compared."""

from collections import Counter
from typing import NamedTuple, Protocol

from connectors.stores.entries import Occupied, Source, Target, Totals
from connectors.transfer.totals import name_of, totalled


class Tells(Protocol):
    """Whoever is told how far it is."""

    def stage(self, what: str, *, listed: bool = False) -> None:
        """Something begins; if it is `listed`, the count of each kind stays to be read."""

    def count(self, section: str, count: int) -> None:
        """So many of a kind so far."""


class Copied(NamedTuple):
    """What there is on both sides."""

    there: Totals
    here: Totals


async def copied(source: Source, target: Target, tells: Tells) -> Copied:
    """Copies what is not there yet; only a copy in which nothing differs can be used.

    A database that changed since it was first read has another name, and so its rest never joins
    the half of what it was. Raises Refused.
    """
    tells.stage("Reading what is there")
    there = await totalled(source.entries(), tells.count)
    await source.confirm(there)
    try:
        await _written(source, target, there, tells)
    except Occupied:
        if await _there(target, tells) == there:
            return Copied(there, there)
        raise
    here = await _there(target, tells)
    await source.confirm(there)
    if here == there:
        await target.finish(there)
    return Copied(there, here)


async def _written(source: Source, target: Target, there: Totals, tells: Tells) -> None:
    reached = await target.begin(name_of(there))
    tells.stage("Copying" if reached is None else "Going on where it was", listed=True)
    counts: Counter[str] = Counter()
    async for batch in source.entries(reached):
        await target.write(batch)
        section = batch[-1].place[0]
        counts[section] += len(batch)
        tells.count(section, counts[section])


async def _there(target: Target, tells: Tells) -> Totals:
    tells.stage("Checking what has come")
    return await totalled(target.entries(), tells.count)
