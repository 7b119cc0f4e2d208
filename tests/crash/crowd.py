"""People who press and ask while the service dies under their hands; nobody gives up."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

import aiohttp

from tests.crash.town import Town
from tests.fakes.activities import TENANT, Human, Json

BREATH = 0.25
AT_ONCE = 4
OK, BUSY = 200, 503


@dataclass(frozen=True, eq=False)
class Turn:
    """What somebody does once; it is the same however often it has to be sent."""

    human: Human
    kind: Literal["join", "help"]
    activity: Json

    @property
    def event(self) -> str:
        """What Coterie calls it."""
        return f"teams/{TENANT}/{self.activity['conversation']['id']}/{self.activity['id']}"


@dataclass
class Crowd:
    """Every other one presses Join, the others ask for help; a third of all says nothing."""

    town: Town
    taken: list[Turn] = field(default_factory=list)
    open: list[Turn] = field(default_factory=list)
    refused: int = 0
    again: int = 0
    _line: Iterator[Turn] | None = None

    def next(self) -> Turn | None:
        """Who was not answered before, else somebody new, if anybody is left."""
        if self.open:
            self.again += 1
            return self.open.pop()
        self._line = self._line or self._all()
        return next(self._line, None)

    def _all(self) -> Iterator[Turn]:
        button = self.town.button("members.join")
        for number, human in enumerate(self.town.crowd):
            if number % 3 == 0:
                yield Turn(human, "join", self.town.joins(human, button))
            elif number % 3 == 1:
                yield Turn(human, "help", self.town.asks(human))

    async def talk(self) -> None:
        """Some at a time, until cancelled or until all have spoken."""
        await asyncio.gather(*(self._one_after_another() for _ in range(AT_ONCE)))

    async def finish(self) -> None:
        """Those who wait for an answer are asked once more."""
        for turn in [self.open.pop() for _ in [*self.open]]:
            await self.say(turn)

    async def _one_after_another(self) -> None:
        while turn := self.next():
            await self.say(turn)
            await asyncio.sleep(BREATH)

    async def say(self, turn: Turn) -> None:
        """Once; a turn that is not answered with 200 stays open."""
        status = 0
        try:
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                status = (await self.town.teams.deliver(turn.activity)).status
        finally:
            (self.taken if status == OK else self.open).append(turn)
            self.refused += status == BUSY
