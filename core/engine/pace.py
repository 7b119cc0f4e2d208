"""How fast a platform may be asked: a rate per tenant that learns, and windows per conversation.

Times are seconds of a monotonic clock. Counts are requests, not messages.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.engine.ports import Platform, Weight

KEPT_FOR_ANSWERS = 0.1
SLOWER, FASTER = 0.7, 0.02
CONVERSATIONS = 10_000


@dataclass(slots=True)
class _Bucket:
    """A token bucket that holds one second's worth."""

    rate: float
    ceiling: float
    tokens: float
    at: float
    closed_until: float = 0.0

    def wait(self, weight: Weight, now: float) -> float:
        self.tokens = min(self.rate, self.tokens + (now - self.at) * self.rate)
        self.at = now
        kept = 0.0 if weight == "answer" else self.rate * KEPT_FOR_ANSWERS
        return max(0.0, (1.0 + kept - self.tokens) / self.rate, self.closed_until - now)


@dataclass(slots=True)
class Pace:
    """Says how long to wait before a request, and learns from what the platform answers."""

    platforms: Mapping[str, Platform]
    _tenants: dict[str, _Bucket] = field(default_factory=dict)
    _lanes: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _closed: dict[str, float] = field(default_factory=dict)

    def wait(self, address: str, weight: Weight, now: float) -> float:
        """Seconds until a request to this address is allowed; 0 means now."""
        bucket = self._bucket(address, now)
        if bucket is None:
            return 0.0
        closed = self.closed(address, now)
        return max(closed, bucket.wait(weight, now), self._window(address, now))

    def closed(self, address: str, now: float) -> float:
        """Seconds for which the platform has asked us to leave this address alone."""
        bucket = self._bucket(address, now)
        closed = self._closed.get(address, 0.0) - now
        if closed <= 0.0:
            self._closed.pop(address, None)
        return max(0.0, closed, bucket.closed_until - now if bucket else 0.0)

    def closed_now(self, address: str) -> float:
        """The same at this moment."""
        return self.closed(address, time.monotonic())

    def reserve(
        self, address: str, weight: Weight, now: float, *, patience: float, requests: int = 1
    ) -> float:
        """Takes a turn if it comes within `patience` seconds; answers the wait either way."""
        wait = self.wait(address, weight, now)
        bucket = self._bucket(address, now)
        if wait > patience or bucket is None:
            return wait
        bucket.tokens -= requests
        bucket.rate = min(bucket.ceiling, bucket.rate + FASTER)
        if self._windows(address):
            self._note(address, now + wait, requests)
        return wait

    def _note(self, address: str, at: float, requests: int) -> None:
        times = self._lanes.pop(address, None)
        if times is None:
            times = deque(maxlen=max(n for n, _ in self._windows(address)))
        times.extend([at] * requests)
        self._lanes[address] = times
        if len(self._lanes) > CONVERSATIONS:
            self._lanes.popitem(last=False)

    def close(self, address: str, seconds: float, now: float, *, tenant: bool) -> None:
        """A 429: waits as long as it says, for the conversation or for the whole tenant."""
        bucket = self._bucket(address, now)
        if bucket and tenant:
            bucket.closed_until = max(bucket.closed_until, now + seconds)
            bucket.rate = max(1.0, bucket.rate * SLOWER)
        else:
            self._closed[address] = max(self._closed.get(address, 0.0), now + seconds)

    def _bucket(self, address: str, now: float) -> _Bucket | None:
        name, _, rest = address.partition(":")
        platform = self.platforms.get(name)
        if platform is None:
            return None
        key = f"{name}:{rest.partition(':')[0]}"
        bucket = self._tenants.get(key)
        if bucket is None:
            rate = platform.rate
            bucket = self._tenants[key] = _Bucket(rate, platform.ceiling, rate, now)
        return bucket

    def _windows(self, address: str) -> tuple[tuple[int, float], ...]:
        return self.platforms[address.partition(":")[0]].windows

    def _window(self, address: str, now: float) -> float:
        times = self._lanes.get(address)
        if not times:
            return 0.0
        waits = [
            period - (now - times[-n]) for n, period in self._windows(address) if len(times) >= n
        ]
        return max(waits, default=0.0)
