"""People of a group who never met Coterie get its app, where that is allowed; else it is said."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from connectors.http.courier import Courier
from connectors.stores.sqlite import SqliteStore
from core.courses.model import Send, bare, given
from core.engine.intake import Intake
from core.engine.ports import Changes, Commit, Delivery, Moment, Reader
from core.engine.worker import Worker
from core.people.model import Person, acquaint
from core.product import PRODUCT
from teams.auth import tokens
from teams.client import Client
from teams.cloud import PUBLIC, Cloud, TeamsConfig
from teams.send import TeamsPlatform
from tests.connectors.directory.conftest import Desk
from tests.engine.machine import MONDAY, Clock
from tests.fakes.activities import Human
from tests.fakes.connector import FakeTeams
from tests.fakes.directory import people

NEW = Human("Cem Newcomer")
COURSE = bare("https://courses.example/feedback")


@dataclass(frozen=True, slots=True, kw_only=True)
class Here(TeamsConfig):
    """A cloud of which even the first way to somebody unknown leads to us."""

    connector: str

    @property
    def place(self) -> Cloud:
        return dataclasses.replace(PUBLIC, connector=self.connector)


@dataclass
class Running:
    """The worker, before a Teams of our own and a directory."""

    teams: FakeTeams
    store: SqliteStore
    worker: Worker

    @property
    def read(self) -> Reader:
        return self.store.reader("main")

    async def sends(self, desk: Desk) -> Delivery:
        """A course goes to a group with somebody whom nobody has met."""
        member = {**people(1)[0], "id": NEW.aad, "displayName": NEW.name}
        (who,) = (await desk.everyone(desk.fake.group("Newcomers", [member])))[0]
        moment = Moment(self.read, MONDAY, "test")
        person, met = await acquaint("main", who, moment, active=False)
        send = Send(id="s1", by="ada", made=MONDAY, rank="1", courses=(COURSE,), state="going")
        plan = met + Changes(saves=(send,)) + given(send, person.id, MONDAY)
        await self.store.commit([Commit(org="main", event="", at=MONDAY, changes=plan)])
        self.worker.wake()
        async with asyncio.timeout(20):
            await self.worker.idle()
        found = await self.read.get(Delivery, f"s1/{person.id}")
        assert found is not None
        assert (await self.read.get(Person, person.id)) is not None
        return found


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with AsyncExitStack() as stack:
        teams = await stack.enter_async_context(FakeTeams())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        opened = SqliteStore(tmp_path / "run.db", records=PRODUCT.records, ranked=PRODUCT.ranked)
        store = await stack.enter_async_context(opened)
        courier, clock = Courier(), Clock()
        config = Here(**dataclasses.asdict(teams.config()), connector=teams.service_url)
        held = tokens(config, session)
        platform = TeamsPlatform(config, Client(held, session, courier=courier))
        intake = Intake(store, PRODUCT, clock)
        worker = Worker(
            store, PRODUCT, clock, intake=intake, platforms={"teams": platform}, asks={}
        )
        intake.connect(worker, {})
        tasks = [asyncio.create_task(intake.run()), asyncio.create_task(worker.run())]
        teams.chats.chat(NEW, installed=False)
        yield Running(teams, store, worker)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        courier.close()
        await held.close()


async def test_where_an_admin_allows_it_they_get_the_app(running: Running, desk: Desk) -> None:
    running.teams.installs.allowed = True
    delivery = await running.sends(desk)
    assert delivery.state == "sent"
    assert running.teams.installs.there == {NEW.aad}


async def test_where_not_they_are_reported_with_the_reason(running: Running, desk: Desk) -> None:
    delivery = await running.sends(desk)
    assert (delivery.state, delivery.why) == ("not_installed", "no way to reach them")
    assert await running.read.tally("delivery.not_installed", "s1") == 1
