"""What Coterie asks Teams: who is there, and a channel of its own."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.stores.sqlite import SqliteStore
from core.engine.errors import RetryLater
from core.engine.ports import Actor, Address, Answer, Changes, Commit
from teams import ask
from teams.ask import Questions, channel_name
from teams.client import Client
from tests.fakes.activities import BOT, Conversation, Human
from tests.fakes.connector import FakeTeams
from tests.teams.bot import Bot, reached

ADA = Human("Ada Example")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with SqliteStore(tmp_path / "ask.db", records=(Address,)) as opened:
        yield opened


async def asked(store: SqliteStore, bot: Bot, port: str, question: Mapping[str, str]) -> Answer:
    questions = Questions(bot.config, Client(bot.tokens, bot.session)).askers()
    return await questions[f"teams.{port}"](question, store.reader("main"))


async def known(store: SqliteStore, place: Conversation, teams: FakeTeams) -> str:
    """A place that we have heard from."""
    address = reached(place, teams)
    saves = Changes(saves=(address,))
    at = datetime(2026, 3, 2, tzinfo=UTC)
    await store.commit([Commit(org="main", event="", at=at, changes=saves)])
    return address.id


async def test_a_roster_comes_in_pages(teams: FakeTeams, bot: Bot, store: SqliteStore) -> None:
    crowd = [Human(f"Person {n}") for n in range(201)]
    place = await known(store, teams.chats.channel(*crowd), teams)
    first = await asked(store, bot, "members", {"place": place, "cursor": ""})
    second = await asked(store, bot, "members", {"place": place, "cursor": first.cursor})

    listed = [who.account for who in (*first.people, *second.people)]
    assert listed == [one.account for one in crowd]
    assert (len(first.people), second.cursor) == (200, "")
    assert first.people[0] == Actor(
        account=crowd[0].account, name="Person 0", email="person.0@example.org"
    )
    assert first.learned[0] == Address(
        id=crowd[0].account,
        ref={"service": teams.service_url, "bot": BOT["id"], "user": crowd[0].id},
    )
    assert len([path for _, path in teams.requests if "pagedmembers" in path]) == 2


async def test_guests_are_told_apart(teams: FakeTeams, bot: Bot, store: SqliteStore) -> None:
    place = await known(store, teams.chats.channel(ADA, Human("Bo", tenant="elsewhere")), teams)
    answer = await asked(store, bot, "members", {"place": place})

    assert [who.guest for who in answer.people] == [False, True]


async def test_a_roster_that_is_not_given_has_a_reason(
    teams: FakeTeams, bot: Bot, store: SqliteStore
) -> None:
    team = teams.chats.channel(ADA)
    place = await known(store, team, teams)
    nowhere = await asked(store, bot, "members", {"place": "teams:t:nowhere"})
    teams.fail(400, "BadArgument")
    refused = await asked(store, bot, "members", {"place": place})
    team.installed = False
    gone = await asked(store, bot, "members", {"place": place})

    assert [one.error for one in (nowhere, refused, gone)] == [
        ask.UNKNOWN,
        ask.NO_ROSTER,
        ask.NOT_THERE,
    ]


async def test_a_roster_is_asked_for_again_when_teams_is_busy(
    teams: FakeTeams, bot: Bot, store: SqliteStore
) -> None:
    place = await known(store, teams.chats.channel(ADA), teams)
    teams.fail(429, "Throttled", after=3)

    with pytest.raises(RetryLater) as told:
        await asked(store, bot, "members", {"place": place})
    assert told.value.after == 3


async def test_a_channel_is_made_where_that_is_allowed(
    teams: FakeTeams, bot: Bot, store: SqliteStore
) -> None:
    teams.may_make_channels = True
    place = await known(store, teams.chats.channel(ADA), teams)
    answer = await asked(store, bot, "make_channel", {"place": place, "name": "Handovers: 2026"})

    (made,) = answer.learned
    assert answer.values["place"] == made.id != place
    assert answer.values["title"] == "Handovers 2026"
    assert made.ref["type"] == "channel"
    await bot.platform.send(made, {"type": "message"}, key="k")
    assert teams.sent[0].conversation == made.ref["conversation"]


async def test_who_can_allow_a_channel_is_told(
    teams: FakeTeams, bot: Bot, store: SqliteStore
) -> None:
    team = await known(store, teams.chats.channel(ADA), teams)
    chat = await known(store, teams.chats.chat(ADA), teams)
    answers = [
        await asked(store, bot, "make_channel", {"place": place, "name": "x"})
        for place in (team, chat, "teams:t:nowhere")
    ]

    assert [one.error for one in answers] == [ask.NOT_ALLOWED, ask.NO_TEAM, ask.NO_TEAM]


@pytest.mark.parametrize(
    ("wished", "given"),
    [
        ("Better handovers", "Better handovers"),
        ("R&D / what's next?", "R D what s next"),
        ("_." + "x" * 80, "x" * 48),
        ("???", "Cohort"),
        ("", "Cohort"),
    ],
)
def test_a_channel_gets_a_name_that_teams_takes(wished: str, given: str) -> None:
    assert channel_name(wished) == given


async def test_somebody_is_found_by_e_mail(teams: FakeTeams, bot: Bot, store: SqliteStore) -> None:
    teams.directory = [ADA, Human("Sean O'Example")]

    ada = await asked(
        store, bot, "lookup", {"platform": "teams", "email": "ada.example@example.org"}
    )
    sean = await asked(store, bot, "lookup", {"email": "sean.o'example@example.org"})
    nobody = await asked(store, bot, "lookup", {"email": "' or 1 eq 1 or mail eq '"})

    assert ada.people == (
        Actor(account=ADA.account, name="Ada Example", email="ada.example@example.org"),
    )
    assert [who.name for who in sean.people] == ["Sean O'Example"]
    assert nobody == Answer()


async def test_without_the_permission_it_says_who_can_give_it(bot: Bot, store: SqliteStore) -> None:
    answer = await asked(store, bot, "lookup", {"email": "ada.example@example.org"})

    assert answer == Answer(error=ask.NO_LOOKUP)
