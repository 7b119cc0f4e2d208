"""Handing out jobs by memory gives what looking at all of them would give."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from connectors.stores import jobs
from connectors.stores.front import Front
from connectors.stores.sqlite import SqliteStore
from core.engine.ports import Due, Job, Outcome, Show, ToPlace, Weight
from tests.contracts.notes import A_MINUTE, MONDAY, what

LANES = ["long", "longer", *(f"lane{n}" for n in range(12))]
WEIGHTS: tuple[Weight, ...] = ("answer", "nudge")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with SqliteStore(tmp_path / "coterie.db") as store:
        yield store


def job(key: str, lane: str, due: datetime, weight: Weight = "person") -> Job:
    work = Show(ToPlace(lane), "slot")
    return Job(key=key, lane=lane, due=due, weight=weight, work=work, plan="replace")


class Story:
    """A queue in which anything happens, told by a seed."""

    def __init__(self, store: SqliteStore, seed: int) -> None:
        self.store = store
        self.dice = Random(seed)
        self.now = MONDAY

    async def turn(self, number: int) -> None:
        dice = self.dice
        some = [self.planned(f"{number}-{n}") for n in range(dice.choice((0, 1, 3, 90)))]
        await self.store.commit([what(jobs=tuple(some))])
        handed = await self.store.due(self.now, limit=dice.choice((1, 8)))
        marked = await self.store.mark([(due.org, due.job.key) for due in handed])
        await self.store.settle([self.outcome(key) for _, key in sorted(marked)])
        self.now += dice.choice((0, 1, 60, -30)) * timedelta(seconds=1)

    def planned(self, key: str) -> Job:
        dice = self.dice
        lane = dice.choice(LANES if dice.random() < 0.1 else LANES[:2])
        due = self.now + dice.randrange(-900, 60) * timedelta(seconds=1)
        return job(key, lane, due, dice.choice(WEIGHTS))

    def outcome(self, key: str) -> Outcome:
        if self.dice.random() < 0.9:
            return Outcome(key=key, org="main", state="sent", at=self.now)
        due = self.now + self.dice.randrange(-60, 60) * timedelta(seconds=1)
        return Outcome(key=key, org="main", state="planned", at=self.now, due=due)


def looked_at(path: Path, now: datetime, limit: int, busy: frozenset[str]) -> list[Due]:
    with closing(sqlite3.connect(path)) as db:
        return jobs.due(db, Front(), now, limit, busy)


@pytest.mark.parametrize("seed", range(6))
async def test_memory_hands_out_what_a_look_at_all_would(store: SqliteStore, seed: int) -> None:
    story = Story(store, seed)
    for number in range(60):
        await story.turn(number)
        busy = frozenset(story.dice.sample(LANES, story.dice.choice((0, 1, 5))))
        limit = story.dice.choice((0, 1, 20, 500))
        handed = await store.due(story.now, limit=limit, busy=busy)
        assert handed == looked_at(store.path, story.now, limit, busy)


async def test_what_is_planned_before_a_long_lane_comes_first(store: SqliteStore) -> None:
    long = (job(f"long{n}", "long", MONDAY - A_MINUTE) for n in range(500))
    await store.commit([what(jobs=(*long, job("late", "late", MONDAY)))])
    for _ in range(2):
        handed = await store.due(MONDAY, limit=5, busy=["long"])
        assert [due.job.key for due in handed] == ["late"]
    await store.commit([what(jobs=(job("early", "early", MONDAY - 2 * A_MINUTE),))])
    handed = await store.due(MONDAY, limit=6)
    keys = ["early", "long0", "long1", "long2", "long3", "late"]
    assert [due.job.key for due in handed] == keys


async def test_what_comes_back_before_a_long_lane_comes_first(store: SqliteStore) -> None:
    long = (job(f"long{n}", "long", MONDAY - A_MINUTE) for n in range(500))
    await store.commit([what(jobs=(*long, job("a", "a", MONDAY), job("b", "b", MONDAY)))])
    await store.mark([("main", "a"), ("main", "b")])
    await store.commit([what(jobs=(job("b", "b", MONDAY - 2 * A_MINUTE),))])
    assert await store.due(MONDAY, limit=5, busy=["long"]) == []
    again = Outcome(key="a", org="main", state="planned", at=MONDAY, due=MONDAY - 2 * A_MINUTE)
    await store.settle([again])
    assert [due.job.key for due in await store.due(MONDAY, limit=5, busy=["long"])] == ["a"]
    early = MONDAY - 2 * A_MINUTE
    await store.settle([Outcome(key="b", org="main", state="sent", at=early)])
    handed = await store.due(MONDAY, limit=5, busy=["long"])
    assert [due.job.key for due in handed] == ["a", "b"]
