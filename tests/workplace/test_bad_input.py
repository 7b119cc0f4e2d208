"""What anybody can send to the webhook, and what Meta must never send."""

import logging

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.graph import FakeGraph
from tests.fakes.graph_meta import Happening, deliveries, delivery
from tests.fakes.graph_world import Human
from tests.workplace.bot import Bot, serving
from workplace.payload import LARGEST
from workplace.signature import SHA1, SHA256, challenged, claims, signed

ADA = Human("Ada Example")
SECRET = "test_secret"
BODY = b'{"object":"group","entry":[]}'
GOOD = "sha256=a91c931f9d95aa1a36960debefce609beb7c02bbba56346518e37eeb70e28f02"
OLD = "sha1=ac66ca19592c054be4018612db6a1b3f20a2026d"


# --- signatures -------------------------------------------------------------------------------


def test_the_published_signature_is_ours() -> None:
    assert signed({SHA256: GOOD}, BODY, SECRET)
    assert signed({SHA1: OLD}, BODY, SECRET, sha1=True)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SHA256: ""},
        {SHA256: GOOD[:-1]},
        {SHA256: GOOD[:-1] + "3"},
        {SHA256: GOOD.removeprefix("sha256=")},
        {SHA256: "sha256=" + "é" * 64},
        {SHA256: "sha256=\udcff\udcfe"},
        {SHA256: GOOD.replace("sha256", "sha512")},
        {SHA256: GOOD + "\n"},
        {SHA1: OLD},
        {SHA256: "forged", SHA1: OLD},
    ],
)
def test_any_other_header_is_a_stranger(headers: dict[str, str]) -> None:
    assert not signed(headers, BODY, SECRET)


def test_sha1_counts_only_where_it_is_allowed_and_nothing_better_is_shown() -> None:
    assert not signed({SHA1: OLD}, BODY, SECRET)
    assert not signed({SHA256: GOOD[:-1] + "3", SHA1: OLD}, BODY, SECRET, sha1=True)
    assert not claims({SHA1: OLD})
    assert claims({SHA1: OLD}, sha1=True)


@given(st.text(), st.binary(), st.text())
def test_any_header_and_any_body_get_a_verdict(header: str, body: bytes, secret: str) -> None:
    for sha1 in (False, True):
        assert signed({SHA256: header, SHA1: header}, body, secret, sha1=sha1) is False
        assert claims({SHA256: header, SHA1: header}, sha1=sha1) in (False, True)


def test_without_a_secret_nobody_is_meta() -> None:
    assert not signed({SHA256: GOOD}, BODY, "")
    assert challenged({"hub.mode": "subscribe", "hub.challenge": "1"}, "") is None


async def test_the_address_is_confirmed_to_meta_and_to_nobody_else(
    graph: FakeGraph, bot: Bot
) -> None:
    ask = {"hub.mode": "subscribe", "hub.challenge": "<b>42", "hub.verify_token": "verify-me"}
    fine = await graph.meta.verify(**ask)
    wrong = [
        await graph.meta.verify(**ask | {"hub.verify_token": token})
        for token in ("", "verify-mé", "verify-me ")
    ]
    other = await graph.meta.verify(**ask | {"hub.mode": "unsubscribe"})

    assert (fine.status, fine.body) == (200, b"<b>42")
    assert fine.headers["Content-Type"].startswith("text/plain")
    assert [one.status for one in (*wrong, other, await graph.meta.verify())] == [403] * 5
    assert bot.engine.events == []


@pytest.mark.parametrize(
    "header",
    [
        {"X-Nothing": "1"},
        {SHA256: "sha256=" + "0" * 64},
        {SHA256: "sha256=" + "0" * 63},
        {SHA256: "sha256=ÿ"},
        {SHA1: "sha1=" + "0" * 40},
    ],
)
async def test_a_stranger_is_refused_and_nothing_happens(
    graph: FakeGraph, bot: Bot, header: dict[str, str]
) -> None:
    (body,) = deliveries(graph.meta.message(ADA, "help"))
    assert (await graph.meta.deliver(body, **header)).status == 401
    assert bot.engine.events == []


async def test_sha1_is_refused_without_the_setting_and_taken_with_it(graph: FakeGraph) -> None:
    (body,) = deliveries(graph.meta.message(ADA, "help"))
    header = {SHA1: graph.meta.signature(body, "sha1")}
    async with serving(graph, graph.config()) as bot:
        assert (await graph.meta.deliver(body, **header)).status == 401
        assert bot.counts == {"refused.signature": 1}
    async with serving(graph, graph.config(allow_sha1=True)) as bot:
        assert (await graph.meta.deliver(body, **header)).status == 200
        assert bot.event.text == "help"


async def test_a_signature_is_over_the_bytes_not_over_what_they_mean(
    graph: FakeGraph, bot: Bot
) -> None:
    (body,) = deliveries(graph.meta.message(ADA, "help"))
    header = {SHA256: graph.meta.signature(body)}
    assert (await graph.meta.deliver(body + b" ", **header)).status == 401


# --- bodies -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"object":"page"}',
        b'{"object":7,"entry":[]}',
        b'{"object":"page","entry":{}}',
        b'{"object":"page","entry":[',
        b'{"object":"p\xff\xfe","entry":[]}',
        b'{"object":"page","entry":' + b"[" * 100_000,
    ],
)
async def test_a_signed_body_that_is_no_delivery_is_refused(
    graph: FakeGraph, bot: Bot, body: bytes
) -> None:
    assert (await graph.meta.deliver(body)).status == 400
    assert bot.counts == {"malformed": 1}


@pytest.mark.parametrize(
    "entry",
    [
        [],
        [7],
        [{}],
        [{"messaging": None, "changes": None}],
        [{"messaging": [None, 7, {}]}],
        [{"changes": [{}, {"field": "posts"}, {"field": "nothing", "value": {"a": 1}}]}],
        [{"id": "x" * 5000, "messaging": []}],
    ],
)
@pytest.mark.parametrize("topic", ["page", "group", "user", "link", "nothing"])
async def test_odd_but_signed_is_taken_and_does_nothing(
    graph: FakeGraph, bot: Bot, topic: str, entry: list[object]
) -> None:
    answer = await graph.meta.deliver(orjson.dumps({"object": topic, "entry": entry}))
    assert answer.status == 200
    assert bot.engine.events == []


async def test_too_much_is_refused(graph: FakeGraph, bot: Bot) -> None:
    assert (await graph.meta.deliver(b" " * (LARGEST + 1))).status == 413


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "message", "mid", "sender", "value", "field", "text", "from"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
async def test_no_signed_body_makes_it_stumble(graph: FakeGraph, bot: Bot, part: object) -> None:
    for topic in ("page", "group", "link"):
        entry = {"id": part, "messaging": [part], "changes": [{"field": "posts", "value": part}]}
        body = orjson.dumps({"object": topic, "entry": [entry, part]}, default=str)
        assert (await graph.meta.deliver(body)).status == 200


async def test_things_nobody_has_heard_of_change_nothing(graph: FakeGraph, bot: Bot) -> None:
    (happening,) = graph.meta.message(ADA, "help")
    odd = {**happening.value, "brand_new": {"a": [1]}}
    odd["message"] = {**odd["message"], "nlp": {"x": 1}}
    await graph.meta.push([Happening("page", happening.entry, "messaging", odd)])
    assert bot.event.text == "help"


# --- whose it is ------------------------------------------------------------------------------


async def test_before_we_know_who_we_are_nothing_is_taken(graph: FakeGraph) -> None:
    async with serving(graph, graph.config(), known=False) as bot:
        (early,) = await graph.meta.push(graph.meta.message(ADA, "help"))
        await bot.standing.look()
        (later,) = await graph.meta.push(graph.meta.message(ADA, "help"))

    assert (early.status, early.headers["Retry-After"]) == (503, "5")
    assert later.status == 200
    assert len(bot.engine.events) == 1


async def test_another_community_is_refused_and_counted(graph: FakeGraph, bot: Bot) -> None:
    group = graph.world.group(ADA)
    for happening in (
        *graph.meta.post(ADA, group, "help", community={"id": "666"}),
        *graph.meta.link(ADA, "https://go1.example/1"),
    ):
        value = happening.value | {"community": {"id": 666}}
        body = delivery(
            happening.topic, [Happening(happening.topic, group.id, happening.field, value)]
        )
        assert (await graph.meta.deliver(body)).status == 200
    assert bot.counts["other_community"] == 2
    assert (bot.engine.events, bot.engine.asked) == ([], [])


async def test_a_busy_engine_is_told_again_for_36_hours(graph: FakeGraph, bot: Bot) -> None:
    (body,) = deliveries(graph.meta.message(ADA, "help"))
    bot.engine.busy = True

    async def recover(attempt: int) -> None:
        bot.engine.busy = attempt < 3

    assert await graph.meta.insist(body, recover) == [503, 503, 503, 200]
    assert bot.event.text == "help"


async def test_after_36_hours_meta_gives_up(graph: FakeGraph, bot: Bot) -> None:
    (body,) = deliveries(graph.meta.message(ADA, "help"))
    bot.engine.busy = True
    statuses = await graph.meta.insist(body)
    assert set(statuses) == {503}
    assert graph.meta.elapsed > 36 * 3600


@pytest.mark.parametrize(("days", "taken"), [(0.0, True), (1.6, True), (7.1, False), (400, False)])
@pytest.mark.parametrize("unit", [1, 1000])
async def test_a_delivery_that_somebody_kept_does_nothing_once_it_is_forgotten(
    graph: FakeGraph, bot: Bot, days: float, taken: bool, unit: int
) -> None:
    """Meta signs no time; what was seen is known for a week, and told again for 36 hours."""
    at = (graph.clock - days * 86400) * unit
    (body,) = deliveries(graph.meta.message(ADA, "help"), at=at)

    assert (await graph.meta.deliver(body)).status == 200
    assert [event.text for event in bot.engine.events] == (["help"] if taken else [])
    assert bot.counts["stale"] == (not taken)


async def test_nothing_secret_is_ever_logged(
    graph: FakeGraph, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await graph.meta.push(graph.meta.message(ADA, "my private worry"))
    graph.revoked = True
    await bot.standing.look()
    said = caplog.text + str(bot.standing.missing())

    assert [word for word in (graph.token, graph.secret, "worry", "proof") if word in said] == []
    assert graph.token not in repr(graph.config())
