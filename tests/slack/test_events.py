"""What happens in Slack, and what reaches the engine of it."""

from typing import Any

import pytest

from core.engine.ports import Actor, Address, Event, Media, Origin, Preview
from core.message import Post, Text, verbatim
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_client import message
from tests.fakes.slack_world import BOT, BOT_ID, FOREIGN, TEAM, Channel, Human, Json
from tests.slack.app import App

TS = "1772442000.000100"


def actor(human: Human) -> Actor:
    return Actor(
        account=human.account,
        name=human.name,
        email=str(human.shown()["profile"]["email"]),
        title=human.title,
        zone=human.tz,
        locale=human.locale,
    )


async def test_words_in_private_are_a_message(slack: FakeSlack, app: App, ada: Human) -> None:
    chat = slack.world.chat(ada)
    answer = await slack.says(ada, chat, "cohort new", ts=TS)

    assert (answer.status, answer.body) == (200, b"")
    assert app.event == Event(
        id=f"slack/{TEAM}/{chat.id}/{TS}",
        org="main",
        source="message",
        name="message",
        by=actor(ada),
        origin=Origin(place=chat.place, message=TS, private=True, team=TEAM),
        text="cohort new",
        learned=(
            Address(id=chat.place, ref={"conversation": chat.id}),
            Address(id=ada.account, ref={"user": ada.id, "conversation": chat.id}),
        ),
    )


async def test_a_mention_that_is_told_twice_is_one_event(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    await slack.says(ada, room, f"<@{BOT}> hello", ts=TS)

    first, second = app.engine.events
    assert first == second
    assert (first.text, first.mentioned) == ("hello", True)
    assert first.origin == Origin(
        place=room.place, thread=TS, message=TS, team=TEAM, overheard=True
    )
    assert first.learned[1] == Address(id=ada.account, ref={"user": ada.id})


async def test_an_answer_in_a_thread_names_its_root(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    await slack.says(ada, room, "mine", ts=TS, thread_ts="1772442000.000001")

    assert app.event.origin is not None
    assert (app.event.origin.thread, app.event.mentioned) == ("1772442000.000001", False)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("see <https://example.com/a|the guide>", "see the guide (https://example.com/a)"),
        ("see <https://example.com/a>", "see https://example.com/a"),
        ("see <https://example.com|example.com>", "see https://example.com"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("in <#C01|handovers>", "in #handovers"),
        ("<!channel> <!here> <!subteam^S1|@night>", "@channel @here @night"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("thanks <@U0NOBODY>", "thanks @U0NOBODY"),
        ("<@U0NOBODY|cem>  said", "cem said"),
        ("1 < 2 > 0 <", "1 < 2 > 0 <"),
        ("&lt;!channel&gt;", "<!channel>"),
    ],
)
async def test_what_slack_marked_up_is_read_as_it_was_seen(
    slack: FakeSlack, app: App, ada: Human, written: str, read: str
) -> None:
    await slack.says(ada, slack.world.chat(ada), written)

    assert app.event.text == read


async def test_known_people_are_read_by_their_names(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    await slack.says(ada, room, f"<@{bo.id}> knows, <@{BOT}>")

    assert app.engine.events[0].text == "Bo Sample knows,"


async def test_files_come_along(slack: FakeSlack, app: App, ada: Human) -> None:
    file = {"name": "board.jpg", "mimetype": "image/jpeg", "size": 7, "url_private": "https://x/1"}
    gone = {"id": "F2", "mode": "tombstone"}
    told = message(ada, slack.world.chat(ada), "", subtype="file_share", files=[file, gone])
    await slack.deliver(told)

    assert app.event.media == (
        Media(name="board.jpg", mime="image/jpeg", size=7, handle="https://x/1"),
    )


def changed(room: Channel, human: Human, text: str, **more: Any) -> Json:
    inner = {"user": human.id, "text": text, "ts": TS, "edited": {"ts": "1772442009.000000"}}
    old = {"user": human.id, "text": "before", "ts": TS}
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": room.id,
        "ts": "1772442009.000100",
        "message": inner | more,
        "previous_message": old,
    }


async def test_an_edit_and_a_deletion_name_the_message(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    await slack.deliver(changed(room, ada, "after", thread_ts="1772442000.000001"))
    old = {"user": ada.id, "text": "after", "ts": TS, "thread_ts": "1772442000.000001"}
    await slack.deliver(
        {
            "type": "message",
            "subtype": "message_deleted",
            "channel": room.id,
            "ts": "1772442010.000100",
            "deleted_ts": TS,
            "previous_message": old,
        }
    )

    edit, deletion = app.engine.events
    assert edit.id == f"slack/{TEAM}/{room.id}/{TS}/edited/1772442009.000000"
    assert (edit.name, edit.text, edit.by) == ("message.edited", "after", actor(ada))
    assert edit.origin == Origin(
        overheard=True, place=room.place, thread="1772442000.000001", message=TS, team=TEAM
    )
    assert deletion.id == f"slack/{TEAM}/{room.id}/{TS}/deleted"
    assert (deletion.name, deletion.origin) == ("message.deleted", edit.origin)


async def test_what_slack_adds_to_a_message_is_no_edit(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    await slack.deliver(changed(room, ada, "before", attachments=[{"title": "A page"}]))
    await slack.deliver(changed(room, ada, "mine", user=BOT, bot_id=BOT_ID))

    assert app.engine.events == []
    assert app.counts["message.unchanged"] == 2


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": BOT_ID},
        {"user": BOT},
        {"user": "USLACKBOT"},
        {"subtype": "bot_message", "user": None},
        {"subtype": "channel_topic"},
        {"subtype": "brand_new"},
    ],
)
async def test_programs_and_notices_are_not_heard(
    slack: FakeSlack, app: App, ada: Human, room: Channel, more: Json
) -> None:
    answer = await slack.deliver(message(ada, room, "hello") | more)

    assert answer.status == 200
    assert app.engine.events == []


async def test_a_person_that_is_a_program_is_not_heard(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    robot = slack.world.human("Robot", is_bot=True)
    await slack.says(robot, room, "hello")

    assert app.engine.events == []
    assert app.counts["of_a_program"] == 1


async def test_guests_and_strangers_are_guests_without_an_address(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    guest = slack.world.human("Guest", restricted=True)
    stranger = slack.world.human("Stranger", team=FOREIGN)
    for human in (guest, stranger):
        await slack.says(human, room, "hello", user_team=human.team)

    assert [(one.by.guest, one.by.email) for one in app.engine.events if one.by] == [
        (True, ""),
        (True, ""),
    ]


async def test_whom_slack_does_not_know_in_time_is_a_guest_for_now(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    late = slack.world.human("Late Comer")
    slack.fail("ratelimited", 429, after=30, method="users.info")
    await slack.says(late, room, "hello")

    assert app.event.by == Actor(account=late.account, guest=True)


async def test_reactions_come_and_go(slack: FakeSlack, app: App, ada: Human, room: Channel) -> None:
    item = {"type": "message", "channel": room.id, "ts": TS}
    told = {"user": ada.id, "reaction": "tada", "item": item, "event_ts": "1772442001.000001"}
    for kind in ("reaction_added", "reaction_removed"):
        await slack.deliver({**told, "type": kind})
    await slack.deliver({**told, "type": "reaction_added", "user": BOT})

    assert [(one.name, dict(one.args)) for one in app.engine.events] == [
        ("reaction.added", {"type": "tada"}),
        ("reaction.removed", {"type": "tada"}),
    ]


async def test_we_come_into_a_channel_and_are_gone_from_it(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    for kind in ("member_joined_channel", "member_left_channel"):
        await slack.deliver(
            {"type": kind, "user": BOT, "channel": room.id, "event_ts": f"{TS}1", "team": TEAM}
        )
    await slack.deliver({"type": "channel_archive", "channel": room.id, "event_ts": TS})

    came, went, archived = app.engine.events
    assert (came.name, came.by) == ("place.added", None)
    assert came.origin == Origin(place=room.place, team=TEAM, title="handovers", overheard=True)
    assert came.learned == (Address(id=room.place, ref={"conversation": room.id}),)
    assert (went.name, went.learned[0].state) == ("place.removed", "not_installed")
    assert (archived.name, archived.learned[0].state) == ("place.removed", "not_installed")


async def test_people_come_and_go_and_programs_do_not(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    robot = slack.world.human("Robot", is_bot=True)
    for kind, who in (
        ("member_joined_channel", ada),
        ("member_left_channel", ada),
        ("member_joined_channel", robot),
    ):
        await slack.deliver({"type": kind, "user": who.id, "channel": room.id, "event_ts": TS})

    assert [(one.name, one.people) for one in app.engine.events] == [
        ("people.added", (actor(ada),)),
        ("people.removed", (actor(ada),)),
    ]


async def test_a_channel_gets_another_name(slack: FakeSlack, app: App, room: Channel) -> None:
    channel = {"id": room.id, "name": "calm-handovers", "created": 1}
    await slack.deliver({"type": "channel_rename", "channel": channel, "event_ts": TS})

    assert app.event.name == "place.renamed"
    assert app.event.origin is not None
    assert app.event.origin.title == "calm-handovers"


async def test_who_changes_is_told_afresh(slack: FakeSlack, app: App, ada: Human) -> None:
    ada.tz = "Asia/Tokyo"
    for number in (1, 2):
        user = ada.shown()
        await slack.deliver({"type": "user_change", "user": user, "event_ts": f"{TS}{number}"})
    gone = slack.world.human("Gone", deleted=True)
    await slack.deliver({"type": "user_change", "user": gone.shown(), "event_ts": TS})

    first, second = app.engine.events
    assert (first.name, first.people, first.origin) == ("people.changed", (actor(ada),), None)
    assert first.id != second.id


async def test_opening_the_home_asks_for_it(slack: FakeSlack, app: App, ada: Human) -> None:
    await slack.opens_home(ada, slack.world.chat(ada))

    place = f"slack:{TEAM}:home-{ada.id}"
    assert app.event.name == "home.opened"
    assert app.event.origin == Origin(place=place, private=True, team=TEAM)
    assert app.event.learned == (
        Address(id=place, ref={"home": ada.id}),
        Address(id=ada.account, ref={"user": ada.id}),
    )


async def test_the_first_look_at_our_chat_is_a_hello(
    slack: FakeSlack, app: App, ada: Human
) -> None:
    for _ in range(2):
        await slack.opens_home(ada, slack.world.chat(ada), "messages")

    first, second = app.engine.events
    assert (first.name, first.id) == ("place.added", second.id)
    assert first.origin is not None
    assert first.origin.private


async def test_a_pasted_link_gets_a_card_if_there_is_one(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    told = {
        "type": "link_shared",
        "user": ada.id,
        "channel": room.id,
        "message_ts": TS,
        "unfurl_id": "C1.2",
        "source": "conversations_history",
        "links": [{"domain": "example.com", "url": "https://example.com/l/1"}],
        "event_ts": TS,
    }
    await slack.deliver(told)
    words = verbatim("Feedback that lands")
    app.engine.replies["link.preview"] = Preview(Post(summary=words, blocks=(Text(words),)))
    await slack.deliver(told)

    assert [dict(one.args)["url"] for one in app.engine.asked] == ["https://example.com/l/1"] * 2
    (unfurled,) = slack.kept.unfurls
    assert (unfurled["unfurl_id"], unfurled["source"]) == ("C1.2", "conversations_history")
    assert [*unfurled["unfurls"]] == ["https://example.com/l/1"]
    assert app.engine.events == []


async def test_being_removed_is_said_and_told_to_the_operator(
    slack: FakeSlack, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    assert app.workspace.missing() == []
    await slack.deliver({"type": "tokens_revoked", "tokens": {"bot": [BOT]}, "event_ts": TS})
    await slack.deliver({"type": "app_uninstalled", "event_ts": TS})

    assert len(app.workspace.missing()) == 1
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_unknown_kinds_are_answered_and_counted(slack: FakeSlack, app: App) -> None:
    odd = await slack.deliver({"type": "brand_new", "user": [1], "channel": 7})
    limited = await slack.told({"type": "app_rate_limited", "team_id": TEAM})

    assert (odd.status, limited.status) == (200, 200)
    assert app.counts == {"unknown": 1, "rate_limited": 1}


async def test_the_address_is_verified_before_anybody_is_known(slack: FakeSlack, app: App) -> None:
    app.workspace.team = None
    answer = await slack.told({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"})

    assert (answer.status, answer.body) == (200, b"3eZbrw1aB")
