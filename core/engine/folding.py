"""How often the message of a busy thing is redrawn: at once, then ever less while it goes on."""

from collections import OrderedDict
from datetime import datetime, timedelta

DELAYS = tuple(timedelta(seconds=s) for s in (0, 2, 5, 15, 60))
KEPT = 10_000


class Folding:
    """Remembers when each message was last drawn and how many times in a row."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def due(self, key: str, now: datetime) -> datetime:
        """When the message may be drawn next."""
        last, times = self._last.get(key, (now, 0))
        return max(now, min(last, now) + DELAYS[min(times, len(DELAYS) - 1)])

    def drawn(self, key: str, now: datetime) -> None:
        """Notes that the message was drawn; a pause for breath makes it quick again."""
        last, times = self._last.pop(key, (now, 0))
        breath = 2 * DELAYS[min(times, len(DELAYS) - 1)]
        self._last[key] = (now, 1 if now - last > breath else times + 1)
        if len(self._last) > KEPT:
            self._last.popitem(last=False)
