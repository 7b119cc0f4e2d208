"""The menu of a message in Slack: what somebody says about what somebody else wrote."""

from typing import Any

import pytest

from core.engine.ports import Done, Open
from core.message import Form, TextField, say, verbatim
from slack.interaction import FLAG
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_client import chosen
from tests.fakes.slack_world import BOT, BOT_ID, Channel, Human, Json
from tests.slack.app import App

TS = "1772442000.000100"
WHY = TextField(name="words", label=verbatim("In your words"))
FORM = Form(
    title=verbatim("Tell the moderator"),
    action="moderation.flag",
    args={"case": "7"},
    fields=(WHY,),
    submit=verbatim("Send"),
)


def wrote(by: Human, text: str, **more: Any) -> Json:
    """A message as its menu tells of it."""
    return {"user": by.id, "ts": TS, "text": text, "team": by.team, **more}


async def flagged(slack: FakeSlack, app: App, by: Human, place: Channel, about: Json) -> int:
    """Somebody chooses it in the menu of a message; the status of the answer."""
    app.engine.replies["moderation.flag"] = Open(FORM)
    return (await slack.interact(chosen(slack, by, place, about, FLAG))).status


async def test_the_form_opens_with_the_message_its_words_and_its_author(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    about = wrote(bo, f"You are <@{ada.id}> slow &amp; dull.", thread_ts="1772441000.000100")
    await flagged(slack, app, ada, room, about)

    (window,) = slack.kept.windows
    assert window.view["title"]["text"] == "Tell the moderator"
    event = app.event
    assert (event.source, event.name) == ("press", "moderation.flag")
    assert "slow & dull." in event.text
    assert [one.account for one in event.people] == [bo.account]
    assert event.people[0].name == bo.name
    assert event.origin is not None
    assert (event.origin.place, event.origin.message, event.origin.thread) == (
        room.place,
        TS,
        "1772441000.000100",
    )


async def test_the_form_comes_back_and_is_answered_with_a_sentence(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    await flagged(slack, app, ada, room, wrote(bo, "Hm."))
    (window,) = slack.kept.windows
    app.engine.replies["moderation.flag"] = Done(say("test.thanks", "Thank you."))
    answer = await slack.submits(ada, window, {})

    assert answer.json["response_action"] == "update"
    assert "Thank you." in answer.body.decode()
    event = app.engine.events[-1]
    assert (event.source, event.name, dict(event.args)) == (
        "form",
        "moderation.flag",
        {"case": "7"},
    )


async def test_a_chat_that_coterie_is_not_in_is_never_written_to(
    slack: FakeSlack, app: App, ada: Human, bo: Human
) -> None:
    await flagged(slack, app, ada, slack.world.chat(bo), wrote(bo, "Hush."))

    event = app.event
    assert event.origin is not None
    assert (event.origin.place, event.origin.message) == (ada.account, TS)
    assert [(one.id, dict(one.ref)) for one in event.learned] == [(ada.account, {"user": ada.id})]


async def test_nothing_is_learned_of_a_channel_that_coterie_may_not_be_in(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    await flagged(slack, app, ada, room, wrote(bo, "Hm."))
    assert [one.id for one in app.event.learned] == [ada.account]


async def test_what_a_program_wrote_has_no_author(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    told = {"ts": TS, "text": "I am a bot."}
    for more in ({"bot_id": "B9"}, {"bot_id": BOT_ID, "user": BOT}, {"user": BOT}, {}):
        await flagged(slack, app, ada, room, told | more)
    assert [event.people for event in app.engine.events] == [()] * 4


@pytest.mark.parametrize(
    "about",
    [
        {"ts": TS, "text": 7},
        {"ts": "yesterday", "text": "x"},
        {"ts": TS, "user": ["U1"]},
        {"ts": TS, "user": "U1/../x"},
        {"ts": TS, "user": "U" * 200},
    ],
)
async def test_nonsense_is_refused_and_nothing_happens(
    slack: FakeSlack, app: App, ada: Human, room: Channel, about: Json
) -> None:
    assert await flagged(slack, app, ada, room, about) == 400
    assert app.engine.events == []


async def test_half_a_message_still_opens_the_form(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    told = chosen(slack, ada, room, {"ts": TS}, FLAG)
    for gone in ("message", "channel", "action_ts", "response_url"):
        app.engine.replies["moderation.flag"] = Open(FORM)
        fresh = {**told, "trigger_id": chosen(slack, ada, room, {"ts": TS}, FLAG)["trigger_id"]}
        answer = await slack.interact({name: it for name, it in fresh.items() if name != gone})
        assert answer.status == 200
    assert len(slack.kept.windows) == 4
    assert all(event.people == () for event in app.engine.events)


async def test_a_shortcut_of_another_time_is_told_so(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    await slack.interact(chosen(slack, ada, room, wrote(bo, "Hm."), "cohorts.erase"))
    assert "earlier" in slack.kept.answers[-1].payload["text"]
    assert app.engine.events == []


async def test_it_is_the_same_however_often_it_is_told(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    told = chosen(slack, ada, room, wrote(bo, "Hm."), FLAG)
    app.engine.replies["moderation.flag"] = Done(say("test.thanks", "Thank you."))
    for _ in range(2):
        await slack.interact(told)
    first, again = app.engine.events
    assert first.id == again.id
