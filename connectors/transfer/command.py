"""`python app.py export --to WHERE` and `python app.py import FILE`: a whole installation moves.

The service is stopped meanwhile. The old database stays as it is.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from connectors.stores.entries import Refused
from connectors.transfer import opened, report
from connectors.transfer.copying import Copied, copied
from connectors.transfer.opened import Kinds
from connectors.transfer.signing import beside, carried
from core.engine.errors import StoreError

T = TypeVar("T")

WRONG, FAILED = 1, 2
SAME = "both are the same place"
STOPPED = "\nStopped. Nothing is lost: run the same command again and it goes on where it was."
REFUSED = "Not copied: {error}."
BROKEN = "It cannot go on: {error}.\nRun the same command again, and it goes on where it was."
DIFFERENT = (
    "\nNot everything has come as it was: {kinds}. The old one is untouched: go on with that. The"
    " copy cannot be started; remove it, and run the same command again."
)
DONE = "\nEverything has come, and is the same on both sides."
LEFT = "Ids of events older than five days were left out: MongoDB forgets them by itself."
START = "Start Coterie with COTERIE_DATABASE set to the new one, and keep the old one for a while."
TAKE_IN = "`python app.py import {file}` takes it in, into the database of COTERIE_DATABASE."


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is copied where, and when. `chosen`: the operator has set COTERIE_SECRET.

    `tell` is a line, `show` one that is written over.
    """

    source: str
    target: str
    kinds: Kinds
    made: datetime
    chosen: bool
    tell: Callable[[str], None]
    show: Callable[[str], None]


async def main(order: Order) -> int:
    """Does it; answers the exit code."""
    try:
        async with AsyncExitStack() as stack:
            done = await _copied(order, stack)
    except Refused as error:
        order.tell(REFUSED.format(error=error))
        return FAILED
    except (StoreError, OSError) as error:
        order.tell(BROKEN.format(error=error))
        return WRONG
    for line in report.table(done):
        order.tell(line)
    if kinds := report.different(done):
        order.tell(DIFFERENT.format(kinds=", ".join(kinds)))
        return WRONG
    order.tell(DONE)
    _told(order)
    return 0


async def _copied(order: Order, stack: AsyncExitStack) -> Copied:
    if order.source == order.target:
        raise Refused(SAME)
    kinds, made = order.kinds, order.made
    source = await _from(order.source, opened.source(order.source, kinds, made, stack))
    target = await _from(order.target, opened.target(order.target, kinds, made, stack))
    progress = report.Progress(order.tell, order.show)
    done = await copied(source, target, progress)
    progress.close()
    return done


async def _from(where: str, opening: Awaitable[T]) -> T:
    """What was opened; or which of the two it is that cannot be."""
    try:
        return await opening
    except StoreError as error:
        raise Refused(f"{where.rpartition('@')[2]}: {error}") from error


def _told(order: Order) -> None:
    """What is left to do."""
    old, new = opened.sqlite(order.source), opened.sqlite(order.target)
    said = carried(old and beside(old), new and beside(new), chosen=order.chosen)
    file = opened.file(order.target)
    left = LEFT if order.source.startswith(opened.MONGO) else ""
    for line in (left, TAKE_IN.format(file=file) if file else START, said):
        if line:
            order.tell(line)
