"""Which accounts and places are being served, which have to wait, and a bell for news."""

import asyncio
import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet

HELD = 256
NEVER = 3600.0
MANY = 128
BREATH, LONGEST = 0.05, 1.0


class Crowd:
    """When very many wait for an answer at once, they come before what is to be sent."""

    def __init__(self, waiting: Callable[[], int]) -> None:
        self._waiting = waiting
        self._since = 0.0

    async def passed(self) -> None:
        """Waits until there is no crowd, but not longer than a second for each."""
        while self._waiting() > MANY:
            self._since = self._since or time.monotonic()
            if time.monotonic() - self._since > LONGEST:
                return
            await asyncio.sleep(BREATH)
        self._since = 0.0


class Lanes:
    """At most `senders` lanes at a time, each served by one job."""

    def __init__(self, senders: int) -> None:
        self._senders = senders
        self._busy: set[str] = set()
        self._held: dict[str, float] = {}
        self._bell = asyncio.Event()
        self._watched = False
        self._queued: set[str] = set()
        self._asked: set[str] = set()
        self._level = False

    @property
    def room(self) -> int:
        """How many more jobs may start."""
        self._thaw()
        return 0 if len(self._held) >= HELD else self._senders - len(self._busy)

    @property
    def taken(self) -> AbstractSet[str]:
        """Lanes that a job is in flight in."""
        return self._busy

    @property
    def busy(self) -> AbstractSet[str]:
        """Lanes that no job may start in."""
        return self._busy | self._held.keys()

    def serves(self, lane: str) -> bool:
        """Whether this lane is busy: `lane in busy`, without making the whole set."""
        return lane in self._busy or lane in self._held

    def free(self, lane: str) -> bool:
        """Whether a job may start in this lane now."""
        return not self.serves(lane) and len(self._busy) < self._senders

    def idle(self, lane: str) -> bool:
        """Whether a new job may start in this lane without overtaking one that waits there."""
        return self._level and not self._waits(lane) and self.free(lane)

    def queue(self, lane: str) -> None:
        """A job waits in this lane."""
        self._queued.add(lane)

    def look(self) -> None:
        """The loop asks the store what waits; what is queued from now on, it may not see."""
        self._asked |= self._queued
        self._queued = set()

    def looked(self, found: AbstractSet[str], busy: AbstractSet[str]) -> None:
        """All that waits was found, except in the lanes that were busy."""
        self._queued |= self._asked & (found | busy)
        self._asked = set()
        self._level = True

    @property
    def sure(self) -> bool:
        """Whether all that waits was found when somebody looked last."""
        return self._level

    def unsure(self) -> None:
        """There may be lanes in which something waits that nobody here knows of."""
        self._level = False

    def close(self) -> None:
        """Nothing starts any more."""
        self._senders = 0

    def take(self, lane: str) -> None:
        """Serves a lane."""
        self._busy.add(lane)

    def release(self, lane: str) -> None:
        """The lane is free again; the loop looks for its next job if one waits there."""
        self._busy.discard(lane)
        if self._watched or self._waits(lane):
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
            async with asyncio.timeout(seconds):  # wait_for would swallow a cancellation
                await self._bell.wait()
        except TimeoutError:
            return

    def _waits(self, lane: str) -> bool:
        return lane in self._queued or lane in self._asked

    def _thaw(self) -> None:
        now = time.monotonic()
        for lane in [lane for lane, at in self._held.items() if at <= now]:
            del self._held[lane]
