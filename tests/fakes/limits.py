"""How often Teams may be asked: the published windows, counted as Teams counts."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

WINDOWS = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
TENANT = ((50, 1.0),)


class Limits:
    """Windows per conversation and per tenant. `clock` may be moved by hand."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        tenant: tuple[tuple[int, float], ...] = TENANT,
    ) -> None:
        self.clock, self.tenant = clock, tenant
        self.enforced = True
        self.refused = 0
        self._times: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=1800))

    def wait(self, conversation: str, tenant: str) -> int:
        """Seconds for Retry-After, 0 when the request may pass (and is counted)."""
        if not self.enforced:
            return 0
        now = self.clock()
        asked = ((conversation, WINDOWS), (f"tenant {tenant}", self.tenant))
        wait = max(self._short(name, windows, now) for name, windows in asked)
        if wait > 0:
            self.refused += 1
            return math.ceil(wait)
        for name, _ in asked:
            self._times[name].append(now)
        return 0

    def _short(self, name: str, windows: tuple[tuple[int, float], ...], now: float) -> float:
        times = self._times[name]
        waits = (times[-n] + period - now for n, period in windows if len(times) >= n)
        return max(0.0, *waits, 0.0)


class Bucket:
    """So many a second in all; what was not used is saved, up to a second's worth or `burst`."""

    def __init__(self, rate: float, clock: Callable[[], float], burst: float = 0.0) -> None:
        self.rate, self.clock, self.burst = rate, clock, burst or rate
        self.refused = 0
        self._tokens, self._at = self.burst, clock()

    def wait(self, conversation: str, tenant: str) -> int:
        """Seconds for Retry-After, 0 when the request may pass (and is counted)."""
        now = self.clock()
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1.0:
            self.refused += 1
            return math.ceil((1.0 - self._tokens) / self.rate)
        self._tokens -= 1.0
        return 0
