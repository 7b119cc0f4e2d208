"""Coterie on a database of its own, as one process or as several, and what it holds afterwards."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from connectors.stores.mongo.store import MongoStore
from connectors.stores.sqlite import SqliteStore
from core.engine.ports import Ask, Raise, Store
from core.product import PRODUCT
from tests.bench.host import free_port
from tests.crash.processes import Nursery, Process
from tests.crash.town import Town

Claim = tuple[str, int]


class House:
    """Processes on one database; the first of them has the doors."""

    def __init__(
        self, nursery: Nursery, town: Town, database: str, commands: Sequence[str] = ("serve",)
    ) -> None:
        self.nursery, self.town = nursery, town
        self._database = database
        self._commands: Mapping[int, str] = {free_port(): command for command in commands}
        self._running: dict[int, Process] = {}

    @property
    def processes(self) -> list[Process]:
        """Those that run."""
        return [one for one in self._running.values() if one.running]

    @property
    def alone(self) -> bool:
        """Whether it is one process, and nobody goes on when it is killed."""
        return len(self._commands) == 1

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{next(iter(self._commands))}"

    def start(self) -> None:
        """Whoever is not there is started."""
        for port, command in self._commands.items():
            if port not in self._running or not self._running[port].running:
                settings = self.town.settings(self._database, port)
                self._running[port] = self.nursery.start(settings, port, command)
        self.town.teams.bot = f"{self.url}/api/messages"

    async def ready(self) -> float:
        """Seconds until all were."""
        return max([await one.ready() for one in self.processes])

    def kill(self, dice: Random) -> None:
        """One of them, without a word."""
        dice.choice(self.processes).kill()

    async def end(self) -> None:
        """As whoever runs it ends it."""
        for one in self.processes:
            await one.end()

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """The database, when nobody else has it."""
        async with self._opened() as store:
            await store.lease()
            yield store

    def _opened(self) -> SqliteStore | MongoStore:
        kinds, ranked = PRODUCT.records, PRODUCT.ranked
        if self._database.startswith("sqlite"):
            path = Path(self._database.removeprefix("sqlite:///"))
            return SqliteStore(path, records=kinds, ranked=ranked)
        return MongoStore(self._database, records=kinds, ranked=ranked)

    async def claims(self) -> set[Claim]:
        """Messages that a killed process left claimed: each job, and which try it was."""
        async with self.store() as store:
            return {
                (due.job.key, due.tries)
                for due in await store.claimed()
                if not isinstance(due.job.work, Raise | Ask)
            }


def sqlite(folder: Path) -> str:
    """A file of its own."""
    return f"sqlite:///{folder / 'coterie.db'}"
