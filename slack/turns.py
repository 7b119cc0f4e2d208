"""What Slack allows besides the windows of a conversation: who comes when."""

from collections import OrderedDict

EVERY = 60.0 / 50
AT_ONCE = 20
KEPT = 10_000
SOON = 0.01


class Turns:
    """Fifty edits a minute in all: twenty at once, then each gets a turn of its own and keeps it.

    Times are seconds of a monotonic clock.
    """

    def __init__(self, every: float = EVERY, at_once: int = AT_ONCE) -> None:
        self._every, self._ahead = every, every * at_once
        self._next = 0.0
        self._turns: OrderedDict[str, float] = OrderedDict()

    def wait(self, who: str, now: float) -> float:
        """Seconds until it is somebody's turn; 0 takes it."""
        turn = self._turns.get(who)
        if turn is None:
            self._next = max(self._next, now - self._ahead) + self._every
            turn = self._turns[who] = self._next
            if len(self._turns) > KEPT:
                self._turns.popitem(last=False)
        if turn > now + SOON:
            return turn - now
        del self._turns[who]
        return 0.0

    def close(self, seconds: float, now: float) -> None:
        """Slack wants patience: nobody's turn comes before."""
        self._next = max(self._next, now + seconds)


class Gaps:
    """A private chat goes by two names elsewhere; here they keep one window.

    Under the same name nobody comes too early: that is seen to before.
    """

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def wait(self, where: str, name: str, every: float, now: float) -> float:
        """Seconds until the next message may go there; 0 sends it."""
        last, at = self._last.get(where, (name, now))
        if last != name and at + every - now > SOON:
            return at + every - now
        self._last.pop(where, None)
        self._last[where] = name, now
        if len(self._last) > KEPT:
            self._last.popitem(last=False)
        return 0.0
