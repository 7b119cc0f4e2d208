"""Many processes that send to one tenant, in virtual time: the real pace, everything else a model.

What happens is in a heap by its time, so an hour passes in seconds. A platform that enforces its
limit is asked over a network whose delays differ, by processes whose clocks differ.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Protocol, cast

from core.engine.pace import Pace
from core.engine.ports import PARTITIONS, Platform, Weight, partition_of
from core.engine.records import Tempo

EPOCH = 1_772_445_600.0
IN_HAND = 24
MOST = 5.0  # there are only a few in hand, and they are all there are to take a turn
DELAY, JITTER = 0.03, 0.005
SKEW = 0.003
STORE = 0.01
EVERY = 1.0


class Enforcer(Protocol):
    """A platform's limit."""

    refused: int

    def wait(self, conversation: str, tenant: str) -> int:
        """Seconds for Retry-After, 0 when the request may pass."""


@dataclass(slots=True)
class Message:
    """A message to somebody; `meets` where their conversation has to be made first."""

    person: str
    meets: bool = False
    weight: Weight = "nudge"
    asked: float = 0.0


@dataclass
class Told:
    """What the platform saw: when it let requests through, and when it refused some."""

    passed: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    waited: dict[str, float] = field(default_factory=dict)
    dry: float = 0.0

    def held(self, limit: float, since: float, until: float) -> float:
        """Which part of the allowed rate was used between two times."""
        return sum(since <= at < until for at in self.passed) / limit / (until - since)


@dataclass
class Limits:
    """A platform, as far as its pace is concerned."""

    rate: float = 25.0
    ceiling: float = 100.0
    windows: tuple[tuple[int, float], ...] = ()


class Process:
    """One of them: its pace, its part of the people, what it has in hand."""

    def __init__(self, fleet: "Fleet", parts: frozenset[int], skew: float) -> None:
        self.fleet, self.parts = fleet, parts
        platforms = {"fake": cast("Platform", fleet.limits)}
        self.pace = Pace(platforms, parts=lambda: self.parts, ahead=EPOCH + skew)
        self.waiting: deque[Message] = deque()
        self.in_hand = 0

    def feed(self) -> None:
        """Takes more in hand; for an answer there is always room."""
        while self.waiting and (self.in_hand < IN_HAND or self.waiting[0].weight == "answer"):
            self.in_hand += 1
            self.ask(self.waiting.popleft())

    def ask(self, it: Message, patience: float = 0.25) -> None:
        """Wants a turn."""
        now, address = self.fleet.now, f"fake:t1:{it.person}"
        wait = self.pace.reserve(address, it.weight, now, patience=patience)
        if wait is None:
            back = min(MOST, self.pace.come_back(address, it.weight, now))
            return self.fleet.later(back, lambda: self.ask(it))
        return self.fleet.later(wait, lambda: self.leave(it))

    def leave(self, it: Message) -> None:
        """Its turn has come, unless an answer took it or a pause began."""
        if self.pace.gives_way(f"fake:t1:{it.person}", it.weight, self.fleet.now):
            return self.ask(it)
        return self.fleet.request(it, lambda after: self.answered(it, after))

    def answered(self, it: Message, after: int) -> None:
        """What the platform said."""
        now = self.fleet.now
        if after:
            self.pace.close(f"fake:t1:{it.person}", after, now, tenant=True)
            self.tell()
            return self.ask(it)
        if it.meets:
            it.meets = False
            return self.ask(it, 1e9)
        self.in_hand -= 1
        self.fleet.pending.discard(it.person)
        self.fleet.told.waited[it.person] = now - it.asked
        if not (self.waiting or self.in_hand):
            self.fleet.told.dry = self.fleet.told.dry or now
        return self.feed()

    def hear(self) -> None:
        """Reads what the others have learned."""
        for tempo in list(self.fleet.store.values()):
            self.pace.hear(tempo, self.fleet.now)

    def tell(self) -> None:
        """What is news to the others is in the store a little later."""
        for tempo in self.pace.learned(self.fleet.now):
            self.fleet.later(STORE, lambda it=tempo: self.fleet.store.update({it.id: it}))  # type: ignore[misc] # bound now
            self.pace.told(tempo)

    def meet(self) -> None:
        """Reads what the others have learned and tells what it has, every second."""
        self.hear()
        self.tell()
        if self.fleet.pending:
            self.fleet.later(EVERY, self.meet)


class Fleet:
    """All of them, and the time."""

    def __init__(
        self,
        processes: int,
        enforcer: Callable[[Callable[[], float]], Enforcer],
        limits: Limits | None = None,
        store: dict[str, Tempo] | None = None,
        now: float = 0.0,
    ) -> None:
        self.now, self.told, self.pending = now, Told(), set[str]()
        self.limits, self.store = limits or Limits(), {} if store is None else store
        self.enforcer = enforcer(lambda: self.now)
        self._events: list[tuple[float, int, Callable[[], object]]] = []
        self._order, self._chance = count(), Random(processes)
        each = PARTITIONS // processes
        self.processes = [
            Process(
                self,
                frozenset(range(n * each, (n + 1) * each)),
                self._chance.uniform(-SKEW, SKEW),
            )
            for n in range(processes)
        ]
        for process in self.processes:
            process.hear()

    def later(self, seconds: float, do: Callable[[], object]) -> None:
        """Lets something happen."""
        heappush(self._events, (self.now + max(0.0, seconds), next(self._order), do))

    def request(self, it: Message, answered: Callable[[int], None]) -> None:
        """One request on its way to the platform and its answer on the way back."""

        def arrives() -> None:
            after = self.enforcer.wait(it.person, "t1")
            (self.told.refused if after else self.told.passed).append(self.now)
            self.later(DELAY, lambda: answered(after))

        self.later(DELAY + self._chance.uniform(0, JITTER), arrives)

    def send(self, messages: Sequence[Message], until: float = 1e9) -> Told:
        """Sends all of them; answers what the platform saw."""
        owners = {part: one for one in self.processes for part in one.parts}
        for it in messages:
            part = partition_of(it.person)
            line = owners[part].waiting
            (line.appendleft if it.weight == "answer" else line.append)(it)
        for process in self.processes:
            self.later(0.0, process.feed)
            self.later(self._chance.uniform(0, EVERY), process.meet)
        self.pending = {it.person for it in messages}
        while self._events and self.pending and self.now < until:
            self.now, _, do = heappop(self._events)
            do()
        return self.told
