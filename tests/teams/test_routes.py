"""What goes over the wire: answers to presses and dialogs, and to nonsense."""

import gzip
import logging
from collections.abc import Callable

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engine.ports import Card, Done, Invalid, Open, Reply, Say
from core.message import Form, Post, Text, TextField, say, verbatim
from tests.fakes.activities import (
    Conversation,
    Human,
    Json,
    activity,
    added,
    asked,
    carries,
    invoke,
    message,
    number,
    pressed,
)
from tests.fakes.connector import FakeTeams
from tests.teams.bot import Bot

ADA = Human("Ada Example")
POST = Post(summary=verbatim("Better handovers"), blocks=(Text(verbatim("Six weeks.")),))
NAME = TextField(name="name", label=verbatim("Name"), value="kept")
FORM = Form(title=verbatim("New"), action="create", fields=(NAME,), submit=verbatim("Save"))
WRONG = Form(
    title=verbatim("New"),
    action="create",
    fields=(NAME,),
    submit=verbatim("Save"),
    errors={"name": say("test.short", "Too short.")},
)
CARD = "application/vnd.microsoft.card.adaptive"
WORDS = "application/vnd.microsoft.activity.message"


async def press(teams: FakeTeams, bot: Bot, reply: Reply | None) -> Json:
    if reply:
        bot.engine.replies["do"] = reply
    answer = await teams.deliver(pressed(ADA, teams.chats.chat(ADA), carries("do", id="1")))
    assert answer.status == 200
    told: Json = answer.json
    return told


async def ask(teams: FakeTeams, bot: Bot, name: str, reply: Reply | None) -> Json:
    if reply:
        bot.engine.replies["do"] = reply
    answer = await teams.deliver(asked(ADA, teams.chats.chat(ADA), carries("do"), name))
    assert answer.status == 200
    told: Json = answer.json
    return told


# --- presses ----------------------------------------------------------------------------------


async def test_a_press_shows_the_card_as_it_is_now(teams: FakeTeams, bot: Bot) -> None:
    told = await press(teams, bot, Card(POST, note=verbatim("You are in.")))

    assert (told["statusCode"], told["type"]) == (200, CARD)
    assert told["value"]["type"] == "AdaptiveCard"
    assert "You are in." in orjson.dumps(told).decode()


async def test_a_press_may_be_answered_with_a_sentence(teams: FakeTeams, bot: Bot) -> None:
    assert await press(teams, bot, Done(verbatim("Saved."))) == {
        "statusCode": 200,
        "type": WORDS,
        "value": "Saved.",
    }
    assert (await press(teams, bot, Invalid(WRONG)))["value"] == "Too short."


async def test_a_press_that_needs_a_form_gets_a_button_for_it(teams: FakeTeams, bot: Bot) -> None:
    told = await press(teams, bot, Open(FORM))

    button = orjson.dumps(told["value"]).decode()
    assert "task/fetch" in button
    assert '"a":"do","k":{"id":"1"}' in button


async def test_a_press_without_a_reply_is_thanked_for(teams: FakeTeams, bot: Bot) -> None:
    assert (await press(teams, bot, None))["type"] == WORDS


async def test_the_button_of_another_app_is_told_so(teams: FakeTeams, bot: Bot) -> None:
    chat = teams.chats.chat(ADA)
    answers = [
        await teams.deliver(invoke(ADA, chat, name, {"data": {}, "action": {"data": {}}}))
        for name in ("adaptiveCard/action", "task/fetch", "task/submit")
    ]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert all("earlier" in answer.body.decode() for answer in answers)
    assert bot.engine.events == []


async def test_an_automatic_refresh_changes_nothing(teams: FakeTeams, bot: Bot) -> None:
    chat = teams.chats.chat(ADA)
    bot.engine.replies["show"] = Card(POST)
    refresh = pressed(ADA, chat, carries("show"), trigger="automatic")
    stale = pressed(ADA, chat, carries("gone"), trigger="automatic")
    answers = [await teams.deliver(told) for told in (refresh, stale)]

    assert [answer.json["statusCode"] for answer in answers] == [200, 400]
    assert [one.name for one in bot.engine.asked] == ["show", "gone"]
    assert bot.engine.events == []


# --- dialogs ----------------------------------------------------------------------------------


async def test_a_dialog_opens(teams: FakeTeams, bot: Bot) -> None:
    told = await ask(teams, bot, "task/fetch", Open(FORM))

    assert told["task"]["type"] == "continue"
    assert told["task"]["value"]["title"] == "New"


async def test_a_form_with_errors_comes_back_with_what_was_typed(
    teams: FakeTeams, bot: Bot
) -> None:
    told = orjson.dumps(await ask(teams, bot, "task/submit", Invalid(WRONG))).decode()

    assert '"type":"continue"' in told
    assert "kept" in told
    assert "Too short." in told


async def test_a_form_that_is_fine_says_so_or_closes(teams: FakeTeams, bot: Bot) -> None:
    done = await ask(teams, bot, "task/submit", Done(verbatim("Saved.")))
    noted = await ask(teams, bot, "task/submit", Card(POST, note=verbatim("Late.")))
    said = await ask(teams, bot, "task/submit", Say(POST))  # which comes as a message of its own
    card = await ask(teams, bot, "task/submit", Card(POST))

    assert done == {"task": {"type": "message", "value": "Saved."}}
    assert noted == {"task": {"type": "message", "value": "Late."}}
    assert said == {}
    assert card == {}


# --- everything else --------------------------------------------------------------------------


async def test_several_events_of_one_activity_are_taken_together(
    teams: FakeTeams, bot: Bot
) -> None:
    team = teams.chats.channel(ADA)
    told = added(team, ADA)
    told["membersAdded"].append(told["recipient"])
    answer = await teams.deliver(told)

    assert (answer.status, answer.body) == (200, b"")
    assert [one.name for one in bot.engine.events] == ["place.added", "people.added"]
    assert bot.counts == {"conversationUpdate": 1}


async def test_unknown_kinds_are_answered_and_counted(teams: FakeTeams, bot: Bot) -> None:
    chat = teams.chats.chat(ADA)
    odd = await teams.deliver(activity("brandNew", ADA, chat))
    call = await teams.deliver(invoke(ADA, chat, "brand/new", {}))

    assert (odd.status, odd.body, call.status, call.body) == (200, b"", 200, b"{}")
    assert bot.counts == {"unknown": 1, "invoke.unknown": 1}


async def test_when_too_much_waits_teams_is_asked_to_come_back(teams: FakeTeams, bot: Bot) -> None:
    bot.engine.busy = True
    answer = await teams.deliver(message(ADA, teams.chats.chat(ADA), "hello"))

    assert answer.status == 503
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[]", 400),
        (b"[{}]", 400),
        (b"null", 400),
        (b"\xff\xfe{", 400),
        (b'{"type":"message"}', 400),
        (b'{"type":"message","conversation":{"id":"x"},"from":7}', 400),
        (b"[" * 200_000, 400),
        (b'{"a":' * 40_000 + b"1" + b"}" * 40_000, 400),
        (b" " * (256 * 1024 + 1), 413),
        (b'"' + b"x" * 10_000_000 + b'"', 413),
    ],
)
async def test_nonsense_is_refused_with_a_reason(
    teams: FakeTeams, bot: Bot, body: bytes, status: int
) -> None:
    header = f"Bearer {teams.issuer.token(teams.service_url)}"
    answer = await teams.post(body, header)

    assert answer.status == status
    assert answer.json["error"]
    assert bot.engine.events == []


@pytest.mark.parametrize("packed", [gzip.compress(b" " * 50_000_000), b"not gzip at all"])
async def test_packed_nonsense_is_refused_too(
    teams: FakeTeams, bot: Bot, packed: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    header = f"Bearer {teams.issuer.token(teams.service_url)}"
    answer = await teams.post(packed, header, **{"Content-Encoding": "gzip"})

    assert answer.status in {400, 413}
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
SHAPES: tuple[Callable[[Conversation], Json], ...] = (
    lambda chat: message(ADA, chat, "hello"),
    lambda chat: pressed(ADA, chat, carries("do", "slot", id="1")),
    lambda chat: asked(ADA, chat, carries("do") | {"name": "x"}, "task/submit"),
    lambda chat: added(chat, ADA),
    lambda chat: activity("messageReaction", ADA, chat, reactionsAdded=[{"type": "like"}]),
    lambda chat: activity("installationUpdate", ADA, chat, action="add"),
    lambda chat: activity("conversationUpdate", ADA, chat, data={"eventType": "teamRenamed"}),
)
KEYS = (
    *("type", "id", "timestamp", "from", "recipient", "conversation", "channelData", "text"),
    *("entities", "attachments", "membersAdded", "membersRemoved", "value", "name", "action"),
    *("reactionsAdded", "replyToId", "locale", "localTimezone", "textFormat", "value.action"),
    *("value.action.data", "value.action.data.coterie", "value.data", "value.data.coterie"),
    *("channelData.team", "channelData.channel", "channelData.settings", "from.aadObjectId"),
    *("conversation.id", "conversation.conversationType", "from.id", "value.data.name"),
)


def broken(told: Json, key: str, value: object) -> Json:
    """The activity with one field, however deep, made something else."""
    head, _, rest = key.partition(".")
    inner = told.get(head)
    deeper = broken(inner, rest, value) if rest and isinstance(inner, dict) else value
    return told | {head: deeper}


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shape=st.sampled_from(SHAPES),
    faults=st.lists(st.tuples(st.sampled_from(KEYS), json), min_size=1, max_size=3),
)
async def test_no_activity_makes_us_stumble(
    teams: FakeTeams,
    bot: Bot,
    caplog: pytest.LogCaptureFixture,
    shape: Callable[[Conversation], Json],
    faults: list[tuple[str, object]],
) -> None:
    told = shape(teams.chats.chat(ADA))
    for key, value in faults:
        told = broken(told, key, value)
    answer = await teams.deliver(told)

    assert answer.status < 500
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_ids_of_any_length_are_bounded(teams: FakeTeams, bot: Bot) -> None:
    long = message(ADA, teams.chats.chat(ADA), "hello") | {"id": number() * 100}
    answer = await teams.deliver(long)

    assert answer.status == 400
    assert "$.id" in answer.json["error"]
