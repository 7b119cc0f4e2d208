"""The clock of the sandbox: what comes next and for whom, and moving there step by step."""

import asyncio
from datetime import datetime, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from core.engine.ports import Due
from web.sandbox.coming import ours
from web.sandbox.model import FACILITATOR
from web.sandbox.wall import Told, Wall

STEPS = 200
FAR = timedelta(days=180)
MORNING = 9
By = Literal["hour", "day", "monday", "end"]


class Worker(Protocol):
    """What does the jobs that are due."""

    async def idle(self) -> None:
        """Returns when nothing that is due is left to do."""


class Queue(Protocol):
    """The store, as far as the clock needs it."""

    async def next_due(self, after: datetime) -> datetime | None: ...

    async def jobs(self, org: str, *, lane: str = "", limit: int = 200) -> list[Due]: ...


class Busy(Exception):
    """The clock is being moved already."""


class Agenda:
    """Moves the clock; each thing that is due on the way happens at its own time."""

    def __init__(self, wall: Wall, queue: Queue, worker: Worker) -> None:
        self._wall, self._queue, self._worker = wall, queue, worker
        self._moving = asyncio.Lock()

    async def move(self, by: By) -> bool:
        """Moves; answers whether it got there. Raises Busy while another move is under way."""
        if self._moving.locked():
            raise Busy
        async with self._moving:
            now = self._wall.clock.now()
            there = await self._walk(goal(now, by), to_the_end=by == "end")
            if there and by != "end":
                self._wall.clock.set(max(goal(now, by), self._wall.clock.now()))
                await self._worker.idle()
            await self._remember()
            return there

    async def _walk(self, to: datetime, *, to_the_end: bool) -> bool:
        await self._worker.idle()
        for _ in range(STEPS):
            if to_the_end and not await self._anything_left():
                return True
            due = await self._queue.next_due(self._wall.clock.now())
            if due is None or due > to:
                return True
            self._wall.clock.set(max(due, self._wall.clock.now()))
            self._wall.tell(Told("clock"))
            await self._worker.idle()
        return False

    async def _anything_left(self) -> bool:
        stage = await self._wall.stage()
        jobs = await self._queue.jobs(self._wall.org)
        return stage is not None and bool(await ours(jobs, self._wall.reader, stage.tenant))

    async def _remember(self) -> None:
        stage = await self._wall.stage()
        if stage is not None:
            await self._wall.change(replace(stage, at=self._wall.clock.now()))
        self._wall.tell(Told("clock"))


def goal(now: datetime, by: By) -> datetime:
    """Where the clock goes."""
    match by:
        case "hour":
            return now + timedelta(hours=1)
        case "day":
            return now + timedelta(days=1)
        case "monday":
            return _monday(now)
        case "end":
            return now + FAR


def _monday(now: datetime) -> datetime:
    """The next Monday morning where the facilitator is."""
    here = now.astimezone(ZoneInfo(FACILITATOR.zone))
    morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    morning += timedelta(days=-here.weekday() % 7)
    if morning <= here:
        morning += timedelta(days=7)
    return morning.astimezone(now.tzinfo)
