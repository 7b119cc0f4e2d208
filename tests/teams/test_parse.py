"""What an activity means."""

import orjson
import pytest

from core.engine.ports import Actor, Address, Event, Media, Origin
from teams.activity import Malformed, decode
from teams.parse import Parsed, parse
from tests.fakes.activities import (
    BOT,
    TENANT,
    Conversation,
    Human,
    Json,
    activity,
    added,
    asked,
    carries,
    client,
    installed,
    invoke,
    message,
    pressed,
    removed,
    submitted,
)

ADA, BO = Human("Ada Example"), Human("Bo Sample", locale="pt-PT", zone="Nowhere/Land")
CHAT = Conversation("a:1", people=[ADA])
GROUP = Conversation("19:group@thread.v2", "groupChat", [ADA, BO])
CHANNEL = Conversation("19:c@thread.tacv2", "channel", [ADA, BO], team="19:t@thread.tacv2")
SERVICE = "https://smba.example.org/emea/"


def parsed(told: Json) -> Parsed:
    body = orjson.dumps({"serviceUrl": SERVICE} | told)
    return parse(decode(body), "main", body)


def event(told: Json) -> Event:
    (one,) = parsed(told).events
    return one


def names(told: Json) -> list[str]:
    return [one.name for one in parsed(told).events]


def test_a_private_message_tells_who_where_and_how_to_answer() -> None:
    ref = {
        "service": SERVICE,
        "bot": BOT["id"],
        "conversation": "a:1",
        "type": "personal",
    }
    assert event(message(ADA, CHAT, "hello", id="17")) == Event(
        id=f"teams/{TENANT}/a:1/17",
        org="main",
        source="message",
        name="message",
        by=Actor(account=ADA.account, name="Ada Example", zone="Europe/Lisbon", locale="en-GB"),
        origin=Origin(place=CHAT.place, message="17", private=True),
        text="hello",
        learned=(
            Address(id=CHAT.place, ref=ref),
            Address(id=ADA.account, ref={**ref, "user": ADA.id}),
        ),
    )


def test_a_thread_is_part_of_its_channel() -> None:
    seen = event(message(ADA, CHANNEL, "hello", thread="16", id="17"))

    assert seen.origin == Origin(
        place=CHANNEL.place, thread="16", message="17", team="19:t@thread.tacv2"
    )
    assert seen.mentioned
    assert [one.id for one in seen.learned] == [CHANNEL.place, ADA.account]
    assert "conversation" not in seen.learned[1].ref


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("<at>go</at> learning goal", "learning goal"),
        ("learning <at>go</at> goal", "learning goal"),
        ("\xa0<at>go</at>&nbsp;R&amp;D <at>Bo</at>", "R&D Bo Sample"),
        ("no mention", "no mention"),
    ],
)
def test_mentions_are_taken_out_by_their_entity(text: str, heard: str) -> None:
    entities = [
        {"type": "mention", "text": "<at>go</at>", "mentioned": {**BOT, "name": "go"}},
        {"type": "mention", "text": "<at>Bo</at>", "mentioned": BO.told()},
        {"type": "mention"},
    ]

    assert event(activity("message", ADA, GROUP, text=text, entities=entities)).text == heard


def test_markup_is_taken_out_where_teams_says_that_there_is_some() -> None:
    marked = activity("message", ADA, CHAT, text="<p>one</p><p>two <b>x</b></p>", textFormat="xml")

    assert event(marked).text == "one\ntwo x"
    assert event(activity("message", ADA, CHAT, text="1 <b> 2")).text == "1 <b> 2"


def test_habits_that_make_no_sense_are_left_out() -> None:
    odd = [*client(BO), {"type": "clientInfo", "locale": "x" * 99, "timezone": "../etc/passwd"}]
    seen = event(activity("message", BO, CHAT, text="hi", entities=odd))

    assert seen.by is not None
    assert (seen.by.zone, seen.by.locale) == ("", "")


def test_somebody_of_another_tenant_is_a_guest() -> None:
    told = message(ADA, CHAT, "hello")
    told["from"]["tenantId"] = "elsewhere"

    assert event(told).by == Actor(
        account=ADA.account, name=ADA.name, zone=ADA.zone, locale=ADA.locale, guest=True
    )


def test_whom_the_directory_does_not_know_keeps_the_id_of_teams() -> None:
    told = message(ADA, CHAT, "hello")
    del told["from"]["aadObjectId"]
    seen = event(told)

    assert seen.by is not None
    assert seen.by.account == f"teams:{TENANT}:{ADA.id}"


def test_files_come_along_without_being_fetched() -> None:
    url = "https://files.example.org/notes"
    files = [
        {
            "contentType": "application/vnd.microsoft.teams.file.download.info",
            "name": "notes.txt",
            "content": {"downloadUrl": url, "fileType": "txt"},
        },
        {"contentType": "image/png", "contentUrl": "https://files.example.org/a.png"},
        {"contentType": "text/html", "content": "<p>copy</p>"},
    ]

    assert event(activity("message", ADA, CHAT, attachments=files)).media == (
        Media(name="notes.txt", mime="txt", size=0, handle=url),
        Media(name="", mime="image/png", size=0, handle="https://files.example.org/a.png"),
    )


def test_edits_and_deletions_are_events_of_their_own() -> None:
    first = event(message(ADA, GROUP, "one", id="17"))
    edits = [
        event(activity("messageUpdate", ADA, GROUP, id="17", text="two", timestamp=at))
        for at in ("09:01", "09:02", "09:02")
    ]
    gone = event(activity("messageDelete", ADA, GROUP, id="17"))

    assert [one.name for one in (*edits, gone)] == ["message.edited"] * 3 + ["message.deleted"]
    assert len({one.id for one in (first, *edits, gone)}) == 4
    assert {one.origin and one.origin.message for one in (*edits, gone)} == {"17"}


def test_reactions_name_the_message_they_are_for() -> None:
    told = activity(
        "messageReaction",
        ADA,
        GROUP,
        replyToId="12",
        reactionsAdded=[{"type": "like"}, {"type": "heart"}],
        reactionsRemoved=[{"type": "sad"}],
    )
    events = parsed(told).events

    assert [(one.name, one.args["type"]) for one in events] == [
        ("reaction.added", "like"),
        ("reaction.added", "heart"),
        ("reaction.removed", "sad"),
    ]
    assert {one.origin and one.origin.message for one in events} == {"12"}
    assert len({one.id for one in events}) == 3


def test_an_empty_message_and_other_bots_are_nothing() -> None:
    other = message(ADA, GROUP, "hello")
    other["from"] = {"id": "28:other"}

    assert parsed(activity("message", ADA, CHAT)) == Parsed(kind="message.empty")
    assert parsed(other) == Parsed(kind="message.of_a_bot")


# --- buttons ----------------------------------------------------------------------------------


def test_a_press_names_its_action_card_and_slot() -> None:
    seen = event(pressed(ADA, CHANNEL, carries("cohorts.join", "cohort/1", id="1"), card="12"))

    assert (seen.source, seen.name, seen.args) == ("press", "cohorts.join", {"id": "1"})
    assert seen.origin is not None
    assert (seen.origin.message, seen.origin.slot) == ("12", "cohort/1")
    assert (seen.inline, seen.opener, seen.values) == (True, "", {})


def test_an_older_client_presses_with_a_message() -> None:
    seen = event(submitted(ADA, CHAT, carries("cohorts.join"), replyToId="12"))

    assert (seen.source, seen.name, seen.inline) == ("press", "cohorts.join", False)
    assert seen.origin is not None
    assert seen.origin.message == "12"


def test_an_automatic_refresh_only_looks() -> None:
    told = parsed(pressed(ADA, GROUP, carries("show"), trigger="automatic"))

    assert (told.looks, told.answers) == (True, "card")


def test_a_dialog_is_asked_for_and_comes_back_filled_in() -> None:
    fetch = parsed(
        asked(ADA, CHAT, carries("cohorts.create") | {"msteams": {"type": "task/fetch"}})
    )
    data = carries("cohorts.create") | {"name": "Better handovers", "weeks": 6, "open": True}
    submit = parsed(asked(ADA, CHAT, data | {"note": None}, "task/submit"))

    assert (fetch.answers, fetch.events[0].source, fetch.events[0].opener) == (
        "task",
        "press",
        "task",
    )
    assert (submit.events[0].source, submit.events[0].inline) == ("form", True)
    assert submit.events[0].values == {
        "name": "Better handovers",
        "weeks": "6",
        "open": "true",
        "note": "",
    }


def test_people_from_the_picker_become_accounts() -> None:
    picked = carries("cohorts.invite") | {"who": f"{ADA.aad},{BO.aad.upper()}", "why": "a-b"}
    seen = event(asked(ADA, CHAT, picked, "task/submit"))

    assert seen.values == {"who": f"{ADA.account},{BO.account}", "why": "a-b"}
    assert [one.account for one in seen.people] == [ADA.account, BO.account]


@pytest.mark.parametrize("value", [{}, {"action": None}, {"action": {"data": {"other": "app"}}}])
def test_a_button_that_is_not_ours_is_no_event(value: Json) -> None:
    assert parsed(invoke(ADA, CHAT, "adaptiveCard/action", value)) == Parsed(
        kind="adaptiveCard/action", answers="card"
    )


def test_an_unknown_call_is_answered_and_counted_under_one_name() -> None:
    told = parsed(invoke(ADA, CHAT, "something/new", {"x": 1}))

    assert told == Parsed(kind="invoke.unknown", answers="empty")


# --- places -----------------------------------------------------------------------------------


def test_an_installation_is_told_whichever_way_it_comes() -> None:
    joined = event(added(CHANNEL, by=ADA))
    put_in = event(installed(CHANNEL, ADA))

    assert (joined.name, put_in.name) == ("place.added", "place.added")
    assert joined.by == put_in.by
    assert joined.by is not None
    assert joined.by.account == ADA.account
    assert joined.origin == put_in.origin == Origin(place=CHANNEL.place, team=CHANNEL.team)


def test_going_and_coming_back_is_something_new() -> None:
    story = [installed(CHAT, ADA), installed(CHAT, ADA, "remove"), installed(CHAT, ADA)]
    events = [event(told) for told in story]

    assert [one.name for one in events] == ["place.added", "place.removed", "place.added"]
    assert len({one.id for one in events}) == 3
    assert [one.state for one in events[1].learned] == ["not_installed", "not_installed"]


def test_an_upgrade_changes_nothing() -> None:
    assert names(installed(CHAT, ADA, "add-upgrade")) == []
    assert names(installed(CHAT, ADA, "remove-upgrade")) == []


def test_a_person_is_still_reached_when_a_team_lets_us_go() -> None:
    gone = event(removed(CHANNEL, by=ADA))

    assert [(one.id, one.state) for one in gone.learned] == [(CHANNEL.place, "not_installed")]


def test_many_people_join_in_a_few_events() -> None:
    crowd = [Human(f"Person {n}") for n in range(300)]
    events = parsed(added(CHANNEL, *crowd, by=ADA)).events

    assert [(one.name, len(one.people)) for one in events] == [
        ("people.added", 200),
        ("people.added", 100),
    ]
    assert [who.account for one in events for who in one.people] == [one.account for one in crowd]
    assert len({one.id for one in events}) == 2


def test_the_bot_and_people_may_come_together() -> None:
    told = added(CHANNEL, ADA, BO, by=ADA)
    told["membersAdded"].append(BOT)

    assert names(told) == ["place.added", "people.added"]
    assert names(removed(CHANNEL, BO)) == ["people.removed"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("channelRenamed", "place.renamed"),
        ("channelDeleted", "place.removed"),
        ("teamRenamed", "place.renamed"),
        ("teamDeleted", "place.removed"),
    ],
)
def test_a_channel_or_team_changes(kind: str, name: str) -> None:
    thing = {"id": "19:x@thread.tacv2", "name": "New name"}
    data = {"eventType": kind, "team": thing, "channel": thing}
    seen = event(activity("conversationUpdate", None, CHANNEL, data=data))

    assert seen.name == name
    assert seen.origin is not None
    assert seen.origin.place == f"teams:{TENANT}:19:x@thread.tacv2"
    assert seen.origin.title == "New name"


@pytest.mark.parametrize("kind", ["channelCreated", "teamArchived", "channelShared", "??"])
def test_other_changes_are_counted_only(kind: str) -> None:
    told = activity("conversationUpdate", None, CHANNEL, data={"eventType": kind})

    assert parsed(told) == Parsed(kind="conversationUpdate.other")


@pytest.mark.parametrize(
    ("kind", "counted"),
    [("typing", "typing"), ("event", "event"), ("endOfConversation",) * 2, ("new", "unknown")],
)
def test_other_kinds_are_counted_only(kind: str, counted: str) -> None:
    assert parsed(activity(kind, ADA, CHAT)) == Parsed(kind=counted)


# --- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": None},
        {"from": {"id": 5}},
        {"from": {"id": ""}},
        {"from": {"id": "a\nb"}},
        {"conversation": None},
        {"conversation": {"id": ""}},
        {"conversation": "a:1"},
        {"text": 5},
        {"channelData": {"tenant": {"id": "a:b"}}},
        {"channelData": []},
        {"entities": {"type": "mention"}},
        {"value": "words"},
        {"value": {"coterie": {"a": 5}}},
        {"value": {"coterie": {"a": "x", "k": {"id": 5}}}},
        {"value": {"coterie": {"a": "x"}, "field": {"deep": 1}}},
        {"type": ""},
        {"type": None},
    ],
)
def test_wrong_types_are_named(wrong: Json) -> None:
    with pytest.raises(Malformed) as told:
        parsed(message(ADA, CHAT, "hello") | wrong)
    assert str(told.value)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"5", b"\xff", b'{"type":"\xff"}', b"[" * 99_999, b'{"a":' * 40_000]
)
def test_what_is_no_activity_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        decode(body)


def test_an_activity_without_an_id_is_known_by_what_it_says() -> None:
    one, two = message(ADA, CHAT, "one"), message(ADA, CHAT, "two")
    for told in (one, two):
        del told["id"]

    assert event(one).id == event(one).id != event(two).id
