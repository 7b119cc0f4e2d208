"""What the engine relies on in any store's durable queue."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from core.engine.errors import Conflict
from core.engine.ports import Address, Due, Job, Outcome, Show, Store, Tally, ToPlace
from tests.contracts.conftest import OpenStore
from tests.contracts.notes import A_MINUTE, KINDS, MONDAY, Note, save, settle, state_of, what


@pytest.fixture
async def store(open_store: OpenStore) -> Store:
    return await open_store(KINDS)


def job(key: str, *, lane: str = "", **more: object) -> Job:
    work = Show(ToPlace(lane or key), "slot")
    return Job(key=key, work=work, **more)  # type: ignore[arg-type]


async def plan(store: Store, *jobs: Job, adopted: object = ()) -> frozenset[tuple[str, str]]:
    return await store.commit([what(jobs=jobs, adopted=adopted)])


async def keys_due(
    store: Store, now: datetime = MONDAY, limit: int = 100, **more: object
) -> list[str]:
    return [due.job.key for due in await store.due(now, limit=limit, **more)]  # type: ignore[arg-type]


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


async def test_what_a_whole_tenant_waits_for_costs_a_job_no_try(store: Store) -> None:
    await plan(store, job("k"))
    for tries, retry in ((0, "tenant"), (0, "tenant"), (1, "lane")):
        assert await store.mark([("main", "k")]) == {("main", "k")}
        await settle(store, "k", "planned", due=MONDAY, retry=retry)
        assert await state_of(store, "k") == ("planned", tries)


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


async def test_whoever_is_alone_serves_every_lane(store: Store) -> None:
    first = await store.lease()
    assert (len(first.partitions), first.fresh, first.workers) == (64, first.partitions, 1)
    again = await store.lease()
    assert (again.partitions, again.fresh) == (first.partitions, frozenset())
