"""A service that lives on, whatever happens around it, and what it is asked meanwhile."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from tests.crash.accounts import Account, Auditor
from tests.crash.campaign import MINUTE, Campaign
from tests.crash.crowd import Crowd
from tests.crash.house import House
from tests.crash.processes import Nursery, Process
from tests.crash.town import Town, Wire
from tests.fakes.connector import FakeTeams
from tests.fakes.proxy import FaultProxy

PATIENCE = 3.0
"""Seconds within which everybody is answered, always."""
HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
BREATH = 0.1
PEOPLE = 60
HERE = "127.0.0.1"
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""Half an hour into everybody's hours."""


@dataclass
class Stay:
    """The house, the wires to Teams and to its database, and all that people want of it."""

    house: House
    wire: FaultProxy
    base: FaultProxy
    session: aiohttp.ClientSession
    crowd: Crowd = field(init=False)
    campaign: Campaign = field(init=False)

    def __post_init__(self) -> None:
        self.crowd = Crowd(self.town)
        self.campaign = Campaign(self.town, self.session)

    @property
    def town(self) -> Town:
        """The place and its people."""
        return self.house.town

    @property
    def process(self) -> Process:
        """The only one."""
        return self.house.processes[0]

    async def begin(self) -> None:
        """It starts, and a cohort with it."""
        self.house.start()
        await self.house.ready()
        await self.town.found(self.house.nursery.today)

    async def send(self) -> None:
        """A course link goes out to everybody, and the minute to undo it is over."""
        async with asyncio.timeout(30):
            while not self.campaign.waits:
                await self.campaign.go_on(self.house.url)
                await asyncio.sleep(BREATH)
        self.later(MINUTE)

    def later(self, seconds: float) -> None:
        """So much time passes at once."""
        self.house.nursery.forward(seconds)

    async def answered(self, path: str) -> tuple[int, str, str]:
        """Status, Retry-After and words of a page."""
        async with self.session.get(self.house.url + path) as answer:
            return answer.status, answer.headers.get("Retry-After", ""), await answer.text()

    async def talked(self, seconds: float) -> None:
        """People press and ask for a while."""
        talking = asyncio.create_task(self.crowd.talk())
        await asyncio.sleep(seconds)
        await over(talking)

    async def done(self, seconds: float = 120.0, pace: float = 0.0) -> None:
        """Waits until everybody has what they asked for, the clock going `pace` times as fast."""
        async with asyncio.timeout(seconds):
            while self.crowd.open or not self.campaign.over:
                await self.crowd.finish()
                await self.campaign.go_on(self.house.url)
                self.later(pace * BREATH)
                await asyncio.sleep(BREATH)
        await asyncio.sleep(1.0)

    async def account(self) -> Account:
        """It ends, and everything is compared."""
        await self.house.end()
        cohort = str(self.town.button("members.join")["coterie"]["k"]["cohort"])
        async with self.house.store() as store:
            auditor = Auditor(store, self.town, cohort)
            await auditor.turns(self.crowd)
            await auditor.campaign(self.campaign)
            await auditor.queue()
        return auditor.account


@asynccontextmanager
async def staying(
    nursery: Nursery, database: str, base: FaultProxy | None = None
) -> AsyncIterator[Stay]:
    """One on this database, until the test is over; `base` is the wire to it, if there is one."""
    nursery.at(MONDAY)
    teams = FakeTeams()
    teams.between.append(Wire(Random(1), slow=(0.0, 0.01)).between)
    async with teams, aiohttp.ClientSession() as session, behind(teams.address) as (wire, there):
        teams.address = there
        town = Town(teams, Wire(Random(1)), PEOPLE)
        made = Stay(House(nursery, town, database), wire, base or wire, session)
        await made.begin()
        try:
            yield made
        finally:
            await made.house.end()


@asynccontextmanager
async def behind(url: str) -> AsyncIterator[tuple[FaultProxy, str]]:
    """What is there, behind a wire that can be cut, and where to find it then."""
    parts = urlsplit(url)
    async with FaultProxy(parts.hostname or HERE, parts.port or 0) as proxy:
        yield proxy, urlunsplit(parts._replace(netloc=f"{HERE}:{proxy.port}"))


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another process has the file for itself."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        try:
            yield
        finally:
            other.kill()


async def refused(stay: Stay) -> float:
    """Somebody who asks hears when to come again; answers the seconds that it took."""
    turn = stay.crowd.next()
    assert turn
    stay.crowd.open.append(turn)
    began = time.monotonic()
    answer = await stay.town.teams.deliver(turn.activity)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    return time.monotonic() - began


async def sound(stay: Stay) -> None:
    """It goes on by itself, and all of it adds up."""
    assert (await stay.answered("/live"))[0] == 200
    await stay.talked(0.5)
    await stay.done(pace=60)
    await stay.house.ready()
    account = await stay.account()
    assert account.lost == account.doubled == account.undone == []
    assert account.told == account.audience


async def over(task: asyncio.Task[None]) -> None:
    """It has gone on for long enough."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
