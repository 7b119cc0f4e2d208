"""What is counted while the engine runs, for whoever watches over it. Nothing here names anybody.

These are plain numbers in the memory of one process: they cost well below a microsecond, start at
zero with it, and whoever collects them adds up the processes.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from math import inf

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Timing:
    """How often something took how long: one bucket for each bound of seconds, and one above."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def took(self, seconds: float) -> None:
        """Once more."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


@dataclass(slots=True)
class Meters:
    """The figures of one process.

    `turns` by source and outcome, `sends` by platform and outcome, `waits` by platform: how often
    and for how many seconds a message had to wait for its turn at a platform's pace.
    """

    turns: Counter[tuple[str, str]] = field(default_factory=Counter)
    turn: Timing = field(default_factory=Timing)
    commit: Timing = field(default_factory=Timing)
    settle: Timing = field(default_factory=Timing)
    sends: Counter[tuple[str, str]] = field(default_factory=Counter)
    sending: defaultdict[str, Timing] = field(default_factory=lambda: defaultdict(Timing))
    waits: Counter[str] = field(default_factory=Counter)
    waited: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    refused_at: float = -inf

    def turned(self, source: str, outcome: str, seconds: float) -> None:
        """An event is answered, after so many seconds."""
        self.turns[source, outcome] += 1
        self.turn.took(seconds)

    def sent(self, platform: str, outcome: str, seconds: float) -> None:
        """A platform has answered a request, or has not."""
        self.sends[platform, outcome] += 1
        self.sending[platform].took(seconds)

    def held(self, platform: str, seconds: float) -> None:
        """A message waits for its turn."""
        self.waits[platform] += 1
        self.waited[platform] += seconds
