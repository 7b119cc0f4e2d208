"""An engine to be killed: takes the same events in each life, and says which are committed.

    python -m tests.engine.crashing FOLDER HOW_MANY

What its chat shows is kept in a file, as a chat would keep it when we die.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.engine.ports import Address, Changes, Event, Moment, Payload, Sent, Tally, ToPlace
from tests.engine.machine import Chat, Count, Machine, machine, post_to, press

CHAT, BOARD, FLYING = "chat", "presses", 16


@dataclass
class Kept(Chat):
    """A chat system that remembers what it shows whatever happens to us."""

    log: int = field(kw_only=True)

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        await asyncio.sleep(0)
        os.write(self.log, f"{payload['text']}\n".encode())
        return Sent(ref=key)


async def pressed(event: Event, moment: Moment) -> Changes:
    """A record, a count and a message for each press."""
    place = Address(id=f"fake:t1:{event.id}")
    return Changes(
        saves=(Count(id=event.id, presses=1), place),
        tallies=(Tally(board=BOARD, subject="all"),),
        jobs=(post_to(ToPlace(place.id), event.id),),
    )


async def live(folder: Path, log: int, many: int) -> None:
    """Takes all events, some at a time, and waits until nothing is left to do."""
    async with machine(folder, pressed, chat=Kept(log=log)) as it:
        ids = iter(f"e{number}" for number in range(many))
        await asyncio.gather(*(take(it, ids) for _ in range(FLYING)))
        await it.settled()


async def take(it: Machine, ids: Iterator[str]) -> None:
    for id in ids:
        await it.intake.submit(press(id))
        os.write(1, f"{id}\n".encode())


if __name__ == "__main__":
    where = Path(sys.argv[1])
    file = os.open(where / CHAT, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    asyncio.run(live(where, file, int(sys.argv[2])))
