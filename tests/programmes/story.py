"""A cohort whose timers ring at their hour, and what its programme does meanwhile."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from connectors.stores.sqlite import SqliteStore
from core.engine.ports import Changes, Event, Job, Raise, Record
from core.message import Post
from core.product import PRODUCT
from core.programmes.model import Laid, Plan
from tests.cohorts.story import Story, args_of, buttons
from tests.people.world import ADA

START = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
CHOSEN: Mapping[str, str] = {
    "template": "three-stages",
    "first": "2026-03-09",
    "days": "0,1,2,3,4",
    "country": "DE",
}


@dataclass
class Course(Story):
    """A story in which time passes."""

    planned: dict[str, Job] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)

    async def happens(self, event: Event) -> Changes:
        changes = await super().happens(event)
        self.jobs += changes.jobs
        for job in changes.jobs:
            if isinstance(job.work, Raise):
                self.planned.setdefault(job.key, job)
        return changes

    async def lives_until(self, then: datetime, *, down: bool = False) -> None:
        """The timers ring, each at its hour; or, after an outage, all of them at its end."""
        while due := [job for job in self.planned.values() if self._at(job) <= then]:
            job = min(due, key=self._at)
            self.now = then if down else max(self.now, self._at(job))
            await self._rings(job)
        self.now = then

    async def _rings(self, job: Job) -> None:
        assert isinstance(job.work, Raise)
        self.planned[job.key] = Job(
            key=job.key, work=job.work, due=datetime.max.replace(tzinfo=UTC)
        )
        await self.happens(job.work.event)

    def _at(self, job: Job) -> datetime:
        return job.due or self.now

    async def chooses(self, **other: str) -> Changes:
        cohort = await self.cohort()
        return await self.fill("programmes.choose", {**CHOSEN, **other}, cohort=cohort.id)

    async def runs(self, **other: str) -> Plan:
        """Ada has started a cohort of three, and its programme."""
        await self.begins()
        await self.chooses(**other)
        await self.starts()
        return await self.plan()

    async def starts(self) -> Changes:
        return await self.presses("Start it")

    async def presses(self, label: str, slot: str = "", **more: str) -> Changes:
        """Ada presses a button of the programme as she sees it."""
        cohort = await self.cohort()
        post = await self.seen(slot or f"programme/{cohort.id}/1", ADA)
        return await self.on(post, label, **more)

    async def on(self, post: Post, label: str, **more: str) -> Changes:
        button = next(b for b in buttons(post) if label in str(b.label))
        action = getattr(button, "action", "")
        return await self.hits(action, {**args_of(button), **more}, ADA)

    async def changes(self, **values: str) -> Changes:
        """Ada changes a step by its form."""
        plan = await self.plan()
        args = {"cohort": plan.id, "id": plan.id, "rev": str(plan.version)}
        return await self.hands_in("programmes.change", values, args)

    async def save(self, record: Record) -> None:
        await self.commit(Changes(saves=(record,)))

    async def alters(self, id: str, **fields: object) -> None:
        """A template would have this step otherwise."""
        plan = await self.plan()
        steps = tuple(
            replace(one, step=replace(one.step, **fields)) if one.step.id == id else one
            for one in plan.steps
        )
        await self.save(replace(plan, steps=steps))

    async def plan(self) -> Plan:
        return (await self.read.find(Plan)).items[0]

    async def step(self, id: str) -> Laid:
        return next(one for one in (await self.plan()).steps if one.step.id == id)

    async def states(self) -> Mapping[str, str]:
        return {one.step.id: one.state for one in (await self.plan()).steps}

    async def desk(self) -> Post:
        return await self.seen(f"desk/{(await self.cohort()).id}", ADA)


def days(count: float) -> timedelta:
    return timedelta(days=count)


@asynccontextmanager
async def course(path: Path) -> AsyncIterator[Course]:
    async with SqliteStore(path, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
        yield Course(store)
