"""Shortcuts and commands: what they mean, and who reads the answer."""

from core.engine.ports import Card, Done, Open, Origin
from core.message import Form, Post, Text, TextField, verbatim
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_world import BOT, TEAM, Channel, Human
from tests.slack.app import App

POST = Post(
    summary=verbatim("Better handovers"), blocks=(Text(verbatim("Six weeks.")),), slot="card/1"
)
FORM = Form(
    title=verbatim("New"),
    action="create",
    fields=(TextField(name="name", label=verbatim("Name")),),
    submit=verbatim("Save"),
)


async def test_shortcuts_are_presses_in_private(slack: FakeSlack, app: App, ada: Human) -> None:
    app.engine.replies["cohorts.create"] = Open(FORM)
    app.engine.replies["people.help"] = Done(verbatim("Hi."))
    for name in ("start_cohort", "help", "unknown"):
        assert (await slack.shortcut(ada, name)).status == 200

    assert [one.name for one in app.engine.events] == ["cohorts.create", "people.help"]
    assert app.engine.events[0].origin == Origin(place=ada.account, private=True, team=TEAM)
    assert len(slack.kept.windows) == 3


async def test_a_command_is_a_mention_that_opens_forms_at_once(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    app.engine.replies["message"] = Open(FORM)
    answer = await slack.commands(ada, room, " cohort new ")

    event = app.event
    assert (answer.status, answer.body) == (200, b"")
    assert (event.source, event.text, event.mentioned) == ("message", "cohort new", True)
    assert (event.inline, event.origin) == (
        True,
        Origin(place=room.place, team=TEAM, overheard=True),
    )
    assert slack.kept.windows[-1].user is ada


async def test_a_command_is_answered_to_who_typed_it(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    app.engine.replies["message"] = Done(verbatim("I sent it to you privately."))
    sentence = await slack.commands(ada, room, "status")
    app.engine.replies["message"] = Card(POST)
    shown = await slack.commands(ada, room, "status")

    assert sentence.json["response_type"] == shown.json["response_type"] == "ephemeral"
    assert sentence.json["text"] == "I sent it to you privately."
    assert "Six weeks." in shown.body.decode()
    assert slack.kept.answers == []


async def test_a_command_where_we_are_not_says_how_to_invite_us(
    slack: FakeSlack, app: App, ada: Human
) -> None:
    place = slack.world.channel(ada, there=False)
    answer = await slack.commands(ada, place, "help")

    assert "/invite @Coterie" in answer.json["text"]
    assert app.engine.events == []


async def test_a_command_in_a_chat_of_others_is_taken_as_said_to_us(
    slack: FakeSlack, app: App, ada: Human, bo: Human
) -> None:
    for place in (slack.world.chat(bo), Channel("D0OTHERS"), slack.world.chat(ada)):
        await slack.commands(ada, place, "privacy")

    places = [one.origin.place for one in app.engine.events if one.origin]
    assert places == [ada.account, ada.account, slack.world.chat(ada).place]
    assert all(one.origin and one.origin.private for one in app.engine.events)
    assert "conversation" not in app.engine.events[0].learned[0].ref


async def test_a_command_reads_names_that_slack_filled_in(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    await slack.commands(ada, room, f"join <@{bo.id}|bo> &amp; <@{BOT}>")

    assert app.event.text == "join Bo Sample &"


async def test_slack_may_ask_whether_our_certificate_is_fine(slack: FakeSlack, app: App) -> None:
    form = "application/x-www-form-urlencoded"
    answer = await slack.post("/slack/commands", b"ssl_check=1&token=x", form)

    assert answer.status == 200
