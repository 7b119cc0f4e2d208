"""What the engine relies on in any store: records, tallies, event ids, any text."""

import asyncio

import pytest
from msgspec.structs import replace

from core.engine.errors import Conflict, Undeclared
from core.engine.ports import (
    Address,
    Changes,
    Commit,
    Deliver,
    Event,
    Job,
    Outcome,
    Store,
    Tally,
    ToPerson,
)
from core.message import Post, say
from tests.contracts.conftest import OpenStore
from tests.contracts.notes import (
    A_MINUTE,
    KINDS,
    MONDAY,
    Badge,
    Note,
    Stranger,
    save,
    settle,
    state_of,
    what,
)

ODD = ["", "plain", "two words", "ñ🙂", "'; DROP TABLE seen; --", "a\x00b", "%_*?", "x" * 100_000]


@pytest.fixture
async def store(open_store: OpenStore) -> Store:
    return await open_store(KINDS, {"points"})


def tell(key: str) -> Job:
    return Job(
        key=key, lane=key, work=Deliver(ToPerson(key), Post(summary=say("s", "Hi"), blocks=()))
    )


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


@pytest.mark.parametrize(
    "cursor",
    ["x", "!!!", "e30=", "bnVsbA==", "\ud800", "WzEsMl0=", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5LCJhIl0="],
)
async def test_a_forged_cursor_is_a_clear_error(store: Store, cursor: str) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        await store.reader("main").find(Note, after=cursor)


async def test_old_ids_and_finished_jobs_are_forgotten(store: Store) -> None:
    old = replace(what("old", jobs=(tell("done"), tell("open"))), at=MONDAY - 8 * 1440 * A_MINUTE)
    await store.commit([old, replace(what("new", jobs=(tell("fresh"),)), reply=b"r")])
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
                jobs=(tell("a"), tell("b")),
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
    await store.commit([what(jobs=(tell("c"),))])
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
                jobs=(tell(half),),
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
