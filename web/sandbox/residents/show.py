"""Eight weeks in a minute: the clock goes by itself, until somebody stops it or takes over."""

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from math import inf
from typing import ClassVar

from msgspec.structs import replace

from core.actions import STEPS
from core.programmes.model import Plan
from web.sandbox import parse
from web.sandbox.agenda import Agenda, Busy, Trip
from web.sandbox.residents.living import Residents
from web.sandbox.residents.model import Goal, Tale
from web.sandbox.residents.opening import Opening
from web.sandbox.wall import Told

A_DAY = 0.95  # seconds of watching
DAY = timedelta(days=1)
GOALS: Mapping[Goal, tuple[str, timedelta]] = {
    "workshop": ("workshop", -DAY),
    "pairs": ("pairs", timedelta(days=3)),
    "talk": ("discussion", timedelta(hours=6)),
}
GATHERED = timedelta(hours=10)  # on the first morning, all who want to have joined
LEFT_OUT = {"skipped", "missed"}
log = logging.getLogger(__name__)


class Ride(Trip):
    """The clock on its way through the weeks, slowly enough to watch."""

    steps: ClassVar[float] = inf

    def __init__(self, show: "Show", begun: datetime, a_day: float) -> None:
        self._show, self._begun, self._a_day = show, begun, a_day
        self._since = time.monotonic()
        self.halt = asyncio.Event()

    async def to(self) -> datetime | None:
        """The end of the weeks, or the day that was asked for."""
        return await self._show.goal()

    async def rest(self, until: datetime, now: datetime) -> bool:
        """As long as it takes here until then, less what the work has taken already."""
        share = (until - self._begun) / DAY * self._a_day
        spent = time.monotonic() - self._since
        if not self.halt.is_set() and share > spent:
            with suppress(TimeoutError):
                async with asyncio.timeout(share - spent):
                    await self.halt.wait()
        return not self.halt.is_set()


class Show:
    """Runs the demo cohort, stops it, and hands its people over."""

    def __init__(
        self, agenda: Agenda, residents: Residents, opening: Opening, a_day: float = A_DAY
    ) -> None:
        self._agenda, self._residents, self._opening = agenda, residents, opening
        self._a_day = a_day
        self._ride: Ride | None = None
        self._task: asyncio.Task[None] | None = None
        self._beginning = asyncio.Lock()
        self._noticing: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> bool:
        """Whether the clock goes by itself."""
        return self._task is not None and not self._task.done()

    async def run(self, goal: Goal, hands: tuple[str, ...]) -> None:
        """Begins, or goes on; what is on its way already stays so."""
        async with self._beginning:
            if self.running:
                return
            if self._agenda.moving:
                raise Busy
            tale = await self._residents.tale() or await self._opening.begin()
            mine = (*tale.hands, *(one for one in hands if one not in tale.hands))
            tale = replace(tale, goal=goal, state="running", hands=mine)
            if (await self._until(tale)) <= self._residents.wall.clock.now():
                raise parse.Malformed("That day has passed. Start over to see it again.")
            await self._residents.keep(tale)
            self._ride = Ride(self, self._residents.wall.clock.now(), self._a_day)
            self._task = asyncio.create_task(self._goes(self._ride))

    async def stop(self) -> None:
        """The clock stands still; the story can go on from here."""
        if self._ride is not None:
            self._ride.halt.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def taken(self, person: str, words: str = "") -> None:
        """The visitor does something as this person: time stops, and the person is theirs."""
        if self.running:
            await self.stop()
        await self._residents.hand(person, mine=True)
        if words:
            await self._residents.note([self._residents.line("did", words, person)])

    def noticed(self) -> None:
        """What came of it is told, once it is there."""
        noticing = asyncio.create_task(self._agenda.notice())
        self._noticing.add(noticing)
        noticing.add_done_callback(self._noticing.discard)

    async def goal(self) -> datetime | None:
        """Where the clock goes to."""
        tale = await self._residents.tale()
        with suppress(parse.Malformed):  # what was waited for does not take place: stop here
            if tale is not None:
                return await self._until(tale)
        return self._residents.wall.clock.now()

    async def _until(self, tale: Tale) -> datetime:
        if tale.goal == "team":
            return tale.first + GATHERED
        if tale.goal not in GOALS:
            return tale.end
        kind, offset = GOALS[tale.goal]
        plan = await self._residents.read.get(Plan, tale.cohort)
        steps = plan.steps if plan else ()
        found = next((one for one in steps if one.step.kind == kind), None)
        if found is None or found.state in LEFT_OUT:
            raise parse.Malformed("The programme leaves this out now. Start over to see it.")
        return min(found.at + offset, tale.end)

    async def _goes(self, ride: Ride) -> None:
        there = False
        try:
            there = await self._agenda.travel(ride)
        except Busy:
            log.info("the clock is being moved by hand")
        finally:
            await self._ends(there=there)

    async def _ends(self, *, there: bool) -> None:
        tale = await self._residents.tale()
        if tale is None:
            return
        over = there and self._residents.wall.clock.now() >= tale.end
        await self._residents.keep(replace(tale, state="done" if over else "stopped"))
        self._residents.wall.tell(Told("clock"))


def possible() -> frozenset[Goal]:
    """The days at which the show can stop: those whose steps this product knows."""
    shipped: set[Goal] = {goal for goal, (kind, _) in GOALS.items() if kind in STEPS}
    return frozenset(shipped | {"team", "end"})
