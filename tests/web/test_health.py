"""Whoever watches over the service is told whether it lives, whether it serves, and why not."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from app import build
from connectors.clock import Clock
from connectors.stores.sqlite import SqliteStore
from core.engine.errors import StoreError
from core.engine.intake import Intake
from core.engine.ports import Changes, Commit, Event, Job, Raise
from parts import PRODUCT, Engine
from settings import Settings
from web import health
from web.backlog import Backlog, backlog, trouble

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


@dataclass
class House:
    """What is well and what is not, and how often somebody looked."""

    stopped: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    looked: int = 0

    async def look(self) -> list[str]:
        self.looked += 1
        await asyncio.sleep(0)
        return self.missing

    async def figures(self) -> bytes:
        return b"# none\n"

    def health(self) -> health.Health:
        return health.Health(
            stopped=lambda: self.stopped,
            missing=self.look,
            troubles=lambda: self.troubles,
            metrics=self.figures,
        )


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def asked(it: health.Health, *paths: str) -> list[tuple[int, str]]:
    app = web.Application()
    health.add(app, it)
    async with serving(app) as url, aiohttp.ClientSession() as session:
        return [await got(session, url + path) for path in paths]


async def got(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with session.get(url) as answer:
        return answer.status, await answer.text()


async def test_a_service_that_is_well_says_so() -> None:
    told = await asked(House().health(), "/live", "/ready", "/metrics")
    assert told == [(200, "alive\n"), (200, "ready\n"), (200, "# none\n")]


async def test_what_is_missing_is_said_and_it_lives_on() -> None:
    house = House(missing=["the store takes nothing: disk full"], troubles=["Slack: no token"])
    told = await asked(house.health(), "/live", "/ready")
    assert told == [
        (200, "alive\n"),
        (503, "the store takes nothing: disk full\nSlack: no token\n"),
    ]


async def test_the_trouble_of_one_platform_stops_nobody_else() -> None:
    told = await asked(House(troubles=["Slack: no token"]).health(), "/ready")
    assert told == [(200, "ready\nSlack: no token\n")]


async def test_what_only_a_new_start_helps_against_is_death() -> None:
    told = await asked(House(stopped=["the intake has stopped"]).health(), "/live", "/ready")
    assert told == [(503, "the intake has stopped\n")] * 2


async def test_who_is_about_to_stop_takes_nothing_more() -> None:
    it = House().health()
    it.leaving = True
    assert await asked(it, "/live", "/ready") == [(200, "alive\n"), (503, "stopping\n")]


async def test_it_is_ready_again_by_itself_and_many_who_ask_look_once() -> None:
    house = House(missing=["the store is away"])
    it = house.health()
    first = await asked(it, *["/ready"] * 5)
    house.missing = []
    again = await asked(replace(it, _asked=-health.FRESH), "/ready")
    assert ([status for status, _ in first], house.looked) == ([503] * 5, 2)
    assert again == [(200, "ready\n")]


# --- the store ------------------------------------------------------------------------------------


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with SqliteStore(tmp_path / "coterie.db") as store:
        await store.lease()
        yield store


async def plan(store: SqliteStore, *due: timedelta) -> None:
    event = Event(id="e1", org="main", source="timer", name="bell")
    jobs = tuple(
        Job(key=f"k{number}", lane=f"l{number}", work=Raise(event), due=NOW + one)
        for number, one in enumerate(due)
    )
    await store.commit([Commit(org="main", event="", at=NOW, changes=Changes(jobs=jobs))])


class Hung(SqliteStore):
    """A store that never answers."""

    async def mark(self, keys: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        await asyncio.sleep(60)
        return frozenset()

    async def next_due(self, after: datetime) -> datetime | None:
        await asyncio.sleep(60)
        return None


async def test_what_is_due_and_how_late_it_is_can_be_told(store: SqliteStore) -> None:
    await plan(store, timedelta(seconds=-90), timedelta(seconds=-5), timedelta(hours=1))
    await store.mark([("main", "k1")])
    assert await backlog(store, NOW) == Backlog(90.0, {"claimed": 1, "due": 1, "later": 1})


async def test_nothing_is_late_when_all_comes_later(store: SqliteStore) -> None:
    await plan(store, timedelta(hours=1))
    assert await backlog(store, NOW) == Backlog(0.0, {"claimed": 0, "due": 0, "later": 1})


async def test_open_jobs_are_not_counted_to_the_last(store: SqliteStore) -> None:
    await plan(store, *[timedelta(seconds=-1)] * 9, *[timedelta(hours=1)] * 3)
    assert await store.census(NOW, 5) == {"claimed": 0, "due": 5, "later": 3}


async def test_a_store_that_writes_is_no_trouble(store: SqliteStore) -> None:
    assert await trouble(store) == ""


async def test_a_store_that_is_closed_is_told(tmp_path: Path) -> None:
    async with SqliteStore(tmp_path / "coterie.db") as store:
        pass
    assert await trouble(store) == "the store takes nothing: the store is closed"


async def test_a_store_that_hangs_is_told_in_time(tmp_path: Path) -> None:
    async with Hung(tmp_path / "coterie.db") as store:
        assert await trouble(store, 0.01) == "the store has not answered for 0.01 s"
        assert await backlog(store, NOW, 0.01) is None


async def test_a_store_that_can_only_be_asked_what_is_next_is_enough() -> None:
    class Plain:
        async def mark(self, keys: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
            raise StoreError("read only")

        async def next_due(self, after: datetime) -> datetime | None:
            return NOW - timedelta(seconds=3)

    assert await backlog(Plain(), NOW) == Backlog(3.0)
    assert "read only" in await trouble(Plain())


# --- the engine -----------------------------------------------------------------------------------


def engine(store: SqliteStore) -> Engine:
    return Engine(clock=Clock(), store=store, intake=Intake(store, PRODUCT, Clock()))


async def test_a_store_that_took_nothing_a_moment_ago_is_missing(store: SqliteStore) -> None:
    it = engine(store)
    it.intake.meters.refused_at = time.monotonic() - 3
    assert await it.missing() == ["the store did not take what came in 3 s ago"]
    it.intake.meters.refused_at = time.monotonic() - 11
    assert await it.missing() == []


async def test_a_part_that_has_ended_is_named(store: SqliteStore) -> None:
    it = engine(store)
    it.tasks = [asyncio.create_task(asyncio.sleep(0), name="intake")]
    assert it.stopped() == []
    await asyncio.gather(*it.tasks)
    assert it.stopped() == ["the intake has stopped"]


# --- the whole service ----------------------------------------------------------------------------


async def test_the_service_is_ready_and_measured(tmp_path: Path) -> None:
    told = {"COTERIE_ENV": "development", "COTERIE_DATABASE": f"sqlite:///{tmp_path}/coterie.db"}
    built = await build(Settings.from_env(told))
    async with serving(built) as url, aiohttp.ClientSession() as session:
        ready, figures = await got(session, f"{url}/ready"), ""
        async with asyncio.timeout(10):
            while "coterie_partitions_held 64.0" not in figures:
                figures = (await got(session, f"{url}/metrics"))[1]
    assert ready == (200, "ready\n")
    assert "coterie_store_up 1.0" in figures
