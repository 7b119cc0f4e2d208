"""When a tenant may be asked next: ticks of one clock, of which each process has its own.

The rate of a tenant is a row of ticks, evenly apart. Each belongs to one of the 64 partitions and
so to the process that serves it: together all processes ask as evenly as one would, and none has
to talk to another. Even is what counts: a platform that looks at any second sees no crowd.
Times are seconds of a monotonic clock, unless they are called wall.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from math import floor, inf

from core.engine import tempo as learning
from core.engine.ports import PARTITIONS, WEIGHTS
from core.engine.records import Tempo
from core.engine.tempo import LEAD

STRIDE = 27  # next to each other are ticks of partitions that are far apart
AHEAD = 4  # so many ticks of ours may be given away before they come
LINE = 0.9  # seconds; a new rate is known longer before it holds
FAR = 600.0
EAGER = 0.5
FLOWS = 64
ROUNDED = 0.01  # of a tick
ABOUT_RATE = 30.0  # a longer pause is about a budget or a token, not about requests a second
NOBODY = 1.0
ANSWER = WEIGHTS.index("answer")

Flow = tuple[int, str]
"""How much something weighs (0 the most), and what it belongs to."""


@dataclass(slots=True)
class Ticks:
    """The turns of one tenant."""

    tempo: Tempo
    top: float
    changed: bool = False
    _taken: float = -inf
    _given: dict[Flow, list[float]] = field(default_factory=dict)
    _ends: dict[Flow, float] = field(default_factory=dict)
    _wanted: float = 0.0
    _owed: int = 0
    _closed: float = -inf
    _answered: float = -inf

    def closed(self, now: float) -> float:
        """Seconds for which the platform wants to be left alone."""
        return max(0.0, self._closed - now)

    def turn(self, now: float, wall: float, parts: AbstractSet[int], *, answers: bool) -> float:
        """Seconds until a request may leave; an answer stands behind answers alone."""
        if not parts:
            return NOBODY
        if self._at_ease(now, wall, parts):
            return 0.0
        return self._next(self._answered if answers else self._taken, now, wall, parts) - now

    def has_room(
        self, flow: Flow, seconds: float, now: float, wall: float, parts: AbstractSet[int]
    ) -> bool:
        """Whether a flow has not yet all of its part of the turns of these next seconds."""
        self._given = {of: at for of, ats in self._given.items() if (at := _ahead(ats, now))}
        self._ends = {of: end for of, end in self._ends.items() if end > now}
        flows = {of for of in (*self._given, *self._ends) if of[0] <= flow[0]} | {flow}
        line = max(seconds, min(AHEAD * self._gap(wall, parts), LINE))
        return len(self._given.get(flow, ())) * len(flows) < line / self._gap(wall, parts)

    def take(self, flow: Flow, now: float, wall: float, parts: AbstractSet[int]) -> None:
        """Somebody has this turn now. An answer has the next one, even if that is somebody's."""
        answers = flow[0] == ANSWER
        early = self._at_ease(now, wall, parts)
        at = self._next(self._answered if answers else self._taken, now, wall, parts)
        if answers or early:
            self._answered = at
            self._owed += at <= self._taken
        self._taken = max(self._taken, at)
        self._given.setdefault(flow, []).append(at)

    def gives_way(self) -> bool:
        """Whether an answer has taken the turn that has come now."""
        if not self._owed:
            return False
        self._owed -= 1
        return True

    def come_back(
        self, flow: Flow, at: float, now: float, wall: float, parts: AbstractSet[int]
    ) -> float:
        """Seconds until it is worth asking again: each who asks is told another time.

        Every flow has a line of its own, which moves as if all that weigh as much had the same
        part of the rate. So the many of one flow stand in front of nobody else. Twice as many
        come back as can leave: some will need no turn any more, and the rate may have risen.
        """
        self._wanted = now
        ends = {of: end for of, end in self._ends.items() if end > now}
        gap = self._gap(wall, parts)
        end = ends.pop(flow, at) + gap * EAGER * (1 + sum(of[0] <= flow[0] for of in ends))
        end = at if end > now + FAR else max(at, end)
        self._ends = dict([*ends.items(), (flow, end)][-FLOWS:])
        return max(gap, end - min(AHEAD * gap, LINE) / 2 - now)

    def rises(self, now: float, wall: float, parts: AbstractSet[int]) -> None:
        """The next step, if more was wanted than there was and this one has been held."""
        alone = len(parts) == PARTITIONS
        wanted = now - self._wanted < LEAD and not self.closed(now)
        if wanted and learning.may_rise(self.tempo, wall, self.top, alone=alone):
            self.tempo = learning.risen(self.tempo, wall, self.top, alone=alone)
            self.changed = True

    def close(self, seconds: float, now: float, wall: float, parts: AbstractSet[int]) -> None:
        """The platform wants a pause; a short one says that the rate was too high.

        What comes in during the pause is about the same. It lasts until all know of it.
        """
        if not self.closed(now) and seconds < ABOUT_RATE:
            pause = seconds if len(parts) == PARTITIONS else seconds + LEAD
            ran = now - self._closed
            self.tempo = learning.refused(self.tempo, wall, ran, pause)
            self.changed = True
            seconds = pause
        self._closed = max(self._closed, now + seconds)

    def hear(self, other: Tempo, now: float, wall: float) -> None:
        """What another process has learned."""
        best = learning.agreed(self.tempo, other)
        if best == self.tempo:
            self.changed = self.changed or best != other
            return
        if best.closed != self.tempo.closed:
            self._closed = max(self._closed, now + min(best.closed - wall, ABOUT_RATE))
        self.tempo, self.changed = best, False

    def _gap(self, wall: float, parts: AbstractSet[int]) -> float:
        return PARTITIONS / (learning.now_at(self.tempo, wall) * max(1, len(parts)))

    def _at_ease(self, now: float, wall: float, parts: AbstractSet[int]) -> bool:
        """Whether two ticks have passed unused: the next may then be taken before it comes."""
        return now > max(self._taken, self._closed) + 2 * self._gap(wall, parts)

    def _next(self, behind: float, now: float, wall: float, parts: AbstractSet[int]) -> float:
        """The first tick of ours behind one that is taken."""
        begin = max(behind, self._closed, now) - now + wall
        return _first(self.tempo, begin, parts) - wall + now


def _ahead(turns: list[float], now: float) -> list[float]:
    """Those that are still to come."""
    return [at for at in turns if at > now]


def _first(it: Tempo, wall: float, parts: AbstractSet[int]) -> float:
    """The first tick of these after a time. A new rate begins a new row."""
    if wall < it.since:
        tick = _behind(it.before, it.begun, wall, parts)
        if tick < it.since:
            return tick
    return _behind(it.rate, it.since, max(wall, it.since), parts)


def _behind(rate: float, since: float, wall: float, parts: AbstractSet[int]) -> float:
    tick = floor((wall - since) * rate + ROUNDED) + 1
    while tick * STRIDE % PARTITIONS not in parts:
        tick += 1
    return since + tick / rate
