"""What Coterie asks Workplace."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from connectors.stores.sqlite import SqliteStore
from core.engine.errors import DeliveryError, RetryLater
from core.engine.ports import Actor, Address, Answer, Changes, Commit
from tests.engine.machine import MONDAY
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_world import COMMUNITY, Group, Human
from tests.workplace.bot import Bot
from workplace.ask import MULTI_COMPANY, NO_EMAIL, NO_GROUP, NO_OWNER, NOT_ALLOWED, UNKNOWN
from workplace.scene import chat, group, private

BOSS = Human("Brook Lead")
ADA = Human("Ada Example", "Shift lead", BOSS.id)
BO = Human("Bo Sample", claimed=False)
MANY = [Human(f"Person {n:03}") for n in range(120)]


async def ask(bot: Bot, port: str, place: Group | None = None, **question: str) -> Answer:
    if place is None:
        return await ask_about(bot, port, None, question)
    known = group(COMMUNITY, place.id)
    return await ask_about(bot, port, known, {**question, "place": place.place})


async def ask_about(
    bot: Bot, port: str, known: Address | None, question: Mapping[str, str]
) -> Answer:
    asker = bot.questions.askers()[f"workplace.{port}"]
    with TemporaryDirectory() as folder:
        async with SqliteStore(Path(folder) / "ask.db", records=(Address,)) as store:
            if known:
                changes = Changes(saves=(known,))
                await store.commit([Commit(org="main", event="", at=MONDAY, changes=changes)])
            return await asker(question, store.reader("main"))


async def everyone(bot: Bot, place: Group) -> list[Actor]:
    found: list[Actor] = []
    cursor = ""
    while True:
        answer = await ask(bot, "members", place, cursor=cursor)
        assert answer.error == ""
        found += answer.people
        cursor = answer.cursor
        if not cursor:
            return found


# --- who is there -----------------------------------------------------------------------------


async def test_members_come_with_profile_and_manager(graph: FakeGraph, bot: Bot) -> None:
    place = graph.world.group(ADA, BO)
    answer = await ask(bot, "members", place)

    assert answer.people == (
        Actor(
            account=ADA.account,
            name="Ada Example",
            email="ada.example@example.org",
            title="Shift lead",
            manager=BOSS.account,
            locale="en_GB",
        ),
        Actor(account=BO.account, name="Bo Sample", locale="en_GB"),
    )
    assert answer.learned == (private(ADA.account), private(BO.account))
    assert answer.cursor == ""


async def test_a_large_group_is_read_page_by_page_past_empty_ones(
    graph: FakeGraph, bot: Bot
) -> None:
    place = graph.world.group(*MANY)
    graph.nodes.pages.empty = 2
    graph.lost.append(5)
    found = await everyone(bot, place)

    assert [actor.name for actor in found] == [human.name for human in MANY]
    assert all(actor.email for actor in found)
    assert not [call for call in graph.calls if call.path.startswith("outside")]


async def test_a_group_without_an_end_is_left_after_a_while(graph: FakeGraph, bot: Bot) -> None:
    place = graph.world.group(ADA)
    graph.nodes.pages.endless = True
    first = await ask(bot, "members", place)
    second = await ask(bot, "members", place, cursor=first.cursor)
    last = await ask(bot, "members", place, cursor=f"999:{second.cursor.partition(':')[2]}")

    assert [len(one.people) for one in (first, second, last)] == [1, 0, 0]
    assert (first.cursor, second.cursor, last.cursor) == ("1:100", "21:2100", "")


async def test_whose_profile_is_not_shown_is_a_name(graph: FakeGraph, bot: Bot) -> None:
    place = graph.world.group(ADA)
    graph.lost.append(99)
    answer = await ask(bot, "members", place)
    assert answer.people == (Actor(account=ADA.account, name="Ada Example"),)


async def test_a_group_of_several_companies_is_refused_with_the_reason(
    graph: FakeGraph, bot: Bot
) -> None:
    shared = graph.world.group(ADA, purpose="WORK_MULTI_COMPANY")
    assert await ask(bot, "members", shared) == Answer(error=MULTI_COMPANY)


async def test_a_place_nobody_knows_is_said_to_be(bot: Bot) -> None:
    assert (await ask(bot, "members", place=None)).error == UNKNOWN
    assert (await ask(bot, "invite", place=None)).error == UNKNOWN
    answer = await ask_about(bot, "members", chat(COMMUNITY, ADA.id), {"place": ADA.chat})
    assert answer.error == UNKNOWN


@pytest.mark.parametrize("code", [1, 4])
async def test_trouble_that_passes_is_asked_again(graph: FakeGraph, bot: Bot, code: int) -> None:
    place = graph.world.group(ADA)
    graph.fail(500, code)
    with pytest.raises(RetryLater):
        await ask(bot, "members", place)


@pytest.mark.parametrize(("status", "code"), [(403, 200), (404, 803), (400, 100), (401, 190)])
async def test_trouble_that_stays_is_a_sentence(
    graph: FakeGraph, bot: Bot, status: int, code: int
) -> None:
    place = graph.world.group(ADA)
    graph.fail(status, code, times=2)
    for port in ("members", "invite"):
        bot.client.forgive()
        answer = await ask(bot, port, place, people=ADA.account)
        assert answer.error.endswith(".")
        assert not answer.people


async def test_a_closed_workplace_offers_the_move(graph: FakeGraph, bot: Bot) -> None:
    place = graph.world.group(ADA)
    graph.closed = True
    questions: Mapping[str, Mapping[str, str]] = {
        "members": {},
        "invite": {"people": ADA.account},
        "lookup": {"email": ADA.email},
        "make_channel": {"name": "X", "owner": ADA.account},
    }
    answers = [await ask(bot, port, place, **more) for port, more in questions.items()]
    assert all("move COHORT --to teams" in answer.error for answer in answers)


async def test_a_read_only_workplace_still_says_who_is_there(graph: FakeGraph, bot: Bot) -> None:
    place = graph.world.group(ADA)
    graph.read_only = True
    assert (await ask(bot, "invite", place, people=BO.account)).error.startswith("Workplace")
    refused = await ask(bot, "make_channel", name="X", owner=ADA.account)
    assert "move COHORT --to teams" in refused.error
    assert [who.email for who in (await ask(bot, "members", place)).people] == [ADA.email]


# --- one person -------------------------------------------------------------------------------


async def test_somebody_is_found_by_their_address(graph: FakeGraph, bot: Bot) -> None:
    graph.world.join(ADA, BO)
    found = await ask(bot, "lookup", platform="workplace", email=" ada.example@example.org ")
    assert [actor.account for actor in found.people] == [ADA.account]
    assert "%40" not in graph.calls[-1].path
    assert await ask(bot, "lookup", email="nobody@example.org") == Answer()


@pytest.mark.parametrize(
    "email", ["", "me", "community", "a@b@c", "../me@", "x" * 300 + "@y", "a\n@b"]
)
async def test_what_is_no_address_is_not_asked_for(graph: FakeGraph, bot: Bot, email: str) -> None:
    before = len(graph.calls)
    answer = await ask(bot, "lookup", email=email)
    assert answer.error == NO_EMAIL or answer == Answer()
    assert {call.path for call in graph.calls[before:]} <= {"../me@"}


# --- a group of its own -----------------------------------------------------------------------


async def test_a_group_is_made_with_its_owner_in_it(graph: FakeGraph, bot: Bot) -> None:
    graph.world.join(ADA)
    answer = await ask(bot, "make_channel", name="  Better\nhandovers ", owner=ADA.account)
    (made,) = graph.world.groups.values()

    assert (made.name, made.people, made.admins) == ("Better handovers", [ADA], {ADA.id})
    assert answer.values == {"place": made.place, "title": "Better handovers", "team": ""}
    assert answer.learned == (group(COMMUNITY, made.id),)


async def test_a_group_that_lets_nobody_in_is_put_away_again(graph: FakeGraph, bot: Bot) -> None:
    graph.world.join(ADA)
    graph.nodes.may_add_members = False
    answer = await ask(bot, "make_channel", name="X", owner=ADA.account)
    (made,) = graph.world.groups.values()

    assert answer == Answer(error=NO_OWNER)
    assert made.archived


async def test_a_group_without_permission_or_owner_is_not_made(graph: FakeGraph, bot: Bot) -> None:
    graph.world.join(ADA)
    stranger = await ask(bot, "make_channel", name="X", owner="workplace:666:5")
    graph.nodes.may_make_groups = False
    forbidden = await ask(bot, "make_channel", name="X", owner=ADA.account)

    assert (stranger, forbidden) == (Answer(error=NO_GROUP), Answer(error=NOT_ALLOWED))
    assert graph.world.groups == {}


async def test_a_group_that_cannot_even_be_put_away_is_said_to_be_no_home(
    graph: FakeGraph, bot: Bot
) -> None:
    graph.world.join(ADA)
    graph.fail(500, 2, skip=1, times=2)
    answer = await ask(bot, "make_channel", name="X", owner=ADA.account)
    assert answer == Answer(error=NO_OWNER)


async def test_a_group_that_may_have_been_made_is_not_made_twice(
    graph: FakeGraph, bot: Bot
) -> None:
    graph.world.join(ADA)
    graph.fail(502, html=True, accepted=True)
    assert await ask(bot, "make_channel", name="X", owner=ADA.account) == Answer(error=NO_GROUP)
    assert len(graph.world.groups) == 1


async def test_before_we_know_where_we_are_no_group_is_made(graph: FakeGraph, bot: Bot) -> None:
    bot.standing.known = None
    with pytest.raises(DeliveryError):
        await ask(bot, "make_channel", name="X", owner=ADA.account)
    assert graph.world.groups == {}


async def test_people_are_let_in_and_who_could_not_be_is_counted(
    graph: FakeGraph, bot: Bot
) -> None:
    place = graph.world.group(ADA)
    graph.world.join(BO, *MANY)
    fine = await ask(bot, "invite", place, people=",".join(one.account for one in (BO, *MANY)))
    bad = await ask(bot, "invite", place, people=f"{BO.account},workplace:{COMMUNITY}:5,teams:a:b")

    assert fine == Answer()
    assert len(place.people) == 122
    assert bad.error == "Workplace did not let me add 2 of 3. A group admin can add them."
