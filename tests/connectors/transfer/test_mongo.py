"""Everything comes along to MongoDB and back, and behaves as it did."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from pymongo import MongoClient
from pymongo.database import Database

from connectors.stores.mongo.store import MongoStore
from core.engine.errors import Conflict, StoreError
from core.engine.ports import Changes, Store, Tally
from tests.connectors.transfer.house import (
    NOW,
    ORGS,
    RANKED,
    Desk,
    behaviour,
    commit,
    furnish,
    job,
    opened,
    outcome,
)
from tests.connectors.transfer.killing import BATCHES, KILLED, copies
from tests.contracts.notes import KINDS, MONDAY, what


@asynccontextmanager
async def served(uri: str) -> AsyncIterator[MongoStore]:
    """A store that serves all of it."""
    async with MongoStore(uri, records=KINDS, ranked=RANKED) as store:
        await store.lease()
        yield store


async def seen(store: Store) -> list[dict[str, object]]:
    return [await behaviour(store, org) for org in ORGS]


async def test_a_copy_in_mongodb_behaves_as_its_original(
    desk: Desk, old: Path, mongo_uri: str
) -> None:
    assert await desk.copies(old, mongo_uri) == 0, desk.words
    async with opened(old) as one, served(mongo_uri) as other:
        assert await seen(other) == await seen(one)


async def test_there_and_back_is_the_same(
    desk: Desk, old: Path, mongo_uri: str, new: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    for source, target in ((old, mongo_uri), (mongo_uri, new), (old, first), (mongo_uri, second)):
        assert await desk.copies(source, target) == 0, desk.words
    async with opened(old) as one, opened(new) as other:
        assert await seen(other) == await seen(one)


async def test_stripes_of_several_processes_are_one_counter(
    desk: Desk, mongo_uri: str, new: Path
) -> None:
    async with served(mongo_uri) as one, served(mongo_uri) as two:
        for store, by in ((one, 2), (two, 40)):
            tallies = (
                Tally(board="plain/a\nb", subject="c", by=by),
                Tally(board="points", subject="d", by=by),
            )
            await commit(store, "main", "", Changes(tallies=tallies))
    assert stripes(mongo_uri) == 3
    assert await desk.copies(mongo_uri, new) == 0
    async with opened(new) as back:
        read = back.reader("main")
        assert await read.tally("plain/a\nb", "c") == 42
        assert await read.top("points", 5) == [("d", 42)]


def stripes(uri: str) -> int:
    with database(uri) as db:
        return db["tallies"].count_documents({})


@contextmanager
def database(uri: str) -> Iterator[Database[dict[str, Any]]]:
    """As another program sees it."""
    with MongoClient[dict[str, Any]](uri) as client:
        yield client.get_default_database()


async def test_what_was_claimed_is_left_for_whoever_serves_it_then(
    desk: Desk, old: Path, mongo_uri: str
) -> None:
    await desk.copies(old, mongo_uri)
    async with served(mongo_uri) as store:
        left = {(it.org, it.job.key) for it in await store.claimed()}
        assert {("main", "main/claimed"), ("main", "at once"), ("other", "other/followed")} <= left
        await store.settle([outcome("main", "unconfirmed", "main/followed")])
        following = await store.job("main", "main/followed")
        assert following is not None
        assert (following.state, following.tries) == ("planned", 0)


async def test_what_comes_later_stands_behind_what_has_come(
    desk: Desk, old: Path, mongo_uri: str
) -> None:
    due = MONDAY - timedelta(days=1)
    for _ in range(5):
        async with opened(old):
            pass
    async with opened(old) as store:
        await commit(store, "main", "early", Changes(jobs=(job("a", lane="one", due=due),)))
    await desk.copies(old, mongo_uri)
    async with served(mongo_uri) as store:
        await commit(store, "main", "late", Changes(jobs=(job("b", lane="one", due=due),)))
        order = [it.job.key for it in await store.due(NOW, limit=100) if it.job.lane == "one"]
        assert order == ["a", "b"]


async def test_an_event_that_was_handled_there_is_not_handled_here(
    desk: Desk, old: Path, mongo_uri: str
) -> None:
    await desk.copies(old, mongo_uri)
    async with served(mongo_uri) as store:
        with pytest.raises(Conflict):
            await commit(store, "main", "seen/replied")


async def test_a_database_that_somebody_serves_is_neither_copied_nor_copied_into(
    desk: Desk, old: Path, mongo_uri: str, new: Path
) -> None:
    async with served(mongo_uri) as store:
        renewing = asyncio.create_task(renewed(store))
        assert await desk.copies(mongo_uri, new) == 2
        assert "another Coterie is running" in desk.words
        assert await desk.copies(old, mongo_uri) == 2
        assert "another Coterie is running" in desk.words
        renewing.cancel()


async def renewed(store: MongoStore) -> None:
    while True:
        await store.lease()
        await asyncio.sleep(0.5)


async def test_whoever_died_serving_it_does_not_stand_in_the_way(
    desk: Desk, old: Path, mongo_uri: str, new: Path
) -> None:
    await desk.copies(old, mongo_uri)
    with database(mongo_uri) as db:
        db["workers"].insert_one({"_id": "dead", "place": 0, "beat": 9})
    assert await desk.copies(mongo_uri, new) == 0


async def test_a_start_meanwhile_is_noticed(
    desk: Desk, old: Path, mongo_uri: str, new: Path
) -> None:
    """It may have changed what was read already."""
    await desk.copies(old, mongo_uri)

    class Starts(list[str]):
        def append(self, said: str) -> None:
            super().append(said)
            if said == "Copying …":
                with database(mongo_uri) as db:
                    db["declared"].update_one({"_id": "(starts)"}, {"$inc": {"count": 1}})

    desk.said = Starts()
    assert await desk.copies(mongo_uri, new) == 2
    assert "another Coterie is running" in desk.words
    with pytest.raises(StoreError, match="is not complete"):
        await opened(new).open()


async def test_kinds_that_this_version_does_not_know_are_not_left_behind(
    desk: Desk, old: Path, mongo_uri: str, new: Path
) -> None:
    await desk.copies(old, mongo_uri)
    assert await desk.copies(mongo_uri, new, records=KINDS[:1]) == 2
    assert "does not know: badge (16)." in desk.words


async def test_what_holds_something_already_is_left_alone(
    desk: Desk, old: Path, mongo_uri: str
) -> None:
    async with served(mongo_uri) as store:
        await furnish(store, "somebody")
    assert await desk.copies(old, mongo_uri) == 2
    assert "holds something already" in desk.words


async def test_copying_once_more_what_has_come_changes_nothing(
    desk: Desk, old: Path, mongo_uri: str
) -> None:
    for _ in range(2):
        assert await desk.copies(old, mongo_uri) == 0
    assert "Everything has come" in desk.words


async def test_ids_that_it_is_about_to_forget_stay_behind_and_it_says_so(
    desk: Desk, mongo_uri: str, new: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.db"
    async with opened(old) as store:
        for event, days in (("long ago", 6), ("lately", 1)):
            await store.commit([replace(what(event), at=MONDAY - timedelta(days=days))])
    assert await desk.copies(old, mongo_uri) == 0
    assert await desk.copies(mongo_uri, new) == 0
    assert "older than five days were left out" in desk.words
    async with opened(new) as store:
        assert set(await store.seen("main", ["long ago", "lately"])) == {"lately"}


async def test_old_ids_are_forgotten_when_all_has_come_and_not_before(
    desk: Desk, old: Path, mongo_uri: str
) -> None:
    """Or a part would be gone before it is counted."""
    indexes: list[object] = []

    class Looks(list[str]):
        def append(self, said: str) -> None:
            super().append(said)
            if said == "Checking what has come …":
                indexes.append(expires(mongo_uri))

    desk.said = Looks()
    assert await desk.copies(old, mongo_uri) == 0
    assert indexes == [None]
    assert expires(mongo_uri) == 7 * 24 * 3600


def expires(uri: str) -> object:
    with database(uri) as db:
        return db["seen"].index_information()["at"].get("expireAfterSeconds")


async def test_a_difference_is_told_and_nothing_starts_on_it(
    desk: Desk, old: Path, mongo_uri: str
) -> None:
    class Steals(list[str]):
        def append(self, said: str) -> None:
            super().append(said)
            if said == "Checking what has come …":
                with database(mongo_uri) as db:
                    db["jobs"].delete_one({"_id": "main\nmain/second"})

    desk.said = Steals()
    assert await desk.copies(old, mongo_uri) == 1
    assert ["jobs", "42", "41", "DIFFERS"] in [line.split() for line in desk.said]
    with pytest.raises(StoreError, match="a copy into this database is not complete"):
        await MongoStore(mongo_uri, records=KINDS, ranked=RANKED).open()


async def test_killed_it_goes_on_where_it_was(
    desk: Desk, crowded: Path, mongo_uri: str, tmp_path: Path
) -> None:
    for _ in range(2):
        ended, said = await copies(crowded, mongo_uri, dies_at=BATCHES + 4)
        assert ended == KILLED, said
    assert await desk.copies(crowded, mongo_uri) == 0
    assert "Going on where it was …" in desk.said
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    for source, target in ((crowded, first), (mongo_uri, second)):
        assert await desk.copies(source, target) == 0
    assert totals(first) == totals(second)


async def test_killed_on_the_way_out_it_goes_on_where_it_was(
    desk: Desk, crowded: Path, mongo_uri: str, new: Path
) -> None:
    assert await desk.copies(crowded, mongo_uri) == 0
    assert (await copies(mongo_uri, new, dies_at=BATCHES + 6))[0] == KILLED
    assert await desk.copies(mongo_uri, new) == 0
    assert "Going on where it was …" in desk.said


def totals(file: Path) -> object:
    """What the last line says."""
    return json.loads(file.read_bytes().splitlines()[-1])["totals"]
