"""When the turn of a message has come, at the pace of its platform."""

import asyncio
import time

from core.engine.errors import RetryLater
from core.engine.meters import Meters
from core.engine.pace import Pace
from core.engine.ports import Outcome
from core.engine.route import Route, slot_of

PATIENCE, BETWEEN = 0.25, 10.0


class Held(Exception):
    """The job has to wait for its turn: so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Turns:
    """Waits for turns, and counts the waiting."""

    def __init__(self, pace: Pace, meters: Meters) -> None:
        self._pace, self._meters = pace, meters

    def closed(self, route: Route) -> float:
        """Seconds for which nobody may write there; 0 when that is not worth a delay."""
        closed = self._pace.closed_now(route.address.id)
        return closed if closed > PATIENCE else 0.0

    async def first(self, route: Route) -> None:
        """Waits a moment if need be. Raises Held when the turn is further off."""
        await self._turn(route, PATIENCE)

    async def another(self, route: Route) -> None:
        """The same for the second request of a first contact, which is worth waiting for.

        Raises RetryLater when the platform wants a pause meanwhile.
        """
        try:
            await self._turn(route, BETWEEN)
        except Held as held:
            raise RetryLater(held.seconds, "the platform wants a pause") from held

    def learn(self, route: Route, first: Outcome) -> None:
        """A conversation that asked for patience gets it."""
        if first.due and first.retry:
            seconds, tenant = (first.due - first.at).total_seconds(), first.retry == "tenant"
            self._pace.close(route.address.id, seconds, time.monotonic(), tenant=tenant)

    async def _turn(self, route: Route, patience: float) -> None:
        address, weight, now = route.address.id, route.due.job.weight, time.monotonic()
        flow = _flow(route)
        turn = self._pace.reserve(address, weight, now, patience=patience, flow=flow)
        wait = self._pace.come_back(address, weight, now, flow) if turn is None else turn
        if wait:
            self._meters.held(route.platform.name, wait)
        if turn is None:
            raise Held(wait)
        await asyncio.sleep(wait)
        if self._pace.gives_way(address, weight, time.monotonic()):
            await self._turn(route, patience)


def _flow(route: Route) -> str:
    """What many messages have in common: their campaign, or the thing that changes everywhere."""
    campaign = route.due.job.report.partition("/")[0]
    return campaign or (slot_of(route.due) if route.shown else "")
