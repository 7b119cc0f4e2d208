"""The fullest day of an organisation in virtual time, ten seconds at a step.

Everybody who works that day gets one message that nobody asked for, due when their hours begin,
zone by zone; most answer within the hour, and each answer is a turn with a message of its own.
Lanes hash to the 64 partitions as they do in the engine; workers share partitions and rate, and
in the fullest minute one of them dies.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.engine.queue import PARTITIONS, partition_of
from core.engine.worker import SENDERS

Numbers = NDArray[np.int64]
Counts = NDArray[np.float64]

ZONES = ((3.5, 0.15), (8.0, 0.4), (9.0, 0.2), (14.0, 0.25))
"""When hours begin, in UTC, and for which share of the people: Delhi, Berlin, London, New York."""
BEGINS, ENDS = 3 * 3600, 20 * 3600
STEP = 10
SPAN = (ENDS - BEGINS) // STEP
DIES = 8 * 3600 + 60
LANES = 64_000


@dataclass(frozen=True, kw_only=True)
class Site:
    """Who is served, by how many processes, and what the platforms allow in requests a second.

    `turn` and `send` are seconds of a core, `latency` is how long a platform takes to answer.
    """

    people: int
    allowed: float
    serving: int = 1
    workers: int = 2
    turn: float = 0.002
    send: float = 0.001
    latency: float = 0.15
    taken_over: int = 10
    answered: float = 0.6
    thinking: float = 45 * 60.0

    @property
    def each(self) -> float:
        """Requests a second that one worker can make."""
        return min(SENDERS / self.latency, 1 / self.send)


@dataclass(frozen=True, kw_only=True)
class Morning:
    """How late the latest was, in seconds, and how busy the cores were in their worst minute."""

    nudge: float
    answer: float
    serving: float
    working: float
    left: float


class Queue:
    """What waits in each partition: how much came and how much went, step by step."""

    def __init__(self, steps: int) -> None:
        self.waiting: Counts = np.zeros(PARTITIONS)
        self._came, self._went = (np.zeros((steps, PARTITIONS)) for _ in range(2))

    def come(self, now: int, some: Counts) -> None:
        """More waits."""
        self.waiting += some
        self._came[now] = some

    def go(self, now: int, room: Counts, owner: Numbers) -> Counts:
        """Each worker takes from all its partitions alike; answers how much of its room it used."""
        there = np.bincount(owner, self.waiting, len(room))
        used = np.minimum(room, there)
        share = np.divide(used, there, out=np.zeros_like(used), where=there > 0)
        gone = self.waiting * share[owner]
        self.waiting -= gone
        self._went[now] = gone
        return used

    def latest(self) -> float:
        """The longest that anything waited."""
        came, went = self._came.cumsum(0), self._went.cumsum(0)
        return max(_late(came[:, one], went[:, one]) for one in range(PARTITIONS))


def _late(came: Counts, went: Counts) -> float:
    """Whatever came by a step is gone in the step by which as much has gone."""
    there = np.flatnonzero(np.diff(came, prepend=0.0) > 0)
    gone = np.searchsorted(went, came[there] * (1 - 1e-9))
    return float((gone - there).max()) * STEP if len(there) else 0.0


def morning(site: Site) -> Morning:
    """Lives through it."""
    share, owner = _shares(), np.arange(PARTITIONS) % site.workers
    nudges, answers = Queue(SPAN), Queue(SPAN)
    sent, turns = np.zeros(SPAN), np.zeros(SPAN)
    thinking = unread = 0.0
    for now in range(SPAN):
        owner = _owners(site, owner, now)
        room = _room(site, owner, now)
        nudges.come(now, share * (_due(now) * site.people))
        answering = thinking * STEP / site.thinking
        turns[now] = min(unread + answering, STEP * site.serving / site.turn)
        unread += answering - turns[now]
        answers.come(now, share * turns[now])
        quick = answers.go(now, room, owner)
        slow = nudges.go(now, room - quick, owner)
        thinking += slow.sum() * site.answered - answering
        sent[now] = (quick + slow).max()
    return Morning(
        nudge=nudges.latest(),
        answer=answers.latest(),
        serving=_busiest(turns) * site.turn / site.serving,
        working=_busiest(sent) * site.send,
        left=float(nudges.waiting.sum() + answers.waiting.sum()),
    )


def _due(now: int) -> float:
    """The share of people whose hours begin in this step."""
    return sum(part for hour, part in ZONES if int(hour * 3600) == _clock(now))


@cache
def _shares() -> Counts:
    """How lanes spread over the partitions."""
    found = [partition_of(f"teams:tenant:29:person-{number}") for number in range(LANES)]
    return np.bincount(found, minlength=PARTITIONS) / LANES


def _room(site: Site, owner: Numbers, now: int) -> Counts:
    """What each worker may and can send in this step; a dead one sends nothing."""
    own = np.bincount(owner, minlength=site.workers)
    room: Counts = STEP * np.minimum(site.allowed * own / PARTITIONS, site.each)
    room[0] *= not 0 <= _clock(now) - DIES < site.taken_over
    return room


def _owners(site: Site, owner: Numbers, now: int) -> Numbers:
    """The partitions of a dead worker go to the others in turn; a lone one starts again."""
    if _clock(now) != DIES + site.taken_over or site.workers == 1:
        return owner
    heirs = owner.copy()
    orphans = np.flatnonzero(owner == 0)
    heirs[orphans] = 1 + np.arange(len(orphans)) % (site.workers - 1)
    return heirs


def _busiest(each: Counts) -> float:
    """Of the busiest minute, for each second."""
    return float(each.reshape(-1, 60 // STEP).sum(1).max() / 60)


def _clock(now: int) -> int:
    """The second of the day at which a step begins."""
    return BEGINS + now * STEP
