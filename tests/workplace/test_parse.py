"""What Workplace sends, and exactly what that means to us."""

from collections import Counter
from typing import Any

import orjson
import pytest

from core.engine.ports import QUESTIONS, Actor, Address, Event, Media, Origin
from tests.fakes.graph_world import COMMUNITY, PAGE, Json
from workplace.parse import parse
from workplace.payload import decode
from workplace.standing import Known

WHO = Known(PAGE, "Coterie", COMMUNITY)
GROUP, POST, COMMENT, ADA = "900", "901", "902", "333"
IN_GROUP = f"workplace:{COMMUNITY}:{GROUP}"
ACCOUNT = f"workplace:{COMMUNITY}:{ADA}"
CHAT = f"workplace:{COMMUNITY}:chat-{ADA}"
BY = Actor(account=ACCOUNT, name="Ada Example")
GROUP_ADDRESS = Address(id=IN_GROUP, ref={"type": "group", "conversation": GROUP})
REF = {"type": "chat", "conversation": f"chat-{ADA}", "user": ADA}
LEARNED = (Address(id=CHAT, ref=REF), Address(id=ACCOUNT, ref=REF))
POSTED: Json = {
    "from": {"id": ADA, "name": "Ada Example"},
    "type": "status",
    "target_type": "group",
    "community": {"id": COMMUNITY},
    "post_id": f"{GROUP}_{POST}",
    "verb": "add",
    "created_time": "2026-03-02T09:00:00+0000",
    "message": "Notes get lost.",
    "permalink_url": "https://example.workplace.com/groups/900/permalink/901",
}
TAG = {"id": PAGE, "type": "page", "name": "Coterie", "offset": 0, "length": 7}


def told(topic: str, entry: str, *rows: Json, chat: bool = False) -> bytes:
    key = "messaging" if chat else "changes"
    return orjson.dumps({"object": topic, "entry": [{"id": entry, "time": 1, key: rows}]})


def change(field: str, **value: Any) -> Json:
    return {"field": field, "value": value}


def read(body: bytes) -> tuple[list[Event], Counter[str]]:
    counts = Counter[str]()
    return parse(decode(body), "main", WHO, counts), counts


def events(body: bytes) -> list[Event]:
    return read(body)[0]


def said(**more: Any) -> bytes:
    row = {
        "sender": {"id": ADA, "name": "Ada Example", "community": {"id": COMMUNITY}},
        "recipient": {"id": PAGE},
        "timestamp": 1772442000123,
        **more,
    }
    return told("page", PAGE, row, chat=True)


# --- groups -----------------------------------------------------------------------------------


def test_a_post_in_a_group_is_a_message_that_is_overheard() -> None:
    assert events(told("group", GROUP, change("posts", **POSTED))) == [
        Event(
            id=f"workplace/{COMMUNITY}/{POST}",
            org="main",
            source="message",
            name="message",
            by=BY,
            origin=Origin(
                overheard=True,
                place=IN_GROUP,
                thread=f"{GROUP}_{POST}",
                message=f"{GROUP}_{POST}",
                team=COMMUNITY,
            ),
            opener=QUESTIONS,
            text="Notes get lost.",
        )
    ]


def test_a_mention_says_that_we_are_there_and_what_was_said_to_us() -> None:
    mention = change("mention", **POSTED | {"message": "Coterie help", "message_tags": [TAG]})
    came, heard = events(told("page", PAGE, mention))

    assert (came.source, came.name, came.learned) == ("place", "place.added", (GROUP_ADDRESS,))
    assert came.id == f"workplace/{COMMUNITY}/{POST}/place.added"
    assert (heard.id, heard.text, heard.mentioned) == (
        f"workplace/{COMMUNITY}/{POST}",
        "help",
        True,
    )
    assert heard.learned == (GROUP_ADDRESS,)


def test_a_mention_and_its_post_are_one_event() -> None:
    mention = change("mention", **POSTED | {"message": "Coterie help", "message_tags": [TAG]})
    posted = change("posts", **POSTED | {"message": "Coterie help"})
    one, other = (
        events(told("page", PAGE, mention)),
        events(told("group", GROUP, posted)),
    )
    assert [event.id for event in one] == [event.id for event in other]
    assert one == other


def test_a_mention_and_its_comment_are_one_event_in_the_thread_of_the_post() -> None:
    below = POSTED | {"comment_id": f"{POST}_{COMMENT}", "message": "Coterie help"}
    mention = change("mention", **below | {"item": "comment", "message_tags": [TAG]})
    one, other = (
        events(told("page", PAGE, mention))[-1],
        events(told("group", GROUP, change("comments", **below)))[-1],
    )
    assert one == other
    assert one.id == f"workplace/{COMMUNITY}/{COMMENT}"
    assert one.origin
    assert (one.origin.thread, one.origin.message) == (f"{GROUP}_{POST}", f"{POST}_{COMMENT}")


def test_the_telling_that_knows_of_the_mention_counts() -> None:
    said = POSTED | {"message": "Coterie help"}
    tellings = [said | {"message_tags": tags} for tags in ([], [TAG], [])]
    found = events(told("group", GROUP, *(change("posts", **one) for one in tellings)))
    assert [event.mentioned for event in found if event.name == "message"] == [True]


def test_a_reply_to_a_comment_is_in_the_thread_of_that_comment() -> None:
    ids = {"post_id": f"{GROUP}_{POST}", "comment_id": "950", "parent_id": COMMENT}
    (event,) = events(told("group", GROUP, change("comments", **POSTED | ids)))
    assert event.origin
    assert (event.origin.thread, event.origin.message) == (COMMENT, "950")


def test_a_mention_that_names_no_group_is_found_by_its_link_or_left() -> None:
    bare = POSTED | {"post_id": POST, "message_tags": [TAG]}
    found = events(told("page", PAGE, change("mention", **bare)))[-1]
    lost = change("mention", **bare | {"permalink_url": "https://example.workplace.com/ada"})
    profile = change("mention", **POSTED | {"target_type": "user"})

    assert found.origin
    assert (found.origin.place, found.origin.message) == (IN_GROUP, f"{GROUP}_{POST}")
    assert read(told("page", PAGE, lost, profile)) == ([], Counter(elsewhere=2))


@pytest.mark.parametrize(
    "text", ["@[123] hi", "[a](https://evil.example)", "<!channel> # x", "\u202e"]
)
def test_what_people_write_stays_what_they_wrote(text: str) -> None:
    (event,) = events(told("group", GROUP, change("posts", **POSTED | {"message": text})))
    assert (event.text, event.mentioned) == (text, False)


def test_an_edit_has_its_time_and_a_deletion_needs_no_author() -> None:
    edit = POSTED | {"verb": "edit", "updated_time": 1772442000, "message": "Notes get found."}
    gone = {name: POSTED[name] for name in ("community", "post_id")} | {"verb": "delete"}
    rows = (change("posts", **edit), change("posts", **gone))
    first, second = events(told("group", GROUP, *rows))

    assert (first.name, first.text) == ("message.edited", "Notes get found.")
    assert first.id == f"workplace/{COMMUNITY}/{POST}/edited/1772442000"
    assert (second.name, second.by) == ("message.deleted", None)
    assert second.id == f"workplace/{COMMUNITY}/{POST}/deleted"


def test_an_edit_without_a_time_is_told_by_its_words() -> None:
    edits = [POSTED | {"verb": "edit", "message": words} for words in ("a", "b", "a")]
    found = events(told("group", GROUP, *(change("posts", **edit) for edit in edits)))
    assert [event.text for event in found] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "tags", "expected"),
    [
        ("Coterie help", None, ("help", True)),
        ("@Coterie: help", None, ("help", True)),
        ("What does Coterie keep?", None, ("What does keep?", True)),
        ("Coteries are small", None, ("Coteries are small", False)),
        ("mail@Coterie.example", None, ("mail@Coterie.example", False)),
        ("Coterie is a word", [], ("Coterie is a word", False)),
        ("Coterie help", [TAG], ("help", True)),
        ("Bo says help", [{"id": "5", "name": "Bo"}], ("Bo says help", False)),
        ("Old Name help", [TAG | {"name": "Old Name"}], ("help", True)),
        ("Coterie help", {"0": [TAG]}, ("help", True)),
        ("Coterie help", "nonsense", ("help", True)),
    ],
)
def test_who_is_meant(text: str, tags: Any, expected: tuple[str, bool]) -> None:
    more = {} if tags is None else {"message_tags": tags}
    event = events(told("group", GROUP, change("posts", **POSTED | {"message": text} | more)))[-1]
    assert (event.text, event.mentioned) == expected


@pytest.mark.parametrize(
    ("user", "verb", "name"),
    [
        (ADA, "add", "people.added"),
        (ADA, "join", "people.added"),
        (ADA, "remove", "people.removed"),
        (PAGE, "add", "place.added"),
        (PAGE, "remove", "place.removed"),
    ],
)
def test_who_comes_and_goes(user: str, verb: str, name: str) -> None:
    value = {"user": {"id": user, "name": "Somebody"}, "verb": verb, "created_time": 5}
    (event,) = events(told("group", GROUP, change("membership", **value)))

    assert (event.source, event.name) == ("place", name)
    assert event.id == f"workplace/{COMMUNITY}/{GROUP}/{name}/{user}/5"
    assert [actor.account for actor in event.people] == [ACCOUNT] * (user == ADA)
    assert [one.state for one in event.learned] == {
        "place.added": ["ok"],
        "place.removed": ["not_installed"],
    }.get(name, [])


# --- chats ------------------------------------------------------------------------------------


def test_words_in_private() -> None:
    (event,) = events(said(message={"mid": "m_1", "text": " Coterie help "}))
    assert event == Event(
        id=f"workplace/{COMMUNITY}/message/m_1",
        org="main",
        source="message",
        name="message",
        by=BY,
        origin=Origin(place=CHAT, message="m_1", private=True),
        opener=QUESTIONS,
        text="help",
        learned=LEARNED,
    )


@pytest.mark.parametrize(
    "what",
    [
        {"message": {"mid": "m_2", "text": "Pause", "quick_reply": {"payload": "PAYLOAD"}}},
        {"postback": {"title": "Pause", "payload": "PAYLOAD"}},
    ],
)
def test_a_button_carries_its_action_its_arguments_and_its_slot(what: Json) -> None:
    payload = orjson.dumps({"a": "people.pause", "k": {"weeks": "1"}, "s": "me/1"}).decode()
    body = said(**orjson.loads(orjson.dumps(what).replace(b'"PAYLOAD"', orjson.dumps(payload))))
    (event,) = events(body)

    assert (event.source, event.name, event.args) == ("press", "people.pause", {"weeks": "1"})
    assert event.opener == QUESTIONS
    assert event.origin
    assert (event.origin.slot, event.origin.private) == ("me/1", True)
    assert events(body) == [event]


def test_a_button_of_somebody_else_is_its_words() -> None:
    (event,) = events(said(postback={"title": "Get started", "payload": "GET_STARTED"}))
    assert (event.source, event.text) == ("message", "Get started")


def test_a_chat_of_several_is_a_place_of_its_own() -> None:
    body = said(message={"mid": "m_3", "text": "Coterie help"}, thread={"id": "t_77"})
    (event,) = events(body)

    assert event.origin
    assert (event.origin.place, event.origin.private) == (f"workplace:{COMMUNITY}:t_77", False)
    assert (event.text, event.mentioned) == ("help", True)
    assert event.learned[0].ref["thread"] == "t_77"
    assert len(event.learned) == 1


def test_files_come_along() -> None:
    picture = {"type": "image", "payload": {"url": "https://files.example/1"}}
    (event,) = events(said(message={"mid": "m_4", "attachments": [picture, {"type": "fallback"}]}))
    assert event.media == (
        Media(name="", mime="image/*", size=0, handle="https://files.example/1"),
    )


# --- what is not for us -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (said(message={"mid": "m", "text": "x", "is_echo": True}), "own"),
        (said(sender={"id": PAGE}, message={"mid": "m", "text": "x"}), "own"),
        (
            said(sender={"id": "5", "community": {"id": "6"}}, message={"mid": "m"}),
            "other_community",
        ),
        (said(read={"watermark": 1}), "messaging_other"),
        (said(message={"text": "no id"}), "broken"),
        (said(sender=None, message={"mid": "m"}), "broken"),
        (told("group", GROUP, change("posts", **POSTED | {"from": {"id": PAGE}})), "own"),
        (
            told("group", GROUP, change("posts", **POSTED | {"community": {"id": 6}})),
            "other_community",
        ),
        (told("group", GROUP, change("posts", **POSTED | {"from": None})), "broken"),
        (told("group", GROUP, change("posts", **POSTED | {"post_id": {}})), "broken"),
        (told("group", GROUP, change("membership", verb="add")), "membership_other"),
        (told("group", GROUP, change("events", a=1)), "unknown_topic"),
        (told("workplace_security", "1", change("x")), "unknown_topic"),
        (told("group", GROUP, {"field": 7}), "broken"),
    ],
)
def test_what_is_not_for_us_is_counted_and_nothing_else(body: bytes, reason: str) -> None:
    assert read(body) == ([], Counter({reason: 1}))


def test_one_broken_item_loses_no_other() -> None:
    rows = [change("posts", **POSTED | {"post_id": f"{GROUP}_{n}"}) for n in range(1000)]
    rows[500] = {"field": "posts", "value": [1, 2]}
    found, counts = read(told("group", GROUP, *rows))

    assert len(found) == 999
    assert counts == {"group.posts": 999, "broken": 1}
    assert [event.id.rpartition("/")[2] for event in found][499:501] == ["499", "501"]


def test_a_page_without_a_name_is_mentioned_by_its_id() -> None:
    rows = [change("posts", **POSTED | {"message_tags": tags}) for tags in ([TAG], [])]
    for row, mentioned in zip(rows, (True, False), strict=True):
        delivery = decode(told("group", GROUP, row))
        found = parse(delivery, "main", Known(PAGE, "", COMMUNITY), Counter())
        assert found[-1].mentioned is mentioned
