"""One request to Graph: who we are, and what its answers mean."""

import asyncio
from dataclasses import replace

import aiohttp
import pytest
from msgspec import Raw

from core.engine.errors import (
    DeliveryError,
    Gone,
    NotAllowed,
    Rejected,
    RetryLater,
    Uncertain,
    Unreachable,
)
from tests.fakes.graph import FakeGraph, Fault
from tests.fakes.graph_world import COMMUNITY, PAGE, Human
from tests.workplace.bot import SHORT, Bot
from workplace.client import Client, Request, readable
from workplace.errors import Closed, Duplicate, ReadOnly, TokenDead, fault
from workplace.standing import Known, Named
from workplace.usage import Usage

PEOPLE = [Human(f"Person {n:03}") for n in range(120)]


async def outcome(bot: Bot, *, once: bool) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        await bot.client.call("POST" if once else "GET", "me", once=once)
    return raised.value


# --- who we are -------------------------------------------------------------------------------


async def test_the_published_proof_is_ours(graph: FakeGraph) -> None:
    async with aiohttp.ClientSession() as session:
        config = graph.config(access_token="test_token", app_secret="test_secret")
        client = Client(config, session, lambda: 1_700_000_000.9)
        assert client.proof() == {
            "appsecret_time": "1700000000",
            "appsecret_proof": ("a4387ded7d97706885d5d0cf9882ac013bb9ad8fdb8655fe224516012b9fced9"),
        }


async def test_every_attempt_has_a_proof_of_its_own_time(graph: FakeGraph, bot: Bot) -> None:
    await bot.client.get("me", Named)
    graph.clock += 3600
    await bot.client.get("me", Named)
    times = [int(call.query["appsecret_time"]) for call in graph.calls[-2:]]
    assert times[1] - times[0] == 3600


async def test_a_clock_that_is_five_minutes_off_is_refused(graph: FakeGraph, bot: Bot) -> None:
    graph.ahead = 299
    await bot.client.get("me", Named)
    graph.ahead = -301
    assert isinstance(await outcome(bot, once=False), Rejected)


async def test_the_token_is_in_a_header_and_never_in_an_address(graph: FakeGraph, bot: Bot) -> None:
    await bot.client.get("me", Named)
    call = graph.calls[-1]
    assert call.headers["Authorization"] == f"Bearer {graph.token}"
    assert "Coterie" in call.headers["User-Agent"]
    assert "access_token" not in call.query


async def test_who_we_are_is_asked_at_the_start(bot: Bot) -> None:
    assert bot.standing.known == Known(PAGE, "Coterie", COMMUNITY)
    assert bot.standing.missing() == []


# --- what errors mean -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "read", "write"),
    [
        (Fault(500, 1), RetryLater, Uncertain),
        (Fault(500, 2), RetryLater, Uncertain),
        (Fault(400, 77, more={"is_transient": True}), RetryLater, Uncertain),
        (Fault(403, 4), RetryLater, RetryLater),
        (Fault(403, 17), RetryLater, RetryLater),
        (Fault(400, 32), RetryLater, RetryLater),
        (Fault(400, 341), RetryLater, RetryLater),
        (Fault(400, 613, more={"error_subcode": 1996}), RetryLater, RetryLater),
        (Fault(403, 3), NotAllowed, NotAllowed),
        (Fault(403, 10), NotAllowed, NotAllowed),
        (Fault(403, 200), NotAllowed, NotAllowed),
        (Fault(403, 299), NotAllowed, NotAllowed),
        (Fault(400, 100), Rejected, Rejected),
        (Fault(404, 803), Gone, Gone),
        (Fault(401, 190), TokenDead, TokenDead),
        (Fault(401, 102), TokenDead, TokenDead),
        (Fault(400, 368), Rejected, Rejected),
        (Fault(400, 506), Duplicate, Duplicate),
        (Fault(400, 551), Unreachable, Unreachable),
        (Fault(200, 10), NotAllowed, NotAllowed),
        (Fault(200, 99999), Rejected, Rejected),
    ],
    ids=str,
)
async def test_each_code_says_what_to_do_next(
    graph: FakeGraph, bot: Bot, wrong: Fault, read: type, write: type
) -> None:
    graph.faults.append(replace(wrong))
    assert isinstance(await outcome(bot, once=False), read)
    bot.client.usage = Usage()
    bot.client.forgive()
    graph.faults.append(replace(wrong))
    assert isinstance(await outcome(bot, once=True), write)


@pytest.mark.parametrize("words", ["Invalid post id", "The object does not exist"])
async def test_a_parameter_that_is_gone_is_gone(graph: FakeGraph, bot: Bot, words: str) -> None:
    graph.fail(400, 100, message=words)
    assert isinstance(await outcome(bot, once=True), Gone)


async def test_a_proxy_that_answers_in_html_leaves_doubt(graph: FakeGraph, bot: Bot) -> None:
    graph.fail(502, html=True, times=2)
    assert isinstance(await outcome(bot, once=False), RetryLater)
    assert isinstance(await outcome(bot, once=True), Uncertain)


async def test_no_answer_is_doubt_only_where_something_was_made(graph: FakeGraph, bot: Bot) -> None:
    graph.fail(hang=True, times=2)
    assert isinstance(await outcome(bot, once=False), RetryLater)
    assert isinstance(await outcome(bot, once=True), Uncertain)


async def test_a_server_that_is_not_there_was_never_asked(graph: FakeGraph) -> None:
    async with aiohttp.ClientSession() as session:
        config = graph.config(graph_url="http://127.0.0.1:1")
        with pytest.raises(RetryLater):
            await Client(config, session, graph.wall, SHORT).call("POST", "me", once=True)


async def test_a_redirect_is_not_followed(graph: FakeGraph, bot: Bot) -> None:
    graph.fail(302, html=True)
    assert isinstance(await outcome(bot, once=False), RetryLater)
    assert len(graph.calls) == 3


@pytest.mark.parametrize("body", [b"", b'{"error":', b'{"error":7}', b'{"error":' + b"[" * 9999])
def test_an_error_that_cannot_be_read_is_none(body: bytes) -> None:
    assert fault(body) is None


async def test_an_answer_that_cannot_be_read_is_a_fault(graph: FakeGraph, bot: Bot) -> None:
    graph.fail(200, html=True)
    with pytest.raises(Rejected):
        await bot.client.get("me", Named)


# --- what stops us ----------------------------------------------------------------------------


async def test_a_dead_token_is_not_tried_again_and_never_told(graph: FakeGraph, bot: Bot) -> None:
    graph.revoked = True
    first, before = await outcome(bot, once=True), len(graph.calls)
    second = await outcome(bot, once=False)

    assert isinstance(first, TokenDead)
    assert isinstance(second, TokenDead)
    assert len(graph.calls) == before
    assert graph.token not in first.why
    assert bot.standing.missing() == [first.why]


async def test_what_is_put_right_is_noticed(graph: FakeGraph, bot: Bot) -> None:
    graph.revoked = True
    await bot.standing.look()
    assert "access token" in bot.standing.missing()[0]
    graph.revoked = False
    await bot.standing.look()
    assert bot.standing.missing() == []


async def test_a_read_only_workplace_is_still_read(graph: FakeGraph, bot: Bot) -> None:
    graph.read_only = True
    first, before = await outcome(bot, once=True), len(graph.calls)
    again = await outcome(bot, once=True)

    assert isinstance(first, ReadOnly)
    assert isinstance(again, ReadOnly)
    assert len(graph.calls) == before
    assert "move COHORT --to teams" in first.why
    assert (await bot.client.get("me", Named)).name == "Coterie"


async def test_a_closed_workplace_says_where_to_go(graph: FakeGraph, bot: Bot) -> None:
    graph.closed = True
    error = await outcome(bot, once=True)
    assert isinstance(error, Closed)
    assert "2026-06-01" in error.why
    assert "move COHORT" in bot.standing.missing()[0]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (100, "This post is no longer available"),
        (200, "This group is read-only"),
        (10, "This endpoint is no longer supported"),
    ],
)
async def test_what_is_gone_in_workplace_is_not_workplace(
    graph: FakeGraph, bot: Bot, code: int, words: str
) -> None:
    graph.fail(403, code, message=words)
    assert not isinstance(await outcome(bot, once=True), Closed | ReadOnly)
    assert bot.standing.missing() == []


async def test_a_throttle_closes_the_gate_for_all_and_for_a_minute(
    graph: FakeGraph, bot: Bot
) -> None:
    graph.fail(403, 4)
    first, before = await outcome(bot, once=True), len(graph.calls)
    second = await outcome(bot, once=False)

    assert isinstance(first, RetryLater)
    assert isinstance(second, RetryLater)
    assert (first.scope, first.after) == ("tenant", 60.0)
    assert second.scope == "tenant"
    assert 59 < (second.after or 0) <= 60
    assert len(graph.calls) == before


async def test_a_throttle_that_says_how_long_is_believed(graph: FakeGraph, bot: Bot) -> None:
    usage = '{"1":[{"type":"pages","estimated_time_to_regain_access":7}]}'
    graph.fail(403, 32, headers={"X-Business-Use-Case-Usage": usage})
    error = await outcome(bot, once=True)
    assert isinstance(error, RetryLater)
    assert error.after == 420


async def test_at_95_per_cent_nothing_leaves(graph: FakeGraph, bot: Bot) -> None:
    graph.usage = 95
    await bot.client.get("me", Named)
    assert isinstance(await outcome(bot, once=False), RetryLater)


async def test_a_rising_use_is_stopped_before_the_server_has_to(graph: FakeGraph, bot: Bot) -> None:
    graph.usage, graph.usage_step = 50, 15
    stopped = 0
    for _ in range(10):
        try:
            await bot.client.get("me", Named)
        except RetryLater:
            stopped += 1
    assert (graph.usage, stopped) == (95, 7)


def test_from_80_per_cent_on_requests_keep_a_distance() -> None:
    usage = Usage()
    usage.learn({"X-App-Usage": '{"call_count":79,"total_time":1}'}, 0.0)
    assert [usage.wait(0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    usage.learn({"X-App-Usage": '{"call_count":1,"total_cputime":86}'}, 0.0)
    assert [round(usage.wait(0.0), 2) for _ in range(3)] == [0.0, 0.4, 0.8]
    assert usage.wait(10.0) == 0.0


async def test_a_brake_is_felt_and_holds_nobody_for_long(graph: FakeGraph, bot: Bot) -> None:
    graph.usage = 83
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for _ in range(3):
        await bot.client.get("me", Named)
    assert 0.15 <= loop.time() - begin < 1.0


@pytest.mark.parametrize(
    ("status", "error"), [(429, RetryLater), (404, Gone), (410, Closed), (413, Rejected)]
)
async def test_a_status_without_words_counts_too(
    graph: FakeGraph, bot: Bot, status: int, error: type
) -> None:
    graph.fail(status, html=True)
    assert isinstance(await outcome(bot, once=True), error)


async def test_a_row_that_cannot_be_read_loses_no_other() -> None:
    rows = (Raw(b'{"id":"1"}'), Raw(b'{"id":[]}'), Raw(b'{"id":"3"}'))
    assert [one.id for one in readable(rows, Named)] == ["1", "3"]


@pytest.mark.parametrize("header", ["", "x", "[]", '{"call_count":"a"}', "{}"])
def test_a_usage_that_cannot_be_read_changes_nothing(header: str) -> None:
    usage = Usage()
    usage.learn({"X-App-Usage": header}, 0.0)
    assert usage.wait(0.0) == 0.0


# --- lists and batches ------------------------------------------------------------------------


async def test_a_batch_is_cut_into_fifties_and_what_was_lost_is_asked_again(
    graph: FakeGraph, bot: Bot
) -> None:
    graph.world.join(*PEOPLE)
    graph.lost.append(7)
    items = await bot.client.batch([Request("GET", f"{human.id}?fields=name") for human in PEOPLE])

    assert [item and item.code for item in items] == [200] * 120
    assert [item and human.name in item.body for item, human in zip(items, PEOPLE, strict=True)]
    assert len(graph.calls) == 2 + 3 + 1


async def test_what_is_lost_three_times_stays_lost(graph: FakeGraph, bot: Bot) -> None:
    graph.lost.append(3)
    assert await bot.client.batch([Request("GET", "me")]) == [None]
