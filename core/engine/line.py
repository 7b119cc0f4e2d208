"""Who waits for an answer, in order: each event once, however often it is delivered meanwhile."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence

import msgspec

from core.engine.errors import Overloaded
from core.engine.meters import Meters
from core.engine.ports import Event, Reply

BATCH = 256
ENOUGH = 64  # when so many wait, nobody waits for more
GATHER = 0.002  # while several come at a time, waiting for one more costs less than a commit
WAITING = 4096
PATIENCE, LOOK = 2.4, 0.2  # whoever sends something hears within three seconds
AFTER = 5

_reply = msgspec.json.Decoder(Reply | None)


class Waiting:
    """An event in line, and whoever waits for its reply: who gives up takes it from nobody else."""

    __slots__ = ("event", "futures", "key", "since", "tries")

    def __init__(self, event: Event, key: tuple[str, str]) -> None:
        self.event, self.key = event, key
        self.futures: list[asyncio.Future[Reply | None]] = []
        self.tries = 0
        self.since = time.monotonic()

    def heard(self) -> asyncio.Future[Reply | None]:
        """The reply, once there is one."""
        future: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
        self.futures.append(future)
        return future

    def answer(self, reply: Reply | None) -> None:
        """Tells whoever still waits."""
        for future in self.futures:
            if not future.done():
                future.set_result(reply)

    def refuse(self) -> bool:
        """The store is not there: whoever sent this and waits has to send it again."""
        waits = [future for future in self.futures if not future.done()]
        for future in waits:
            future.set_exception(Overloaded(AFTER))
            future.exception()
        return bool(waits)


class Line:
    """Events that wait or are worked on."""

    def __init__(self, counts: Counter[str], meters: Meters) -> None:
        self._counts, self._meters = counts, meters
        self._line: deque[Waiting] = deque()
        self._flying: dict[tuple[str, str], Waiting] = {}
        self._bell = asyncio.Event()
        self._together = False

    @property
    def all(self) -> int:
        """How many wait or are worked on."""
        return len(self._flying)

    @property
    def many(self) -> bool:
        """Whether more wait than should wait for those that are worked on."""
        return len(self._line) >= ENOUGH

    def join(self, event: Event) -> asyncio.Future[Reply | None]:
        """The reply to come. Raises Overloaded when too many wait."""
        key = (event.org, event.id)
        one = self._flying.get(key)
        if one is None:
            if len(self._line) >= WAITING:
                self._counts["overloaded"] += 1
                self._meters.turns[event.source, "overloaded"] += 1
                raise Overloaded
            one = self._flying[key] = Waiting(event, key)
            self.again(one)
        return one.heard()

    async def take(self) -> list[Waiting]:
        """The next ones, as soon as there are any."""
        while not self._line:
            self._bell.clear()
            await self._bell.wait()
        if self._together and not self.many:
            await asyncio.sleep(GATHER)
        batch = [self._line.popleft() for _ in range(min(BATCH, len(self._line)))]
        self._together = len(batch) > 1
        return batch

    def again(self, one: Waiting) -> None:
        """To the end of the line."""
        self._line.append(one)
        self._bell.set()

    def back(self, batch: Sequence[Waiting]) -> None:
        """To the head of the line, where they were taken from."""
        self._line.extendleft(reversed(batch))

    def repeated(
        self, batch: Sequence[Waiting], seen: Mapping[tuple[str, str], bytes]
    ) -> list[Waiting]:
        """Answers those that were handled before as they were then; the others are left to do."""
        for one in batch:
            if one.key in seen:
                self._counts["repeated"] += 1
                self.answer(one, _stored(seen[one.key]), "repeated")
        return [one for one in batch if one.key not in seen]

    def answer(self, one: Waiting, reply: Reply | None, outcome: str = "handled") -> None:
        """It is done."""
        self._flying.pop(one.key, None)
        self._counts["handled"] += 1
        self._meters.turned(one.event.source, outcome, time.monotonic() - one.since)
        one.answer(reply)

    async def tire(self) -> None:
        """Until cancelled: whoever waits long is asked to come again. What they sent stays."""
        while True:
            await asyncio.sleep(LOOK)
            late = time.monotonic() - PATIENCE
            for one in self._flying.values():
                if one.since < late and one.refuse():
                    self._meters.turns[one.event.source, "late"] += 1
                    self._meters.refused_at = time.monotonic()

    def refuse(self, batch: Sequence[Waiting]) -> None:
        """They have to be sent again."""
        for one in batch:
            self._flying.pop(one.key, None)
            self._meters.turns[one.event.source, "refused"] += 1
            one.refuse()
        self._meters.refused_at = time.monotonic()


def _stored(reply: bytes) -> Reply | None:
    """The reply that was stored; nothing if an earlier version of Coterie wrote it differently."""
    try:
        return _reply.decode(reply) if reply else None
    except msgspec.DecodeError:
        return None
