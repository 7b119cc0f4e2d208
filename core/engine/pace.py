"""How fast a platform may be asked: a rate per tenant that is learned, windows per conversation.

Times are seconds of a monotonic clock. Counts are requests, not messages.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from core.engine.ports import PARTITIONS, WEIGHTS, Platform, Weight
from core.engine.records import Tempo
from core.engine.tempo import UNDER
from core.engine.ticks import Ticks

CONVERSATIONS = 10_000
TENANTS = 1_000
AT_ONCE = 0.001  # nobody can sleep for less
ALL = frozenset(range(PARTITIONS))


@dataclass(slots=True)
class Pace:
    """Says how long to wait before a request, and learns from what the platform answers.

    `parts` are the partitions that this process serves, and so its part of every rate. `ahead` is
    by how much the clock on the wall, which all processes go by, is ahead of the monotonic one.
    `refused` is set by a 429, of which the others should know soon.
    """

    platforms: Mapping[str, Platform]
    parts: Callable[[], AbstractSet[int]] = lambda: ALL
    ahead: float = 0.0
    refused: asyncio.Event = field(default_factory=asyncio.Event)
    _tenants: OrderedDict[str, Ticks] = field(default_factory=OrderedDict)
    _lanes: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _closed: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def wait(self, address: str, weight: Weight, now: float) -> float:
        """Seconds until a request to this address is allowed; 0 means now."""
        tenant = self._tenant(address)
        if tenant is None:
            return 0.0
        turn = tenant.turn(now, now + self.ahead, self.parts(), answers=weight == "answer")
        return _felt(max(turn, self._own(tenant, address, now)))

    def closed(self, address: str, now: float) -> float:
        """Seconds for which the platform has asked us to leave this address alone."""
        tenant = self._tenant(address)
        closed = self._closed.get(address, 0.0) - now
        if closed <= 0.0:
            self._closed.pop(address, None)
        return max(0.0, closed, tenant.closed(now) if tenant else 0.0)

    def closed_now(self, address: str) -> float:
        """The same at this moment."""
        return self.closed(address, time.monotonic())

    def reserve(
        self, address: str, weight: Weight, now: float, *, patience: float, flow: str = ""
    ) -> float | None:
        """Takes a turn and answers in how many seconds it is; None if it is not worth waiting for.

        That is when what belongs to `flow` has its part of the turns of the next `patience`
        seconds: the many of one campaign stand in front of nobody else. With patience 0 nobody
        waits at all.
        """
        tenant = self._tenant(address)
        if tenant is None:
            return 0.0
        wall, parts, own = now + self.ahead, self.parts(), self._own(tenant, address, now)
        if not parts or own > patience:
            return None
        of = (WEIGHTS.index(weight), flow)
        wait = _felt(max(own, tenant.turn(now, wall, parts, answers=weight == "answer")))
        if wait > patience == 0.0 or (
            patience and not tenant.has_room(of, patience, now, wall, parts)
        ):
            return None
        tenant.take(of, now, wall, parts)
        if self._windows(address):
            self._note(address, now + wait)
        return wait

    def gives_way(self, address: str, weight: Weight, now: float) -> bool:
        """Whether a turn that has come is worth nothing: an answer took it, or a pause began."""
        tenant = self._tenant(address)
        if tenant is None:
            return False
        return tenant.closed(now) > 0.0 or (weight != "answer" and tenant.gives_way())

    def come_back(self, address: str, weight: Weight, now: float, flow: str = "") -> float:
        """Seconds until it is worth asking for a turn again: each who asks hears another time.

        What has to wait long does so by itself, and not in front of others.
        """
        tenant, parts = self._tenant(address), self.parts()
        wait = self.wait(address, weight, now)
        if tenant is None or not parts or self._own(tenant, address, now):
            return wait
        of = (WEIGHTS.index(weight), flow)
        return tenant.come_back(of, now + wait, now, now + self.ahead, parts)

    def close(self, address: str, seconds: float, now: float, *, tenant: bool) -> None:
        """A 429: waits as long as it says, for the conversation or for the whole tenant."""
        ticks = self._tenant(address)
        if ticks and tenant:
            self.refused.set()
            return ticks.close(seconds, now, now + self.ahead, self.parts())
        self._closed[address] = max(self._closed.pop(address, 0.0), now + seconds)
        if len(self._closed) > CONVERSATIONS:
            self._closed.popitem(last=False)
        return None

    def learned(self, now: float) -> list[Tempo]:
        """Takes the next step where one is due; answers what others do not know yet."""
        for tenant in self._tenants.values():
            tenant.rises(now, now + self.ahead, self.parts())
        return [tenant.tempo for tenant in self._tenants.values() if tenant.changed]

    def told(self, tempo: Tempo) -> None:
        """Others can know this by now."""
        tenant = self._tenants.get(tempo.id)
        if tenant and tenant.tempo == tempo:
            tenant.changed = False

    def hear(self, tempo: Tempo, now: float) -> None:
        """What another process has learned, or this one before it was started again."""
        tenant = self._tenant(tempo.id)
        if tenant:
            tenant.hear(tempo, now, now + self.ahead)

    def _own(self, tenant: Ticks, address: str, now: float) -> float:
        """Seconds for which it is not the rate that this address has to wait for."""
        closed = self._closed.get(address, 0.0) - now
        return max(closed, tenant.closed(now), self._window(address, now))

    def _note(self, address: str, at: float) -> None:
        times = self._lanes.pop(address, None)
        if times is None:
            times = deque(maxlen=max(n for n, _ in self._windows(address)))
        times.append(at)
        self._lanes[address] = times
        if len(self._lanes) > CONVERSATIONS:
            self._lanes.popitem(last=False)

    def _tenant(self, address: str) -> Ticks | None:
        name, _, rest = address.partition(":")
        platform = self.platforms.get(name)
        if platform is None:
            return None
        id = f"{name}:{rest.partition(':')[0]}"
        tenant = self._tenants.get(id)
        if tenant is None:
            top = platform.ceiling * UNDER
            rate = min(platform.rate, top)
            tenant = self._tenants[id] = Ticks(Tempo(id=id, rate=rate, before=rate), top)
            if len(self._tenants) > TENANTS:
                self._tenants.popitem(last=False)
        return tenant

    def _windows(self, address: str) -> tuple[tuple[int, float], ...]:
        return self.platforms[address.partition(":")[0]].windows

    def _window(self, address: str, now: float) -> float:
        times = self._lanes.get(address)
        if not times:
            return 0.0
        waits = [
            period - (now - times[-n]) for n, period in self._windows(address) if len(times) >= n
        ]
        return max([0.0, *waits])


def _felt(seconds: float) -> float:
    """What is shorter than anybody can sleep is nothing."""
    return seconds if seconds > AT_ONCE else 0.0
