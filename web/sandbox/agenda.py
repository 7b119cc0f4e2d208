"""The clock of the sandbox: what comes next and for whom, and moving there step by step."""

import asyncio
from datetime import datetime, timedelta
from typing import ClassVar, Literal, Protocol
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from web.sandbox.coming import goes_round, ours
from web.sandbox.model import FACILITATOR
from web.sandbox.residents.living import Residents
from web.sandbox.residents.witness import Queue, Witness
from web.sandbox.wall import Told

STEPS = 400
FAR = timedelta(days=180)
MORNING = 9
By = Literal["hour", "day", "monday", "end"]


class Worker(Protocol):
    """What does the jobs that are due."""

    async def idle(self) -> None:
        """Returns when nothing that is due is left to do."""


class Busy(Exception):
    """The clock is being moved already."""


class Trip:
    """How the clock travels: to where, how fast, and whether somebody called halt."""

    steps: ClassVar[float] = STEPS

    async def to(self) -> datetime | None:
        """Where it goes, as things stand now; None: on until nothing is left."""
        return None

    async def rest(self, until: datetime, now: datetime) -> bool:
        """Lets people watch; answers whether to go on."""
        return True


class Move(Trip):
    """A move by hand."""

    def __init__(self, to: datetime | None) -> None:
        self._to = to

    async def to(self) -> datetime | None:
        """Where the button says."""
        return self._to


class Agenda:
    """Moves the clock; each thing that is due on the way happens at its own time."""

    def __init__(self, residents: Residents, queue: Queue, worker: Worker) -> None:
        self._residents, self._queue, self._worker = residents, queue, worker
        self._wall = residents.wall
        self._witness = Witness(residents, queue)
        self._moving = asyncio.Lock()

    @property
    def moving(self) -> bool:
        """Whether the clock is on its way."""
        return self._moving.locked()

    async def move(self, by: By) -> bool:
        """Moves; answers whether it got there. Raises Busy while another move is under way."""
        to = None if by == "end" else goal(self._wall.clock.now(), by)
        return await self.travel(Move(to))

    async def travel(self, trip: Trip) -> bool:
        """Goes where a trip leads; answers whether it got there. Raises Busy."""
        if self._moving.locked():
            raise Busy
        async with self._moving:
            there = await self._walk(trip)
            if there and (to := await trip.to()):
                self._wall.clock.set(max(to, self._wall.clock.now()))
                await self._happens(to)
            await self._remember()
            return there

    async def notice(self) -> None:
        """Somebody did something by hand: what came of it is told, and the others read it."""
        if await self._residents.tale() is not None:
            await self._worker.idle()
            await self._witness.tell()
            await self._residents.look()

    async def _walk(self, trip: Trip) -> bool:
        await self._happens(self._wall.clock.now())
        done = 0
        while done < trip.steps:
            to = await trip.to()
            if to is None and not await self._anything_left():
                return True
            now = self._wall.clock.now()
            at = await self._next(now)
            if at is None or at > (to or now + FAR):
                return to is None or await trip.rest(to, now)
            if not await trip.rest(at, now):
                return False
            done += not await self._only_rounds(at)
            self._wall.clock.set(max(at, self._wall.clock.now()))
            self._wall.tell(Told("clock"))
            await self._happens(at)
        return False

    async def _next(self, now: datetime) -> datetime | None:
        """When something is due, or somebody does something."""
        found = (await self._queue.next_due(now), await self._residents.next())
        return min((max(at, now) for at in found if at), default=None)

    async def _happens(self, at: datetime) -> None:
        """What is due is done, and people react."""
        async with self._witness.watching(at):
            await self._worker.idle()
        await self._residents.act(self._wall.clock.now())
        await self._worker.idle()
        await self._residents.look()

    async def _only_rounds(self, at: datetime) -> bool:
        """Whether all that happens then comes again and again, and nobody hears of it."""
        someone = await self._residents.next()
        jobs = await self._queue.jobs(self._wall.org)
        due = [one.job for one in jobs if one.job.due and one.job.due <= at]
        return bool(due) and all(map(goes_round, due)) and (someone is None or someone > at)

    async def _anything_left(self) -> bool:
        stage = await self._wall.stage()
        jobs = await self._queue.jobs(self._wall.org)
        jobs = [due for due in jobs if not goes_round(due.job)]
        planned = stage is not None and await ours(jobs, self._wall.reader, stage.tenant)
        return bool(planned) or await self._residents.next() is not None

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
