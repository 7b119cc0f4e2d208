"""What the engine relies on, whatever the store."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from msgspec.structs import replace

from core.engine.errors import Conflict, Undeclared
from core.engine.ports import (
    Address,
    Changes,
    Commit,
    Deliver,
    Due,
    Event,
    Job,
    Outcome,
    Record,
    Show,
    State,
    Store,
    Tally,
    ToPerson,
    ToPlace,
)
from core.message import Post, say
from tests.contracts.conftest import OpenStore

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)
ODD = ["", "plain", "two words", "ñ🙂", "'; DROP TABLE seen; --", "a\x00b", "%_*?", "x" * 100_000]


class Note(Record, frozen=True, kw_only=True):
    kind: ClassVar[str] = "note"
    indexes: ClassVar[tuple[str, ...]] = ("topic", "author")
    order: ClassVar[str] = "at"

    topic: str = "tea"
    author: str | None = None
    at: datetime | None = None
    text: str = ""


class Badge(Record, frozen=True, kw_only=True):
    kind: ClassVar[str] = "badge"
    versioned: ClassVar[bool] = False

    colour: str = ""


class Stranger(Record, frozen=True, kw_only=True):
    kind: ClassVar[str] = "stranger"


KINDS = (Note, Badge)


@pytest.fixture
async def store(open_store: OpenStore) -> Store:
    return await open_store(KINDS, {"points"})


def what(event: str = "", **changes: object) -> Commit:
    adopted = changes.pop("adopted", frozenset())
    return Commit(
        org="main",
        event=event,
        at=MONDAY,
        changes=Changes(**changes),  # type: ignore[arg-type]
        adopted=frozenset(adopted),  # type: ignore[call-overload]
    )


async def save(store: Store, *records: Record) -> None:
    await store.commit([what(saves=records)])


def job(key: str, *, lane: str = "", **more: object) -> Job:
    work = Show(ToPlace(lane or key), "slot")
    return Job(key=key, work=work, **more)  # type: ignore[arg-type]


async def plan(store: Store, *jobs: Job, adopted: object = ()) -> frozenset[tuple[str, str]]:
    return await store.commit([what(jobs=jobs, adopted=adopted)])


async def settle(store: Store, key: str, state: State = "sent", **more: object) -> None:
    outcome = Outcome(key=key, org="main", state=state, at=MONDAY, **more)  # type: ignore[arg-type]
    await store.settle([outcome])


async def keys_due(
    store: Store, now: datetime = MONDAY, limit: int = 100, **more: object
) -> list[str]:
    return [due.job.key for due in await store.due(now, limit=limit, **more)]  # type: ignore[arg-type]


async def state_of(store: Store, key: str) -> tuple[str, int]:
    due = await store.job("main", key)
    assert due is not None
    return due.state, due.tries


async def test_a_saved_record_is_read_back_one_version_on(store: Store) -> None:
    await save(store, Note(id="n1", text="hello", at=MONDAY))
    read = store.reader("main")
    note = await read.get(Note, "n1")
    assert note == Note(id="n1", text="hello", at=MONDAY, version=1)
    await save(store, replace(note, text="again"))
    assert await read.get(Note, "n1") == Note(id="n1", text="again", at=MONDAY, version=2)


async def test_what_was_never_saved_is_none(store: Store) -> None:
    assert await store.reader("main").get(Note, "n1") is None


async def test_organisations_do_not_see_each_other(store: Store) -> None:
    changes = Changes(saves=(Note(id="n1"),), tallies=(Tally(board="b", subject="s", once="o"),))
    await store.commit([Commit(org="other", event="e1", at=MONDAY, changes=changes)])
    read = store.reader("main")
    assert await read.get(Note, "n1") is None
    assert (await read.find(Note)).items == ()
    assert await read.tally("b", "s") == 0
    assert not await read.counted("o")
    assert await store.seen("main", ["e1"]) == {}


@pytest.mark.parametrize("version", [0, 1, 3])
async def test_a_record_that_somebody_else_changed_is_a_conflict(
    store: Store, version: int
) -> None:
    await save(store, Note(id="n1"))
    await save(store, Note(id="n1", version=1, text="theirs"))
    batch = [
        what("e1", saves=(Note(id="n2"),)),
        what("e2", saves=(Note(id="n1", version=version, text="ours"),)),
    ]
    with pytest.raises(Conflict) as conflict:
        await store.commit(batch)
    assert conflict.value.events == ("e2",)
    read = store.reader("main")
    assert await read.get(Note, "n1") == Note(id="n1", text="theirs", version=2)
    assert await read.get(Note, "n2") is None
    assert await store.seen("main", ["e1", "e2"]) == {}


async def test_a_record_that_somebody_else_deleted_is_a_conflict(store: Store) -> None:
    await save(store, Note(id="n1"))
    await store.commit([what(deletes=(Note(id="n1", version=1),))])
    for changes in (
        {"saves": (Note(id="n1", version=1),)},
        {"deletes": (Note(id="n1", version=1),)},
    ):
        with pytest.raises(Conflict):
            await store.commit([what("e1", **changes)])


async def test_a_conflict_names_every_event_that_built_on_the_old_record(store: Store) -> None:
    await save(store, Note(id="n1"))
    await save(store, Note(id="n1", version=1))
    batch = [
        what("e1", saves=(Note(id="n1", version=1),)),
        what("e2", saves=(Note(id="n2"),)),
        what("e3", saves=(Note(id="n1", version=2),)),
    ]
    with pytest.raises(Conflict) as conflict:
        await store.commit(batch)
    assert conflict.value.events == ("e1", "e3")


async def test_events_of_one_batch_build_on_each_other(store: Store) -> None:
    batch = [
        what("e1", saves=(Note(id="n1", text="one"),)),
        what("e2", saves=(Note(id="n1", text="two", version=1),)),
        what("e3", saves=(Note(id="n1", text="three", topic="cake", version=2),)),
    ]
    await store.commit(batch)
    read = store.reader("main")
    assert await read.get(Note, "n1") == Note(id="n1", text="three", topic="cake", version=3)
    assert [note.id for note in (await read.find(Note, topic="cake")).items] == ["n1"]
    assert (await read.find(Note, topic="tea")).items == ()


async def test_a_record_can_be_deleted_and_made_again_in_one_batch(store: Store) -> None:
    await save(store, Note(id="n1"), Note(id="n2"))
    batch = [
        what("e1", saves=(Note(id="n0"),)),
        what("e2", deletes=(Note(id="n1", version=1), Note(id="n2", version=1))),
        what("e3", saves=(Note(id="n1", text="new"),)),
        what("e4", deletes=(Note(id="n0", version=1),)),
    ]
    await store.commit(batch)
    read = store.reader("main")
    assert [note.id for note in (await read.find(Note)).items] == ["n1"]
    assert await read.get(Note, "n1") == Note(id="n1", text="new", version=1)


async def test_what_an_event_both_saves_and_deletes_is_gone(store: Store) -> None:
    await save(store, Note(id="n1"))
    note = Note(id="n1", version=1)
    await store.commit([what(saves=(replace(note, text="changed"),), deletes=(note,))])
    assert await store.reader("main").get(Note, "n1") is None


async def test_unversioned_records_are_overwritten(store: Store) -> None:
    await save(store, Badge(id="b1", colour="red"))
    await save(store, Badge(id="b1", colour="blue"), Address(id="fake:t:ada"))
    assert await store.reader("main").get(Badge, "b1") == Badge(id="b1", colour="blue", version=1)
    await store.commit([what(deletes=(Badge(id="b1", version=7),))])
    assert await store.reader("main").get(Badge, "b1") is None


async def test_records_that_nobody_declared_are_refused(store: Store) -> None:
    with pytest.raises(Undeclared):
        await save(store, Stranger(id="s1"))
    with pytest.raises(Undeclared):
        await store.reader("main").get(Stranger, "s1")
    with pytest.raises(Undeclared):
        await store.reader("main").find(Note, text="hello")


async def test_an_event_id_counts_once(store: Store) -> None:
    first = replace(what("e1", tallies=(Tally(board="b", subject="s"),)), reply=b"hi")
    await store.commit([first])
    for batch in ([first], [what("e2"), first]):
        with pytest.raises(Conflict) as conflict:
            await store.commit(batch)
        assert conflict.value.events == ("e1",)
    with pytest.raises(Conflict):
        await store.commit([what("e3"), what("e3")])
    assert await store.seen("main", ["e1", "e2", "e3"]) == {"e1": b"hi"}
    assert await store.reader("main").tally("b", "s") == 1


async def test_a_commit_without_an_event_uses_up_no_id(store: Store) -> None:
    await store.commit([what(), what()])
    assert await store.seen("main", [""]) == {}
    assert await store.seen("main", []) == {}


async def test_of_many_commits_at_once_only_the_failing_one_fails(store: Store) -> None:
    await save(store, Note(id="n1"))
    commits = [
        store.commit([what(f"e{n}", saves=(Note(id="n1" if n == 5 else f"m{n}"),))])
        for n in range(10)
    ]
    results = await asyncio.gather(*commits, return_exceptions=True)
    assert [type(result) for result in results] == [frozenset] * 5 + [Conflict] + [frozenset] * 4
    assert set(await store.seen("main", [f"e{n}" for n in range(10)])) == {
        f"e{n}" for n in range(10) if n != 5
    }


async def test_tallies_add_up_and_once_counts_once(store: Store) -> None:
    vote = Tally(board="votes", subject="tea", once="vote/ada")
    await store.commit([what("e1", tallies=(vote, vote)), what("e2", tallies=(vote,))])
    await store.commit([what("e3", tallies=(vote, Tally(board="votes", subject="tea", by=3)))])
    await store.commit([what(tallies=(Tally(board="votes", subject="tea", by=-1),))])
    read = store.reader("main")
    assert await read.tally("votes", "tea") == 3
    assert await read.counted("vote/ada")
    assert not await read.counted("vote/bo")
    assert await read.tally("votes", "coffee") == 0


async def test_a_failed_commit_counts_nothing(store: Store) -> None:
    await save(store, Note(id="n1"))
    vote = Tally(board="votes", subject="tea", once="vote/ada")
    with pytest.raises(Conflict):
        await store.commit([what("e1", saves=(Note(id="n1"),), tallies=(vote,))])
    assert not await store.reader("main").counted("vote/ada")


async def test_the_top_of_a_ranked_board(store: Store) -> None:
    tallies = [Tally(board="points/c1", subject=f"p{n}", by=n % 4) for n in range(6)]
    await store.commit([what(tallies=tuple(tallies))])
    await store.commit([what(tallies=(Tally(board="points/c1", subject="p1", by=5),))])
    read = store.reader("main")
    assert list(await read.top("points/c1", 3)) == [("p1", 6), ("p3", 3), ("p2", 2)]
    assert list(await read.top("points", 3)) == []
    with pytest.raises(Undeclared):
        await read.top("votes", 3)


@pytest.fixture
async def notes(store: Store) -> Store:
    at = [None, MONDAY, MONDAY, MONDAY.replace(microsecond=5), MONDAY + A_MINUTE]
    await save(
        store,
        *(
            Note(id=f"n{n}", topic="tea" if n % 3 else "cake", author="ada", at=at[n % 5])
            for n in range(30)
        ),
        Note(id="odd", topic="tea", author=None, at=MONDAY),
    )
    return store


async def test_find_pages_in_the_declared_order(notes: Store) -> None:
    read = notes.reader("main")
    whole = await read.find(Note, topic="tea", author="ada")
    assert whole.cursor == ""
    assert [(n.at is not None, n.at, n.id) for n in whole.items] == sorted(
        (n.at is not None, n.at, n.id) for n in whole.items
    )
    assert len(whole.items) == 20
    pages: list[Note] = []
    cursor = ""
    for _ in range(7):
        page = await read.find(Note, topic="tea", author="ada", limit=3, after=cursor)
        pages += page.items
        cursor = page.cursor
    assert tuple(pages) == whole.items
    assert cursor == ""


async def test_find_without_fields_finds_all_and_none_is_empty(notes: Store) -> None:
    read = notes.reader("main")
    assert len((await read.find(Note)).items) == 31
    assert [note.id for note in (await read.find(Note, author="")).items] == ["odd"]
    assert (await read.find(Note, topic="soup")).items == ()
    assert (await read.find(Note, limit=0)).items == ()


async def test_find_follows_what_changes(notes: Store) -> None:
    read = notes.reader("main")
    note = await read.get(Note, "n1")
    assert note is not None
    await save(notes, replace(note, topic="soup"))
    await save(notes, replace(note, topic="soup", text="hot", version=2))
    assert [n.text for n in (await read.find(Note, topic="soup")).items] == ["hot"]
    assert "n1" not in {n.id for n in (await read.find(Note, topic="tea")).items}


async def test_a_page_holds_at_most_two_hundred(store: Store) -> None:
    await save(store, *(Badge(id=f"b{n:03}") for n in range(201)))
    page = await store.reader("main").find(Badge, limit=10_000)
    assert len(page.items) == 200
    rest = await store.reader("main").find(Badge, after=page.cursor)
    assert [badge.id for badge in rest.items] == ["b200"]


@pytest.mark.parametrize("cursor", ["x", "!!!", "e30=", "bnVsbA==", "\ud800", "WzEsMl0="])
async def test_a_forged_cursor_is_a_clear_error(store: Store, cursor: str) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        await store.reader("main").find(Note, after=cursor)


async def test_a_planned_job_is_due_when_its_time_has_come(store: Store) -> None:
    await plan(store, job("now"), job("later", due=MONDAY + A_MINUTE))
    assert await keys_due(store) == ["now"]
    assert await keys_due(store, MONDAY + A_MINUTE) == ["now", "later"]
    assert await store.next_due(MONDAY) == MONDAY + A_MINUTE
    assert await store.next_due(MONDAY + A_MINUTE) is None
    due = await store.job("main", "later")
    expected = job("later", due=MONDAY + A_MINUTE)
    assert due is not None
    assert due == Due(org="main", job=replace(expected, lane="later"), seq=due.seq)


async def test_jobs_come_by_weight_then_due_then_place_in_line(store: Store) -> None:
    await plan(
        store,
        job("nudge", weight="nudge", due=MONDAY - A_MINUTE),
        job("second"),
        job("third"),
        job("first", due=MONDAY - A_MINUTE),
        job("answer", weight="answer"),
        job("essential", weight="essential"),
    )
    assert await keys_due(store) == ["answer", "first", "second", "third", "essential", "nudge"]
    assert await keys_due(store, limit=2) == ["answer", "first"]
    assert await keys_due(store, limit=0) == []


async def test_busy_lanes_are_left_out(store: Store) -> None:
    lanes = [f"lane{n}" for n in range(50)]
    await plan(store, *(job(f"j{lane}", lane=lane) for lane in lanes))
    assert await keys_due(store, busy=lanes[:49]) == ["jlane49"]
    assert await keys_due(store, busy=frozenset(lanes)) == []
    assert len(await keys_due(store, busy=["elsewhere", *lanes[:1]])) == 49


async def test_a_long_lane_does_not_hide_the_others(store: Store) -> None:
    await plan(store, *(job(f"long{n}", lane="long") for n in range(500)))
    await plan(store, job("short1", lane="short"), job("short2", lane="short"))
    keys = await keys_due(store, limit=20)
    assert {"short1", "short2"} <= set(keys)
    assert 1 <= len([key for key in keys if key.startswith("long")]) <= 10


async def test_planning_twice_keeps_the_first(store: Store) -> None:
    await plan(store, job("k", weight="answer"))
    await plan(store, job("k", weight="nudge"), job("k", weight="nudge"))
    due = await store.job("main", "k")
    assert due is not None
    assert due.job.weight == "answer"
    await settle(store, "k")
    await plan(store, job("k"))
    assert await state_of(store, "k") == ("sent", 0)
    assert await keys_due(store) == []


async def test_replacing_moves_a_job_that_still_waits(store: Store) -> None:
    await plan(store, job("k", lane="old", weight="nudge"))
    await settle(store, "k", "held", why="hours", due=MONDAY + 9 * A_MINUTE)
    await plan(store, job("k", lane="new", plan="replace", weight="answer", due=MONDAY + A_MINUTE))
    due = await store.job("main", "k")
    assert due is not None
    assert (due.state, due.why, due.job.lane, due.job.weight) == ("planned", "", "new", "answer")
    assert await keys_due(store, MONDAY + A_MINUTE) == ["k"]


async def test_the_last_of_several_in_one_batch_replaces(store: Store) -> None:
    jobs = [job("k", lane=f"l{n}", plan="replace") for n in range(3)]
    await store.commit([what(jobs=(jobs[0],)), what(jobs=(jobs[1], jobs[2]))])
    assert [due.job.lane for due in await store.jobs("main")] == ["l2"]


async def test_replacing_a_claimed_job_waits_as_its_successor(store: Store) -> None:
    await plan(store, job("k", lane="one"))
    assert await store.mark([("main", "k")]) == {("main", "k")}
    await plan(store, job("k", lane="two", plan="replace"))
    await plan(store, job("k", lane="three", plan="replace", weight="answer"))
    assert await keys_due(store) == []
    assert await state_of(store, "k") == ("claimed", 1)
    await settle(store, "k", "sent")
    due = await store.job("main", "k")
    assert due is not None
    assert (due.state, due.tries, due.job.lane) == ("planned", 0, "three")
    assert await keys_due(store) == ["k"]
    await settle(store, "k", "sent")
    assert await state_of(store, "k") == ("sent", 0)


async def test_a_successor_keeps_the_patience_that_was_asked_for(store: Store) -> None:
    await plan(store, job("k"), adopted=["k"])
    await plan(store, job("k", plan="replace"))
    await settle(store, "k", "planned", due=MONDAY + A_MINUTE)
    assert await keys_due(store) == []
    assert await keys_due(store, MONDAY + A_MINUTE) == ["k"]


async def test_replacing_a_finished_job_plans_it_again(store: Store) -> None:
    await plan(store, job("k"), adopted=["k"])
    await settle(store, "k", "failed", why="a fault of ours")
    await plan(store, job("k", plan="replace"))
    due = await store.job("main", "k")
    assert due is not None
    assert (due.state, due.tries, due.why) == ("planned", 0, "")


async def test_adopted_jobs_are_born_claimed(store: Store) -> None:
    assert await plan(store, job("a"), job("b"), adopted=["a"]) == {("main", "a")}
    assert await state_of(store, "a") == ("claimed", 1)
    assert await keys_due(store) == ["b"]
    assert [due.job.key for due in await store.claimed()] == ["a"]


async def test_only_what_was_free_can_be_adopted(store: Store) -> None:
    await plan(store, job("kept"), job("claimed"), job("waiting"), job("done"), adopted=["claimed"])
    await settle(store, "done")
    again = [job(key, plan="replace") for key in ("claimed", "waiting", "done", "new")]
    keys = ["kept", "claimed", "waiting", "done", "new"]
    born = await plan(store, job("kept"), *again, adopted=keys)
    assert born == {("main", "waiting"), ("main", "done"), ("main", "new")}
    assert [await state_of(store, key) for key in keys] == [
        ("planned", 0),
        ("claimed", 1),
        ("claimed", 1),
        ("claimed", 1),
        ("claimed", 1),
    ]
    await settle(store, "claimed")
    assert await state_of(store, "claimed") == ("planned", 0)


async def test_what_follows_an_adopted_job_in_its_batch_waits_for_it(store: Store) -> None:
    shows = [job("k", plan="replace", weight=weight) for weight in ("person", "answer")]
    born = await store.commit([what(jobs=(shows[0],), adopted=["k"]), what(jobs=(shows[1],))])
    assert born == {("main", "k")}
    await settle(store, "k")
    assert [due.job.weight for due in await store.due(MONDAY, limit=9)] == ["answer"]


async def test_only_waiting_jobs_can_be_claimed(store: Store) -> None:
    await plan(store, job("a"), job("b"), job("c"))
    await settle(store, "b", "waiting_install", due=MONDAY)
    await settle(store, "c", "skipped", why="paused")
    wanted = [("main", key) for key in ("a", "b", "c", "d")]
    assert await store.mark(wanted) == {("main", "a"), ("main", "b")}
    assert await store.mark(wanted) == frozenset()
    assert await store.mark([]) == frozenset()


async def test_a_job_can_be_put_off_and_tried_again(store: Store) -> None:
    await plan(store, job("k"), adopted=["k"])
    await settle(store, "k", "planned", why="later", due=MONDAY + A_MINUTE)
    assert await keys_due(store) == []
    await store.mark([("main", "k")])
    assert await state_of(store, "k") == ("claimed", 2)
    await settle(store, "k", "held", why="hours")
    due = await store.job("main", "k")
    assert due is not None
    assert (due.state, due.why, due.job.due) == ("held", "hours", MONDAY + A_MINUTE)


async def test_settling_saves_what_was_learned(store: Store) -> None:
    await plan(store, job("k"), adopted=["k"])
    address = Address(id="fake:t:ada", ref={"conversation": "1"})
    sent = Tally(board="sent", subject="ada")
    await settle(store, "k", saves=(address,), tallies=(sent,))
    read = store.reader("main")
    assert await read.get(Address, address.id) == replace(address, version=1)
    assert await read.tally("sent", "ada") == 1
    assert await state_of(store, "k") == ("sent", 1)


async def test_a_conflict_in_one_outcome_leaves_the_others_settled(store: Store) -> None:
    await save(store, Note(id="n1"))
    await plan(store, *(job(key) for key in "abc"), adopted="abc")
    outcomes = [
        Outcome(key=key, org="main", state="sent", at=MONDAY, saves=(Note(id=note),))
        for key, note in zip("abc", ("n0", "n1", "n2"), strict=True)
    ]
    with pytest.raises(Conflict) as conflict:
        await store.settle(outcomes)
    assert conflict.value.events == ("b",)
    assert [(await state_of(store, key))[0] for key in "abc"] == ["sent", "claimed", "sent"]
    assert await store.reader("main").get(Note, "n2") is not None


async def test_open_jobs_are_listed_by_due(store: Store) -> None:
    await plan(
        store,
        job("late", lane="x", due=MONDAY + A_MINUTE, weight="answer"),
        job("soon", lane="x", weight="nudge"),
        job("other", lane="y", due=MONDAY + A_MINUTE / 2),
        job("claimed", lane="x", due=MONDAY - A_MINUTE),
        job("done", lane="x"),
        adopted=["claimed"],
    )
    await settle(store, "done")
    listed = [due.job.key for due in await store.jobs("main")]
    assert listed == ["claimed", "soon", "other", "late"]
    assert [due.job.key for due in await store.jobs("main", lane="x")] == [
        "claimed",
        "soon",
        "late",
    ]
    assert [due.job.key for due in await store.jobs("main", limit=2)] == ["claimed", "soon"]
    assert await store.jobs("elsewhere") == []


async def test_old_ids_and_finished_jobs_are_forgotten(store: Store) -> None:
    old = replace(what("old", jobs=(job("done"), job("open"))), at=MONDAY - 8 * 1440 * A_MINUTE)
    await store.commit([old, replace(what("new", jobs=(job("fresh"),)), reply=b"r")])
    await store.settle([Outcome(key="done", org="main", state="sent", at=old.at)])
    await settle(store, "fresh")
    assert await store.forget(MONDAY - 7 * 1440 * A_MINUTE) == 2
    assert await store.seen("main", ["old", "new"]) == {"new": b"r"}
    assert await store.job("main", "done") is None
    assert await state_of(store, "open") == ("planned", 0)
    assert await state_of(store, "fresh") == ("sent", 0)
    assert await store.forget(MONDAY - 7 * 1440 * A_MINUTE) == 0


async def test_poison_is_taken_more_than_once(store: Store) -> None:
    event = Event(id="e1", org="main", source="message", name="message", text="\ud800")
    await store.poison("main", event, "it raised", MONDAY)
    await store.poison("main", event, "it raised again", MONDAY)


async def test_everything_is_there_after_a_restart(open_store: OpenStore) -> None:
    store = await open_store(KINDS, {"points"})
    tallies = (Tally(board="points", subject="ada"),)
    await store.commit(
        [
            what(
                "e1",
                saves=(Note(id="n1"),),
                tallies=tallies,
                jobs=(job("a"), job("b")),
                adopted="a",
            )
        ]
    )
    before = await store.job("main", "b")
    await store.close()
    store = await open_store(KINDS, {"points"})
    read = store.reader("main")
    assert await read.get(Note, "n1") == Note(id="n1", version=1)
    assert list(await read.top("points", 1)) == [("ada", 1)]
    assert await store.seen("main", ["e1"]) == {"e1": b""}
    assert [due.job.key for due in await store.claimed()] == ["a"]
    await plan(store, job("c"))
    after = await store.job("main", "c")
    assert before is not None
    assert after is not None
    assert after.seq > before.seq


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd)[:12])
async def test_any_text_is_kept_as_it_is(store: Store, odd: str) -> None:
    note = Note(id=odd, topic=odd, author=odd, text=odd, at=MONDAY)
    post = Post(summary=say("s", "{text}", text=odd), blocks=())
    send = Job(key=odd, lane=odd, work=Deliver(ToPerson(odd), post))
    tally = Tally(board="points/" + odd, subject=odd, once="once/" + odd)
    event = "id" + odd
    await store.commit([what(event, saves=(note,), tallies=(tally,), jobs=(send,))])
    read = store.reader("main")
    saved = replace(note, version=1)
    assert await read.get(Note, odd) == saved
    assert (await read.find(Note, topic=odd, author=odd)).items == (saved,)
    assert list(await read.top("points/" + odd, 1)) == [(odd, 1)]
    assert await read.counted("once/" + odd)
    assert await store.seen("main", [event, "other"]) == {event: b""}
    lane = odd or "\x01"
    assert [due.job.work for due in await store.due(MONDAY, limit=1)] == [send.work]
    assert await store.mark([("main", odd)]) == {("main", odd)}
    assert len(await store.jobs("main", lane=odd)) == 1
    assert await store.due(MONDAY, limit=1, busy=[lane]) == []


async def test_half_a_character_is_written_out_and_found_again(store: Store) -> None:
    half = "a\ud83d"
    note = Note(id=half, topic=half, text=half)
    await store.commit(
        [
            what("fine", saves=(Note(id="n1"),)),
            what(
                half,
                saves=(note,),
                tallies=(Tally(board="points", subject=half, once=half),),
                jobs=(job(half),),
                adopted=[half],
            ),
        ]
    )
    read = store.reader("main")
    assert await read.get(Note, half) == Note(
        id="a\\ud83d", topic="a\\ud83d", text="a\\ud83d", version=1
    )
    assert len((await read.find(Note, topic=half)).items) == 1
    assert await read.tally("points", half) == 1
    assert await read.counted(half)
    assert await store.seen("main", [half, "fine", "no"]) == {half: b"", "fine": b""}
    assert await store.due(MONDAY, limit=9, busy=[half]) == []
    assert await store.mark([("main", half)]) == {("main", half)}
    await settle(store, half, why=half)
    due = await store.job("main", half)
    assert due is not None
    assert due.state == "sent"
    with pytest.raises(Conflict) as conflict:
        await store.commit([what(half)])
    assert conflict.value.events == (half,)
