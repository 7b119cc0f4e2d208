"""The command `move` at a desk of its own, and a service that runs beside it as another process.

    python -m tests.connectors.moving PATH

It serves the file until it is told to stop by closing its input.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.move.command import Desk, Order, main
from connectors.stores.beside import BesideStore
from connectors.stores.sqlite import SqliteStore
from core.engine.errors import DeliveryError
from core.engine.intake import Intake
from core.engine.ports import Actor, Address, Answer, Clock, Payload, Reader, Sent
from core.engine.worker import Worker
from core.product import PRODUCT
from tests.cohorts.moving import NEW, Workspace
from tests.engine.machine import Chat

AHEAD = timedelta(seconds=10)


@dataclass
class Directory:
    """What a platform says when it is asked for an e-mail address."""

    people: dict[str, str] = field(default_factory=dict)
    errors: list[DeliveryError] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    stops_after: int = 1000
    guests: set[str] = field(default_factory=set)

    async def lookup(self, question: Mapping[str, str], read: Reader) -> Answer:
        if len(self.asked) >= self.stops_after:
            raise asyncio.CancelledError
        self.asked.append(question["email"])
        if self.errors:
            raise self.errors.pop()
        users = self.people.get(question["email"], "")
        names = users.split()
        return Answer(
            people=tuple(Actor(account=f"slack:w1:{it}", guest=it in self.guests) for it in names)
        )


@dataclass
class Terminal:
    """What was printed, and what is answered to a question."""

    clock: Clock
    path: Path
    directory: Directory = field(default_factory=Directory)
    said: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    answer: bool = True
    served: bool = False
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def move(self, cohort: str = "Better handovers", **order: object) -> int:
        """Types the command."""
        self.kept += self.said
        self.said.clear()
        typed = Order(cohort=cohort, **order)  # type: ignore[arg-type] # a test's own keywords
        async with BesideStore(self.path, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
            store.served = store.served or self.served
            return await main(typed, self._desk(store))

    def _desk(self, store: BesideStore) -> Desk:
        return Desk(
            org="main",
            store=store,
            product=PRODUCT,
            clock=self.clock,
            platforms={"slack": None, "teams": None},
            asks={"slack.lookup": self.directory.lookup},
            tell=self.said.append,
            progress=self.progress.append,
            agreed=lambda _: self.answer,
            pause=self._pause,
        )

    async def _pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        if self.meanwhile:
            await self.meanwhile()
        await asyncio.sleep(0.01)

    @property
    def text(self) -> str:
        return "\n".join(self.said)


@dataclass
class Logged(Chat):
    """A chat system that writes down what it shows."""

    log: int = 0

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        os.write(self.log, f"{address.id} {payload['text']}\n".encode())
        return await super().send(address, payload, thread=thread, replace=replace, key=key)


class Ahead:
    """A clock that is ahead, so that what is planned for a moment later is due."""

    def now(self) -> datetime:
        return datetime(2026, 3, 2, 9, tzinfo=UTC) + AHEAD


async def serve(path: Path) -> None:
    """The service on this file, until its input ends."""
    log = os.open(f"{path}.chat", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    workspace, clock = Workspace(channel=NEW.id), Ahead()
    async with SqliteStore(path, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
        intake = Intake(store, PRODUCT, clock)
        platforms = {"slack": Logged(name="slack", log=log), "teams": Logged("teams", log=log)}
        asks = workspace.askers()
        worker = Worker(store, PRODUCT, clock, intake=intake, platforms=platforms, asks=asks)
        intake.connect(worker, asks)
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        os.write(1, b"ready\n")
        await asyncio.to_thread(sys.stdin.read)
        await worker.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
