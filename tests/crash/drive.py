"""kill -9 at random points, over and over, while a campaign goes out and people press and ask.

At the start a course link is asked for, to everybody in a channel; the service is killed while the
link is read, the audience gathered, the messages sent, and while it starts again. Nobody on the
other side gives up. In the end all of it is compared, person by person.
"""

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import aiohttp

from tests.crash.accounts import Account, Auditor
from tests.crash.campaign import MINUTE, Campaign
from tests.crash.crowd import Crowd
from tests.crash.house import Claim, House, sqlite
from tests.crash.processes import Nursery
from tests.crash.town import Town, Wire
from tests.fakes.connector import FakeTeams

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
YOUNG, BOOT = 0.2, 0.5
CALM = 120.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many kills among how many people, and seconds after which there are no more.

    `longest` a process lives once it is ready. Unless it is `early`, nobody is killed before the
    campaign leaves.
    """

    kills: int
    people: int
    seconds: float
    seed: int
    longest: float = 1.0
    early: bool = True


@dataclass
class Kill:
    """One of them: when, the messages left in doubt, and the requests that were on their way."""

    began: float
    at: float
    doubtful: int
    ready: bool
    flying: int = 0


@dataclass
class Found:
    """What a run showed."""

    kills: list[Kill] = field(default_factory=list)
    calm: float = 0.0
    taken: int = 0
    again: int = 0
    sends: int = 0
    seconds: float = 0.0
    uneven: int = 0
    looks: int = 0
    account: Account = field(default_factory=Account)


class Drive:
    """One run on one house."""

    def __init__(self, plan: Plan, house: House, session: aiohttp.ClientSession) -> None:
        self._plan, self._house, self._town = plan, house, house.town
        self._dice = Random(plan.seed)
        self._crowd = Crowd(self._town)
        self._campaign = Campaign(self._town, session)
        self._found = Found()
        self._left: set[Claim] = set()
        self._hurried = False

    async def run(self) -> Found:
        """Everything, from an empty database to the last comparison."""
        began = time.monotonic()
        self._house.start()
        await self._house.ready()
        await self._town.found(self._house.nursery.today)
        if not self._plan.early:
            await self._meanwhile(self._town.until(lambda: self._hurried))
        ends = time.monotonic() + self._plan.seconds
        while len(self._found.kills) < self._plan.kills and time.monotonic() < ends:
            await self._life()
        await self._calm()
        await self._house.end()
        await self._compare()
        self._found.seconds = time.monotonic() - began
        return self._found

    async def _life(self) -> None:
        """It lives a while, often just long enough to begin, and dies."""
        started, before = time.monotonic(), bool(self._found.kills)
        self._house.start()
        young = before and self._dice.random() < YOUNG
        if young:
            await asyncio.sleep(self._dice.uniform(0.0, BOOT))
        else:
            await self._house.ready()
            await self._meanwhile(asyncio.sleep(self._dice.uniform(0.05, self._plan.longest)))
        self._house.kill(self._dice)
        killed = time.monotonic()
        claims = await self._house.claims() if self._house.alone else set()
        self._found.kills.append(Kill(started, killed, len(claims - self._left), not young))
        self._left = claims

    async def _meanwhile(self, lives: Awaitable[None]) -> None:
        """People talk, and the campaign is watched, for as long as that takes."""
        doing = (self._crowd.talk(), self._campaign.watch(self._house.url), self._hurry())
        tasks = [asyncio.create_task(it) for it in doing]
        try:
            await lives
        finally:
            for task in tasks:
                task.cancel()
            for told in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(told, Exception):
                    raise told

    async def _hurry(self) -> None:
        """Nobody waits for the minute in which a send can be undone."""
        while not self._hurried:
            if self._campaign.waits:
                self._house.nursery.forward(MINUTE)
                self._hurried = True
            await asyncio.sleep(0.05)

    async def _calm(self) -> None:
        """It lives on until all is done."""
        self._found.calm = time.monotonic()
        self._house.start()
        await self._house.ready()
        with suppress(TimeoutError):
            await self._meanwhile(self._done())
        await asyncio.sleep(1.0)

    async def _done(self) -> None:
        async with asyncio.timeout(CALM):
            while self._crowd.open or not self._campaign.over:
                await self._crowd.finish()
                await asyncio.sleep(0.2)

    async def _compare(self) -> None:
        found, crowd = self._found, self._crowd
        cohort = str(self._town.button("members.join")["coterie"]["k"]["cohort"])
        async with self._house.store() as store:
            auditor = Auditor(store, self._town, cohort)
            await auditor.turns(crowd)
            await auditor.campaign(self._campaign)
            await auditor.queue()
        begins = [*(kill.began for kill in found.kills[1:]), found.calm]
        for kill, after in zip(found.kills, begins, strict=True):
            over = after if self._house.alone else kill.at
            kill.flying = self._town.wire.flying(kill.began, kill.at, over)
        found.account = auditor.account
        found.taken, found.again = len(crowd.taken), crowd.again
        found.sends = len(self._town.teams.chats.log)
        found.uneven, found.looks = self._campaign.uneven, self._campaign.looks


async def drive(plan: Plan, folder: Path, database: str = "") -> Found:
    """One run: on SQLite, or as a web and two workers on the MongoDB that is named."""
    wire = Wire(Random(plan.seed))
    teams = FakeTeams()
    teams.between.append(wire.between)
    commands = ("serve", "worker", "worker") if database else ("serve",)
    with Nursery(folder, MONDAY) as nursery:
        async with teams, aiohttp.ClientSession() as session:
            town = Town(teams, wire, plan.people)
            house = House(nursery, town, database or sqlite(folder), commands)
            return await Drive(plan, house, session).run()
