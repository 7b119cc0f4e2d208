"""Three processes of the service on one database: one is killed, one stands still and wakes late.

The whole product as it is run: real processes, the real driver, and Teams on the wire.
"""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import aiohttp

from tests.crash.accounts import Account, Auditor, brings
from tests.crash.campaign import MINUTE, Campaign
from tests.crash.drive import MONDAY
from tests.crash.house import House
from tests.crash.mongod import mongod
from tests.crash.processes import Nursery, Process
from tests.crash.town import Town, Wire
from tests.fakes.connector import FakeTeams

PEOPLE = 80
LEASE = 4.0
LATE = 2.0
BOUND = 60.0
IN_FLIGHT = re.compile(r"^coterie_jobs_in_flight (\d+)", re.MULTILINE)


@asynccontextmanager
async def three(folder: Path) -> AsyncIterator[tuple[House, Campaign]]:
    """One that serves and two that work, on an empty database, and a campaign to begin."""
    wire = Wire(Random(3), slow=(0.02, 0.2))
    teams = FakeTeams()
    teams.between.append(wire.between)
    with mongod(folder / "mongod") as uri, Nursery(folder, MONDAY, LEASE) as nursery:
        async with teams, aiohttp.ClientSession() as session:
            town = Town(teams, wire, PEOPLE)
            house = House(nursery, town, uri, ("serve", "worker", "worker"))
            house.start()
            await house.ready()
            await town.found(nursery.today)
            yield house, Campaign(town, session)


async def test_one_is_killed_and_one_freezes_and_all_get_it_once_and_are_accounted_for(
    tmp_path: Path,
) -> None:
    async with asyncio.timeout(BOUND), three(tmp_path) as (house, campaign):
        await begun(house, campaign)
        _, killed, frozen = house.processes
        await reached(house.town, PEOPLE // 6)
        doubtful = await in_flight(campaign, killed)
        killed.kill()
        await reached(house.town, PEOPLE // 3)
        doubtful += await in_flight(campaign, frozen)
        os.kill(frozen.pid, signal.SIGSTOP)
        while not campaign.over:  # whoever is left does all of it
            await campaign.go_on(house.url)
            await asyncio.sleep(0.1)
        os.kill(frozen.pid, signal.SIGCONT)
        await asyncio.sleep(LATE)
        await house.end()
        told = await accounted(house, campaign)

    assert [*told.lost, *told.doubled, *told.undone] == []
    assert told.states.total() == told.told == told.audience
    assert set(told.states) <= {"sent", "unconfirmed"}
    assert told.states["unconfirmed"] <= doubtful
    assert campaign.looks > 0
    assert campaign.uneven == 0


async def begun(house: House, campaign: Campaign) -> None:
    """The campaign is asked for, and the minute in which it can be undone is over."""
    while not campaign.waits:
        await campaign.go_on(house.url)
        await asyncio.sleep(0.1)
    house.nursery.forward(MINUTE)


async def reached(town: Town, people: int) -> None:
    """So many have the card of the campaign."""
    await town.until(lambda: got(town) >= people, BOUND)


def got(town: Town) -> int:
    """How many cards of the campaign have come."""
    return sum(brings(card) for cards in town.cards().values() for card in cards)


async def in_flight(campaign: Campaign, process: Process) -> int:
    """How many jobs this process has in hand."""
    async with campaign.session.get(f"{process.url}/metrics") as answer:
        found = IN_FLIGHT.search(await answer.text())
    assert found
    return int(found[1])


async def accounted(house: House, campaign: Campaign) -> Account:
    """What came, beside what is written down."""
    async with house.store() as store:
        auditor = Auditor(store, house.town, "")
        await auditor.campaign(campaign)
        await auditor.queue()
    return auditor.account
