"""How often the message of a busy thing is redrawn: at once, then ever less while it goes on."""

from collections import OrderedDict
from datetime import datetime, timedelta

from msgspec import Struct

DELAYS = tuple(timedelta(seconds=s) for s in (0, 2, 5, 15, 60))
KEPT = 10_000


class Drawn(Struct):
    """When a message was drawn last, how many times in a row, and when it will be next."""

    last: datetime
    times: int = 0
    due: datetime | None = None


class Folding:
    """Remembers when each message was last drawn. What waits to be drawn keeps its turn."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Drawn] = OrderedDict()

    def due(self, key: str, now: datetime) -> datetime:
        """When the message may be drawn next."""
        known = self._known.setdefault(key, Drawn(now))
        if known.due is None or known.due > now + DELAYS[-1]:
            last = min(known.last, now)  # the clock may have been moved back
            known.due = max(now, last + DELAYS[min(known.times, len(DELAYS) - 1)])
        self._bound()
        return known.due

    def drawn(self, key: str, now: datetime) -> None:
        """Notes that the message was drawn; a pause for breath makes it quick again."""
        known = self._known.pop(key, None) or Drawn(now)
        breath = 2 * DELAYS[min(known.times, len(DELAYS) - 1)]
        times = 1 if now - known.last > breath else known.times + 1
        self._known[key] = Drawn(now, times)
        self._bound()

    def _bound(self) -> None:
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
