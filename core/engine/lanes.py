"""Which accounts and places are being served, which have to wait, and a bell for news."""

import asyncio
import time
from collections.abc import Set as AbstractSet

HELD = 256
NEVER = 3600.0


class Lanes:
    """At most `senders` lanes at a time, each served by one job."""

    def __init__(self, senders: int) -> None:
        self._senders = senders
        self._busy: set[str] = set()
        self._held: dict[str, float] = {}
        self._bell = asyncio.Event()
        self._watched = False

    @property
    def room(self) -> int:
        """How many more jobs may start."""
        self._thaw()
        return 0 if len(self._held) >= HELD else self._senders - len(self._busy)

    @property
    def busy(self) -> AbstractSet[str]:
        """Lanes that no job may start in."""
        return self._busy | self._held.keys()

    def free(self, lane: str) -> bool:
        """Whether a job may start in this lane now."""
        return lane not in self._busy and lane not in self._held and len(self._busy) < self._senders

    def take(self, lane: str) -> None:
        """Serves a lane."""
        self._busy.add(lane)

    def release(self, lane: str) -> None:
        """The lane is free again; the loop looks for its next job if it was turned away."""
        self._busy.discard(lane)
        if self._watched:
            self.ring()

    def hold(self, lane: str, seconds: float) -> None:
        """Leaves a lane alone for a while."""
        self._held[lane] = time.monotonic() + seconds

    def soonest(self) -> float:
        """Seconds until a held lane is free."""
        return max(
            0.0, min(self._held.values(), default=NEVER + time.monotonic()) - time.monotonic()
        )

    def ring(self) -> None:
        """There may be something to do."""
        self._bell.set()

    def listen(self) -> None:
        """From now on a ring counts, and so does a lane that becomes free."""
        self._bell.clear()
        self._watched = True

    def ignore(self) -> None:
        """Nobody waits for a lane to become free."""
        self._watched = False

    async def wait(self, seconds: float) -> None:
        """Until the bell rings, or so many seconds."""
        try:
            await asyncio.wait_for(self._bell.wait(), seconds)
        except TimeoutError:
            return

    def _thaw(self) -> None:
        now = time.monotonic()
        for lane in [lane for lane, at in self._held.items() if at <= now]:
            del self._held[lane]
