"""What leaves for Slack, and what each of its answers means."""

import asyncio
import socket

import aiohttp
import pytest

from core.engine.errors import (
    DeliveryError,
    Gone,
    NotAllowed,
    Rejected,
    RetryLater,
    Uncertain,
    Unreachable,
)
from core.engine.ports import Address, Capabilities, Viewer
from core.message import Post, Text, verbatim
from slack.client import Client, Revoked, failure
from slack.config import SlackConfig
from slack.send import SlackPlatform, shorter
from slack.turns import Turns
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_world import TEAM, Channel, Human
from tests.slack.app import App, installed


def post(words: str = "Better handovers", slot: str = "") -> Post:
    return Post(summary=verbatim(words), blocks=(Text(verbatim(words)),), slot=slot)


def at(place: Channel) -> Address:
    return Address(id=place.place, ref={"conversation": place.id})


async def send(
    app: App, address: Address, *, thread: str = "", replace: str = "", key: str = "k"
) -> str:
    payload = app.platform.render(post(), Viewer())
    sent = await app.platform.send(address, payload, thread=thread, replace=replace, key=key)
    return sent.ref


async def test_a_card_goes_into_a_channel_and_a_thread(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    slack.limits.enforced = False
    root = await send(app, at(room))
    await send(app, at(room), thread=root)

    first, second = slack.sent
    assert (first.ts, first.channel, first.thread) == (root, room.id, "")
    assert second.thread == root
    assert (first.payload["text"], first.payload["unfurl_links"]) == ("Better handovers", False)


async def test_a_message_is_edited_and_taken_away_in_place(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    ref = await send(app, at(room))
    assert await send(app, at(room), replace=ref) == ref
    (sent,) = slack.sent
    await app.platform.withdraw(at(room), ref)
    await app.platform.withdraw(at(room), ref)

    assert (sent.edits, sent.deleted) == (1, True)


async def test_the_home_tab_is_published(slack: FakeSlack, app: App, ada: Human) -> None:
    home = Address(id=f"slack:{TEAM}:home-{ada.id}", ref={"home": ada.id})
    payload = app.platform.render(post(slot="home/p1"), Viewer())
    sent = await app.platform.send(home, payload, replace="home", key="k")
    await app.platform.withdraw(home, "home")

    assert sent.ref == "home"
    assert slack.kept.homes[ada.id]["type"] == "home"
    assert app.platform.capabilities(home) == Capabilities(hears="nothing")


async def test_a_place_hears_everything_and_has_threads(app: App, room: Channel) -> None:
    assert app.platform.capabilities(at(room)) == Capabilities(threads=True)


async def test_a_message_is_found_by_its_key_even_in_a_thread(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    slack.limits.enforced = False
    root = await send(app, at(room), key="one")
    below = await send(app, at(room), thread=root, key="two")
    find = app.platform.find

    assert await find(at(room), "one") == root
    assert await find(at(room), "two") == below
    assert await find(at(room), "three") is None
    assert await find(Address(id="slack:T:U1", ref={"user": "U1"}), "one") is None
    assert "one" not in str(slack.sent[0].payload["metadata"])


async def test_somebody_is_reached_in_one_chat_however_often(
    slack: FakeSlack, app: App, ada: Human
) -> None:
    first = await app.platform.reach(ada.account, None)
    again = await app.platform.reach(ada.account, first)

    chat = slack.world.chat(ada)
    assert first == again
    assert first == Address(id=ada.account, ref={"user": ada.id, "conversation": chat.id})


async def test_when_no_more_chats_may_be_made_slack_makes_them_as_we_write(
    slack: FakeSlack, app: App, ada: Human
) -> None:
    slack.fail("ratelimited", 429, after=30, method="conversations.open")
    address = await app.platform.reach(ada.account, None)
    payload = app.platform.render(post(), Viewer())
    sent = await app.platform.send(address, payload, key="k")

    chat = slack.world.chat(ada)
    assert address.ref["conversation"] == ada.id
    assert sent.learned == (Address(id=ada.account, ref={"user": ada.id, "conversation": chat.id}),)
    assert slack.sent[0].channel == chat.id


async def test_while_no_more_chats_may_be_made_nobody_asks_for_one(
    slack: FakeSlack, app: App, ada: Human, bo: Human
) -> None:
    slack.fail("ratelimited", 429, after=30, method="conversations.open")
    first, second = [await app.platform.reach(one.account, None) for one in (ada, bo)]

    assert (first.ref["conversation"], second.ref["conversation"]) == (ada.id, bo.id)
    assert [method for method, _ in slack.kept.calls].count("conversations.open") == 1


async def test_a_429_for_the_home_tab_or_a_deletion_holds_nothing_else(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    home = Address(id=f"slack:{TEAM}:home-{ada.id}", ref={"home": ada.id})
    payload = app.platform.render(post(slot="home/p1"), Viewer())
    slack.fail("ratelimited", 429, after=9, times=2)
    with pytest.raises(RetryLater) as published:
        await app.platform.send(home, payload, key="k")
    with pytest.raises(RetryLater) as deleted:
        await app.platform.withdraw(at(room), "1.2")

    assert (published.value.scope, deleted.value.scope) == ("lane", "lane")


@pytest.mark.parametrize("who", [{"deleted": True}, {"is_bot": True}])
async def test_whom_nobody_can_write_to_is_unreachable(
    slack: FakeSlack, app: App, who: dict[str, bool]
) -> None:
    human = slack.world.human("Somebody", **who)
    with pytest.raises(Unreachable):
        await app.platform.reach(human.account, None)
    with pytest.raises(Unreachable):
        await app.platform.reach(f"slack:{TEAM}:U0NOBODY", None)
    with pytest.raises(Unreachable):
        await send(app, Address(id=human.account))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("channel_not_found", Unreachable),
        ("not_in_channel", Unreachable),
        ("is_archived", Unreachable),
        ("messages_tab_disabled", Unreachable),
        ("message_not_found", Gone),
        ("thread_not_found", Gone),
        ("missing_scope", NotAllowed),
        ("restricted_action", NotAllowed),
        ("token_revoked", RetryLater),
        ("account_inactive", RetryLater),
        ("ratelimited", RetryLater),
        ("fatal_error", Uncertain),
        ("something_new", Rejected),
    ],
)
async def test_each_word_of_slack_has_one_meaning(
    slack: FakeSlack, app: App, room: Channel, error: str, kind: type[DeliveryError]
) -> None:
    slack.fail(error)
    with pytest.raises(kind) as raised:
        await send(app, at(room))

    assert raised.value.why.endswith(error)
    assert slack.sent == []


async def test_a_429_waits_as_long_as_it_says_for_the_whole_workspace(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    slack.fail("ratelimited", 429, after=17)
    with pytest.raises(RetryLater) as raised:
        await send(app, at(room))

    assert (raised.value.after, raised.value.scope) == (17.0, "tenant")


async def test_an_edit_that_is_too_early_waits_for_its_own_turn_alone(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    ref = await send(app, at(room))
    slack.fail("ratelimited", 429, after=9)
    with pytest.raises(RetryLater) as raised:
        await send(app, at(room), replace=ref)
    with pytest.raises(RetryLater) as again:
        await send(app, at(room), replace=ref)

    assert (raised.value.after, raised.value.scope) == (9.0, "lane")
    assert again.value.scope == "lane"
    assert 8.0 < (again.value.after or 0.0) < 12.0


def test_a_burst_of_edits_goes_at_once_and_the_rest_one_after_another() -> None:
    turns = Turns(every=1.2, at_once=20)
    waits = [turns.wait(f"m{n}", 1000.0) for n in range(24)]

    assert waits[:20] == [0.0] * 20
    assert [round(wait, 1) for wait in waits[20:]] == [1.2, 2.4, 3.6, 4.8]
    assert turns.wait("m20", 1001.2) == 0.0
    assert turns.wait("m23", 1001.2) > 3.0


async def test_a_private_chat_keeps_its_window_under_either_name(
    slack: FakeSlack, app: App, ada: Human
) -> None:
    chat = at(slack.world.chat(ada))
    await send(app, chat)
    with pytest.raises(RetryLater) as raised:
        await send(app, Address(id=ada.account, ref={**chat.ref, "user": ada.id}))

    assert (raised.value.scope, len(slack.sent), slack.limits.refused) == ("lane", 1, 0)
    assert 0.5 < (raised.value.after or 0.0) <= 1.0


async def test_fifty_edits_a_minute_earn_no_429(slack: FakeSlack, app: App) -> None:
    slack.limits.enforced = False
    rooms = [slack.world.channel(name=f"room-{n}") for n in range(30)]
    refs = [await send(app, at(one)) for one in rooms]
    slack.limits.enforced = True
    later = await asyncio.gather(
        *(send(app, at(one), replace=ref) for one, ref in zip(rooms, refs, strict=True)),
        return_exceptions=True,
    )

    assert sum(isinstance(one, RetryLater) for one in later) == 10
    assert slack.limits.refused == 0


async def test_a_message_that_is_too_long_goes_shorter_once(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    slack.fail("msg_blocks_too_long")
    await send(app, at(room))
    slack.fail("invalid_blocks", times=2)
    with pytest.raises(Rejected):
        await send(app, at(room))

    assert len(slack.sent) == 1


def test_what_is_shorter_keeps_its_beginning_and_its_buttons() -> None:
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2500}}
    buttons = {"type": "actions", "elements": []}
    picture = {"type": "image", "image_url": "https://example.com/x", "alt_text": "x"}
    payload = {"text": "t", "blocks": [picture, long, long, long, buttons]}

    assert shorter(payload) == {"text": "t", "blocks": [long, buttons]}


# --- doubt ------------------------------------------------------------------------------------


async def test_a_page_of_a_proxy_is_doubt_about_a_message_and_none_about_an_edit(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    slack.fail(status=502, accepted=True, method="chat.postMessage")
    with pytest.raises(Uncertain):
        await send(app, at(room), key="mine")
    ref = await app.platform.find(at(room), "mine")
    slack.fail(status=502, method="chat.update")
    with pytest.raises(RetryLater):
        await send(app, at(room), replace=ref or "")

    assert [one.ts for one in slack.sent] == [ref]


async def test_no_answer_is_doubt(slack: FakeSlack, room: Channel) -> None:
    async with installed(slack, patience=aiohttp.ClientTimeout(total=0.2)) as app:
        slack.fail(hang=True)
        with pytest.raises(Uncertain):
            await send(app, at(room))


async def test_where_nobody_answers_nothing_was_sent(room: Channel) -> None:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{it.getsockname()[1]}/api"
    async with aiohttp.ClientSession() as session:
        platform = SlackPlatform(Client(SlackConfig(api_url=url), session))
        payload = platform.render(post(), Viewer())
        with pytest.raises(RetryLater):
            await platform.send(at(room), payload, key="k")


async def test_a_revoked_token_is_said_once_and_what_is_to_be_sent_waits(
    slack: FakeSlack, app: App, room: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    slack.revoked = True
    with pytest.raises(Revoked) as raised:
        await send(app, at(room))
    with pytest.raises(Revoked):
        await send(app, at(room))
    loud = [one for one in caplog.records if one.levelname == "ERROR"]
    missing = app.workspace.missing()
    tried = [method for method, _ in slack.kept.calls if method == "chat.postMessage"]

    assert (raised.value.scope, raised.value.after) == ("tenant", 120.0)
    assert len(tried) == 1
    assert len(loud) == 1
    assert "COTERIE_SLACK_BOT_TOKEN" in loud[0].getMessage()
    assert missing == ["Slack: the token is worth nothing any more (token_revoked)"]


async def test_a_token_that_slack_takes_again_is_noticed_by_itself(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    ref = await send(app, at(room))
    slack.fail("token_revoked", method="chat.update")
    with pytest.raises(Revoked):
        await send(app, at(room), replace=ref)
    before = app.workspace.missing()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(app.workspace.watch(look=0.01), 0.2)

    assert (len(before), app.workspace.missing()) == (1, [])
    assert await send(app, at(room), replace=ref) == ref


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("5", 5.0), ("0", 0.0), ("-1", 0.0), ("nan", None), ("soon", None), ("1e9", 3600.0)],
)
def test_how_long_to_wait_is_read_with_care(said: str, seconds: float | None) -> None:
    error = failure("chat.postMessage", 429, {"Retry-After": said}, b"", once=True)

    assert isinstance(error, RetryLater)
    assert error.after == seconds
