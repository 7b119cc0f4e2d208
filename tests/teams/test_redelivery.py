"""Teams delivers what it is not sure of again: at once, later, and under another id."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from connectors.stores.sqlite import SqliteStore
from core.engine.intake import Intake
from core.engine.ports import (
    Address,
    Asker,
    Card,
    Changes,
    Event,
    Moment,
    Product,
    Reader,
    Recipient,
    Reply,
    Tally,
    Viewer,
)
from core.message import Post, Text, say
from teams.auth import Microsoft
from tests.fakes.activities import Human, carries, message, pressed
from tests.fakes.connector import FakeTeams
from tests.teams.bot import Wall, serving

ADA, BO = Human("Ada Example"), Human("Bo Sample")


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 3, 2, 9, tzinfo=UTC)


async def count(event: Event, moment: Moment) -> Changes:
    """A press counts once per person; whoever pressed sees how many there were before."""
    before = await moment.read.tally("presses", "all")
    words = say("test.count", "{n} before you", n=before)
    who = event.by.account if event.by else ""
    return Changes(
        tallies=(Tally(board="presses", subject="all", once=f"press/{who}"),),
        reply=Card(Post(summary=words, blocks=(Text(words),))),
    )


async def no_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    return None


async def no_query(event: Event, moment: Moment, asks: Mapping[str, Asker]) -> Reply | None:
    return None


async def nobody(read: Reader, person: str) -> Recipient | None:
    return None


def first(posts: Sequence[Post]) -> Post:
    return posts[0]


def same(post: Post) -> Post:
    return post


def silent(org: str, person: str, sent: int) -> Event:
    return Event(id=person, org=org, source="timer", name="silent")


PRODUCT = Product(
    handle=count,
    query=no_query,
    view=no_view,
    recipient=nobody,
    bundle=first,
    marked=same,
    silent=silent,
    records=(Address,),
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with SqliteStore(tmp_path / "test.db", records=PRODUCT.records) as opened:
        yield opened


@pytest.fixture
async def served(teams: FakeTeams, store: SqliteStore) -> AsyncIterator[Intake]:
    """The real engine behind the real routes."""
    config, intake = teams.config(), Intake(store, PRODUCT, Clock())
    running = asyncio.create_task(intake.run())
    async with aiohttp.ClientSession() as session:
        door = Microsoft(config, session, Wall())
        async with serving(teams, intake, door, Counter(), config):
            yield intake
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_ten_deliveries_at_once_are_one_press_and_ten_equal_answers(
    teams: FakeTeams, served: Intake, store: SqliteStore
) -> None:
    press = pressed(ADA, teams.chats.group(ADA, BO), carries("count"))
    answers = await teams.redeliver(press, 10)
    later = await teams.deliver(press)

    assert {(one.status, one.body) for one in (*answers, later)} == {(200, answers[0].body)}
    assert "0 before you" in answers[0].body.decode()
    assert await store.reader("main").tally("presses", "all") == 1


async def test_the_same_press_under_a_new_id_counts_once(
    teams: FakeTeams, served: Intake, store: SqliteStore
) -> None:
    press = pressed(ADA, teams.chats.group(ADA, BO), carries("count"))
    await teams.deliver(press)
    again = await teams.deliver_anew(press)
    await teams.deliver(pressed(BO, teams.chats.group(ADA, BO), carries("count")))

    assert again.status == 200
    assert await store.reader("main").tally("presses", "all") == 2


async def test_a_message_that_comes_twice_is_handled_once(teams: FakeTeams, served: Intake) -> None:
    told = message(ADA, teams.chats.chat(ADA), "hello")
    answers = await teams.redeliver(told, 3)
    answers.append(await teams.deliver(told))

    assert [one.status for one in answers] == [200] * 4
    assert served.counts["repeated"] == 1
