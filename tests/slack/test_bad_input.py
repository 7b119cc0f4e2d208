"""Forgeries, nonsense and other workspaces: a clear refusal, never a stumble, never a leak."""

import asyncio
import logging
import time
from collections.abc import Callable
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engine.ports import Done, Viewer
from core.message import Post, Text, verbatim
from slack.config import SlackConfig, problems
from slack.signature import verified
from tests.fakes.slack import SECRET, TOKEN, FakeSlack
from tests.fakes.slack_client import FORM, enveloped, message, signed
from tests.fakes.slack_world import BOT, FOREIGN, TEAM, Channel, Human, Json
from tests.slack.app import App, installed

JSON = "application/json"
PATHS = ("/slack/events", "/slack/interactivity", "/slack/commands")
NOW = 1700000000.0
BODY = b"token=x&text=hi"
RIGHT = "v0=0cde52c177ffac2dd3c5c3a980252e08e22328fb4a67ad725a7734ffd617c58f"
PRESS: Json = {
    "type": "block_actions",
    "team": {"id": TEAM},
    "user": {"id": "U0ADA", "username": "ada", "team_id": TEAM},
    "trigger_id": "1.2.3",
    "container": {"type": "message", "channel_id": "C0ROOM", "message_ts": "1.000001"},
    "response_url": "https://example.com/x",
    "actions": [
        {"type": "button", "action_id": "do.1", "value": '{"a":"do"}', "action_ts": "1.000002"}
    ],
}
SUBMISSION: Json = {
    "type": "view_submission",
    "team": {"id": TEAM},
    "user": {"id": "U0ADA"},
    "view": {
        "id": "V1",
        "type": "modal",
        "private_metadata": '{"a":"do","k":{"id":"1"}}',
        "state": {"values": {"name": {"name": {"type": "plain_text_input", "value": "x"}}}},
    },
}


# --- who it is --------------------------------------------------------------------------------


def test_what_slack_signed_is_let_in() -> None:
    assert verified("test_secret", "1700000000", RIGHT, BODY, NOW)


@pytest.mark.parametrize("seconds", [-301, 301, -1e12, 1e12])
def test_what_was_signed_long_ago_or_will_be_is_not(seconds: float) -> None:
    assert not verified("test_secret", "1700000000", RIGHT, BODY, NOW + seconds)
    assert verified("test_secret", "1700000000", RIGHT, BODY, NOW + 299)
    assert verified("test_secret", "1700000000", RIGHT, BODY, NOW - 299)


@pytest.mark.parametrize(
    ("stamp", "signature"),
    [
        ("1700000000", ""),
        ("1700000000", RIGHT[:-1]),
        ("1700000000", RIGHT.upper()),
        ("1700000000", RIGHT.removeprefix("v0=")),
        ("1700000000", RIGHT.replace("0c", "é", 1)),
        ("1700000000", "v0=\udcff"),
        ("1700000001", RIGHT),
        ("", RIGHT),
        ("abc", RIGHT),
        ("1700000000.0", RIGHT),
        ("-1700000000", RIGHT),
        (" 1700000000", RIGHT),
        ("\u0661\u0667" + "\u0660" * 8, RIGHT),
        ("1" * 5000, RIGHT),
        ("nan", RIGHT),
    ],
)
def test_what_nobody_signed_is_not_let_in(stamp: str, signature: str) -> None:
    assert not verified("test_secret", stamp, signature, BODY, NOW)


def test_without_a_secret_nobody_is_let_in() -> None:
    assert not verified("", "1700000000", RIGHT, BODY, NOW)


@given(stamp=st.text(), signature=st.text(), body=st.binary(), now=st.floats(allow_nan=False))
def test_no_header_makes_the_check_stumble(
    stamp: str, signature: str, body: bytes, now: float
) -> None:
    assert verified("secret", stamp, signature, body, now) is False


@pytest.mark.parametrize("path", PATHS)
async def test_forgeries_are_refused_and_counted(slack: FakeSlack, app: App, path: str) -> None:
    old = signed(SECRET, b"{}", time.time() - 301)  # noqa: TID251 - signatures are of the real world
    soon = signed(SECRET, b"{}", time.time() + 301)  # noqa: TID251 - the same
    others = signed("other", b"{}", time.time())  # noqa: TID251 - the same
    latin = {"X-Slack-Signature": "v0=\u00e9", "X-Slack-Request-Timestamp": "\u00e9"}
    nothing = {"X-Slack-Signature": "", "X-Slack-Request-Timestamp": ""}
    answers = [
        await slack.post(path, b"{}", JSON, **headers)
        for headers in (old, soon, others, latin, nothing)
    ]

    assert [(one.status, one.body) for one in answers] == [(401, b"")] * 5
    assert app.counts == {"refused.signature": 5}


async def test_the_same_bytes_are_what_was_signed(slack: FakeSlack, app: App) -> None:
    headers = signed(SECRET, b'{"a":1}', time.time())  # noqa: TID251 - signatures are real
    assert (await slack.post(PATHS[0], b'{"a": 1}', JSON, **headers)).status == 401


async def test_who_hangs_up_in_the_middle_is_no_fault_of_ours(
    slack: FakeSlack, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = slack.bot.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
    await writer.drain()
    writer.close()
    await asyncio.sleep(0.1)
    assert app.counts["malformed"] == 1
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


async def test_another_workspace_is_not_ours(slack: FakeSlack, app: App, ada: Human) -> None:
    event = await slack.deliver(message(ada, slack.world.chat(ada), "hello"), team=FOREIGN)
    press = await slack.interact({**PRESS, "team": {"id": FOREIGN}})
    nobody = await slack.interact({**PRESS, "team": None})
    command = await slack.commands(ada, slack.world.chat(ada), "help", team_id=FOREIGN)

    answers = [(one.status, one.body) for one in (event, press, nobody, command)]
    assert answers == [(403, b"")] * 4
    assert app.counts["refused.team"] == 4
    assert app.engine.events == []


async def test_what_a_partner_says_in_a_shared_channel_is_meant_for_us_and_of_a_guest(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    guest = slack.world.human("Gil Guest", team=FOREIGN)
    told = enveloped(message(guest, room, "hello", user_team=FOREIGN), FOREIGN)
    ours = {"team_id": TEAM, "user_id": BOT, "is_bot": True}
    answer = await slack.told({**told, "authorizations": [ours]})

    assert answer.status == 200
    assert app.event.by is not None
    assert (app.event.by.guest, app.event.by.email) == (True, "")


async def test_until_we_know_who_we_are_slack_is_asked_to_wait(
    slack: FakeSlack, ada: Human
) -> None:
    async with installed(slack, ready=False) as app:
        chat = slack.world.chat(ada)
        answer = await slack.deliver(message(ada, chat, "hello"))
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert app.workspace.missing() == ["Slack: it has not said yet who we are"]
        await app.workspace.prepare()
        answers = await slack.persist(message(ada, chat, "hello"))

    assert [one.status for one in answers] == [200]
    assert app.event.text == "hello"


async def test_we_ask_who_we_are_until_slack_says_so(slack: FakeSlack, ada: Human) -> None:
    async with installed(slack, ready=False) as app:
        slack.fail("ratelimited", 429, method="auth.test")
        slack.fail("invalid_auth", method="auth.test")
        slack.fail("ratelimited", 429, after=0, method="users.list")
        await app.workspace.prepare(wait=0.01)

    assert app.workspace.team is not None
    assert app.workspace.people.name_of(ada.id) == "Ada Example"
    methods = [method for method, _ in slack.kept.calls]
    assert methods == ["auth.test"] * 3 + ["users.list"] * 2


async def test_slack_tells_again_what_was_not_taken(slack: FakeSlack, app: App, ada: Human) -> None:
    app.engine.busy = True
    answers = await slack.persist(message(ada, slack.world.chat(ada), "hello"))

    assert [(one.status, one.headers["Retry-After"]) for one in answers] == [(503, "2")] * 4
    assert app.counts["retried"] == 3


# --- what it says -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"\xff\xfe{", 400),
        (orjson.dumps(enveloped({})), 200),
        (orjson.dumps(enveloped({"type": "message"})), 400),
        (orjson.dumps(enveloped({"type": "message", "user": "U1", "channel": "C1"})), 400),
        (orjson.dumps(enveloped({"type": "message", "ts": "abc", "channel": "C1"})), 400),
        (orjson.dumps(enveloped({"type": "message", "channel": "a:b", "user": "U1"})), 400),
        (orjson.dumps(enveloped({"type": "app_home_opened", "channel": "D1"})), 400),
        (orjson.dumps({"type": "event_callback", "team_id": TEAM}), 400),
        (b"[" * 200_000, 400),
        (b'{"event":' + b'{"a":' * 40_000 + b"1" + b"}" * 40_001, 400),
        (b'"' + b"x" * 2_000_000 + b'"', 413),
    ],
)
async def test_nonsense_is_refused_with_a_reason(
    slack: FakeSlack, app: App, body: bytes, status: int
) -> None:
    answer = await slack.post(PATHS[0], body, JSON)

    assert answer.status == status
    assert status == 200 or answer.json["error"]
    assert app.engine.events == []


@pytest.mark.parametrize("path", PATHS[1:])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"payload=",
        b"payload=not+json",
        b"payload=%ff%fe",
        b"\xff\xfe=1",
        b"payload=%5B%5D",
        urlencode({"payload": "{}"}).encode(),
        urlencode({"payload": '{"type":"block_actions","team":{"id":"' + TEAM + '"}}'}).encode(),
        b"&".join(b"a%d=1" % n for n in range(1000)),
        b"team_id=" + TEAM.encode(),
        b"team_id=T&user_id=a%3Ab&channel_id=C&trigger_id=1",
    ],
)
async def test_nonsense_in_a_form_is_refused_too(
    slack: FakeSlack, app: App, path: str, body: bytes
) -> None:
    answer = await slack.post(path, body, FORM)

    assert answer.status in {400, 403}
    assert app.engine.events == []


async def test_unknown_actions_are_for_the_product_to_answer(
    slack: FakeSlack, app: App, ada: Human
) -> None:
    app.engine.replies["do"] = Done(verbatim("I do not know that."))
    told = {**SUBMISSION, "user": {"id": ada.id}}
    answer = await slack.interact(told)

    assert answer.json["response_action"] == "update"


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
CHANNEL = Channel("C0ROOM")
EVENTS: tuple[Callable[[Human], Json], ...] = (
    lambda ada: message(ada, CHANNEL, f"<@{BOT}> hello"),
    lambda ada: message(ada, CHANNEL, "x", files=[{"name": "a", "url_private": "https://x"}]),
    lambda ada: message(ada, CHANNEL, "x", subtype="message_changed", message={"user": ada.id}),
    lambda ada: message(ada, CHANNEL, "x", subtype="message_deleted", deleted_ts="1.1"),
    lambda ada: {"type": "reaction_added", "user": ada.id, "item": {"channel": "C1", "ts": "1"}},
    lambda ada: {"type": "member_joined_channel", "user": BOT, "channel": "C0ROOM"},
    lambda ada: {"type": "channel_rename", "channel": {"id": "C0ROOM", "name": "x"}},
    lambda ada: {"type": "user_change", "user": ada.shown()},
    lambda ada: {"type": "app_home_opened", "user": ada.id, "channel": "D1", "tab": "home"},
    lambda ada: {"type": "link_shared", "user": ada.id, "channel": "C1", "links": [{"url": "x"}]},
)
KEYS = (
    *("type", "subtype", "user", "channel", "text", "ts", "thread_ts", "event_ts", "files", "item"),
    *("message", "message.user", "message.text", "previous_message", "item.ts", "item.channel"),
    *("tab", "links", "channel.name", "user.profile", "user.tz", "user.id", "deleted_ts", "tokens"),
)
PARTS = (
    *("type", "team", "user", "user.id", "trigger_id", "container", "container.channel_id"),
    *("response_url", "actions", "view", "view.id", "view.private_metadata", "view.state"),
    *("view.state.values", "view.state.values.name", "view.state.values.name.name", "callback_id"),
)


def broken(told: Json, key: str, value: object) -> Json:
    """The event with one field, however deep, made something else."""
    head, _, rest = key.partition(".")
    inner = told.get(head)
    deeper = broken(inner, rest, value) if rest and isinstance(inner, dict) else value
    return told | {head: deeper}


def stumbles(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.ERROR]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shape=st.sampled_from(EVENTS),
    faults=st.lists(st.tuples(st.sampled_from(KEYS), json), min_size=1, max_size=3),
)
async def test_no_event_makes_us_stumble(
    slack: FakeSlack,
    app: App,
    caplog: pytest.LogCaptureFixture,
    shape: Callable[[Human], Json],
    faults: list[tuple[str, object]],
) -> None:
    slack.limits.enforced = False
    told = shape(next(iter(slack.world.people.values())))
    for key, value in faults:
        told = broken(told, key, value)
    answer = await slack.deliver(told)

    assert answer.status < 500
    assert stumbles(caplog) == []


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shape=st.sampled_from((PRESS, SUBMISSION)),
    faults=st.lists(st.tuples(st.sampled_from(PARTS), json), min_size=1, max_size=3),
)
async def test_no_interaction_makes_us_stumble(
    slack: FakeSlack,
    app: App,
    caplog: pytest.LogCaptureFixture,
    shape: Json,
    faults: list[tuple[str, object]],
) -> None:
    slack.limits.enforced = False
    told = shape
    for key, value in faults:
        told = broken(told, key, value)
    answer = await slack.interact(told)

    assert answer.status < 500
    assert stumbles(caplog) == []


# --- what people type, and what we know ---------------------------------------------------------


@pytest.mark.parametrize("words", ["<!channel>", "<@U0BO>", "<https://evil.example|win>", "&lt;"])
def test_what_people_typed_calls_nobody_when_it_is_shown(app: App, words: str) -> None:
    post = Post(summary=verbatim(words), blocks=(Text(verbatim(words)),))
    drawn = orjson.dumps(app.platform.render(post, Viewer())).decode()

    assert "<" not in drawn


async def test_neither_the_token_nor_words_are_ever_logged(
    slack: FakeSlack, app: App, ada: Human, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.fail("fatal_error", times=3)
    await slack.says(slack.world.human("Somebody"), slack.world.chat(ada), "something private")
    await slack.post(PATHS[0], b"something private", JSON)

    said = "\n".join(record.getMessage() for record in caplog.records)
    assert TOKEN not in said + repr(app.config)
    assert SECRET not in said + repr(app.config)
    assert "something private" not in said


def test_the_settings_say_all_that_is_wrong_with_them() -> None:
    wrong = problems(SlackConfig(bot_token="xoxp-1", api_url="http://example.com/api"))

    assert [line.split()[0] for line in wrong] == [
        "SLACK_SIGNING_SECRET",
        "SLACK_BOT_TOKEN",
        "SLACK_API_URL",
    ]
    assert problems(SlackConfig()) == []
    assert problems(SlackConfig(bot_token=TOKEN, signing_secret=SECRET)) == []
    assert "SLACK_BOT_TOKEN" in problems(SlackConfig(signing_secret=SECRET))[0]
