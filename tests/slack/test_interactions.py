"""Buttons, forms, shortcuts and commands: what they mean, and what people see of the reply."""

import asyncio

import orjson
import pytest
from msgspec.structs import replace

from core.engine.ports import Card, Done, Invalid, Open, Origin, Reply, Say, ToPlace, Viewer
from core.message import (
    Buttons,
    ChoiceField,
    Form,
    OpenForm,
    Option,
    PeopleField,
    Post,
    Press,
    Text,
    TextField,
    ToggleField,
    say,
    verbatim,
)
from tests.fakes.slack import FakeSlack, Shown
from tests.fakes.slack_world import TEAM, Channel, Human, Message, Window
from tests.slack.app import App

JOIN = Press(verbatim("Join"), "do", {"id": "1"}, "primary")
ASK = OpenForm(verbatim("Answer"), "ask", {"id": "2"})
POST = Post(
    summary=verbatim("Better handovers"),
    blocks=(Text(verbatim("Six weeks.")), Buttons((JOIN, ASK))),
    slot="card/1",
)
NAME = TextField(name="name", label=verbatim("Name"), value="kept")
FORM = Form(
    title=verbatim("New"),
    action="create",
    args={"id": "2"},
    fields=(
        NAME,
        ToggleField(name="guests", label=verbatim("Guests"), value=True),
        ChoiceField(
            name="days",
            label=verbatim("Days"),
            options=(Option("mo", verbatim("Mo")), Option("tu", verbatim("Tu"))),
            several=True,
            required=False,
        ),
        PeopleField(
            name="people",
            label=verbatim("People"),
            options=(Option("p1", verbatim("Cem")),),
            several=True,
            required=False,
        ),
    ),
    submit=verbatim("Save"),
)
WRONG = Form(
    title=verbatim("New"),
    action="create",
    fields=(NAME,),
    submit=verbatim("Save"),
    errors={"name": say("test.short", "Too short."), "": say("test.all", "Look again.")},
)
LATE = "This button is from an earlier time and does nothing any more."


async def card(slack: FakeSlack, app: App, place: Channel) -> Message:
    """A card that stands in a place."""
    payload = app.platform.render(POST, Viewer())
    return slack.world.posted(place, "", dict(payload))


async def press(
    slack: FakeSlack, app: App, human: Human, stands: Message, reply: Reply | None
) -> list[Shown]:
    """What somebody is shown after a press."""
    if reply:
        app.engine.replies["do"] = reply
    answer = await slack.presses(human, stands, "Join")
    assert (answer.status, answer.body) == (200, b"")
    return slack.kept.answers


async def opened(slack: FakeSlack, app: App, human: Human, stands: Message) -> Window:
    """The form that opens after a press."""
    app.engine.replies["ask"] = Open(FORM)
    await slack.presses(human, stands, "Answer")
    return slack.kept.windows[-1]


async def test_a_press_says_who_where_and_what(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    stands = await card(slack, app, room)
    await slack.presses(ada, stands, "Join")

    event = app.event
    assert (event.source, event.name, dict(event.args)) == ("press", "do", {"id": "1"})
    assert event.by is not None
    assert (event.by.account, event.by.name) == (ada.account, "Ada Example")
    assert event.origin == Origin(
        overheard=True,
        place=room.place,
        thread=stands.ts,
        message=stands.ts,
        slot="card/1",
        team=TEAM,
    )
    assert event.inline
    assert event.opener in slack.triggers


async def test_nothing_hangs_below_a_message_that_one_person_saw(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    stands = await card(slack, app, room)
    told = slack.press(ada, stands, stands.button("Join"))
    told["container"]["is_ephemeral"] = True
    app.engine.replies["do"] = Card(POST, verbatim("You are in."))
    await slack.interact(told)

    assert app.event.origin == Origin(place=room.place, slot="card/1", team=TEAM, overheard=True)
    (shown,) = slack.kept.answers
    assert (shown.payload["response_type"], shown.payload["replace_original"]) == (
        "ephemeral",
        False,
    )


async def test_every_press_is_another_one_and_a_repeated_one_is_not(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    stands = await card(slack, app, room)
    told = slack.press(ada, stands, stands.button("Join"))
    for _ in range(2):
        await slack.interact(told)
    await slack.presses(ada, stands, "Join")

    first, again, other = [one.id for one in app.engine.events]
    assert first == again != other


async def test_a_press_shows_the_card_as_it_is_now_and_says_a_sentence(
    slack: FakeSlack, app: App, ada: Human
) -> None:
    stands = await card(slack, app, slack.world.chat(ada))
    now, note = await press(slack, app, ada, stands, Card(POST, verbatim("You are in.")))

    assert now.payload["replace_original"] is True
    assert now.payload["blocks"] == stands.blocks
    assert (note.payload["response_type"], note.payload["text"]) == ("ephemeral", "You are in.")
    assert slack.sent == [stands]


async def test_a_card_in_the_open_is_not_turned_into_the_words_of_who_pressed(
    slack: FakeSlack, app: App, bo: Human, room: Channel
) -> None:
    stands = await card(slack, app, room)
    (note,) = await press(slack, app, bo, stands, Card(POST, verbatim("You are in.")))
    _, alone = await press(slack, app, bo, stands, Card(POST))

    assert (note.payload["response_type"], note.payload["text"]) == ("ephemeral", "You are in.")
    assert (alone.payload["response_type"], alone.payload["replace_original"]) == (
        "ephemeral",
        False,
    )
    assert slack.sent == [stands]


async def test_a_sentence_is_for_who_pressed_alone(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    stands = await card(slack, app, room)
    (shown,) = await press(slack, app, ada, stands, Done(verbatim("Saved <!channel>.")))

    assert shown.payload["response_type"] == "ephemeral"
    assert shown.payload["replace_original"] is False
    assert shown.payload["text"] == "Saved &lt;!channel&gt;."
    assert slack.sent == [stands]


async def test_nothing_is_said_in_the_open_when_the_address_is_used_up(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    stands = await card(slack, app, room)
    told = slack.press(ada, stands, stands.button("Join"))
    slack.ways[told["response_url"].rpartition("/")[2]].used = 5
    app.engine.replies["do"] = Done(verbatim("Saved."))
    answer = await slack.interact(told)

    assert answer.status == 200
    assert slack.sent == [stands]
    assert app.counts["answers.failed"] == 1


async def test_an_address_elsewhere_is_not_used(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    stands = await card(slack, app, room)
    told = slack.press(ada, stands, stands.button("Join"))
    app.engine.replies["do"] = Done(verbatim("Saved."))
    await slack.interact(told | {"response_url": "http://localhost:1/x"})

    assert app.counts["answers.strange_address"] == 1


async def test_the_button_of_another_time_is_told_so(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    stands = await card(slack, app, room)
    button = stands.button("Join")
    for value in ("old", "[]", '{"a":1}', "{" * 900):
        await slack.interact(slack.press(ada, stands, button | {"value": value}))

    assert [one.payload["text"] for one in slack.kept.answers] == [LATE] * 4
    assert app.engine.events == []


async def test_links_and_lists_do_nothing(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    stands = await card(slack, app, room)
    link = {"type": "button", "action_id": "link.1", "url": "https://example.com"}
    chosen = {"type": "static_select", "action_id": "x", "selected_option": {"value": "1"}}
    for one in (link, chosen):
        assert (await slack.interact(slack.press(ada, stands, one))).status == 200
    closed = await slack.interact({**slack.acting("view_closed", ada), "view": {"id": "V1"}})
    offered = await slack.interact(slack.acting("block_suggestion", ada))

    assert (closed.status, offered.json) == (200, {"options": []})
    assert (app.engine.events, slack.kept.answers) == ([], [])


# --- forms ------------------------------------------------------------------------------------


async def test_a_form_opens_at_once_and_knows_where_it_was_asked_for(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    stands = await card(slack, app, room)
    window = await opened(slack, app, ada, stands)

    assert window.view["title"]["text"] == "New"
    assert orjson.loads(window.view["private_metadata"]) == {
        "a": "create",
        "k": {"id": "2"},
        "s": "card/1",
        "p": room.id,
        "t": stands.ts,
        "m": stands.ts,
        "y": ["guests"],
    }


async def test_a_form_that_is_sent_brings_its_values_back(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    stands = await card(slack, app, room)
    window = await opened(slack, app, ada, stands)
    values = {
        "name": "Nights",
        "guests": "",
        "days": "mo,tu",
        "people": "p1",
        "people/others": bo.id,
    }
    answer = await slack.submits(ada, window, values)

    event = app.engine.events[-1]
    assert (answer.status, answer.body) == (200, b"")
    assert (event.source, event.name, dict(event.args)) == ("form", "create", {"id": "2"})
    assert event.values == {
        "name": "Nights",
        "guests": "false",
        "days": "mo,tu",
        "people": f"p1,{bo.account}",
    }
    assert [one.name for one in event.people] == ["Bo Sample"]
    assert event.origin == Origin(
        overheard=True,
        place=room.place,
        thread=stands.ts,
        message=stands.ts,
        slot="card/1",
        team=TEAM,
    )


async def test_one_person_who_is_picked_stands_for_the_one_who_was_listed(
    slack: FakeSlack, app: App, ada: Human, bo: Human, room: Channel
) -> None:
    known = (Option("p1", verbatim("Ada")),)
    lead = PeopleField(name="lead", label=verbatim("Who leads?"), options=known, value="p1")
    stands = await card(slack, app, room)
    app.engine.replies["ask"] = Open(replace(FORM, fields=(lead,)))
    await slack.presses(ada, stands, "Answer")
    await slack.submits(ada, slack.kept.windows[-1], {"lead": "p1", "lead/others": bo.id})

    assert app.engine.events[-1].values == {"lead": bo.account}


async def test_a_form_in_which_a_program_was_picked_is_taken_all_the_same(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    robot = slack.world.human("Robot", is_bot=True)
    window = await opened(slack, app, ada, await card(slack, app, room))
    await slack.submits(ada, window, {"people/others": robot.id})

    event = app.engine.events[-1]
    assert (event.source, event.people) == ("form", ())


async def test_an_empty_form_is_empty_and_a_yes_is_a_yes(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    window = await opened(slack, app, ada, await card(slack, app, room))
    await slack.submits(ada, window, {"name": "  "})

    values = {"name": "", "guests": "true", "days": "", "people": ""}
    assert app.engine.events[-1].values == values


async def test_a_form_with_errors_says_where(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    window = await opened(slack, app, ada, await card(slack, app, room))
    app.engine.replies["create"] = Invalid(WRONG)
    answer = await slack.submits(ada, window, {})

    assert answer.json == {
        "response_action": "errors",
        "errors": {"name": "Too short. Look again."},
    }


async def test_a_form_corrected_and_sent_twice_is_one_event_more(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    window = await opened(slack, app, ada, await card(slack, app, room))
    await slack.submits(ada, window, {"name": "x"})
    for _ in range(2):
        await slack.submits(ada, window, {"name": "Nights"})

    wrong, right, again = [one.id for one in app.engine.events[1:]]
    assert wrong != right == again


async def test_a_form_that_is_fine_says_so_or_closes(
    slack: FakeSlack, app: App, ada: Human, room: Channel
) -> None:
    window = await opened(slack, app, ada, await card(slack, app, room))
    replies: tuple[Reply | None, ...] = (
        Done(verbatim("Saved.")),
        Card(POST, verbatim("Late.")),
        Open(WRONG),
        Card(POST),
        Say(POST),
        None,
    )
    answers = []
    for reply in replies:
        app.engine.replies = {"create": reply} if reply else {}
        answers.append(await slack.submits(ada, window, {}))

    updates = [one.json for one in answers[:3]]
    assert [one["response_action"] for one in updates] == ["update"] * 3
    assert [one["view"]["title"]["text"] for one in updates] == ["Coterie", "Coterie", "New"]
    assert "Saved." in answers[0].body.decode()
    assert [(one.status, one.body) for one in answers[3:]] == [(200, b"")] * 3


@pytest.mark.parametrize("late", [True, False])
async def test_a_form_that_came_too_late_is_offered_again(
    slack: FakeSlack, app: App, ada: Human, room: Channel, late: bool
) -> None:
    stands = await card(slack, app, room)
    app.engine.replies["ask"] = Open(FORM)
    told = slack.press(ada, stands, stands.button("Answer"))
    way = slack.triggers[told["trigger_id"]]
    way.at, way.used = (way.at - 3.1, 0) if late else (way.at, 1)
    answer = await slack.interact(told)

    assert answer.status == 200
    (shown,) = slack.kept.answers
    assert "too long" in shown.payload["text"]
    button = shown.payload["blocks"][-1]["elements"][0]
    assert orjson.loads(button["value"]) == {"a": "ask", "k": {"id": "2"}, "s": ""}


async def test_a_slack_that_does_not_answer_leaves_time_to_say_so(
    slack: FakeSlack, app: App, room: Channel
) -> None:
    cem = slack.world.human("Cem Example")
    for method in ("conversations.info", "users.info", "views.open"):
        slack.fail(hang=True, method=method, times=2)
    app.engine.replies["message"] = Open(FORM)
    began = asyncio.get_running_loop().time()
    answer = await slack.commands(cem, room, "cohort new")

    assert asyncio.get_running_loop().time() - began < 2.5
    assert "too long" in answer.json["text"]
    assert answer.json["blocks"][-1]["elements"][0]["text"]["text"] == "New"


async def test_the_home_tab_answers_with_small_windows(
    slack: FakeSlack, app: App, ada: Human
) -> None:
    home = f"slack:{TEAM}:home-{ada.id}"
    button = {"type": "button", "action_id": "do.1", "value": '{"a":"do","k":{},"s":"home/p1"}'}
    told = {
        **slack.acting("block_actions", ada),
        "container": {"type": "view", "view_id": "V1"},
        "view": {"id": "V1", "type": "home", "private_metadata": "", "state": {"values": {}}},
        "actions": [{**button, "action_ts": "1772442000.000001"}],
    }
    app.engine.replies["do"] = Card(POST, verbatim("Paused."))
    answer = await slack.interact(told)

    assert answer.status == 200
    assert app.event.origin == Origin(place=ada.account, private=True, slot="home/p1", team=TEAM)
    assert ToPlace(home) != ToPlace(app.event.origin.place)
    assert slack.kept.homes[ada.id]["type"] == "home"
    assert "Paused." in orjson.dumps(slack.kept.windows[-1].view).decode()
