"""Everything comes along, and behaves as it did."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from core.engine.ports import Changes, Tally
from tests.connectors.transfer.house import (
    NOW,
    ORGS,
    Desk,
    behaviour,
    commit,
    job,
    opened,
    outcome,
)
from tests.contracts.notes import MONDAY


async def seen(path: Path) -> list[dict[str, object]]:
    async with opened(path) as store:
        return [await behaviour(store, org) for org in ORGS]


WAYS = {"straight": (), "a file": ("all.jsonl",), "a packed file": ("all.jsonl.gz",)}


@pytest.mark.parametrize("way", WAYS)
async def test_a_copy_behaves_as_its_original(
    way: str, desk: Desk, old: Path, new: Path, tmp_path: Path
) -> None:
    stops = [old, *(tmp_path / name for name in WAYS[way]), new]
    for source, target in pairwise(stops):
        assert await desk.copies(source, target) == 0, desk.words
    assert await seen(new) == await seen(old)


async def test_there_and_back_is_the_same_to_the_byte(
    desk: Desk, old: Path, new: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    for source, target in ((old, first), (first, new), (new, second)):
        assert await desk.copies(source, target) == 0, desk.words
    assert first.read_bytes() == second.read_bytes()


async def test_each_kind_is_counted_on_both_sides(desk: Desk, old: Path, new: Path) -> None:
    assert await desk.copies(old, new) == 0
    table = [line.split() for line in desk.said]
    assert ["note", "16", "16"] in [line[:3] for line in table]
    assert ["jobs", "42", "42"] in [line[:3] for line in table]
    assert "  note: 16" in desk.said


async def test_what_was_claimed_is_recovered_in_the_new_place(
    desk: Desk, old: Path, new: Path
) -> None:
    await desk.copies(old, new)
    async with opened(new) as store:
        left = {(it.org, it.job.key) for it in await store.claimed()}
        assert {("main", "main/claimed"), ("main", "at once"), ("other", "other/followed")} <= left
        await store.settle([outcome("main", "unconfirmed", "main/followed")])
        following = await store.job("main", "main/followed")
        assert following is not None
        assert (following.state, following.tries) == ("planned", 0)
        assert "Next" in repr(following.job.work)


async def test_what_comes_later_stands_behind_what_has_come(
    desk: Desk, old: Path, new: Path
) -> None:
    for _ in range(5):
        async with opened(old):
            pass
    async with opened(old) as store:
        due = MONDAY - timedelta(days=1)
        await commit(store, "main", "early", Changes(jobs=(job("a", lane="one", due=due),)))
    await desk.copies(old, new)
    async with opened(new) as store:
        await commit(store, "main", "late", Changes(jobs=(job("b", lane="one", due=due),)))
        order = [it.job.key for it in await store.due(NOW, limit=100) if it.job.lane == "one"]
        assert order == ["a", "b"]


async def test_what_has_counted_does_not_count_again(desk: Desk, old: Path, new: Path) -> None:
    await desk.copies(old, new)
    async with opened(new) as store:
        again = Tally(board="plain/plain", subject="", by=2, once="once/plain")
        await commit(store, "main", "again", Changes(tallies=(again,)))
        assert await store.reader("main").tally("plain/plain", "") == 2


async def test_what_is_old_is_forgotten_in_time(desk: Desk, old: Path, new: Path) -> None:
    await desk.copies(old, new)
    async with opened(new) as store:
        assert await store.forget(MONDAY) == 0
        assert await store.forget(NOW) == 2 * (12 + 3)
        assert await store.seen("main", ["seen/replied"]) == {}


async def test_the_old_one_stays_as_it_is(desk: Desk, old: Path, new: Path) -> None:
    before = dump(old)
    await desk.copies(old, new)
    assert dump(old) == before


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())
