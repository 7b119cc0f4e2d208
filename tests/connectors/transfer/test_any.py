"""Whatever anybody writes comes along: any text, any number, any order of things."""

import asyncio
import json
import tempfile
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace
from pymongo import MongoClient

from core.engine.errors import Conflict
from core.engine.ports import Changes, Commit, Job, Raise, Tally
from core.engine.ports import Event as Happened
from tests.connectors.transfer.house import Desk, opened
from tests.contracts.notes import MONDAY, Badge, Note

texts = some.text(alphabet=some.characters(exclude_categories=()), max_size=12)
orgs = some.sampled_from(["main", "other", "main\n", "a\\b", "a\\nb", "é"])
numbers = some.integers(-(2**31), 2**31)
times = some.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=MONDAY.tzinfo)
)


@some.composite
def commits(draw: some.DrawFn) -> Commit:
    org = draw(orgs)
    tallies = some.builds(Tally, board=texts, subject=texts, by=numbers, once=some.just("") | texts)
    again = Raise(Happened(id="e", org=org, source="timer", name=draw(texts), text=draw(texts)))
    jobs = some.builds(
        Job,
        key=texts,
        lane=texts,
        due=some.none() | times,
        work=some.just(again),
        weight=some.sampled_from(["answer", "person", "essential", "nudge"]),
    )
    notes = some.builds(Note, id=texts, topic=texts, author=texts | some.none(), text=texts)
    badges = some.builds(Badge, id=texts, colour=texts)
    changes = Changes(
        saves=(*draw(some.lists(badges, max_size=3)), *draw(some.lists(notes, max_size=1))),
        tallies=tuple(draw(some.lists(tallies, max_size=4))),
        jobs=tuple(draw(some.lists(jobs, max_size=3))),
    )
    reply = draw(some.binary(max_size=8))
    return Commit(org=org, event=draw(texts), at=draw(times), changes=changes, reply=reply)


contents = some.lists(commits(), max_size=6)


@settings(max_examples=25)
@given(contents)
def test_whatever_it_is_it_comes_along(content: list[Commit]) -> None:
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(round_trip(content, Path(home)))


@settings(max_examples=6)
@given(contents)
def test_whatever_it_is_mongodb_takes_it_too(mongodb: str, content: list[Commit]) -> None:
    """Ids that it would forget by now do not leave it again."""
    recent = [replace(it, at=MONDAY) for it in content]
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(round_trip(recent, Path(home), fresh(mongodb)))


async def round_trip(content: list[Commit], home: Path, by_way_of: str = "1.jsonl") -> None:
    async with opened(home / "old.db") as store:
        for it in content:
            with suppress(Conflict):  # an id that another one has
                await store.commit([it])
    desk, between = Desk(), by_way_of if "://" in by_way_of else home / by_way_of
    for source, target in pairwise((home / "old.db", between, home / "new.db")):
        assert await desk.copies(source, target) == 0, desk.words
    for name in ("old", "new"):
        assert await desk.copies(home / f"{name}.db", home / f"{name}.jsonl") == 0
    assert ends(home / "old.jsonl") == ends(home / "new.jsonl")


def fresh(server: str) -> str:
    """A database on it that was emptied."""
    with MongoClient[dict[str, object]](server) as client:
        client.drop_database("coterie-test-any")
    return urlunsplit(urlsplit(server)._replace(path="/coterie-test-any"))


def ends(file: Path) -> object:
    """The totals of all, as they stand in its last line."""
    return json.loads(file.read_bytes().splitlines()[-1])["totals"]
