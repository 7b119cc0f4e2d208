"""What only the MongoDB store promises: transactions that are tried again, databases that age."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from connectors.stores.mongo import doctor
from connectors.stores.mongo.beside import MongoBeside
from connectors.stores.mongo.keys import below, key
from connectors.stores.mongo.store import MongoStore
from core.engine.errors import Conflict, StoreError, Undeclared
from core.engine.ports import Job, Outcome, Record, Show, Tally, ToPlace
from tests.contracts.notes import MONDAY, Note, save, state_of, what

Documents = dict[str, Any]
UNKNOWN = {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}}
TRANSIENT = ["TransientTransactionError"]
DOUBTFUL = {"writeConcernError": {"code": 100, "errmsg": "done"}, "errorLabels": TRANSIENT}
GONE = {"errorCode": 251, "errorLabels": TRANSIENT}


@pytest.fixture
def db(mongo_uri: str) -> Iterator[Database[Documents]]:
    """The same database, as somebody else sees it."""
    with MongoClient[Documents](mongo_uri) as client:
        yield client.get_default_database()


@pytest.fixture
async def store(mongo_uri: str) -> AsyncIterator[MongoStore]:
    async with MongoStore(mongo_uri, records=(Note,), patience=2.0) as store:
        yield store


@contextmanager
def failing(db: Database[Documents], mode: object, how: Mapping[str, object]) -> Iterator[None]:
    """Commits fail like this, so often; a real server wants `enableTestCommands=1` for it."""
    admin = db.client.admin
    data = {"failCommands": ["commitTransaction"], **how}
    admin.command("configureFailPoint", "failCommand", mode=mode, data=data)
    try:
        yield
    finally:
        admin.command("configureFailPoint", "failCommand", mode="off")


def job(key: str) -> Job:
    return Job(key=key, work=Show(ToPlace(key), "slot"))


def press(event: str) -> list[Any]:
    tallies = (Tally(board="presses", subject="card"),)
    return [
        what(event, saves=(Note(id=event),), tallies=tallies, jobs=(job(event),), adopted=[event])
    ]


async def test_a_commit_whose_result_is_unknown_is_asked_for_again(
    store: MongoStore, db: Database[Documents]
) -> None:
    with failing(db, {"times": 2}, UNKNOWN):
        assert await store.commit(press("e1")) == {("main", "e1")}
    assert await store.reader("main").tally("presses", "card") == 1


async def test_what_was_committed_after_all_is_not_done_twice(
    store: MongoStore, db: Database[Documents]
) -> None:
    with failing(db, {"times": 1}, DOUBTFUL):
        assert await store.commit(press("e1")) == {("main", "e1")}
    assert await store.reader("main").tally("presses", "card") == 1
    assert await state_of(store, "e1") == ("claimed", 1)


async def test_a_transaction_that_the_server_ended_is_run_again(
    store: MongoStore, db: Database[Documents]
) -> None:
    with failing(db, {"times": 3}, GONE):
        assert await store.commit(press("e1")) == {("main", "e1")}
    assert await store.reader("main").tally("presses", "card") == 1


async def test_patience_ends_with_an_error_and_the_event_can_come_again(
    store: MongoStore, db: Database[Documents]
) -> None:
    with failing(db, "alwaysOn", GONE), pytest.raises(StoreError, match="the database says"):
        await store.commit(press("e1"))
    assert await store.seen("main", ["e1"]) == {}
    assert await store.commit(press("e1")) == {("main", "e1")}
    with pytest.raises(Conflict):
        await store.commit(press("e1"))
    assert await store.reader("main").tally("presses", "card") == 1


async def test_neither_a_claim_nor_an_outcome_is_lost_or_done_twice(
    store: MongoStore, db: Database[Documents]
) -> None:
    await store.commit([what(jobs=(job("a"), job("b")))])
    with failing(db, {"times": 1}, DOUBTFUL):
        assert await store.mark([("main", "a"), ("main", "c")]) == {("main", "a")}
    sent = (Tally(board="sent", subject="ada"),)
    with failing(db, {"times": 1}, DOUBTFUL):
        await store.settle([Outcome(key="a", org="main", state="sent", at=MONDAY, tallies=sent)])
    assert await state_of(store, "a") == ("sent", 1)
    assert await store.reader("main").tally("sent", "ada") == 1


async def test_what_no_event_has_asked_for_is_not_done_twice_either(
    store: MongoStore, db: Database[Documents]
) -> None:
    with failing(db, {"times": 1}, DOUBTFUL):
        await save(store, Note(id="n1"))
    assert await store.reader("main").get(Note, "n1") == Note(id="n1", version=1)


async def test_an_outcome_that_comes_twice_counts_once(store: MongoStore) -> None:
    await store.commit([what(jobs=(job("a"),), adopted="a")])
    sent = (Tally(board="sent", subject="ada"),)
    outcome = Outcome(key="a", org="main", state="sent", at=MONDAY, tallies=sent)
    await store.settle([outcome, outcome])
    await store.settle([outcome])
    assert await store.reader("main").tally("sent", "ada") == 1


async def test_who_stops_waiting_does_not_stop_what_is_being_written(store: MongoStore) -> None:
    task = asyncio.ensure_future(store.commit([what("e1")]))
    await asyncio.sleep(0)
    task.cancel()
    await store.commit([what("e2")])
    assert set(await store.seen("main", ["e1", "e2"])) == {"e1", "e2"}


async def test_numbers_that_no_database_holds_are_refused(store: MongoStore) -> None:
    huge = Tally(board="b", subject="s", by=2**63)
    with pytest.raises(StoreError):
        await store.commit([what("e1", tallies=(huge,))])
    assert await store.seen("main", ["e1"]) == {}


async def test_processes_that_change_one_record_conflict_and_none_is_lost(mongo_uri: str) -> None:
    async with (
        MongoStore(mongo_uri, records=(Note,)) as one,
        MongoStore(mongo_uri, records=(Note,)) as other,
    ):
        await save(one, Note(id="n1"))
        ours = [save(it, Note(id="n1", version=1, text="t")) for it in (one, other) * 3]
        results = await asyncio.gather(*ours, return_exceptions=True)
        assert sorted(type(it).__name__ for it in results) == ["Conflict"] * 5 + ["NoneType"]


async def test_texts_that_look_alike_have_keys_of_their_own() -> None:
    pairs = [("a\nb", "c"), ("a", "b\nc"), ("a\\nb", "c"), ("a\\", "\nb"), ("a", "")]
    assert len({key(*pair) for pair in pairs}) == len(pairs)
    inside, outside = key("main", "a", "b"), key("main", "a!", "b")
    where = below("main", "a")
    assert where["$gte"] <= inside < where["$lt"]
    assert not where["$gte"] <= outside < where["$lt"]


# --- databases that age ---------------------------------------------------------------------------


class Renamed(Record, frozen=True, kw_only=True):
    """Note, as a later release declares it."""

    kind: ClassVar[str] = "note"
    indexes: ClassVar[tuple[str, ...]] = ("author", "text")
    order: ClassVar[str] = "text"
    schema: ClassVar[int] = 3

    author: str | None = None
    text: str = ""
    times: int = 0


def counted(body: Documents) -> Documents:
    return {**body, "times": body.get("times", 0) + 1}


def shouted(body: Documents) -> Documents:
    return {**body, "text": body["text"].upper()}


async def some_notes(uri: str, count: int = 40) -> None:
    async with MongoStore(uri, records=(Note,)) as store:
        notes = (Note(id=f"n{n:04}", author="ada", text=f"t{n:04}") for n in range(count))
        await save(store, *notes)


async def test_records_follow_their_declaration(mongo_uri: str) -> None:
    await some_notes(mongo_uri)
    for _ in range(2):
        upgrades = {"note": (counted, shouted)}
        async with MongoStore(mongo_uri, records=(Renamed,), upgrades=upgrades) as store:
            read = store.reader("main")
            page = await read.find(Renamed, author="ada", limit=2)
            assert [(note.text, note.times) for note in page.items] == [("T0000", 1), ("T0001", 1)]
            assert (await read.find(Renamed, text="T0031")).items[0].id == "n0031"
            with pytest.raises(Undeclared):
                await read.find(Renamed, topic="tea")
    with pytest.raises(StoreError, match="note was written by a newer Coterie"):
        await MongoStore(mongo_uri, records=(Note,)).open()


async def test_an_upgrade_that_stops_half_way_goes_on_where_it_was(mongo_uri: str) -> None:
    await some_notes(mongo_uri, 600)

    def fails(body: Documents) -> Documents:
        assert body["id"] != "n0550"
        return counted(body)

    with pytest.raises(AssertionError):
        await MongoStore(mongo_uri, records=(Renamed,), upgrades={"note": (fails, shouted)}).open()
    upgrades = {"note": (counted, shouted)}
    async with MongoStore(mongo_uri, records=(Renamed,), upgrades=upgrades) as store:
        read = store.reader("main")
        ids = [f"n{n:04}" for n in range(600)]
        assert {note.times for note in (await store.many("main", Renamed, ids)).values()} == {1}
        assert (await read.find(Renamed, text="T0599")).items[0].id == "n0599"


async def test_a_body_that_fits_no_declaration_is_named(mongo_uri: str) -> None:
    await some_notes(mongo_uri, 1)
    upgrades = {"note": (lambda body: {**body, "text": 7},) * 2}
    with pytest.raises(StoreError, match="a stored note is not what it should be"):
        await MongoStore(mongo_uri, records=(Renamed,), upgrades=upgrades).open()


async def test_a_board_may_become_ranked_and_cease_to_be(mongo_uri: str) -> None:
    tallies = tuple(Tally(board="points/c1", subject=name) for name in ("ada", "bo"))
    for ranked in ((), ("points",), ("points/c1",), ("other",), ("points",)):
        async with MongoStore(mongo_uri, ranked=ranked) as store:
            await store.commit([what(tallies=tallies)])
    async with MongoStore(mongo_uri, ranked=("points",)) as store:
        assert list(await store.reader("main").top("points/c1", 9)) == [("ada", 5), ("bo", 5)]


async def test_several_may_start_at_once_on_an_empty_database(mongo_uri: str) -> None:
    stores = [MongoStore(mongo_uri, records=(Note,), patience=2.0) for _ in range(4)]
    try:
        await asyncio.gather(*(store.open() for store in stores))
        await save(stores[0], Note(id="n1", text="it"))
        assert await stores[3].reader("main").get(Note, "n1") is not None
    finally:
        await asyncio.gather(*(store.close() for store in stores))


async def test_a_database_that_is_not_ours_is_left_alone(
    mongo_uri: str, db: Database[Documents]
) -> None:
    db["shopping"].insert_one({"item": "a very long rope"})
    with pytest.raises(StoreError, match="belongs to another program"):
        await MongoStore(mongo_uri).open()
    assert db.list_collection_names() == ["shopping"]


async def test_a_database_of_a_newer_coterie_is_left_alone(
    mongo_uri: str, db: Database[Documents], store: MongoStore
) -> None:
    db["declared"].update_one({"_id": "(format)"}, {"$set": {"number": 99}})
    with pytest.raises(StoreError, match="newer Coterie"):
        await MongoStore(mongo_uri).open()


async def test_several_processes_may_start_on_a_new_database_at_once(mongo_uri: str) -> None:
    stores = [MongoStore(mongo_uri, records=(Note,)) for _ in range(4)]
    await asyncio.gather(*(store.open() for store in stores))
    await save(stores[0], Note(id="n1"))
    assert await stores[3].reader("main").get(Note, "n1") == Note(id="n1", version=1)
    await asyncio.gather(*(store.close() for store in stores))


async def test_a_start_that_was_killed_does_not_keep_the_next_one_out(
    mongo_uri: str, db: Database[Documents]
) -> None:
    db["declared"].insert_one({"_id": "(lock)", "owner": "whoever was killed", "beat": 7})
    async with MongoStore(mongo_uri, records=(Note,), seconds=0.3) as store:
        await save(store, Note(id="n1"))
    assert db["declared"].find_one({"_id": "(lock)"}) is None


async def test_a_kind_has_to_be_a_name() -> None:
    nameless = type("Nameless", (Record,), {"kind": "two words"}, frozen=True, kw_only=True)
    with pytest.raises(ValueError, match="no name for a collection"):
        MongoStore("mongodb://127.0.0.1/db", records=(nameless,))
    with pytest.raises(ValueError, match="the same kind"):
        MongoStore("mongodb://127.0.0.1/db", records=(Note, Renamed))


# --- beside the service, and what a doctor sees ---------------------------------------------------


async def test_a_command_beside_the_service_plans_and_serves_nothing(
    mongo_uri: str, store: MongoStore
) -> None:
    async def beat() -> None:
        while True:
            await store.lease()
            await asyncio.sleep(0.1)

    beating = asyncio.create_task(beat())
    async with MongoBeside(mongo_uri, records=(Note,)) as beside:
        assert beside.served
        assert await beside.commit(press("e1")) == frozenset()
        assert await beside.due(MONDAY, limit=9) == []
        assert await beside.mark([("main", "e1")]) == frozenset()
    beating.cancel()
    assert [due.job.key for due in await store.due(MONDAY, limit=9)] == ["e1"]
    assert len((await store.lease()).partitions) == 64


async def test_a_command_alone_brings_the_database_up_to_date(mongo_uri: str) -> None:
    async with MongoBeside(mongo_uri, records=(Note,)) as beside:
        assert not beside.served
        await save(beside, Note(id="n1"))
    async with MongoStore(mongo_uri, records=(Note,)) as store:
        assert await store.reader("main").get(Note, "n1") == Note(id="n1", version=1)


async def test_the_doctor_tells_what_is_there(mongo_uri: str, db: Database[Documents]) -> None:
    now = db.command("hello")["localTime"].replace(tzinfo=MONDAY.tzinfo)
    assert "Nothing is in it yet" in (await doctor.checks(mongo_uri, now))[1].said
    async with MongoStore(mongo_uri, records=(Note,)):
        assert [it.state for it in await doctor.checks(mongo_uri, now)] == ["ok"] * 3
    db["jobs"].drop_index("line")
    assert "lost an index: line" in (await doctor.checks(mongo_uri, now))[1].said


async def test_the_doctor_says_where_nobody_answers_and_no_password() -> None:
    [check] = await doctor.checks("mongodb://ada:hush-hush@127.0.0.1:9/coterie", MONDAY)
    assert check.state == "fail"
    assert check.said.startswith("127.0.0.1:9 does not answer")
    assert "hush" not in check.said
    [check] = await doctor.checks("mongodb://a:b:c/coterie", MONDAY)
    assert "cannot be read" in check.said


async def test_a_database_that_is_away_is_an_error_within_patience() -> None:
    store = MongoStore("mongodb://127.0.0.1:9/coterie", records=(Note,), patience=0.3)
    with pytest.raises(StoreError, match="the database says"):
        await store.open()
