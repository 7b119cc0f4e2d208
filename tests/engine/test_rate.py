"""The whole engine against a platform that enforces its limit: one process, and four."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from core.engine.errors import RetryLater
from core.engine.ports import Address, Payload, Sent
from tests.engine.crew import Crew, File, Register, evenly
from tests.engine.jumping import PatientStore, run
from tests.engine.machine import Chat, Clock, nothing, product
from tests.engine.test_fairness import Everybody, Hall, Moving
from tests.fakes.limits import Limits

LIMIT, PEOPLE, PROBE = 50, 900, 10.0
CERTAIN = 3600.0


@dataclass
class Strict(Chat):
    """Fifty requests in any second, and no more."""

    rate: float = 48.5
    ceiling: float = 100.0
    limits: Limits = field(default_factory=lambda: Limits(asyncio.get_running_loop().time))
    passed: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    async def send(
        self, address: Address, payload: Payload, *, thread: str = "", replace: str = "", key: str
    ) -> Sent:
        await self._asked(address.id)
        return await super().send(address, payload, thread=thread, replace=replace, key=key)

    async def reach(self, account: str, hint: Address | None) -> Address:
        await self._asked(account)
        return await super().reach(account, hint)

    async def _asked(self, who: str) -> None:
        await asyncio.sleep(0.03)
        now = asyncio.get_running_loop().time()
        wait = self.limits.wait(who, "t1")
        (self.refused if wait else self.passed).append(now)
        await asyncio.sleep(0.03)
        if wait:
            raise RetryLater(wait, "429", "tenant")


@pytest.mark.parametrize("engines", [1, 4])
def test_the_whole_engine_holds_97_percent_of_what_is_allowed_and_earns_no_further_429(
    engines: int, tmp_path: Path
) -> None:
    chat = run(sent(engines, tmp_path))
    settled = chat.refused[0] + PROBE
    until = settled + 10.0
    held = sum(settled <= at < until for at in chat.passed) / (until - settled) / LIMIT
    assert until < chat.passed[-1]
    assert held >= 0.97
    assert [at for at in chat.refused if at >= settled] == []
    assert sorted(set(chat.keys)) == sorted(chat.keys)


async def sent(engines: int, folder: Path, people: int = PEOPLE) -> Strict:
    """What the platform saw."""
    chat, clock, crowd = Strict(), Moving(), Everybody()
    made = product(crowd, nothing)
    async with (
        PatientStore(folder / "test.db", records=made.records) as store,
        AsyncExitStack() as stack,
    ):
        home = File(store, Register(seconds=CERTAIN))
        crew = Crew(home, chat, cast("Clock", clock), crowd, made, stack)
        members = [await crew.join(f"e{n}") for n in range(engines)]
        await evenly(*members)
        hall = Hall(store, members[0].worker, clock, chat)
        await hall.plan("crowd", people)
        async with asyncio.timeout(600):
            while len(chat.keys) < people:  # noqa: ASYNC110 - it is looked at from outside
                await asyncio.sleep(0.5)
    return chat
