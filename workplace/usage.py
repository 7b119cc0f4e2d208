"""How much of our hour is used, as Meta says with every answer: slower from 80 %, stop at 95 %."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from msgspec import Struct

BRAKE, STOP = 80.0, 95.0
PAUSE = 60.0
SLOWEST = 1.0  # seconds between two requests just below the stop


class Used(Struct, frozen=True):
    """X-App-Usage: per cent of what is allowed in an hour."""

    call_count: float = 0.0
    total_time: float = 0.0
    total_cputime: float = 0.0


class Case(Struct, frozen=True):
    """One line of X-Business-Use-Case-Usage, as far as it says how long it takes."""

    estimated_time_to_regain_access: float = 0.0


_used = msgspec.json.Decoder(Used).decode
_cases = msgspec.json.Decoder(dict[str, list[Case]]).decode


@dataclass(slots=True)
class Usage:
    """The brake. Times are seconds of a monotonic clock."""

    percent: float = 0.0
    _next: float = 0.0
    _closed_until: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next request may leave, and its place in line when that is near."""
        if now < self._closed_until:
            return self._closed_until - now
        at = max(now, self._next)
        if at - now <= SLOWEST:
            self._next = at + self._space()
        return at - now

    def closed(self, now: float) -> float:
        """Seconds for which nothing may leave."""
        return max(0.0, self._closed_until - now)

    def close(self, seconds: float, now: float) -> None:
        """Nothing leaves for so long; the first one after it is the probe."""
        self._closed_until = max(self._closed_until, now + seconds)

    def learn(self, headers: Mapping[str, str], now: float) -> None:
        """What an answer says of our use."""
        if "X-App-Usage" not in headers:
            return
        try:
            used = _used(headers["X-App-Usage"])
        except ValueError:
            return
        self.percent = max(used.call_count, used.total_time, used.total_cputime)
        if self.percent >= STOP:
            self.close(PAUSE, now)

    def _space(self) -> float:
        return max(0.0, self.percent - BRAKE) / (STOP - BRAKE) * SLOWEST


def regained(headers: Mapping[str, str]) -> float:
    """Seconds until access comes back, where an answer says so; 0 where it does not."""
    try:
        cases = _cases(headers.get("X-Business-Use-Case-Usage", "{}"))
    except ValueError:
        return 0.0
    minutes = [case.estimated_time_to_regain_access for some in cases.values() for case in some]
    return 60.0 * max(minutes, default=0.0)
