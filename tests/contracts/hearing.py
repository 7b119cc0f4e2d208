"""The real engine, playing a product that remembers what it heard and says what it was told to."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.cohorts.model import Cohort
from core.engine.intake import Intake
from core.engine.ports import (
    Address,
    Asker,
    Changes,
    Choices,
    Commit,
    Deliver,
    Event,
    Job,
    Moment,
    Platform,
    Product,
    Reader,
    Recipient,
    Record,
    Reply,
    Rhythm,
    Tally,
    Target,
    Viewer,
    Weight,
    lane_of,
    show,
)
from core.engine.worker import Worker
from core.message import Post
from core.people import model as people
from web import sandbox

ORG = "main"
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
HANDLED = "handled"


class Clock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        return self.at

    def set(self, to: datetime) -> None:
        self.at = to


@dataclass
class Engine:
    """What runs, what it heard, and what it answers by the name of what happened."""

    store: SqliteStore
    clock: Clock
    heard: list[Event] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    views: dict[str, Post] = field(default_factory=dict)
    platforms: dict[str, Platform] = field(default_factory=dict)
    asks: dict[str, Asker] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.intake = Intake(self.store, self.product, self.clock)
        self.worker = Worker(
            self.store,
            self.product,
            self.clock,
            intake=self.intake,
            platforms=self.platforms,
            asks=self.asks,
        )

    @property
    def product(self) -> Product:
        return Product(
            handle=self._handle,
            query=_no_query,
            view=self._view,
            recipient=_recipient,
            bundle=_first,
            marked=_same,
            silent=_silent,
            records=RECORDS,
        )

    async def idle(self) -> None:
        """All that is due is done."""
        async with asyncio.timeout(10):
            await self.worker.idle()

    async def deliver(self, target: Target, post: Post, key: str, weight: Weight = "person") -> str:
        """Sends a Post as the product would; answers what became of it."""
        return await self.do(Job(key=key, work=Deliver(target, post), weight=weight))

    async def show(self, target: Target, post: Post) -> str:
        """Shows a thing as it stands now; answers what became of it."""
        self.views[post.slot] = post
        return await self.do(show(target, post.slot))

    async def do(self, job: Job) -> str:
        """Has a job done, as far as it is due; answers its state."""
        planned = replace(job, lane=lane_of(job), due=self.clock.now())
        changes = Changes(jobs=(planned,))
        await self.store.commit([Commit(org=ORG, event="", at=self.clock.now(), changes=changes)])
        return await self.state(job.key)

    async def state(self, key: str) -> str:
        """What has become of a job by now."""
        self.worker.wake()
        await self.idle()
        due = await self.store.job(ORG, key)
        return due.state if due else ""

    async def address(self, id: str) -> Address:
        """How we learned to reach a place or an account."""
        found = await self.store.reader(ORG).get(Address, id)
        assert found is not None, f"nobody learned of {id}"
        return found

    async def choices(self, place: str, ref: str) -> Choices | None:
        """What numbers mean below a message."""
        return await self.store.reader(ORG).get(Choices, f"{place}|{ref}")

    async def handled(self, name: str) -> int:
        """How often this was applied."""
        return await self.store.reader(ORG).tally(HANDLED, name)

    async def _view(self, moment: Moment, slot: str, viewer: Viewer) -> Post | None:
        return self.views.get(slot)

    async def _handle(self, event: Event, moment: Moment) -> Changes:
        self.heard.append(event)
        tally = Tally(board=HANDLED, subject=event.name)
        return Changes(tallies=(tally,), reply=self.replies.get(event.name))


@asynccontextmanager
async def listening(path: Path) -> AsyncIterator[Engine]:
    """An engine that runs."""
    async with SqliteStore(path, records=RECORDS) as store:
        engine = Engine(store, Clock())
        engine.intake.connect(engine.worker, engine.asks)
        running = [asyncio.create_task(work) for work in (engine.intake.run(), engine.worker.run())]
        yield engine
        await engine.worker.stop(1.0)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


RECORDS: tuple[type[Record], ...] = (people.Person, people.Account, Cohort, *sandbox.RECORDS)


async def _no_query(event: Event, moment: Moment, asks: Mapping[str, Asker]) -> Reply | None:
    return None


async def _recipient(read: Reader, person: str) -> Recipient | None:
    """Here a person is their account."""
    return Recipient(
        person=person, accounts=(person,), viewer=Viewer(person=person), rhythm=Rhythm()
    )


def _first(posts: Sequence[Post]) -> Post:
    return posts[0]


def _same(post: Post) -> Post:
    return post


def _silent(org: str, person: str, sent: int) -> Event:
    return Event(id=f"silent/{person}/{sent}", org=org, source="timer", name="silent")
