"""A way to people opens as each platform opens it, and is left out where there is none."""

import json

from msgspec.structs import replace

from cards import adaptive, blocks, html, workplace
from core.engine.ports import Viewer
from core.message import Buttons, Link, Post, Press, Reach, say

ADA = Viewer(person="ada")
BO = Reach(
    "chat",
    accounts=("workplace:acme:77",),
    mails=("bo+x@example.org",),
    text=say("", "Hello Bo & all, 100% in?"),
    chat="slack:T1:G9",
)


def card(reach: Reach) -> Post:
    way = Link(say("", "Say hello"), reach=reach)
    why = Press(say("", "Why us?"), "pairs.why")
    return Post(summary=say("", "A pair"), blocks=(Buttons((way, why)),))


def meeting(reach: Reach) -> Reach:
    return Reach("meeting", reach.accounts, say("", "Our first talk"), reach.mails, reach.chat)


def on_teams(reach: Reach) -> str:
    return json.dumps(adaptive.card(card(reach), ADA))


def test_in_teams_it_opens_a_chat_or_a_meeting_with_their_addresses() -> None:
    chat = "https://teams.microsoft.com/l/chat/0/0?users=bo+x@example.org&message=Hello%20Bo%20%26"
    assert chat in on_teams(BO)
    meet = "https://teams.microsoft.com/l/meeting/new?subject=Our%20first%20talk&attendees=bo"
    assert meet in on_teams(meeting(BO))


def test_in_slack_it_opens_the_chat_that_was_made_for_them() -> None:
    drawn = json.dumps(blocks.message(card(BO), ADA))
    assert "https://app.slack.com/client/T1/G9" in drawn
    assert "client" not in json.dumps(blocks.message(card(meeting(BO)), ADA))


def test_in_workplace_it_opens_a_chat_with_one_person_only() -> None:
    assert "https://work.workplace.com/chat/t/77" in json.dumps(workplace.chat(card(BO), ADA))
    both = replace(BO, accounts=("workplace:acme:77", "workplace:acme:78"))
    assert "chat/t" not in json.dumps(workplace.chat(card(both), ADA))


def test_in_the_browser_it_is_a_mail() -> None:
    assert 'href="mailto:bo+x@example.org?subject=' in html.post(card(BO), ADA)


def test_without_a_way_it_is_left_out_and_the_rest_stays() -> None:
    nobody = Reach("chat", (), say("", "Hello"))
    for drawn in (
        on_teams(nobody),
        json.dumps(blocks.message(card(nobody), ADA)),
        json.dumps(workplace.chat(card(nobody), ADA)),
        str(html.post(card(nobody), ADA)),
    ):
        assert "Say hello" not in drawn
        assert "Why us?" in drawn


def test_an_address_that_is_none_opens_nothing() -> None:
    wrong = replace(BO, mails=("bo@example.org", "x&attendees=boss"), chat="slack:T1:G9/../x")
    assert "l/chat" not in on_teams(wrong)
    assert "client" not in json.dumps(blocks.message(card(wrong), ADA))
