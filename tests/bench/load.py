"""So many turns in flight: each is over when its answer is there and its card has arrived."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench.outside import Outside
from tests.bench.wire import Client, post
from tests.bench.world import Speech, Who

TURN_SECONDS = 20.0
Say = Callable[[Speech, Who, int], bytes]


@dataclass
class Measured:
    """What a burst of turns showed."""

    turns: int = 0
    seconds: float = 0.0
    failed: int = 0
    late: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the turns was over."""
        times = sorted(self.late)
        return times[min(len(times) - 1, int(len(times) * share))] * 1000 if times else 0.0


class Load:
    """Sends signed activities to a bot, and waits for the cards that they cause."""

    def __init__(
        self, outside: Outside, port: int, *, tls: bool = False, people: int, signed: bool = True
    ) -> None:
        self.speech = Speech(outside.service(tls=tls), run=f"{'s' if tls else 'p'}{port}-")
        token = outside.signer.token(self.speech.service)
        self._headers = {"Authorization": f"Bearer {token}"} if signed else {}
        self._port, self._outside = port, outside
        self._free = deque(Who(number) for number in range(people))
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._turn = 0
        self.heard = b""

    async def run(
        self, say: Say, *, flying: int, seconds: float = 0.0, turns: int = 10**9
    ) -> Measured:
        """Keeps so many turns in flight, for so long or until there were so many."""
        self._outside.arrived = self._arrived
        measured, began = Measured(), time.perf_counter()
        ends = began + (seconds or 3600.0)
        clients = [await Client.connect(self._port) for _ in range(flying)]
        try:
            slots = (self._slot(client, say, measured, ends, turns) for client in clients)
            await asyncio.gather(*slots)
        finally:
            for client in clients:
                client.close()
        measured.seconds = time.perf_counter() - began
        return measured

    def request(self, activity: bytes) -> bytes:
        """An activity as it comes over the wire."""
        return post("/api/messages", activity, self._headers)

    async def _slot(
        self, client: Client, say: Say, measured: Measured, ends: float, turns: int
    ) -> None:
        while time.perf_counter() < ends and measured.turns < turns:
            who = self._free.popleft()
            measured.turns += 1
            self._turn += 1
            request = self.request(say(self.speech, who, self._turn))
            began = time.perf_counter()
            try:
                await self._one(client, who, request)
            except (OSError, RuntimeError) as wrong:
                measured.failed += 1
                if measured.failed == 1:
                    print(f"  a turn failed: {wrong!r}")
                client.close()
                client = await Client.connect(self._port)
                continue
            finally:
                self._free.append(who)
            measured.late.append(time.perf_counter() - began)

    async def _one(self, client: Client, who: Who, request: bytes) -> None:
        card = self._waiting[who.chat] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(TURN_SECONDS):
                answer = await client.send(request)
                if answer.status >= 300:
                    raise RuntimeError(f"{answer.status} {answer.body[:200]!r}")
                await card
        finally:
            del self._waiting[who.chat]

    def _arrived(self, place: str, ref: str, body: bytes) -> None:
        self.heard = body
        card = self._waiting.get(place)
        if card and not card.done():
            card.set_result(None)
